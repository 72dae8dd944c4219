import { JsonMap } from '../values/expression';
import { JsonSchema } from '../values/json-schema';
import { fillBlock, isMap, mergeGlobal, overDefaults } from '../values/merge';
import { Model } from '../values/model';
import { partialSchema } from '../values/partial';
import { Problem, expected, foundText, unknownKey } from '../values/problem';

/** The name of the umbrella chart. */
export const UMBRELLA = 'openstack';

/** The values of one service of a cloud. */
export interface ServiceBlock {
  readonly enabled: boolean;
  /** What the service's chart gets, its defaults not yet in it; of a disabled service, its own block. */
  readonly user: JsonMap;
}

/** What the umbrella's own values.yaml holds: no default is repeated, for it would shadow the service's. */
export const umbrellaDefaults = (services: readonly string[]): JsonMap => ({
  global: {},
  ...Object.fromEntries(services.map((name) => [name, { enabled: true }])),
});

/**
 * Splits the values of a cloud into those of its services, as Helm does for the umbrella's subcharts. A block that is
 * none of a service, or does not say whether it is enabled, is a problem.
 */
export function splitValues(
  user: JsonMap,
  services: readonly string[],
): { readonly blocks: ReadonlyMap<string, ServiceBlock>; readonly problems: readonly Problem[] } {
  const values = overDefaults(umbrellaDefaults(services), user);
  const problems: Problem[] = Object.keys(values)
    .filter((key) => key !== 'global' && !services.includes(key))
    .map((key) => ({ path: [key], message: unknownKey(key, ['global', ...services]) }));
  const { global } = values;
  if (global !== undefined && !isMap(global))
    problems.push({ path: ['global'], message: `${foundText(global)}, a map is needed` });
  const blocks = new Map<string, ServiceBlock>();
  for (const name of services) {
    const block = fillBlock(values[name]);
    if (!isMap(block)) {
      problems.push({ path: [name], message: `${foundText(block)}, a map is needed: the values of the service` });
      continue;
    }
    if (typeof block['enabled'] !== 'boolean') {
      const message = `${foundText(block['enabled'])}, ${expected({ type: 'boolean' })} is needed`;
      problems.push({ path: [name, 'enabled'], message });
    }
    // As Helm takes what is no boolean: what else is wrong is said, too.
    const enabled = block['enabled'] !== false;
    const shared = enabled ? mergeGlobal(global, block['global']) : block['global'];
    blocks.set(name, { enabled, user: shared === undefined ? block : { ...block, global: shared } });
  }
  return { blocks, problems };
}

/** The umbrella's schema: closed at the top; a block of an enabled service is left to the service's own chart. */
export function umbrellaSchema(models: ReadonlyMap<string, Model>): JsonSchema {
  const [first] = models.values();
  const global = first?.jsonSchema.properties?.['global'];
  const blocks = [...models].map(([name, { jsonSchema }]): [string, JsonSchema] => [
    name,
    {
      type: 'object',
      properties: { enabled: { type: 'boolean' } },
      required: ['enabled'],
      if: { properties: { enabled: { const: false } } },
      then: partialSchema(jsonSchema),
    },
  ]);
  return {
    type: 'object',
    properties: { ...(global && { global: partialSchema(global) }), ...Object.fromEntries(blocks) },
    required: [...models.keys()],
    additionalProperties: false,
  };
}
