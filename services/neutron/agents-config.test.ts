import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects } from '../../test/support/sample';
import { dnsmasqConf } from './agents-config';

const cloud = cloudOf();
const neutron = cloud.services.find((service) => service.node.id === 'neutron')!;

/** The text of an agent's file on the nodes of a pool. */
const file = (name: string, values: JsonMap = {}, pool = 'default'): string =>
  new Objects(cloud.renderService(neutron, mergeLayers(required, values))).file(
    `neutron-${name.replace('_', '-')}-${pool}`,
    name,
  );

test('the Open vSwitch agent has tunnels from the address of its node, and answers ARP itself', () => {
  expect(file('openvswitch_agent.ini')).toBe(`[agent]
arp_responder = true
enable_distributed_routing = false
extensions = qos
l2_population = true
tunnel_types = vxlan

[ovs]
bridge_mappings = physnet1:br-ex
datapath_type = system
local_ip = @node:tunnel_ip@
ovsdb_connection = tcp:127.0.0.1:6640
trunk_enabled = true

[securitygroup]
firewall_driver = openvswitch
`);
});

test('it has the bridges and the datapath of its pool, and what the server has', () => {
  const values = {
    global: {
      pools: {
        default: { physicalNetworks: { physnet2: 'br-provider' }, datapath: 'userspace' },
      },
    },
    release: '2025.1',
    ml2: { l2Population: false },
    dvr: { enabled: true },
    openvswitchAgent: { extensions: ['log', 'dhcp'] },
  };
  const lines = file('openvswitch_agent.ini', values).split('\n');
  for (const line of [
    'bridge_mappings = physnet1:br-ex,physnet2:br-provider',
    'datapath_type = netdev',
    'extensions = qos,log,dhcp',
    'enable_distributed_routing = true',
    'l2_population = false',
    'arp_responder = false',
  ]) {
    expect(lines).toContain(line);
  }
  expect(lines.filter((line) => line.startsWith('trunk_enabled'))).toEqual([]);
  const without = file('openvswitch_agent.ini', { ...values, qos: { enabled: false } });
  expect(without).toContain('extensions = log,dhcp\n');
});

test('the DHCP agent serves metadata where there is no router, and asks whom it is told', () => {
  expect(file('dhcp_agent.ini')).toBe(`[DEFAULT]
dnsmasq_config_file = /etc/neutron/dnsmasq.conf
enable_isolated_metadata = true
force_metadata = true

[ovs]
datapath_type = system
ovsdb_connection = tcp:127.0.0.1:6640
`);
  const servers = { dhcpAgent: { dnsServers: ['192.0.2.53', '198.51.100.53'] } };
  expect(file('dhcp_agent.ini', servers)).toContain('dnsmasq_dns_servers = 192.0.2.53,198.51.100.53\n');
  expect(dnsmasqConf('/tmp/dnsmasq.log')).toBe('log-async\nlog-facility=/tmp/dnsmasq.log\n');
});

test('the L3 agent of network nodes does SNAT for distributed routers, that of computes the rest of them', () => {
  expect(file('l3_agent.ini')).toBe(`[DEFAULT]
agent_mode = legacy

[agent]
extensions = fip_qos,gateway_ip_qos

[ovs]
datapath_type = system
ovsdb_connection = tcp:127.0.0.1:6640
`);
  const distributed = { dvr: { enabled: true } };
  expect(file('l3_agent.ini', distributed)).toContain('agent_mode = dvr_snat\n');
  const computes = { ...distributed, global: { pools: { default: { role: 'compute' } } } };
  expect(file('l3_agent.ini', computes)).toContain('agent_mode = dvr\n');
});

test.each([
  [false, false, [], undefined],
  [true, true, [], 'fip_qos,gateway_ip_qos,port_forwarding'],
  [false, true, ['ndp_proxy'], 'port_forwarding,ndp_proxy'],
  [false, false, ['ndp_proxy'], 'ndp_proxy'],
])(
  'with qos %s, port forwarding %s and %j the extensions of the L3 agent are %s',
  (qos, forwarding, more, expected) => {
    const text = file('l3_agent.ini', {
      qos: { enabled: qos },
      portForwarding: { enabled: forwarding },
      l3Agent: { extensions: more },
    });
    expect(/^extensions = (.*)$/m.exec(text)?.[1]).toBe(expected);
  },
);

test('the metadata agent asks Nova in the cluster, and signs what it asks', () => {
  expect(file('metadata_agent.ini', { metadataAgent: { workers: 4 } })).toBe(`[DEFAULT]
metadata_proxy_shared_secret = @ini:metadata_secret@
metadata_workers = 4
nova_metadata_host = nova-metadata.openstack.svc.cluster.local
nova_metadata_port = 8775
`);
});

test('the SR-IOV agent knows the cards of its pool', () => {
  const own = {
    sriovDevices: { physnet2: ['ens1f0', 'ens1f1'], physnet3: ['ens2f0'] },
    sriovExcluded: { ens1f0: ['0000:07:00.2', '0000:07:00.3'], ens2f0: ['0000:08:00.1'] },
  };
  expect(file('sriov_agent.ini', { sriov: { enabled: true }, pools: { default: own } })).toBe(`[agent]
extensions = qos

[sriov_nic]
exclude_devices = ens1f0:0000:07:00.2;0000:07:00.3,ens2f0:0000:08:00.1
physical_device_mappings = physnet2:ens1f0,physnet2:ens1f1,physnet3:ens2f0
`);
});
