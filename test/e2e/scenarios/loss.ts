import { readFileSync, readdirSync } from 'node:fs';
import { until } from '../../support/until';
import { assert, equal } from '../assert';
import { isReady, restartsOf, type OpenStack, type Pod } from '../openstack';
import type { Scenario } from '../scenario';

/** Everything ends once, on its own. */
export const loss: Scenario = {
  name: 'loss',
  holds: 'each pod is deleted, then each process killed: all is ready again, with its data and its tokens',
  ownNode: true,
  run: async (gate) => {
    const cloud = await gate.shared();
    const client = await cloud.client();
    const token = await client.token();
    await cloud.sql(
      'CREATE DATABASE IF NOT EXISTS e2e; CREATE OR REPLACE TABLE e2e.kept AS SELECT seq FROM mysql.seq_1_to_500',
    );
    const isWhole = async (after: string): Promise<void> => {
      await until(`Keystone answers after ${after}`, 60, async () => (await client.validate(token)) === 200);
      equal(await cloud.sql('SELECT COUNT(*), SUM(seq) FROM e2e.kept'), '500\t125250', `rows after ${after}`);
    };
    for (const { metadata } of await cloud.pods()) {
      await gate.timed(`${metadata.name.replace(/-[a-z0-9]+-[a-z0-9]+$/, '')} deleted`, async () => {
        await gate.kubernetes.kubectl(['delete', 'pod', metadata.name, '--namespace', cloud.namespace]);
        await cloud.ready(180);
      });
      await isWhole(`${metadata.name} was deleted`);
    }
    for (const pod of await cloud.pods()) {
      for (const { name } of pod.spec.containers) await killed(cloud, pod, name);
      await isWhole(`the processes of ${pod.metadata.name} were killed`);
    }
  },
};

/** Kills all processes of a container at once, as the kernel does it; it comes back by itself. */
async function killed(cloud: OpenStack, { metadata }: Pod, container: string): Promise<void> {
  const find = async () => (await cloud.pods()).find((one) => one.metadata.uid === metadata.uid)!;
  const before = await find();
  const { containerID } = before.status!.containerStatuses!.find(({ name }) => name === container)!;
  const id = containerID.replace(/^.*\/\//, '');
  const pids = processesOf(id);
  assert(pids.length > 0, `${metadata.name} has no processes of container ${container} (${id})`);
  pids.forEach(kill);
  await until(`${metadata.name} is back after its ${container} was killed`, 180, async () => {
    const now = await find();
    return restartsOf(now) > restartsOf(before) && isReady(now);
  });
}

/** Others end with the first process of a container. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The processes on this machine whose cgroup is a container's. */
function processesOf(id: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id);
      } catch {
        return false;
      }
    })
    .map(Number);
}
