import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../memory';
import type { Scenario } from '../scenario';

/** Figures, judged by people: a slow machine fails no test. */
export const installTime: Scenario = {
  name: 'install time',
  holds: 'an install ends with a token; how long it takes, how long its parts take one by one, memory of idle pods',
  run: async (gate) => {
    const { figures } = gate;
    const cloud = await gate.cloud('whole');
    await gate.timed('install to token', async () => {
      await cloud.helm();
      await (await cloud.client()).token();
    });
    await sleep(30_000);
    for (const [pod, bytes] of await memoryOf(cloud)) figures[`${pod} (MiB)`] = bytes / 2 ** 20;
    await gate.tidy();

    // What has to come one after the other, each with nothing beside it.
    const parts = await gate.cloud('parts', [{ keystone: { api: { replicas: 0 } } }]);
    await gate.timed('database alone', () => parts.helm([], { chart: 'mariadb' }));
    await gate.timed('bootstrap alone', () => parts.helm([], { chart: 'keystone' }));
    const api = { keystone: { api: { replicas: 1 } } };
    await gate.timed('API alone', () => parts.helm([api], { chart: 'keystone' }));
    await (await parts.client()).token();
    const alone = ['database', 'bootstrap', 'API'].map((part) => figures[`${part} alone`]!);
    figures['of the parts'] = figures['install to token']! / alone.reduce((sum, seconds) => sum + seconds, 0);
  },
};
