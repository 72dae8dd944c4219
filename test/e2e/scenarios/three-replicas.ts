import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonMap } from '../../../lib/values/expression';
import { until } from '../../support/until';
import { equal, unharmed } from '../assert';
import type { OpenStack } from '../openstack';
import type { Scenario } from '../scenario';

const VALUES: JsonMap = {
  global: { database: { replicas: 3 }, messaging: { replicas: 3 } },
  keystone: { api: { replicas: 2 }, notifications: { enabled: true } },
};

/** The failures of `npm run test:mariadb` and `test:rabbitmq`, with the real controllers, kubelet and DNS. */
export const threeReplicas: Scenario = {
  name: 'three replicas',
  holds: 'Galera and RabbitMQ with three members: first start, one lost, rolling restart, all killed, an empty volume',
  run: async (gate) => {
    const cloud = await gate.cloud('three', [VALUES]);
    await gate.timed('helm install', () => cloud.helm());
    const client = await cloud.client();
    const token = await client.token();
    await cloud.sql('CREATE DATABASE e2e; CREATE TABLE e2e.written (id INT PRIMARY KEY AUTO_INCREMENT, at DATETIME)');
    const whole = async (after: string): Promise<void> => {
      await cloud.ready(240);
      await until(`a token holds ${after}`, 60, async () => (await client.validate(token)) === 200);
      await until(`a write is on all members ${after}`, 60, () => written(cloud));
      const running = await cloud.exec('rabbitmq-0', 'server', [
        'rabbitmqctl',
        '--quiet',
        'cluster_status',
        '--formatter',
        'json',
      ]);
      equal((JSON.parse(running) as { running_nodes: string[] }).running_nodes.length, 3, `brokers ${after}`);
    };
    await whole('at first');
    for (const set of ['mariadb', 'rabbitmq']) {
      const ready = (what: string) => gate.timed(`${set} ${what}`, () => whole(`after ${set} ${what}`));
      await pods(cloud, 'delete', `${set}-1`);
      await ready('one lost');
      const rolled = await client.under(async () => {
        await gate.kubernetes.kubectl(['rollout', 'restart', `statefulset/${set}`, '-n', cloud.namespace]);
        await cloud.ready(400);
      });
      unharmed(rolled);
      await pods(cloud, 'delete', '--grace-period=0', '--force', ...[0, 1, 2].map((i) => `${set}-${i}`));
      await sleep(3000);
      await ready('all killed');
      await pods(cloud, 'delete', '--wait=false', `${set}-2`);
      await gate.kubernetes.kubectl(['delete', 'pvc', `data-${set}-2`, '-n', cloud.namespace, '--wait=false']);
      await sleep(5000);
      await ready('an empty volume');
    }
  },
};

const pods = (cloud: OpenStack, ...words: readonly string[]) =>
  cloud.kubernetes.kubectl([words[0]!, 'pods', ...words.slice(1), '-n', cloud.namespace]);

/** Whether a row that is written through one member is on all of them. */
async function written(cloud: OpenStack): Promise<boolean> {
  await cloud.sql('INSERT INTO e2e.written (at) VALUES (NOW())');
  const counts = await Promise.all(
    [0, 1, 2].map((i) =>
      cloud.sql('SET SESSION wsrep_sync_wait = 1; SELECT COUNT(*) FROM e2e.written', `mariadb-${i}`),
    ),
  );
  return new Set(counts).size === 1;
}
