import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';

const cloud = cloudOf();
const nova = cloud.services.find((service) => service.node.id === 'nova')!;
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(nova, mergeLayers(required, values)));
const daemon = (component: string, values: JsonMap = {}) =>
  objects(values).pod('DaemonSet', `nova-${component}-default`);
const filesOf = (component: string, values: JsonMap = {}) =>
  containerOf(daemon(component, values), component).volumeMounts!.flatMap(({ subPath }) => subPath ?? []);
const computeConf = (values: JsonMap = {}) =>
  objects(values).file('nova-nova-compute.conf-default', 'nova-compute.conf');

test('the key of the cloud is where servers move from and to, and readable by root alone', () => {
  for (const component of ['compute', 'libvirt', 'ssh']) {
    expect(filesOf(component)).toEqual(expect.arrayContaining(['nova_key', 'nova_known_hosts']));
    expect(containerOf(daemon(component), 'prepare').args).toContain('--file=nova_key:0600');
  }
  expect(objects().file('nova-nova-key', 'nova_key')).toBe('@lines:nova_ssh_key_private_key@\n');
  expect(objects().file('nova-nova-known-hosts', 'nova_known_hosts')).toBe('* @lines:nova_ssh_key_public_key@\n');
});

test('a compute and the server of SSH speak of one port', () => {
  const other = { ssh: { port: 2222 } };
  expect(objects(other).file('nova-sshd-config-default', 'sshd_config')).toMatch(/^Port 2222$/m);
  expect(objects(other).file('nova-ssh-config', 'ssh_config')).toMatch(/^ {2}Port 2222$/m);
  expect(computeConf(other)).toMatch(/^live_migration_uri = qemu\+libssh:\/\/root@%s:2222\/system\?/m);
});

test('it listens at the address that others know, and at the one that servers move to', () => {
  const listens = (values: JsonMap = {}) =>
    objects(values)
      .file('nova-sshd-config-default', 'sshd_config')
      .match(/^ListenAddress .*$/gm);
  expect(listens()).toEqual(['ListenAddress @node:my_ip@']);
  expect(listens({ pools: { default: { migrationAddress: 'eth1' } } })).toEqual([
    'ListenAddress @node:my_ip@',
    'ListenAddress @node:migration_ip@',
  ]);
  expect(objects().file('nova-qemu.conf-default', 'qemu.conf')).toMatch(/^migration_address = "@node:migration_ip@"$/m);
});

test('root is let in where the image has it locked: in that of Rocky', () => {
  expect(filesOf('ssh')).not.toContain('shadow');
  expect(filesOf('ssh', { global: { distro: 'rocky' } })).toContain('shadow');
});

test('without it there is no key, and nothing that speaks of one', () => {
  const off = { ssh: { enabled: false } };
  expect(objects(off).ids.filter((id) => /ssh|nova-key|known-hosts/.test(id))).toEqual([]);
  expect(filesOf('compute', off)).not.toContain('nova_key');
  expect(computeConf(off)).not.toMatch(/live_migration_uri/);
  expect(Object.keys(objects(off).get('Secret', 'nova').data!)).not.toContain('nova_ssh_key_private_key');
});

test('both halves of the key are required', () => {
  const half = structuredClone(required) as { global: { passwords: { nova_ssh_key: { private_key?: string } } } };
  delete half.global.passwords.nova_ssh_key.private_key;
  expect(() => cloud.renderService(nova, half as JsonMap)).toThrow(
    /global\.passwords\.nova_ssh_key\.private_key: is required; 'kolla-cdk8s genpwd'/,
  );
});
