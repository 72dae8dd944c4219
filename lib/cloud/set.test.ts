import { folderOf } from '../../test/support/batch';
import { runHelm } from '../../test/support/helm';
import { helms } from '../../tools/toolchain';
import type { Json, JsonMap } from '../values/expression';
import { setValues } from './set';

/** Arguments and what they set, first with `--set`, then with `--set-string` where that differs. `@` is a block. */
const table: readonly (readonly [argument: string, typed: Json, text?: Json])[] = [
  ['@.a=x', { a: 'x' }],
  ['@.a=', { a: '' }],
  ['@.a= x ', { a: ' x ' }],
  ['@.a b=1 2', { 'a b': '1 2' }],
  // Scalars: whole numbers, true, false and null have types.
  ['@.a=1', { a: 1 }, { a: '1' }],
  ['@.a=-7', { a: -7 }, { a: '-7' }],
  ['@.a=+7', { a: 7 }, { a: '+7' }],
  ['@.a=0', { a: 0 }, { a: '0' }],
  ['@.a=9007199254740991', { a: 9007199254740991 }, { a: '9007199254740991' }],
  ['@.a=9223372036854775808', { a: '9223372036854775808' }],
  ['@.a=true,@.b=false', { a: true, b: false }, { a: 'true', b: 'false' }],
  ['@.a=null', { a: null }, { a: 'null' }],
  ...['00', '07', '1.5', '1e3', '0x10', '1_000', 'yes', 'on', '~', 'true ', '1 ', '', '∞'].map(
    (text) => [`@.a=${text}`, { a: text }] as const,
  ),
  // No other notation is read: not YAML's, not JSON's.
  ...['"x"', "'x'", '[1]', '[]', 'x#y', '$x', '%s', 'é😀', 'x\ty', '!x', '&x', 'a: b'].map(
    (text) => [`@.a=${text}`, { a: text }] as const,
  ),
  // Several at once, one over the other.
  ['@.a=x,@.b=y', { a: 'x', b: 'y' }],
  ['@.a=x,@.a=y', { a: 'y' }],
  ['@.a.b=1,@.a.c=2', { a: { b: 1, c: 2 } }, { a: { b: '1', c: '2' } }],
  ['@.a.b=1,@.a=2', { a: 2 }, { a: '2' }],
  // Equals signs and braces in a value.
  ['@.a=b=c', { a: 'b=c' }],
  ['@.a==b', { a: '=b' }],
  ['@.a=x{y', { a: 'x{y' }],
  ['@.a=x}', { a: 'x}' }],
  // Lists.
  ['@.a={x,y}', { a: ['x', 'y'] }],
  ['@.a={x}', { a: ['x'] }],
  ['@.a={ x,y }', { a: [' x', 'y '] }],
  ['@.a={1,true,null,x y}', { a: [1, true, null, 'x y'] }, { a: ['1', 'true', 'null', 'x y'] }],
  ['@.a={x,y},@.b=1', { a: ['x', 'y'], b: 1 }, { a: ['x', 'y'], b: '1' }],
  ['@.a={1},@.a={2,3}', { a: [2, 3] }, { a: ['2', '3'] }],
  // Places in lists.
  ['@.a[0]=x', { a: ['x'] }],
  ['@.a[2]=x', { a: [null, null, 'x'] }],
  ['@.a[0]=x,@.a[1]=y', { a: ['x', 'y'] }],
  ['@.a[0]=x,@.a[0]=y', { a: ['y'] }],
  ['@.a[0].b=x,@.a[0].c=y', { a: [{ b: 'x', c: 'y' }] }],
  ['@.a[0].b[1].c=x', { a: [{ b: [null, { c: 'x' }] }] }],
  ['@.a[0][1]=x', { a: [[null, 'x']] }],
  ['@.a[0]={x,y}', { a: [['x', 'y']] }],
  ['@.a[01]=x', { a: [null, 'x'] }],
  // A backslash keeps the next character as it is.
  ['@.a\\.b=x', { 'a.b': 'x' }],
  ['@.nodeSelector.kubernetes\\.io/role=x', { nodeSelector: { 'kubernetes.io/role': 'x' } }],
  ['@.a\\=b=x', { 'a=b': 'x' }],
  ['@.a\\,b=x', { 'a,b': 'x' }],
  ['@.a\\[0\\]=x', { 'a[0]': 'x' }],
  ['@.a=x\\,y', { a: 'x,y' }],
  ['@.a={x\\,y,z}', { a: ['x,y', 'z'] }],
  ['@.a=\\{x\\,y\\}', { a: '{x,y}' }],
  ['@.a=x\\y\\\\z', { a: 'xy\\z' }],
];

const kinds = [
  ['--set', table.map(([argument, typed]) => [argument, typed] as const)],
  ['--set-string', table.map(([argument, typed, text = typed]) => [argument, text] as const)],
] as const;

/** A chart that prints the values that it gets. */
const echo = folderOf([
  ['Chart.yaml', JSON.stringify({ apiVersion: 'v2', name: 'echo', version: '1.0.0' })],
  ['templates/values.yaml', 'values: {{ .Values | toJson }}\n'],
]);

describe.each(kinds)('%s', (option, rows) => {
  const blocks = rows.map(([argument, value], i) => [argument.replaceAll('@', `k${i}`), value] as const);
  const expected = Object.fromEntries(blocks.map(([, value], i) => [`k${i}`, value]));

  test.each(rows)('%j sets %j', (argument, value) => {
    expect(setValues(argument.replaceAll('@', 'k'), option === '--set')).toEqual({ k: value });
  });

  test.each(helms())('helm $version reads all of this the same', ({ path }) => {
    const printed = runHelm(path, ['template', 'rel', echo, ...blocks.flatMap(([argument]) => [option, argument])]);
    const values = JSON.parse(/^values: (.*)$/m.exec(printed)![1]!) as JsonMap;
    // A null deletes what a chart has by default; Helm may leave it out where there is nothing to delete.
    expect(withoutNulls(values)).toEqual(withoutNulls(expected));
  });
});

const withoutNulls = (values: JsonMap): JsonMap =>
  JSON.parse(JSON.stringify(values, (_, value: Json) => value ?? undefined)) as JsonMap;

test('arguments build on one another, as they stand on the command line', () => {
  const first = setValues('keystone.api.replicas=3,global.memcached.servers={a:1}', true);
  expect(setValues('keystone.api.processes=4,global.memcached.servers[1]=b:2', true, first)).toEqual({
    keystone: { api: { replicas: 3, processes: 4 } },
    global: { memcached: { servers: ['a:1', 'b:2'] } },
  });
  expect(first).toEqual({ keystone: { api: { replicas: 3 } }, global: { memcached: { servers: ['a:1'] } } });
});

test('a key may have the name of what every object has', () => {
  const values = setValues('labels.constructor=x,labels.__proto__=y', true);
  expect(Object.entries(values['labels']!)).toEqual([
    ['constructor', 'x'],
    ['__proto__', 'y'],
  ]);
  expect({}).not.toHaveProperty('x');
});

test.each([
  ['global.debug', "--set global.debug: 'global.debug' has no value; write key=value"],
  ['a=1,b', "--set a=1,b: 'b' has no value; write key=value"],
  ['a[x]=1', "--set a[x]=1: 'a[x]' is no key; write a.b[0]=value, with \\ before . , = ["],
  ['a[-1]=1', "--set a[-1]=1: 'a[-1]' is no key; write a.b[0]=value, with \\ before . , = ["],
  ['a[]=1', "--set a[]=1: 'a[]' is no key; write a.b[0]=value, with \\ before . , = ["],
  ['a.b[0]c=1', "--set a.b[0]c=1: 'b[0]c' is no key; write a.b[0]=value, with \\ before . , = ["],
])('%s is refused, with what to write instead', (argument, message) => {
  expect(() => setValues(argument, true)).toThrow(message);
});
