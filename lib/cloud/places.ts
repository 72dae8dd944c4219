import type { Json, JsonMap } from '../values/expression';
import { JsonSchema, holdsSecret, isClosed } from '../values/json-schema';
import { entryOf, isMap } from '../values/merge';
import { expected, unknownKey } from '../values/problem';
import type { Rules } from '../values/rules';
import type { Cloud } from './cloud';
import { configPlace } from './config-places';
import { Inside, Place, Said, firstLine } from './place';
import { isAny } from './value-path';

/** The top of a cloud file. */
export function topOf({ services }: Cloud): Place {
  const [first] = services;
  const { global } = first?.model.jsonSchema.properties ?? {};
  const blocks = services.map(({ node, info, model: { jsonSchema, defaults, rules } }) => {
    const { global: _, ...presets } = defaults;
    const { enabled, ...properties } = jsonSchema.properties ?? {};
    // The umbrella has it of every service, and its default.
    const own = {
      enabled: { description: 'Deploy this service.', ...enabled, type: 'boolean' as const },
      ...properties,
    };
    const schema: JsonSchema = { ...jsonSchema, description: info.description, properties: own };
    return { name: node.id, schema, presets: { enabled: true, ...presets }, rules };
  });
  const schema: JsonSchema = {
    type: 'object',
    properties: {
      ...(global && { global }),
      ...Object.fromEntries(blocks.map(({ name, schema }) => [name, schema])),
    },
    additionalProperties: false,
  };
  const presets: JsonMap = {
    ...(first && { global: first.model.defaults['global'] ?? {} }),
    ...Object.fromEntries(blocks.map(({ name, presets }) => [name, presets])),
  };
  const place = valuePlace({ schema, preset: presets, path: [], required: false });
  const withRules = new Map(blocks.map(({ name, rules }) => [name, rules]));
  return {
    ...place,
    inside: (name) => {
      const inside = entryOf(schema.properties ?? {}, name);
      const rules = withRules.get(name);
      const preset = entryOf(presets, name);
      return inside && valuePlace({ schema: inside, preset, path: [name], required: false, ...(rules && { rules }) });
    },
  };
}

interface ValuePlace {
  readonly schema: JsonSchema;
  readonly preset: Json | undefined;
  readonly path: readonly string[];
  /** There has to be one. */
  readonly required: boolean;
  readonly rules?: Rules;
}

function valuePlace(value: ValuePlace): Place {
  const { schema, path, rules } = value;
  const names = Object.keys(schema.properties ?? {});
  const own: Place = {
    path,
    names,
    inside: (name) => insideOf(value, name),
    refusal: (name) => refusalOf(schema, name),
    said: () => saidOf(value),
  };
  return schema.rule === undefined || !rules ? own : configPlace(own, schema.rule, rules.variants);
}

function insideOf(value: ValuePlace, name: string): Place | undefined {
  const { schema, preset, path, rules } = value;
  const child = childOf(schema, name);
  if (!child) return undefined;
  return valuePlace({
    schema: child,
    preset: isMap(preset) ? entryOf(preset, name) : undefined,
    path: [...path, name],
    required: schema.required?.includes(name) ?? false,
    ...(rules && { rules }),
  });
}

/** The schema of what stands under a name, or is an item of that number. */
function childOf(schema: JsonSchema, name: string): JsonSchema | undefined {
  const { properties = {}, additionalProperties, propertyNames, items, anyOf = [] } = schema;
  const known = entryOf(properties, name);
  if (known) return known;
  if (items && (isAny(name) || /^\d+$/.test(name))) return items;
  if (typeof additionalProperties === 'object' && (isAny(name) || !propertyNames || takes(propertyNames, name)))
    return additionalProperties;
  return anyOf.map((member) => childOf(member, name)).find((child) => child !== undefined);
}

const takes = ({ pattern, enum: choices }: JsonSchema, name: string): boolean =>
  (pattern === undefined || new RegExp(pattern, 'u').test(name)) && (choices?.includes(name) ?? true);

function refusalOf(schema: JsonSchema, name: string): string {
  const { properties = {}, additionalProperties, propertyNames, items } = schema;
  if (items) return 'a list has items by number: [0], or [*] for any';
  if (typeof additionalProperties === 'object' && propertyNames)
    return `the key ${JSON.stringify(name)} is not allowed: ${expected(propertyNames)} is needed`;
  return schema.type === 'object'
    ? unknownKey(name, Object.keys(properties))
    : `is not known; what it would be in is ${expected(schema)}, with nothing inside`;
}

function saidOf({ schema, preset, required }: ValuePlace): Said {
  const { description, properties = {}, propertyNames, additionalProperties, items } = schema;
  const entry = typeof additionalProperties === 'object' ? additionalProperties : items;
  const isGroup = isClosed(schema) && Object.keys(properties).length > 0;
  return {
    ...(description !== undefined && { help: description }),
    takes: takesOf(schema),
    ...(preset !== undefined && !isGroup && { default: preset }),
    required: required && preset === undefined && !isGroup,
    secret: holdsSecret(schema),
    ...(typeof additionalProperties === 'object' && { names: propertyNames ? expected(propertyNames) : 'any text' }),
    inside: insides({ ...(entry?.type === 'object' ? entry.properties : {}), ...properties }),
  };
}

const takesOf = (schema: JsonSchema): string =>
  schema.type === 'object' && typeof schema.additionalProperties === 'object'
    ? `a map, each value ${takesOf(schema.additionalProperties)}`
    : expected(schema);

const insides = (properties: { readonly [name: string]: JsonSchema }): Inside[] =>
  Object.entries(properties).map(([name, { description }]) => ({
    name,
    ...(description !== undefined && { help: firstLine(description) }),
  }));
