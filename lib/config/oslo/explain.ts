import { marksOf } from './check';
import { defaultOf } from './default';
import { FileNames, Meaning, SectionNames, meaningOf, namesOf, sectionOf } from './names';
import type { FileTable, OsloOption } from './table';
import { takenBy } from './words';

/** `[section] option` */
export type OptionPlace = readonly [section: string, option: string];

/** What one release says of a name in a section. */
export interface OptionFacts {
  readonly release: string;
  /** In words. */
  readonly takes: string;
  /** As a file would have it. Missing: none. */
  readonly default?: string;
  /** What the project shows where there is no default. */
  readonly sample?: string;
  readonly help?: string;
  /** Words about some of its choices. */
  readonly choices?: { readonly [choice: string]: string };
  readonly secret: boolean;
  readonly required: boolean;
  /** Read again on SIGHUP. */
  readonly mutable: boolean;
  /** Why not to use the name: that it is an old one, that the option will go. */
  readonly marks: readonly string[];
  /** Where the option is now, if the name is an old one; what takes its place, if it will go. */
  readonly successors: readonly OptionPlace[];
  /** Its old names. */
  readonly formerly: readonly OptionPlace[];
}

/** What stands for the free part of a name in a table or in a path: `mdev_{name}`, `<name>`, `*`. */
const plain = (name: string): string => (name === '*' ? 'name' : name.replace(/[{}<>]/g, ''));

/** The section of a file that has a name; a part of the name may be in braces. */
const sectionIn = (names: FileNames, section: string): SectionNames | undefined => sectionOf(names, plain(section));

/** The sections of a file by name. A free part of a name is in braces. */
export const sectionNamesOf = (table: FileTable): string[] => [
  ...namesOf(table).sections.keys(),
  ...table.named.map(({ name }) => name),
];

/** The options of a section by name, those of old not among them; undefined where there is no such section. */
export function optionNamesOf(table: FileTable, section: string): string[] | undefined {
  const names = sectionIn(namesOf(table), section);
  return names && [...names.options].flatMap(([name, { now }]) => (now ? [] : [name]));
}

/** What a name in a section is in a release; undefined where it is none. */
export function optionFacts(table: FileTable, section: string, name: string): OptionFacts | undefined {
  const names = sectionIn(namesOf(table), section);
  const meaning = names && meaningOf(names, plain(name));
  if (!meaning) return undefined;
  const { option } = meaning;
  const { text, sample } = defaultOf(option);
  const { help, secret = false, required = false, mutable = false, formerly = [] } = option;
  return {
    release: table.release,
    takes: takenBy(option),
    ...(text !== undefined && { default: text }),
    ...(sample !== undefined && { sample }),
    ...(help !== undefined && { help }),
    ...('choiceHelp' in option && option.choiceHelp && { choices: option.choiceHelp }),
    secret,
    required,
    mutable,
    marks: marksOf(meaning, section),
    successors: successorsOf(table, meaning, section, name),
    formerly: formerly.map((place) => inSection(place, section)),
  };
}

/** An empty section is the one that the name is in. */
const inSection = ([of, name]: OptionPlace, section: string): OptionPlace => [of || section, name];

/** Where to go with a setting: options that have its name as an old one. */
function successorsOf(table: FileTable, { now, option }: Meaning, section: string, name: string): OptionPlace[] {
  if (now) return [inSection(now, section)];
  if (!option.deprecated) return [];
  const has = (other: OsloOption, home: string): boolean =>
    (other.formerly ?? []).some((place) => inSection(place, home).join('/') === `${section}/${name}`);
  return Object.entries(table.sections).flatMap(([home, options]) =>
    Object.entries(options).flatMap(([key, other]): OptionPlace[] => (has(other, home) ? [[home, key]] : [])),
  );
}
