import { isDeepStrictEqual } from 'node:util';
import type { JsonMap } from '../values/expression';
import { isMap } from '../values/merge';
import { mapAt } from './object';

/** What is done with the defaults of a map. */
export type Way = (defaults: JsonMap, map: JsonMap) => JsonMap;

/** What is missing is filled in, as the API server does. */
export const filled: Way = (defaults, map) => ({ ...defaults, ...map });

/** What is as by default is taken away. */
export const bared: Way = (defaults, map) =>
  Object.fromEntries(Object.entries(map).filter(([key, value]) => !isDeepStrictEqual(value, own(defaults, key))));

const own = (map: JsonMap, key: string) => (Object.hasOwn(map, key) ? map[key] : undefined);

/** A map in which an inner one, if it is there, is replaced. */
export const within = (map: JsonMap, key: string, change: (inner: JsonMap) => JsonMap): JsonMap => {
  const inner = map[key];
  return isMap(inner) ? { ...map, [key]: change(inner) } : map;
};

/** A map in which an inner one is replaced that is there by default; without it, where nothing is left of it. */
export const byDefault = (map: JsonMap, key: string, change: (inner: JsonMap) => JsonMap): JsonMap => {
  const { [key]: _, ...rest } = map;
  const inner = change(mapAt(map, key));
  return Object.keys(inner).length === 0 ? rest : { ...map, [key]: inner };
};

/** A map in which each item of a list, if it is there, is replaced. */
export const each = (map: JsonMap, key: string, change: (item: JsonMap) => JsonMap): JsonMap => {
  const list = map[key];
  return Array.isArray(list) ? { ...map, [key]: list.map((item) => (isMap(item) ? change(item) : item)) } : map;
};
