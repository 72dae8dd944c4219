import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../services';
import { folderOf } from '../test/support/batch';
import { required } from '../test/support/clouds';
import { compile } from '../test/support/compile';
import { start } from '../test/support/many-helms';
import { compiledProject } from '../test/support/project';

const folder = folderOf([['cloud.json', JSON.stringify(required)]]);
const out = join(folder, 'out');
let project: string;
beforeAll(() => {
  project = compiledProject();
});

const kolla = (...args: string[]) => start(process.execPath, [join(project, 'cli', 'main.js'), ...args]);
const synth = (...args: string[]) => kolla('synth', '-c', join(folder, 'cloud.json'), '-o', out, ...args);

test.each([
  [['--name', ''], 'the release name: found "", '],
  [['--name', 'Open Stack'], 'the release name: found "Open Stack", '],
  [['--namespace', 'a.b'], 'the namespace: found "a.b", '],
  [['--set', ''], "--set '': found an empty text; write key=value"],
  [['-o', ''], 'the folder to write to: found an empty text'],
  [['-o', join(folder, 'cloud.json')], `cannot write ${join(folder, 'cloud.json')}: it must be a folder, not a file`],
])('synth refuses %j, and writes nothing', async (args, message) => {
  const { status, stdout, stderr } = await synth(...args);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining(message) });
  expect(existsSync(out)).toBe(false);
});

test('the help of synth shows defaults that are some', async () => {
  const { stdout } = await kolla('synth', '--help');
  expect(stdout).toContain('(default: "charts-out")');
  expect(stdout).not.toContain('[]');
});

test('synth and the main job say what they wrote, in the same words', async () => {
  const line = /^\S+: \d+ objects of \d+ services, and their charts\n$/;
  const { stdout } = await synth();
  expect(stdout).toMatch(line);
  expect(stdout).toContain(`${out}: `);

  compile('main.ts', project);
  cpSync(join(__dirname, '..', 'clouds'), join(folder, 'clouds'), { recursive: true });
  writeFileSync(join(folder, 'passwords.yaml'), JSON.stringify({ global: required['global'] }));
  const { CDK8S_OUTDIR: _, ...env } = process.env;
  const said = execFileSync(process.execPath, [join(project, 'main.js')], { cwd: folder, env, encoding: 'utf8' });
  expect(said).toMatch(line);
  expect(said).toMatch(/^charts-out: /);
  expect(readdirSync(join(folder, 'charts-out')).sort()).toEqual(['charts', 'manifests', 'repository', 'secrets']);
});

test('schema prints the schema, or writes it and says how an editor finds it', async () => {
  const file = join(folder, 'cloud.schema.json');
  const printed = await kolla('schema');
  expect(Object.keys(JSON.parse(printed.stdout).properties)).toEqual(['global', ...Object.keys(catalogue).sort()]);
  const { stdout } = await kolla('schema', '--out', file);
  expect(stdout).toContain('\n# yaml-language-server: $schema=./cloud.schema.json\n');
  expect(readFileSync(file, 'utf8')).toBe(printed.stdout);
  expect((await kolla('schema', '--help')).stdout).toContain('# yaml-language-server: $schema=./cloud.schema.json');
});

test.each([
  ['', 'the file to write to: found an empty text'],
  ['cloud.yaml', 'cannot write cloud.yaml: a schema is JSON, and its name has to end with .json'],
  [
    join(folder, 'nowhere', 'cloud.schema.json'),
    `cannot write ${join(folder, 'nowhere', 'cloud.schema.json')}: ENOENT`,
  ],
])('schema does not write to %j', async (file, message) => {
  const { status, stderr } = await kolla('schema', '--out', file);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) });
});
