import fc from 'fast-check';
import { namesOf, sectionOf } from '../../lib/config/oslo/names';
import type { FileTable, NamedSections, OsloOption } from '../../lib/config/oslo/table';
import type { Name } from './oslo-config';

/** An option under a name that a file may have for it. */
export interface NamedOption extends Name {
  readonly option: OsloOption;
  /** Where the option is now, if the name is one of old. */
  readonly now?: readonly [section: string, option: string];
}

/** A name that an operator may give to what the table has in braces. */
export const named = (name: string, n = 1): string => name.replace(/\{[a-z]+\}/g, `Own_${n}`);

/** Sections with an operator's names, one for each kind, and the sections whose options a kind has. */
export function ownSections(all: readonly NamedSections[]): { [section: string]: readonly string[] } {
  const kinds = all.flatMap(({ section, names, like = [], likeByValue = {} }) => {
    const fixed = typeof names === 'object' && !('section' in names) ? names : [section];
    const options = like.length > 0 ? [like] : Object.values(likeByValue).map((other) => [other]);
    return fixed.flatMap((name) => options.map((of) => [name, of] as const));
  });
  return Object.fromEntries(kinds.map(([section, like], n) => [named(section, n), like]));
}

/** All options of a file by all their names, those of `own` sections too. */
export function namedOptions(table: FileTable, own: readonly string[]): NamedOption[] {
  const names = namesOf(table);
  return [...new Set([...names.sections.keys(), ...own])].flatMap((section) => {
    const { options, others } = sectionOf(names, section)!;
    const free = others ? [{ section, name: named('{name}'), ...others }] : [];
    return [...[...options].map(([name, meaning]) => ({ section, name, ...meaning })), ...free];
  });
}

const STRANGE = [
  '',
  ' ',
  '-',
  'a b',
  'é',
  '日本',
  '#a',
  ';a',
  '[a',
  'a]',
  'a=b',
  'a:b',
  '$a',
  '{name}',
  '__proto__',
  'config_source',
  'x',
];

/** What becomes of a name when it is written in haste. */
const SLIPS: readonly ((name: string, at: number) => string)[] = [
  (name, at) => name.slice(0, at) + name.slice(at + 1),
  (name, at) => name.slice(0, at + 1) + name.slice(at),
  (name, at) =>
    name.slice(0, at) +
    name
      .slice(at, at + 2)
      .split('')
      .reverse()
      .join('') +
    name.slice(at + 2),
  (name, at) => `${name.slice(0, at)}x${name.slice(at + 1)}`,
  (name) => name.replaceAll('_', '-'),
  (name) => name.replaceAll('-', '_'),
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  (name) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
  (name) => `${name}s`,
  (name) => ` ${name}`,
  (name) => `${name} `,
  (name) => `${name}=x`,
  (name) => `${name}:x`,
];

const misspelt = (name: string): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...SLIPS), fc.nat(Math.max(name.length - 1, 0))).map(([slip, at]) => slip(name, at));

/** Names of options: right ones, those of old, misspelt ones, and those of other sections. */
export function namesLike(options: readonly NamedOption[]): fc.Arbitrary<Name> {
  const one = fc.constantFrom(...options);
  const old = options.filter(({ now }) => now !== undefined);
  const strange = fc.constantFrom(...STRANGE);
  const name = fc.oneof(
    { arbitrary: one, weight: 2 },
    { arbitrary: old.length > 0 ? fc.constantFrom(...old) : one, weight: 2 },
    { arbitrary: one.chain((of) => misspelt(of.name).map((wrong) => ({ ...of, name: wrong }))), weight: 4 },
    { arbitrary: one.chain((of) => misspelt(of.section).map((wrong) => ({ ...of, section: wrong }))), weight: 3 },
    { arbitrary: fc.tuple(one, one).map(([of, { section }]) => ({ ...of, section })), weight: 3 },
    { arbitrary: fc.tuple(one, strange).map(([of, wrong]) => ({ ...of, name: wrong })), weight: 1 },
    { arbitrary: fc.tuple(one, strange).map(([of, wrong]) => ({ ...of, section: wrong })), weight: 1 },
  );
  return name.map((of) => ({ section: of.section, name: of.name }));
}
