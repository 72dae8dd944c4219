import type { JsonMap } from '../../../lib/values/expression';
import { equal, unharmed } from '../assert';
import { AGENTS, EVERY_API, TWICE, run } from '../running';
import type { Scenario } from '../scenario';

/** The order of docs/operations.md: infrastructure, Keystone, what is asked by others, networks and servers. */
const ORDER = [
  ['mariadb'],
  ['rabbitmq'],
  ['memcached'],
  ['keystone'],
  ['glance', 'placement'],
  ['neutron', 'nova', 'openvswitch'],
];

/** One of each, so there is a gap; `release upgrade` has three of them. */
const ALONE = ['mariadb', 'rabbitmq', 'memcached'];

export const kitUpgrade: Scenario = {
  name: 'release upgrade of the kit',
  holds:
    '2025.1 to 2026.1 in the documented order with a server that runs: it keeps its process and its network, and no ' +
    'request fails',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const at = (releases: Readonly<Record<string, string>>): JsonMap =>
      Object.fromEntries(Object.entries(releases).map(([name, release]) => [name, { release }]));
    const releases = Object.fromEntries(ORDER.flat().map((name) => [name, '2025.1']));
    const cloud = await gate.kit('kit-upgrade', [at(releases)]);
    const running = await run(gate, cloud);
    const { client, server } = running;
    await cloud.helm([TWICE], { wait: false });
    await cloud.ready(300);
    const qemu = await server.process();
    for (const operation of ['nova-online-data-migrations', 'nova-upgrade-check'])
      await gate.timed(operation, () => cloud.operation(operation));
    for (const names of ORDER) {
      for (const name of names) releases[name] = '2026.1';
      const what = names.join(', ');
      const load = await client.under(
        () =>
          gate.timed(`${what} to 2026.1`, async () => {
            await cloud.helm([TWICE, at(releases)], { wait: false });
            await cloud.ready(600);
          }),
        10,
        EVERY_API,
      );
      gate.say(`${what}: ${load.requests} requests, ${load.failures.length} failed, the slowest ${load.slowest} s`);
      if (!ALONE.includes(names[0]!)) unharmed(load);
      equal(await server.process(), qemu, `process of ${server.name} after ${what}`);
    }
    for (const agent of AGENTS) {
      const [pod] = await cloud.podsOf(agent);
      await gate.timed(`${agent} to 2026.1`, async () => {
        await gate.kubernetes.kubectl(['delete', 'pod', pod!.metadata.name, '--namespace', cloud.namespace]);
        await cloud.ready(180);
      });
      equal(await server.process(), qemu, `process of ${server.name} after ${agent}`);
    }
    const left = (await cloud.pods()).filter(({ spec }) =>
      spec.containers.some(({ image }) => image.includes(':2025.1-')),
    );
    equal(
      left.map(({ metadata }) => metadata.name),
      [],
      'pods of 2025.1',
    );
    // Now that all computes are new, Nova's control plane may say so.
    const restarted = [
      'deployment/nova-api',
      'deployment/nova-metadata',
      'statefulset/nova-conductor',
      'statefulset/nova-scheduler',
    ];
    const load = await client.under(
      async () => {
        await gate.kubernetes.kubectl(['rollout', 'restart', ...restarted, '--namespace', cloud.namespace]);
        await cloud.ready(300);
      },
      10,
      EVERY_API,
    );
    unharmed(load);
    for (const operation of ['nova-online-data-migrations', 'keystone-contract', 'glance-contract'])
      await gate.timed(operation, () => cloud.operation(operation));
    await server.checkNetwork();
    equal((await server.ssh('hostname')).trim(), server.name, 'the server, by SSH');
  },
};
