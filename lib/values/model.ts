import { z } from 'zod';
import { Json, JsonMap, Reference } from './expression';
import { JsonSchema, isClosed } from './json-schema';
import { overDefaults } from './merge';
import { InvalidValues, Problem, missingKeys, problemsOf, prototypeKeys } from './problem';
import { Findings, Rules, RuledPart, findingsOf, ruledParts, withRules } from './rules';
import { assertSubset } from './subset';
import { NOT_TAKEN, isKept } from './types';
import { Handles, handles } from './value';

type SchemaMap = { readonly [key: string]: JsonSchema };

/** A model of which only the shape of its handles may be known. */
export interface Model {
  readonly chart: string;
  readonly handles: unknown;
  /** The values' types. */
  readonly jsonSchema: JsonSchema;
  /** With its rules in full: what the chart carries. */
  readonly chartSchema: JsonSchema;
  readonly defaults: JsonMap;
  readonly rules?: Rules | undefined;
  resolve(user: JsonMap): JsonMap;
  problems(values: JsonMap): Problem[];
  typeProblems(values: JsonMap): Problem[];
  findings(values: JsonMap): Findings;
  ruledParts(values: JsonMap): RuledPart[];
  leaves(): string[][];
}

/**
 * The values of one chart: types, handles, defaults, help, schema and validation, all from one zod declaration.
 *
 * Everything but the validation itself is read from the JSON schema that zod gives, which is also what Helm checks.
 */
export class ValuesModel<S extends z.ZodObject> implements Model {
  readonly handles: Handles<z.output<S>>;
  readonly jsonSchema: JsonSchema;
  readonly defaults: JsonMap;
  private schemaWithRules?: JsonSchema;

  /**
   * @param chart the chart's name, for messages and to tell one model's handles from another's
   * @param schema a closed object whose members have defaults or are optional
   * @param shared members that other charts' models have too (`global`)
   * @param rules those that the schema names
   * @throws Error if the schema is outside the subset that zod and Helm judge alike, or has no defaults
   */
  constructor(
    readonly chart: string,
    readonly schema: S,
    readonly shared: readonly string[] = [],
    readonly rules?: Rules,
  ) {
    const { jsonSchema, defaults } = declarationOf(chart, schema, shared);
    this.jsonSchema = jsonSchema;
    this.defaults = defaults;
    const members = Object.entries(this.jsonSchema.properties ?? {}).map(([key, child]) => {
      const owner = shared.includes(key) ? key : chart;
      const optional = this.jsonSchema.required?.includes(key) ? {} : ({ optional: true } as const);
      const at: Reference = { op: 'reference', kind: 'map', root: 'Values', path: [key], owner, ...optional };
      return [key, handles(child, at)];
    });
    this.handles = Object.fromEntries(members) as Handles<z.output<S>>;
  }

  /**
   * The chart's values: the user's over the defaults, by Helm's rules, checked.
   *
   * @throws InvalidValues with every problem
   */
  resolve(user: JsonMap): JsonMap {
    const values = overDefaults(this.defaults, user);
    const problems = this.problems(values);
    if (problems.length > 0) throw new InvalidValues(this.chart, problems);
    return values;
  }

  /** The schema with its rules in full: what the chart carries. Made when it is first asked for. */
  get chartSchema(): JsonSchema {
    return (this.schemaWithRules ??= this.rules ? withRules(this.jsonSchema, this.rules) : this.jsonSchema);
  }

  /** What is wrong with a chart's merged values. */
  problems(values: JsonMap): Problem[] {
    return [...this.findings(values).problems];
  }

  /** What is wrong with a chart's merged values, and what of them is taken and should be looked at. */
  findings(values: JsonMap): Findings {
    const ofTypes = this.typeProblems(values);
    if (!this.rules) return { problems: ofTypes, warnings: [] };
    const { problems, warnings } = findingsOf(this.jsonSchema, values, this.rules);
    // A rule knows more of a value than its type does: what is wrong with it, and where in it.
    const isTold = ({ path }: Problem): boolean => problems.some((told) => isWithin(told.path, path));
    return { problems: [...ofTypes.filter((problem) => !isTold(problem)), ...problems], warnings };
  }

  /** The maps in a chart's merged values of which rules speak. */
  ruledParts(values: JsonMap): RuledPart[] {
    return ruledParts(this.jsonSchema, values);
  }

  /** What is wrong with the types of a chart's merged values. */
  typeProblems(values: JsonMap): Problem[] {
    const missing = [...missingKeys(this.jsonSchema, values), ...prototypeKeys(this.jsonSchema, values)];
    const { error } = this.schema.safeParse(values);
    const found = error ? problemsOf(error.issues, this.jsonSchema, values) : [];
    return [...missing, ...found.filter((p) => !missing.some((m) => m.path.join('\0') === p.path.join('\0')))];
  }

  /** Dotted paths of all values, for finding those that no template uses. */
  leaves(): string[][] {
    return leavesOf(this.jsonSchema, []);
  }
}

/** Whether one of two paths leads to a part of what the other leads to. */
const isWithin = (one: Problem['path'], other: Problem['path']): boolean => {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.every((key, i) => key === long[i]);
};

/** What is read from a zod declaration. */
interface Declaration {
  readonly jsonSchema: JsonSchema;
  readonly defaults: JsonMap;
}

/** `global` is large, and the same in all charts: it is read once. */
const sharedDeclarations = new WeakMap<object, Declaration>();

function declarationOf(chart: string, schema: z.ZodObject, shared: readonly string[]): Declaration {
  const reason = unlikeHelm(schema);
  if (reason) throw new Error(`${chart}: ${reason}`);
  const members = Object.entries(schema.shape).filter(([key]) => !shared.includes(key));
  const own = read(chart, z.strictObject(Object.fromEntries(members)));
  const parts = [...shared.map((key) => sharedDeclaration(key, schema.shape[key] as z.core.$ZodType)), own];
  return {
    jsonSchema: {
      ...own.jsonSchema,
      properties: Object.assign({}, ...parts.map(({ jsonSchema }) => jsonSchema.properties)) as SchemaMap,
      required: parts.flatMap(({ jsonSchema }) => jsonSchema.required ?? []),
    },
    defaults: Object.assign({}, ...parts.map(({ defaults }) => defaults)) as JsonMap,
  };
}

function sharedDeclaration(key: string, schema: z.core.$ZodType): Declaration {
  const known = sharedDeclarations.get(schema);
  if (known) return known;
  const declaration = read('', z.strictObject({ [key]: schema }));
  sharedDeclarations.set(schema, declaration);
  return declaration;
}

function read(chart: string, schema: z.ZodObject): Declaration {
  const whole = jsonSchemaOf(chart, schema);
  const jsonSchema = withoutDefaults(whole);
  assertSubset(chart, jsonSchema);
  return { jsonSchema, defaults: defaultsOf(chart, whole) };
}

/**
 * The JSON schema of a type, as Helm is to judge by it.
 *
 * @throws Error if a part of it is nothing that Helm could do too
 */
export function jsonSchemaOf(chart: string, schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'output',
    override: ({ zodSchema, jsonSchema, path }) => {
      const { checks = [] } = zodSchema._zod.def;
      if (checks.some((check) => definitionOf(check).fn === isKept)) jsonSchema.not = NOT_TAKEN;
      const [reason] = [zodSchema, ...checks].map(unlikeHelm).filter((found) => found !== undefined);
      if (reason) throw new Error(`${[chart, ...path.filter((k) => k !== 'properties')].join('.')}: ${reason}`);
    },
  });
  return json as JsonSchema;
}

/** What is looked at of the inside of zod's types and checks, beside their JSON schema. */
interface Definition {
  readonly type?: string;
  readonly check?: string;
  readonly fn?: unknown;
  readonly coerce?: boolean;
  readonly pattern?: RegExp;
  readonly catchall?: unknown;
}

interface Part {
  readonly _zod: { readonly def: object };
}

const definitionOf = (part: Part): Definition => part._zod.def;

/** Why zod would judge by a type or check other than Helm does by its JSON schema, which does not show it. */
function unlikeHelm(part: Part): string | undefined {
  const { type, check, fn, coerce, pattern, catchall } = definitionOf(part);
  if (check === 'custom' && fn !== isKept) return 'Helm cannot check a refine()';
  if (coerce || check === 'overwrite' || ['pipe', 'transform', 'catch'].includes(type ?? ''))
    return 'Helm changes no value as trim(), coerce, catch() or transform() do';
  if (pattern && pattern.flags !== 'u') return `the pattern ${String(pattern)} needs the flag u, and no other`;
  if (type === 'object' && !catchall) return 'z.object() drops the keys that it does not know: use z.strictObject()';
  return undefined;
}

/** Defaults stand in `values.yaml`; in the schema they would only be weight. Integer bounds of JavaScript likewise. */
function withoutDefaults(schema: JsonSchema): JsonSchema {
  const { default: _, minimum, maximum, ...rest } = schema;
  const each = (children: SchemaMap): SchemaMap =>
    Object.fromEntries(Object.entries(children).map(([key, child]) => [key, withoutDefaults(child)]));
  return {
    ...rest,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(rest.properties && { properties: each(rest.properties) }),
    ...(rest.items && { items: withoutDefaults(rest.items) }),
    ...(rest.anyOf && { anyOf: rest.anyOf.map(withoutDefaults) }),
    ...(typeof rest.additionalProperties === 'object' && {
      additionalProperties: withoutDefaults(rest.additionalProperties),
    }),
  };
}

/** The defaults that stand in a schema, those of closed objects put together. */
function defaultsOf(chart: string, schema: JsonSchema): JsonMap {
  const missing: string[] = [];
  const defaults = membersOf(schema, [], missing);
  if (missing.length === 0) return defaults;
  throw new Error(
    `${chart}: a value is optional or has a default, so that 'helm show values' is whole; check ${missing.join(', ')}`,
  );
}

function membersOf(
  { properties = {}, required = [] }: JsonSchema,
  path: readonly string[],
  missing: string[],
): JsonMap {
  const members = Object.entries(properties).flatMap(([key, child]): [string, Json][] => {
    const at = [...path, key];
    if (child.default !== undefined) return [[key, child.default]];
    if (!required.includes(key)) return [];
    if (isClosed(child)) return [[key, membersOf(child, at, missing)]];
    missing.push(at.join('.'));
    return [];
  });
  return Object.fromEntries(members);
}

function leavesOf(schema: JsonSchema, path: string[]): string[][] {
  if (!isClosed(schema)) return [path];
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}
