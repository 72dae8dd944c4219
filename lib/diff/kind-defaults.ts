import type { JsonMap } from '../values/expression';
import { FIXED_OF_STATEFUL_SET } from './defaults';
import { KubernetesObject, at, isOwnKind, kindOf, listAt, mapAt, textAt } from './object';
import { claim, podTemplate, withoutHead } from './pod-defaults';
import { bared, byDefault, each, within } from './way';

/*
 * What the API server fills into an object of each kind. Sources, in Kubernetes 1.36: pkg/apis/<group>/<version>/
 * defaults.go; of HTTPRoutes, the CRD of the Gateway API.
 */

/** A live object without what is there by default. */
export const withoutDefaults = (object: KubernetesObject): KubernetesObject => bareOf(object)?.(object) ?? object;

/** Whether all that the cluster may fill into an object of this kind is known here. */
export const isKnownKind = (object: KubernetesObject): boolean => bareOf(object) !== undefined;

function bareOf(object: KubernetesObject): Bare | undefined {
  if (isHttpRoute(object)) return ofSpec(httpRoute);
  return isOwnKind(object, kindOf(object)) && Object.hasOwn(KINDS, kindOf(object)) ? KINDS[kindOf(object)] : undefined;
}

const isHttpRoute = (object: KubernetesObject): boolean =>
  kindOf(object) === 'HTTPRoute' && (textAt(object, 'apiVersion') ?? '').startsWith(`${GATEWAY}/`);

const GATEWAY = 'gateway.networking.k8s.io';

type Bare = (map: JsonMap) => JsonMap;
const ofSpec =
  (bare: Bare): Bare =>
  (object) =>
    within(object, 'spec', bare);
const ofWorkload = (bare: Bare): Bare => ofSpec((spec) => within(bare(spec), 'template', template));
const template: Bare = (written) => podTemplate(bared, written);

const KINDS: { readonly [kind: string]: Bare } = {
  Deployment: ofWorkload((spec) =>
    bared(
      { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
      byDefault(spec, 'strategy', rolling({ maxSurge: '25%', maxUnavailable: '25%' })),
    ),
  ),
  DaemonSet: ofWorkload((spec) =>
    bared({ revisionHistoryLimit: 10 }, byDefault(spec, 'updateStrategy', rolling({ maxSurge: 0, maxUnavailable: 1 }))),
  ),
  StatefulSet: ofWorkload(statefulSet),
  Job: ofWorkload(job),
  CronJob: ofSpec(cronJob),
  Service: ofSpec(service),
  NetworkPolicy: ofSpec(networkPolicy),
  PersistentVolumeClaim: (object) => claim(bared, object),
  Secret: (object) => bared({ type: 'Opaque' }, object),
  RoleBinding: roleBinding,
  ClusterRoleBinding: roleBinding,
  // There are no defaults.
  ConfigMap: (object) => object,
  Ingress: (object) => object,
  PodDisruptionBudget: (object) => object,
  Role: (object) => object,
  ClusterRole: (object) => object,
  StorageClass: (object) => bared({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }, object),
  PriorityClass: (object) => bared({ preemptionPolicy: 'PreemptLowerPriority' }, object),
};

/** What is left of how pods are replaced; a default may be there beside another type. */
function rolling(defaults: JsonMap): Bare {
  return (written) =>
    bared(
      { type: 'RollingUpdate' },
      byDefault(written, 'rollingUpdate', (own) => bared(defaults, own)),
    );
}

function statefulSet(spec: JsonMap): JsonMap {
  const policy = byDefault(spec, 'persistentVolumeClaimRetentionPolicy', (written) =>
    bared({ whenDeleted: 'Retain', whenScaled: 'Retain' }, written),
  );
  const updated = byDefault(policy, 'updateStrategy', rolling({ partition: 0, maxUnavailable: 1 }));
  const claimed = each(updated, 'volumeClaimTemplates', (written) => claim(bared, withoutHead(written)));
  return bared({ replicas: 1, ...FIXED_OF_STATEFUL_SET }, claimed);
}

/** Where neither `completions` nor `parallelism` is written, both are 1; where only the first is, the other is. */
function job(spec: JsonMap): JsonMap {
  const once: JsonMap = at(spec, 'parallelism') === 1 ? { completions: 1 } : {};
  const replacement = 'podFailurePolicy' in spec ? 'Failed' : 'TerminatingOrFailed';
  const limit = 'backoffLimitPerIndex' in spec ? 2 ** 31 - 1 : 6;
  const defaults = { ...once, parallelism: 1, backoffLimit: limit, completionMode: 'NonIndexed', suspend: false };
  return bared({ ...defaults, manualSelector: false, podReplacementPolicy: replacement }, spec);
}

/** The Job in it gets its own defaults only when it is made. */
function cronJob(spec: JsonMap): JsonMap {
  const defaults = { concurrencyPolicy: 'Allow', suspend: false };
  return within(
    bared({ ...defaults, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 }, spec),
    'jobTemplate',
    (inner) => within(inner, 'spec', (one) => within(one, 'template', template)),
  );
}

function service(spec: JsonMap): JsonMap {
  const ports = each(spec, 'ports', (port) => bared({ protocol: 'TCP', targetPort: at(port, 'port') ?? null }, port));
  const sticky = byDefault(ports, 'sessionAffinityConfig', (written) =>
    byDefault(written, 'clientIP', (ip) => bared({ timeoutSeconds: 10800 }, ip)),
  );
  return bared(
    {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
      ipFamilyPolicy: 'SingleStack',
    },
    sticky,
  );
}

function networkPolicy(spec: JsonMap): JsonMap {
  const rules = (all: JsonMap, direction: string): JsonMap =>
    each(all, direction, (rule) => each(rule, 'ports', (port) => bared({ protocol: 'TCP' }, port)));
  const policyTypes = ['Ingress', ...(listAt(spec, 'egress').length > 0 ? ['Egress'] : [])];
  return bared({ policyTypes }, ['ingress', 'egress'].reduce(rules, spec));
}

function roleBinding(object: JsonMap): JsonMap {
  const apiGroup = 'rbac.authorization.k8s.io';
  const subjects = each(object, 'subjects', (subject) =>
    bared({ apiGroup: textAt(subject, 'kind') === 'ServiceAccount' ? '' : apiGroup }, subject),
  );
  return within(subjects, 'roleRef', (reference) => bared({ apiGroup }, reference));
}

function httpRoute(spec: JsonMap): JsonMap {
  const parents = each(spec, 'parentRefs', (parent) => bared({ group: GATEWAY, kind: 'Gateway' }, parent));
  const backend: Bare = (written) => bared({ group: '', kind: 'Service', weight: 1 }, written);
  const match = (written: JsonMap): JsonMap => {
    const exact = (all: JsonMap, key: string): JsonMap => each(all, key, (one) => bared({ type: 'Exact' }, one));
    const path = byDefault(written, 'path', (one) => bared({ type: 'PathPrefix', value: '/' }, one));
    return ['headers', 'queryParams'].reduce(exact, path);
  };
  return each(parents, 'rules', (rule) => {
    const matched = each(each(rule, 'backendRefs', backend), 'matches', match);
    const isAny = listAt(matched, 'matches').every((one) => Object.keys(mapAt(one)).length === 0);
    const { matches: _, ...rest } = matched;
    return isAny && listAt(matched, 'matches').length === 1 ? rest : matched;
  });
}
