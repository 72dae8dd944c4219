import type { z } from 'zod';
import { Json, pathOf } from './expression';
import { JsonSchema, PROTOTYPE } from './json-schema';
import { entryOf, isMap, valueAt } from './merge';
import { nearest } from './nearest';

/** One thing that is wrong with the values of a chart. */
export interface Problem {
  /** Where, from the top of the chart's values: `['api', 'replicas']`. */
  readonly path: readonly (string | number)[];
  /** What was found and what is allowed. */
  readonly message: string;
}

/** Thrown where values are refused. Lists every problem, with its path. */
export class InvalidValues extends Error {
  override readonly name = 'InvalidValues';

  constructor(
    readonly chart: string,
    readonly problems: readonly Problem[],
  ) {
    const lines = problems.map((p) => `  ${pathOf(p.path) || '(top)'}: ${p.message}`);
    super(`the values of ${chart} are not valid:\n${lines.join('\n')}`);
  }
}

/** Keys that must be there and are not. Found before zod looks, for zod would fill in the default. */
export function missingKeys(schema: JsonSchema, value: Json, path: readonly string[] = []): Problem[] {
  if (schema.type !== 'object' || !isMap(value)) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const inside = entryOf(value, key);
    if (inside !== undefined) return missingKeys(child, inside, [...path, key]);
    if (!schema.required?.includes(key)) return [];
    return [{ path: [...path, key], message: `is required, and null or nothing was given; it is ${expected(child)}` }];
  });
}

/** Keys `__proto__` of open maps: zod passes over them, Helm does not, so the chart's schema refuses them too. */
export function prototypeKeys(schema: JsonSchema, value: Json, path: readonly (string | number)[] = []): Problem[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => prototypeKeys(schema.items ?? {}, item, [...path, i]));
  if (schema.type !== 'object' || !isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inside]) => {
    const child = childOf(schema, key);
    if (child && key === PROTOTYPE) return [{ path: [...path, key], message: 'is no key that a map may have' }];
    return child ? prototypeKeys(child, inside, [...path, key]) : [];
  });
}

/** What zod found, in the words of somebody who wrote a values file. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], schema: JsonSchema, values: Json): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = unionOf(
      schema,
      issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key)),
    );
    const at = schemaAt(schema, path);
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(at?.properties ?? {});
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }));
    }
    const found = valueAt(values, path);
    // The only check that is none of JSON schema's own: see `isKept` of types.ts.
    if (issue.code === 'custom')
      return [{ path, message: 'holds <no value>, which Helm takes out of what it renders' }];
    if (issue.code === 'invalid_key') {
      return [
        {
          path,
          message: `the key ${JSON.stringify(path.at(-1))} is not allowed: ${keyRule(schemaAt(schema, path.slice(0, -1)))}`,
        },
      ];
    }
    return [
      {
        path,
        message: `${foundText(found, at)}, ${at ? expected(at) : issue.message} is needed${suggestion(found, at)}`,
      },
    ];
  });
}

export function unknownKey(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  if (close !== undefined) return `is not known; did you mean '${close}'?`;
  const dotted = known.find((name) => name.startsWith(`${key}.`));
  if (dotted !== undefined) return `is not known; there is ${dotted}, whose dot --set takes as \\.`;
  return known.length > 12 ? 'is not known' : `is not known; there is ${known.join(', ') || 'nothing to set here'}`;
}

const keyRule = (schema?: JsonSchema): string =>
  schema?.propertyNames ? `${expected(schema.propertyNames)} is needed` : 'it is not a valid key';

/** A secret, or a map in whose place a secret may have been typed. */
const isOfSecrets = ({ writeOnly, properties = {} }: JsonSchema = {}): boolean =>
  writeOnly === true || Object.values(properties).some((part) => part.writeOnly);

/** What stands there; of a secret only its kind. */
export function foundText(found: Json | undefined, schema?: JsonSchema): string {
  if (found === undefined) return 'found nothing';
  if (Array.isArray(found)) return 'found a list';
  if (isMap(found)) return 'found a map';
  if (found === null) return 'found null';
  if (isOfSecrets(schema)) return found === '' ? 'found an empty string' : `found a ${typeof found}, not shown here`;
  return `found the ${typeof found} ${JSON.stringify(found)}`;
}

function suggestion(found: Json | undefined, schema: JsonSchema = {}): string {
  const scalar = typeof found === 'number' || typeof found === 'boolean';
  if (scalar && acceptsText(schema, String(found))) return '; put it in quotes';
  const allowed = schema.enum?.filter((x): x is string => typeof x === 'string') ?? [];
  const close = typeof found === 'string' ? nearest(found, allowed) : undefined;
  return close === undefined ? '' : `; did you mean '${close}'?`;
}

function acceptsText(schema: JsonSchema, text: string): boolean {
  if (schema.enum) return schema.enum.includes(text);
  if (schema.anyOf) return schema.anyOf.some((member) => acceptsText(member, text));
  return schema.type === 'string' && new RegExp(schema.pattern ?? '', 'u').test(text);
}

/** What a schema allows, in words. */
export function expected(schema: JsonSchema): string {
  if (schema.enum) return `one of ${schema.enum.map((x) => JSON.stringify(x)).join(', ')}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.title ?? schema.anyOf.map(expected).join(' or ');
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'an integer' : 'a number'}${range(schema)}`;
    case 'string':
      return schema.title ?? (schema.pattern ? `a string that matches ${schema.pattern}` : 'a string');
    case 'array':
      return schema.items ? `a list, each item ${expected(schema.items)}` : 'a list';
    case 'object':
      return 'a map';
    default:
      return schema.type === 'boolean' ? 'true or false' : 'another value';
  }
}

function range({ minimum, maximum }: JsonSchema): string {
  const [low, high] = [minimum !== undefined && minimum > -1e15, maximum !== undefined && maximum < 1e15];
  if (low && high) return ` from ${minimum} to ${maximum}`;
  if (low) return ` of at least ${minimum}`;
  return high ? ` of at most ${maximum}` : '';
}

/** The path up to the first union on it: what is wrong inside one is wrong with it. */
function unionOf(schema: JsonSchema, path: readonly (string | number)[]): readonly (string | number)[] {
  const end = path.findIndex((_, i) => schemaAt(schema, path.slice(0, i))?.anyOf);
  return end < 0 ? path : path.slice(0, end);
}

function schemaAt(schema: JsonSchema, path: readonly (string | number)[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((at, key) => {
    if (at === undefined) return undefined;
    if (typeof key === 'number') return at.items ?? at.anyOf?.find((m) => m.items)?.items;
    return childOf(at, key);
  }, schema);
}

/** The schema of what stands under a key, if it may stand there. */
function childOf({ properties = {}, additionalProperties }: JsonSchema, key: string): JsonSchema | undefined {
  return entryOf(properties, key) ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}
