import fc from 'fast-check';
import type { ServiceChart } from '../../lib/kubernetes';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { validValues } from './arbitrary';
import { required } from './clouds';

/** Values that the chart of a service accepts. */
export function chartValues({ model }: ServiceChart): fc.Arbitrary<JsonMap> {
  const { properties = {}, ...schema } = model.jsonSchema;
  const { enabled: _, ...own } = properties;
  return validValues({ ...schema, properties: own }).map((values) => mergeLayers(required, values as JsonMap));
}

/** Values that the umbrella accepts: a block for each service, `global` at the top, each service on or off. */
export const umbrellaValues = (services: readonly ServiceChart[]): fc.Arbitrary<JsonMap> =>
  fc
    .tuple(...services.map((service) => fc.tuple(chartValues(service), fc.constantFrom(true, true, false, undefined))))
    .map((all) => {
      const blocks = all.map(([{ global: _, ...block }, enabled], i) => [
        services[i]!.node.id,
        enabled === undefined ? block : { ...block, enabled },
      ]);
      return { global: all[0]![0]['global']!, ...(Object.fromEntries(blocks) as JsonMap) };
    });
