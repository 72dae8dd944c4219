import { z } from 'zod';
import { IniFile } from '../../lib/config';
import type { IniSections } from '../../lib/config';
import { WorkerComponent, serviceValues, workerValues } from '../../lib/openstack';
import { group } from '../../lib/values';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { sampleService } from '../../test/support/sample';
import {
  agentConfValues,
  dhcpAgentSections,
  dhcpAgentValues,
  dnsmasqConf,
  l3AgentSections,
  l3AgentValues,
  metadataAgentSections,
  metadataAgentValues,
  openvswitchAgentSections,
  openvswitchAgentValues,
  sriovAgentSections,
  sriovAgentValues,
} from './agents-config';
import { NeutronValues, neutronValues } from './values';

const { dvr, portForwarding, qos, trunk } = neutronValues.schema.shape;
const agentValues = serviceValues('neutron', ['neutron-server'], {
  ...{ dvr, portForwarding, qos, trunk },
  ml2: group({ l2Population: z.boolean().default(true) }),
  openvswitch: group(openvswitchAgentValues()),
  dhcp: group(dhcpAgentValues()),
  l3: group(l3AgentValues()),
  metadata: group(metadataAgentValues()),
  sriovAgent: group(sriovAgentValues()),
  conf: group(agentConfValues()),
  pods: group(workerValues()),
});

/** The files of all agents, in one pod. */
const { render } = sampleService(agentValues, (service) => {
  const { values } = service;
  const shared = values as unknown as NeutronValues;
  const ovsdb = { connection: 'unix:/run/openvswitch/db.sock' };
  const file = (name: keyof typeof values.conf, sections: object) =>
    new IniFile<unknown>(service, name, {
      path: `/etc/neutron/${name}`,
      overrides: values.conf[name],
      sections: sections as IniSections,
    });
  new WorkerComponent(service, 'agents', {
    image: 'neutron-server',
    user: 'neutron',
    values: values.pods,
    command: ['neutron-openvswitch-agent'],
    files: [
      file('openvswitch_agent.ini', openvswitchAgentSections(service.release, shared, values.openvswitch, ovsdb)),
      file('dhcp_agent.ini', dhcpAgentSections(values.dhcp, ovsdb)),
      file('l3_agent.ini', l3AgentSections(shared, values.l3, 'network', ovsdb)),
      file('metadata_agent.ini', metadataAgentSections(service, values.metadata)),
      file('sriov_agent.ini', sriovAgentSections(shared, values.sriovAgent)),
    ],
  });
});

const secret: JsonMap = { global: { passwords: { metadata_secret: 'metadata-secret' } } };

/** The text of an agent's file. */
const file = (name: string, values: JsonMap = {}): string =>
  render(mergeLayers(secret, values)).file(`neutron-${name.replace('_', '-')}`, name);

test('the Open vSwitch agent has tunnels from the address of its node, and answers ARP itself', () => {
  expect(file('openvswitch_agent.ini')).toBe(`[agent]
arp_responder = true
enable_distributed_routing = false
extensions = qos
l2_population = true
tunnel_types = vxlan

[ovs]
datapath_type = system
local_ip = @node:tunnel_ip@
ovsdb_connection = unix:/run/openvswitch/db.sock
trunk_enabled = true

[securitygroup]
firewall_driver = openvswitch
`);
});

test('it has the bridges of its pool, and what the server has', () => {
  const values = {
    release: '2025.1',
    ml2: { l2Population: false },
    dvr: { enabled: true },
    openvswitch: {
      bridgeMappings: { physnet1: 'br-ex', physnet2: 'br-provider' },
      datapathType: 'netdev',
      extensions: ['log', 'dhcp'],
    },
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
ovsdb_connection = unix:/run/openvswitch/db.sock
`);
  const servers = { dhcp: { dnsServers: ['192.0.2.53', '198.51.100.53'] } };
  expect(file('dhcp_agent.ini', servers)).toContain('dnsmasq_dns_servers = 192.0.2.53,198.51.100.53\n');
  expect(dnsmasqConf('/tmp/dnsmasq.log')).toBe('log-async\nlog-facility=/tmp/dnsmasq.log\n');
});

test('the L3 agent of network nodes does SNAT for distributed routers', () => {
  expect(file('l3_agent.ini')).toBe(`[DEFAULT]
agent_mode = legacy

[agent]
extensions = fip_qos,gateway_ip_qos

[ovs]
ovsdb_connection = unix:/run/openvswitch/db.sock
`);
  expect(file('l3_agent.ini', { dvr: { enabled: true } })).toContain('agent_mode = dvr_snat\n');
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
      l3: { extensions: more },
    });
    expect(/^extensions = (.*)$/m.exec(text)?.[1]).toBe(expected);
  },
);

test('the metadata agent asks Nova in the cluster, and signs what it asks', () => {
  expect(file('metadata_agent.ini', { metadata: { workers: 4 } })).toBe(`[DEFAULT]
metadata_proxy_shared_secret = @ini:metadata_secret@
metadata_workers = 4
nova_metadata_host = nova-metadata.openstack.svc.cluster.local
nova_metadata_port = 8775
`);
});

test('the SR-IOV agent knows the cards of its pool', () => {
  const values = {
    deviceMappings: { physnet2: ['ens1f0', 'ens1f1'], physnet3: ['ens2f0'] },
    excludeDevices: { ens1f0: ['0000:07:00.2', '0000:07:00.3'], ens2f0: ['0000:08:00.1'] },
  };
  expect(file('sriov_agent.ini', { sriovAgent: values })).toBe(`[agent]
extensions = qos

[sriov_nic]
exclude_devices = ens1f0:0000:07:00.2;0000:07:00.3,ens2f0:0000:08:00.1
physical_device_mappings = physnet2:ens1f0,physnet2:ens1f1,physnet3:ens2f0
`);
});
