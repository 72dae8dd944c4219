import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from './toolchain/lock';

const ROOT = join(__dirname, '..');

/** The major version of each project in each release of OpenStack. */
const VERSIONS = {
  keystone: { '2025.1': '27.0', '2026.1': '29.0' },
  nova: { '2025.1': '31.0', '2026.1': '33.0' },
} as const;

export type OpenStackRelease = keyof (typeof VERSIONS)['keystone'];
export type OpenStackProject = keyof typeof VERSIONS;

/** Whether a Python is here with which a virtual environment can be made: 3.10 or newer, with venv. */
export function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Where pip finds the upper constraints of a release: a file or an address. */
export function constraints(release: OpenStackRelease): string {
  const name = `upper-constraints-${release}.txt`;
  const folders = [process.env.OPENSTACK_CONSTRAINTS_DIR, join(ROOT, '..', 'shared', 'constraints')];
  for (const folder of folders) {
    if (folder !== undefined && existsSync(join(folder, name))) return join(folder, name);
  }
  return `https://releases.openstack.org/constraints/upper/${release}`;
}

/**
 * The path of a Python that has the real Keystone of a release, or another project, in a virtual environment under
 * `.cache/openstack/`, made at the first call (about half a minute).
 *
 * Upper constraints come from the folder in OPENSTACK_CONSTRAINTS_DIR, else from
 * `../shared/constraints/` beside the repository, else from releases.openstack.org.
 *
 * @throws Error where there is no python3 of version 3.10 or newer with the module venv.
 */
export function openstackPython(release: OpenStackRelease, project: OpenStackProject = 'keystone'): string {
  const name = project === 'keystone' ? release : `${release}-${project}`;
  const folder = join(ROOT, '.cache', 'openstack', name);
  const python = join(folder, 'bin', 'python');
  // A virtual environment can't be moved into place when it is done, so a stamp tells that it is.
  const complete = join(folder, '.complete');
  if (existsSync(complete)) return python;
  mkdirSync(dirname(folder), { recursive: true });
  // Tests in other processes wait for the one that makes it.
  withLock(`${folder}.lock`, () => existsSync(complete) || make(release, project, folder, complete));
  return python;
}

function make(release: OpenStackRelease, project: OpenStackProject, folder: string, complete: string): void {
  if (!hasPython()) {
    throw new Error('python3 3.10 or newer with the module venv is needed (Debian: python3-venv)');
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  const packages = [`${project}~=${VERSIONS[project][release]}`, 'pymysql'];
  execFileSync(
    join(folder, 'bin', 'python'),
    ['-m', 'pip', 'install', '--quiet', '--constraint', constraints(release), ...packages],
    {
      stdio: 'inherit',
    },
  );
  writeFileSync(complete, '');
}
