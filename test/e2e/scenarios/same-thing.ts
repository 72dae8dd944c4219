import { until } from '../../support/until';
import { equal } from '../assert';
import type { KubeObjectOf } from '../kubernetes';
import type { OpenStack } from '../openstack';
import type { Scenario } from '../scenario';

const KINDS =
  'deployments,statefulsets,jobs,cronjobs,configmaps,secrets,services,serviceaccounts,networkpolicies,poddisruptionbudgets';

/** The law on a real cluster, after whatever the API server and its controllers add. */
export const sameThing: Scenario = {
  name: 'same thing',
  holds:
    'after helm and after plain manifests the objects in the cluster are the same but for what Helm marks as its own',
  run: async (gate) => {
    const cloud = await gate.cloud('same');
    await cloud.helm([], { wait: false });
    const byHelm = await found(cloud);
    await cloud.kubernetes.removeNamespace(cloud.namespace);
    await cloud.kubernetes.namespace(cloud.namespace, 'restricted');
    await cloud.apply(cloud.render());
    const byKubectl = await found(cloud);
    equal(Object.keys(byHelm), Object.keys(byKubectl), 'names of objects');
    for (const [name, object] of Object.entries(byHelm)) equal(object, byKubectl[name], name);
    gate.say(`${Object.keys(byHelm).length} objects`);
  },
};

/** The objects of the charts, by name, without what differs for each object that is made. */
async function found({ kubernetes, namespace }: OpenStack): Promise<Record<string, object>> {
  const selector = '--selector=app.kubernetes.io/part-of=openstack';
  // Controllers write what they add within moments.
  await until('every workload is known', 30, async () => {
    const all = await kubernetes.list(namespace, 'deployments,statefulsets', selector);
    return all.every(({ status, metadata }) => status?.['observedGeneration'] === metadata.generation);
  });
  const objects = await kubernetes.list(namespace, KINDS, selector);
  return Object.fromEntries(
    objects
      .map((object) => [`${object.kind}/${object.metadata.name}`, plain(object)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Whatever is this one's own: ids, times, addresses, and Helm's marks. */
function plain({ metadata, status: _, ...rest }: KubeObjectOf): object {
  const { labels = {}, annotations = {}, name } = metadata;
  const text = JSON.stringify({
    name,
    labels: without(labels, /^app\.kubernetes\.io\/managed-by$|controller-uid/),
    annotations: without(annotations, /^meta\.helm\.sh\/|^deployment\.kubernetes\.io\/revision$/),
    ...rest,
  });
  return JSON.parse(text, (key, value: unknown) =>
    /controller-uid$|^clusterIPs?$/.test(key) ? undefined : value,
  ) as object;
}

const without = (map: Readonly<Record<string, string>>, keys: RegExp) =>
  Object.fromEntries(Object.entries(map).filter(([key]) => !keys.test(key)));
