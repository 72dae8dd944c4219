import { unharmed } from '../assert';
import { EVERY_API, TWICE } from '../running';
import type { Scenario } from '../scenario';

/** What three replicas are for: `three replicas` does that. */
const INFRASTRUCTURE = ['mariadb', 'rabbitmq', 'memcached'];

export const lossUnderLoad: Scenario = {
  name: 'loss under load',
  holds: 'with two replicas each control pod is deleted while all APIs are asked all the time: no request fails',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const { cloud, client, server } = await gate.running();
    await cloud.helm([TWICE], { wait: false });
    await cloud.ready(300);
    const control = (await cloud.pods()).filter(({ metadata }) => {
      const isAgent = metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet');
      return !isAgent && !INFRASTRUCTURE.includes(metadata.labels!['app.kubernetes.io/name']!);
    });
    for (const { metadata } of control) {
      const lost = async () => {
        await gate.kubernetes.kubectl(['delete', 'pod', metadata.name, '--namespace', cloud.namespace]);
        await cloud.ready(180);
      };
      const load = await client.under(lost, 10, EVERY_API);
      gate.say(`${metadata.name}: ${load.requests} requests, the slowest ${load.slowest} s`);
      unharmed(load);
    }
    await server.checkNetwork();
  },
};
