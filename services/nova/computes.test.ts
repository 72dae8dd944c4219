import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';

const cloud = cloudOf();
const nova = cloud.services.find((service) => service.node.id === 'nova')!;
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(nova, mergeLayers(required, values)));

/** The options of a section of a compute's nova.conf. */
function conf(section: string, values: JsonMap = {}, pool = 'default'): { readonly [option: string]: string } {
  const text = objects(values).file(`nova-nova-compute.conf-${pool}`, 'nova-compute.conf');
  const lines = (text.split('\n\n').find((part) => part.startsWith(`[${section}]`)) ?? '').trim().split('\n');
  return Object.fromEntries(lines.slice(1).map((line) => line.split(/ = (.*)/s).slice(0, 2) as [string, string]));
}

const pools: JsonMap = {
  global: {
    pools: {
      default: null,
      plain: { nodeSelector: { kind: 'plain' } },
      small: { nodeSelector: { kind: 'small' }, role: 'compute' },
      routers: { nodeSelector: { kind: 'router' }, role: 'network' },
    },
  },
};

test('libvirt, the compute service and the server of SSH are on the nodes of each pool that runs servers', () => {
  const daemons = objects(pools).ids.filter((id) => id.startsWith('DaemonSet/'));
  expect(daemons).toEqual([
    'DaemonSet/nova-compute-plain',
    'DaemonSet/nova-compute-small',
    'DaemonSet/nova-libvirt-plain',
    'DaemonSet/nova-libvirt-small',
    'DaemonSet/nova-ssh-plain',
    'DaemonSet/nova-ssh-small',
  ]);
});

describe('nova.conf of a compute', () => {
  test('has its name and address, and nothing of databases', () => {
    expect(conf('DEFAULT')).toMatchObject({ host: '@node:name@', my_ip: '@node:my_ip@', state_path: '/var/lib/nova' });
    const text = objects().file('nova-nova-compute.conf-default', 'nova-compute.conf');
    expect(text).not.toMatch(/^\[(api_)?database\]/m);
    expect(text).not.toMatch(/metadata_proxy_shared_secret/);
  });

  test('emulates processors where there is no KVM, with a model of their own', () => {
    expect(conf('libvirt')).toMatchObject({ virt_type: 'kvm' });
    expect(conf('libvirt')).not.toHaveProperty('cpu_mode');
    const emulated = mergeLayers(pools, { pools: { small: { virtType: 'qemu' } } });
    expect(conf('libvirt', emulated, 'small')).toMatchObject({ virt_type: 'qemu', cpu_mode: 'none' });
    expect(conf('libvirt', emulated, 'plain')).toMatchObject({ virt_type: 'kvm' });
  });

  test('has consoles at the address of the node, of the type that there is a proxy for', () => {
    expect(conf('vnc')).toMatchObject({ enabled: 'true', server_proxyclient_address: '@node:my_ip@' });
    expect(conf('spice')).toEqual({ enabled: 'false' });
    const serial = { console: { type: 'serial' } };
    expect(conf('serial_console', serial)).toMatchObject({ enabled: 'true', proxyclient_address: '@node:my_ip@' });
    expect(conf('vnc', serial)).toEqual({ enabled: 'false' });
  });

  test('takes options of its pool over those of all', () => {
    const values = mergeLayers(pools, {
      conf: { 'nova.conf': { DEFAULT: { reserved_host_memory_mb: 1024 } } },
      pools: { small: { 'nova.conf': { DEFAULT: { reserved_host_memory_mb: 256 } } } },
    });
    expect(conf('DEFAULT', values, 'plain')).toMatchObject({ reserved_host_memory_mb: '1024' });
    expect(conf('DEFAULT', values, 'small')).toMatchObject({ reserved_host_memory_mb: '256' });
  });
});

test('servers move to the address that the pool says', () => {
  const own = { pools: { default: { address: 'eth0', migrationAddress: '10.0.0.0/8' } } };
  const { args } = containerOf(objects(own).pod('DaemonSet', 'nova-compute-default'), 'prepare');
  expect(args).toEqual(expect.arrayContaining(['--node=migration_ip=10.0.0.0/8', '--node=my_ip=eth0']));
});

test('servers move to the address of the pool where it has no other for them', () => {
  const own = { pools: { default: { address: 'eth0' } } };
  const { args } = containerOf(objects(own).pod('DaemonSet', 'nova-libvirt-default'), 'prepare');
  expect(args).toContain('--node=migration_ip=eth0');
});

test('a server goes on when the pod of libvirt ends: its process, its cgroup and its files are those of the node', () => {
  const { spec } = objects().pod('DaemonSet', 'nova-libvirt-default');
  expect(spec!.hostPID).toBe(true);
  const paths = spec!.volumes!.flatMap(({ hostPath }) => hostPath?.path ?? []);
  expect(paths).toEqual(
    expect.arrayContaining(['/run/libvirt', '/sys/fs/cgroup', '/var/lib/libvirt/etc-qemu', '/var/lib/nova']),
  );
});

test('libvirt listens on no port', () => {
  const conf = objects().file('nova-libvirtd.conf-default', 'libvirtd.conf');
  expect(conf).toMatch(/^listen_tcp = 0$/m);
  expect(conf).toMatch(/^listen_tls = 0$/m);
});
