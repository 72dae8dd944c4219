import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';

const cloud = cloudOf();
const neutron = cloud.services.find((service) => service.node.id === 'neutron')!;
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(neutron, mergeLayers(required, values)));

/** The agents by their pools: `l3-agent-default`. */
const agents = (values?: JsonMap): string[] =>
  objects(values).ids.flatMap((id) => /^DaemonSet\/neutron-(.*)/.exec(id)?.[1] ?? []);

/** Computes, and nodes that route for them. */
const pools: JsonMap = {
  global: {
    pools: {
      default: null,
      computes: { nodeSelector: { role: 'compute' }, role: 'compute' },
      routers: {
        nodeSelector: { role: 'router' },
        role: 'network',
        bridges: { 'br-ex': 'eth1' },
        physicalNetworks: { physnet1: 'br-ex' },
      },
    },
  },
};

describe('where agents are:', () => {
  test('all but that of SR-IOV on each node, as long as nodes do everything', () => {
    expect(agents()).toEqual([
      'dhcp-agent-default',
      'l3-agent-default',
      'metadata-agent-default',
      'openvswitch-agent-default',
    ]);
  });

  test('on computes just what connects servers; routers and DHCP where networks begin', () => {
    expect(agents(pools)).toEqual([
      'dhcp-agent-routers',
      'l3-agent-routers',
      'metadata-agent-routers',
      'openvswitch-agent-computes',
      'openvswitch-agent-routers',
    ]);
  });

  test('distributed routers are on computes, too, and ask for metadata there', () => {
    expect(agents(mergeLayers(pools, { dvr: { enabled: true } }))).toEqual([
      'dhcp-agent-routers',
      'l3-agent-computes',
      'l3-agent-routers',
      'metadata-agent-computes',
      'metadata-agent-routers',
      'openvswitch-agent-computes',
      'openvswitch-agent-routers',
    ]);
  });

  test('virtual functions are for servers, so their agent is on computes', () => {
    const more = agents(mergeLayers(pools, { sriov: { enabled: true } }));
    expect(more.filter((name) => name.startsWith('sriov'))).toEqual(['sriov-agent-computes']);
  });
});

test('a physical network is on the nodes of its pool alone', () => {
  const file = (pool: string) => objects(pools).file(`neutron-openvswitch-agent.ini-${pool}`, 'openvswitch_agent.ini');
  expect(file('routers')).toContain('bridge_mappings = physnet1:br-ex\n');
  expect(file('computes')).not.toContain('bridge_mappings');
});

test('an agent has the name of its node, and tunnels end at the address that its pool says', () => {
  const own = { pools: { routers: { tunnelAddress: '10.0.0.0/8' } } };
  const all = objects(mergeLayers(pools, own));
  expect(all.file('neutron-neutron-agent.conf', 'neutron-agent.conf')).toContain('host = @node:name@\n');
  const prepare = (pool: string) =>
    containerOf(all.pod('DaemonSet', `neutron-openvswitch-agent-${pool}`), 'prepare').args;
  expect(prepare('routers')).toContain('--node=tunnel_ip=10.0.0.0/8');
  expect(prepare('computes')).toContain('--node=tunnel_ip=');
});

test("options of a pool are over those of all, and the server's are not theirs", () => {
  const all = objects(
    mergeLayers(pools, {
      conf: { 'openvswitch_agent.ini': { agent: { polling_interval: 5 } } },
      pools: { computes: { 'openvswitch_agent.ini': { agent: { polling_interval: 9 } } } },
    }),
  );
  const file = (pool: string) => all.file(`neutron-openvswitch-agent.ini-${pool}`, 'openvswitch_agent.ini');
  expect(file('computes')).toContain('polling_interval = 9\n');
  expect(file('routers')).toContain('polling_interval = 5\n');
  expect(all.file('neutron-neutron-agent.conf', 'neutron-agent.conf')).not.toMatch(/^\[database\]/m);
});

test('network namespaces are made on the node, so that traffic flows while an agent is restarted', () => {
  for (const name of ['dhcp-agent', 'l3-agent']) {
    const pod = objects().pod('DaemonSet', `neutron-${name}-default`);
    expect(containerOf(pod, name).volumeMounts).toContainEqual({
      name: 'host-run-netns',
      mountPath: '/run/netns',
      mountPropagation: 'Bidirectional',
    });
  }
});

test('an agent is ready when it is connected to the broker, and not killed while the broker is away', () => {
  const { readinessProbe, livenessProbe } = containerOf(
    objects().pod('DaemonSet', 'neutron-l3-agent-default'),
    'l3-agent',
  );
  expect(readinessProbe?.exec?.command?.at(-1)).toBe('5672');
  expect(livenessProbe).toBeUndefined();
});

test("Open vSwitch's agent is started again where it has not seen that the switch was, for 9 seconds", () => {
  const pod = objects().pod('DaemonSet', 'neutron-openvswitch-agent-default');
  const { startupProbe, livenessProbe } = containerOf(pod, 'openvswitch-agent');
  const program = '/run/kolla/config/openvswitch_flows.py';
  expect(startupProbe!.exec!.command).toEqual(['python3', '-IS', program]);
  expect(livenessProbe!.exec!.command).toEqual(['python3', '-IS', program, '--or-no-switch']);
  expect(livenessProbe!.periodSeconds! * (livenessProbe!.failureThreshold ?? 3)).toBe(9);
});

test('agents that ask their server when they start wait until it answers', () => {
  const command = (name: string) => {
    const [first, ...rest] = containerOf(objects().pod('DaemonSet', `neutron-${name}-default`), name).command!;
    return first === 'python3' ? rest.slice(0, 3) : [first];
  };
  const start = '/run/kolla/config/neutron_agent.py';
  expect(command('openvswitch-agent')).toEqual([start, 'q-plugin', 'neutron-openvswitch-agent']);
  expect(command('dhcp-agent')).toEqual([start, 'q-plugin', 'neutron-dhcp-agent']);
  expect(command('l3-agent')).toEqual([start, 'q-l3-plugin', 'neutron-l3-agent']);
  expect(command('metadata-agent')).toEqual(['neutron-metadata-agent']);
});
