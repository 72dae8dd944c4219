import { createHash } from 'node:crypto';
import type { Expression, Json, JsonMap, Loop } from '../../values/expression';
import { expressionOf } from '../../values/value';
import { evaluate, holds, iterate, textOf } from './expression';

const reference = (root: string, ...path: string[]): Expression => ({ op: 'reference', kind: 'any', root, path });
const value = (...path: string[]): Expression => reference('Values', ...path);
const given = (e: Expression, values: JsonMap = {}): Json => evaluate(e, { Values: values });

describe('a reference', () => {
  test('is what stands at its path', () => {
    expect(given(value('api', 'port'), { api: { port: 5000 } })).toBe(5000);
    expect(given(value('conf', 'a.b'), { conf: { 'a.b': 'x' } })).toBe('x');
  });

  test('is null where there is nothing, also below something that is no map', () => {
    expect([given(value('a', 'b')), given(value('a', 'b'), { a: 'x' }), given(value('a', '0'), { a: ['x'] })]).toEqual([
      ...[null, null, null],
    ]);
    expect(evaluate(reference('$item'), {})).toBeNull();
  });

  test('does not see what every object of JavaScript has', () => {
    expect([given(value('constructor')), given(value('a', 'toString'), { a: {} })]).toEqual([null, null]);
  });

  test('sees a key called __proto__, if it is there', () => {
    expect(given(value('__proto__', 'a'), JSON.parse('{"__proto__": {"a": 1}}') as JsonMap)).toBe(1);
    expect(given(value('__proto__'))).toBeNull();
  });
});

test.each<[Json, boolean]>([
  ...([null, false, 0, '', [], {}] as Json[]).map((x): [Json, boolean] => [x, false]),
  ...([true, 1, -1, 'false', ' ', [0], { a: null }] as Json[]).map((x): [Json, boolean] => [x, true]),
])('%j holds as in Go: %j', (x, truth) => {
  expect(holds(value('x'), { Values: { x } })).toBe(truth);
});

test.each<[Json, string]>([
  ['a"b', 'a"b'],
  [1e6, '1000000'],
  [1e21, '1e+21'],
  [0.1, '0.1'],
  [false, 'false'],
])('in text, %j is %s', (x, text) => {
  expect(textOf(x)).toBe(text);
});

describe('JSON text', () => {
  const json = (x: Json): Json => given({ op: 'json', kind: 'string', argument: value('x') }, { x });

  test('has its keys sorted at every depth', () => {
    expect(json({ b: 1, '10': 1, '9': 1, a: { z: 1, Z: 1 } })).toBe('{"10":1,"9":1,"a":{"Z":1,"z":1},"b":1}');
  });

  test('escapes what HTML and JavaScript trip over, as Go does', () => {
    expect(json(['<a & b>', '\u2028\u2029', '"\\', 'é😀'])).toBe(
      '["\\u003ca \\u0026 b\\u003e","\\u2028\\u2029","\\"\\\\","é😀"]',
    );
  });

  test('of scalars and empty containers', () => {
    expect([json(null), json(1.5), json([]), json({})]).toEqual(['null', '1.5', '[]', '{}']);
  });
});

describe('loops', () => {
  const rounds = (loop: Loop, values: JsonMap) => iterate(loop, { Values: values }).map(({ Values: _, ...own }) => own);

  test('over a list, a map by sorted key, and a count', () => {
    const [list, map, count] = [value('list'), value('map'), value('count')];
    const values = { list: ['a', { b: 1 }], map: { y: 2, x: 1 }, count: 2 };
    expect(rounds({ over: 'list', source: list, variable: '$item' }, values)).toEqual([
      { $item: 'a' },
      { $item: { b: 1 } },
    ]);
    expect(rounds({ over: 'map', source: map, variable: '$item', key: '$key' }, values)).toEqual([
      { $item: 1, $key: 'x' },
      { $item: 2, $key: 'y' },
    ]);
    expect(rounds({ over: 'count', source: count, variable: '$item' }, values)).toEqual([{ $item: 0 }, { $item: 1 }]);
  });

  test('over nothing, where there is nothing', () => {
    expect(rounds({ over: 'list', source: value('list'), variable: '$item' }, {})).toEqual([]);
    expect(rounds({ over: 'count', source: value('count'), variable: '$item' }, { count: 0 })).toEqual([]);
  });

  test('keep the variables of the loops around them', () => {
    const loop: Loop = { over: 'count', source: expressionOf(1), variable: '$item1' };
    expect(iterate(loop, { $item: 'a' })).toEqual([{ $item: 'a', $item1: 0 }]);
  });
});

describe('digests and files', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const parts = ['é', 5, true].map(expressionOf);

  test('a digest is the SHA-256 of its parts, joined by line breaks', () => {
    expect(given({ op: 'digest', kind: 'string', parts })).toBe(sha256('é\n5\ntrue'));
    expect(given({ op: 'digest', kind: 'string', parts, length: 10 })).toBe(sha256('é\n5\ntrue').slice(0, 10));
    expect(given({ op: 'digest', kind: 'string', parts: [expressionOf('a')] })).toBe(sha256('a'));
  });

  test('base64 is of the UTF-8', () => {
    expect(given({ op: 'base64', kind: 'string', argument: expressionOf('é') })).toBe('w6k=');
  });

  test.each(['a', 'a\n', 'a\n\n\n'])('a whole file ends with one line break: %j', (text) => {
    expect(given({ op: 'wholeFile', kind: 'string', argument: expressionOf(text) })).toBe('a\n');
  });

  test('a text with a name is that text', () => {
    expect(given({ op: 'named', kind: 'string', name: 'x', body: value('a') }, { a: 'b' })).toBe('b');
  });
});
