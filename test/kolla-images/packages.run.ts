import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEB, SYSTEM } from './packages';

/**
 * The table of Debian's packages says what packages hold: those of the Debian where this runs. They stand for the ones
 * that Kolla takes from MariaDB and RabbitMQ, which are built from the same packaging; nothing stands for Rocky's.
 */
const folder = join(__dirname, '..', '..', '.cache', 'kolla', 'debian');
const run = (file: string, ...args: string[]) =>
  execFileSync(file, args, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });

/** The file of a package. */
function fetched(name: string): string {
  mkdirSync(folder, { recursive: true });
  const find = () => readdirSync(folder).find((file) => file.startsWith(`${name}_`));
  if (find() === undefined) {
    try {
      run('apt-get', 'download', '-qq', name);
    } catch {
      // The lists of packages are not there yet, or are old.
      run('apt-get', 'update', '-qq');
      run('apt-get', 'download', '-qq', name);
    }
  }
  return join(folder, find()!);
}

/** Paths in a package: `/usr/bin/a`, and `/bin/a` as `/usr/bin/a`. */
const pathsIn = (file: string): string[] =>
  run('dpkg-deb', '-c', file)
    .split('\n')
    .map((line) => /^\S+ \S+ +\d+ \S+ \S+ \.(\/.*?)\/?(?: -> .*| link to .*)?$/.exec(line)?.[1] ?? '')
    .map((path) => path.replace(/^\/(s?bin)\//, '/usr/$1/'));

/** What the package's scripts make when it is installed. */
function script(file: string): string {
  try {
    return run('dpkg-deb', '-I', file, 'postinst');
  } catch {
    return '';
  }
}

test.each(Object.entries(DEB).filter(([name]) => name !== SYSTEM))(
  'the package %s has the files that the table says',
  (name, { files = [], brings = [] }) => {
    const file = fetched(name);
    const paths = pathsIn(file);
    const missing = files.filter((path) => !paths.includes(path) && !script(file).includes(path));
    const fields = run('dpkg-deb', '-f', file, 'Depends', 'Pre-Depends');
    const depends = fields.split(/[,|\n]/).map((one) =>
      one
        .replace(/^(Pre-)?Depends:/, '')
        .trim()
        .replace(/[ (:].*/, ''),
    );
    const direct = brings.filter((other) => !depends.includes(other));
    // mariadb-client has mariadb-common from mariadb-client-core.
    const through = direct.filter((other) => !brings.some((one) => dependsOn(one).includes(other)));
    expect({ missing, through }).toEqual({ missing: [], through: [] });
  },
  120_000,
);

const dependsOn = (name: string): string[] =>
  run('dpkg-deb', '-f', fetched(name), 'Depends')
    .split(',')
    .map((one) => one.trim().replace(/[ (:].*/, ''));

test.each(DEB[SYSTEM]!.files ?? [])('each Debian has %s', (path) => expect(existsSync(path)).toBe(true));
