import type { Container, PodTemplateSpec } from 'kubernetes-types/core/v1';
import { quantity } from '../lib/diff/quantity';
import { cloudOf } from './support/clouds';
import { passwords } from './support/passwords';
import { podTemplateOf } from './support/pods';
import { profiles } from './support/profiles';

/**
 * A pod that finds no room is Pending for as long as it takes, and all who need it wait with it. An install has most pods:
 * all that stay, and every bootstrap.
 */

/** What kubeadm's own pods reserve on a control node: kube-apiserver, etcd, both controllers, two of CoreDNS. */
const KUBEADM = { cpu: 0.25 + 0.1 + 0.2 + 0.1 + 2 * 0.1, memory: (100 + 2 * 70) * 2 ** 20 };
const MACHINE = { cpu: 2, memory: 7.5 * 2 ** 30 };

type Resource = 'cpu' | 'memory';
const asked = (resource: Resource, { resources }: Container): number => quantity(resources?.requests?.[resource] ?? 0)!;
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** As the scheduler counts: an init container runs alone, the others together. */
const ofPod = (resource: Resource, { spec }: PodTemplateSpec): number =>
  Math.max(
    sum(spec!.containers.map((container) => asked(resource, container))),
    ...(spec!.initContainers ?? []).map((container) => asked(resource, container)),
  );

interface Workload {
  readonly kind: string;
  readonly spec?: { readonly replicas?: number };
}

test.each(['cpu', 'memory'] as const)('clouds/aio.yaml finds room on a small machine: %s', (resource) => {
  const pods = cloudOf({ values: [...profiles['aio']!, passwords] })
    .render()
    .map(({ object }) => object as unknown as Workload)
    .filter(({ kind }) => kind !== 'CronJob')
    .map((object) => ({ template: podTemplateOf(object), count: object.spec?.replicas ?? 1 }))
    .filter(({ template }) => template !== undefined);
  expect(pods.length).toBeGreaterThan(20);
  const all = sum(pods.map(({ template, count }) => count * ofPod(resource, template!)));
  expect(all).toBeGreaterThan(MACHINE[resource] / 4);
  expect(all + KUBEADM[resource]).toBeLessThanOrEqual(MACHINE[resource]);
});
