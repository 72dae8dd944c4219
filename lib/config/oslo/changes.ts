import { Default, defaultOf, sameDefault } from './default';
import { patternOf } from './names';
import { typeKey } from './option-schema';
import type { FileTable, OptionType, Options, OsloOption } from './table';
import { takenBy } from './words';

export type Place = readonly [section: string, option: string];
type Choice = string | number;

/** What changes for one name. */
export type What =
  /** Nothing takes it any more. */
  | {
      readonly kind: 'gone';
      /** The option whose former name it was. */
      readonly was?: Place;
      /** What the release before said of it. */
      readonly deprecated?: OsloOption['deprecated'];
    }
  /** It is a former name of these by now. */
  | { readonly kind: 'moved'; readonly to: readonly Place[] }
  | {
      readonly kind: 'deprecated';
      readonly since?: string;
      readonly reason?: string;
      /** Options that have it as a former name. */
      readonly to: readonly Place[];
    }
  /** What it takes, in words. They are the same where the difference is finer than words. */
  | { readonly kind: 'type'; readonly before: string; readonly after: string }
  | { readonly kind: 'choices'; readonly gone: readonly Choice[]; readonly added: readonly Choice[] }
  | { readonly kind: 'default'; readonly before: Default; readonly after: Default }
  /** An option that was not there, under no other name either. */
  | {
      readonly kind: 'new';
      /** The option whose former name it was. */
      readonly was?: Place;
    };

export type Change = { readonly section: string; readonly option: string } & What;

/** From what stops a configuration to what it may leave alone. */
export const KINDS = ['gone', 'moved', 'deprecated', 'type', 'choices', 'default', 'new'] as const;

/** What a file takes otherwise in a later release. */
export interface Changes {
  readonly sections: { readonly gone: readonly string[]; readonly new: readonly string[] };
  /** By section, option and kind. A free part of a name is in braces: `mdev_{name}`. */
  readonly options: readonly Change[];
}

/**
 * What changed for a file between two releases. Help, samples and the order of choices change nothing for a user. An
 * option with another name is no new one, and former names of an option that is gone go without saying.
 */
export function changesBetween(before: FileTable, after: FileTable): Changes {
  const [old, now] = [namesIn(before), namesIn(after)];
  const changes = placesIn(old, now).flatMap(([section, option]) =>
    differences(old.get(section)?.get(option), now.get(section)?.get(option)).map((what): Change => ({
      section,
      option,
      ...what,
    })),
  );
  const [had, has] = [sectionsOf(before), sectionsOf(after)];
  return {
    sections: { gone: without(had, has), new: without(has, had) },
    options: withoutImplied(changes).sort(inOrder),
  };
}

/**
 * What changes for one option as a user has it: in a section whose name is free, or by a former name. What changes for
 * the option that a former name means comes under the option's own.
 */
export function changesFor(before: FileTable, after: FileTable, [section, option]: Place): Change[] {
  const inUse = (table: FileTable, [home, name]: Place): Place => [
    home === homeOf(table, section) ? section : home,
    name,
  ];
  const was = findIn(before, section, option);
  const changes = differences(was, findIn(after, section, option)).map((what): Change => {
    const moves = what.kind === 'moved' || what.kind === 'deprecated';
    return { section, option, ...what, ...(moves && { to: what.to.map((place) => inUse(after, place)) }) };
  });
  const [heir] = was?.option ? [] : (was?.heirs ?? []);
  return heir ? [...changes, ...changesFor(before, after, inUse(before, heir.place))] : changes;
}

/** What a name means: an option, or those that had the name before, or both. */
interface Name {
  readonly option?: OsloOption;
  readonly heirs: readonly Heir[];
}

interface Heir {
  readonly place: Place;
  readonly option: OsloOption;
}

type Sections = ReadonlyMap<string, Options>;
type Names = ReadonlyMap<string, ReadonlyMap<string, Name>>;

/** All sections with options; those with free names by the pattern of these. */
function sectionsOf({ sections, named }: FileTable): Sections {
  const free = named.map(({ name, options }) => [name, options] as const);
  return new Map([...Object.entries(sections), ...free].filter(([, options]) => Object.keys(options).length > 0));
}

const known = new WeakMap<FileTable, Names>();

/** All names that a file takes, former ones too. */
function namesIn(table: FileTable): Names {
  const made = known.get(table);
  if (made) return made;
  const names = new Map<string, Map<string, { option?: OsloOption; heirs: Heir[] }>>();
  const at = (section: string, option: string) => {
    const inside = names.get(section) ?? new Map<string, { option?: OsloOption; heirs: Heir[] }>();
    const name = inside.get(option) ?? { heirs: [] };
    names.set(section, inside.set(option, name));
    return name;
  };
  for (const [section, options] of sectionsOf(table)) {
    for (const [name, option] of Object.entries(options)) {
      at(section, name).option = option;
      for (const [of, old] of option.formerly ?? [])
        at(of || section, old).heirs.push({ place: [section, name], option });
    }
  }
  known.set(table, names);
  return names;
}

function placesIn(...all: readonly Names[]): Place[] {
  const places = all.flatMap((names) =>
    [...names].flatMap(([section, of]) => [...of.keys()].map((name): Place => [section, name])),
  );
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

/** What a user's name means. */
function findIn(table: FileTable, section: string, option: string): Name | undefined {
  const names = namesIn(table).get(homeOf(table, section)) ?? new Map<string, Name>();
  return names.get(option) ?? [...names].find(([name]) => name.includes('{'))?.[1];
}

/** A section as the table has it: by its name, or by a pattern, of which the longer one says more. */
function homeOf(table: FileTable, section: string): string {
  if (namesIn(table).has(section)) return section;
  const patterns = table.named.map(({ name }) => name).sort((one, other) => other.length - one.length);
  return patterns.find((name) => new RegExp(patternOf(name), 'u').test(section)) ?? section;
}

function differences(before: Name | undefined, after: Name | undefined): What[] {
  const was = before?.option ? undefined : before?.heirs[0]?.place;
  if (!after) return before ? [{ kind: 'gone', ...(was && { was }), ...said(before.option) }] : [];
  const to = after.heirs.map(({ place }) => place);
  if (!before?.option) {
    if (after.option) return [{ kind: 'new', ...(was && { was }) }];
    return !was || to.some((place) => keyOf(place) === keyOf(was)) ? [] : [{ kind: 'moved', to }];
  }
  if (after.option) return changesOfOption(before.option, after.option, to);
  return [{ kind: 'moved', to }, ...changesOfOption(before.option, after.heirs[0]!.option, [])];
}

const said = (option?: OsloOption) => option?.deprecated && { deprecated: option.deprecated };

function changesOfOption(before: OsloOption, after: OsloOption, to: readonly Place[]): What[] {
  return [
    ...(after.deprecated && !before.deprecated ? [{ kind: 'deprecated' as const, ...after.deprecated, to }] : []),
    ...typeChange(before, after),
    ...(sameDefault(before, after)
      ? []
      : [{ kind: 'default' as const, before: defaultOf(before), after: defaultOf(after) }]),
  ];
}

function typeChange(before: OsloOption, after: OsloOption): What[] {
  if (typeKey(before) === typeKey(after)) return [];
  const [old, now] = [withoutChoices(before), withoutChoices(after)];
  if (!old.choices || !now.choices || typeKey(old.rest) !== typeKey(now.rest)) {
    return [{ kind: 'type', before: takenBy(before), after: takenBy(after) }];
  }
  const [gone, added] = [lacks(now.choices, old.choices), lacks(old.choices, now.choices)];
  return gone.length + added.length === 0 ? [] : [{ kind: 'choices', gone, added }];
}

function withoutImplied(changes: readonly Change[]): Change[] {
  const gone = new Set(
    changes.flatMap(({ kind, section, option }) => (kind === 'gone' ? keyOf([section, option]) : [])),
  );
  const renamed = new Set(changes.flatMap((change) => (change.kind === 'moved' ? change.to.map(keyOf) : [])));
  return changes.filter((change) => {
    if (change.kind === 'new') return !renamed.has(keyOf([change.section, change.option]));
    return change.kind !== 'gone' || !change.was || !gone.has(keyOf(change.was));
  });
}

/** The choices of a type, or of a list's items, and the type without them. */
function withoutChoices(type: OptionType): { choices?: readonly Choice[]; rest: OptionType } {
  if (type.type === 'list') {
    const { choices, rest } = withoutChoices(type.items);
    return { choices, rest: { ...type, items: rest } };
  }
  if (!('choices' in type) || !type.choices) return { rest: type };
  const { choices, choiceHelp, ...rest } = type;
  return { choices: choices.filter((choice) => choice !== null), rest };
}

const lacks = (choices: readonly Choice[], other: readonly Choice[]): Choice[] =>
  other.filter((choice) => !choices.includes(choice));

const without = (sections: Sections, other: Sections): string[] =>
  [...sections.keys()].filter((name) => !other.has(name)).sort();

const keyOf = (place: Place): string => place.join('\0');

function inOrder(one: Change, other: Change): number {
  const [a, b] = [keyOf([one.section, one.option]), keyOf([other.section, other.option])];
  if (a !== b) return a < b ? -1 : 1;
  return KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind);
}
