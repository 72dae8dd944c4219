import type { JsonMap } from '../../../lib/values/expression';
import { until } from '../../support/until';
import { assert, equal } from '../assert';
import type { Kubernetes } from '../kubernetes';
import type { OpenStack } from '../openstack';
import type { Scenario } from '../scenario';
import { SimulatedNodes } from '../simulated-nodes';

/** Labels of nodes by their roles. */
const CONTROL = { 'openstack-control-plane': 'enabled' };
const COMPUTE = { 'openstack-compute-node': 'enabled' };
const NETWORK = { 'openstack-network-node': 'enabled' };

const VALUES: JsonMap = { global: { nodeRoles: { control: CONTROL } } };

const SIMULATED = 1000;

export const scale: Scenario = {
  name: 'scale',
  holds: `${SIMULATED} more nodes: the cloud's objects stay as many, and every pod is on a node of its role`,
  ownNode: true,
  run: async (gate) => {
    const { kubernetes } = gate;
    const node = gate.platform.node!.name;
    await label(kubernetes, node, CONTROL, true);
    const cloud = await gate.cloud('scale', [VALUES]);
    await gate.timed('helm install on one node', () => cloud.helm());
    const few = await inventory(cloud);
    const labels = Array.from({ length: SIMULATED }, (_, i): [string, typeof COMPUTE | typeof NETWORK] => [
      `simulated-${i}`,
      i % 10 === 0 ? NETWORK : COMPUTE,
    ]);
    const simulated = await gate.timed(`${SIMULATED} nodes ready`, () =>
      SimulatedNodes.add(kubernetes, Object.fromEntries(labels)),
    );
    try {
      const workloads = await kubernetes.list(cloud.namespace, 'deployments,statefulsets');
      const names = workloads.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`);
      await gate.timed('every pod made anew', async () => {
        await kubernetes.kubectl(['rollout', 'restart', ...names, '--namespace', cloud.namespace]);
        await cloud.ready();
      });
      await gate.timed('helm upgrade', () => cloud.helm());
      equal(await inventory(cloud), few, `objects with ${SIMULATED} more nodes`);
      for (const { metadata, spec } of await cloud.pods())
        assert(spec.nodeName === node, `${metadata.name} is on ${spec.nodeName}, which has no role for it`);

      // As an agent of a pool is placed: on each node of its role, and on no other.
      await cloud.apply([agent(COMPUTE)]);
      const expected = labels.filter(([, role]) => role === COMPUTE).map(([name]) => name);
      await gate.timed(`an agent on ${expected.length} nodes`, () =>
        until('the agents run', 240, async () => {
          const pods = await cloud.pods('--selector=app=agent');
          const running = pods.filter(({ status }) => status?.phase === 'Running');
          return running.length >= expected.length || false;
        }),
      );
      const placed = (await cloud.pods('--selector=app=agent')).map(({ spec }) => spec.nodeName);
      equal(placed.sort(), expected.sort(), 'nodes of the agents');
    } finally {
      await simulated.remove();
      await label(kubernetes, node, CONTROL, false);
    }
  },
};

const label = (kubernetes: Kubernetes, node: string, labels: Readonly<Record<string, string>>, there: boolean) =>
  kubernetes.kubectl([
    ...['label', 'node', node, '--overwrite'],
    ...Object.entries(labels).map(([name, value]) => (there ? `${name}=${value}` : `${name}-`)),
  ]);

/** How many objects of each kind, but for what is on its way out or only tells of the past. */
async function inventory({ kubernetes, namespace }: OpenStack): Promise<Record<string, number>> {
  const past = /^(events|replicasets|controllerrevisions)\b/;
  const kinds = (await kubernetes.kubectl(['api-resources', '--namespaced', '--verbs=list', '--output=name']))
    .trim()
    .split('\n')
    .filter((kind) => !past.test(kind))
    .join(',');
  const counts: Record<string, number> = {};
  for (const { kind, metadata } of await kubernetes.list(namespace, kinds)) {
    const isRelease = metadata.labels?.['owner'] === 'helm';
    if (!isRelease && metadata.deletionTimestamp === undefined) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function agent(role: Readonly<Record<string, string>>): object {
  const labels = { app: 'agent' };
  const securityContext = {
    ...{ runAsNonRoot: true, runAsUser: 65534, allowPrivilegeEscalation: false },
    ...{ capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
  };
  const containers = [{ name: 'agent', image: 'agent', command: ['agent'], securityContext }];
  const template = { metadata: { labels }, spec: { nodeSelector: role, containers } };
  const metadata = { name: 'agent' };
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: { selector: { matchLabels: labels }, template } };
}
