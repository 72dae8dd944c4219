import type { Json } from '../../values/expression';
import type { JsonSchema, SchemaType } from '../../values/json-schema';
import { marksOf } from './check';
import { NOTHING, typeSchema } from './file-schema';
import { NO_OPTION, NO_SECTION, namesOf } from './names';
import type { Meaning } from './names';
import { expectedOf, optionSchema, typeKey } from './option-schema';
import { Meanings, Sections, meaningsOf, namedOf, namesIn, patternsIn, sectionsIn, sectionsOf } from './releases';
import type { FileTable, OsloOption } from './table';

/**
 * The JSON schema of a user's options in one file, for editors: sections and options by name, each with its help. Which
 * release the user has is not known to it, so it takes what any of them has.
 *
 * @param tables the file in each release, the newest last
 */
export function editorSchema(tables: readonly FileTable[]): JsonSchema {
  const files = tables.map(namesOf);
  const releases = tables.map(({ release }) => release);
  const sections = sectionsIn(files).map((name): [string, JsonSchema] => {
    const having = releases.filter((_, i) => files[i]!.sections.has(name));
    return [name, sectionSchema(sectionsOf(files, name), releases, onlyIn(having, releases))];
  });
  const named = patternsIn(files).map((pattern): [string, JsonSchema] => [
    pattern,
    sectionSchema(namedOf(files, pattern), releases),
  ]);
  const others = files.map((file) => file.others);
  const free = others.some((other) => other !== undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(sections),
    ...((named.length > 0 || free) && {
      patternProperties: Object.fromEntries([...named, ...(free ? [[NO_SECTION, NOTHING] as const] : [])]),
    }),
    additionalProperties: free ? sectionSchema(others, releases) : false,
  };
}

function sectionSchema(sections: Sections, releases: readonly string[], remarks: readonly string[] = []): JsonSchema {
  const options = namesIn(sections).map((name): [string, JsonSchema] => [
    name,
    nameSchema(name, meaningsOf(sections, name), releases),
  ]);
  const offered = options.flatMap(([name, { doNotSuggest }]) => (doNotSuggest ? [] : [name]));
  const others = sections.map((section) => section?.others);
  const free = others.some((other) => other !== undefined);
  const description = [...(offered.length > 0 ? [`Options: ${some(offered)}.`] : []), ...remarks].join('\n');
  return {
    type: 'object',
    ...(description !== '' && { description }),
    properties: Object.fromEntries(options),
    ...(free && { patternProperties: { [NO_OPTION]: NOTHING } }),
    additionalProperties: free ? nameSchema('any other', others, releases) : false,
    ...(offered.length === 0 && !free && { doNotSuggest: true }),
  };
}

const MOST_SHOWN = 8;

const some = (names: readonly string[]): string =>
  names.length > MOST_SHOWN
    ? `${names.slice(0, MOST_SHOWN).join(', ')} and ${names.length - MOST_SHOWN} more`
    : names.join(', ');

const onlyIn = (some: readonly string[], all: readonly string[]): string[] =>
  some.length < all.length ? [`Only in ${some.join(', ')}.`] : [];

/** What a release makes of a name. */
interface InRelease {
  readonly release: string;
  readonly meaning: Meaning;
}

function nameSchema(name: string, meanings: Meanings, releases: readonly string[]): JsonSchema {
  const known = meanings.flatMap((meaning, i): InRelease[] => (meaning ? [{ release: releases[i]!, meaning }] : []));
  const { option } = known.at(-1)!.meaning;
  const isOld = known.every(({ meaning }) => meaning.now);
  const isDiscouraged = known.every(({ meaning }) => marksOf(meaning).length > 0);
  const value = defaultOf(option);
  const description = [
    ...differing(known, (meaning) => markOf(name, meaning)),
    ...(option.help === undefined ? [] : [option.help]),
    ...differing(known, (meaning) => `Takes ${takenBy(meaning.option)}.`),
    ...helpOfChoices(option),
    ...differing(known, (meaning) => defaultText(meaning.option)),
    ...onlyIn(
      known.map(({ release }) => release),
      releases,
    ),
  ];
  return {
    ...valueSchema(known.map(({ meaning }) => meaning.option)),
    description: description.join('\n'),
    ...(value !== undefined && optionSchema(option).safeParse(value).success && { default: value }),
    ...(isOld && { deprecationMessage: markOf(name, known.at(-1)!.meaning)! }),
    ...(isDiscouraged && { doNotSuggest: true }),
  };
}

function markOf(name: string, meaning: Meaning): string | undefined {
  const marks = marksOf(meaning);
  return marks.length === 0 ? undefined : `${name} ${marks.join('; it ')}`;
}

/** What is to be said of a name; of each release where they differ. */
function differing(known: readonly InRelease[], say: (meaning: Meaning) => string | undefined): string[] {
  const said = known.map(({ release, meaning }) => ({ release, text: say(meaning) }));
  const texts = new Set(said.map(({ text }) => text));
  return texts.size === 1
    ? [...texts].flatMap((text) => text ?? [])
    : said.flatMap(({ release, text }) => (text === undefined ? [] : [`${release}: ${text}`]));
}

const takenBy = (option: OsloOption): string =>
  `${expectedOf(option)}${option.multi ? ', or a list of such values' : ''}`;

function defaultText(option: OsloOption): string | undefined {
  const value = defaultOf(option) ?? option.sample;
  return value === undefined
    ? undefined
    : `Default: ${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}`;
}

/** The default as a values file would have it. */
function defaultOf({ default: value, type, multi, ...option }: OsloOption): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (multi || typeof value !== 'object') return value as Json;
  if (type === 'list' && Array.isArray(value)) return bounded(value.map(textOf), '[]', option);
  const separator = 'separator' in option ? (option.separator ?? ':') : ':';
  const pairs = Object.entries(value).map(([key, item]) => `${key}${separator}${textOf(item)}`);
  return bounded(pairs, '{}', option);
}

const textOf = (item: unknown): string =>
  typeof item === 'string' ? item : Array.isArray(item) ? `[${item.map(textOf).join(',')}]` : JSON.stringify(item);

function bounded(items: readonly string[], [open = '', close = '']: string, option: object): string {
  const text = items.join(',');
  return 'bounds' in option ? `${open}${text}${close}` : text;
}

function helpOfChoices(option: OsloOption): string[] {
  const help = 'choiceHelp' in option ? (option.choiceHelp ?? {}) : {};
  return Object.entries(help).map(([choice, words]) => `- ${choice}: ${words}`);
}

/** The schema of a value that any of some options takes. */
function valueSchema(options: readonly OsloOption[]): JsonSchema {
  const types = [...new Map(options.map((option) => [typeKey(option), option])).values()];
  const errorMessage = `${[...new Set(types.map(takenBy))].join(', or ')} is needed`;
  const members = types
    .flatMap((option) => [...choicesOf(option), textFirst(typeSchema(option))])
    .map((schema) => ({ ...schema, errorMessage }));
  return members.length === 1 ? members[0]! : { anyOf: members };
}

/** Choices that an editor can offer. The type itself takes references to other options too. */
function choicesOf(option: OsloOption): JsonSchema[] {
  if (option.type !== 'string' || !option.choices) return [];
  const choices = option.choices.filter((choice) => choice !== null);
  const { choiceHelp = {} } = option;
  return [
    {
      enum: choices,
      ...(Object.keys(choiceHelp).length > 0 && {
        enumDescriptions: choices.map((choice) => choiceHelp[choice] ?? ''),
      }),
    },
  ];
}

/** An editor that has no default to write writes what the first type begins with: 0 for numbers. */
function textFirst(schema: JsonSchema): JsonSchema {
  const { type } = schema;
  if (typeof type !== 'object' || !type.includes('string')) return schema;
  const others: readonly SchemaType[] = type.filter((one) => one !== 'string');
  return { ...schema, type: ['string', ...others] };
}
