import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { constraints } from '../openstack-python';
import type { Project, Release } from './projects';

export const CACHE = join(__dirname, '..', '..', '.cache', 'oslo-options');
const PROGRAM = join(__dirname, 'options.py');

/** The Python of a virtual environment. */
export const pythonIn = (folder: string): string => join(folder, 'bin', 'python');

/**
 * The Python environment of a release, with projects as they are installed. One for all of them: the constraints of a
 * release are one set of versions that all its projects work with.
 */
export class Environment {
  /** @throws Error where there is no python3 with the module venv */
  constructor(
    private readonly release: Release,
    private readonly folder = join(CACHE, release),
  ) {
    mkdirSync(CACHE, { recursive: true });
    if (!existsSync(this.python)) execFileSync('python3', ['-m', 'venv', this.folder], { stdio: 'inherit' });
    // Sources are prepared with these, not with what each would download for itself. Of setuptools the last with
    // pkg_resources, which modules of Cinder and Gnocchi import.
    this.install('pbr', 'setuptools<82', 'wheel');
  }

  /** Installs packages, each in the newest version that it may be. */
  install(...packages: readonly string[]): void {
    this.pip('install', '--upgrade', '--constraint', constraints(this.release), ...packages);
  }

  /** What `options.py` answers; see its function `answer`. */
  ask(request: object, seed: number): unknown {
    const { status, stdout, stderr } = spawnSync(this.python, [PROGRAM], {
      cwd: this.folder,
      input: JSON.stringify(request),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      // Nothing of who runs it: defaults ask the environment.
      env: {
        PATH: '/usr/bin:/bin',
        LANG: 'C.UTF-8',
        PYTHONHASHSEED: `${seed}`,
        PYTHONPYCACHEPREFIX: join(this.folder, 'pycache'),
      },
    });
    // Packages say much there; the last of it is why this one ended.
    if (status !== 0) throw new Error(stderr.trimEnd().split('\n').slice(-3).join('\n'));
    return JSON.parse(stdout);
  }

  /**
   * Files of a project's sources, by path, that match. The archive of sources is the one place that has the lists of
   * namespaces of all projects.
   */
  sources(project: Project, version: string, wanted: RegExp): Map<string, string> {
    const folder = join(CACHE, 'sources', `${project.package}-${version}`);
    if (!existsSync(folder)) {
      const fetched = join(CACHE, 'sources', 'fetched');
      rmSync(fetched, { recursive: true, force: true });
      const without = ['--no-deps', '--no-binary', ':all:', '--no-build-isolation'];
      this.pip('download', ...without, '--dest', fetched, `${project.package}==${version}`);
      const [archive = ''] = readdirSync(fetched);
      execFileSync('tar', ['--extract', '--file', archive], { cwd: fetched });
      renameSync(join(fetched, archive.replace('.tar.gz', '')), folder);
      rmSync(fetched, { recursive: true });
    }
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => wanted.test(file));
    return new Map(files.sort().map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  }

  /** Files that are installed, by path. */
  installed(paths: readonly string[]): Map<string, string> {
    const ask = 'import sysconfig; print(sysconfig.get_paths()["purelib"])';
    const site = execFileSync(this.python, ['-c', ask], { encoding: 'utf8' }).trim();
    return new Map(paths.map((path) => [path, readFileSync(join(site, path), 'utf8')]));
  }

  /** The version of a package that is installed. */
  version(name: string): string {
    const ask = 'import sys; from importlib.metadata import version; print(version(sys.argv[1]))';
    return execFileSync(this.python, ['-c', ask, name], { encoding: 'utf8' }).trim();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(join(CACHE, 'sources'), { recursive: true, force: true });
  }

  private get python(): string {
    return pythonIn(this.folder);
  }

  private pip(...args: readonly string[]): void {
    const [command = '', ...rest] = args;
    // Most modules are never imported.
    const quick = command === 'install' ? ['--no-compile'] : [];
    const quiet = ['-qq', '--disable-pip-version-check', ...quick];
    execFileSync(this.python, ['-m', 'pip', command, ...quiet, ...rest], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
}
