import { setTimeout as sleep } from 'node:timers/promises';
import { equal, unharmed } from '../assert';
import { restartsOf, type OpenStack } from '../openstack';
import type { Scenario } from '../scenario';

/** Every container that is not the broker's, and how often it was started again. */
const restarts = async (cloud: OpenStack) =>
  Object.fromEntries(
    (await cloud.pods())
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] !== 'rabbitmq')
      .map((pod) => [pod.metadata.name, restartsOf(pod)]),
  );

export const brokerOutage: Scenario = {
  name: 'broker outage',
  holds: 'RabbitMQ is away for two minutes: no other pod restarts, tokens are issued, and all is well afterwards',
  waits: true,
  run: async (gate) => {
    const cloud = await gate.cloud('broker', [{ keystone: { notifications: { enabled: true } } }]);
    await cloud.helm();
    const client = await cloud.client();
    const before = await restarts(cloud);
    const scale = (replicas: number) =>
      gate.kubernetes.kubectl(['scale', 'statefulset/rabbitmq', `--replicas=${replicas}`, '-n', cloud.namespace]);
    unharmed(
      await client.under(async () => {
        await scale(0);
        await sleep(120_000);
      }),
    );
    equal(await restarts(cloud), before, 'restarts while the broker was away');
    await scale(1);
    await gate.timed('ready again', () => cloud.ready(120));
    equal(await restarts(cloud), before, 'restarts after that');
    // A change of Keystone's, which it tells the broker of.
    const token = await client.token();
    const [status] = await client.ask('POST', '/v3/projects', token, { project: { name: 'after-the-outage' } });
    equal(status, 201, 'a project');
  },
};
