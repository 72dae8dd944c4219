import type { JsonMap } from './expression';
import type { JsonSchema } from './json-schema';
import { entryOf, isMap } from './merge';
import type { Problem } from './problem';

/** What is said of values: what is refused, and what is taken and should be looked at. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What the entries of a map have to hold beyond their type. A map's own properties are no entries. */
export interface Rule {
  /**
   * What is wrong with entries.
   *
   * @param variant of the values; without one, only what is wrong in all of them
   * @param own what stands beside them as properties of the map's own
   * @returns paths that begin at the map
   */
  check(entries: JsonMap, variant: string | undefined, own: JsonMap): Findings;
  /**
   * What is otherwise in another variant: for these entries, and for what is not among them. What `check` refuses there
   * is left out.
   *
   * @returns paths that begin at the map
   */
  changes(entries: JsonMap, from: string, to: string): readonly Problem[];
  /** The same as the schema of the map: what holds of all variants, and what else of each. */
  readonly schema: { readonly all: JsonSchema; readonly only: { readonly [variant: string]: JsonSchema } };
  /** The schema of the map for editors: entries by name, with their help; what any variant takes. */
  readonly editorSchema: JsonSchema;
}

/** The rules of a model, and the variants that its values may be of: releases of OpenStack. */
export interface Rules {
  /** @throws Error where there is none of that name */
  rule(name: string): Rule;
  readonly variants: readonly string[];
  /** What a template's value is called that says of which variant the values are. */
  readonly variantName: string;
  /** The variant of a chart's values; undefined where they name none that there is. */
  variantOf(values: JsonMap): string | undefined;
  /** A schema that a chart's values of this variant hold, and no others. */
  isVariant(variant: string): JsonSchema;
}

/** What the rules in a schema say of values. */
export function findingsOf(schema: JsonSchema, values: JsonMap, rules: Rules): Findings {
  const variant = rules.variantOf(values);
  const isEmpty = (map: JsonMap): boolean => Object.keys(map).length === 0;
  const parts = ruledParts(schema, values).filter(({ entries, own }) => !(isEmpty(entries) && isEmpty(own)));
  const found = parts.map(({ name, path, entries, own }): Findings => {
    const { problems, warnings } = rules.rule(name).check(entries, variant, own);
    const at = (problem: Problem): Problem => ({ ...problem, path: [...path, ...problem.path] });
    return { problems: problems.map(at), warnings: warnings.map(at) };
  });
  return {
    problems: found.flatMap(({ problems }) => problems),
    warnings: found.flatMap(({ warnings }) => warnings),
  };
}

/** A map of which a rule speaks. */
export interface RuledPart {
  readonly name: string;
  readonly path: readonly string[];
  readonly entries: JsonMap;
  /** What stands there as properties of the map's own. */
  readonly own: JsonMap;
}

/** The maps in some values of which rules speak. */
export function ruledParts(schema: JsonSchema, values: JsonMap, path: readonly string[] = []): RuledPart[] {
  const { properties = {}, additionalProperties, rule } = schema;
  if (rule !== undefined) {
    const those = (own: boolean): JsonMap =>
      Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(properties, key) === own));
    return [{ name: rule, path, entries: those(false), own: those(true) }];
  }
  return Object.entries(values).flatMap(([key, value]) => {
    const child = entryOf(properties, key) ?? (typeof additionalProperties === 'object' ? additionalProperties : {});
    return isMap(value) ? ruledParts(child, value, [...path, key]) : [];
  });
}

/** A schema with its rules in full, as a chart carries it. */
export function withRules(schema: JsonSchema, rules: Rules): JsonSchema {
  const variants = [...new Set(rulesIn(schema).flatMap((name) => Object.keys(rules.rule(name).schema.only)))].sort();
  const allOf = variants.map((variant): JsonSchema => ({
    if: rules.isVariant(variant),
    then: onlyIn(variant, schema, rules)!,
  }));
  return { ...inAll(schema, rules), ...(allOf.length > 0 && { allOf }) };
}

const partsOf = ({ properties = {}, additionalProperties }: JsonSchema): JsonSchema[] => [
  ...Object.values(properties),
  ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
];

const rulesIn = (schema: JsonSchema): string[] =>
  schema.rule === undefined ? partsOf(schema).flatMap(rulesIn) : [schema.rule];

function inAll(schema: JsonSchema, rules: Rules): JsonSchema {
  if (rulesIn(schema).length === 0) return schema;
  const { rule, properties, additionalProperties, description } = schema;
  const own = mapValues(properties, (part) => inAll(part, rules));
  if (rule !== undefined) {
    const { all } = rules.rule(rule).schema;
    return {
      ...all,
      ...(description !== undefined && { description }),
      ...(own && { properties: { ...all.properties, ...own } }),
    };
  }
  return {
    ...schema,
    ...(own && { properties: own }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: inAll(additionalProperties, rules) }),
  };
}

/** What holds of one variant alone, if anything does. */
function onlyIn(variant: string, schema: JsonSchema, rules: Rules): JsonSchema | undefined {
  if (schema.rule !== undefined) return rules.rule(schema.rule).schema.only[variant];
  const { properties = {}, additionalProperties } = schema;
  const entries = typeof additionalProperties === 'object' ? onlyIn(variant, additionalProperties, rules) : undefined;
  const members = Object.entries(properties).flatMap(([key, part]) => {
    // What holds of entries holds of no property: it has to be named.
    const only = onlyIn(variant, part, rules) ?? (entries && {});
    return only ? [[key, only] as const] : [];
  });
  if (members.length === 0 && !entries) return undefined;
  return {
    ...(members.length > 0 && { properties: Object.fromEntries(members) }),
    ...(entries && { additionalProperties: entries }),
  };
}

const mapValues = (
  parts: JsonSchema['properties'],
  change: (part: JsonSchema) => JsonSchema,
): JsonSchema['properties'] =>
  parts && Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, change(part)]));
