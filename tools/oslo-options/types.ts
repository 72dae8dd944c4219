import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileTable, hasTable, packageOptions } from '../../lib/config/oslo/table';
import type { FileTable, Options, OsloOption } from '../../lib/config/oslo/table';
import { DATA } from './data';
import { PROJECTS, RELEASES } from './projects';

const FILE = join(DATA, 'oslo', 'options.d.ts');

/** Writes the types of what may be set in each file, from the tables. */
export const writeTypes = (): void => writeFileSync(FILE, types());

/** What stands in `data/oslo/options.d.ts`. */
export const writtenTypes = (): string => readFileSync(FILE, 'utf8');

/** The types of what may be set in each file, in any release: `'keystone/keystone.conf': { DEFAULT: { debug: B; … } }`. */
export function types(): string {
  const tables = new Map<string, FileTable[]>();
  for (const project of Object.keys(PROJECTS).sort()) {
    for (const release of RELEASES.filter((one) => hasTable(one, project))) {
      for (const file of Object.keys(packageOptions(release, project).files ?? {}).sort()) {
        const key = `${project}/${file}`;
        tables.set(key, [...(tables.get(key) ?? []), fileTable(release, project, file)]);
      }
    }
  }
  return [
    '/** The options of each file of each project, in any release. Made by `npm run oslo-options`. */',
    'type B = boolean | string;',
    'type N = number | string;',
    'type S = string;',
    'type M<T> = T | readonly T[];',
    '/** Options with names that nobody knows beforehand. */',
    'interface Free {',
    '  [name: string]: S | N | B;',
    '}',
    'export interface OsloFiles {',
    ...[...tables].map(([key, all]) => `  ${quoted(key)}: ${fileType(all)};`),
    '}',
    '',
  ].join('\n');
}

function fileType(tables: readonly FileTable[]): string {
  const sections = new Map<string, Options[]>();
  for (const [name, options] of tables.flatMap((table) => Object.entries(table.sections)))
    sections.set(name, [...(sections.get(name) ?? []), options]);
  const members = sorted(sections)
    .filter(([, all]) => all.some((one) => Object.keys(one).length > 0))
    .map(([name, all]) => `    ${quoted(name)}: ${sectionType(all)};`);
  return `{\n${members.join('\n')}\n  }`;
}

function sectionType(all: readonly Options[]): string {
  if (all.some((one) => Object.keys(one).some((name) => name.includes('{')))) return 'Free';
  const options = new Map<string, Set<string>>();
  for (const [name, option] of all.flatMap((one) => Object.entries(one))) {
    options.set(name, (options.get(name) ?? new Set()).add(optionType(option)));
  }
  const members = sorted(options).map(([name, found]) => ` ${quoted(name)}: ${[...found].sort().join(' | ')};`);
  return `{${members.join('')} }`;
}

function optionType(option: OsloOption): string {
  const one = { boolean: 'B', integer: 'N', float: 'N', port: 'N' }[option.type as string] ?? 'S';
  return option.multi ? `M<${one}>` : one;
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
const quoted = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`);
