import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf } from '../test/support/batch';
import { required } from '../test/support/clouds';
import { start } from '../test/support/many-helms';
import { compiledProject } from '../test/support/project';

const folder = folderOf([
  ['cloud.json', JSON.stringify(required)],
  ['list.yaml', '- a\n'],
]);
let project: string;
beforeAll(() => {
  project = compiledProject();
});

const env = { ...process.env, REGISTRY_AUTH_FILE: join(folder, 'nowhere.json') };
const kolla = (args: readonly string[]) =>
  start(process.execPath, [join(project, 'cli', 'main.js'), ...args.map((arg) => arg.replace('HERE', folder))], env);

/** What the user typed is wrong: the error, and the help of the command. */
test.each([
  ['sinth', "error: unknown command 'sinth'\n(Did you mean synth?)"],
  ['frobnicate', "error: unknown command 'frobnicate'"],
  ['import kola-ansible x', "error: unknown command 'kola-ansible'\n(Did you mean kolla-ansible?)"],
  ['synth --clod x', "error: unknown option '--clod'\n(Did you mean --cloud?)"],
  ['synth --frobnicate', "error: unknown option '--frobnicate'"],
  ['synth -x', "error: unknown option '-x'"],
  ['--verson', "error: unknown option '--verson'\n(Did you mean --version?)"],
  ['import kolla-ansible', "error: missing required argument 'folder'"],
  ['completion', "error: missing required argument 'shell'"],
  ['synth --out', "error: option '-o, --out <folder>' argument missing"],
  ['help synht', "error: unknown command 'synht'\n(Did you mean synth?)"],
  ['validate -f a', "error: unknown option '-f'\n(Did you mean -c?)"],
  ['synth --values a', "error: unknown option '--values'\n(Did you mean -c?)"],
  [
    'validate a b',
    "error: too many arguments for 'validate'. Expected 0 arguments but got 2.\n(Did you mean -c a -c b?)",
  ],
  ['explain a b', "error: too many arguments for 'explain'. Expected 1 argument but got 2."],
  [
    'init --profile aoi',
    "error: option '-p, --profile <name>' argument 'aoi' is invalid. Allowed choices are aio, cells, compute-pools, external-infra, ha, operators.",
  ],
  [
    'explain --format yaml',
    "error: option '--format <format>' argument 'yaml' is invalid. Allowed choices are text, json.",
  ],
  ...['validate', 'images', 'diff a b'].map((line) => [
    `${line} --format yaml`,
    "error: option '--format <format>' argument 'yaml' is invalid. Allowed choices are text, json.",
  ]),
  [
    'synth --only chart',
    "error: option '--only <what>' argument 'chart' is invalid. Allowed choices are manifests, charts.",
  ],
  [
    'synth --secrets vault',
    "error: option '--secrets <how>' argument 'vault' is invalid. Allowed choices are files, none, external.",
  ],
  [
    'synth --gitops argo',
    "error: option '--gitops <tool>' argument 'argo' is invalid. Allowed choices are argocd, flux, kustomize.",
  ],
  [
    'genpwd --print yaml',
    "error: option '--print <form>' argument 'yaml' is invalid. Allowed choices are json, secret.",
  ],
  [
    'validate --target-release 2024.1',
    "error: option '--target-release <release>' argument '2024.1' is invalid. Allowed choices are 2025.1, 2026.1.",
  ],
  [
    'completion csh',
    "error: command-argument value 'csh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
  ],
  ['images --check --copy x', "error: option '--copy <registry>' cannot be used with option '--check'"],
  ['diff --markdown --format json a b', "error: option '--markdown' cannot be used with option '--format <format>'"],
])('%s', async (line, message) => {
  const { status, stdout, stderr } = await kolla(line.split(' '));
  const [error, help] = stderr.split('\n\nUsage: kolla-cdk8s ');
  expect({ status, stdout, error }).toEqual({ status: 1, stdout: '', error: message });
  expect(help).toContain('\nOptions:\n');
});

test.each([[''], ['import']])('without a command, the help: %j', async (line) => {
  const { status, stdout, stderr } = await kolla(line.split(' ').filter(Boolean));
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^Usage: kolla-cdk8s .*\n[^]*\nCommands:\n/);
});

/** What the user gave is wrong: the error alone. */
test.each<[args: string[], message: string]>([
  [['validate', '-c', 'HERE/list.yaml'], "HERE/list.yaml: a values file is a map, such as 'global: {…}'"],
  [
    ['validate', '-c', 'HERE/nowhere.yaml'],
    'HERE/nowhere.yaml: cannot be read: there is no such file or folder (ENOENT)',
  ],
  [['validate', '--set', 'a'], "--set a: 'a' has no value; write key=value, with \\ before a comma in a text"],
  [
    ['validate', '-c', 'HERE/cloud.json', '--set', 'keystone.api.replica=1', '--set-string', 'global.debug=true'],
    `the values of openstack are not valid:
  global.debug: found the string "true", true or false is needed (--set-string global.debug)
  keystone.api.replica: is not known; did you mean 'replicas'? (--set keystone.api.replica)`,
  ],
  [
    ['images', '-c', 'HERE/cloud.json', '--copy', 'https://x'],
    '--copy: found "https://x", a registry such as registry.example.org:5000 is needed, maybe with a path of lower-case names',
  ],
  [
    ['images', '-c', 'HERE/cloud.json', '--check'],
    'cannot read HERE/nowhere.json: there is no such file or folder (ENOENT)',
  ],
  [['images', '-c', 'HERE/cloud.json', '--insecure-registry', 'a'], '--insecure-registry goes with --check only'],
  [
    ['schema', '--out', 'HERE/cloud.json'],
    'HERE/cloud.json: found what kolla-cdk8s has not made, and left as it is: give another file',
  ],
  [['genpwd', '-f', ''], 'the file to write to: found an empty text, the path of a file is needed'],
  [
    ['validate', '-c', 'HERE/cloud.json', '--set', 'global.passwords=S3CRET'],
    `the values of openstack are not valid:
  global.passwords: found a string, not shown here, a map is needed (--set global.passwords)`,
  ],
  [
    ['validate', '-c', 'HERE/cloud.json', '--set', 'global.passwords.database_password=S3,CRET'],
    '--set global.passwords.database_password=…: what is behind a comma has no value; write key=value, with \\ before a comma in a text',
  ],
  [
    ['synth', '-c', 'HERE/cloud.json', '-o', 'HERE/out', '--namespace', 'a.b', '--name', ''],
    `the release name: found "", allowed are at most 53 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
the namespace: found "a.b", allowed are at most 63 lower-case letters, digits and '-', with a letter or digit at both ends`,
  ],
  [
    ['synth', '-c', 'HERE/cloud.json', '-o', 'HERE/out', '--service', 'keystnoe'],
    `the service "keystnoe" is not known; did you mean 'keystone'?
there are glance, keystone, mariadb, memcached, neutron, nova, openvswitch, placement, post-deploy, rabbitmq`,
  ],
  [
    [
      ...['synth', '-c', 'HERE/cloud.json', '-o', 'HERE/out', '--secrets', 'none', '--only', 'charts'],
      ...['--gitops', 'flux', '--gitops-path', 'a', '--service', 'keystone'],
    ],
    '--only charts with --gitops deploys the chart of all services: leave --service out',
  ],
  [['explain', 'a..b'], 'the path a..b: found no name at its character 3'],
  [['schema', '--out', ''], 'the file to write to: found an empty text, the path of a file is needed'],
  [['schema', '--out', 'cloud.yaml'], 'cannot write cloud.yaml: a schema is JSON, and its name has to end with .json'],
  [
    ['schema', '--out', 'HERE/nowhere/a.json'],
    'cannot write HERE/nowhere/a.json: there is no such file or folder (ENOENT)',
  ],
  [
    ['init', '--out', 'HERE/list.yaml/below'],
    'cannot write HERE/list.yaml/below: what should be a folder on its path is a file (ENOTDIR)',
  ],
  [['genpwd', '-f', 'HERE/nowhere/passwords.yaml'], 'HERE/nowhere/passwords.yaml: there is no folder HERE/nowhere'],
  [
    ['genpwd', '-f', 'HERE/passwords.yaml', '--from', 'HERE/nowhere.yml'],
    'cannot read HERE/nowhere.yml: there is no such file or folder (ENOENT)',
  ],
  [
    ['import', 'kolla-ansible', 'HERE/nowhere'],
    "HERE/nowhere: there is no such folder; Kolla-Ansible's, with globals.yml in it, is needed",
  ],
])('%j', async (args, message) => {
  const { status, stdout, stderr } = await kolla(args);
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: `${message.replaceAll('HERE', folder)}\n`,
  });
  expect(readdirSync(folder).sort()).toEqual(['cloud.json', 'list.yaml']);
});
