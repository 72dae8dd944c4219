import { isDeepStrictEqual } from 'node:util';

/** Two machines that differ in all that a default may ask for. */
export const MACHINES = [
  { host: 'one.example', address: '192.0.2.1', cpus: 3 },
  { host: 'another.example', address: '198.51.100.22', cpus: 40 },
] as const;

/** What `options.py` puts in the place of paths of its own Python. */
const PATH = /<(site-packages|prefix)>/;
/** What stands for a default that is not the same everywhere, where a project has no words for it. */
const OF_THE_MACHINE = '<depends on the machine>';

const LIMITS: ReadonlySet<string> = new Set(['min', 'max']);

type Json = { readonly [key: string]: unknown };
const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What two machines agree on. A default that they don't agree on, or that is a path of the Python that was asked, is
 * left out, with `sample` in its place. So is a limit, with nothing in its place.
 *
 * @throws Error where anything else differs
 */
export function common(one: unknown, other: unknown, path = ''): unknown {
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    // What is a set in Python has an order of its own in each process.
    if (!isDeepStrictEqual(one, other) && isDeepStrictEqual(inOrder(one), inOrder(other))) return inOrder(one);
    return one.map((item, index) => common(item, other[index], `${path}/${index}`));
  }
  if (isMap(one) && isMap(other)) {
    const machine = typeof one['type'] === 'string' && ofTheMachine(one['default'], other['default']);
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    const entries = keys.flatMap((key): [string, unknown][] => {
      if (machine && key === 'default') return [['sample', one['sample'] ?? other['sample'] ?? words(one, other)]];
      if (machine && key === 'sample') return [];
      // Cinder: no more workers than processors.
      if (LIMITS.has(key) && typeof one['type'] === 'string' && one[key] !== other[key]) return [];
      return [[key, common(one[key], other[key], `${path}/${key}`)]];
    });
    return Object.fromEntries(entries);
  }
  if (one !== other) throw new Error(`${path} is ${JSON.stringify(one)} here and ${JSON.stringify(other)} there`);
  return one;
}

const ofTheMachine = (one: unknown, other: unknown): boolean =>
  !isDeepStrictEqual(inOrder(one), inOrder(other)) || PATH.test(JSON.stringify(one ?? null));

const inOrder = (value: unknown): unknown => (Array.isArray(value) ? [...(value as unknown[])].sort() : value);

/** A path says more than that it is one. */
const words = (one: Json, other: Json): unknown =>
  isDeepStrictEqual(one['default'], other['default']) ? one['default'] : OF_THE_MACHINE;
