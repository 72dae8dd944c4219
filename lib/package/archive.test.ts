import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Readable } from 'stream';
import { gunzipSync } from 'zlib';
import fc from 'fast-check';
import { extract, type Header } from 'tar-stream';
import { runHelm } from '../../test/support/helm';
import { helms } from '../../tools/toolchain';
import { packChart } from './archive';

const directory = mkdtempSync(path.join(tmpdir(), 'archive-'));
afterAll(() => rmSync(directory, { recursive: true }));

const chartYaml = (name: string) =>
  `apiVersion: v2\nname: ${name}\nversion: 1.2.3\ndescription: A sample.\nicon: https://example.org/icon.png\n`;
const configMap = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: {{ .Values.a }}\n`;

const umbrella = new Map([
  ['values.yaml', 'sub:\n  a: two\na: one\n'],
  ['templates/config.yaml', configMap('top')],
  ['templates/_helpers.tpl', ''],
  ['charts/sub/values.yaml', 'a: three\n'],
  ['charts/sub/templates/config.yaml', configMap('sub')],
  ['charts/sub/Chart.yaml', chartYaml('sub')],
  ['Chart.yaml', `${chartYaml('sample')}dependencies:\n  - name: sub\n    version: 1.2.3\n`],
]);

const tar = (args: string[], bytes: Uint8Array) => execFileSync('tar', args, { input: bytes }).toString('utf8');

test('holds files in a fixed order, with fixed times, modes and owners', async () => {
  const headers: Header[] = [];
  const entries = Readable.from([gunzipSync(packChart('sample', umbrella))]).pipe(extract());
  for await (const entry of entries) {
    headers.push(entry.header);
    entry.resume();
  }
  expect(headers.map(({ name }) => name)).toEqual([
    'sample/Chart.yaml',
    'sample/values.yaml',
    'sample/charts/sub/Chart.yaml',
    'sample/charts/sub/templates/config.yaml',
    'sample/charts/sub/values.yaml',
    'sample/templates/_helpers.tpl',
    'sample/templates/config.yaml',
  ]);
  for (const header of headers) {
    expect(header).toMatchObject({ type: 'file', mode: 0o644, uid: 0, gid: 0, uname: '', gname: '' });
    expect(header.mtime).toEqual(new Date('1980-01-01T00:00:00Z'));
  }
});

test('has large files last, so that small ones alike stand within 32 KiB of each other', () => {
  // What no compressor makes smaller, and nothing repeats.
  const noise = (from: number) =>
    Array.from({ length: 700 }, (_, i) =>
      createHash('sha512')
        .update(`${from + i}`)
        .digest('base64'),
    ).join('\n');
  const files = new Map([
    ...umbrella,
    ['templates/a.yaml', noise(0)],
    ['templates/d.yaml', noise(1000).slice(0, 15000)],
  ]);
  const names = tar(['-tz'], packChart('sample', files)).split('\n');
  expect(names.slice(-4)).toEqual([
    'sample/templates/config.yaml',
    'sample/templates/d.yaml',
    'sample/templates/a.yaml',
    '',
  ]);
});

test('gives the same bytes for the same files, whatever their order', () => {
  const reversed = new Map([...umbrella].reverse());
  expect(packChart('sample', reversed)).toEqual(packChart('sample', umbrella));
});

test('gives the bytes it always gave: a change here gives every unchanged chart a new digest', () => {
  const digest = createHash('sha256').update(packChart('sample', umbrella)).digest('hex');
  expect(digest).toBe('c8ba91594a6af00f9f0235615ccb784d5faea4ce7249f8ba5fb55c97639661fb');
});

test('says nothing of the time and the machine in the header of gzip', () => {
  // Magic, deflate, no flags, no time, neither best nor fastest, Unix.
  expect([...packChart('sample', umbrella).slice(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
});

describe.each(helms())('helm $version', ({ path: helm }) => {
  const file = path.join(directory, 'sample-1.2.3.tgz');
  beforeAll(() => writeFileSync(file, packChart('sample', umbrella)));

  test('lints, shows and renders the package', () => {
    expect(runHelm(helm, ['lint', '--strict', file])).toContain('0 chart(s) failed');
    expect(runHelm(helm, ['show', 'chart', file])).toContain('name: sample');
    const output = runHelm(helm, ['template', 'rel', file]);
    expect(output.match(/^ {2}a: .*/gm)).toEqual(['  a: two', '  a: one']);
  });
});

describe('paths', () => {
  const pack = (file: string) =>
    packChart(
      'sample',
      new Map([
        ['Chart.yaml', ''],
        [file, 'text'],
      ]),
    );
  const listed = (file: string) => tar(['-tzf', '-'], pack(file)).trim().split('\n')[1];

  test.each([
    `templates/${'a'.repeat(84)}`, // 100 with the folder, all in one field
    `templates/${'a'.repeat(85)}`,
    `${'a'.repeat(148)}/${'b'.repeat(100)}`, // 155 and 100: the longest
    `charts/sub/charts/deeper/templates/${'a/'.repeat(60)}b`,
  ])('long: %s', (file) => {
    expect(listed(file)).toBe(`sample/${file}`);
  });

  test.each(['a'.repeat(101), `${'a'.repeat(149)}/b${'c'.repeat(99)}`, 'a/'.repeat(130) + 'b'])(
    'too long: %s',
    (file) => {
      expect(() => pack(file)).toThrow(/at most 255 characters, 100 in its last part/);
    },
  );

  test.each(['/etc/passwd', '../a', 'a/../b', 'a//b', 'a/', './a', 'a\\b', 'ä', 'a\nb', ''])(
    'not plain: %j',
    (file) => {
      expect(() => pack(file)).toThrow(/is not a plain relative path/);
    },
  );

  test("a file can't be a folder too", () => {
    const files = new Map([
      ['Chart.yaml', ''],
      ['a', ''],
      ['a/b', ''],
    ]);
    expect(() => packChart('sample', files)).toThrow("'a' is a file, and a folder of 'a/b'");
  });

  test('a chart has a name and a Chart.yaml', () => {
    expect(() => packChart('a/b', umbrella)).toThrow("'a/b' is not the name of a chart");
    expect(() => packChart('sample', new Map([['values.yaml', '']]))).toThrow('a chart has a Chart.yaml');
  });
});

test('refuses half a surrogate pair', () => {
  expect(() => packChart('sample', new Map([['Chart.yaml', '\ud83d']]))).toThrow('half a surrogate pair');
});

test('any files come back from tar', () => {
  const part = fc
    .stringMatching(/^[a-zA-Z0-9_ .@+=-]{1,40}$/)
    .filter((name) => !/^\.{1,2}$/.test(name) && !name.startsWith('-'));
  // A number before each part keeps a file from being a folder of another.
  const file = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map((p, i) => (i + 1 < parts.length ? `d${p}` : `f${p}`)).join('/'));
  const files = fc.dictionary(
    file,
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 500, maxLength: 1100 })),
  );
  fc.assert(
    fc.property(files, (contents) => {
      const map = new Map([...Object.entries(contents), ['Chart.yaml', 'name: sample\n'] as const]);
      const bytes = packChart('sample', map);
      const target = mkdtempSync(path.join(directory, 'any-'));
      expect(tar(['-xzf', '-', '-C', target], bytes)).toBe('');
      for (const [name, text] of map) expect(readFileSync(path.join(target, 'sample', name), 'utf8')).toBe(text);
      expect(tar(['-tzf', '-'], bytes).trim().split('\n')).toHaveLength(map.size);
      rmSync(target, { recursive: true });
    }),
    { numRuns: 60 },
  );
});
