import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  /**
   * Sections and names that still mean this option. The section is empty where it is the option's own: of a plugin's
   * option, and of one that a section with a free name takes.
   */
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

/** Sections of a file that its namespaces lack: what reads the file registers what others list. */
export interface MoreOptions {
  readonly file: string;
  readonly section: string;
  /** Those that list the options. */
  readonly namespaces: readonly string[];
  /** The code that registers them. */
  readonly source: string;
}

/** What `data/oslo/<release>/<name>.json` holds, of a project or of a library that projects share. */
export interface PackageOptions {
  readonly package: string;
  /** The versions that the options are from, by package. */
  readonly versions: { readonly [name: string]: string };
  /** Which namespaces each file of a project takes: its own, and those of libraries. */
  readonly files?: { readonly [file: string]: readonly string[] };
  readonly more?: readonly MoreOptions[];
  /** Sections in which options of keystoneauth's plugins are taken; `keystoneauth1.json` has them. */
  readonly authentication?: readonly string[];
  readonly named?: readonly NamedSections[];
  /** Of a library's namespaces a project has only the options that it changed. */
  readonly namespaces: { readonly [namespace: string]: Sections };
  /** What no namespace lists and the project's code registers all the same, in whichever file. */
  readonly unlisted?: Sections;
}

/** What `data/oslo/<release>/keystoneauth1.json` holds. */
export interface AuthenticationPlugins {
  readonly package: string;
  readonly versions: { readonly [name: string]: string };
  /** Options that each section has; `auth_type` names a plugin. */
  readonly common: Options;
  readonly plugins: { readonly [plugin: string]: Options };
}

/** Sections of which a part of the name is free. */
export interface FreeSections {
  /** `mdev_{name}` */
  readonly name: string;
  readonly options: Options;
}

/** What one file of a project takes in one release. */
export interface FileTable {
  readonly file: string;
  readonly release: string;
  readonly sections: { readonly [section: string]: Options };
  readonly named: readonly FreeSections[];
}

/** The compiled library has the tables beside it as the sources do. */
const DATA = join(__dirname, '..', '..', '..', 'data', 'oslo');
const fileOf = (release: string, name: string): string => join(DATA, release, `${name}.json`);
const read = (release: string, name: string): unknown => JSON.parse(readFileSync(fileOf(release, name), 'utf8'));

const tables = new Map<string, FileTable>();
/** Libraries serve many projects. */
const packages = new Map<string, PackageOptions>();

/**
 * The options that a file takes. Read from `data/oslo/` when it is first asked for.
 *
 * @param project as its table is called: `keystone`
 * @param file as the project calls it: `keystone.conf`
 * @throws Error where there is no table of the project, or the project has no such file
 */
export function fileTable(release: string, project: string, file: string): FileTable {
  const key = [release, project, file].join('\0');
  let table = tables.get(key);
  if (!table) {
    table = readTable(release, project, file);
    tables.set(key, table);
  }
  return table;
}

/** Whether a release has a table of a project. */
export const hasTable = (release: string, project: string): boolean => existsSync(fileOf(release, project));

function readTable(release: string, project: string, file: string): FileTable {
  const own = packageOptions(release, project);
  const namespaces = own.files?.[file];
  if (!namespaces) {
    throw new Error(`${project} of ${release} has no file ${file}; it has ${Object.keys(own.files ?? {}).join(', ')}`);
  }
  const sections: { [section: string]: Options } = {};
  const add = (name: string, options: Options = {}) => {
    sections[name] = { ...sections[name], ...options };
  };
  const addAll = (of: Sections = {}) => {
    for (const [name, { options }] of Object.entries(of)) add(name, options);
  };
  addAll(own.unlisted);
  const libraries = librariesOf(release, project, own);
  for (const name of namespaces) {
    addAll(libraries.get(name));
    addAll(own.namespaces[name]);
  }
  for (const { section, namespaces: others } of (own.more ?? []).filter((more) => more.file === file)) {
    for (const name of others) {
      add(section, libraries.get(name)?.[section]?.options);
      add(section, own.namespaces[name]?.[section]?.options);
    }
  }
  // Of a project's files, the one whose namespaces have the section. Whoever registers `auth_section` loads a plugin there.
  const authentication = Object.keys(sections).filter(
    (name) => own.authentication?.includes(name) || Object.hasOwn(sections[name]!, 'auth_section'),
  );
  if (authentication.length > 0 && hasTable(release, 'keystoneauth1')) {
    const options = optionsOf(read(release, 'keystoneauth1') as AuthenticationPlugins);
    // What the project registers itself is there before a plugin is loaded.
    for (const name of authentication) sections[name] = { ...options, ...sections[name] };
  }
  return { file, release, ...withNames(sections, own.named ?? []) };
}

/** The options of all plugins. Of one that several have, each may know other former names. */
function optionsOf({ common, plugins }: AuthenticationPlugins): Options {
  const all: { [name: string]: OsloOption } = {};
  for (const [name, option] of [common, ...Object.values(plugins)].flatMap((of) => Object.entries(of))) {
    const names = [...(all[name]?.formerly ?? []), ...(option.formerly ?? [])];
    const formerly = [...new Map(names.map((former) => [former.join('/'), former])).values()];
    all[name] = { ...option, ...(formerly.length > 0 && { formerly }) };
  }
  return all;
}

/** The table of a project or of a library, as it stands in `data/oslo/`. */
export function packageOptions(release: string, name: string): PackageOptions {
  const key = `${release}/${name}`;
  let found = packages.get(key);
  if (!found) {
    found = read(release, name) as PackageOptions;
    packages.set(key, found);
  }
  return found;
}

/** The sections of the libraries that a project takes, by namespace. */
function librariesOf(release: string, project: string, { versions }: PackageOptions): Map<string, Sections> {
  const names = Object.keys(versions).filter((name) => name !== project && hasTable(release, name));
  return new Map(names.flatMap((name) => Object.entries(packageOptions(release, name).namespaces)));
}

/** Sections whose names are known, and those whose names are not. */
function withNames(all: { readonly [section: string]: Options }, named: readonly NamedSections[]) {
  const known = Object.entries(all).filter(([name]) => !name.includes('{'));
  const patterns = new Map<string, { [option: string]: OsloOption }>();
  for (const { section, names, like = [], likeByValue = {} } of named) {
    const fixed = typeof names === 'object' && !('section' in names) ? names : [section];
    for (const name of fixed) {
      const options = patterns.get(name) ?? {};
      for (const other of [...like, ...Object.values(likeByValue)]) Object.assign(options, asOwn(other, all[other]));
      patterns.set(name, options);
    }
  }
  const fixed = [...patterns].filter(([name]) => !name.includes('{'));
  return {
    sections: Object.fromEntries([
      ...known,
      ...fixed.map(([name, options]): [string, Options] => [name, { ...all[name], ...options }]),
    ]),
    named: [...patterns].filter(([name]) => name.includes('{')).map(([name, options]) => ({ name, options })),
  };
}

/** The options of a section as another one has them: a former name in the section itself goes with them. */
function asOwn(section: string, options: Options = {}): Options {
  const own = (option: OsloOption): OsloOption =>
    option.formerly
      ? { ...option, formerly: option.formerly.map(([of, name]) => [of === section ? '' : of, name]) }
      : option;
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, own(option)]));
}
