import { createHash } from 'node:crypto';
import { Expression, Json, Loop } from '../../values/expression';
import { isMap } from '../../values/merge';
import { printIni } from './ini';

/** What expressions are evaluated in: `Values`, `Release` and the variables of loops. */
export type Environment = { readonly [root: string]: Json };

/** The value of an expression. A missing value is null. */
export function evaluate(e: Expression, env: Environment): Json {
  switch (e.op) {
    case 'literal':
      return e.value;
    case 'reference':
      return e.path.reduce<Json>(
        (at, key) => (isMap(at) && Object.hasOwn(at, key) ? at[key]! : null),
        env[e.root] ?? null,
      );
    case 'concat':
      return e.parts.map((part) => textOf(evaluate(part, env))).join('');
    case 'choose':
      return evaluate(holds(e.test, env) ? e.then : e.otherwise, env);
    case 'join':
      return iterate(e.loop, env)
        .map((inner) => textOf(evaluate(e.body, inner)))
        .join(e.separator);
    case 'not':
      return !holds(e.argument, env);
    case 'isSet':
      return holds(e.argument, env);
    case 'all':
      return e.tests.every((test) => holds(test, env));
    case 'any':
      return e.tests.some((test) => holds(test, env));
    case 'is':
      return jsonText(evaluate(e.left, env)) === jsonText(evaluate(e.right, env));
    case 'hasKey': {
      const map = evaluate(e.map, env);
      return isMap(map) && Object.hasOwn(map, textOf(evaluate(e.key, env)));
    }
    case 'named':
      return evaluate(e.body, env);
    case 'digest':
      return sha256(e.parts.map((part) => textOf(evaluate(part, env))).join('\n')).slice(0, e.length);
    case 'base64':
      return Buffer.from(textOf(evaluate(e.argument, env))).toString('base64');
    case 'json':
      return jsonText(evaluate(e.argument, env));
    case 'without': {
      const map = evaluate(e.argument, env);
      return isMap(map) ? Object.fromEntries(Object.entries(map).filter(([key]) => !e.keys.includes(key))) : {};
    }
    case 'merged': {
      const maps = e.maps.map((map) => evaluate(map, env));
      return Object.fromEntries(maps.flatMap((map) => (isMap(map) ? Object.entries(map) : [])));
    }
    case 'wholeFile':
      return `${textOf(evaluate(e.argument, env)).replace(/\n+$/, '')}\n`;
    case 'ini':
      return printIni(e, env);
  }
}

/** Go's notion of truth: not null, false, 0, or an empty string, list or map. */
export function holds(test: Expression, env: Environment): boolean {
  const value = evaluate(test, env);
  if (Array.isArray(value)) return value.length > 0;
  return isMap(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** The environments of a loop's rounds. */
export function iterate({ over, source, variable, key, beside }: Loop, env: Environment): Environment[] {
  const value = evaluate(source, env);
  if (over === 'count') return Array.from({ length: Number(value) }, (_, i) => ({ ...env, [variable]: i }));
  if (Array.isArray(value)) return value.map((item) => ({ ...env, [variable]: item }));
  if (!isMap(value)) return [];
  const others = beside && evaluate(beside.source, env);
  return sortedKeys(value).map((name) => ({
    ...env,
    [variable]: value[name]!,
    ...(key && { [key]: name }),
    ...(beside && { [beside.variable]: isMap(others) && Object.hasOwn(others, name) ? others[name]! : {} }),
  }));
}

/** A value inside text. */
export const textOf = (value: Json): string => (typeof value === 'string' ? value : jsonText(value));

/**
 * JSON as Go's encoder writes it: keys sorted, also those that look like numbers, which JavaScript would put first;
 * and escaped what HTML or JavaScript would trip over.
 */
function jsonText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (isMap(value)) {
    return `{${sortedKeys(value)
      .map((key) => `${jsonText(key)}:${jsonText(value[key]!)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Go sorts map keys by bytes. */
export const sortedKeys = (map: object): string[] =>
  Object.keys(map).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
