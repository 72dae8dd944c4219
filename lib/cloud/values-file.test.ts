import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderOf } from '../../test/support/batch';
import { runHelm } from '../../test/support/helm';
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

/** What people write, and what YAML 1.1 and 1.2 read differently. */
const text = `---
# A comment.
booleans: [yes, No, ON, off, true, y]
quoted: ["yes", 'no', "010", '1_000']
numbers: [1, -1, +1, 010, 0x1F, 0b11, 1_000, 1.5, 1.0, .5, 1e3, 089]
strings: [2026.1-debian, 1.2.3.4, 10.0.0.0/8, 500m, 1Gi, "x: y", a#b]
nothing: [~, null, ]
empty:
text: |
  [DEFAULT]
  debug = true
folded: >
  one
  two
defaults: &defaults { replicas: 3, port: 1 }
merged:
  <<: *defaults
  port: 2
again: *defaults
1: a number for a key
yes: a boolean for a key
__proto__: { a: 1 }
? asked
: answered
unicode: "\\u00e9 \\U0001F600 日本"
`;

test.each(helms())('a values file is read as helm $version reads it', ({ path }) => {
  const echo = folderOf([
    ['Chart.yaml', JSON.stringify({ apiVersion: 'v2', name: 'echo', version: '1.0.0' })],
    ['templates/values.yaml', 'values: {{ .Values | toJson }}\n'],
  ]);
  const printed = runHelm(path, ['template', 'rel', echo, '--values', fileOf(text)]);
  const theirs = JSON.parse(/^values: (.*)$/m.exec(printed)![1]!) as JsonMap;
  expect(withoutNulls(readValues(fileOf(text)))).toEqual(withoutNulls(theirs));
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
    ['a bracket that is not closed', 'a: 1\nb: [1\n', 'Flow sequence in block collection must be'],
    ['a tab for a blank', 'a:\n\tb: 1\n', 'Tabs are not allowed as indentation at line 2, column 1'],
  ])('%s', (_, broken, message) => {
    expect(() => readValues(fileOf(broken))).toThrow(`${file}: ${message}`);
    expect(() => readValues(fileOf(broken))).toThrow(/ at line \d+, column \d+/);
  });

  test.each(['- a\n', 'just a text\n', '42\n'])('%j is no map', (other) => {
    expect(() => readValues(fileOf(other))).toThrow(`${file}: a values file is a map, such as 'global: {…}'`);
  });

  test('a file that is not there', () => {
    expect(() => readValues(join(folder, 'clod.yaml'))).toThrow(
      `${join(folder, 'clod.yaml')}: cannot be read (ENOENT)`,
    );
    expect(() => readValues(folder)).toThrow(`${folder}: cannot be read (EISDIR)`);
  });
});
