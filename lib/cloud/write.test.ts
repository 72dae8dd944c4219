import { spawnSync } from 'node:child_process';
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../test/support/compile';
import { messageOf } from '../../test/support/message-of';
import type { Output } from './output';
import { MARKER, MARKER_TEXT, SYNTH, writeOutput } from './write';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-write-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const at = (...path: string[]): string => join(folder, ...path);
const put = (text: string, ...path: string[]): void => {
  mkdirSync(at(...path.slice(0, -1)), { recursive: true });
  fs.writeFileSync(at(...path), text);
};
const output = (files: Partial<Output> = {}): Output => ({
  manifests: new Map([['a/object.yaml', 'kind: A\n']]),
  secrets: new Map([['a/secret.yaml', 'kind: Secret\n']]),
  charts: new Map(),
  repository: new Map(),
  argocd: new Map(),
  flux: new Map(),
  yaml: '',
  ...files,
});
const without = output({ secrets: new Map() });

describe('what others have made', () => {
  const refusal = (...names: string[]): string =>
    names.map((name) => `${at(name)}: was not made by kolla-cdk8s; give another --out, or move it away`).join('\n');

  test('is not replaced, and nothing is touched', () => {
    put('kind: Mine\n', 'charts', 'mine.yaml');
    put('kind: Mine\n', 'secrets', 'deeper', 'mine.yaml');
    expect(() => writeOutput(folder, output())).toThrow(new Error(refusal('secrets', 'charts')));
    expect(readdirSync(folder).sort()).toEqual(['charts', 'secrets']);
    expect(readFileSync(at('charts/mine.yaml'), 'utf8')).toBe('kind: Mine\n');
  });

  test('may be a file or a link', () => {
    put('mine', 'manifests');
    mkdirSync(at('elsewhere'));
    put(MARKER_TEXT, 'elsewhere', MARKER);
    symlinkSync('elsewhere', at('secrets'));
    expect(messageOf(() => writeOutput(folder, output()))).toBe(refusal('manifests', 'secrets'));
  });

  test('is not there in an empty folder', () => {
    mkdirSync(at('charts'));
    writeOutput(folder, output());
    expect(readFileSync(at('charts', MARKER), 'utf8')).toBe(MARKER_TEXT);
  });

  test('is told from ours by a file that nobody takes for a manifest', () => {
    writeOutput(folder, output());
    const marker = (name: string): string => readFileSync(at(name, MARKER), 'utf8');
    expect(marker('manifests')).toBe(`${MARKER_TEXT}a/object.yaml\n`);
    expect(['charts', 'repository'].map(marker)).toEqual([MARKER_TEXT, MARKER_TEXT]);
    expect(MARKER).not.toMatch(/\.(ya?ml|json)$/);
    writeOutput(folder, output({ manifests: new Map([['b.yaml', 'kind: B\n']]) }));
    expect(readdirSync(at('manifests')).sort()).toEqual([MARKER, 'b.yaml']);
  });
});

test('Git leaves Secrets out', () => {
  writeOutput(folder, output());
  expect(readFileSync(at('secrets', '.gitignore'), 'utf8')).toBe('*\n');
  expect(existsSync(at('manifests', '.gitignore'))).toBe(false);
});

describe('without a Secret', () => {
  test('there is no folder for them, and the old one goes', () => {
    writeOutput(folder, output());
    writeOutput(folder, without);
    expect(readdirSync(folder).sort()).toEqual(['charts', 'manifests', 'repository']);
  });

  test('the one of others stays', () => {
    put('kind: Mine\n', 'secrets', 'mine.yaml');
    writeOutput(folder, without);
    expect(readdirSync(at('secrets'))).toEqual(['mine.yaml']);
  });

  test('the old one is put back if anything fails', () => {
    writeOutput(folder, output());
    const rename = fs.renameSync;
    jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (to === at('charts') && !String(from).includes('/old/')) throw new Error('EIO');
      rename(from, to);
    });
    expect(messageOf(() => writeOutput(folder, without))).toBe(
      `cannot write ${folder}: EIO; what was there is unchanged`,
    );
    expect(readFileSync(at('secrets/a/secret.yaml'), 'utf8')).toBe('kind: Secret\n');
  });
});

describe('a run that is stopped', () => {
  const temporary = (): string[] => readdirSync(folder).filter((name) => name.startsWith('.new-'));
  /** The number of a process that is gone. */
  const gone = (): number => spawnSync(process.execPath, ['-e', '0']).pid;
  const leave = (pid: number, { marker = true, old = true } = {}): string => {
    const name = `.new-${pid}-Abc123`;
    put('kind: Secret\n', name, 'secrets', 'a.yaml');
    if (marker) put(MARKER_TEXT, name, MARKER);
    if (old) utimesSync(at(name), 1, 1);
    return name;
  };

  test('leaves what Git does not take, and the next run takes it away', () => {
    const program = at('program');
    for (const name of ['replace', 'folder', 'reason', 'sweep']) compile(`lib/cloud/${name}.ts`, program);
    const run = (stopped: boolean) =>
      spawnSync(process.execPath, [
        '-e',
        `const fs = require('node:fs');
        if (${stopped}) fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
        const map = new Map([['a.yaml', 'kind: Secret']]);
        const { replaceFolders } = require(${JSON.stringify(join(program, 'lib/cloud/replace.js'))});
        const folders = new Map([['manifests', { files: map }], ['secrets', { files: map, secret: true }]]);
        replaceFolders(${JSON.stringify(folder)}, folders, ${JSON.stringify(SYNTH)});`,
      ]);
    expect(run(true).signal).toBe('SIGKILL');
    const [left] = temporary();
    expect(left).toMatch(/^\.new-\d+-\w{6}$/);
    expect(existsSync(at(left!, 'new/secrets/a.yaml'))).toBe(true);
    expect(readFileSync(at(left!, '.gitignore'), 'utf8')).toBe('*\n');

    expect(run(false).status).toBe(0);
    expect(temporary()).toEqual([]);
    expect(existsSync(at('secrets/a.yaml'))).toBe(true);
    expect(existsSync(at('secrets/.gitignore'))).toBe(false);
  });

  test('has told Git before it wrote anything else', () => {
    const spy = jest.spyOn(fs, 'writeFileSync');
    writeOutput(folder, output());
    expect(spy.mock.calls[0]).toEqual([expect.stringMatching(/\/\.new-\d+-\w{6}\/\.gitignore$/), '*\n']);
  });

  test.each<[string, () => string]>([
    ['of a process that is there', () => leave(process.ppid)],
    ['of this process', () => leave(process.pid)],
    ['without our marker', () => leave(gone(), { marker: false })],
    ['younger than this process', () => leave(gone(), { old: false })],
  ])('stays, %s', (_, make) => {
    const name = make();
    writeOutput(folder, output());
    expect(temporary()).toEqual([name]);
  });

  test('goes, old and of a process that is gone', () => {
    leave(gone());
    writeOutput(folder, output());
    expect(temporary()).toEqual([]);
  });

  test('stays while what it holds may be the only copy', () => {
    const name = leave(gone());
    jest.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw new Error('EIO');
    });
    expect(messageOf(() => writeOutput(folder, output()))).toBe(
      `cannot write ${folder}: EIO; what was there is unchanged`,
    );
    expect(temporary()).toEqual([name]);
  });
});

describe('where it cannot write, it says why:', () => {
  test('no path', () => {
    expect(messageOf(() => writeOutput('', output()))).toBe(
      'the folder to write to: found an empty text, the path of a folder is needed',
    );
  });

  test('a folder of another output', () => {
    writeOutput(folder, output());
    for (const inside of ['manifests', join('manifests', 'keystone')])
      expect(messageOf(() => writeOutput(at(inside), output()))).toBe(
        `cannot write ${at(inside)}: it is in ${at('manifests')}, which kolla-cdk8s makes: give another --out`,
      );
  });

  test('a link that leads nowhere', () => {
    symlinkSync('nowhere', at('link'));
    expect(messageOf(() => writeOutput(at('link'), output()))).toBe(
      `cannot write ${at('link')}: it is a link that leads nowhere`,
    );
  });

  // Node's way to make several folders never ends there.
  test('a file system that takes no folders', () => {
    if (existsSync('/proc/self'))
      expect(messageOf(() => writeOutput('/proc/none', output()))).toBe(
        'cannot write /proc/none: there is no such file or folder (ENOENT)',
      );
  });

  test('a file', () => {
    put('mine', 'file');
    expect(messageOf(() => writeOutput(at('file'), output()))).toBe(
      `cannot write ${at('file')}: it must be a folder, not a file`,
    );
    expect(messageOf(() => writeOutput(at('file', 'below'), output()))).toBe(
      `cannot write ${at('file', 'below')}: what should be a folder on its path is a file (ENOTDIR)`,
    );
  });

  test.each([
    ['EACCES', 'you have no rights to it'],
    ['EPERM', 'you have no rights to it'],
    ['EDQUOT', 'no space is left to you'],
    ['EROFS', 'it is read-only'],
    ['ENOSPC', 'no space is left'],
  ])('%s', (code, words) => {
    jest.spyOn(fs, 'mkdtempSync').mockImplementation(() => {
      throw Object.assign(new Error(`${code}: mkdtemp`), { code });
    });
    expect(messageOf(() => writeOutput(folder, output()))).toBe(`cannot write ${folder}: ${words} (${code})`);
  });
});
