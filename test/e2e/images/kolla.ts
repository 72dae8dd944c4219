// Kolla's own Dockerfiles and files of a release, from its package on PyPI.
import { cpSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type OpenStackRelease, constraints, hasPython } from '../../../tools/openstack-python';
import { cached, contentOf, keyOf } from './cache';
import { run } from './process';
import { LEFT_OUT_OF_VENV, RECIPES } from './recipe';

export interface Kolla {
  /** The folders with a Dockerfile and what it copies, by image. */
  readonly images: ReadonlyMap<string, string>;
  /** Kolla's templates and files as packaged. */
  readonly package: string;
}

/** Every image that Kolla has for Debian in a release. Rendered at the first call, in about 20 seconds. */
export async function kollaOf(release: OpenStackRelease): Promise<Kolla> {
  const { kolla } = RECIPES[release];
  const folder = await cached(`kolla-${kolla}-${keyOf(contentOf(__filename))}`, async (made) => {
    if (!hasPython()) throw new Error('python3 3.10 or newer with the module venv is needed (Debian: python3-venv)');
    const venv = join(made, 'venv');
    await run(['python3', '-m', 'venv', venv]);
    // It looks for no engine, but imports the client of one. Byte code would be among the files, other each time.
    const packages = ['--constraint', constraints(release), 'docker', `kolla==${kolla}`];
    await run([join(venv, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '--no-compile', ...packages]);
    const args = ['--template-only', '--base', 'debian', '--openstack-release', release, '--work-dir', made];
    await run([join(venv, 'bin', 'python'), join(venv, 'bin', 'kolla-build'), ...args]);
    renameSync(join(made, 'docker'), join(made, 'images'));
    cpSync(join(venv, 'share', 'kolla', 'docker'), join(made, 'package'), { recursive: true });
    rmSync(venv, { recursive: true });
    for (const path of dockerfiles(join(made, 'images'))) {
      // Else what is made today is something else tomorrow.
      writeFileSync(path, readFileSync(path, 'utf8').replace(/ build-date="\d+"/, ''));
    }
  });
  const images = dockerfiles(join(folder, 'images')).map(dirname);
  return { images: new Map(images.map((path) => [path.split('/').at(-1)!, path])), package: join(folder, 'package') };
}

/** An image and those below it, the lowest first. */
export function chainOf(kolla: Kolla, image: string): string[] {
  const folder = kolla.images.get(image);
  if (folder === undefined) {
    throw new Error(`no image ${image}: Kolla has for Debian ${[...kolla.images.keys()].sort().join(', ')}`);
  }
  const parent = /^FROM kolla\/([\w-]+):/m.exec(readFileSync(join(folder, 'Dockerfile'), 'utf8'))?.[1];
  return parent === undefined ? [image] : [...chainOf(kolla, parent), image];
}

/** The Python packages that Kolla installs for every service of OpenStack, without those that are left out. */
export function pythonPackages(kolla: Kolla): string[] {
  const text = readFileSync(join(kolla.images.get('openstack-base')!, 'Dockerfile'), 'utf8');
  const [, list] = /upper-constraints\.txt ((?:[\w.-]+(?:\[[\w,]+\])? ){20,}[\w.-]+)/.exec(text) ?? [];
  if (list === undefined) throw new Error('the Dockerfile of openstack-base has no list of Python packages: read it');
  const names = list.split(' ').map((name) => name.replace(/,postgresql\b/, ''));
  return names.filter((name) => !LEFT_OUT_OF_VENV.includes(name));
}

function dockerfiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(^|\/)Dockerfile$/.test(name)).map((name) => join(folder, name));
}
