import { Json, JsonMap, pathOf } from '../values/expression';
import { isMap } from '../values/merge';

/**
 * Reads a `--set` or `--set-string` argument as Helm does, over the values of files and of earlier arguments:
 * `a.b=1,c={x,y},d[0]=z`; `\` keeps the next character as it is. With `--set`, whole numbers, true, false and null are
 * typed; everything else is a string. Where Helm would read something else than is written, the argument is refused.
 *
 * @throws Error with the keys of the argument: what it sets may be a password
 */
export function setValues(argument: string, typed: boolean, into: JsonMap = {}): JsonMap {
  const result = structuredClone(into);
  try {
    if (argument === '') throw new Error('found an empty text; write key=value');
    for (const { key, value } of assignments(argument, typed)) assign(result, keysOf(key), value);
  } catch (error) {
    const keys = argument.replace(/=[^]*$/, '=…') || "''";
    throw new Error(`${typed ? '--set' : '--set-string'} ${keys}: ${(error as Error).message}`, { cause: error });
  }
  return result;
}

/** A key, and behind `=` a list in braces or a text. A backslash takes the next character along. */
const ASSIGNMENT = /^((?:[^\\=,]|\\.)+)=(?:\{((?:[^\\}]|\\.)*)\}|((?!\{)(?:[^\\,]|\\.)*))(?:,|$)/su;
/** Beyond this, Helm makes no list. */
const LAST_INDEX = 65536;

function* assignments(argument: string, typed: boolean): Generator<{ readonly key: string; readonly value: Json }> {
  for (let rest = argument; rest !== '';) {
    const [all, key, list, text] = ASSIGNMENT.exec(rest) ?? [];
    if (all === undefined || key === undefined) {
      const bare = /^[^=,]*(?=,|$)/.exec(rest);
      // Behind a comma, it may be the rest of a text.
      const what = rest === argument ? `'${bare?.[0]}'` : 'what is behind a comma';
      if (bare) throw new Error(`${what} has no value; write key=value, with \\ before a comma in a text`);
      throw new Error('cannot read it; write key=value or key={x,y}, with \\ before , = { } in a text');
    }
    if (list === '') throw new Error("Helm takes {} for a list of one empty text; write '[]' in a values file");
    const texts = list === undefined ? [text!] : split(list, ',');
    const values = texts.map((raw) => scalar(raw, typed, key));
    yield { key, value: list === undefined ? values[0]! : values };
    rest = rest.slice(all.length);
  }
}

type Keys = readonly (string | number)[];

function keysOf(key: string): Keys {
  return split(key, '.').flatMap((part) => {
    const match = /^((?:[^[\]\\]|\\.)+)((?:\[\d+\])*)$/su.exec(part);
    if (!match) throw new Error(`'${part}' is no key; write a.b[0]=value, with \\ before . , = [`);
    const indices = [...match[2]!.matchAll(/\d+/g)].map(([n]) => Number(n));
    if (indices.some((n) => n > LAST_INDEX)) throw new Error(`'${part}': an index is at most ${LAST_INDEX}`);
    return [unescape(match[1]!), ...indices];
  });
}

/** Splits at a separator that has no backslash before it. */
function split(text: string, separator: string): string[] {
  const parts = [''];
  for (const [character] of text.matchAll(/\\?./gsu)) {
    if (character === separator) parts.push('');
    else parts.push(parts.pop()! + character);
  }
  return parts;
}

const unescape = (text: string): string => text.replace(/\\(.)/gsu, '$1');

function scalar(raw: string, typed: boolean, key: string): Json {
  const text = unescape(raw);
  if (!typed) return text;
  if (/^(?:true|false)$/iu.test(text)) return /^t/i.test(text);
  if (/^null$/iu.test(text)) return null;
  if (!/^(?:0|[1-9]\d*|[-+]\d+)$/.test(text)) return text;
  const number = Number(text) + 0; // of -0 and 0, the 0
  if (Number.isSafeInteger(number)) return number;
  throw new Error(
    `'${key}': an integer is at most ${Number.MAX_SAFE_INTEGER}, the last exact one; --set-string makes it a text`,
  );
}

function assign(map: JsonMap, keys: Keys, value: Json): void {
  let at: JsonMap | Json[] = map;
  keys.slice(0, -1).forEach((key, i) => {
    const list = typeof keys[i + 1] === 'number';
    const below: Json | undefined = Object.hasOwn(at, key) ? (at as JsonMap)[key] : undefined;
    // In a list, null is the place of what comes later.
    const fresh = below === undefined || (below === null && Array.isArray(at));
    if (!fresh && !(list ? Array.isArray(below) : isMap(below)))
      throw new Error(`'${pathOf(keys.slice(0, i + 1))}' is set, and is no ${list ? 'list' : 'map'}`);
    const inner = fresh ? (list ? [] : {}) : (below as JsonMap | Json[]);
    put(at, key, inner);
    at = inner;
  });
  put(at, keys.at(-1)!, value);
}

function put(at: JsonMap | Json[], key: string | number, value: Json): void {
  if (Array.isArray(at)) {
    while (at.length < Number(key)) at.push(null);
    at[Number(key)] = value;
  } else {
    Object.defineProperty(at, key, { value, enumerable: true, configurable: true, writable: true });
  }
}
