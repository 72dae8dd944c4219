import type { JsonMap } from '../values/expression';
import { KubernetesObject, isOwnKind, kindOf, listAt, mapAt, textAt } from './object';
import { counterpartOf } from './changes';
import { within } from './way';

/**
 * Labels and annotations of the programs that write objects into a cluster, and of those that run there: Kubernetes
 * itself, kubectl, Helm, Argo CD, Flux. They stay where others are applied.
 */
const MARKS = new RegExp(
  [
    '^(deployment|batch|autoscaling|pv)\\.kubernetes\\.io/',
    '^volume(\\.beta)?\\.kubernetes\\.io/(storage-provisioner|selected-node|storage-resizer)$',
    '^kubectl\\.kubernetes\\.io/(last-applied-configuration|restartedAt)$',
    '^deprecated\\.daemonset\\.template\\.generation$',
    '^(controller-uid|job-name)$',
    '^meta\\.helm\\.sh/',
    '^helm\\.sh/(?!resource-policy$|hook)',
    '^app\\.kubernetes\\.io/managed-by$',
    '^argocd\\.argoproj\\.io/(tracking-id|installation-id|instance|refresh)$',
    '^(kustomize|helm)\\.toolkit\\.fluxcd\\.io/(name|namespace|checksum)$',
  ].join('|'),
);

/** Of `spec`, by kind: what the API server or a controller sets where nobody writes it. */
const FIELDS: { readonly [kind: string]: readonly string[] } = {
  Service: ['clusterIP', 'clusterIPs', 'ipFamilies', 'healthCheckNodePort'],
  Job: ['selector'],
  PersistentVolumeClaim: ['volumeName', 'storageClassName', 'dataSourceRef'],
  Ingress: ['ingressClassName'],
};

/** A live object without what others have set, but for what `after` writes as well. */
export function withoutOthers({ status: _, ...live }: KubernetesObject, after: KubernetesObject): KubernetesObject {
  const object = { ...live, metadata: metadata(mapAt(live, 'metadata'), mapAt(after, 'metadata')) };
  return within(object, 'spec', (spec) => {
    const own = isOwnKind(live, kindOf(live)) ? withoutFields(kindOf(live), spec, mapAt(after, 'spec')) : spec;
    return templates(own, mapAt(after, 'spec'));
  });
}

function metadata(live: JsonMap, after: JsonMap): JsonMap {
  const marks = (field: string): JsonMap =>
    pick(mapAt(live, field), (mark) => !MARKS.test(mark) || mark in mapAt(after, field));
  const kept = pick(live, (field) => field === 'name' || field in after);
  const fields = ['labels', 'annotations'].filter((field) => field in live);
  return { ...kept, ...Object.fromEntries(fields.map((field) => [field, marks(field)])) };
}

const pick = (map: JsonMap, isKept: (key: string) => boolean): JsonMap =>
  Object.fromEntries(Object.entries(map).filter(([key]) => isKept(key)));

function withoutFields(kind: string, live: JsonMap, after: JsonMap): JsonMap {
  const set = FIELDS[kind] ?? [];
  // That a Service has no address is written.
  const isWritten = (field: string): boolean => field in after || (field === 'clusterIP' && live[field] === 'None');
  const own = pick(live, (field) => !set.includes(field) || isWritten(field));
  if (kind !== 'Service' || !Array.isArray(own['ports'])) return own;
  const written = listAt(after, 'ports');
  const ports = own['ports'].map((port) => {
    const other = mapAt(counterpartOf(port, own['ports'] as JsonMap[], written));
    return pick(mapAt(port), (field) => field !== 'nodePort' || field in other);
  });
  return { ...own, ports };
}

/** Templates of pods, Jobs and claims have metadata of their own. */
function templates(spec: JsonMap, after: JsonMap): JsonMap {
  const ofPods = within(spec, 'template', (template) => withMetadata(template, mapAt(after, 'template')));
  return within(ofPods, 'jobTemplate', (template) => {
    const other = mapAt(after, 'jobTemplate');
    return within(withMetadata(template, other), 'spec', (inner) => templates(inner, mapAt(other, 'spec')));
  });
}

const withMetadata = (template: JsonMap, after: JsonMap): JsonMap =>
  within(template, 'metadata', (own) => metadata(own, mapAt(after, 'metadata')));

/** Whether an object is of another's making: a CronJob's Job, a StatefulSet's claim, a test of Helm's. */
export function isMade(object: KubernetesObject, statefulSets: readonly KubernetesObject[]): boolean {
  if (listAt(object, 'metadata', 'ownerReferences').length > 0) return true;
  if ('helm.sh/hook' in mapAt(object, 'metadata', 'annotations')) return true;
  const name = textAt(object, 'metadata', 'name') ?? '';
  const isClaimOf = (set: KubernetesObject): boolean =>
    listAt(set, 'spec', 'volumeClaimTemplates').some((template) => {
      const stem = `${textAt(template, 'metadata', 'name') ?? ''}-${textAt(set, 'metadata', 'name') ?? ''}-`;
      return name.startsWith(stem) && /^\d+$/.test(name.slice(stem.length));
    });
  return isOwnKind(object, 'PersistentVolumeClaim') && statefulSets.some(isClaimOf);
}
