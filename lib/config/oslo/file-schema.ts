import { JsonSchema } from '../../values/json-schema';
import { jsonSchemaOf } from '../../values/model';
import { FileNames, Meaning, NO_OPTION, NO_SECTION, SectionNames, namesOf } from './names';
import { optionSchema, typeKey } from './option-schema';
import type { FileTable } from './table';
import { literally } from './text';

/** What a chart's schema says of one file. */
export interface FileSchema {
  /** What holds in all releases: sections and options that any of them has. */
  readonly all: JsonSchema;
  /** By release: what else holds in it. Nothing where releases do not differ. */
  readonly only: { readonly [release: string]: JsonSchema };
}

const NOTHING: JsonSchema = { not: {} };

/**
 * The JSON schema of a user's options in one file: the same verdicts as `checkConf`, in the form that Helm compiles
 * with the least work. Its cost is by the number of schemas in it, so options of one type share one.
 *
 * @param tables the file in each release that the chart can run
 */
export function fileSchema(tables: readonly FileTable[]): FileSchema {
  const files = tables.map(namesOf);
  const all = fileOf(files, (sections) => sectionOf(sections, inAll));
  const only = tables.map((table, i) => [table.release, onlyIn(files, i)] as const);
  return { all, only: Object.fromEntries(only.flatMap(([release, schema]) => (schema ? [[release, schema]] : []))) };
}

/**
 * What a chart's schema says of its files beside `conf`: what holds in each release.
 *
 * The release is the chart's value `release`, else `global.release`, which has a default.
 */
export function releaseRules(files: { readonly [file: string]: FileSchema }): JsonSchema[] {
  const releases = new Set(Object.values(files).flatMap(({ only }) => Object.keys(only)));
  return [...releases].sort().map((release) => {
    const properties = Object.entries(files).flatMap(([file, { only }]) =>
      only[release] ? [[file, only[release]] as const] : [],
    );
    return { if: runs(release), then: { properties: { conf: { properties: Object.fromEntries(properties) } } } };
  });
}

const runs = (release: string): JsonSchema => ({
  if: { required: ['release'] },
  then: { properties: { release: { const: release } } },
  else: { properties: { global: { properties: { release: { const: release } } } } },
});

/** Chooses what holds of a name that means this or that, or nothing, in each release. */
type Choose = (meanings: readonly (Meaning | undefined)[]) => JsonSchema | undefined;

const inAll: Choose = (meanings) => {
  const [first, ...others] = meanings.filter((meaning) => meaning !== undefined);
  const same = first && others.every(({ option }) => typeKey(option) === typeKey(first.option));
  return same ? typeSchema(first) : {};
};

type ChooseSection = (sections: readonly (SectionNames | undefined)[]) => JsonSchema;

function fileOf(files: readonly FileNames[], choose: ChooseSection): JsonSchema {
  const keys = [...new Set(files.flatMap(({ sections }) => [...sections.keys()]))].sort();
  const patterns = [...new Set(files.flatMap(({ named }) => named.map(({ pattern }) => pattern)))].sort();
  const properties = keys.map((key) => [key, choose(files.map(({ sections }) => sections.get(key)))] as const);
  const named = patterns.map(
    (of) => [of, choose(files.map((file) => file.named.find(({ pattern }) => pattern === of)?.section))] as const,
  );
  const others = files.map((file) => file.others);
  const free = others.some((other) => other !== undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...((named.length > 0 || free) && {
      patternProperties: Object.fromEntries([...named, ...(free ? [[NO_SECTION, NOTHING] as const] : [])]),
    }),
    additionalProperties: free ? choose(others) : false,
  };
}

function sectionOf(sections: readonly (SectionNames | undefined)[], choose: Choose): JsonSchema {
  const names = [...new Set(sections.flatMap((section) => [...(section?.options.keys() ?? [])]))].sort();
  const entries = names.map((name) => [name, choose(sections.map((section) => section?.options.get(name)))] as const);
  const known = propertiesOf(entries.flatMap(([name, schema]) => (schema ? [[name, schema]] : [])));
  const others = sections.map((section) => section?.others);
  const free = others.some((other) => other !== undefined);
  return {
    type: 'object',
    ...known,
    ...(free && { patternProperties: { ...known.patternProperties, [NO_OPTION]: NOTHING } }),
    additionalProperties: free ? (choose(others) ?? {}) : false,
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

/** What holds in one release and not in all: types of its own, and names that only others have. */
function onlyIn(files: readonly FileNames[], which: number): JsonSchema | undefined {
  const own = files[which]!;
  const keys = [...new Set(files.flatMap(({ sections }) => [...sections.keys()]))].sort();
  const sections = keys.flatMap((key): [string, JsonSchema][] => {
    const all = files.map((file) => file.sections.get(key));
    const section = own.sections.get(key);
    if (!section) return [[key, own.others ? (differing([own.others, ...all], 0) ?? {}) : NOTHING]];
    const schema = differing(all, which);
    return schema ? [[key, schema]] : [];
  });
  return sections.length > 0 ? { properties: Object.fromEntries(sections) } : undefined;
}

function differing(sections: readonly (SectionNames | undefined)[], which: number): JsonSchema | undefined {
  const names = [...new Set(sections.flatMap((section) => [...(section?.options.keys() ?? [])]))].sort();
  const options = names.flatMap((name): [string, JsonSchema][] => {
    const meanings = sections.map((section) => section?.options.get(name));
    const meaning = meanings[which] ?? sections[which]?.others;
    if (!meaning) return [[name, NOTHING]];
    const same = meanings.every((other) => !other || typeKey(other.option) === typeKey(meaning.option));
    return same ? [] : [[name, typeSchema(meaning)]];
  });
  return options.length > 0 ? propertiesOf(options) : undefined;
}

const schemas = new Map<string, JsonSchema>();

/** The same object for all options of a type: a chart's schema says it once. */
function typeSchema({ option }: Meaning): JsonSchema {
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
