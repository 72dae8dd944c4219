import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
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

const NAMES = "at most 53 lower-case letters, digits, '-' and '.', with a letter or digit at both ends";
const NAMESPACES = "at most 63 lower-case letters, digits and '-', with a letter or digit at both ends";

test.each([
  [['--name', 'Open Stack'], `the release name: found "Open Stack", allowed are ${NAMES}`],
  [['--namespace', 'a.b'], `the namespace: found "a.b", allowed are ${NAMESPACES}`],
  [['--set', ''], "--set '': found an empty text; write key=value"],
  [['-o', ''], 'the folder to write to: found an empty text, the path of a folder is needed'],
  [['-o', join(folder, 'cloud.json')], `cannot write ${join(folder, 'cloud.json')}: it must be a folder, not a file`],
])('synth refuses %j, and writes nothing', async (args, message) => {
  const { status, stdout, stderr } = await synth(...args);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `${message}\n` });
  expect(existsSync(out)).toBe(false);
});

test('the help of synth shows defaults that are some', async () => {
  const { stdout } = await kolla('synth', '--help');
  expect(stdout).toContain('(default: "charts-out")');
  expect(stdout).not.toContain('[]');
});

test('synth and the main job say what they wrote, in the same words', async () => {
  const line = /^\S+: \d+ objects of \d+ services, \d+ charts\n$/;
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
  ['', 'the file to write to: found an empty text, the path of a file is needed'],
  ['cloud.yaml', 'cannot write cloud.yaml: a schema is JSON, and its name has to end with .json'],
  [
    join(folder, 'nowhere', 'cloud.schema.json'),
    `cannot write ${join(folder, 'nowhere', 'cloud.schema.json')}: there is no such file or folder (ENOENT)`,
  ],
])('schema does not write to %j', async (file, message) => {
  const { status, stderr } = await kolla('schema', '--out', file);
  expect({ status, stderr }).toEqual({ status: 1, stderr: `${message}\n` });
});

describe('validate', () => {
  const cloud = join(folder, 'wrong.yaml');
  const json = join(folder, 'cloud.json');
  beforeAll(() => writeFileSync(cloud, 'keystone:\n  api:\n    replicas: two\n'));

  test('says where each finding is set', async () => {
    const { status, stdout, stderr } = await kolla(
      'validate',
      '-c',
      json,
      '-c',
      cloud,
      '--set',
      'glance.enabled=maybe',
    );
    expect({ status, stdout, stderr: stderr.replaceAll(`${folder}/`, '') }).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'the values of openstack are not valid:\n' +
        '  glance.enabled: found the string "maybe", true or false is needed (--set glance.enabled)\n' +
        '  keystone.api.replicas: found the string "two", an integer from 0 to 2147483647 is needed (wrong.yaml:3)\n',
    });
  });

  test('says the same as JSON', async () => {
    const { status, stdout } = await kolla('validate', '-c', json, '-c', cloud, '--format', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      problems: [
        {
          path: 'keystone.api.replicas',
          message: 'found the string "two", an integer from 0 to 2147483647 is needed',
          where: `${cloud}:3`,
        },
      ],
      warnings: [],
      unchecked: [],
    });
    const right = await kolla('validate', '-c', json, '--format', 'json', '--target-release', '2026.1');
    expect(right.status).toBe(0);
    expect(JSON.parse(right.stdout)).toMatchObject({ valid: true, problems: [], upgrade: { release: '2026.1' } });
  });
});

test('init writes a cloud that is valid', async () => {
  const fresh = join(folder, 'fresh');
  mkdirSync(fresh);
  const { status, stdout, stderr } = await kolla('init', '--out', fresh);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`kolla-cdk8s validate -c ${fresh}/cloud.yaml -c ${fresh}/passwords.yaml`);
  const valid = await kolla('validate', '-c', join(fresh, 'cloud.yaml'), '-c', join(fresh, 'passwords.yaml'));
  expect(valid).toMatchObject({ status: 0, stdout: 'the values are valid\n', stderr: '' });
});

test('import writes what validate accepts, once', async () => {
  const examples = join(__dirname, '..', 'test', 'kolla-ansible-examples', 'all-in-one');
  const to = join(folder, 'imported');
  const first = await kolla('import', 'kolla-ansible', examples, '-o', to);
  expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining(`${join(to, 'cloud.yaml')}: `) });
  const judged = await kolla('validate', '-c', join(to, 'cloud.yaml'), '-c', join(to, 'passwords.yaml'));
  expect(judged).toMatchObject({ status: 0, stdout: 'the values are valid\n' });
  const again = await kolla('import', 'kolla-ansible', examples, '-o', to);
  const taken = ['cloud.yaml', 'passwords.yaml'].map((name) => join(to, name)).join(' and ');
  expect(again).toEqual({
    status: 1,
    stdout: '',
    stderr: `${taken}: found what is never overwritten, a folder without is needed (-o)\n`,
  });
});

(existsSync('/dev/full') ? describe : describe.skip)('a disk that is full', () => {
  test.each([['explain'], ['schema'], ['images', '-c', join(folder, 'cloud.json')]])(
    'is told by %s',
    async (...args) => {
      const main = join(project, 'cli', 'main.js');
      const { status, stderr } = await start('sh', ['-c', '"$@" >/dev/full', 'sh', process.execPath, main, ...args]);
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: 'cannot write to standard output: no space is left (ENOSPC)\n',
      });
    },
  );
});

test('diff says by its exit status whether something is refused', async () => {
  const cloud = join(folder, 'cloud.json');
  const more = join(folder, 'more.json');
  writeFileSync(more, JSON.stringify({ global: { release: '2025.1' } }));
  const late = join(folder, 'late.json');
  writeFileSync(late, JSON.stringify({ global: { release: '2025.1' }, glance: { release: '2026.1' } }));
  const refused = await kolla('diff', `${cloud},${more}`, `${cloud},${late}`);
  expect(refused.status).toBe(2);
  expect(refused.stdout).toContain('glance: 2025.1 → 2026.1 is too early, for ');
  const { stdout } = await kolla('diff', `${cloud},${more}`, `${cloud},${late}`, '--format', 'json');
  expect(JSON.parse(stdout).releases).toEqual([
    expect.objectContaining({ service: 'glance', before: '2025.1', after: '2026.1', direction: 'upgrade' }),
  ]);
  const missing = await kolla('diff', cloud, join(folder, 'nowhere'));
  expect(missing).toMatchObject({
    status: 1,
    stdout: '',
    stderr: `${join(folder, 'nowhere')}: cannot be read: there is no such file or folder (ENOENT)\n`,
  });
});

test.each([
  [
    ['a'],
    'found 1 state; type two, kolla-cdk8s diff BEFORE AFTER, or compare one with a cluster: kolla-cdk8s diff --cluster AFTER\n',
  ],
  [
    ['a', 'b', 'c'],
    'found 3 states; type two, kolla-cdk8s diff BEFORE AFTER, or compare one with a cluster: kolla-cdk8s diff --cluster AFTER\n',
  ],
  [['--cluster'], 'found 0 states; with --cluster, type the one that is to come: kolla-cdk8s diff --cluster AFTER\n'],
  [
    ['--cluster', 'a', 'b'],
    'found 2 states; with --cluster, type the one that is to come: kolla-cdk8s diff --cluster AFTER\n',
  ],
  [['a', 'b', '--context', 'c'], '--context is for --cluster alone\n'],
  [['a', 'b', '--kubeconfig', 'c'], '--kubeconfig is for --cluster alone\n'],
])('diff %j: says what to type', async (args, stderr) => {
  expect(await kolla('diff', ...args)).toEqual({ status: 1, stdout: '', stderr });
});
