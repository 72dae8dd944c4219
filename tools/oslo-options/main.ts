import { parseArgs } from 'node:util';
import { make } from './make';
import { PROJECTS, RELEASES } from './projects';
import type { Release } from './projects';
import { writeTypes } from './types';

/**
 * `npm run oslo-options [-- --release 2025.1 [PROJECT…]]`: all projects of both releases, or these, and the types of all
 * options; with `--types` only the types.
 */
const { values, positionals } = parseArgs({
  options: { release: { type: 'string' }, types: { type: 'boolean' } },
  allowPositionals: true,
});

const releases = RELEASES.filter((release) => values.release === undefined || release === values.release);
if (releases.length === 0) throw new Error(`--release ${values.release}: there are ${RELEASES.join(', ')}`);
for (const name of positionals) {
  if (!(name in PROJECTS)) throw new Error(`${name}: there are ${Object.keys(PROJECTS).join(', ')}`);
}
const names = positionals.length > 0 ? positionals : Object.keys(PROJECTS);
if (!values.types)
  for (const release of releases) make(release satisfies Release, names, (line) => console.log(`${release} ${line}`));
writeTypes();
