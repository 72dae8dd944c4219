// Debian packages that the tests of pods need on this machine.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];

/** Installs the packages, named by a program of theirs or the path of a file, whose program or file is not there. */
export function install(packages: Readonly<Record<string, string>>): void {
  const missing = Object.keys(packages).filter(
    (program) => !folders.some((folder) => existsSync(resolve(folder, program))),
  );
  if (missing.length === 0) return;
  const apt = (...args: readonly string[]): void => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 });
  };
  apt('update');
  apt('install', '--yes', '--no-install-recommends', ...missing.map((program) => packages[program]!));
}
