import { join } from 'node:path';
import { TextFile } from '../../lib/config';
import { HostAgent, PROGRAMS, programs } from '../../lib/openstack';
import { all } from '../../lib/values';
import type { Nova } from '.';
import { DISKS, NovaPool, SOCKETS, addressesOf } from './nodes';

const NETCAT = join(__dirname, 'scripts', 'nova_netcat.py');
const config = (name: string) => ({ file: join(__dirname, 'config', `${name}.ejs`) });

/** What each compute has to reach the others. */
export interface SshFiles {
  /** The key of the cloud: who has it is a compute, so it is the key of users and of hosts. */
  readonly key: TextFile;
  readonly knownHosts: TextFile;
  /** What `ssh` and `scp` do. */
  readonly client: TextFile;
  /** Root without a password: in Rocky's image it is locked, and sshd lets in nobody who is. */
  readonly shadow: TextFile;
}

/** The key of the cloud, and how it is used. */
export function sshFiles(nova: Nova): SshFiles {
  const { enabled: test, port } = nova.values.ssh;
  const half = (name: 'private_key' | 'public_key') => nova.password(`nova_ssh_key_${name}`, test);
  const key = new TextFile(nova, 'nova_key', {
    path: '/etc/ssh/nova_key',
    mode: '0600',
    test,
    template: { text: `${half('private_key')}\n` },
    quoting: 'lines',
  });
  const knownHosts = new TextFile(nova, 'nova_known_hosts', {
    path: '/etc/ssh/nova_known_hosts',
    test,
    template: { text: `* ${half('public_key')}\n` },
    quoting: 'lines',
  });
  const client = new TextFile(nova, 'ssh_config', {
    path: '/etc/ssh/ssh_config',
    test,
    template: config('ssh_config'),
    data: { port, key, knownHosts },
  });
  const shadow = new TextFile(nova, 'shadow', {
    path: '/etc/shadow',
    mode: '0400',
    test: all(test, nova.global.distro.is('rocky')),
    template: { text: 'root:*:::::::\n' },
  });
  return { key, knownHosts, client, shadow };
}

/**
 * Where libvirt finds the libvirt of the node that a server moves to. It uses its own library for SSH, as Kolla's image
 * has no `ssh`; at the other end there is no `nc` either.
 */
export function liveMigrationUri(nova: Nova): string {
  const options = {
    socket: '/run/libvirt/libvirt-sock',
    proxy: 'netcat',
    netcat: `${PROGRAMS}/nova_netcat.py`,
    sshauth: 'privkey',
    keyfile: '/etc/ssh/nova_key',
    known_hosts: '/etc/ssh/nova_known_hosts',
    known_hosts_verify: 'normal',
  };
  const query = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return `qemu+libssh://root@%s:${nova.values.ssh.port}/system?${query.join('&')}`;
}

/** The server of SSH, by which other computes bring disks, and ask libvirt to take a server. */
export function addSsh(nova: Nova, pool: NovaPool, { key, knownHosts, client, shadow }: SshFiles): void {
  const { ssh } = nova.values;
  const test = all(pool.isCompute, ssh.enabled);
  const server = new TextFile(nova, 'sshd_config', {
    path: '/etc/ssh/sshd_config',
    suffix: pool.name,
    test,
    template: config('sshd_config'),
    data: { port: ssh.port, key, migrationAddress: pool.own.migrationAddress },
  });
  const login = { exec: { command: ['ssh', 'self', 'true'] }, timeoutSeconds: 10 };
  new HostAgent(nova, 'ssh', pool, {
    image: 'nova-ssh',
    user: 'root',
    command: ['/usr/sbin/sshd', '-D', '-e'],
    values: ssh,
    test,
    files: [server, client, key, knownHosts, shadow],
    parts: [{ ...programs(nova, [NETCAT]), executables: ['nova_netcat.py'] }],
    probes: {
      startupProbe: { ...login, periodSeconds: 2, failureThreshold: 60 },
      readinessProbe: { ...login, periodSeconds: 30 },
      livenessProbe: { ...login, periodSeconds: 60 },
    },
    host: {
      privileges: {
        root: "Disks that others bring are Nova's own, which is root, and libvirt's socket is for root alone.",
        // Of sshd, which asks who comes in a process without rights.
        capabilities: {
          AUDIT_WRITE: "It tells the node's audit log who has logged in: that of Rocky ends where it may not.",
          KILL: 'It ends the process of who does not log in in time, which is that of another user.',
          SETGID: 'It asks who comes as another group.',
          SETUID: 'It asks who comes as another user.',
          SYS_CHROOT: 'It asks who comes in an empty folder.',
        },
        paths: { '/run/libvirt': SOCKETS, '/var/lib/nova/instances': DISKS },
      },
      addresses: addressesOf(pool),
    },
  });
}
