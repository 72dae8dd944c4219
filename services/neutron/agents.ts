import { IniFile, TextFile, nodeFact } from '../../lib/config';
import {
  HostAgent,
  HostAgentProps,
  Messaging,
  PoolOf,
  brokerProbe,
  brokerProbes,
  forEachPool,
} from '../../lib/openstack';
import { all, any } from '../../lib/values';
import {
  dhcpAgentSections,
  dnsmasqConf,
  l3AgentSections,
  metadataAgentSections,
  openvswitchAgentSections,
  sriovAgentSections,
} from './agents-config';
import { commonSections } from './config';
import type { Neutron } from '.';
import type { NeutronValues } from './values';

type NeutronPool = PoolOf<NeutronValues['pools']>;

/** What all agents of a pool have. */
interface Agents {
  readonly neutron: Neutron;
  readonly pool: NeutronPool;
  /** neutron.conf, as agents have it. */
  readonly conf: IniFile;
  readonly messaging: Messaging;
}

const OVSDB = { connection: 'tcp:127.0.0.1:6640' };
const PLUGINS = '/etc/neutron/plugins/ml2';

const ROOT = 'It changes the network of its node.';
/** What Neutron keeps for its privileged process (source: neutron/privileged, of both releases). */
const PRIVSEP = {
  DAC_OVERRIDE: 'Its privileged process writes what belongs to others.',
  DAC_READ_SEARCH: 'Its privileged process reads what belongs to others.',
  NET_ADMIN: 'It sets up interfaces, addresses, routes and rules.',
  SYS_ADMIN: 'It works in network namespaces.',
  SYS_PTRACE: 'It looks at processes in network namespaces.',
};
const NAMESPACES = 'Network namespaces that it makes outlive its pod: traffic flows while it is restarted.';
const paths = {
  '/run/netns': { why: NAMESPACES, shared: true },
  '/run/openvswitch': { why: 'The sockets of Open vSwitch.' },
  '/var/lib/neutron': { why: 'Leases, the state of routers, and the socket for metadata, by which agents meet.' },
} as const;

/** What of Neutron works on nodes: Open vSwitch's agent on all, the others where networks begin, or cards are shared. */
export function addAgents(neutron: Neutron, messaging: Messaging): void {
  const { values } = neutron;
  forEachPool(neutron, values.pools, (pool) => {
    const common = commonSections(neutron, values, messaging);
    const conf = new IniFile<'neutron/neutron.conf'>(neutron, 'neutron-agent.conf', {
      path: '/etc/neutron/neutron.conf',
      suffix: pool.name,
      overrides: values.conf['neutron.conf'],
      sections: {
        ...common,
        DEFAULT: { ...common.DEFAULT, host: nodeFact('name'), state_path: '/var/lib/neutron' },
        // It is root already. Empty, it would be `sudo` for the privileged process.
        agent: { root_helper: 'env' },
        oslo_concurrency: { lock_path: '/tmp/neutron-locks' },
      },
    });
    const agents = { neutron, pool, conf, messaging };
    addOpenvswitchAgent(agents);
    addDhcpAgent(agents);
    addL3Agent(agents);
    addMetadataAgent(agents);
    addSriovAgent(agents);
  });
}

type AgentProps = Pick<HostAgentProps, 'values' | 'files' | 'host'> & Partial<Pick<HostAgentProps, 'test' | 'parts'>>;

/** One that reads neutron.conf and `file`, and is ready when it is connected to the broker. */
function addAgent({ neutron, pool, conf, messaging }: Agents, name: string, file: IniFile, props: AgentProps): void {
  new HostAgent(neutron, name, pool, {
    image: `neutron-${name}`,
    user: 'root',
    command: [
      name === 'sriov-agent' ? 'neutron-sriov-nic-agent' : `neutron-${name}`,
      '--config-file=/etc/neutron/neutron.conf',
      `--config-file=${file.path}`,
    ],
    probes: brokerProbes(),
    ...props,
    files: [conf, file, ...(props.files ?? [])],
    parts: [brokerProbe(neutron), ...(props.parts ?? [])],
    connectsTo: [messaging],
  });
}

function addOpenvswitchAgent(agents: Agents): void {
  const { neutron, pool } = agents;
  const { values } = neutron;
  const conf = new IniFile<'neutron/openvswitch_agent.ini'>(neutron, 'openvswitch_agent.ini', {
    path: `${PLUGINS}/openvswitch_agent.ini`,
    suffix: pool.name,
    overrides: values.conf['openvswitch_agent.ini'],
    poolOverrides: pool.own['openvswitch_agent.ini'],
    sections: openvswitchAgentSections(neutron.release, values, values.openvswitchAgent, pool.entry, OVSDB),
  });
  addAgent(agents, 'openvswitch-agent', conf, {
    values: values.openvswitchAgent,
    host: {
      privileges: { root: ROOT, capabilities: PRIVSEP, paths: { '/run/openvswitch': paths['/run/openvswitch'] } },
      addresses: { tunnel_ip: pool.own.tunnelAddress },
    },
  });
}

function addDhcpAgent(agents: Agents): void {
  const { neutron, pool } = agents;
  const { values } = neutron;
  const test = pool.isNetwork;
  const dnsmasq = new TextFile(neutron, 'dnsmasq.conf', {
    path: '/etc/neutron/dnsmasq.conf',
    suffix: pool.name,
    test,
    template: { text: dnsmasqConf('/proc/1/fd/1') },
  });
  const conf = new IniFile<'neutron/dhcp_agent.ini'>(neutron, 'dhcp_agent.ini', {
    path: '/etc/neutron/dhcp_agent.ini',
    suffix: pool.name,
    test,
    overrides: values.conf['dhcp_agent.ini'],
    sections: dhcpAgentSections(values.dhcpAgent, pool.entry, OVSDB),
  });
  addAgent(agents, 'dhcp-agent', conf, {
    values: values.dhcpAgent,
    test,
    files: [dnsmasq],
    host: { privileges: { root: ROOT, privileged: NAMESPACES, paths } },
  });
}

function addL3Agent(agents: Agents): void {
  const { neutron, pool } = agents;
  const { values } = neutron;
  const test = any(pool.isNetwork, values.dvr.enabled);
  const conf = new IniFile<'neutron/l3_agent.ini'>(neutron, 'l3_agent.ini', {
    path: '/etc/neutron/l3_agent.ini',
    suffix: pool.name,
    test,
    overrides: values.conf['l3_agent.ini'],
    poolOverrides: pool.own['l3_agent.ini'],
    sections: l3AgentSections(values, values.l3Agent, pool.isNetwork, pool.entry, OVSDB),
  });
  addAgent(agents, 'l3-agent', conf, {
    values: values.l3Agent,
    test,
    host: { privileges: { root: ROOT, privileged: NAMESPACES, paths } },
  });
}

function addMetadataAgent({ neutron, pool, conf: neutronConf, messaging }: Agents): void {
  const { values } = neutron;
  const test = any(pool.isNetwork, values.dvr.enabled);
  const conf = new IniFile<'neutron/metadata_agent.ini'>(neutron, 'metadata_agent.ini', {
    path: '/etc/neutron/metadata_agent.ini',
    suffix: pool.name,
    test,
    overrides: values.conf['metadata_agent.ini'],
    sections: metadataAgentSections(neutron, values.metadataAgent),
  });
  addAgent({ neutron, pool, conf: neutronConf, messaging }, 'metadata-agent', conf, {
    values: values.metadataAgent,
    test,
    files: [],
    host: {
      privileges: {
        root: 'Its socket is for the proxies of the agents beside it, which are root.',
        paths: { '/var/lib/neutron': paths['/var/lib/neutron'] },
      },
    },
  });
}

function addSriovAgent(agents: Agents): void {
  const { neutron, pool } = agents;
  const { values } = neutron;
  const test = all(values.sriov.enabled, pool.isCompute);
  const conf = new IniFile<'neutron/sriov_agent.ini'>(neutron, 'sriov_agent.ini', {
    path: `${PLUGINS}/sriov_agent.ini`,
    suffix: pool.name,
    test,
    overrides: values.conf['sriov_agent.ini'],
    poolOverrides: pool.own['sriov_agent.ini'],
    sections: sriovAgentSections(values, pool.own),
  });
  addAgent(agents, 'sriov-agent', conf, {
    values: values.sriovAgent,
    test,
    host: {
      privileges: {
        root: ROOT,
        privileged:
          'It writes the settings of virtual functions, which the kernel has as files that no other may write.',
        paths: {},
      },
    },
  });
}
