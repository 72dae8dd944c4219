import type { FileNames, Meaning, SectionNames } from './names';

/** What a name means in each release; nothing where the release has no such section or option. */
export type Meanings = readonly (Meaning | undefined)[];

/** A section in each release. */
export type Sections = readonly (SectionNames | undefined)[];

export const namesIn = (sections: Sections): string[] =>
  [...new Set(sections.flatMap((section) => [...(section?.options.keys() ?? [])]))].sort();
export const meaningsOf = (sections: Sections, name: string): Meanings =>
  sections.map((section) => section && (section.options.get(name) ?? section.others));

export const sectionsIn = (files: readonly FileNames[]): string[] =>
  [...new Set(files.flatMap(({ sections }) => [...sections.keys()]))].sort();
export const sectionsOf = (files: readonly FileNames[], key: string): Sections =>
  files.map((file) => file.sections.get(key) ?? file.others);

export const patternsIn = (files: readonly FileNames[]): string[] =>
  [...new Set(files.flatMap(({ named }) => named.map(({ pattern }) => pattern)))].sort();
export const namedOf = (files: readonly FileNames[], key: string): Sections =>
  files.map(({ named }) => named.find(({ pattern }) => pattern === key)?.section);
