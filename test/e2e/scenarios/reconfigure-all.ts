import { assert, equal, unharmed } from '../assert';
import type { OpenStack, Pod } from '../openstack';
import { EVERY_API, TWICE } from '../running';
import type { Scenario } from '../scenario';

const componentOf = ({ metadata }: Pod): string =>
  `${metadata.labels!['app.kubernetes.io/name']}/${metadata.labels!['app.kubernetes.io/component']}`;
const isAgent = ({ metadata }: Pod): boolean =>
  metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') ?? false;
/** Each component with its pods. */
const podsBy = (pods: readonly Pod[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    [...new Set(pods.map(componentOf))]
      .sort()
      .map((name) => [name, pods.filter((pod) => componentOf(pod) === name).map(({ metadata }) => metadata.uid!)]),
  );
/** How many times each control workload has been changed. */
const generations = async ({ kubernetes, namespace }: OpenStack): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries(
    (await kubernetes.list(namespace, 'deployments,statefulsets')).map(({ metadata }) => [
      metadata.name,
      metadata.generation!,
    ]),
  );

/** Not of OpenStack: they have no such option. */
const WITHOUT = ['mariadb/server', 'mariadb/proxy', 'rabbitmq/server', 'memcached/server'];

export const reconfigureAll: Scenario = {
  name: 'reconfigure all',
  holds:
    'debug is on for the whole cloud: each control service rolls once and no request fails; agents wait until their ' +
    'pool is rolled, and the server runs on',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const { cloud, client, server } = await gate.running();
    await cloud.helm([TWICE], { wait: false });
    await cloud.ready(300);
    const qemu = await server.process();
    const [before, changes] = [podsBy(await cloud.pods()), await generations(cloud)];
    const agents = [...new Set((await cloud.pods()).filter(isAgent).map(componentOf))].sort();
    const debug = { global: { debug: true } };
    const load = await client.under(
      () =>
        gate.timed('rolled', async () => {
          await cloud.helm([TWICE, debug], { wait: 'legacy' });
          await cloud.ready(600);
        }),
      10,
      EVERY_API,
    );
    gate.say(`${load.requests} requests, the slowest ${load.slowest} s`);
    unharmed(load);
    const after = podsBy(await cloud.pods());
    for (const [component, pods] of Object.entries(before)) {
      if (agents.includes(component) || WITHOUT.includes(component))
        equal(after[component], pods, `pods of ${component}, which nobody asked to be rolled`);
      else assert(!after[component]!.some((uid) => pods.includes(uid)), `${component} was not rolled`);
    }
    for (const [name, generation] of Object.entries(await generations(cloud)))
      assert(generation <= changes[name]! + 1, `${name} was changed ${generation - changes[name]!} times`);

    // As docs/host-agents.md says it: of the one node of the pool, all agents that have a new template.
    const [agent] = (await cloud.pods()).filter((pod) => componentOf(pod) === 'nova/compute');
    await gate.timed('pool rolled', async () => {
      await gate.kubernetes.kubectl(['delete', 'pod', agent!.metadata.name, '--namespace', cloud.namespace]);
      await cloud.ready(120);
    });
    const [now] = (await cloud.pods()).filter((pod) => componentOf(pod) === 'nova/compute');
    const file = await cloud.exec(now!.metadata.name, 'compute', ['cat', '/etc/nova/nova.conf']);
    assert(/^debug = (true|True)$/m.test(file), 'the agent has come back with its old config');
    equal(await server.process(), qemu, `process of ${server.name}`);
    await server.checkNetwork();
  },
};
