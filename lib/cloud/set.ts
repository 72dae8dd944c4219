import { Json, JsonMap } from '../values/expression';
import { isMap } from '../values/merge';

/**
 * Reads `--set` and `--set-string` arguments as Helm does: `a.b=1,c={x,y},d[0]=z`; `\` keeps the next character as it
 * is. With `--set`, whole numbers, true, false and null are typed; everything else is a string.
 *
 * @throws Error where an argument has no key or a bad index
 */
export function setValues(argument: string, typed: boolean, into: JsonMap = {}): JsonMap {
  const result = structuredClone(into);
  for (const [path, value] of assignments(argument, typed)) assign(result, path, value);
  return result;
}

type Path = readonly (string | number)[];

function assignments(argument: string, typed: boolean): [Path, Json][] {
  return split(argument, ',').map((assignment) => {
    const [key = '', ...rest] = split(assignment, '=');
    if (rest.length === 0) throw new Error(`--set ${argument}: '${assignment}' has no value; write key=value`);
    const raw = rest.join('=');
    const list = /^\{([\s\S]*)\}$/.exec(raw);
    const value = list
      ? list[1] === ''
        ? []
        : split(list[1]!, ',').map((item) => scalar(item, typed))
      : scalar(raw, typed);
    return [pathOf(key, argument), value];
  });
}

function pathOf(key: string, argument: string): Path {
  return split(key, '.').flatMap((part) => {
    const match = /^((?:[^[\]\\]|\\.)*)((?:\[\d+\])*)$/.exec(part);
    if (!match?.[1])
      throw new Error(`--set ${argument}: '${part}' is no key; write a.b[0]=value, with \\ before . , = [`);
    const indices = [...match[2]!.matchAll(/\d+/g)].map(([n]) => Number(n));
    return [unescape(match[1]), ...indices];
  });
}

/** Splits at a separator that has no backslash before it and is not inside braces. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]!;
    if (c === '\\' && i + 1 < text.length) {
      parts.push(`${parts.pop()!}${c}${text[i + 1]!}`);
      i += 1;
    } else if (c === separator && depth === 0) {
      parts.push('');
    } else {
      if (c === '{' && parts.at(-1)!.endsWith('=')) depth = 1;
      if (c === '}') depth = 0;
      parts.push(`${parts.pop()!}${c}`);
    }
  }
  return parts;
}

const unescape = (text: string): string => text.replace(/\\([\s\S])/g, '$1');

function scalar(raw: string, typed: boolean): Json {
  const text = unescape(raw);
  if (!typed) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  if (text === '0') return 0;
  const number = Number(text);
  return /^[-+]?[1-9]\d*$/.test(text) && Number.isSafeInteger(number) ? number : text;
}

function assign(map: JsonMap, [head, ...rest]: Path, value: Json): void {
  let at: JsonMap | Json[] = map;
  let key: string | number = head!;
  for (const next of rest) {
    const below: Json | undefined = Array.isArray(at) ? at[Number(key)] : at[key];
    const fits = typeof next === 'number' ? Array.isArray(below) : isMap(below);
    const inner = (fits ? below : typeof next === 'number' ? [] : {}) as JsonMap | Json[];
    put(at, key, inner);
    [at, key] = [inner, next];
  }
  put(at, key, value);
}

function put(at: JsonMap | Json[], key: string | number, value: Json): void {
  if (Array.isArray(at)) {
    while (at.length < Number(key)) at.push(null);
    at[Number(key)] = value;
  } else {
    Object.defineProperty(at, key, { value, enumerable: true, configurable: true, writable: true });
  }
}
