import type { ServiceChart } from '../kubernetes/service-chart';
import { nearest } from '../values/nearest';

/**
 * The services of these names.
 *
 * @param names Default: all
 * @throws Error with each name that is none of a service, and the nearest one
 */
export function chosen(services: readonly ServiceChart[], names?: readonly string[]): readonly ServiceChart[] {
  if (names === undefined) return services;
  const known = services.map(({ node }) => node.id);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return services.filter(({ node }) => names.includes(node.id));
  const lines = unknown.map((name) => {
    const close = nearest(name, known);
    return `the service ${JSON.stringify(name)} is not known${close === undefined ? '' : `; did you mean '${close}'?`}`;
  });
  throw new Error([...lines, `there are ${known.join(', ')}`].join('\n'));
}
