import { join } from 'node:path';
import { IniFile, TextFile, nodeFact } from '../../lib/config';
import {
  HostAgent,
  PROGRAMS,
  RPC_PING,
  ServiceConnection,
  brokerProbe,
  brokerProbes,
  forEachPool,
  programs,
} from '../../lib/openstack';
import { when } from '../../lib/values';
import { CommonParts, commonSections, isConsole } from './config';
import type { Cells } from './cells';
import { DISKS, NovaPool, SOCKETS, addressesOf } from './nodes';
import { SshFiles, addSsh, liveMigrationUri, sshFiles } from './ssh';
import type { Nova } from '.';

const LIBVIRT = join(__dirname, 'scripts', 'nova_libvirt.py');
const CONFIG = join(__dirname, 'config');

const OVS = { why: 'The sockets of Open vSwitch.' };

/** What the config files of computes tell of. */
interface ComputeParts extends CommonParts {
  /** What follows from the name of a pool's cell. */
  cell(name: NovaPool['own']['cell']): ReturnType<Cells['ofPool']>;
}

/** What runs servers, once for each pool whose nodes do: libvirt, and Nova's compute service. */
export function addComputes(nova: Nova, parts: ComputeParts, connectsTo: readonly ServiceConnection[]): void {
  const ssh = sshFiles(nova);
  forEachPool(nova, nova.values.pools, (pool) => {
    addLibvirt(nova, pool, ssh);
    addCompute(nova, pool, parts, connectsTo, ssh);
    addSsh(nova, pool, ssh);
  });
}

/** libvirtd, with servers that go on when its pod ends. */
function addLibvirt(nova: Nova, pool: NovaPool, ssh: SshFiles): void {
  const { values } = nova;
  const test = pool.isCompute;
  const file = (name: string) =>
    new TextFile(nova, name, {
      path: `/etc/libvirt/${name}`,
      suffix: pool.name,
      test,
      template: { file: join(CONFIG, `${name}.ejs`) },
    });
  const check = { exec: { command: ['virsh', '--quiet', 'version', '--daemon'] }, timeoutSeconds: 10 };
  new HostAgent(nova, 'libvirt', pool, {
    image: 'nova-libvirt',
    user: 'root',
    command: ['python3', `${PROGRAMS}/nova_libvirt.py`],
    values: values.libvirt,
    test,
    // It goes to the other node's libvirt itself.
    files: [file('libvirtd.conf'), file('qemu.conf'), ssh.key, ssh.knownHosts],
    parts: [programs(nova, [LIBVIRT]), scratch(['/etc/libvirt', '/etc/ssh', '/var/cache/libvirt', '/var/log/libvirt'])],
    probes: {
      startupProbe: { ...check, periodSeconds: 2, failureThreshold: 60 },
      readinessProbe: { ...check, periodSeconds: 10 },
      livenessProbe: { ...check, periodSeconds: 30, failureThreshold: 4 },
    },
    host: {
      privileges: {
        root: 'It starts servers, and gives each just what is its own.',
        privileged: 'It makes cgroups, interfaces and device files for servers, and gives them devices of the node.',
        hostPID: 'Servers go on when its pod ends: the end of a namespace of processes would end them.',
        paths: {
          '/dev': { why: 'Devices that servers are given: KVM, disks, virtual functions.' },
          '/etc/libvirt/qemu': { node: '/var/lib/libvirt/etc-qemu', why: 'What servers there are, running or not.' },
          '/run/libvirt': SOCKETS,
          '/run/openvswitch': OVS,
          '/sys/fs/cgroup': { why: 'Servers are in cgroups of the node, outside of the pod.' },
          '/var/lib/libvirt': { why: 'What servers keep besides disks: firmware variables, TPMs, snapshots.' },
          '/var/lib/nova': DISKS,
        },
      },
      addresses: { migration_ip: addressesOf(pool).migration_ip },
    },
  });
}

/** Nova's compute service: has libvirt do what the conductor says. */
function addCompute(
  nova: Nova,
  pool: NovaPool,
  parts: ComputeParts,
  connectsTo: readonly ServiceConnection[],
  ssh: SshFiles,
): void {
  const { values } = nova;
  const test = pool.isCompute;
  const conf = new IniFile<'nova/nova.conf'>(nova, 'nova-compute.conf', {
    path: '/etc/nova/nova.conf',
    suffix: pool.name,
    test,
    overrides: values.conf['nova.conf'],
    poolOverrides: pool.own['nova.conf'],
    sections: computeSections(nova, pool, parts),
  });
  new HostAgent(nova, 'compute', pool, {
    image: 'nova-compute',
    user: 'root',
    command: ['nova-compute'],
    values: values.compute,
    test,
    files: [conf, parts.policy, parts.vendordata, ssh.client, ssh.key, ssh.knownHosts],
    parts: [brokerProbe(nova), programs(nova, [RPC_PING])],
    probes: {
      // It listens when it knows all of its servers. One that is sent to it before that is marked as failed, and made
      // all the same (source: `_error_out_instances_whose_build_was_interrupted` in nova/compute/manager.py).
      startupProbe: {
        exec: {
          command: [
            'python3',
            `${PROGRAMS}/rpc_ping.py`,
            'nova',
            'compute',
            '--of-host',
            '--config-file=/etc/nova/nova.conf',
          ],
        },
        timeoutSeconds: 30,
        periodSeconds: 5,
        failureThreshold: 180,
      },
      ...brokerProbes(parts.cell(pool.own.cell).brokerPort),
    },
    connectsTo,
    stopSeconds: 60,
    host: {
      privileges: {
        root: 'libvirt does all for who has its socket, so no other user would have less.',
        // Of its privileged process (source: nova/privsep, of both releases).
        capabilities: {
          CHOWN: 'It gives disks to the user that servers run as.',
          DAC_OVERRIDE: 'It writes disks of that user.',
          DAC_READ_SEARCH: 'It reads disks of that user.',
          FOWNER: 'It sets times and modes of disks of that user.',
          NET_ADMIN: 'It sets up interfaces of servers.',
          SYS_ADMIN: 'It mounts shares and works on disks.',
        },
        paths: {
          '/dev/pts': { why: 'Consoles of servers, which it reads for their users.', type: 'Directory' },
          '/run/libvirt': SOCKETS,
          '/run/openvswitch': OVS,
          '/var/lib/nova': DISKS,
          // Nova measures it before there is a server.
          '/var/lib/nova/instances': DISKS,
        },
      },
      addresses: addressesOf(pool),
    },
  });
}

/** nova.conf of a compute. */
function computeSections(nova: Nova, pool: NovaPool, parts: ComputeParts) {
  const cell = parts.cell(pool.own.cell);
  const common = commonSections(parts, cell);
  const type = pool.own.virtType.or('kvm');
  const privileged = 'env privsep-helper --config-file=/etc/nova/nova.conf';
  const addressOf = (console: Parameters<typeof isConsole>[1]) => when(isConsole(nova, console), nodeFact('my_ip'));
  const [vnc, spice] = [addressOf('novnc'), addressOf('spice')];
  return {
    ...common,
    DEFAULT: {
      ...common.DEFAULT,
      compute_driver: 'libvirt.LibvirtDriver',
      host: nodeFact('name'),
      my_ip: nodeFact('my_ip'),
      rpc_ping_enabled: true,
      state_path: '/var/lib/nova',
    },
    // Schedulers are on another broker.
    filter_scheduler: { track_instance_changes: when(cell.further, false) },
    libvirt: {
      connection_uri: 'qemu:///system',
      // Emulated processors have a model of their own.
      cpu_mode: when(type.is('qemu'), 'none'),
      live_migration_inbound_addr: nodeFact('migration_ip'),
      live_migration_uri: when(nova.values.ssh.enabled, liveMigrationUri(nova)),
      virt_type: type,
    },
    nova_sys_admin: { helper_command: privileged },
    oslo_concurrency: { lock_path: '/var/lib/nova/tmp' },
    serial_console: { ...common.serial_console, proxyclient_address: addressOf('serial') },
    spice: { ...common.spice, server_listen: spice, server_proxyclient_address: spice },
    vif_plug_linux_bridge_privileged: { helper_command: privileged },
    vif_plug_ovs_privileged: { helper_command: privileged },
    vnc: { ...common.vnc, server_listen: vnc, server_proxyclient_address: vnc },
  };
}

/** Folders that a program writes to, and nobody reads after it. */
const scratch = (paths: readonly string[]) => ({
  volumes: paths.map((path) => ({ name: path.slice(1).replaceAll('/', '-'), emptyDir: { sizeLimit: '1Gi' } })),
  mounts: paths.map((path) => ({ name: path.slice(1).replaceAll('/', '-'), mountPath: path })),
});
