import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from '../assert';
import type { OpenStack } from '../openstack';
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

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly memory?: { readonly workingSetBytes?: number };
  }[];
}

/** Bytes that the containers of each pod hold, by what kubelet says; without what the kernel would give back. */
async function memoryOf(cloud: OpenStack): Promise<[pod: string, bytes: number][]> {
  const pods = await cloud.pods();
  const nodes = new Set(pods.map(({ spec }) => spec.nodeName!));
  const names = new Set(pods.map(({ metadata }) => metadata.name));
  const found: [string, number][] = [];
  for (const node of nodes) {
    const path = `/api/v1/nodes/${node}/proxy/stats/summary`;
    const summary = JSON.parse(await cloud.kubernetes.kubectl(['get', '--raw', path])) as Summary;
    for (const { podRef, memory } of summary.pods) {
      const isOurs = podRef.namespace === cloud.namespace && names.has(podRef.name);
      if (isOurs)
        found.push([podRef.name.replace(/(-[a-z0-9]{6,10})?-[a-z0-9]{5}$/, ''), memory?.workingSetBytes ?? 0]);
    }
  }
  assert(found.length === pods.length, `kubelet tells of ${found.length} of ${pods.length} pods`);
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}
