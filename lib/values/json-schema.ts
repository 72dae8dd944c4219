import { Json, Kind } from './expression';

export type SchemaType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'null';

/** The part of JSON schema (draft 7) that a chart's values may use. See `subset.ts`. */
export interface JsonSchema {
  readonly $schema?: string;
  /** Only in the schema that a chart carries. */
  readonly $ref?: string;
  /** Several only in the schema that a chart carries. */
  readonly type?: SchemaType | readonly SchemaType[];
  /** What a string is, for messages: `a DNS name such as cluster.local`. */
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly properties?: { readonly [key: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly anyOf?: readonly JsonSchema[];
  readonly pattern?: string;
  /** Text that the value does not hold; empty, nothing is accepted. */
  readonly not?: JsonSchema;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** A secret: never printed outside a Secret. */
  readonly writeOnly?: boolean;
  /** What the entries of a map have to hold beyond their type, by its name: see `rules.ts`. A chart's schema has it in full. */
  readonly rule?: string;
  /** Only in the schema that a chart carries. */
  readonly patternProperties?: { readonly [pattern: string]: JsonSchema };
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
  readonly else?: JsonSchema;
  readonly allOf?: readonly JsonSchema[];
  readonly definitions?: { readonly [name: string]: JsonSchema };
  /** Only in the schema for editors, as are those below: what to say of a wrong value. */
  readonly errorMessage?: string;
  /** Why to use something else. */
  readonly deprecationMessage?: string;
  /** Taken, but not offered. */
  readonly doNotSuggest?: boolean;
  /** Of each value in `enum`. */
  readonly enumDescriptions?: readonly string[];
}

/** The one key that no map may have: zod does not look at it. */
export const PROTOTYPE = '__proto__';

/** An object whose keys are all known. Open maps are handed on as a whole. */
export const isClosed = (schema: JsonSchema): boolean =>
  schema.type === 'object' && schema.additionalProperties === false;

/** A secret, or a map or list with secrets in it. */
export function holdsSecret(schema: JsonSchema): boolean {
  const { writeOnly, properties = {}, items, additionalProperties, anyOf = [] } = schema;
  const entries = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  const inside = [...Object.values(properties), ...(items ? [items] : []), ...entries, ...anyOf];
  return writeOnly === true || inside.some(holdsSecret);
}

/** What a value of this schema is to a template. */
export function kindOf(schema: JsonSchema): Kind {
  switch (schema.type) {
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return schema.type;
    case 'array':
      return 'list';
    case 'object':
      return 'map';
    default:
      return 'any';
  }
}
