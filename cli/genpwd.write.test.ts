import { transformFileSync } from '@swc/core';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { PasswordName } from '../lib/kolla/passwords';
import { messageOf } from '../test/support/message-of';
import { genpwd } from './genpwd';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'genpwd-'));
  file = join(folder, 'passwords.yaml');
});
afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

const NAMES: PasswordName[] = ['rbd_secret_uuid', 'database_password', 'keystone_admin_password'];
const read = (): string => fs.readFileSync(file, 'utf8');

const OLD = `# ${'old '.repeat(1000)}\nglobal:\n  passwords:\n    database_password: "ours"\n`;

test('a process stopped amid its write leaves the old file whole', () => {
  fs.writeFileSync(file, OLD, { mode: 0o600 });
  const program = [
    'cli/genpwd',
    'lib/cloud/reason',
    'lib/kolla/generate-passwords',
    'lib/kolla/passwords',
    'lib/values/nearest',
  ];
  for (const source of program) {
    const target = join(folder, 'program', `${source}.js`);
    fs.mkdirSync(dirname(target), { recursive: true });
    const options = {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    } as const;
    fs.writeFileSync(target, transformFileSync(resolve(__dirname, '..', `${source}.ts`), options).code);
  }
  const call = `require('./cli/genpwd').genpwd(${JSON.stringify({ file, names: NAMES })})`;
  const env = { ...process.env, NODE_PATH: resolve(__dirname, '../node_modules') };
  const start = (limit: string) =>
    spawnSync('bash', ['-c', `${limit} exec node -e "$1"`, 'bash', call], { cwd: join(folder, 'program'), env });

  // No file may grow over 2 KiB: the system ends the process, or its write, with half the file written.
  expect(start('ulimit -f 2;').status).not.toBe(0);
  expect(read()).toBe(OLD);
  expect(start('').status).toBe(0);
  expect(Object.keys(parse(read()).global.passwords)).toHaveLength(3);
});

test('a write that fails leaves the old file and nothing beside it', () => {
  for (const step of ['writeFileSync', 'fsyncSync', 'renameSync'] as const) {
    fs.writeFileSync(file, OLD);
    const spy = jest.spyOn(fs, step).mockImplementation(() => {
      throw new Error('no space left');
    });
    expect(messageOf(() => genpwd({ file, names: NAMES, print: () => undefined }))).toBe(
      `cannot write ${file}: no space left; what was there is unchanged`,
    );
    spy.mockRestore();
    expect(read()).toBe(OLD);
    expect(fs.readdirSync(folder)).toEqual(['passwords.yaml']);
  }
});

test('a write does not overwrite what somebody else wrote meanwhile', () => {
  for (const before of [OLD, undefined]) {
    fs.rmSync(file, { force: true });
    if (before) fs.writeFileSync(file, before);
    jest.spyOn(fs, 'fsyncSync').mockImplementationOnce(() => fs.writeFileSync(file, 'global: {}\n'));
    expect(messageOf(() => genpwd({ file, names: NAMES }))).toBe(
      `cannot write ${file}: somebody else has changed it meanwhile; what was there is unchanged`,
    );
    expect(read()).toBe('global: {}\n');
  }
});
