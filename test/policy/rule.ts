import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1';
import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type {
  ConfigMap,
  Container,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Secret,
  Service,
} from 'kubernetes-types/core/v1';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { Privileges } from '../../lib/kubernetes/host';
import type { HTTPRoute } from '../../lib/kubernetes/crds/gateway';
import type { MariaDB } from '../../lib/kubernetes/crds/mariadb';
import type { RabbitmqCluster } from '../../lib/kubernetes/crds/rabbitmq';
import { podTemplateOf } from '../support/pods';

/** Every kind of object that charts may have. No ServiceAccount, no Role: see docs/decisions.md. */
export const KINDS = [
  ...[
    'ConfigMap',
    'CronJob',
    'DaemonSet',
    'Deployment',
    'Job',
    'NetworkPolicy',
    'PersistentVolumeClaim',
    'Pod',
    'PodDisruptionBudget',
  ],
  ...['Secret', 'Service', 'StatefulSet'],
  // What leads users to APIs.
  ...['HTTPRoute', 'Ingress'],
  // For operators that run a server instead of us.
  ...['MariaDB', 'RabbitmqCluster'],
];
export type KubernetesObject =
  | ConfigMap
  | CronJob
  | DaemonSet
  | Deployment
  | HTTPRoute
  | Ingress
  | Job
  | MariaDB
  | NetworkPolicy
  | PersistentVolumeClaim
  | Pod
  | PodDisruptionBudget
  | RabbitmqCluster
  | Secret
  | Service
  | StatefulSet;

/** What a cluster is given, and what the operator has said of it. */
export interface RenderedCloud {
  readonly objects: readonly KubernetesObject[];
  /** `registry.example.org/kolla` */
  readonly registry: string;
  /** Secrets that the operator has made. */
  readonly existingSecrets: readonly string[];
  /** What each host agent lists that it may do with its node, by chart and component: `nova-libvirt`. */
  readonly hostAgents: ReadonlyMap<string, Privileges>;
}

/** What is wrong with an object, in a few words each. */
export type Rule = (object: KubernetesObject, cloud: RenderedCloud) => string[];

/** Everything that a rule finds in a cloud, with the object's kind and name. */
export const findingsOf = (rule: Rule, cloud: RenderedCloud): string[] =>
  cloud.objects.flatMap((object) => rule(object, cloud).map((what) => `${idOf(object)}: ${what}`));

export const idOf = ({ kind, metadata }: KubernetesObject): string => `${kind}/${nameOf({ metadata })}`;
export const nameOf = ({ metadata }: Pick<KubernetesObject, 'metadata'>): string => metadata?.name ?? '';

export type Labels = Readonly<Record<string, string>>;
export const labelsOf = ({ metadata }: Pick<KubernetesObject, 'metadata'>): Labels => metadata?.labels ?? {};

/** The chart that an object belongs to. */
export const chartOf = (object: KubernetesObject): string | undefined => labelsOf(object)['app.kubernetes.io/name'];

/** A rule for pods: `wrong` says what is. */
export const ofPods =
  (wrong: (pod: PodSpec, template: PodTemplateSpec) => readonly string[]): Rule =>
  (object) => {
    const template = podTemplateOf(object);
    return template?.spec ? [...wrong(template.spec, template)] : [];
  };

/** A rule for containers, init containers among them: whether one is bad. Bad ones are told by their names. */
export const ofContainers = (isBad: (container: Container, pod: PodSpec, cloud: RenderedCloud) => boolean): Rule => {
  return (object, cloud) => {
    const pod = podTemplateOf(object)?.spec;
    return pod ? containersOf(pod).flatMap((one) => (isBad(one, pod, cloud) ? [one.name] : [])) : [];
  };
};

export const containersOf = ({ initContainers = [], containers }: PodSpec): Container[] => [
  ...initContainers,
  ...containers,
];

/** What stands in a list more than once. */
export const twice = (items: readonly (string | undefined)[]): string[] => [
  ...new Set(items.filter((item, i): item is string => item !== undefined && items.indexOf(item) !== i)),
];

/** Whether labels have all that a selector asks for; one that asks for nothing is none. */
export const matches = (selector: Labels | undefined, labels: Labels): boolean =>
  Object.keys(selector ?? {}).length > 0 &&
  Object.entries(selector ?? {}).every(([label, value]) => labels[label] === value);
