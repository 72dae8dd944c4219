import type { FileTable, Options, OsloOption } from './table';

/** What a name in a section means: an option of now, or one that had the name before. */
export interface Meaning {
  readonly option: OsloOption;
  /** Where the option is now, if the name is one of old. An empty section is the one that the name is in. */
  readonly now?: readonly [section: string, option: string];
}

/** What a section takes. */
export interface SectionNames {
  readonly options: ReadonlyMap<string, Meaning>;
  /** What options with any other name mean. Without it there are none. */
  readonly others?: Meaning;
}

/** What a file takes. */
export interface FileNames {
  readonly sections: ReadonlyMap<string, SectionNames>;
  /** Sections of which a part of the name is free: `mdev_` and a name. */
  readonly named: readonly { readonly pattern: string; readonly section: SectionNames }[];
  /** What any other section takes. Without it there are none. */
  readonly others?: SectionNames;
}

/** Finds what no free name may be: it would break the line that it stands in, or zod would not look at it. */
export const NO_SECTION = '^(__proto__)?$|[^A-Za-z0-9_ .:@/-]|^[ .:@/-]|[ .:@/-]$';
export const NO_OPTION = '^(__proto__)?$|[^A-Za-z0-9_.-]|^[.-]|[.-]$';
const SECTION_REST = '[A-Za-z0-9_ .:@/-]*[A-Za-z0-9_]';

const known = new WeakMap<FileTable, FileNames>();

/** The names that a file takes. */
export function namesOf(table: FileTable): FileNames {
  let names = known.get(table);
  if (!names) {
    names = read(table);
    known.set(table, names);
  }
  return names;
}

function read(table: FileTable): FileNames {
  const sections = new Map<string, { options: Map<string, Meaning>; others?: Meaning }>();
  for (const [section, options] of Object.entries(table.sections))
    sections.set(section, sectionNames(options, section));
  for (const [section, options] of Object.entries(table.sections)) {
    for (const [name, option] of Object.entries(options)) {
      for (const [oldSection, oldName] of option.formerly ?? []) {
        if (oldSection === '') continue;
        const old = sections.get(oldSection) ?? { options: new Map<string, Meaning>() };
        sections.set(oldSection, old);
        if (!old.options.has(oldName)) old.options.set(oldName, { option, now: [section, name] });
      }
    }
  }
  const isFree = (name: string): boolean => /^\{[a-z]+\}$/.test(name);
  const free = table.named.find(({ name }) => isFree(name));
  return {
    sections,
    named: table.named
      .filter(({ name }) => !isFree(name))
      .map(({ name, options }) => ({ pattern: patternOf(name), section: sectionNames(options) })),
    ...(free && { others: sectionNames(free.options) }),
  };
}

/** The names of options in their own section, those of old among them. */
function sectionNames(options: Options, section = ''): { options: Map<string, Meaning>; others?: Meaning } {
  const others = Object.entries(options).find(([name]) => name.includes('{'))?.[1];
  const named = Object.entries(options).filter(([name]) => !name.includes('{'));
  const meanings = new Map<string, Meaning>(named.map(([name, option]) => [name, { option }]));
  for (const [name, option] of named) {
    for (const [oldSection, oldName] of option.formerly ?? []) {
      if (oldSection === '' && !meanings.has(oldName)) meanings.set(oldName, { option, now: [section, name] });
    }
  }
  return { options: meanings, ...(others && { others: { option: others } }) };
}

/** A pattern of the sections that a name with a free part stands for. */
export const patternOf = (name: string): string =>
  `^${name.replace(/[.]/g, '\\.').replace(/\{[a-z]+\}/g, SECTION_REST)}$`;

/** What a section of this name takes, if there may be one. */
export function sectionOf(names: FileNames, section: string): SectionNames | undefined {
  const exact = names.sections.get(section);
  if (exact) return exact;
  const named = names.named.find(({ pattern }) => new RegExp(pattern, 'u').test(section));
  if (named) return named.section;
  return new RegExp(NO_SECTION, 'u').test(section) ? undefined : names.others;
}

/** What a name in a section means, if anything. */
export function meaningOf(section: SectionNames, name: string): Meaning | undefined {
  return section.options.get(name) ?? (new RegExp(NO_OPTION, 'u').test(name) ? undefined : section.others);
}
