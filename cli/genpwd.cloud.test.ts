import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readValues } from '../lib/cloud';
import type { JsonMap } from '../lib/values/expression';
import { folderOf } from '../test/support/batch';
import { start } from '../test/support/many-helms';
import { compiledProject } from '../test/support/project';

const folder = folderOf([
  [
    'cloud.yaml',
    `global:
  networkPolicy:
    nodeCidrs: [192.0.2.0/24]
nova: { enabled: false }
neutron: { enabled: false }
openvswitch: { enabled: false }
glance: { enabled: false }
placement: { enabled: false }
post-deploy: { enabled: false }
`,
  ],
  ['wrong.yaml', 'keystone:\n  api:\n    replicas: two\n'],
]);
const [cloud, wrong, file] = ['cloud.yaml', 'wrong.yaml', 'passwords.yaml'].map((name) => join(folder, name));
let project: string;
beforeAll(() => {
  project = compiledProject();
});
afterEach(() => rmSync(file!, { force: true }));

const kolla = (...args: string[]) => start(process.execPath, [join(project, 'cli', 'main.js'), ...args]);
const genpwd = (...args: string[]) => kolla('genpwd', '-f', file!, ...args);
const namesIn = (path: string): string[] =>
  Object.keys((readValues(path)['global'] as { readonly passwords: JsonMap }).passwords);

const OF_KEYSTONE = ['admin_password', 'credential_key', 'database_password', 'fernet_master_key'];
const ours = (...others: string[]): string[] => [...OF_KEYSTONE.map((name) => `keystone_${name}`), ...others].sort();

test('of a cloud, the passwords that its services need', async () => {
  const { status, stdout, stderr } = await genpwd('-c', cloud!, '--set', 'rabbitmq.enabled=false');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const names = ours('database_password');
  expect(stdout.split('\n')).toEqual([
    `${file}: added ${names.length} passwords:`,
    ...names.map((name) => `  ${name}`),
    '',
  ]);
  expect(namesIn(file!)).toEqual(names);
});

test('what is elsewhere is not made anew, and what is there stays', async () => {
  writeFileSync(file!, 'global: {passwords: {database_password: "ours"}}\n', { mode: 0o600 });
  const rest = [
    '--set',
    'rabbitmq.enabled=false',
    '--set-string',
    'global.passwords.keystone_admin_password=elsewhere',
  ];
  await genpwd('-c', cloud!, ...rest);
  expect(namesIn(file!).sort()).toEqual(ours('database_password').filter((name) => name !== 'keystone_admin_password'));
  expect(readValues(file!)).toMatchObject({ global: { passwords: { database_password: 'ours' } } });
  const again = await genpwd('-c', cloud!, ...rest);
  expect(again).toEqual({ status: 0, stdout: `${file}: nothing is missing\n`, stderr: '' });
});

test('with --print, the passwords alone are on standard output', async () => {
  const { status, stdout, stderr } = await genpwd('-c', cloud!, '--set', 'rabbitmq.enabled=false', '--print', 'json');
  expect(status).toBe(0);
  expect(stderr).toContain('added 5 passwords:');
  expect(Object.keys(JSON.parse(stdout) as object).sort()).toEqual(ours('database_password'));
});

test('a cloud given as the file of passwords stays as it is', async () => {
  const before = readFileSync(cloud!, 'utf8');
  expect(await kolla('genpwd', '-f', cloud!)).toEqual({
    status: 1,
    stdout: '',
    stderr: `${cloud}: holds a cloud and no passwords: give it with -c, and with -f the file that has them\n`,
  });
  expect(readFileSync(cloud!, 'utf8')).toBe(before);
});

test('keys of an object store are not made, and named', async () => {
  const { status, stdout } = await genpwd('-c', cloud!, '--set', 'glance.enabled=true,glance.stores.s3.enabled=true');
  expect(status).toBe(0);
  expect(stdout).toContain(
    '\nto be given by you, if they are not there yet:\n  glance.passwords.glance_backend_s3_access_key\n  glance.passwords.glance_backend_s3_secret_key\n',
  );
});

test('what else is wrong is told with its place, and nothing is written', async () => {
  expect(await genpwd('-c', cloud!, '-c', wrong!)).toEqual({
    status: 1,
    stdout: '',
    stderr: `the values of openstack are not valid:\n  keystone.api.replicas: found the string "two", an integer from 0 to 2147483647 is needed (${wrong}:3)\n`,
  });
  expect(existsSync(file!)).toBe(false);
});

test('without values, all that there are', async () => {
  await genpwd();
  expect(namesIn(file!)).toEqual(expect.arrayContaining(ours('mariadb_backup_database_password', 'rabbitmq_password')));
});

test('init makes those of its profile', async () => {
  const out = join(folder, 'external');
  mkdirSync(out);
  expect((await kolla('init', '--profile', 'external-infra', '--out', out)).status).toBe(0);
  const names = namesIn(join(out, 'passwords.yaml'));
  expect(names).toContain('rabbitmq_password');
  expect(names.filter((name) => /^mariadb_|^database_|^rabbitmq_[^p]/.test(name))).toEqual([]);
  const valid = await kolla('validate', '-c', join(out, 'cloud.yaml'), '-c', join(out, 'passwords.yaml'));
  expect(valid).toMatchObject({ status: 0, stdout: 'the values are valid\n' });
});
