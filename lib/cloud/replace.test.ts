import { spawn, spawnSync } from 'node:child_process';
import fs, {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compile } from '../../test/support/compile';
import { messageOf } from '../../test/support/message-of';
import { Maker, ownFiles } from './folder';
import { finishStopped, isUnfinished, replaceFolders } from './replace';

const maker: Maker = { name: 'a maker', marker: '.made', markerText: 'Made by a maker:\n' };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-replace-'))));
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const at = (...path: string[]): string => join(folder, ...path);
const put = (path: string, text: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  fs.writeFileSync(at(path), text);
};
/** Two folders with the same text in all files. */
const text = (content: string, names = ['one/x', 'one/y', 'two']) => new Map(names.map((name) => [name, content]));
const both = (content: string) =>
  new Map([
    ['a', { files: text(content) }],
    ['b', { files: text(content) }],
  ]);
const write = (folders: Parameters<typeof replaceFolders>[1]): void => replaceFolders(folder, folders, maker);
/** The texts of all files but markers, and what a run that was killed has not put in place. */
const texts = (): string[] => {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => lstatSync(at(path)).isFile() && !path.endsWith(maker.marker) && !path.startsWith('.new-'))
    .map((path) => `${path}: ${readFileSync(at(path), 'utf8')}`)
    .sort();
};
const all = (content: string): string[] =>
  ['a/one/x', 'a/one/y', 'a/two', 'b/one/x', 'b/one/y', 'b/two'].map((path) => `${path}: ${content}`);

describe('files of others in a folder of ours', () => {
  test('stay; ours that are not written any more go', () => {
    write(both('old'));
    put('a/one/mine', 'mine');
    put('a/mine/deep', 'mine');
    symlinkSync('../elsewhere', at('a', 'link'));
    write(new Map([['a', { files: text('new', ['one/x']) }]]));
    expect(texts().filter((line) => line.startsWith('a/'))).toEqual([
      'a/mine/deep: mine',
      'a/one/mine: mine',
      'a/one/x: new',
    ]);
    expect(fs.readlinkSync(at('a', 'link'))).toBe('../elsewhere');
    // Once more: they have not become ours.
    write(both('newer'));
    expect(texts()).toEqual([...all('newer'), 'a/mine/deep: mine', 'a/one/mine: mine'].sort());
  });

  test('stay where there is to be no folder, which remains ours', () => {
    write(both('old'));
    put('a/mine', 'mine');
    write(
      new Map([
        ['a', {}],
        ['b', {}],
      ]),
    );
    expect(texts()).toEqual(['a/mine: mine']);
    write(both('new'));
    expect(texts()).toEqual([...all('new'), 'a/mine: mine'].sort());
  });

  test.each([
    ['a file of ours', 'a/two/mine', 'two/mine', () => rmSync(at('a', 'two'))],
    ['a folder of ours', 'a/one', 'one', () => rmSync(at('a', 'one'), { recursive: true })],
  ])('are refused in the place of %s', (_, path, name, free) => {
    write(both('old'));
    free();
    put(path, 'mine');
    const before = texts();
    expect(messageOf(() => write(both('new')))).toBe(
      `cannot write ${folder}: ${at('a', name)} was not made by a maker, and would be replaced: move it away; what was there is unchanged`,
    );
    expect(texts()).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });

  test('may be a link in the place of a folder of ours', () => {
    write(both('old'));
    rmSync(at('a', 'one'), { recursive: true });
    mkdirSync(at('elsewhere'));
    symlinkSync(at('elsewhere'), at('a', 'one'));
    expect(messageOf(() => write(both('new')))).toBe(
      `cannot write ${folder}: ${at('a', 'one')} was not made by a maker, and would be replaced: move it away; what was there is unchanged`,
    );
    expect(readdirSync(at('elsewhere'))).toEqual([]);
  });
});

test('of a marker that lists nothing, of an older version, all files are ours', () => {
  put('a/.made', 'Made by a maker, which replaces this folder whole.\n');
  put('a/old', 'old');
  put('a/two', 'old');
  write(both('new'));
  expect(texts()).toEqual(all('new'));
});

describe('what is made of the files that are there', () => {
  test('is not written if another run has replaced them', () => {
    write(both('old'));
    const madeOf = ownFiles(at('a'), maker);
    expect([...madeOf.files.keys()].sort()).toEqual(['one/x', 'one/y', 'two']);
    write(both('other'));
    expect(messageOf(() => write(new Map([['a', { files: text('mixed'), madeOf }]])))).toBe(
      `cannot write ${folder}: another run has written ${at('a')} meanwhile: run this one again; what was there is unchanged`,
    );
    expect(texts()).toEqual(all('other'));
    write(new Map([['a', { files: text('mixed'), madeOf: ownFiles(at('a'), maker) }]]));
    expect(readFileSync(at('a', 'two'), 'utf8')).toBe('mixed');
  });

  test('may be made of nothing', () => {
    const madeOf = ownFiles(at('a'), maker);
    expect(madeOf).toEqual({ files: new Map(), stamp: undefined });
    write(new Map([['a', { files: text('new'), madeOf }]]));
    expect(existsSync(at('a', 'two'))).toBe(true);
  });
});

describe('a run that is killed', () => {
  const program = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-replace-program-'));
  afterAll(() => rmSync(program, { recursive: true }));
  for (const name of ['replace', 'folder', 'reason', 'sweep']) compile(`lib/cloud/${name}.ts`, program);
  const source = (content: string, before = ''): string => `
    const fs = require('node:fs');
    ${before}
    const { replaceFolders } = require(${JSON.stringify(join(program, 'lib/cloud/replace.js'))});
    const files = new Map(['one/x', 'one/y', 'two'].map((name) => [name, ${JSON.stringify(content)}]));
    replaceFolders(${JSON.stringify(folder)}, new Map([['a', { files }], ['b', { files }], ['c', {}]]), ${JSON.stringify(maker)});`;
  const run = (content: string, before?: string) =>
    spawnSync(process.execPath, ['-e', source(content, before)], { encoding: 'utf8' });
  const killedAt = (step: 'renameSync' | 'rmSync', n: number): string => `
    const real = fs.${step}; let n = 0;
    fs.${step} = (...args) => { if (++n === ${n}) process.kill(process.pid, 'SIGKILL'); real(...args); };`;

  // The commit; two folders out and in; one out; and the commit is none any more.
  test.each([1, 2, 3, 4, 5, 6, 7])('at its rename %i, leaves what the next run finishes', (n) => {
    write(new Map([...both('old'), ['c', { files: text('old') }]]));
    put('a/mine', 'mine');
    expect(run('new', killedAt('renameSync', n)).signal).toBe('SIGKILL');
    // Until the first rename there is all of the old, and after it all of the new, some still in the commit.
    expect(isUnfinished(folder)).toBe(n > 1);
    if (n === 1) expect(texts()).toEqual(expect.arrayContaining(all('old')));

    // A run that writes something else altogether.
    write(new Map([['d', { files: text('d', ['d']) }]]));
    expect(isUnfinished(folder)).toBe(false);
    const c = ['c/one/x: old', 'c/one/y: old', 'c/two: old'];
    const rest = ['a/mine: mine', 'd/d: d'];
    expect(texts()).toEqual([...(n === 1 ? [...all('old'), ...c] : all('new')), ...rest].sort());
  });

  test('while it clears up, leaves what the next run clears', () => {
    expect(run('new', killedAt('rmSync', 1)).signal).toBe('SIGKILL');
    expect(texts()).toEqual(expect.arrayContaining(all('new')));
    expect(readdirSync(folder).filter((name) => name.startsWith('.new-'))).toHaveLength(1);
    expect(run('newer').status).toBe(0);
    expect(texts()).toEqual(all('newer'));
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });

  test('and had the number of a process that is there, is waited for, for a minute', () => {
    write(both('old'));
    expect(run('new', killedAt('renameSync', 3)).signal).toBe('SIGKILL');
    const plan = { ...(JSON.parse(readFileSync(at('.replacing', 'plan.json'), 'utf8')) as object), pid: process.ppid };
    fs.writeFileSync(at('.replacing', 'plan.json'), JSON.stringify(plan));
    const minuteAgo = Date.now() / 1000 - 61;
    fs.utimesSync(at('.replacing'), minuteAgo, minuteAgo);
    write(new Map());
    expect(texts()).toEqual(all('new'));
  });

  test('has no plan that leads out of the folder', () => {
    put('.replacing/plan.json', JSON.stringify({ pid: 0, put: ['../elsewhere'], drop: [] }));
    put('.replacing/new/a', '');
    expect(messageOf(() => write(both('new')))).toBe(
      `cannot write ${folder}: ${at('.replacing')} was not made by a maker: move it away`,
    );
  });

  test('is not confused with what somebody else has made', () => {
    put('.replacing/mine', 'mine');
    const message = `cannot write ${folder}: ${at('.replacing')} was not made by a maker: move it away`;
    expect(messageOf(() => write(both('new')))).toBe(message);
    expect(messageOf(() => finishStopped(folder, maker))).toBe(message);
    expect(texts()).toEqual(['.replacing/mine: mine']);
  });

  test('several at once: the last wins, whole', async () => {
    const runs = Array.from({ length: 8 }, (_, i) => {
      const again = `for (let i = 0; i < 20; i += 1) { ${source(`run ${i}`)} }`.replace(
        "const fs = require('node:fs');",
        '',
      );
      return new Promise<string>((done) => {
        const child = spawn(process.execPath, ['-e', again], { stdio: ['ignore', 'ignore', 'pipe'] });
        let said = '';
        child.stderr.on('data', (chunk) => (said += String(chunk)));
        child.on('close', (code) => done(code === 0 ? '' : said));
      });
    });
    expect(await Promise.all(runs)).toEqual(runs.map(() => ''));
    const [first] = texts();
    expect(texts()).toEqual(all(first!.replace('a/one/x: ', '')));
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  }, 60_000);
});
