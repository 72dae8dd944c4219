import { Json, JsonMap } from './expression';

export const isMap = (x: Json | undefined): x is JsonMap => typeof x === 'object' && x !== null && !Array.isArray(x);

/** What stands under a key of a map itself: a user's key may have the name of what every object has. */
export const entryOf = <T>(map: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** What stands at a path of keys and numbers of items, if anything does. */
export const valueAt = (value: Json | undefined, path: readonly (string | number)[]): Json | undefined =>
  path.reduce<Json | undefined>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)];
    return isMap(at) ? entryOf(at, String(key)) : undefined;
  }, value);

/**
 * Two values files, the later over the earlier, as Helm merges `-f a -f b`: maps key by key, everything else
 * replaced. A null stays, for it deletes a chart's default.
 */
export function mergeLayers(earlier: JsonMap, later: JsonMap): JsonMap {
  const merged: JsonMap = { ...earlier };
  for (const [key, value] of Object.entries(later)) {
    const before = entryOf(merged, key);
    set(merged, key, isMap(before) && isMap(value) ? mergeLayers(before, value) : value);
  }
  return merged;
}

/** A user's values over a chart's defaults, as Helm coalesces them: a null deletes the default. */
export function overDefaults(defaults: JsonMap, user: JsonMap): JsonMap {
  const merged: JsonMap = { ...user };
  for (const [key, value] of Object.entries(defaults)) {
    const own = entryOf(merged, key);
    if (own === undefined) set(merged, key, value);
    else if (own === null) delete merged[key];
    else if (isMap(value) && isMap(own)) set(merged, key, overDefaults(value, own));
  }
  return merged;
}

/** A subchart's block: an empty one where the user has set it to null, as Helm makes it. */
export const fillBlock = (block: Json | undefined): Json => block ?? {};

/** What a subchart gets as `global`: the umbrella's over the one in the subchart's own block. */
export function mergeGlobal(umbrella: Json | undefined, own: Json | undefined): Json | undefined {
  // What is no map stays, to be refused.
  if (own !== undefined && !isMap(own)) return own;
  if (!isMap(umbrella)) return own;
  if (own === undefined) return umbrella;
  const merged: JsonMap = { ...own };
  for (const [key, value] of Object.entries(umbrella)) {
    const below = entryOf(own, key);
    if (isMap(value)) {
      if (below === undefined) set(merged, key, value);
      else if (isMap(below)) set(merged, key, fillIn(value, below));
    } else if (!isMap(below)) {
      set(merged, key, value);
    }
  }
  return merged;
}

/** Adds to a map what it lacks. A null is there, and stays. */
function fillIn(map: JsonMap, missing: JsonMap): JsonMap {
  const filled: JsonMap = { ...map };
  for (const [key, value] of Object.entries(missing)) {
    const own = entryOf(filled, key);
    if (own === undefined) set(filled, key, value);
    else if (isMap(own) && isMap(value)) set(filled, key, fillIn(own, value));
  }
  return filled;
}

/** Sets a key that may be called `__proto__`. */
function set(map: JsonMap, key: string, value: Json): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}
