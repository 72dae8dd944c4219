import { basename, join } from 'node:path';
import { ConfigFile, IniFile, OsloOverrides, SectionsOf, TextFile, nodeFact } from '../../lib/config';
import {
  HostAgent,
  HostAgentProps,
  Messaging,
  PROGRAMS,
  RPC_PING,
  brokerProbe,
  brokerProbes,
  forEachPool,
  programs,
} from '../../lib/openstack';
import { Value, all, any } from '../../lib/values';
import {
  agentConfValues,
  dhcpAgentSections,
  dnsmasqConf,
  l3AgentSections,
  metadataAgentSections,
  openvswitchAgentSections,
  sriovAgentSections,
} from './agents-config';
import { commonSections } from './config';
import type { Neutron } from '.';

/** Files of agents: in `conf` for all nodes, and in `pools` for those of a pool. */
type AgentFile = keyof ReturnType<typeof agentConfValues>;

interface AgentProps<F extends AgentFile> extends Pick<HostAgentProps, 'values' | 'host' | 'test'> {
  /** The file of its own. */
  readonly file: F;
  /** Where that is. Default: /etc/neutron */
  readonly folder?: string;
  readonly sections: SectionsOf<`neutron/${F}`>;
  /** What it reads besides. */
  readonly files?: readonly ConfigFile[];
  /** What its server listens to: it starts when that answers. Default: it needs no answer to start. */
  readonly topic?: string;
  /** Its program. Default: neutron-NAME */
  readonly program?: string;
  /** Programs of ours in its container. */
  readonly parts?: HostAgentProps['parts'];
  /** More than that it is ready when it is connected to the broker. */
  readonly probes?: HostAgentProps['probes'];
}

const START = join(__dirname, 'scripts', 'neutron_agent.py');
const FLOWS = join(__dirname, 'scripts', 'openvswitch_flows.py');
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
/**
 * Open vSwitch's agent lives while the switch has a flow that the agent keeps in a table of its own: of a switch that was
 * restarted it is gone, which the agent sees within seconds. A request that was on its way when the switch went is never
 * answered, and the agent waits for that: 300 s in 2025.1, for ever in 2026.1 (source: `_send_msg` in
 * neutron/plugins/ml2/drivers/openvswitch/agent/openflow/native/ofswitch.py), while it reports that it is alive.
 */
const flowProbes = () => {
  const check = (...more: string[]) => ({
    exec: { command: ['python3', '-IS', `${PROGRAMS}/${basename(FLOWS)}`, ...more] },
    timeoutSeconds: 10,
  });
  return {
    startupProbe: { ...check(), periodSeconds: 2, failureThreshold: 450 },
    livenessProbe: { ...check('--or-no-switch'), periodSeconds: 3, terminationGracePeriodSeconds: 1 },
  };
};

const VIRTUAL_FUNCTIONS =
  'It writes the settings of virtual functions, which the kernel has as files that no other may write.';
const paths = {
  '/run/netns': { why: NAMESPACES, shared: true },
  '/run/openvswitch': { why: 'The sockets of Open vSwitch.' },
  '/var/lib/neutron': { why: 'Leases, the state of routers, and the socket for metadata, by which agents meet.' },
} as const;

/** What of Neutron works on nodes: Open vSwitch's agent on all, the others where networks begin, or cards are shared. */
export function addAgents(neutron: Neutron, messaging: Messaging): void {
  const { values, release } = neutron;
  const common = commonSections(neutron, values, messaging);
  const conf = new IniFile<'neutron/neutron.conf'>(neutron, 'neutron-agent.conf', {
    path: '/etc/neutron/neutron.conf',
    overrides: values.conf['neutron.conf'],
    sections: {
      ...common,
      DEFAULT: { ...common.DEFAULT, host: nodeFact('name'), state_path: '/var/lib/neutron' },
      // It is root already. Empty, it would be `sudo` for the privileged process.
      agent: { root_helper: 'env' },
      oslo_concurrency: { lock_path: '/tmp/neutron-locks' },
    },
  });
  const dnsmasq = new TextFile(neutron, 'dnsmasq.conf', {
    path: '/etc/neutron/dnsmasq.conf',
    template: { text: dnsmasqConf('/proc/1/fd/1') },
  });

  forEachPool(neutron, values.pools, (pool) => {
    /** An agent that reads neutron.conf and a file of its own, and is ready when it is connected to the broker. */
    function agent<F extends AgentFile>(name: string, props: AgentProps<F>): void {
      const {
        topic,
        file,
        folder = '/etc/neutron',
        sections,
        files = [],
        parts = [],
        program = `neutron-${name}`,
        probes,
        ...rest
      } = props;
      const own = new IniFile<`neutron/${F}`>(neutron, file, {
        path: `${folder}/${file}`,
        suffix: pool.name,
        test: props.test,
        overrides: values.conf[file] as Value<OsloOverrides<`neutron/${F}`>>,
        poolOverrides: pool.own[file] as Value<OsloOverrides<`neutron/${F}`>>,
        sections,
      });
      new HostAgent(neutron, name, pool, {
        image: `neutron-${name}`,
        user: 'root',
        command: [
          ...(topic ? ['python3', `${PROGRAMS}/${basename(START)}`, topic] : []),
          ...[program, `--config-file=${conf.path}`, `--config-file=${own.path}`],
        ],
        probes: { ...brokerProbes(), ...probes },
        files: [conf, own, ...files],
        parts: [brokerProbe(neutron), ...parts, ...(topic ? [programs(neutron, [START, RPC_PING])] : [])],
        connectsTo: [messaging],
        ...rest,
      });
    }
    const { isNetwork, isCompute, entry } = pool;
    const routes = any(isNetwork, values.dvr.enabled);

    agent('openvswitch-agent', {
      topic: 'q-plugin',
      file: 'openvswitch_agent.ini',
      folder: PLUGINS,
      sections: openvswitchAgentSections(release, values, values.openvswitchAgent, entry),
      values: values.openvswitchAgent,
      parts: [programs(neutron, [FLOWS])],
      probes: flowProbes(),
      host: {
        privileges: { root: ROOT, capabilities: PRIVSEP, paths: { '/run/openvswitch': paths['/run/openvswitch'] } },
        addresses: { tunnel_ip: pool.own.tunnelAddress },
      },
    });
    agent('dhcp-agent', {
      topic: 'q-plugin',
      file: 'dhcp_agent.ini',
      files: [dnsmasq],
      sections: dhcpAgentSections(values.dhcpAgent, entry),
      values: values.dhcpAgent,
      test: isNetwork,
      host: { privileges: { root: ROOT, privileged: NAMESPACES, paths } },
    });
    agent('l3-agent', {
      topic: 'q-l3-plugin',
      file: 'l3_agent.ini',
      sections: l3AgentSections(values, values.l3Agent, isNetwork, entry),
      values: values.l3Agent,
      test: routes,
      host: { privileges: { root: ROOT, privileged: NAMESPACES, paths } },
    });
    agent('metadata-agent', {
      file: 'metadata_agent.ini',
      sections: metadataAgentSections(neutron, values.metadataAgent),
      values: values.metadataAgent,
      test: routes,
      host: {
        privileges: {
          root: 'Its socket is for the proxies of the agents beside it, which are root.',
          paths: { '/var/lib/neutron': paths['/var/lib/neutron'] },
        },
      },
    });
    agent('sriov-agent', {
      topic: 'q-plugin',
      file: 'sriov_agent.ini',
      folder: PLUGINS,
      program: 'neutron-sriov-nic-agent',
      sections: sriovAgentSections(values, pool.own),
      values: values.sriovAgent,
      test: all(values.sriov.enabled, isCompute),
      host: { privileges: { root: ROOT, privileged: VIRTUAL_FUNCTIONS, paths: {} } },
    });
  });
}
