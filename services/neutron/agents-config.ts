import { z } from 'zod';
import { SectionsOf, nodeFact, osloOptions } from '../../lib/config';
import type { NodePool, Service } from '../../lib/openstack';
import { Handles, Value, all, any, choose, each, eachEntry, isSet, named, when } from '../../lib/values';
import { host, identifier, text } from '../../lib/values/types';
import { release as installation } from '../../lib/kubernetes';
import type { NeutronValues } from './values';

/**
 * Config files of the agents on the hosts: what an operator sets for a pool of nodes, and the sections that come of it
 * and of the values that the server and the agents share.
 */

/** The port of Nova's metadata API. */
const METADATA_PORT = 8775;

/** Where agents reach the database of Open vSwitch on their node. */
const OVSDB = 'tcp:127.0.0.1:6640';

/** What `global.pools` says of a pool. */
type Pool = NodePool<unknown>['entry'];

const inUserspace = ({ datapath }: Pool): Value<boolean> => datapath.or('kernel').is('userspace');

/**
 * Ports of DHCP and routers are cables, not Open vSwitch's own, where its datapath is in the userspace: those would not
 * come back when it restarts, and of cables the agents tell the kernel that no card fills in the checksums of TCP.
 */
const cables = (pool: Pool) => when(inUserspace(pool), true);

const datapathType = (pool: Pool): Value<string> => choose(inUserspace(pool), 'netdev', 'system');

type HandlesOf<S extends z.ZodRawShape> = Handles<z.output<z.ZodObject<S>>>;
const pciAddress = () =>
  text('^[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]$', 'a PCI address such as 0000:07:00.2');

export const openvswitchAgentValues = () => ({
  extensions: z
    .array(z.enum(['dhcp', 'fdb', 'local_ip', 'log', 'metadata_path']))
    .default([])
    .describe('Extensions of the agent, besides that of `qos`.'),
});
export type OpenvswitchAgentValues = HandlesOf<ReturnType<typeof openvswitchAgentValues>>;

/** openvswitch_agent.ini of a pool. */
export function openvswitchAgentSections(
  release: Value<string>,
  { ml2, dvr, qos, trunk }: NeutronValues,
  { extensions }: OpenvswitchAgentValues,
  pool: Pool,
): SectionsOf<'neutron/openvswitch_agent.ini'> {
  const { physicalNetworks } = pool;
  const mappings = eachEntry(physicalNetworks, (network, bridge) => `${network}:${bridge}`, ',');
  return {
    agent: {
      tunnel_types: 'vxlan',
      l2_population: ml2.l2Population,
      arp_responder: ml2.l2Population,
      enable_distributed_routing: dvr.enabled,
      extensions: withMore('openvswitch-agent.extensions', qos.enabled, 'qos', extensions),
    },
    ovs: {
      bridge_mappings: when(isSet(physicalNetworks), named('openvswitch-agent.bridge-mappings', `${mappings}`)),
      datapath_type: datapathType(pool),
      local_ip: nodeFact('tunnel_ip'),
      ovsdb_connection: OVSDB,
      trunk_enabled: when(release.is('2026.1'), trunk.enabled),
    },
    securitygroup: { firewall_driver: 'openvswitch' },
  };
}

export const dhcpAgentValues = () => ({
  dnsServers: z
    .array(host())
    .default([])
    .describe('Whom to ask for names of others, for subnets without name servers of their own. Empty: nobody.'),
});
export type DhcpAgentValues = HandlesOf<ReturnType<typeof dhcpAgentValues>>;

/** dhcp_agent.ini. Servers get metadata through DHCP's own namespace, too: it is there without a router (Kolla-Ansible). */
export const dhcpAgentSections = (
  { dnsServers }: DhcpAgentValues,
  pool: Pool,
): SectionsOf<'neutron/dhcp_agent.ini'> => ({
  DEFAULT: {
    dnsmasq_config_file: '/etc/neutron/dnsmasq.conf',
    dnsmasq_dns_servers: when(isSet(dnsServers), named('dhcp-agent.dns-servers', `${each(dnsServers, asText, ',')}`)),
    enable_isolated_metadata: true,
    force_metadata: true,
    ovs_use_veth: cables(pool),
  },
  ovs: { datapath_type: datapathType(pool), ovsdb_connection: OVSDB },
});

/** dnsmasq.conf. A full pipe of the log must not hold up an answer. */
export const dnsmasqConf = (logFile: string): string => `log-async\nlog-facility=${logFile}\n`;

export const l3AgentValues = () => ({
  extensions: z
    .array(z.enum(['conntrack_helper', 'ndp_proxy', 'snat_log']))
    .default([])
    .describe('Extensions of the agent, besides those of `qos` and `portForwarding`.'),
});
export type L3AgentValues = HandlesOf<ReturnType<typeof l3AgentValues>>;

/**
 * l3_agent.ini.
 *
 * @param isNetwork whether there are routers on the nodes, and SNAT of distributed ones; else just the part of
 * distributed routers that the servers of a node need
 */
export function l3AgentSections(
  { dvr, qos, portForwarding }: NeutronValues,
  { extensions }: L3AgentValues,
  isNetwork: Value<boolean>,
  pool: Pool,
): SectionsOf<'neutron/l3_agent.ini'> {
  const both = all(qos.enabled, portForwarding.enabled);
  const ours = `${when(qos.enabled, 'fip_qos,gateway_ip_qos')}${when(both, ',')}${when(portForwarding.enabled, 'port_forwarding')}`;
  return {
    DEFAULT: {
      agent_mode: choose(dvr.enabled, choose(isNetwork, 'dvr_snat', 'dvr'), 'legacy'),
      ovs_use_veth: cables(pool),
    },
    agent: {
      extensions: withMore('l3-agent.extensions', any(qos.enabled, portForwarding.enabled), ours, extensions),
    },
    ovs: { datapath_type: datapathType(pool), ovsdb_connection: OVSDB },
  };
}

export const metadataAgentValues = () => ({
  workers: z.int().min(1).default(2).describe('Processes of each pod that pass on requests of servers.'),
});
export type MetadataAgentValues = HandlesOf<ReturnType<typeof metadataAgentValues>>;

/** metadata_agent.ini. */
export const metadataAgentSections = (
  service: Service,
  { workers }: MetadataAgentValues,
): SectionsOf<'neutron/metadata_agent.ini'> => ({
  DEFAULT: {
    nova_metadata_host: `nova-metadata.${installation.namespace}.svc.${service.global.clusterDomain}`,
    nova_metadata_port: METADATA_PORT,
    metadata_proxy_shared_secret: service.password('metadata_secret'),
    metadata_workers: workers,
  },
});

export const sriovAgentValues = () => ({
  sriovDevices: z
    .record(identifier(), z.array(identifier()))
    .optional()
    .describe('Network cards of each physical network, by their names on the nodes: `physnet2: [ens1f0]`.'),
  sriovExcluded: z
    .record(identifier(), z.array(pciAddress()))
    .optional()
    .describe('Virtual functions that are not for servers, by card: `ens1f0: [0000:07:00.2]`.'),
});
export type SriovAgentValues = HandlesOf<ReturnType<typeof sriovAgentValues>>;

/** sriov_agent.ini of a pool. */
export function sriovAgentSections(
  { qos }: NeutronValues,
  { sriovDevices: deviceMappings, sriovExcluded: excludeDevices }: SriovAgentValues,
): SectionsOf<'neutron/sriov_agent.ini'> {
  const mappings = eachEntry(
    deviceMappings,
    (network, devices) => `${each(devices, (device) => `${network}:${device}`, ',')}`,
    ',',
  );
  const excluded = eachEntry(excludeDevices, (device, functions) => `${device}:${each(functions, asText, ';')}`, ',');
  return {
    agent: { extensions: when(qos.enabled, 'qos') },
    sriov_nic: {
      physical_device_mappings: named('sriov-agent.device-mappings', `${mappings}`),
      exclude_devices: when(isSet(excludeDevices), named('sriov-agent.exclude-devices', `${excluded}`)),
    },
  };
}

/** The values declarations of a user's options in the agents' files. */
export const agentConfValues = () => ({
  'dhcp_agent.ini': osloOptions('neutron/dhcp_agent.ini'),
  'l3_agent.ini': osloOptions('neutron/l3_agent.ini'),
  'openvswitch_agent.ini': osloOptions('neutron/openvswitch_agent.ini'),
  'sriov_agent.ini': osloOptions('neutron/sriov_agent.ini'),
  'metadata_agent.ini': osloOptions('neutron/metadata_agent.ini'),
});

const asText = (item: Value<string>) => `${item}`;

/** Ours if `test` holds, and the user's; the option is there if there is any. */
function withMore(name: string, test: Value<boolean>, ours: string, more: Value<readonly string[]>) {
  const theirs = `${each(more, asText, ',')}`;
  return when(any(test, isSet(more)), named(name, `${when(test, ours)}${when(all(test, isSet(more)), ',')}${theirs}`));
}
