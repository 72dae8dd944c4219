import { z } from 'zod';
import { iniOverrides, osloOptions, policyOverrides } from '../../lib/config';
import {
  agentValues,
  apiValues,
  bootstrapValues,
  passwordsRevision,
  poolValues,
  serviceValues,
  workerValues,
} from '../../lib/openstack';
import { count, dnsName, fileText, group, identifier, nodeAddress, text } from '../../lib/values/types';
import {
  agentConfValues,
  dhcpAgentValues,
  l3AgentValues,
  metadataAgentValues,
  openvswitchAgentValues,
  sriovAgentValues,
} from './agents-config';

/** What Neutron takes for the MTU of a network with IPv4 (source: neutron/conf/common.py, neutron_lib's IPV4_MIN_MTU). */
const mtu = () => z.int().min(68).max(65535);
const physicalNetwork = () => identifier();
const vlan = '([1-9][0-9]{0,2}|[1-3][0-9]{3}|40[0-8][0-9]|409[0-4])';
const vlanRange = () => text(`^${vlan}:${vlan}$`, 'a range of VLANs such as 100:200');
const vniRange = () => text('^[1-9][0-9]{0,7}:[1-9][0-9]{0,7}$', 'a range of network identifiers such as 1:1000');
const networkTypes = () => z.array(z.enum(['flat', 'vlan', 'vxlan', 'local'])).min(1);

/** What is switched on in several files at once, so that the server and the agents agree. */
const features = {
  qos: group({
    enabled: z.boolean().default(true).describe('Limits of bandwidth and packets, marks, minimum bandwidth.'),
  }).describe('Quality of service of ports, networks, floating and gateway addresses.'),
  trunk: group({
    enabled: z.boolean().default(true).describe('A port that carries several networks as VLANs.'),
  }),
  portForwarding: group({
    enabled: z.boolean().default(false).describe('Ports of one floating address lead to several servers.'),
  }),
  dvr: group({
    enabled: z
      .boolean()
      .default(false)
      .describe('New routers are distributed: floating addresses are on compute nodes.'),
  }).describe('Distributed virtual routers.'),
  sriov: group({
    enabled: z.boolean().default(false).describe('Ports of type `direct` are virtual functions of network cards.'),
  }),
};

const ml2 = group({
  typeDrivers: networkTypes()
    .default(['flat', 'vlan', 'vxlan'])
    .describe('Types of networks. Administrators may make networks of each of them.'),
  projectNetworkTypes: networkTypes()
    .default(['vxlan'])
    .describe("Types of users' own networks: the first that has a free segment."),
  extensionDrivers: z
    .array(
      z.enum([
        'data_plane_status',
        'dns',
        'dns_domain_keywords',
        'dns_domain_ports',
        'port_device_profile',
        'port_hardware_offload_type',
        'port_hint_ovs_tx_steering',
        'port_hints',
        'port_numa_affinity_policy',
        'port_security',
        'port_trusted',
        'subnet_dns_publish_fixed_ip',
        'tag_ports_during_bulk_creation',
        'uplink_status_propagation',
        'uplink_status_propagation_updatable',
      ]),
    )
    .default(['port_security'])
    .describe('Extension drivers, besides that of `qos`.'),
  l2Population: z
    .boolean()
    .default(true)
    .describe('Agents are told where addresses are, so that they answer ARP and need not flood tunnels.'),
  flatNetworks: z
    .array(text('^(\\*|[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?)$', "the name of a physical network, or '*' for any"))
    .default(['*'])
    .describe('Physical networks that a flat network may be on. `*`: any that a node is connected to.'),
  vlanRanges: z
    .record(physicalNetwork(), z.array(vlanRange()))
    .default({})
    .describe(
      "VLANs for users' own networks, by physical network: `physnet1: ['100:200']`. An empty list: VLANs of that network\n" +
        'only as administrators say. One that is missing here has no VLANs.',
    ),
  vniRanges: z.array(vniRange()).default(['1:1000']).describe("Identifiers for users' own networks of type vxlan."),
}).describe('Networks: types, segments, drivers. The mechanism driver is openvswitch.');

const images = [
  'neutron-server',
  'neutron-openvswitch-agent',
  'neutron-dhcp-agent',
  'neutron-l3-agent',
  'neutron-metadata-agent',
  'neutron-sriov-agent',
] as const;

export const neutronValues = serviceValues('neutron', images, {
  api: group(apiValues({ memory: '384Mi', memoryLimit: '2Gi' })).describe('The API, at port 9696.'),
  rpcServer: group({
    ...workerValues({ memory: '384Mi', memoryLimit: '2Gi' }),
    workers: z.int().min(1).default(2).describe('Processes of each pod that serve what agents ask.'),
    stateReportWorkers: z.int().min(1).default(1).describe('Processes of each pod that take the reports of agents.'),
  }).describe('Serves the agents.'),
  periodicWorkers: group(workerValues({ memory: '320Mi', memoryLimit: '1Gi' })).describe(
    'What is done every few seconds: networks and routers of dead agents, expired reservations.',
  ),
  openvswitchAgent: group({ ...agentValues(), ...openvswitchAgentValues() }).describe(
    'Connects the ports of servers, routers and DHCP on each node.',
  ),
  dhcpAgent: group({ ...agentValues(), ...dhcpAgentValues() }).describe('Serves DHCP, on nodes with networks.'),
  l3Agent: group({ ...agentValues(), ...l3AgentValues() }).describe('Routes, on nodes with networks.'),
  metadataAgent: group({ ...agentValues(), ...metadataAgentValues() }).describe(
    'Passes on what servers ask about themselves.',
  ),
  sriovAgent: group(agentValues()).describe('Sets up virtual functions of network cards, with `sriov.enabled`.'),
  pools: poolValues({
    tunnelAddress: nodeAddress()
      .optional()
      .describe("Where tunnels end: an interface, or a block of addresses. Default: the node's own address."),
    ...sriovAgentValues(),
    ...z.object(agentConfValues()).partial().shape,
  }),
  database: group({
    poolSize: z.int().min(1).default(1).describe('Connections that each process keeps.'),
    overflow: count().default(50).describe('Connections that each process may open for a moment beyond these.'),
  }).describe('Connections to the database, of each process of all components.'),
  ml2,
  mtu: group({
    global: mtu().default(1500).describe('Bytes that the physical networks carry. Jumbo frames: 9000.'),
    path: mtu().optional().describe('Of the network of tunnels, where it carries less than `global`.'),
    physical: z
      .record(physicalNetwork(), mtu())
      .default({})
      .describe('Of physical networks that carry something else than `global`: `physnet2: 9000`.'),
  }).describe('Sizes of packets. Networks over tunnels get what their headers leave: 50 bytes less with vxlan.'),
  ...features,
  routers: group({
    ha: z.boolean().default(false).describe('New routers are on several L3 agents, one of them active.'),
    maxAgents: count().default(3).describe('Agents that such a router is on at most. 0: all.'),
  }).describe('Routers of the L3 agents.'),
  dhcp: group({
    agentsPerNetwork: z.int().min(1).default(1).describe('DHCP agents that serve each network.'),
    domain: dnsName().default('openstacklocal').describe('DNS domain of the ports of all networks.'),
  }),
  servicePlugins: z
    .array(
      z.enum([
        'conntrack_helper',
        'local_ip',
        'log',
        'metering',
        'ndp_proxy',
        'network_segment_range',
        'placement',
        'segments',
      ]),
    )
    .default([])
    .describe('More service plugins, besides router and those of `qos`, `trunk` and `portForwarding`.'),
  notifications: group({
    enabled: z.boolean().default(false).describe('Send notifications to the message broker, for telemetry and DNS.'),
  }),
  bootstrap: bootstrapValues(),
  passwordsRevision: passwordsRevision(),
  conf: group({
    'neutron.conf': osloOptions('neutron/neutron.conf'),
    'ml2_conf.ini': osloOptions('neutron/ml2_conf.ini'),
    ...agentConfValues(),
    'uwsgi.ini': iniOverrides(),
  }).describe('Options over those of the config files.'),
  policy: policyOverrides('neutron'),
  files: group({
    'neutron.conf': fileText().optional().describe('The whole file, instead of ours.'),
    'ml2_conf.ini': fileText().optional().describe('The whole file, instead of ours.'),
  }).describe(
    'Config files of your own; `conf` is not used for them. Passwords in them: @ini:neutron_keystone_password@,\n' +
      '@ini:memcache_secret_key@, and in URLs @url:rabbitmq_password@.',
  ),
});

/** The handles of Neutron's values. */
export type NeutronValues = (typeof neutronValues)['handles'];
