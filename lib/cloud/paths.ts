import type { Cloud } from './cloud';
import type { Place } from './place';
import { topOf } from './places';

/** A place in a cloud file that a path may lead to. */
export interface NextPlace {
  /** The names on the way to it, and its own. */
  readonly path: readonly string[];
  /** One line about it. */
  readonly help: string;
  /** There may be something inside. */
  readonly hasMore: boolean;
}

/**
 * The places whose paths, written with plain dots, begin with a text and go to its next dot at most. Of maps whose names
 * are free, none is known: they are as the text has them.
 */
export const placesFrom = (cloud: Cloud, start: string): NextPlace[] => inside(topOf(cloud), start, []);

function inside(place: Place, start: string, path: readonly string[]): NextPlace[] {
  const known = place.names.filter((name) => start.startsWith(`${name}.`));
  const free = known.length > 0 ? [] : (/^[^.]+(?=\.)/.exec(start) ?? []);
  const deeper = [...known, ...free].flatMap((name) => {
    const next = place.inside(name);
    return next ? inside(next, start.slice(name.length + 1), [...path, name]) : [];
  });
  return [...thatBegin(place, start, path), ...deeper];
}

function thatBegin(place: Place, start: string, path: readonly string[]): NextPlace[] {
  const names = place.names.filter((name) => name.startsWith(start));
  if (names.length === 0) return [];
  const helps = new Map(place.said().inside.map(({ name, help = '' }) => [name, help]));
  return names.map((name) => {
    const next = place.inside(name);
    // Any name serves to see whether a map is open.
    const hasMore = next !== undefined && (next.names.length > 0 || next.inside('x') !== undefined);
    return { path: [...path, name], help: helps.get(name) ?? '', hasMore };
  });
}
