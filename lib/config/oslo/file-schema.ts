import { JsonSchema } from '../../values/json-schema';
import { jsonSchemaOf } from '../../values/model';
import type { Rule } from '../../values/rules';
import { FileNames, NO_OPTION, NO_SECTION, namesOf } from './names';
import { optionSchema, typeKey } from './option-schema';
import { Meanings, Sections, meaningsOf, namedOf, namesIn, patternsIn, sectionsIn, sectionsOf } from './releases';
import type { FileTable, OsloOption } from './table';
import { literally } from './text';

export const NOTHING: JsonSchema = { not: {} };

/**
 * The JSON schema of a user's options in one file: the same verdicts as `checkConf`, in the form that Helm compiles
 * with the least work. Its cost is by the number of schemas in it, so options of one type share one. What holds in all
 * releases is what any of them has; where they differ, more is said of each.
 *
 * @param tables the file in each release that the chart can run
 */
export function fileSchema(tables: readonly FileTable[]): Rule['schema'] {
  const files = tables.map(namesOf);
  const all = fileOf(files);
  const only = tables.map((table, i) => [table.release, onlyIn(files, i)] as const);
  return { all, only: Object.fromEntries(only.flatMap(([release, schema]) => (schema ? [[release, schema]] : []))) };
}

const isSame = (meanings: Meanings): boolean =>
  new Set(meanings.map((meaning) => meaning && typeKey(meaning.option))).size === 1;

/** What a name takes in all releases. Nothing is said where they differ: each says it of itself. */
const inAll = (meanings: Meanings): JsonSchema =>
  isSame(meanings) && meanings[0] ? typeSchema(meanings[0].option) : {};

function fileOf(files: readonly FileNames[]): JsonSchema {
  const properties = sectionsIn(files).map((key) => [key, sectionOf(sectionsOf(files, key))] as const);
  const named = patternsIn(files).map((pattern) => [pattern, sectionOf(namedOf(files, pattern))] as const);
  const others = files.map((file) => file.others);
  const free = others.some((other) => other !== undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...((named.length > 0 || free) && {
      patternProperties: Object.fromEntries([...named, ...(free ? [[NO_SECTION, NOTHING] as const] : [])]),
    }),
    additionalProperties: free ? sectionOf(others) : false,
  };
}

function sectionOf(sections: Sections): JsonSchema {
  const known = propertiesOf(namesIn(sections).map((name) => [name, inAll(meaningsOf(sections, name))]));
  const others = sections.map((section) => section?.others);
  const free = others.some((other) => other !== undefined);
  if (free && !isSame(others)) throw new Error('releases that take different options of any name: not known to be');
  return {
    type: 'object',
    ...known,
    ...(free && { patternProperties: { ...known.patternProperties, [NO_OPTION]: NOTHING } }),
    additionalProperties: free ? inAll(others) : false,
  };
}

/** So many options of one type are told by one pattern of their names. */
const WORTH_A_PATTERN = 3;

/**
 * Options by name; those of one type by a pattern of all their names. The pattern does not begin with `^`: with it, Go
 * would try at length to make a faster kind of program of it, which then looks at a few names.
 */
function propertiesOf(entries: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  const groups = new Map<JsonSchema, string[]>();
  for (const [name, schema] of entries) groups.set(schema, [...(groups.get(schema) ?? []), name]);
  const many = [...groups].filter(([, names]) => names.length >= WORTH_A_PATTERN);
  const few = [...groups].filter(([, names]) => names.length < WORTH_A_PATTERN);
  return {
    ...(few.length > 0 && {
      properties: Object.fromEntries(few.flatMap(([schema, names]) => names.map((name) => [name, schema]))),
    }),
    ...(many.length > 0 && {
      patternProperties: Object.fromEntries(
        many.map(([schema, names]) => [`(^(${names.map(literally).join('|')})$)`, schema]),
      ),
    }),
  };
}

/** What holds in one release and not in all. */
function onlyIn(files: readonly FileNames[], which: number): JsonSchema | undefined {
  const known = sectionsIn(files).map((key) => [key, onlyOf(sectionsOf(files, key), which)] as const);
  const named = patternsIn(files).map((pattern) => [pattern, onlyOf(namedOf(files, pattern), which)] as const);
  const free = onlyOf(
    files.map(({ others }) => others),
    which,
  );
  // What holds of sections with free names holds of no other: they all have to be named.
  const others = free ? [[NO_SECTION, {}] as const] : [];
  const [properties, patterns] = [known, [...named, ...others]].map((sections) =>
    sections.flatMap(([name, only]) => (only || free ? [[name, only ?? {}] as const] : [])),
  );
  if (properties!.length + patterns!.length === 0) return undefined;
  return {
    ...(properties!.length > 0 && { properties: Object.fromEntries(properties!) }),
    ...(patterns!.length > 0 && { patternProperties: Object.fromEntries(patterns!) }),
    ...(free && { additionalProperties: free }),
  };
}

/** What holds of a section in one release and not in all. */
function onlyOf(sections: Sections, which: number): JsonSchema | undefined {
  if (sections.every((section) => section === undefined)) return undefined;
  if (!sections[which]) return NOTHING;
  const options = namesIn(sections).flatMap((name): [string, JsonSchema][] => {
    const meanings = meaningsOf(sections, name);
    if (isSame(meanings)) return [];
    const own = meanings[which];
    return [[name, own ? typeSchema(own.option) : NOTHING]];
  });
  return options.length > 0 ? propertiesOf(options) : undefined;
}

const schemas = new Map<string, JsonSchema>();

/** The same object for all options of a type: a chart's schema says it once. */
export function typeSchema(option: OsloOption): JsonSchema {
  const key = typeKey(option);
  let schema = schemas.get(key);
  if (!schema) {
    schema = oneNode(jsonSchemaOf('', optionSchema(option)));
    schemas.set(key, schema);
  }
  return schema;
}

/** A union of types as one schema, where each of its keywords speaks of one of the types only. */
export function oneNode(schema: JsonSchema): JsonSchema {
  const { title: _, items, anyOf, ...rest } = schema;
  if (!anyOf) return { ...rest, ...(items && { items: oneNode(items) }) };
  const members = anyOf.map(oneNode);
  const types = members.map(({ type }) => type);
  const apart = new Set(types).size === types.length && !(types.includes('integer') && types.includes('number'));
  if (
    !apart ||
    members.some(({ anyOf, enum: values, type }) => anyOf !== undefined || values !== undefined || type === undefined)
  ) {
    return { ...rest, anyOf: members };
  }
  return { ...rest, ...(Object.assign({}, ...members) as JsonSchema), type: types.flatMap((type) => type ?? []) };
}
