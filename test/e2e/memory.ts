// What pods hold of the memory of their nodes.
import { assert } from './assert';
import type { OpenStack } from './openstack';

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly memory?: { readonly workingSetBytes?: number };
  }[];
}

/** Bytes that the containers of each pod hold, by what kubelet says; without what the kernel would give back. */
export async function memoryOf(cloud: OpenStack): Promise<[pod: string, bytes: number][]> {
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
