import { cloudOf, required } from '../../test/support/clouds';
import { profiles } from '../../test/support/profiles';
import type { JsonMap } from '../values/expression';
import { pathOf } from '../values/expression';
import { InvalidValues } from '../values/problem';
import { lackingPasswords } from './passwords';

const cloud = cloudOf();
/** What must be given, but for the passwords. */
const bare: JsonMap = { global: { networkPolicy: { nodeCidrs: ['192.0.2.0/24'] } } };
const lacking = (...layers: JsonMap[]) => lackingPasswords(cloud.findings([bare, ...layers]));
const names = (...layers: JsonMap[]) => lacking(...layers).names;
const { passwords } = required['global'] as { passwords: JsonMap };

test('all that the services need by default: no rotation, no backup, no metrics', () => {
  const {
    keystone_credential_key_previous: _,
    mariadb_backup_database_password: __,
    rabbitmq_monitoring_password: ___,
    ...others
  } = passwords;
  expect(lacking()).toEqual({ names: Object.keys(others).sort(), given: [] });
});

test.each(Object.entries(profiles))('with those that the cloud %s lacks, it is whole', (_, layers) => {
  const { names: made, given } = lackingPasswords(cloud.findings(layers));
  expect(given).toEqual([]);
  const whole = { global: { passwords: Object.fromEntries(made.map((name) => [name, passwords[name] ?? null])) } };
  expect(cloud.findings([...layers, whole]).problems).toEqual([]);
});

test('what is given is not lacking, be it in a Secret', () => {
  expect(names({ global: { passwords } })).toEqual([]);
  expect(names({ global: { passwords: { existingSecret: 'ours' } } })).toEqual([]);
  const { rabbitmq_password: _, ...others } = passwords;
  expect(names({ global: { passwords: others } })).toEqual(['rabbitmq_password']);
});

test('of a pair of keys, the pair is lacking where a half is', () => {
  expect(names({ global: { passwords: { ...passwords, nova_ssh_key: { public_key: 'ssh-rsa A' } } } })).toEqual([
    'nova_ssh_key',
  ]);
});

const external = { provider: 'external', host: 'db.example.org' };

test.each<[string, JsonMap, RegExp, string[]]>([
  [
    'an external broker',
    { global: { messaging: { provider: 'external', hosts: ['mq.example.org'] } } },
    /^rabbit/,
    ['rabbitmq_password'],
  ],
  ['an external database', { global: { database: { ...external, create: false } } }, /^(database|mariadb)_/, []],
  [
    'one in which the charts create databases',
    { global: { database: external } },
    /^(database|mariadb)_/,
    ['database_password'],
  ],
  ['backups', { mariadb: { backup: { enabled: true } } }, /^mariadb_/, ['mariadb_backup_database_password']],
  ['a service that is off', { glance: { enabled: false } }, /^glance_/, []],
  ['computes between which no server moves', { nova: { ssh: { enabled: false } } }, /_ssh_/, []],
])('%s', (_, values, pattern, expected) => {
  expect(names(values).filter((name) => pattern.test(name))).toEqual(expected);
});

test('keys of an object store, and what only a rotation needs, are given by the user', () => {
  const { given } = lacking({
    glance: { stores: { s3: { enabled: true, host: 'https://s3.example.org', bucket: 'images' } } },
    keystone: { credential: { previousKey: true } },
  });
  expect(given.map(({ path }) => pathOf(path)).sort()).toEqual([
    'glance.passwords.glance_backend_s3_access_key',
    'glance.passwords.glance_backend_s3_secret_key',
    'global.passwords.keystone_credential_key_previous',
  ]);
});

test.each<[string, JsonMap, string]>([
  ['a wrong value', { keystone: { api: { replicas: -1 } } }, 'keystone.api.replicas'],
  ['a value that is missing', { global: { messaging: { provider: 'external' } } }, 'global.messaging.hosts'],
  [
    'a password that is none',
    { global: { passwords: { database_password: '' } } },
    'global.passwords.database_password',
  ],
  ['a name of none', { global: { passwords: { databse_password: 'x' } } }, 'global.passwords.databse_password'],
])('%s is refused', (_, values, path) => {
  try {
    lacking(values);
    throw new Error('it was taken');
  } catch (error) {
    if (!(error instanceof InvalidValues)) throw error;
    expect(error.problems.map((problem) => pathOf(problem.path))).toEqual([path]);
  }
});
