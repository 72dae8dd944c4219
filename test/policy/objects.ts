import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1';
import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { podTemplateOf } from '../support/pods';
import type { KubernetesObject, Labels, RenderedCloud, Rule } from './rule';
import { ofOthers } from './host-agents';
import { KINDS, chartOf, containersOf, idOf, labelsOf, matches, nameOf } from './rule';

const LABELS = ['name', 'instance', 'component', 'part-of', 'version'].map((label) => `app.kubernetes.io/${label}`);
/** What never changes. */
const SELECTOR_LABELS = ['app.kubernetes.io/component', 'app.kubernetes.io/name'];

const lacking = (labels: Labels): string[] => LABELS.filter((label) => (labels[label] ?? '') === '');

/** What holds for any object. */
export const objectRules: { readonly [name: string]: Rule } = {
  'every object is of a kind that we mean to use': ({ kind = '' }) => (KINDS.includes(kind) ? [] : [kind]),
  'every object has the five labels of Kubernetes': (object) => lacking(labelsOf(object)),
  'every pod template has the five labels of Kubernetes': (object) => {
    const template = podTemplateOf(object);
    return template ? lacking(labelsOf(template)) : [];
  },
  'no two objects have one kind and name': (object, { objects }) =>
    objects.some((other) => other !== object && idOf(other) === idOf(object)) ? ['is there twice'] : [],
  'no object is a hook, but the pods of `helm test`': ({ kind, metadata }) => {
    const annotations = metadata?.annotations ?? {};
    const isTest = kind === 'Pod' && annotations['helm.sh/hook'] === 'test';
    if (isTest) return annotations['helm.sh/hook-delete-policy'] === 'before-hook-creation' ? [] : ['its log is lost'];
    const hooks = Object.keys(annotations).filter((key) => /hook/.test(key));
    return kind === 'Pod' && hooks.length === 0 ? ['an install makes it'] : hooks;
  },
  'no object names a namespace': ({ metadata }) => (metadata?.namespace === undefined ? [] : [metadata.namespace]),
};

/** Whom objects mean by their selectors. */
export const selectorRules: { readonly [name: string]: Rule } = {
  'selectors use only name and component, those of host agents their pool, and those of cells their cell': (object) =>
    selectorsOf(object).flatMap((selector) => {
      const labels = Object.keys(selector).sort();
      const isOfCell = selector['app.kubernetes.io/component']?.startsWith('cell-');
      const own = object.kind === 'DaemonSet' ? ['node-pool'] : isOfCell ? ['nova-cell'] : [];
      const wanted = [...SELECTOR_LABELS, ...own];
      return labels.join() === wanted.join() ? [] : [labels.join()];
    }),
  'the selector of a workload is that of its pods': (object) =>
    isWorkload(object) && !matches(object.spec?.selector.matchLabels, podLabelsOf(object)) ? ['others'] : [],
  'no pod is selected by two workloads': (object, { objects }) =>
    isWorkload(object)
      ? objects
          .filter((other) => other !== object && matches(object.spec?.selector.matchLabels, podLabelsOf(other)))
          .map((other) => `also ${idOf(other)}`)
      : [],
  'every Service, disruption budget and NetworkPolicy selects pods of its chart': (object, { objects }) => {
    const selector = selectorOf(object);
    const selects = (other: KubernetesObject) =>
      chartOf(other) === chartOf(object) && matches(selector, podLabelsOf(other));
    return selector === undefined || objects.some(selects) ? [] : ['selects nobody'];
  },
  'every Service sends to a port that each of its pods has': (object, { objects }) => {
    if (object.kind !== 'Service') return [];
    const pods = objects.filter((other) => matches(object.spec?.selector, podLabelsOf(other)));
    return pods.flatMap((pod) => {
      const ports = containersOf(podTemplateOf(pod)!.spec!).flatMap((container) => container.ports ?? []);
      const asked = (object.spec?.ports ?? []).map(({ port, targetPort }) => targetPort ?? port);
      return asked.filter((one) => !ports.some((p) => p.name === one || p.containerPort === one)).map(String);
    });
  },
  'every Ingress and HTTPRoute leads to a Service of its chart, at a port that it has': (object, { objects }) =>
    backendsOf(object).flatMap(({ name, port }) => {
      const found = objects.find(
        (other) => other.kind === 'Service' && nameOf(other) === name && chartOf(other) === chartOf(object),
      );
      if (found?.kind !== 'Service') return [`no Service/${name}`];
      const ports = found.spec?.ports ?? [];
      return ports.some((one) => one.port === port || one.name === port) ? [] : [`no ${port} of Service/${name}`];
    }),
  // On the network of its node no policy holds, so one for a host agent would promise what is not so.
  'every pod has a NetworkPolicy, in both directions': ofOthers((object, cloud) => {
    if (!podTemplateOf(object)) return [];
    const directions = policiesOf(object, cloud).flatMap(({ policyTypes = [] }) => policyTypes);
    return ['Ingress', 'Egress'].filter((direction) => !directions.includes(direction));
  }),
  'whom a pod is let out to lets it in': (object, cloud) => {
    if (!podTemplateOf(object)) return [];
    return policiesOf(object, cloud).flatMap(({ egress = [] }) =>
      egress.flatMap(({ to = [], ports = [] }) =>
        to.flatMap(({ podSelector }) => {
          const targets = cloud.objects.filter((other) => matches(podSelector?.matchLabels, podLabelsOf(other)));
          const shut = ports.filter(({ port }) => !targets.some((target) => letsIn(target, object, port, cloud)));
          return targets.length === 0 ? [] : shut.map(({ port }) => `${idOf(targets[0]!)} at ${port}`);
        }),
      ),
    );
  },
  'the labels and annotations of a claim template never change': (object) => {
    const { volumeClaimTemplates = [] } = object.kind === 'StatefulSet' ? (object.spec ?? {}) : {};
    return volumeClaimTemplates.flatMap(({ metadata: { name, labels = {}, annotations = {} } = {} }) => {
      const changing = Object.keys(labels).filter((label) => !SELECTOR_LABELS.includes(label));
      return [...changing, ...Object.keys(annotations)].map((key) => `${name}: ${key}`);
    });
  },
  'a workload of several pods has one disruption budget, one of a single pod none': (object, cloud) => {
    if (!isReplicated(object)) return [];
    const { length } = budgetsOf(object, cloud);
    const wanted = (object.spec?.replicas ?? 1) > 1 ? 1 : 0;
    return length === wanted ? [] : [`${length} instead of ${wanted}`];
  },
};

/** The Services to which users are led, and the name or the number of their ports. */
function backendsOf(object: KubernetesObject): { readonly name: string; readonly port: number | string | undefined }[] {
  if (object.kind === 'HTTPRoute') {
    return (object.spec.rules ?? []).flatMap(({ backendRefs = [] }) =>
      backendRefs.map(({ name, port }) => ({ name, port })),
    );
  }
  if (object.kind !== 'Ingress') return [];
  return (object.spec?.rules ?? []).flatMap(({ http }) =>
    (http?.paths ?? []).flatMap(({ backend: { service } }) =>
      service ? [{ name: service.name, port: service.port?.name ?? service.port?.number }] : [],
    ),
  );
}

const isReplicated = (object: KubernetesObject): object is Deployment | StatefulSet =>
  object.kind === 'Deployment' || object.kind === 'StatefulSet';

const isWorkload = (object: KubernetesObject): object is DaemonSet | Deployment | StatefulSet =>
  object.kind === 'DaemonSet' || isReplicated(object);

const podLabelsOf = (object: KubernetesObject): Labels => labelsOf(podTemplateOf(object) ?? {});

/** The pods that an object means which is no workload. */
function selectorOf(object: KubernetesObject): Labels | undefined {
  if (object.kind === 'Service') return object.spec?.selector ?? {};
  if (object.kind === 'PodDisruptionBudget') return object.spec?.selector?.matchLabels ?? {};
  if (object.kind === 'NetworkPolicy') return object.spec?.podSelector.matchLabels ?? {};
  return undefined;
}

/** Those that must last: of workloads, of what leads to them, and of how pods are spread. */
function selectorsOf(object: KubernetesObject): Labels[] {
  const own = object.kind === 'NetworkPolicy' ? jobsAside(object, selectorOf(object) ?? {}) : selectorOf(object);
  const workload = isWorkload(object) ? object.spec?.selector.matchLabels : undefined;
  const spread = podTemplateOf(object)?.spec?.topologySpreadConstraints ?? [];
  return [own, workload, ...spread.map(({ labelSelector }) => labelSelector?.matchLabels ?? {})].filter(
    (selector) => selector !== undefined,
  );
}

/**
 * All pods of a chart's bootstrap have one NetworkPolicy, by a label that is theirs alone and says nothing else; so have
 * those of an operation, by its name.
 */
function jobsAside(policy: KubernetesObject, selector: Labels): Labels | undefined {
  const theirs = [
    { [`${chartOf(policy)}-job`]: 'true' },
    { [`${chartOf(policy)}-operation`]: labelsOf(policy)['app.kubernetes.io/component'] },
  ];
  return theirs.some((labels) => JSON.stringify(labels) === JSON.stringify(selector)) ? undefined : selector;
}

/** What the NetworkPolicies say of the pods of an object. */
const policiesOf = (object: KubernetesObject, { objects }: RenderedCloud): NetworkPolicySpec[] =>
  objects.flatMap((policy) =>
    policy.kind === 'NetworkPolicy' && matches(selectorOf(policy), podLabelsOf(object)) ? (policy.spec ?? []) : [],
  );

/** Whether a policy of the pods of `target` lets in those of `source` at a port. */
const letsIn = (target: KubernetesObject, source: KubernetesObject, at: unknown, cloud: RenderedCloud): boolean =>
  policiesOf(target, cloud).some(({ ingress = [] }) =>
    ingress.some(
      ({ from = [], ports = [] }) =>
        ports.some(({ port }) => port === at) &&
        from.some(({ podSelector }) => matches(podSelector?.matchLabels, podLabelsOf(source))),
    ),
  );

const budgetsOf = (workload: KubernetesObject, { objects }: RenderedCloud): string[] =>
  objects
    .filter((object) => object.kind === 'PodDisruptionBudget' && matches(selectorOf(object), podLabelsOf(workload)))
    .map(nameOf);
