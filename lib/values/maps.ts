import { Value } from './value';

/** The entries of a map, but for those of some keys. */
export const without = <T>(map: Value<Readonly<Record<string, unknown>>>, ...keys: string[]) =>
  new Value<Record<string, T>>({ op: 'without', kind: 'map', argument: map.expression, keys });

/** The entries of maps, the later over the earlier. */
export const merged = <T>(...maps: Value<Readonly<Record<string, T>>>[]) =>
  new Value<Record<string, T>>({ op: 'merged', kind: 'map', maps: maps.map(({ expression }) => expression) });
