import type { JsonMap } from '../../../lib/values/expression';
import { equal } from '../assert';
import type { OpenStack } from '../openstack';
import type { Scenario } from '../scenario';
import { SimulatedNodes } from '../simulated-nodes';

const LABEL = { 'e2e-pool': 'second' };

const second = (nova: JsonMap): JsonMap => ({
  global: { pools: { second: { nodeSelector: LABEL, role: 'compute', datapath: 'kernel' } } },
  nova: { pools: { second: { 'nova.conf': nova } } },
});

/** Each workload and its generation; each pod of a service. */
async function stateOf(cloud: OpenStack): Promise<Readonly<Record<string, string>>> {
  const workloads = await cloud.kubernetes.list(cloud.namespace, 'deployments,statefulsets,daemonsets,jobs');
  return Object.fromEntries([
    ...workloads.map(({ kind, metadata }) => [`${kind}/${metadata.name}`, `${metadata.generation}`]),
    ...(await cloud.pods()).map(({ metadata }) => [`Pod/${metadata.name}`, metadata.uid]),
  ]);
}

/** What is in `after` and was not so in `before`, without their pods. */
const changed = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]).sort();

export const computePool: Scenario = {
  name: 'compute pool',
  holds:
    'a second pool of nodes, and then its config: only DaemonSets of that pool come and change, no pod is replaced',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const { cloud } = await gate.running();
    const apply = async (...layers: JsonMap[]) => {
      await cloud.helm(layers, { wait: false });
      await cloud.ready(120);
      return stateOf(cloud);
    };
    const one = await apply();
    const simulated = await SimulatedNodes.add(gate.kubernetes, { 'simulated-0': LABEL });
    try {
      const two = await apply(second({ DEFAULT: { reserved_host_memory_mb: 1024 } }));
      const isOfSecond = (name: string) => /^(DaemonSet|Pod)\/.*-second(-[a-z0-9]+)?$/.test(name);
      equal(
        changed(one, two).filter((name) => !isOfSecond(name)),
        [],
        'what a second pool has changed',
      );
      equal(
        changed(one, two).filter((name) => name.startsWith('DaemonSet/')),
        [
          'neutron-openvswitch-agent',
          'nova-compute',
          'nova-libvirt',
          'nova-ssh',
          'openvswitch-db-server',
          'openvswitch-vswitchd',
        ].map((name) => `DaemonSet/${name}-second`),
        'agents of a pool of computes',
      );
      const other = await apply(second({ DEFAULT: { reserved_host_memory_mb: 2048 } }));
      equal(
        changed(two, other),
        ['DaemonSet/nova-compute-second'],
        'what another option of the second pool has changed',
      );
      await gate.kubernetes.kubectl([
        ...['delete', 'pods', '--namespace', cloud.namespace, '--selector', 'app.kubernetes.io/component=compute'],
        ...['--field-selector', 'spec.nodeName=simulated-0'],
      ]);
      const rolled = changed(other, await apply(second({ DEFAULT: { reserved_host_memory_mb: 2048 } })));
      equal(
        rolled.filter((name) => !name.startsWith('Pod/nova-compute-second-')),
        [],
        'what else a roll of the pool has replaced',
      );
      equal(changed(one, await apply()), [], 'what is left of the second pool');
    } finally {
      await simulated.remove();
    }
  },
};
