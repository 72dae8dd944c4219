import { join } from 'node:path';
import { folderOf } from '../../test/support/batch';
import { runHelm } from '../../test/support/helm';
import { messageOf } from '../../test/support/message-of';
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
  ['@.a=-9007199254740991', { a: -9007199254740991 }, { a: '-9007199254740991' }],
  ['@.a=-0', { a: 0 }, { a: '-0' }],
  ['@.a=+0', { a: 0 }, { a: '+0' }],
  ['@.a=-07', { a: -7 }, { a: '-07' }],
  ['@.a=\\1', { a: 1 }, { a: '1' }],
  ['@.a=true,@.b=false', { a: true, b: false }, { a: 'true', b: 'false' }],
  ['@.a=TRUE,@.b=False', { a: true, b: false }, { a: 'TRUE', b: 'False' }],
  ['@.a=falſe', { a: false }, { a: 'falſe' }],
  ['@.a=null', { a: null }, { a: 'null' }],
  ['@.a=NULL,@.b=Null', { a: null, b: null }, { a: 'NULL', b: 'Null' }],
  ...[
    '00',
    '07',
    '1.5',
    '1e3',
    '0x10',
    '1_000',
    'yes',
    'on',
    '~',
    'true ',
    '1 ',
    ' 1',
    '',
    '∞',
    '١',
    '+',
    '-',
    '+-1',
  ].map((text) => [`@.a=${text}`, { a: text }] as const),
  // No other notation is read: not YAML's, not JSON's.
  ...['"x"', "'x'", '[1]', '[]', 'x#y', '$x', '%s', 'é😀', 'x\ty', '!x', '&x', 'a: b'].map(
    (text) => [`@.a=${text}`, { a: text }] as const,
  ),
  // Several at once, one over the other.
  ['@.a=x,@.b=y', { a: 'x', b: 'y' }],
  ['@.a=x,', { a: 'x' }],
  ['@.a=x,@.a=y', { a: 'y' }],
  ['@.a.b=1,@.a.c=2', { a: { b: 1, c: 2 } }, { a: { b: '1', c: '2' } }],
  ['@.a.b=1,@.a=2', { a: 2 }, { a: '2' }],
  ['@.a[0]=x,@.a=y', { a: 'y' }],
  ['@.a=x\ny', { a: 'x\ny' }],
  // Equals signs and braces in a value.
  ['@.a=b=c', { a: 'b=c' }],
  ['@.a==b', { a: '=b' }],
  ['@.a=x{y', { a: 'x{y' }],
  ['@.a=x}', { a: 'x}' }],
  ['@.a= {x}', { a: ' {x}' }],
  ['@.a{b=x,@.c}=y', { 'a{b': 'x', 'c}': 'y' }],
  // Lists.
  ['@.a={x,y}', { a: ['x', 'y'] }],
  ['@.a={x}', { a: ['x'] }],
  ['@.a={ x,y }', { a: [' x', 'y '] }],
  ['@.a={1,true,null,x y}', { a: [1, true, null, 'x y'] }, { a: ['1', 'true', 'null', 'x y'] }],
  ['@.a={x,,y}', { a: ['x', '', 'y'] }],
  ['@.a={x},', { a: ['x'] }],
  ['@.a={x\\}y,\\{z}', { a: ['x}y', '{z'] }],
  ['@.a={b=c}', { a: ['b=c'] }],
  ['@.a={x,y},@.b=1', { a: ['x', 'y'], b: 1 }, { a: ['x', 'y'], b: '1' }],
  ['@.a={1},@.a={2,3}', { a: [2, 3] }, { a: ['2', '3'] }],
  // Places in lists.
  ['@.a[0]=x', { a: ['x'] }],
  ['@.a[2]=x', { a: [null, null, 'x'] }],
  ['@.a[0]=x,@.a[1]=y', { a: ['x', 'y'] }],
  ['@.a[0]=x,@.a[0]=y', { a: ['y'] }],
  ['@.a[0].b=x,@.a[0].c=y', { a: [{ b: 'x', c: 'y' }] }],
  ['@.a[0].b[1].c=x', { a: [{ b: [null, { c: 'x' }] }] }],
  ['@.a[1]=x,@.a[0].b=y', { a: [{ b: 'y' }, 'x'] }],
  ['@.a[1]=x,@.a[0][0]=y', { a: [['y'], 'x'] }],
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

test('a place in a list of a file keeps what stands beside it', () => {
  expect(setValues('a[1]=z', true, { a: ['x', 'y'] })).toEqual({ a: ['x', 'z'] });
});

test.each(helms())('… as helm $version has it', ({ path }) => {
  const file = folderOf([['values.yaml', 'a: [x, y]']]);
  const printed = runHelm(path, ['template', 'rel', echo, '-f', join(file, 'values.yaml'), '--set', 'a[1]=z']);
  expect(printed).toContain('values: {"a":["x","z"]}');
});

const KEY_HELP = 'write a.b[0]=value, with \\ before . , = [';
const BARE = 'write key=value, with \\ before a comma in a text';
const REST = 'what is behind a comma';
const BEYOND = "'a': an integer is at most 9007199254740991, the last exact one; --set-string makes it a text";
const HELP = 'write key=value or key={x,y}, with \\ before , = { } in a text';

/** Refused here, with what to write instead; the first ones by Helm too. */
const refused: readonly (readonly [argument: string, message: string])[] = [
  ['global.debug', `'global.debug' has no value; ${BARE}`],
  ['a=1,b', `${REST} has no value; ${BARE}`],
  [',a=1', `'' has no value; ${BARE}`],
  ['a=1,,b=2', `${REST} has no value; ${BARE}`],
  ['a\\', `'a\\' has no value; ${BARE}`],
  ['a.=1', `'' is no key; ${KEY_HELP}`],
  ['a[x]=1', `'a[x]' is no key; ${KEY_HELP}`],
  ['a[-1]=1', `'a[-1]' is no key; ${KEY_HELP}`],
  ['a[]=1', `'a[]' is no key; ${KEY_HELP}`],
  ['a.b[0]c=1', `'b[0]c' is no key; ${KEY_HELP}`],
  ['a[65537]=1', "'a[65537]': an index is at most 65536"],
  ['a=1,a.b=2', "'a' is set, and is no map"],
  ['a=null,a.b=2', "'a' is set, and is no map"],
  ['a=1,a[0]=2', "'a' is set, and is no list"],
  ['a[0]=1,a.b=2', "'a' is set, and is no map"],
  ['a.b=1,a[0]=2', "'a' is set, and is no list"],
  ['a[0]=1,a[0][0]=2', "'a[0]' is set, and is no list"],
  ['a={x', `cannot read it; ${HELP}`],
  ['a={x,y}z', `cannot read it; ${HELP}`],
  ['a={x}}', `cannot read it; ${HELP}`],
  ['a=b={x,y}', `${REST} has no value; ${BARE}`],
];

/** Helm takes these, as something that nobody has meant. */
const refusedHere: typeof refused = [
  ['=x', `cannot read it; ${HELP}`],
  ['.a=1', `'' is no key; ${KEY_HELP}`],
  ['a[0]', `'a[0]' has no value; ${BARE}`],
  ['a]=1', `'a]' is no key; ${KEY_HELP}`],
  ['a=x\\', `cannot read it; ${HELP}`],
  ['a={x}b=1', `cannot read it; ${HELP}`],
  ['a={}', "Helm takes {} for a list of one empty text; write '[]' in a values file"],
  ['a[0]=1,a[0].b=2', "'a[0]' is set, and is no map"],
  ['a=9007199254740993', BEYOND],
  ['a.b={1,-9223372036854775809}', BEYOND.replace('a', 'a.b')],
];

/** What is set may be a password. */
const shown = (argument: string): string => argument.replace(/=[^]*$/, '=…');

test.each([...refused, ...refusedHere])('%s is refused, with what to write instead', (argument, message) => {
  expect(messageOf(() => setValues(argument, true))).toBe(`--set ${shown(argument)}: ${message}`);
});

test('an empty argument is refused: a variable of a shell was not set', () => {
  expect(messageOf(() => setValues('', true))).toBe("--set '': found an empty text; write key=value");
  expect(messageOf(() => setValues('', false))).toBe("--set-string '': found an empty text; write key=value");
});

test('the option is named', () => {
  expect(messageOf(() => setValues('a', false))).toBe(`--set-string a: 'a' has no value; ${BARE}`);
});

test.each(helms())('helm $version refuses, or takes, the same', ({ path }) => {
  const takes = (argument: string): boolean => {
    try {
      return runHelm(path, ['template', 'rel', echo, '--set', argument]) !== '';
    } catch {
      return false;
    }
  };
  expect(refused.filter(([argument]) => takes(argument))).toEqual([]);
  expect(refusedHere.filter(([argument]) => !takes(argument))).toEqual([]);
});
