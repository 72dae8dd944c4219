import { Json, JsonMap, pathOf } from '../values/expression';
import { isMap } from '../values/merge';
import { InvalidValues, Problem } from '../values/problem';

/** Where something is set. */
export interface Origin {
  /** How many keys of the path that was asked for are set there. */
  readonly depth: number;
  /** `cloud.yaml:12`, `--set keystone.enabled`. */
  readonly where: string;
  /** It is a null, which takes away what was set in it before. */
  readonly isNull: boolean;
}

/** What sets values: a file, an argument. */
export interface Source {
  /** Where it sets what is at a path, or the last of the path's keys that it has. */
  readonly placeOf: (path: Problem['path']) => Origin | undefined;
}

/**
 * An argument that sets those values.
 *
 * @param option `--set`; what it sets is not shown, for it may be a password
 */
export function argumentSource(option: string, values: JsonMap): Source {
  return {
    placeOf: (path) => {
      const { depth, found } = deepest(values, path);
      // Nobody types the map that an argument sets something else in.
      if (depth === 0 || (depth < path.length && isMap(found))) return undefined;
      return { depth, where: `${option} ${pathOf(path.slice(0, depth))}`, isNull: found === null };
    },
  };
}

/** What stands at the longest part of a path that values have. */
function deepest(values: JsonMap, path: Problem['path']): { readonly depth: number; readonly found: Json } {
  let [found, depth]: [Json, number] = [values, 0];
  for (const key of path) {
    if (!(isMap(found) || Array.isArray(found)) || !Object.hasOwn(found, key)) break;
    found = (found as JsonMap)[key]!;
    depth += 1;
  }
  return { depth, found };
}

/**
 * Where a value is set that something is wrong with: in the source that has most of its path, and of those the last, for
 * the later wins. What was set before a null is not set any more. Nothing where none has any of it.
 */
export function placeOf(path: Problem['path'], sources: readonly Source[]): string | undefined {
  const all = sources.flatMap((source) => source.placeOf(path) ?? []);
  const places = all.slice(Math.max(all.map(({ isNull }) => isNull).lastIndexOf(true), 0));
  const most = Math.max(...places.map(({ depth }) => depth));
  return places.filter(({ depth }) => depth === most).at(-1)?.where;
}

/** The same, their messages with where each value is set. */
export const placed = (problems: readonly Problem[], sources: readonly Source[]): Problem[] =>
  problems.map(({ path, message }) => {
    const where = placeOf(path, sources);
    return { path, message: where === undefined ? message : `${message} (${where})` };
  });

/** The same error, with where the values are set. Another error as it is. */
export const withPlaces = (error: unknown, sources: readonly Source[]): unknown =>
  error instanceof InvalidValues ? new InvalidValues(error.chart, placed(error.problems, sources)) : error;
