import type { Json } from './expression';
import type { JsonSchema } from './json-schema';
import { entryOf, isMap } from './merge';

/** Where secrets stand in values of a schema. */
export function secretPathsIn(
  schema: JsonSchema,
  values: Json | undefined,
  path: readonly string[] = [],
): (readonly string[])[] {
  if (values === undefined || values === null || values === '') return [];
  if (schema.writeOnly === true) return [path];
  const { properties = {}, additionalProperties, items, anyOf = [] } = schema;
  const entry = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const inside = (part: JsonSchema | undefined, value: Json, key: string) =>
    part ? secretPathsIn(part, value, [...path, key]) : [];
  return [
    ...anyOf.flatMap((one) => secretPathsIn(one, values, path)),
    ...(isMap(values) ? Object.entries(values).flatMap(([k, v]) => inside(entryOf(properties, k) ?? entry, v, k)) : []),
    ...(Array.isArray(values) ? values.flatMap((value, i) => inside(items, value, String(i))) : []),
  ];
}
