import type { JsonMap } from '../../../lib/values/expression';
import { assert, equal } from '../assert';
import type { KubernetesNode } from '../node/node';
import type { OpenStack } from '../openstack';
import { allows } from '../policies/allows';
import { componentsOf, declared, policiesOf } from '../policies/declared';
import { nobodyElse } from '../policies/intruders';
import { flowsOf } from '../policies/record';
import { unseen } from '../policies/unseen';
import type { Scenario } from '../scenario';

/** With all that opens a connection and needs nothing from outside. */
const VALUES: JsonMap = {
  global: { database: { replicas: 3 }, messaging: { replicas: 3 } },
  keystone: { api: { replicas: 2 }, notifications: { enabled: true } },
  mariadb: { backup: { enabled: true, storage: { size: '1Gi' }, resources: { requests: { cpu: '10m' } } } },
};

/** Those that the cloud can stand; of others see `unseen`. */
const OPERATIONS = [
  ...['keystone-drop-old-passwords', 'keystone-credential-migrate', 'keystone-contract'],
  ...['mariadb-drop-old-passwords', 'mariadb-backup-full', 'mariadb-backup-incremental'],
  ...['rabbitmq-drop-users', 'rabbitmq-enable-feature-flags', 'rabbitmq-reset'],
];

export const policies: Scenario = {
  name: 'policies',
  holds: 'every flow is one that the NetworkPolicies allow, every declared connection is seen, and nobody else gets in',
  ownNode: true,
  run: async (gate) => {
    const node = gate.platform.node!;
    const cloud = await gate.cloud('policies', [VALUES]);
    await node.forgetFlows();
    await gate.timed('ready', async () => {
      // helm would wait for the claim of backups, which is bound when the first one is made.
      await cloud.helm([], { wait: false });
      await cloud.ready(400);
    });
    await gate.timed('all that is done with it', () => used(cloud));
    await judged(cloud, node, gate.say);
    await gate.timed('nobody else', () => nobodyElse(gate, cloud, node));
  },
};

/** Does what opens connections that nothing has opened yet. */
async function used(cloud: OpenStack): Promise<void> {
  const client = await cloud.client();
  // A change of Keystone's, which it tells the broker of.
  await client.ask('POST', '/v3/projects', await client.token(), { project: { name: 'told' } });
  await cloud.kubernetes.helm(4, ['test', 'openstack', '--namespace', cloud.namespace]);
  for (const operation of OPERATIONS) await cloud.operation(operation);
  // A member that comes back takes what it has missed from another one.
  await cloud.kubernetes.kubectl(['delete', 'pod', 'mariadb-2', '--namespace', cloud.namespace]);
  await client.ask('POST', '/v3/projects', await client.token(), { project: { name: 'missed' } });
  await cloud.ready(180);
}

async function judged(cloud: OpenStack, node: KubernetesNode, say: (what: string) => void): Promise<void> {
  const objects = cloud.render();
  const rendered = policiesOf(objects, cloud.namespace);
  const { passed, refused } = await flowsOf(node, cloud.namespace);
  const names = (flows: readonly { readonly name: string }[]): string[] =>
    [...new Set(flows.map(({ name }) => name))].sort();
  const wrong = passed.filter(({ from, to, port }) => !allows(rendered, from, to, port));
  equal(names(wrong), [], 'flows that no policy allows');
  equal(names(refused), [], 'what was tried and is not declared');

  const components = componentsOf(objects, cloud.namespace);
  const expected = declared(rendered, components);
  const seen = new Set(names(passed));
  const exceptions = unseen(components.map(({ name }) => name));
  const strange = [...exceptions.keys()].filter((one) => seen.has(one) || !expected.includes(one));
  equal(strange, [], 'listed as not seen, but seen or not declared');
  const missing = expected.filter((one) => !seen.has(one) && !exceptions.has(one));
  equal(missing, [], 'declared, but not seen');
  assert(passed.length > 0, 'no flow was recorded');
  say(
    `${passed.length} flows, ${seen.size} connections of ${expected.length} declared, ${exceptions.size} with a reason`,
  );
}
