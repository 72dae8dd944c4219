import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Release } from './projects';

/** A type as oslo.config parses it from a text. Texts of any type may refer to other options: `$state_path/lock`. */
export type OptionType = {
  /** A class or function that checks more than is said here. */
  readonly checkedBy?: string;
} & (
  | { readonly type: 'boolean' | 'hostname' }
  | ({ readonly type: 'string' } & Choices<string> & {
        /** Quotes around it are taken off; one that is not closed is refused. */
        readonly quotes?: true;
        /** Python's; searched anywhere in the text. */
        readonly regex?: string;
        /** Choices and the pattern hold in any case. */
        readonly ignoreCase?: true;
        readonly maxLength?: number;
      })
  | ({ readonly type: 'integer' | 'float' | 'port' } & Choices<number> & Limits)
  /** `1-5`, `7`; bounds of both sides. Without its upper end where it is exclusive. */
  | ({ readonly type: 'range'; readonly exclusive?: true } & Limits)
  /** With commas between; in `[…]` where it has bounds. */
  | { readonly type: 'list'; readonly items: OptionType; readonly bounds?: true }
  /** `key:value` with commas between, or another separator than the colon; in `{…}` where it has bounds. */
  | { readonly type: 'dict'; readonly values: OptionType; readonly bounds?: true; readonly separator?: string }
  | { readonly type: 'ip-address' | 'host-address' | 'host-domain'; readonly version?: 4 | 6 }
  | { readonly type: 'uri'; readonly maxLength?: number; readonly schemes?: readonly string[] }
);

interface Choices<T> {
  readonly choices?: readonly (T | null)[];
  /** Words about some of them. */
  readonly choiceHelp?: { readonly [choice: string]: string };
}

/** Inclusive. One that JavaScript can't count to is a text. With choices they are not looked at. */
interface Limits {
  readonly min?: number | string;
  readonly max?: number | string;
}

export type OsloOption = OptionType & {
  /** May be given several times; each time one value of the type. */
  readonly multi?: true;
  /** Without one the service sees none, or what it finds on its machine. */
  readonly default?: unknown;
  /** What to show in place of the default: words such as `<host name>`, or values to begin with. */
  readonly sample?: unknown;
  readonly required?: true;
  readonly secret?: true;
  readonly advanced?: true;
  /** Read again on SIGHUP. */
  readonly mutable?: true;
  /** Sections and names that still mean this option. Of a plugin's option the section is empty: its own. */
  readonly formerly?: readonly (readonly [section: string, option: string])[];
  /** It will go. */
  readonly deprecated?: { readonly since?: string; readonly reason?: string };
  readonly help?: string;
  /** The file of the package that registers it, where no generator lists it. */
  readonly by?: string;
};

export interface Options {
  /** By the key that a file takes: with underscores, never dashes. One in braces stands for names that it tells of. */
  readonly [option: string]: OsloOption;
}

export interface Section {
  readonly help?: string;
  /** An option that names sections which take the same options as this one. */
  readonly owner?: string;
  /** An option that tells which of `drivers` reads this section. */
  readonly driverOption?: string;
  /** Which options only a driver has. */
  readonly drivers?: { readonly [driver: string]: readonly string[] };
  readonly options: Options;
}

export interface Sections {
  readonly [section: string]: Section;
}

/** Sections that take the options of others, with names that nobody knows beforehand. */
export interface NamedSections {
  /** `{name}` stands for a name. */
  readonly section: string;
  /** Where names come from: the items or keys of an option, the names themselves, or, in words, something else. */
  readonly names: { readonly section: string; readonly option: string } | readonly string[] | string;
  /** Sections whose options it takes. */
  readonly like?: readonly string[];
  /** The same, by the value that the option has for the name: the type of a store. */
  readonly likeByValue?: { readonly [value: string]: string };
  /** The project's code that does so. */
  readonly source: string;
}

/** What `data/oslo/<release>/<name>.json` holds, of a project or of a library that projects share. */
export interface PackageOptions {
  readonly package: string;
  /** The versions that the options are from, by package. */
  readonly versions: { readonly [name: string]: string };
  /** Which namespaces each file of a project takes: its own, and those of libraries. */
  readonly files?: { readonly [file: string]: readonly string[] };
  /** Sections in which options of keystoneauth's plugins are taken; `keystoneauth1.json` has them. */
  readonly authentication?: readonly string[];
  readonly named?: readonly NamedSections[];
  /** Of a library's namespaces a project has only the options that it changed. */
  readonly namespaces: { readonly [namespace: string]: Sections };
  /** What no namespace lists and the project's code registers all the same, in whichever file. */
  readonly unlisted?: Sections;
}

/** A rule of a policy. */
export interface PolicyRule {
  readonly check: string;
  readonly scopes?: readonly string[];
  /** `GET /v3/users` */
  readonly operations?: readonly string[];
  /** What it was called, and what it checked. */
  readonly formerly?: {
    readonly name?: string;
    readonly check?: string;
    readonly since?: string;
    readonly reason?: string;
  };
  readonly deprecated?: { readonly since?: string; readonly reason?: string };
  readonly help?: string;
}

/** What `data/policy/<release>/<project>.json` holds. */
export interface PolicyRules {
  readonly package: string;
  readonly versions: { readonly [name: string]: string };
  readonly rules: { readonly [name: string]: PolicyRule };
}

/** What `data/oslo/<release>/keystoneauth1.json` holds. */
export interface AuthenticationPlugins {
  readonly package: string;
  readonly versions: { readonly [name: string]: string };
  /** Options that each section has; `auth_type` names a plugin. */
  readonly common: Options;
  readonly plugins: { readonly [plugin: string]: Options };
}

export const DATA = join(__dirname, '..', '..', 'data');
/** The file of a project's or a library's options, or of keystoneauth's plugins. */
export const optionsFile = (release: Release, name: string): string => join(DATA, 'oslo', release, `${name}.json`);
export const policyFile = (release: Release, project: string): string =>
  join(DATA, 'policy', release, `${project}.json`);

export const readOptions = (release: Release, name: string): PackageOptions =>
  JSON.parse(readFileSync(optionsFile(release, name), 'utf8')) as PackageOptions;
export const readPlugins = (release: Release): AuthenticationPlugins =>
  JSON.parse(readFileSync(optionsFile(release, 'keystoneauth1'), 'utf8')) as AuthenticationPlugins;
export const readPolicy = (release: Release, project: string): PolicyRules =>
  JSON.parse(readFileSync(policyFile(release, project), 'utf8')) as PolicyRules;

/** The sections of the libraries that a project takes, by namespace. */
export function librariesOf(release: Release, project: PackageOptions): Map<string, Sections> {
  const names = Object.keys(project.versions).filter(
    (name) => name !== project.package && existsSync(optionsFile(release, name)),
  );
  return new Map(names.flatMap((name) => Object.entries(readOptions(release, name).namespaces)));
}

/**
 * All sections and options of a project's file: its own and those of libraries, as the project changed them. Options
 * that no namespace lists are among them, since it is not known which file they are for.
 *
 * @param librariesOf the file of a library, by its namespace; see `librariesOf`
 */
export function sectionsOf(
  project: PackageOptions,
  file: string,
  libraries: ReadonlyMap<string, Sections>,
): { [section: string]: Options } {
  const found: { [section: string]: Options } = {};
  const add = (sections: Sections = {}) => {
    for (const [name, { options }] of Object.entries(sections)) found[name] = { ...found[name], ...options };
  };
  add(project.unlisted);
  for (const namespace of project.files?.[file] ?? []) {
    add(libraries.get(namespace));
    add(project.namespaces[namespace]);
  }
  return found;
}
