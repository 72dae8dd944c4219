import type { SectionsOf } from '../../lib/config';
import type { Cache, Database, IdentityRegistration, Messaging, Service } from '../../lib/openstack';
import { Value, each, eachEntry, isSet, named, not, when } from '../../lib/values';
import type { NeutronValues } from './values';

/** Sections of neutron.conf. */
export type NeutronSections = SectionsOf<'neutron/neutron.conf'>;
/** Sections of ml2_conf.ini. */
export type Ml2Sections = SectionsOf<'neutron/ml2_conf.ini'>;

/** What is said in neutron.conf of all processes of Neutron: those of the control plane and the agents on the hosts. */
export function commonSections(service: Service, values: NeutronValues, messaging: Messaging) {
  return {
    DEFAULT: {
      debug: service.global.debug,
      transport_url: messaging.url,
      dns_domain: values.dhcp.domain,
      global_physnet_mtu: values.mtu.global,
    },
    oslo_concurrency: { lock_path: '/tmp/neutron-locks' },
    oslo_messaging_notifications: { driver: when(values.notifications.enabled, 'messagingv2', 'noop') },
    oslo_messaging_rabbit: messaging.options,
  } satisfies NeutronSections;
}

export interface Connections {
  readonly messaging: Messaging;
  readonly database: Database;
  readonly cache: Cache;
  readonly registration: IdentityRegistration;
}

/** What is said in neutron.conf of the control plane. */
export function serverSections(service: Service, values: NeutronValues, connections: Connections): NeutronSections {
  const { messaging, database, cache, registration } = connections;
  const { routers, rpcServer } = values;
  const common = commonSections(service, values, messaging);
  // Its own user is told by Nova and Placement from any other by its roles, admin and service: no need of their passwords.
  const client = { ...registration.login(), endpoint_type: 'internal' } as const;
  return {
    ...common,
    DEFAULT: {
      ...common.DEFAULT,
      core_plugin: 'ml2',
      service_plugins: servicePlugins(values),
      rpc_workers: rpcServer.workers,
      rpc_state_report_workers: rpcServer.stateReportWorkers,
      dhcp_agents_per_network: values.dhcp.agentsPerNetwork,
      l3_ha: routers.ha,
      max_l3_agents_per_router: routers.maxAgents,
      router_distributed: values.dvr.enabled,
      // Asked by agents before they start: scripts/neutron_agent.py.
      rpc_ping_enabled: true,
      state_path: '/tmp/neutron',
    },
    database: {
      ...database.options,
      max_pool_size: values.database.poolSize,
      max_overflow: values.database.overflow,
    },
    keystone_authtoken: registration.authToken(cache),
    nova: client,
    oslo_middleware: { enable_proxy_headers_parsing: true },
    placement: client,
  };
}

/** What networks there may be, and who makes them work. */
export function ml2Sections(release: Value<string>, values: NeutronValues): Ml2Sections {
  const { ml2, mtu, qos, sriov } = values;
  const projectTypes = listOf('ml2.project-network-types', ml2.projectNetworkTypes);
  const extensionDrivers = listOf('ml2.extension-drivers', ml2.extensionDrivers);
  const renamed = not(release.is('2025.1'));
  const l2Population = when(ml2.l2Population, ',l2population');
  const vlans = eachEntry(
    ml2.vlanRanges,
    (network, ranges) =>
      `${when(isSet(ranges), `${each(ranges, (range) => `${network}:${range}`, ',')}`, `${network}`)}`,
    ',',
  );
  const mtus = eachEntry(mtu.physical, (network, bytes) => `${network}:${bytes}`, ',');
  return {
    ml2: {
      type_drivers: listOf('ml2.type-drivers', ml2.typeDrivers),
      project_network_types: when(renamed, projectTypes),
      tenant_network_types: when(not(renamed), projectTypes),
      mechanism_drivers: `openvswitch${l2Population}${when(sriov.enabled, ',sriovnicswitch')}`,
      extension_drivers: `${extensionDrivers}${when(qos.enabled, `${when(isSet(ml2.extensionDrivers), ',')}qos`)}`,
      path_mtu: when(isSet(mtu.path), mtu.path),
      physical_network_mtus: when(isSet(mtu.physical), named('ml2.physical-network-mtus', `${mtus}`)),
    },
    ml2_type_flat: { flat_networks: listOf('ml2.flat-networks', ml2.flatNetworks) },
    ml2_type_vlan: { network_vlan_ranges: when(isSet(ml2.vlanRanges), named('ml2.vlan-ranges', `${vlans}`)) },
    ml2_type_vxlan: { vni_ranges: listOf('ml2.vni-ranges', ml2.vniRanges) },
  };
}

function servicePlugins({ qos, trunk, portForwarding, servicePlugins: more }: NeutronValues): Value<string> {
  const ours = [
    when(qos.enabled, ',qos'),
    when(trunk.enabled, ',trunk'),
    when(portForwarding.enabled, ',port_forwarding'),
  ];
  return named('service-plugins', `router${ours.join('')}${each(more, (name) => `,${name}`)}`);
}

const listOf = (name: string, items: Value<readonly string[]>): Value<string> =>
  named(name, `${each(items, (item) => `${item}`, ',')}`);
