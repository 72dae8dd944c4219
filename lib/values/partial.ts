import { Json, JsonMap } from './expression';
import { JsonSchema, PROTOTYPE } from './json-schema';
import { entryOf, isMap, overDefaults } from './merge';
import type { Model } from './model';
import type { Problem } from './problem';

/**
 * The schema of what a user may give for a chart that is switched off: as the full one, but nothing is required, for
 * the chart's defaults are not there to be checked with it. So a null in an open map, which would delete a default,
 * is nothing wrong. Rules do not hold there: they would stand twice in an umbrella.
 */
export function partialSchema(schema: JsonSchema): JsonSchema {
  const { required: _, description: __, properties, additionalProperties, ...open } = schema;
  return {
    ...open,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, partialSchema(part)])),
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object' ? nullable(partialSchema(additionalProperties)) : additionalProperties,
    }),
  };
}

export function nullable(schema: JsonSchema): JsonSchema {
  if (schema.anyOf) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  const { type, const: only, enum: some = only === undefined ? undefined : [only], ...rest } = schema;
  return {
    ...rest,
    ...(type !== undefined && { type: [type, 'null' as const].flat() }),
    ...(some && { enum: [...some, null] }),
  };
}

/** What is wrong with a user's values for a chart that is switched off: what `partialSchema` does not accept. */
export function problemsWhileDisabled(model: Model, user: JsonMap): Problem[] {
  const values = withoutEntryNulls(model.jsonSchema, overDefaults(model.defaults, user));
  // An entry of an open map has no defaults, and may lack what it needs: nothing is required here.
  return model.typeProblems(values).filter(({ path }) => isThere(user, path) || isThere(values, path));
}

/** Whether there is anything at that path, null among it. */
function isThere(values: Json, [key, ...rest]: Problem['path']): boolean {
  if (key === undefined) return true;
  const inside = isMap(values) ? entryOf(values, String(key)) : Array.isArray(values) ? values[Number(key)] : undefined;
  return inside !== undefined && isThere(inside, rest);
}

/** Values without the nulls of open maps. */
export function withoutEntryNulls(schema: JsonSchema, values: JsonMap): JsonMap {
  const entries = Object.entries(values).flatMap(([key, value]) => {
    const known = entryOf(schema.properties ?? {}, key);
    const entry = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    if (value === null && !known && entry && key !== PROTOTYPE) return [];
    const part = known ?? entry;
    return [[key, part && isMap(value) ? withoutEntryNulls(part, value) : value] as const];
  });
  return Object.fromEntries(entries);
}
