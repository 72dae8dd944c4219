import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../toolchain/lock';
import { readOptions } from './data';
import { CACHE, Environment, pythonIn } from './environment';
import { PLUGINS_PACKAGE, PROJECTS } from './projects';
import type { Release } from './projects';

/**
 * The path of a Python that has all projects of a release, in the versions that the tables in `data/oslo` are of. Made at
 * the first call (minutes), and anew once the tables are of others.
 *
 * @throws Error where there is no python3 with the module venv
 */
export function projectsPython(release: Release): string {
  const folder = join(CACHE, `${release}-all`);
  const packages = packagesOf(release);
  // Tells that it is done, and what is in it.
  const complete = join(folder, '.complete');
  const isComplete = () => existsSync(complete) && readFileSync(complete, 'utf8') === packages.join('\n');
  const make = () => {
    rmSync(folder, { recursive: true, force: true });
    new Environment(release, folder).install(...packages);
    writeFileSync(complete, packages.join('\n'));
  };
  mkdirSync(CACHE, { recursive: true });
  if (!isComplete()) withLock(`${folder}.lock`, () => isComplete() || make());
  return pythonIn(folder);
}

function packagesOf(release: Release): string[] {
  const projects = Object.entries(PROJECTS).filter(([, { versions }]) => versions[release] !== undefined);
  const packages = projects.flatMap(([name, { package: of, with: more = [] }]) => [
    `${of}==${readOptions(release, name).versions[of]}`,
    ...more,
  ]);
  return [...packages, PLUGINS_PACKAGE];
}
