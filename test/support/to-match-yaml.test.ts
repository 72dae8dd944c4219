import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from './compile';

/** A project of its own, whose two tests compare the texts they are given with the snapshots `one` and `two`. */
const project = mkdtempSync(join(tmpdir(), 'snapshots-'));
const folder = join(project, 'snapshots');
afterAll(() => rmSync(project, { recursive: true }));
beforeAll(() => {
  compile('test/support/to-match-yaml.ts', project);
  writeFileSync(
    join(project, 'sample.test.js'),
    `const texts = JSON.parse(process.env.TEXTS);
    require('./test/support/to-match-yaml').snapshotsIn(${JSON.stringify(folder)});
    test.each(Object.keys(texts))('%s.yaml', (name) => texts[name].forEach((text) => expect(text).toMatchYaml(name)));`,
  );
});

/** Each test begins with `one.yaml` and `two.yaml`. */
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'one.yaml'), 'a: 1\n');
  writeFileSync(join(folder, 'two.yaml'), 'b: 2\n');
});

/** What jest says of a run: whether it succeeds, and its counts of snapshots that are not 0. */
function jest(texts: { readonly [name: string]: readonly string[] }, ...args: readonly string[]) {
  const bin = join(__dirname, '..', '..', 'node_modules', 'jest', 'bin', 'jest.js');
  const config = JSON.stringify({
    testEnvironment: 'node',
    transform: {},
    rootDir: project,
    haste: { enableSymlinks: false },
  });
  const all = [bin, '--config', config, '--json', '--no-watchman', '--runInBand', ...args];
  const { stdout, stderr } = spawnSync(process.execPath, all, {
    cwd: project,
    env: { ...process.env, CI: '', TEXTS: JSON.stringify(texts) },
    encoding: 'utf8',
  });
  const { success, snapshot } = JSON.parse(stdout) as { success: boolean; snapshot: { [count: string]: unknown } };
  const names = ['added', 'matched', 'unmatched', 'updated', 'unchecked'];
  const counts = Object.fromEntries(names.filter((name) => snapshot[name] !== 0).map((name) => [name, snapshot[name]]));
  return { success, ...counts, stderr };
}

const files = (): { [name: string]: string } =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const untouched = { 'one.yaml': 'a: 1\n', 'two.yaml': 'b: 2\n' };

test('equal texts match, and each file counts once', () => {
  expect(jest({ one: ['a: 1\n', 'a: 1\n'], two: ['b: 2\n'] }, '--ci')).toMatchObject({ success: true, matched: 2 });
});

test('another text fails, until -u writes it', () => {
  const texts = { one: ['a: 1\n'], two: ['b: 3\n'] };
  const failed = jest(texts);
  expect(failed).toMatchObject({ success: false, matched: 1, unmatched: 1 });
  expect(failed.stderr).toContain('- b: 2\n    + b: 3');
  expect(files()).toEqual(untouched);
  expect(jest(texts, '-u')).toMatchObject({ success: true, matched: 1, updated: 1 });
  expect(files()).toEqual({ 'one.yaml': 'a: 1\n', 'two.yaml': 'b: 3\n' });
});

test('a new file is written, but not with --ci', () => {
  const texts = { one: ['a: 1\n'], two: ['b: 2\n'], three: ['c: 3\n'] };
  expect(jest(texts, '--ci')).toMatchObject({ success: false, matched: 2, unmatched: 1 });
  expect(files()).toEqual(untouched);
  expect(jest(texts)).toMatchObject({ success: true, matched: 2, added: 1 });
  expect(files()).toEqual({ ...untouched, 'three.yaml': 'c: 3\n' });
});

test('a file that no test asks for fails a run, until -u removes it', () => {
  const failed = jest({ one: ['a: 1\n'] }, '--ci');
  expect(failed).toMatchObject({ success: false, matched: 1, unchecked: 1 });
  expect(failed.stderr).toContain('1 snapshot obsolete');
  expect(failed.stderr).toContain('two.yaml');
  expect(files()).toEqual(untouched);
  expect(jest({ one: ['a: 1\n'] }, '-u')).toMatchObject({ success: true, matched: 1 });
  expect(files()).toEqual({ 'one.yaml': 'a: 1\n' });
});

test('a test that is skipped keeps its file', () => {
  const texts = { one: ['a: 1\n'], two: ['b: 2\n'] };
  expect(jest(texts, '-u', '-t', 'one')).toMatchObject({ success: true, matched: 1 });
  expect(files()).toEqual(untouched);
});

test('two texts for one file are an error, with -u too', () => {
  const failed = jest({ one: ['a: 2\n', 'a: 3\n'], two: ['b: 2\n'] }, '-u');
  expect(failed).toMatchObject({ success: false, unmatched: 1, matched: 1 });
  expect(failed.stderr).toContain('as this run has met it before');
  expect(files()).toEqual({ 'one.yaml': 'a: 2\n', 'two.yaml': 'b: 2\n' });
});
