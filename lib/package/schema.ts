import { JsonSchema, PROTOTYPE } from '../values/json-schema';

/** The text of `values.schema.json`. */
export function schemaJson(schema: JsonSchema): string {
  const { top, definitions } = withDefinitions(forHelm(schema));
  return `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...top, definitions })}\n`;
}

/** What all charts share is the same object in the schema of each, and need not be looked at again. */
const converted = new WeakMap<JsonSchema, JsonSchema>();
/** One object for all parts that are alike, by what they say; the parts of a part by their numbers. */
const known = new Map<string, JsonSchema>();
const numbers = new WeakMap<JsonSchema, number>();

/**
 * A schema as Helm's validator is to see it: without titles, which are for our own messages, without help, which
 * nothing that Helm says has and values.yaml does, and with the keys that a map may have in `patternProperties`, not in
 * `propertyNames`: for a wrong name, the validator would tell a path that has nothing to do with it
 * (santhosh-tekuri/jsonschema 6 of Helm 3.22 and 4.3). Parts that are alike are the same object.
 */
function forHelm(schema: JsonSchema): JsonSchema {
  let result = converted.get(schema);
  if (!result) {
    const { title: _, description: _help, rule: __, ...rest } = mapParts(schema, forHelm);
    result = onlyOne(withKeyPatterns(rest));
    converted.set(schema, result);
  }
  return result;
}

function onlyOne(schema: JsonSchema): JsonSchema {
  const key = JSON.stringify(mapParts(schema, (part) => ({ $ref: String(numbers.get(part)) })));
  let one = known.get(key);
  if (!one) {
    one = schema;
    known.set(key, one);
    numbers.set(one, known.size);
  }
  return one;
}

/** The key that no map may have: see `prototypeKeys` of problem.ts. */
const NO_PROTOTYPE: { readonly [key: string]: JsonSchema } = Object.fromEntries([[PROTOTYPE, { not: {} }]]);

function withKeyPatterns(schema: JsonSchema): JsonSchema {
  const { propertyNames = {}, additionalProperties, properties, ...rest } = schema;
  if (typeof additionalProperties !== 'object') return schema;
  if (propertyNames.enum) {
    const names = propertyNames.enum
      .filter((name) => typeof name === 'string')
      .map((name) => [name, additionalProperties] as const);
    return { ...rest, properties: Object.fromEntries(names), additionalProperties: false };
  }
  const { pattern } = propertyNames;
  const known = { ...properties, ...(new RegExp(pattern ?? '', 'u').test(PROTOTYPE) && NO_PROTOTYPE) };
  return {
    ...rest,
    ...(Object.keys(known).length > 0 && { properties: known }),
    ...(pattern === undefined
      ? { additionalProperties }
      : { patternProperties: { [pattern]: additionalProperties }, additionalProperties: false }),
  };
}

/** What is shorter in JSON is not worth a name. */
const WORTH_A_NAME = 50;

/**
 * What stands in the schema more than once is written once: over a hundred passwords are alike, and an umbrella says of
 * each service what is allowed in `global`.
 */
function withDefinitions(schema: JsonSchema) {
  const counts = new Map<JsonSchema, number>();
  count(schema, counts);
  const definitions: Record<string, JsonSchema> = {};
  const references = new Map<JsonSchema, JsonSchema | undefined>();
  const refer = (part: JsonSchema, key: string): JsonSchema => {
    if (counts.get(part) === 1) return mapParts(part, refer);
    if (!references.has(part)) {
      if (JSON.stringify(part).length < WORTH_A_NAME) {
        references.set(part, undefined);
      } else {
        const name = unused(part.writeOnly && part.type === 'string' ? 'password' : key, definitions);
        references.set(part, { $ref: `#/definitions/${name}` });
        definitions[name] = {};
        definitions[name] = mapParts(part, refer);
      }
    }
    return references.get(part) ?? part;
  };
  return { top: mapParts(schema, refer), definitions };
}

function count(schema: JsonSchema, counts: Map<JsonSchema, number>): void {
  mapParts(schema, (part) => {
    const seen = counts.get(part) ?? 0;
    counts.set(part, seen + 1);
    // What is inside a part that is written once is written once too.
    if (seen === 0) count(part, counts);
    return part;
  });
}

function unused(name: string, taken: object): string {
  let free = name;
  for (let i = 2; Object.hasOwn(taken, free); i++) free = `${name}-${i}`;
  return free;
}

/** A schema with each of its direct parts changed. */
function mapParts(schema: JsonSchema, change: (part: JsonSchema, key: string) => JsonSchema): JsonSchema {
  const { properties, patternProperties, items, additionalProperties, propertyNames, anyOf, allOf, then } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapValues(properties, change) }),
    ...(patternProperties && { patternProperties: mapValues(patternProperties, (part) => change(part, 'entry')) }),
    ...(items && { items: change(items, 'item') }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: change(additionalProperties, 'entry') }),
    ...(propertyNames && { propertyNames: change(propertyNames, 'name') }),
    ...(anyOf && { anyOf: anyOf.map((part) => change(part, 'choice')) }),
    ...(allOf && { allOf: allOf.map((part) => change(part, 'rule')) }),
    ...(then && { then: change(then, 'service') }),
  };
}

const mapValues = (
  parts: { readonly [key: string]: JsonSchema },
  change: (part: JsonSchema, key: string) => JsonSchema,
): { readonly [key: string]: JsonSchema } =>
  Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, change(part, key)]));
