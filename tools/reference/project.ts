import { existsSync } from 'node:fs';
import { fileTable, hasTable } from '../../lib/config/oslo';
import type { FileTable } from '../../lib/config/oslo';
import type { NamedSections, Options, OsloOption } from '../../lib/config/oslo/table';
import { packageOptions } from '../../lib/config/oslo/table';
import { policyFile, readPlugins, readPolicy } from '../oslo-options/data';
import type { PolicyRules } from '../../lib/config/policy/table';
import type { Release } from '../oslo-options/projects';

/** What is known of a project in a release. */
export interface Project {
  readonly name: string;
  readonly release: string;
  readonly package: string;
  /** Of the packages that were asked. */
  readonly versions: { readonly [name: string]: string };
  /** The first is its main one. */
  readonly files: readonly FileTable[];
  readonly named: readonly NamedSections[];
  readonly rules: PolicyRules['rules'];
}

/** Undefined where the release has no such project. */
export function readProject(release: Release, name: string): Project | undefined {
  if (!hasTable(release, name)) return undefined;
  const { package: of, versions, files = {}, named = [], authentication } = packageOptions(release, name);
  const policy = existsSync(policyFile(release, name)) ? readPolicy(release, name) : undefined;
  return {
    name,
    release,
    package: of,
    versions: sorted({ ...versions, ...policy?.versions, ...(authentication && readPlugins(release).versions) }),
    files: mainFirst(name, Object.keys(files)).map((file) => fileTable(release, name, file)),
    named,
    rules: policy?.rules ?? {},
  };
}

const sorted = (versions: Project['versions']): Project['versions'] =>
  Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)));

function mainFirst(name: string, files: readonly string[]): string[] {
  const sorted = [...files].sort();
  const main = sorted.find((file) => file === `${name}.conf`) ?? sorted[0];
  return sorted.sort((one, other) => Number(other === main) - Number(one === main));
}

/** All sections with options, `[DEFAULT]` first and those with free names last. */
export function sectionsOf({ sections, named }: FileTable): (readonly [name: string, options: Options])[] {
  const rank = (name: string) => (name === 'DEFAULT' ? 0 : 1);
  const known = Object.entries(sections).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return [...known, ...named.map(({ name, options }) => [name, options] as const)].filter(
    ([, options]) => Object.keys(options).length > 0,
  );
}

export const optionsOf = (options: Options) => Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));

/** Where a page has an option, or a section. Those of the main file go without its name; `search.js` does the same. */
export function anchorOf({ files }: Project, { file }: FileTable, section: string, option?: string): string {
  const inFile = option === undefined ? `[${section}]` : `${section}.${option}`;
  return file === files[0]?.file ? inFile : `${file}:${inFile}`;
}

export const optionIn = (table: FileTable, section: string, option: string): OsloOption | undefined =>
  sectionsOf(table).find(([name]) => name === section)?.[1][option];
