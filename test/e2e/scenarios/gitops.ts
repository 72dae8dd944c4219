import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { JsonMap } from '../../../lib/values/expression';
import { equal } from '../assert';
import type { OpenStack } from '../openstack';
import type { Scenario } from '../scenario';

/** The folder that `synth` writes, as a GitOps tool has it: applied, changed, applied with prune. */
export const gitops: Scenario = {
  name: 'GitOps',
  holds: 'the folder of `synth` is applied, changed, and applied with prune: just what the diff says changes',
  run: async (gate) => {
    const cloud = await gate.cloud('gitops', [{ keystone: { api: { replicas: 2 } } }]);
    await applied(cloud, []);
    await cloud.ready();
    const before = await versions(cloud);
    // With one replica there is no disruption budget any more, and the Deployment has another number of pods.
    const change: JsonMap = { keystone: { api: { replicas: 1 } }, memcached: { enabled: true } };
    await gate.timed('changed', async () => {
      await applied(cloud, [change]);
      await cloud.ready(120);
    });
    const after = await versions(cloud);
    const differ = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (name) => before[name] !== after[name],
    );
    equal(differ.sort(), ['Deployment/keystone-api', 'PodDisruptionBudget/keystone-api'], 'what has changed');
  },
};

/** `kubectl apply -k` of what `synth` has written, with prune. */
async function applied(cloud: OpenStack, layers: readonly JsonMap[]): Promise<void> {
  const objects = cloud.render(...layers);
  const all = join(cloud.out, 'all.json');
  writeFileSync(all, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['all.json'],
  };
  writeFileSync(join(cloud.out, 'kustomization.yaml'), dump(kustomization));
  const prune = ['--prune', '--selector=app.kubernetes.io/part-of=openstack'];
  const kinds = ['core/v1/ConfigMap', 'core/v1/Secret', 'core/v1/Service', 'batch/v1/Job', 'batch/v1/CronJob']
    .concat(['apps/v1/Deployment', 'apps/v1/StatefulSet', 'networking.k8s.io/v1/NetworkPolicy'])
    .concat(['policy/v1/PodDisruptionBudget'])
    .map((kind) => `--prune-allowlist=${kind}`);
  await cloud.kubernetes.kubectl(['apply', '-k', cloud.out, '--namespace', cloud.namespace, ...prune, ...kinds]);
}

/** The generation of each object, or its content where it has none. */
async function versions({ kubernetes, namespace }: OpenStack): Promise<Record<string, string>> {
  const kinds =
    'deployments,statefulsets,jobs,cronjobs,configmaps,secrets,services,networkpolicies,poddisruptionbudgets';
  const found = await kubernetes.list(namespace, kinds, '--selector=app.kubernetes.io/part-of=openstack');
  return Object.fromEntries(
    found.map((object) => {
      const { kind, metadata, spec } = object;
      const content = 'data' in object ? object.data : spec;
      return [`${kind}/${metadata.name}`, `${metadata.uid} ${metadata.generation ?? JSON.stringify(content)}`];
    }),
  );
}
