import type { Json, JsonMap } from '../values/expression';
import type { JsonSchema } from '../values/json-schema';
import { entryOf, isMap } from '../values/merge';
import type { Model } from '../values/model';
import { nullable } from '../values/partial';
import { expected } from '../values/problem';
import type { Rules } from '../values/rules';
import type { Cloud } from './cloud';

/** Where the block of each service may have it too. */
const GLOBAL: JsonSchema = { $ref: '#/definitions/global' };

/**
 * The JSON schema of a whole cloud file, for editors: every value with its help and default, and every option of
 * OpenStack's services. What it marks is refused by `validate` too, but for old names of options; what depends on other
 * values, such as on the release, only `validate` says.
 */
export function editorSchema({ services }: Cloud): JsonSchema {
  const [first] = services;
  const global = first && blocksOf(first.model)['global'];
  const blocks = services.map(({ node, info, model }): [string, JsonSchema] => [
    node.id,
    {
      type: 'object',
      description: info.description,
      properties: {
        ...blocksOf(model),
        enabled: { type: 'boolean', description: 'Deploy this service.\nDefault: true', default: true },
        // The umbrella's wins over it.
        ...(global && { global: { doNotSuggest: true, allOf: [GLOBAL] } }),
      },
      additionalProperties: false,
    },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...nameOnly({
      type: 'object',
      properties: { ...(global && { global: GLOBAL }), ...Object.fromEntries(blocks) },
      additionalProperties: false,
    }),
    ...(global && { definitions: { global: nameOnly(global) } }),
  };
}

const blocksOf = ({ jsonSchema, defaults, rules }: Model): { readonly [key: string]: JsonSchema } =>
  given(jsonSchema, defaults, rules).properties ?? {};

/** A part of the values as somebody writes it: nothing is required, for what is not there has its default. */
function given(schema: JsonSchema, preset: Json | undefined, rules: Rules | undefined): JsonSchema {
  const { title: _, required: __, rule, ...rest } = schema;
  const { description, properties, additionalProperties, propertyNames, items } = rest;
  if (items) return leaf({ ...rest, items: given(items, undefined, rules) }, expected(schema), preset);
  if (schema.type !== 'object') return leaf(rest, expected(schema), preset);
  const presets: JsonMap = isMap(preset) ? preset : {};
  const own = properties && mapValues(properties, (part, key) => given(part, entryOf(presets, key), rules));
  if (rule !== undefined && rules) {
    const { editorSchema: ruled } = rules.rule(rule);
    return { ...ruled, ...(description !== undefined && { description }), properties: { ...ruled.properties, ...own } };
  }
  const entry = typeof additionalProperties === 'object' ? given(additionalProperties, undefined, rules) : undefined;
  // A null takes an entry of the default away.
  const open = entry && (Object.keys(presets).length > 0 ? nullable(entry) : entry);
  const shown = open && open !== entry ? [`Default: ${JSON.stringify(preset)}`] : [];
  const words = [...(description === undefined ? [] : [description]), ...shown];
  return {
    ...rest,
    ...(words.length > 0 && { description: words.join('\n') }),
    ...(own && { properties: own }),
    ...(propertyNames && { propertyNames: { ...propertyNames, errorMessage: `${expected(propertyNames)} is needed` } }),
    ...(open && { additionalProperties: open }),
  };
}

function leaf(schema: JsonSchema, takes: string, preset: Json | undefined): JsonSchema {
  const shown = typeof preset === 'string' && preset !== '' ? preset : JSON.stringify(preset);
  const words = [schema.description, `Takes ${takes}.`, ...(preset === undefined ? [] : [`Default: ${shown}`])];
  const errorMessage = `${takes} is needed`;
  return {
    ...schema,
    description: words.filter(Boolean).join('\n'),
    ...(preset !== undefined && { default: preset }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map(({ title: _, ...member }) => ({ ...member, errorMessage })) }),
    errorMessage,
  };
}

/**
 * The same schema, by which an editor that completes a key writes the key alone. The YAML language server would write
 * all of a map's values that have a default with it, unless they stand one level deeper.
 */
function nameOnly(schema: JsonSchema): JsonSchema {
  const { type, description, doNotSuggest, ...rest } = schema;
  const { properties, patternProperties, additionalProperties } = rest;
  const map: JsonSchema = {
    ...rest,
    ...(properties && { properties: mapValues(properties, nameOnly) }),
    ...(patternProperties && { patternProperties: mapValues(patternProperties, nameOnly) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: nameOnly(additionalProperties) }),
  };
  const about: JsonSchema = {
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
    ...(doNotSuggest !== undefined && { doNotSuggest }),
  };
  const isDeeper = Object.values(properties ?? {}).some((part) => part.default !== undefined);
  return isDeeper ? { ...about, allOf: [map] } : { ...about, ...map };
}

const mapValues = (
  parts: { readonly [key: string]: JsonSchema },
  change: (part: JsonSchema, key: string) => JsonSchema,
): { readonly [key: string]: JsonSchema } =>
  Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, change(part, key)]));
