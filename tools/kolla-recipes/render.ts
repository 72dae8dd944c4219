import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { recipeOf } from './dockerfile';
import { KOLLA, KOLLA_DISTROS } from './facts';
import type { KollaDistro, KollaFacts, KollaRelease, Recipe } from './facts';

const CACHE = join(__dirname, '..', '..', '.cache', 'kolla');
const COMPLETE = '.complete';

/**
 * The recipes of a release: Kolla from PyPI in a virtual environment under `.cache/kolla/<version>` writes the
 * Dockerfiles of each distribution. Takes half a minute at the first call.
 *
 * @param version of Kolla. Default: the newest of the release, looked for anew at each call.
 * @throws Error where there is no python3 with venv, or no PyPI
 */
export function kollaFacts(release: KollaRelease, version = `${KOLLA[release]}.*`): KollaFacts {
  const folder = join(CACHE, version.endsWith('*') ? `newest-${release}` : version);
  const python = join(folder, 'venv', 'bin', 'python');
  if (version.endsWith('*') || !existsSync(join(folder, COMPLETE))) render(version, folder, python);
  const ask = ['-c', 'from importlib.metadata import version; print(version("kolla"))'];
  const kolla = execFileSync(python, ask, { encoding: 'utf8' }).trim();
  const found = KOLLA_DISTROS.map((distro) => ({ distro, recipes: recipesIn(join(folder, distro)) }));
  const names = [...new Set(found.flatMap(({ recipes }) => [...recipes.keys()]))].sort();
  const images = names.map((name) => {
    const of = found.flatMap(({ distro, recipes }) => {
      const own = recipes.get(name);
      return own ? [{ distro, own }] : [];
    });
    return [name, Object.fromEntries(once(of))];
  });
  return { kolla, images: Object.fromEntries(images) as KollaFacts['images'] };
}

function render(version: string, folder: string, python: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const run = (file: string, ...args: string[]) => execFileSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  run('python3', '-m', 'venv', join(folder, 'venv'));
  // Kolla asks for the library of the engine that it would build with, also where it only writes recipes.
  run(python, '-m', 'pip', 'install', '--quiet', `kolla==${version}`, 'docker');
  for (const distro of KOLLA_DISTROS) {
    const target = ['--template-only', '--engine', 'docker', '--work-dir', join(folder, distro), '--base', distro];
    const build = join(folder, 'venv', 'bin', 'kolla-build');
    execFileSync(build, ['--base-arch', 'x86_64', ...target], { stdio: 'ignore' });
  }
  writeFileSync(join(folder, COMPLETE), '');
}

/** Recipes by the name of their image: that of the Dockerfile's folder. */
function recipesIn(folder: string): Map<string, Recipe> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    files
      .filter((file) => basename(file) === 'Dockerfile')
      .map((file) => {
        const at = dirname(join(folder, file));
        const beside = (name: string) => (existsSync(join(at, name)) ? readText(join(at, name)) : undefined);
        return [basename(at), recipeOf(readFileSync(join(folder, file), 'utf8'), beside)];
      }),
  );
}

/** Undefined for a folder. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Those that are as Debian's as that word. */
function once(all: readonly { readonly distro: KollaDistro; readonly own: Recipe }[]): [string, Recipe | 'debian'][] {
  const debian = all.find(({ distro }) => distro === 'debian')?.own;
  return all.map(({ distro, own }) => [distro, distro !== 'debian' && isDeepStrictEqual(own, debian) ? 'debian' : own]);
}
