import { pathOf } from '../values/expression';
import { nearest } from '../values/nearest';

/** A part of a path as somebody wrote it. */
export interface Part {
  readonly text: string;
  /** It was in brackets, or its dots had a `\`: it is one name. Any other may be a piece of a name with dots. */
  readonly whole: boolean;
}

/** Any name, where a map is open: `*`, or `<pool>` as help writes it. */
export const isAny = (name: string): boolean => name === '*' || /^<[^<>]+>$/.test(name);

/** A place in a cloud file, as far as a path needs to know it. */
export interface PlaceInPath<P> {
  readonly path: readonly string[];
  /** What is known to be inside, by its name. */
  readonly names: readonly string[];
  /** What stands under a name, whether it is known or free; undefined where nothing may. */
  inside(name: string): P | undefined;
  /** Why nothing may stand there, of which `name` is what somebody wrote. */
  refusal(name: string): string;
}

const PART = /\[\s*("(?:[^"\\]|\\.)*"|'[^']*'|\d+|\*)\s*\]|((?:\\.|[^.[\\])+)/y;

/**
 * Reads `keystone.conf["keystone.conf"].DEFAULT.debug`, or the same with `\.` as `--set` has it, or with plain dots.
 *
 * @throws Error where it can't be read
 */
export function readPath(text: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < text.length;) {
    if (parts.length > 0 && text[at] === '.') at += 1;
    PART.lastIndex = at;
    const [found, bracketed, plain] = PART.exec(text) ?? [];
    const name = bracketed === undefined ? plain?.replace(/\\(.)/g, '$1') : unquoted(bracketed);
    if (found === undefined || name === undefined) {
      const how = text[at] === '[' ? '; names in brackets are written as ["keystone.conf"]' : '';
      throw new Error(`the path ${text}: found no name at its character ${at + 1}${how}`);
    }
    at += found.length;
    parts.push({ text: name, whole: bracketed !== undefined || plain!.includes('\\') || isAny(name) });
  }
  return parts;
}

/** Undefined where a backslash stands before what JSON has no escape for. */
function unquoted(text: string): string | undefined {
  if (text.startsWith("'")) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** As one would write it: `global.pools.*.role`. */
export const writtenPath = (path: readonly string[]): string =>
  path.reduce((text, name) => {
    if (isAny(name)) return text === '' ? name : `${text}.${name}`;
    const written = pathOf([name]);
    return text === '' || written.startsWith('[') ? `${text}${written}` : `${text}.${written}`;
  }, '');

/**
 * The place that a path leads to. A name with dots may be written without brackets: the longest that is known counts,
 * and where none is known and any may stand, the shortest with which the rest is found.
 *
 * @throws Error with the nearest name, and what there is, where the path leads nowhere
 */
export function placeAt<P extends PlaceInPath<P>>(top: P, parts: readonly Part[]): P {
  let furthest = { place: top, rest: parts };
  const find = (place: P, rest: readonly Part[]): P | undefined => {
    if (rest.length === 0) return place;
    if (rest.length < furthest.rest.length) furthest = { place, rest };
    for (const { name, count } of namesAt(place, rest)) {
      const inside = place.inside(name);
      const found = inside && find(inside, rest.slice(count));
      if (found) return found;
    }
    return undefined;
  };
  const found = find(top, parts);
  if (found) return found;
  throw new Error(nothingAt(furthest.place, furthest.rest));
}

/** The names that the first of some parts may be: those that are known, the longest first; else any. */
function namesAt<P extends PlaceInPath<P>>(place: P, parts: readonly Part[]) {
  const end = parts.findIndex(({ whole }) => whole);
  const most = end === 0 ? 1 : end < 0 ? parts.length : end;
  const all = Array.from({ length: most }, (_, i) => ({ name: joined(parts.slice(0, i + 1)), count: i + 1 }));
  const known = all.filter(({ name }) => place.names.includes(name)).reverse();
  return known.length > 0 ? known : all;
}

const joined = (parts: readonly Part[]): string => parts.map(({ text }) => text).join('.');

const MOST_SHOWN = 40;

function nothingAt<P extends PlaceInPath<P>>(place: P, rest: readonly Part[]): string {
  const names = namesAt(place, rest).map(({ name }) => name);
  // A misspelt name with dots is near a known one only as a whole.
  const meant = names.find((name) => nearest(name, place.names) !== undefined) ?? rest[0]!.text;
  const where = writtenPath([...place.path, meant]);
  const shown = [...place.names].sort().slice(0, MOST_SHOWN).join(', ');
  const more = place.names.length > MOST_SHOWN ? ` and ${place.names.length - MOST_SHOWN} more` : '';
  const refusal = place.refusal(meant);
  const there =
    shown === '' || refusal.includes('; there is ')
      ? []
      : [`${writtenPath(place.path) || 'a cloud file'} has ${shown}${more}`];
  return [`${where}: ${refusal}`, ...there].join('\n');
}
