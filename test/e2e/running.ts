// A cloud of all services with a server in it, as users leave one.
import type { Client, Visit } from './client';
import type { Kubernetes } from './kubernetes';
import { memoryOf } from './memory';
import type { OpenStack } from './openstack';
import type { Gate } from './scenario';
import { OUTSIDE, Server, type Surroundings, surroundings } from './server';

export interface Running {
  readonly cloud: OpenStack;
  readonly client: Client;
  readonly around: Surroundings;
  readonly server: Server;
  /** What the server has printed. */
  readonly said: string;
  /** Its address in the network outside. */
  readonly floating: string;
  /** How long all took until it was ready, and then until the server was ACTIVE. */
  readonly seconds: { readonly install: number; readonly server: number };
}

/** Installs a cloud, boots a server in it, and gives that an address of the network outside. */
export async function run(gate: Gate, cloud: OpenStack): Promise<Running> {
  const began = Date.now();
  await gate.timed('install to all ready', async () => {
    await cloud.helm([], { wait: false });
    await cloud.ready(900);
  });
  const ready = Date.now();
  gate.figures['memory of all pods (GiB)'] =
    (await memoryOf(cloud)).reduce((sum, [, bytes]) => sum + bytes, 0) / 2 ** 30;
  const client = await cloud.client();
  const around = await gate.timed('image, network, router', () => surroundings(client));
  const server = await gate.timed('server ACTIVE', () => Server.boot(cloud, client, around));
  const seconds = { install: (ready - began) / 1000, server: (Date.now() - ready) / 1000 };
  const said = await gate.timed('booted', () => server.booted());
  const floating = await server.floatingAddress();
  // What is outside is on the bridge of the node.
  const [ovs] = await cloud.podsOf('openvswitch/vswitchd');
  for (const words of [
    ['address', 'replace', `${OUTSIDE.gateway}/24`, 'dev', 'br-ex'],
    ['link', 'set', 'br-ex', 'up'],
  ])
    await cloud.exec(ovs!.metadata.name, 'vswitchd', ['ip', ...words]);
  return { cloud, client, around, server, said, floating, seconds };
}

/**
 * Removes clouds of scenarios that run servers, one of before among them, and their servers, which would outlive them on
 * the nodes: another Nova refuses such a node.
 */
export async function removeKits(kubernetes: Kubernetes, say: (what: string) => void): Promise<void> {
  const libvirt = 'app.kubernetes.io/name=nova,app.kubernetes.io/component=libvirt';
  const pods = await kubernetes.list('default', 'pods', '--all-namespaces', `--selector=${libvirt}`);
  const each = 'for name in $(virsh list --all --name); do virsh destroy $name; virsh undefine $name; done';
  const script = `${each}; rm -rf /var/lib/nova/instances/*`;
  for (const { metadata } of pods.filter(({ metadata }) => metadata.namespace!.startsWith('e2e-'))) {
    const { name, namespace } = metadata;
    await kubernetes
      .kubectl(['exec', '-n', namespace!, name, '-c', 'libvirt', '--', 'sh', '-c', script])
      .catch((error: unknown) => say(`servers of ${namespace} are left on the node: ${String(error)}`));
    await kubernetes.removeNamespace(namespace!);
  }
}

/** Host agents, in the order in which a node starts. */
export const AGENTS: readonly string[] = [
  ...['openvswitch/db-server', 'openvswitch/vswitchd'],
  ...['neutron/openvswitch-agent', 'neutron/dhcp-agent', 'neutron/l3-agent', 'neutron/metadata-agent'],
  ...['nova/libvirt', 'nova/compute', 'nova/ssh'],
];

/** Work for every API, its database and, by a group that is made and removed, the broker. */
export const EVERY_API: readonly Visit[] = [
  ['identity', '/v3/projects'],
  ['image', '/v2/images'],
  ['placement', '/resource_providers'],
  ['network', '/v2.0/ports'],
  ['network', '/v2.0/security-groups', { security_group: { name: 'for-a-moment' } }],
  ['compute', '/servers/detail'],
  ['compute', '/os-services'],
];

/** Two of each control pod of OpenStack's services. Both of Glance's are on one node, so a claim of one node serves them. */
export const TWICE = {
  keystone: { api: { replicas: 2 } },
  glance: { api: { replicas: 2 }, stores: { file: { accessMode: 'ReadWriteMany', existingClaim: 'glance-images' } } },
  placement: { api: { replicas: 2 } },
  neutron: { api: { replicas: 2 }, rpcServer: { replicas: 2 }, periodicWorkers: { replicas: 2 } },
  nova: {
    api: { replicas: 2 },
    metadata: { replicas: 2 },
    conductor: { replicas: 2 },
    scheduler: { replicas: 2 },
    console: { replicas: 2 },
  },
};
