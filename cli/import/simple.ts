import type { Json } from '../../lib/values/expression';
import type { Draft } from './draft';
import type { Variables } from './variables';

/** What a variable becomes without a look at others. */
interface Simple {
  /** The values, each with dots between its keys. */
  readonly to: readonly string[];
  readonly as: (value: Json, variables: Variables, name: string) => Json | undefined;
  /** What Kolla-Ansible has where it is not given, if our default is another. */
  readonly otherwise?: Json;
}

const scalar = (value: Json): string | undefined =>
  value === null || typeof value === 'object' ? undefined : String(value);
const asNumber = (value: Json): Json | undefined => {
  const text = scalar(value);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
};

const text = (...to: string[]): Simple => ({ to, as: scalar });
const number = (...to: string[]): Simple => ({ to, as: asNumber });
const flag = (...to: string[]): Simple => ({ to, as: (_, variables, name) => variables.flag(name, false) });
const list = (...to: string[]): Simple => ({ to, as: (_, variables, name) => variables.list(name) });
const orElse = (simple: Simple, otherwise: Json): Simple => ({ ...simple, otherwise });
/** Of an API: its address for users, where it is another one than that of all. */
const host: Simple['as'] = (value) => {
  const address = scalar(value);
  return address === undefined ? undefined : inUrl(address);
};

/** An address as it stands in a URL. */
export const inUrl = (address: string): string =>
  address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;

const publicOf = (variable: string, port: string, path: string): [string, Simple][] => [
  [`${variable}_external_fqdn`, { to: [`${path}.host`], as: host }],
  [port, number(`${path}.port`)],
];

/** Processes of APIs and workers, one for each CPU up to five by default in Kolla-Ansible; our defaults are small. */
const ALL_WORKERS = [
  'keystone.api.processes',
  'glance.api.processes',
  'placement.api.processes',
  'neutron.api.processes',
  'neutron.metadataAgent.workers',
  'nova.api.processes',
  'nova.metadata.processes',
  'nova.conductor.workers',
  'nova.scheduler.workers',
] as const;

/** Variables of Kolla-Ansible, and the values that they become. Those of a later line win. */
export const SIMPLE: { readonly [variable: string]: Simple } = {
  kolla_base_distro: orElse(text('global.distro'), 'rocky'),
  docker_registry: text('global.registry'),
  docker_namespace: text('global.namespace'),
  openstack_region_name: text('global.region'),
  openstack_logging_debug: flag('global.debug'),
  keystone_admin_user: text('global.identity.adminUser'),
  keystone_admin_project: text('global.identity.adminProject'),
  keystone_internal_port: number('global.identity.port'),
  database_port: number('global.database.port'),
  database_user: text('global.database.adminUser'),
  database_enable_tls_internal: flag('global.database.tls.enabled'),
  rabbitmq_user: text('global.messaging.user'),
  rabbitmq_port: number('global.messaging.port'),
  rabbitmq_enable_tls: flag('global.messaging.tls.enabled'),
  memcached_port: number('global.memcached.port'),

  openstack_service_workers: number(...ALL_WORKERS),
  openstack_service_rpc_workers: number('neutron.rpcServer.workers', 'neutron.rpcServer.stateReportWorkers'),
  keystone_api_workers: number('keystone.api.processes'),
  glance_api_workers: number('glance.api.processes'),
  placement_api_workers: number('placement.api.processes'),
  neutron_api_workers: number('neutron.api.processes'),
  neutron_metadata_workers: number('neutron.metadataAgent.workers'),
  nova_api_workers: number('nova.api.processes'),
  nova_metadata_api_workers: number('nova.metadata.processes'),
  nova_scheduler_workers: number('nova.scheduler.workers'),
  nova_superconductor_workers: number('nova.conductor.workers'),
  nova_cell_conductor_workers: number('nova.conductor.workers'),

  ...Object.fromEntries([
    ...publicOf('keystone', 'keystone_public_port', 'global.identity.public'),
    ...publicOf('glance', 'glance_api_public_port', 'glance.api.public'),
    ...publicOf('placement', 'placement_api_public_port', 'placement.api.public'),
    ...publicOf('neutron', 'neutron_server_public_port', 'neutron.api.public'),
    ...publicOf('nova', 'nova_api_public_port', 'nova.api.public'),
  ]),

  fernet_token_expiry: number('keystone.token.expiration'),
  fernet_token_allow_expired_window: number('keystone.token.allowExpiredWindow'),
  fernet_key_rotation_interval: number('keystone.fernet.period'),

  enable_glance_image_cache: flag('glance.imageCache.enabled'),
  glance_cache_max_size: number('glance.imageCache.maxSize'),

  neutron_type_drivers: list('neutron.ml2.typeDrivers'),
  neutron_tenant_network_types: list('neutron.ml2.projectNetworkTypes'),
  neutron_dns_domain: { to: ['neutron.dhcp.domain'], as: (value) => scalar(value)?.replace(/\.$/, '') },
  neutron_dnsmasq_dns_servers: orElse(list('neutron.dhcpAgent.dnsServers'), ['1.1.1.1', '8.8.8.8', '8.8.4.4']),
  enable_neutron_qos: orElse(flag('neutron.qos.enabled'), false),
  enable_neutron_trunk: orElse(flag('neutron.trunk.enabled'), false),
  enable_neutron_port_forwarding: flag('neutron.portForwarding.enabled'),
  enable_neutron_dvr: flag('neutron.dvr.enabled'),
  enable_neutron_sriov: flag('neutron.sriov.enabled'),

  enable_nova_ssh: flag('nova.ssh.enabled'),
  nova_ssh_port: number('nova.ssh.port'),
};

/** Puts them into the cloud file. What is as it is here anyway is left out. */
export function mapSimple(variables: Variables, draft: Draft, defaultOf: (path: readonly string[]) => unknown): void {
  for (const [name, { to, as, otherwise }] of Object.entries(SIMPLE)) {
    const given = variables.get(name);
    const value = given === undefined ? otherwise : as(given, variables, name);
    if (value === undefined) {
      if (given !== undefined) variables.refuse(name, given, 'a text or a number');
      continue;
    }
    for (const path of to.map((dotted) => dotted.split('.'))) {
      const isDefault = JSON.stringify(defaultOf(path)) === JSON.stringify(value);
      if (isDefault && draft.get(path) === undefined) continue;
      draft.put(path, value, given === undefined ? `${name}, which is so by default` : name);
    }
  }
}
