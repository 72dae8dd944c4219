import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderOf } from '../../test/support/batch';
import { runHelm } from '../../test/support/helm';
import { messageOf } from '../../test/support/message-of';
import { helms } from '../../tools/toolchain';
import type { Json, JsonMap } from '../values/expression';
import { readValues } from './values-file';

const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-values-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, 'cloud.yaml');
  writeFileSync(file, text);
  return file;
}

/** Texts without quotes, and what they are: YAML 1.1, but as Go has it. */
const scalars: readonly (readonly [text: string, value: Json])[] = [
  ...['yes', 'Yes', 'YES', 'on', 'On', 'ON', 'y', 'Y', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['no', 'No', 'NO', 'off', 'Off', 'OFF', 'n', 'N', 'false', 'False', 'FALSE'].map((text) => [text, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, null] as const),
  // Integers.
  ...([
    ['1', 1],
    ['-1', -1],
    ['+1', 1],
    ['0', 0],
    ['-0', 0],
    ['+0', 0],
    ['00', 0],
  ] as const),
  ...([
    ['010', 8],
    ['-010', -8],
    ['0o10', 8],
    ['0O10', 8],
    ['-0o7', -7],
    ['089', 89],
    ['0_8', 8],
  ] as const),
  ...([
    ['0x1F', 31],
    ['0X1f', 31],
    ['-0x1F', -31],
    ['0x_1', 1],
    ['0b11', 3],
    ['0B11', 3],
    ['-0b11', -3],
  ] as const),
  ...([
    ['1_000', 1000],
    ['1__0', 10],
    ['1_', 1],
    ['+_1', 1],
    ['9007199254740991', 9007199254740991],
  ] as const),
  // Others.
  ...([
    ['1.5', 1.5],
    ['1.0', 1],
    ['1.', 1],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['+.5', 0.5],
    ['0.0', 0],
    ['1_0.5', 10.5],
  ] as const),
  ...([
    ['1e3', 1000],
    ['1E3', 1000],
    ['1e+3', 1000],
    ['1.e3', 1000],
    ['.5e3', 500],
    ['12e03', 12000],
  ] as const),
  ...([
    ['1e1_0', 1e10],
    ['1e21', 1e21],
    ['1e-7', 1e-7],
    ['4e-324', 5e-324],
    ['0.1e-400', 0],
  ] as const),
  // All else is a text.
  ...[
    ...[
      '1:30',
      '12:30:45',
      '190:20:30',
      '2001-01-01',
      '2001-01-01 12:00',
      '2001-01-01T12:00:00Z',
      '1.2.3.4',
      '10.0.0.0/8',
    ],
    ...[
      '500m',
      '1Gi',
      '2026.1-debian',
      '1,000',
      '0x',
      '0xg',
      '0x1p3',
      '0b',
      '0b2',
      '0o8',
      '1e',
      '1e400',
      '-1e400',
      '_1',
    ],
    ...['.', '+', '-_', '.e3', '.5e', 'inf', 'Infinity', '.Nan', '-.nan', 'yEs', 'tRue', 'nULL', '-y', '='],
    ...['<<', 'a#b', 'a:b', 'a b', '日本', "it's", 'a"b', 'http://a:80/', '$x', '\\n'],
  ].map((text) => [text, text] as const),
];

/** All else that people write. */
const text = `---
# A comment.
quoted: ["yes", 'no', "010", '1_000', 'it''s', "a # b", !!str 1, ! 010]
block: [a, b: 1, {c: d, "e":f, g}, [h,],]
text: |
  [DEFAULT]
  debug = true
kept: |+
  one

stripped: >-
  one
  two
indented: |2
    one
plain: one
  two

  three
tab: one	# a tab before this
defaults: &defaults { replicas: 3, port: 1 }
more: &more { port: 2, debug: true }
merged:
  <<: *defaults
  port: 2
merged of two: { <<: [*defaults, *more], replicas: 1 }
not merged: { "<<": *defaults }
again: *defaults
nothing: &nothing
and again: *nothing
anchored: [&x 1, *x, &x 2, *x]
1: a number for a key
-1: another
true: a boolean for a key
'010': a text for a key
2001-01-01: a date for one
"": nothing for one
__proto__: { a: 1, __proto__: 2, constructor: 3 }
? asked
: answered
typed: !!map { a: !!seq [1] }
escapes: "\\u00e9 \\U0001F600 \\x41 \\e \\0 \\_ \\N \\L \\P \\a\\t\\
  joined"
single: '\\n'
`;

const files: readonly (readonly [what: string, text: string])[] = [
  ['all that is above', text],
  ['one with a byte order mark and line breaks of Windows', `\uFEFF${text.replaceAll('\n', '\r\n')}`],
  ['JSON', '{"a":1,"b":[true,null,"\\u00e9"],\n"c":{"d":-1.5e3}}'],
];

const scalarFile = scalars.map(([scalar], i) => `k${i}: ${scalar}\n`).join('');

test.each(scalars)('%j is read as %j', (scalar, value) => {
  expect(readValues(fileOf(`k: ${scalar}\n`))).toEqual({ k: value });
});

describe.each(helms())('helm $version reads the same:', ({ path }) => {
  const echo = folderOf([
    ['Chart.yaml', JSON.stringify({ apiVersion: 'v2', name: 'echo', version: '1.0.0' })],
    ['templates/values.yaml', 'values: {{ .Values | toJson }}\n'],
  ]);

  test.each([['texts without quotes', scalarFile] as const, ...files])('%s', (_, content) => {
    const printed = runHelm(path, ['template', 'rel', echo, '--values', fileOf(content)]);
    const theirs = JSON.parse(/^values: (.*)$/m.exec(printed)![1]!) as JsonMap;
    expect(withoutNulls(readValues(fileOf(content)))).toEqual(withoutNulls(theirs));
  });
});

/** Helm leaves out a null where there is no default to delete. */
const withoutNulls = (values: JsonMap): JsonMap =>
  JSON.parse(JSON.stringify(values, (_, value: Json) => value ?? undefined)) as JsonMap;

test.each([
  ['nothing at all', ''],
  ['a comment', '# nothing yet\n'],
  ['null', '~\n'],
])('a file with %s sets nothing', (_, empty) => {
  expect(readValues(fileOf(empty))).toEqual({});
});

describe('an error names the file, and the line where there is one:', () => {
  const file = join(folder, 'cloud.yaml');

  test.each([
    ['a key given twice', 'global: {}\nkeystone: {}\nglobal: {}\n', 'Map keys must be unique at line 3, column 1'],
    [
      'a bracket that is not closed',
      'a: 1\nb: [1\n',
      'Flow sequence in block collection must be sufficiently indented and end with a ] at line 3, column 1',
    ],
    ['a tab for a blank', 'a:\n\tb: 1\n', 'Tabs are not allowed as indentation at line 2, column 1'],
  ])('%s', (_, broken, message) => {
    expect(messageOf(() => readValues(fileOf(broken)))).toBe(`${file}: ${message}`);
  });

  // What Helm refuses too.
  test.each([
    [
      'an alias of nothing',
      'a: *b\n',
      "An alias (*) of nothing: a text that begins with '*' is put in quotes at line 1, column 4",
    ],
    ['infinity', 'a: .inf\n', 'Infinity, and what is no number, needs quotes at line 1, column 4'],
    ['nothing for a key', 'null: 1\n', 'A key is a text: put it in quotes at line 1, column 1'],
    ['a list for a key', 'a: 1\n? [b]\n: 1\n', 'A key is a text: put it in quotes at line 2, column 3'],
    ['a merge of no map', 'a: { <<: 1 }\n', "'<<' takes a map, or a list of maps at line 1, column 6"],
    ['… of a list of none', 'a: { <<: [{}, b] }\n', "'<<' takes a map, or a list of maps at line 1, column 6"],
    ['another version', '%YAML 1.2\n---\na: 1\n', 'A directive (%) is not for values files at line 1, column 1'],
    [
      'half a character',
      'a: "\\ud83d\\ude00"\n',
      "Helm does not take JSON's escapes \\/ and \\ud83d\\ude00 at line 1, column 4",
    ],
    [
      'an escaped slash',
      '{"a": "b\\\\\\/"}',
      "Helm does not take JSON's escapes \\/ and \\ud83d\\ude00 at line 1, column 7",
    ],
    [
      'a control character',
      'a: 1\nb: \u007f\n',
      '"\u007f" is written as an escape, in double quotes at line 2, column 4',
    ],
  ])('%s', (_, broken, message) => {
    expect(messageOf(() => readValues(fileOf(broken)))).toBe(`${file}: ${message}`);
  });

  // What Helm reads as something that nobody has meant, or the two Helms each in its way.
  test.each([
    ['a key that would be 8', '010: a\n', 'A key is a text: put it in quotes at line 1, column 1'],
    ['a key that would be "true"', 'a: { yes: b }\n', 'A key is a text: put it in quotes at line 1, column 6'],
    ['a key that would be 1.2345675e+06', '1234567.5: a\n', 'A key is a text: put it in quotes at line 1, column 1'],
    ['a key as a number and as a text', '1: a\n"1": b\n', 'Map keys must be unique at line 2, column 1'],
    [
      'a merge that would win over what stands before it',
      'a: { b: 1, <<: { b: 2 } }\n',
      "'<<' wins in Helm over what stands before it: put it first at line 1, column 12",
    ],
    [
      'bytes',
      'a: !!binary aGk=\n',
      "An unknown tag (!): a text that begins with '!' is put in quotes at line 1, column 4",
    ],
    [
      'a set',
      'a: !!set { x, y }\n',
      "An unknown tag (!): a text that begins with '!' is put in quotes at line 1, column 4",
    ],
    [
      "Ansible's mark of a text",
      'a: !unsafe b\n',
      "An unknown tag (!): a text that begins with '!' is put in quotes at line 1, column 4",
    ],
    [
      'a number that would be rounded',
      'a: 9007199254740993\n',
      'A number that not all read alike needs quotes at line 1, column 4',
    ],
    [
      '… and end as text',
      'a: 0xFFFFFFFFFFFFFFFFF\n',
      'A number that not all read alike needs quotes at line 1, column 4',
    ],
    [
      'a number that begins with a point and an underscore',
      'a: ._5\n',
      'A number that not all read alike needs quotes at line 1, column 4',
    ],
    ['less than nothing', 'a: -0.0\n', 'A number that not all read alike needs quotes at line 1, column 4'],
    [
      'a line break of Unicode',
      'a: x\u2028b: y\n',
      '"\u2028" is written as an escape, in double quotes at line 1, column 5',
    ],
    ['a line break of old', 'a: x\rb: y\n', '"\\r" is written as an escape, in double quotes at line 1, column 5'],
    ['a second document', 'a: 1\n---\nb: 2\n', 'A values file is one document at line 2, column 1'],
    ['… behind the end of the first', 'a: 1\n...\nb: 2\n', 'A values file is one document at line 3, column 1'],
  ])('%s', (_, broken, message) => {
    expect(messageOf(() => readValues(fileOf(broken)))).toBe(`${file}: ${message}`);
  });

  test('text that is not UTF-8', () => {
    writeFileSync(file, Buffer.from('a: \xff\n', 'latin1'));
    expect(messageOf(() => readValues(file))).toBe(`${file}: is not UTF-8`);
  });

  // Logs keep what a command says, and the file may hold passwords.
  test.each([
    ['"s3cret\nb: 1', 'Missing closing "quote at line 3, column 1'],
    ['"\\xs3cret"', 'Invalid escape sequence at line 1, column 12'],
    ['|s3cret', 'Block scalar header includes extra characters at line 1, column 12'],
    ['!s3cret!x', 'Could not resolve tag at line 1, column 11'],
    ['12345678901234567890', 'A number that not all read alike needs quotes at line 1, column 11'],
  ])('the line itself is not repeated: %s', (secret, message) => {
    expect(messageOf(() => readValues(fileOf(`password: ${secret}\n`)))).toBe(`${file}: ${message}`);
  });

  test.each(['- a\n', 'just a text\n', '42\n'])('%j is no map', (other) => {
    expect(messageOf(() => readValues(fileOf(other)))).toBe(`${file}: a values file is a map, such as 'global: {…}'`);
  });

  test('a file that is not there', () => {
    const [cloud, clod, more] = ['cloud.yaml', 'clod.yaml', 'more.yaml'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const there of [cloud, more]) writeFileSync(there, '{}');
    const said = (name: string) => messageOf(() => readValues(name));
    const MISSING = 'cannot be read: there is no such file or folder (ENOENT)';
    expect(said(clod)).toBe(`${clod}: ${MISSING}; did you mean '${cloud}'?`);
    expect(said(join(folder, 'other.txt'))).toBe(`${join(folder, 'other.txt')}: ${MISSING}`);
    const both = `${cloud},${more}`;
    expect(said(both)).toBe(`${both}: ${MISSING}; each file has an option of its own: -c ${cloud} -c ${more}`);
    expect(messageOf(() => readValues(folder))).toBe(`${folder}: cannot be read: it is a folder (EISDIR)`);
  });
});
