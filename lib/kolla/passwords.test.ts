import { isPasswordName, keyHalfOf, KOLLA_PASSWORDS, OWN_PASSWORDS, PASSWORD_NAMES, PASSWORDS } from './passwords';
import type { PasswordKind } from './passwords';

const namesOf = (kind: PasswordKind) => PASSWORD_NAMES.filter((name) => PASSWORDS[name].kind === kind);

test('has the names of Kolla-Ansible 2025.1 and 2026.1, and our own apart', () => {
  expect(Object.keys(KOLLA_PASSWORDS)).toHaveLength(120);
  expect(Object.keys(OWN_PASSWORDS).filter((name) => name in KOLLA_PASSWORDS)).toEqual([]);
  expect(PASSWORD_NAMES).toEqual([...Object.keys(KOLLA_PASSWORDS), ...Object.keys(OWN_PASSWORDS)].sort());
});

test('tells the kinds apart as genpwd does', () => {
  expect(namesOf('uuid')).toEqual([
    'cinder_rbd_secret_uuid',
    'designate_pool_id',
    'gnocchi_project_id',
    'gnocchi_resource_id',
    'gnocchi_user_id',
    'rbd_secret_uuid',
  ]);
  expect(namesOf('sshKey')).toEqual([
    'bifrost_ssh_key',
    'haproxy_ssh_key',
    'keystone_ssh_key',
    'kolla_ssh_key',
    'neutron_ssh_key',
    'nova_ssh_key',
    'octavia_amp_ssh_key',
  ]);
  expect(namesOf('hmacKey')).toEqual(['designate_rndc_key', 'osprofiler_secret']);
  expect(namesOf('bcryptSalt')).toEqual(['prometheus_bcrypt_salt']);
  expect(namesOf('fernetKey')).toEqual([
    'barbican_crypto_key',
    'keystone_credential_key',
    'keystone_credential_key_previous',
  ]);
});

test('lets only a registry password and the previous credential key stay empty', () => {
  expect(PASSWORD_NAMES.filter((name) => PASSWORDS[name].optional)).toEqual([
    'docker_registry_password',
    'keystone_credential_key_previous',
  ]);
});

test('knows a name only when it is in the table', () => {
  expect(isPasswordName('keystone_admin_password')).toBe(true);
  expect(isPasswordName('keystone_databse_password')).toBe(false);
  expect(isPasswordName('constructor')).toBe(false);
});

test('knows the keys that a Secret has for a pair of SSH keys', () => {
  expect(keyHalfOf('nova_ssh_key_public_key')).toEqual({ pair: 'nova_ssh_key', half: 'public_key' });
  expect(keyHalfOf('nova_ssh_key_private_key')).toEqual({ pair: 'nova_ssh_key', half: 'private_key' });
  expect(keyHalfOf('nova_ssh_key')).toBeUndefined();
  expect(keyHalfOf('database_password_public_key')).toBeUndefined();
});
