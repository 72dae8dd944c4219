import type { JsonMap } from '../../lib/values/expression';
import { Sources, mapOf } from './composed';

/** Variables that say how nodes differ, and what they become. */
export const OF_POOLS: { readonly [variable: string]: string } = {
  network_interface: 'neutron.pools.<pool>.tunnelAddress, nova.pools.<pool>.address',
  api_interface: 'nova.pools.<pool>.address',
  migration_interface: 'nova.pools.<pool>.migrationAddress',
  tunnel_interface: 'neutron.pools.<pool>.tunnelAddress',
  neutron_external_interface: 'global.pools.<pool>.bridges',
  neutron_bridge_name: 'global.pools.<pool>.bridges',
  neutron_physical_networks: 'global.pools.<pool>.physicalNetworks',
  neutron_sriov_physnet_mappings: 'neutron.pools.<pool>.sriovDevices',
  enable_neutron_provider_networks: 'global.pools.<pool>.bridges of computes',
  ovs_datapath: 'global.pools.<pool>.datapath',
};

/** Nodes that are alike, by what they do. */
interface Pool {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly network: boolean;
  readonly compute: boolean;
}

const LABEL = 'openstack-pool';
const CONTROL = 'openstack-control-plane';
/** Nothing in the folder says where nodes are. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Pools of nodes, their interfaces and bridges, and how many of each server there are. Returns the names of those with computes. */
export function mapPools(sources: Sources): string[] {
  const { draft } = sources;
  const pools = poolsOf(sources);
  draft.put(['global', 'networkPolicy', 'nodeCidrs'], PRIVATE, 'all private addresses: narrow them');
  draft.note('toDo', 'global.networkPolicy.nodeCidrs', 'all private addresses: narrow them to those of your nodes');
  draft.put(['global', 'pools', 'default'], null, 'instead of the one that has all nodes');
  for (const pool of pools) mapPool(sources, pool, pools.length > 1);
  mapReplicas(sources);
  return pools.filter(({ compute }) => compute).map(({ name }) => name);
}

function poolsOf({ inventory, draft }: Sources): Pool[] {
  const all = [{ name: 'all', hosts: [], network: true, compute: true }];
  if (!inventory) {
    draft.note(
      'toDo',
      'global.pools',
      'one pool with all nodes, and one of each server: --inventory FILE tells of more',
    );
    return all;
  }
  const [networks, computes] = [inventory.hosts('network'), inventory.hosts('compute')];
  const both = computes.filter((host) => networks.includes(host));
  const pools = [
    { name: 'both', hosts: both, network: true, compute: true },
    { name: 'network', hosts: networks.filter((host) => !both.includes(host)), network: true, compute: false },
    { name: 'compute', hosts: computes.filter((host) => !both.includes(host)), network: false, compute: true },
  ].filter(({ hosts }) => hosts.length > 0);
  if (pools.length === 1 && both.length > 0) return [{ ...pools[0]!, name: 'all' }];
  return pools.length === 0 ? all : pools;
}

function mapPool(sources: Sources, pool: Pool, several: boolean): void {
  const { variables, draft } = sources;
  const at = (...path: string[]) => ['global', 'pools', pool.name, ...path];
  if (several) {
    draft.put(at('nodeSelector'), { [LABEL]: pool.name }, 'the groups network and compute');
    draft.note('toDo', 'labels of nodes', `kubectl label node ${pool.hosts.join(' ')} ${LABEL}=${pool.name}`);
  }
  if (pool.network !== pool.compute)
    draft.put(at('role'), pool.network ? 'network' : 'compute', 'the groups network and compute');
  if (variables.text('ovs_datapath') === 'netdev') draft.put(at('datapath'), 'userspace', 'ovs_datapath');

  const provider = variables.flag('enable_neutron_provider_networks', false);
  const distributed = variables.flag('enable_neutron_dvr', false);
  if (pool.network || provider || distributed) mapBridges(sources, pool);

  const neutron = (key: string) => ['neutron', 'pools', pool.name, key];
  const nova = (key: string) => ['nova', 'pools', pool.name, key];
  const address = (path: string[], ...names: string[]): void => {
    const found = names
      .map((name) => [name, interfaceOf(sources, pool, name)] as const)
      .find(([, value]) => value !== undefined);
    if (found) draft.put(path, found[1]!, found[0]);
  };
  address(neutron('tunnelAddress'), 'tunnel_interface', 'network_interface');
  if (!pool.compute) return;
  address(nova('address'), 'api_interface', 'network_interface');
  address(nova('migrationAddress'), 'migration_interface');
  const type = variables.text('nova_compute_virt_type');
  if (type === 'qemu') draft.put(nova('virtType'), type, 'nova_compute_virt_type');
  else if (type !== undefined && type !== 'kvm')
    draft.note('lacking', 'nova_compute_virt_type', `${type}: computes have kvm or qemu`);
  if (!variables.flag('enable_neutron_sriov', false)) return;
  const devices = Object.entries(mapOf(variables.get('neutron_sriov_physnet_mappings'))).map(
    ([network, cards]) => [network, cards.split(',').map((card) => card.trim())] as const,
  );
  if (devices.length > 0)
    draft.put(neutron('sriovDevices'), Object.fromEntries(devices), 'neutron_sriov_physnet_mappings');
  else draft.note('toDo', `neutron.pools.${pool.name}.sriovDevices`, 'SR-IOV is on, and no cards are given');
}

function mapBridges(sources: Sources, pool: Pool): void {
  const { variables, draft } = sources;
  const bridges = variables.list('neutron_bridge_name') ?? ['br-ex'];
  const given = interfaceOf(sources, pool, 'neutron_external_interface');
  const interfaces = (given ?? 'eth1').split(',').map((name) => name.trim());
  const networks = variables.list('neutron_physical_networks') ?? bridges.map((_, i) => `physnet${i + 1}`);
  const from =
    given === undefined ? 'neutron_external_interface, which is so by default' : 'neutron_external_interface';
  const taken: JsonMap = Object.fromEntries(bridges.map((bridge, i) => [bridge, interfaces[i] ?? '']));
  draft.put(['global', 'pools', pool.name, 'bridges'], taken, from);
  draft.put(
    ['global', 'pools', pool.name, 'physicalNetworks'],
    Object.fromEntries(networks.flatMap((network, i) => (bridges[i] === undefined ? [] : [[network, bridges[i]]]))),
    'neutron_physical_networks',
  );
}

/** An interface of all nodes of a pool: of globals.yml, which wins in Ansible, else of the inventory. */
function interfaceOf(
  { variables, inventory, draft }: Sources,
  { name: pool, hosts }: Pool,
  name: string,
): string | undefined {
  const given = variables.text(name);
  if (given !== undefined || !inventory) return given;
  const byHost = hosts.map((host) => [host, inventory.variable(host, name)] as const);
  const found = [...new Set(byHost.map(([, value]) => value))];
  if (found.length > 1) {
    const list = byHost.map(([host, value]) => `${host}: ${value ?? 'none'}`).join(', ');
    draft.note('toDo', `global.pools.${pool}`, `${name} differs among its nodes (${list}): make a pool of each kind`);
  }
  return found.length === 1 ? found[0] : undefined;
}

const APIS = [
  'keystone.api',
  'placement.api',
  'glance.api',
  'neutron.api',
  'neutron.rpcServer',
  'neutron.periodicWorkers',
  'nova.api',
  'nova.metadata',
  'nova.conductor',
  'nova.scheduler',
  'nova.console',
];

/** As many of each server as there are control nodes: of those that vote, one or three. */
function mapReplicas({ inventory, draft, variables }: Sources): void {
  const hosts = inventory?.hosts('control') ?? [];
  const computes = inventory?.hosts('compute') ?? [];
  if (hosts.some((host) => !computes.includes(host)) || computes.some((host) => !hosts.includes(host))) {
    draft.put(['global', 'nodeRoles', 'control'], { [CONTROL]: 'enabled' }, 'the group control');
    draft.note('toDo', 'labels of nodes', `kubectl label node ${hosts.join(' ')} ${CONTROL}=enabled`);
  }
  if (hosts.length < 2) return;
  const from = `${hosts.length} hosts in the group control`;
  if (hosts.length >= 3) {
    if (draft.get(['global', 'database', 'provider']) !== 'external') {
      draft.put(['global', 'database', 'replicas'], 3, from);
      draft.put(['mariadb', 'server', 'spread'], 'required', from);
    }
    if (draft.get(['global', 'messaging', 'provider']) !== 'external') {
      draft.put(['global', 'messaging', 'replicas'], 3, from);
      draft.put(['rabbitmq', 'server', 'spread'], 'required', from);
    }
  }
  if (variables.flag('enable_memcached', true))
    draft.put(['global', 'memcached', 'replicas'], Math.min(hosts.length, 100), from);
  const isFile = draft.get(['glance', 'stores', 'file', 'enabled']) !== false;
  for (const api of APIS) {
    // Images are on a volume that one node has.
    if (api === 'glance.api' && isFile) continue;
    if (api === 'nova.console' && draft.get(['nova', 'console', 'type']) === 'none') continue;
    draft.put([...api.split('.'), 'replicas'], Math.min(hosts.length, 3), from);
  }
}
