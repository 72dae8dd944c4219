import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1';
import type { KubernetesObject, RenderedCloud, Rule } from './rule';
import { ofOthers } from './host-agents';
import { chartOf, containersOf, nameOf, ofContainers, ofPods, twice } from './rule';
import { podTemplateOf } from '../support/pods';

/** What each container may do, and what it is given. */
export const containerRules: { readonly [name: string]: Rule } = {
  'every container runs as a user that is not root': ofOthers(
    ofContainers(({ securityContext: own = {} }, pod) => {
      const { runAsNonRoot, runAsUser } = { ...pod.securityContext, ...own };
      return runAsNonRoot !== true || runAsUser === 0;
    }),
  ),
  'every container drops all capabilities and adds none': ofOthers(
    ofContainers(({ securityContext }) => {
      const { drop = [], add = [] } = securityContext?.capabilities ?? {};
      return !drop.includes('ALL') || add.length > 0;
    }),
  ),
  'no container may gain privileges': ofOthers(
    ofContainers(({ securityContext: own }) => own?.allowPrivilegeEscalation !== false || own.privileged === true),
  ),
  'no container leaves what AppArmor and SELinux let it do': ofOthers(
    ofContainers(({ securityContext: own = {} }, pod) => {
      const { appArmorProfile, seLinuxOptions } = { ...pod.securityContext, ...own };
      return appArmorProfile !== undefined || seLinuxOptions !== undefined;
    }),
  ),
  'every root file system is read-only': ofContainers((c) => c.securityContext?.readOnlyRootFilesystem !== true),
  'every container has the seccomp profile RuntimeDefault': ofContainers(
    ({ securityContext: own }, pod) =>
      (own?.seccompProfile ?? pod.securityContext?.seccompProfile)?.type !== 'RuntimeDefault',
  ),
  'every container requests CPU and memory': ofContainers(({ resources }) => {
    const { cpu, memory } = resources?.requests ?? {};
    return cpu === undefined || memory === undefined;
  }),
  'every container has a limit of memory and none of CPU': ofContainers(({ resources }) => {
    const { cpu, memory } = resources?.limits ?? {};
    return memory === undefined || cpu !== undefined;
  }),
  'every image is from the registry that the values name': ofContainers(
    ({ image }, _, { registry }) => !image?.startsWith(`${registry}/`),
  ),
  'every probe asks a port of its container': ofContainers((container) => {
    const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
    const asked = probes.flatMap((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? []);
    return asked.some((port) => !(container.ports ?? []).some((p) => p.name === port || p.containerPort === port));
  }),
};

/** What holds for a pod as a whole. */
export const podRules: { readonly [name: string]: Rule } = {
  'no pod has a token of a service account': ofPods((pod) => [
    ...(pod.automountServiceAccountToken === false ? [] : ['it is mounted']),
    ...(pod.serviceAccountName === undefined ? [] : [pod.serviceAccountName]),
    ...sourcesOf(pod).flatMap((source) => (source.serviceAccountToken ? ['a volume of it'] : [])),
  ]),
  'no pod sees its host': ofOthers(
    ofPods((pod) => [
      ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((host) => pod[host]),
      ...volumesOf(pod).flatMap(({ name, hostPath }) => (hostPath ? [name] : [])),
      ...containersOf(pod).flatMap(({ ports = [] }) =>
        ports.flatMap(({ hostPort }) => (hostPort ? [`${hostPort}`] : [])),
      ),
    ]),
  ),
  'names of containers, ports and volumes are unique': ofPods((pod) => [
    ...twice(containersOf(pod).map(({ name }) => name)),
    ...twice(containersOf(pod).flatMap(({ ports = [] }) => ports.map(({ name }) => name))),
    ...twice(volumesOf(pod).map(({ name }) => name)),
  ]),
  'names of variables are unique': ofPods((pod) =>
    containersOf(pod).flatMap(({ env = [] }) => twice(env.map(({ name }) => name))),
  ),
  'mount paths are unique': ofPods((pod) =>
    containersOf(pod).flatMap((container) => twice(mountsOf(container).map(({ mountPath }) => mountPath))),
  ),
  'every mount is of a volume, and every volume is mounted': (object) => {
    const pod = podTemplateOf(object)?.spec;
    if (!pod) return [];
    const made = object.kind === 'StatefulSet' ? (object.spec?.volumeClaimTemplates ?? []) : [];
    const volumes = [...volumesOf(pod).map(({ name }) => name), ...made.map((claim) => nameOf(claim))];
    const mounted = containersOf(pod).flatMap((container) => mountsOf(container).map(({ name }) => name));
    return [...mounted.filter((name) => !volumes.includes(name)), ...volumes.filter((name) => !mounted.includes(name))];
  },
  'every ConfigMap and Secret of a pod is of its chart or the operator, with the keys that are asked for': (
    object,
    cloud,
  ) => readsOf(object).flatMap((read) => missing(read, object, cloud)),
  'every claim of a pod is of its chart, or one that a StatefulSet of it makes': (object, { objects }) =>
    volumesOf(podTemplateOf(object)?.spec ?? { containers: [] }).flatMap(({ persistentVolumeClaim: claim }) => {
      const own = objects.filter((other) => chartOf(other) === chartOf(object));
      return !claim || own.flatMap(claimsOf).includes(claim.claimName) ? [] : [claim.claimName];
    }),
  'every file of a ConfigMap and every password is read by a pod of its chart': (object, { objects }) => {
    if (object.kind !== 'ConfigMap' && object.kind !== 'Secret') return [];
    if (FOR_PEOPLE.includes(nameOf(object))) return [];
    const reads = objects
      .filter((other) => chartOf(other) === chartOf(object))
      .flatMap(readsOf)
      .filter(({ kind, name }) => kind === object.kind && name === nameOf(object));
    const whole = reads.some(({ keys }) => keys === undefined);
    const keys = reads.flatMap((read) => read.keys ?? []);
    return whole ? [] : Object.keys(object.data ?? {}).filter((key) => !keys.includes(key));
  },
};

/** What an administrator reads, and no pod. */
const FOR_PEOPLE = ['clouds-yaml'];

/** Names of the claims that there are with an object: itself, or one of each template for each member. */
function claimsOf(object: KubernetesObject): string[] {
  if (object.kind === 'PersistentVolumeClaim') return [nameOf(object)];
  if (object.kind !== 'StatefulSet') return [];
  const { volumeClaimTemplates = [], replicas = 1 } = object.spec ?? {};
  const members = Array.from({ length: replicas }, (_, i) => `${nameOf(object)}-${i}`);
  return volumeClaimTemplates.flatMap(({ metadata }) => members.map((member) => `${metadata?.name ?? ''}-${member}`));
}

const volumesOf = ({ volumes = [] }: PodSpec): Volume[] => volumes;
const mountsOf = ({ volumeMounts = [] }: Container) => volumeMounts;
const sourcesOf = (pod: PodSpec) => volumesOf(pod).flatMap(({ projected }) => projected?.sources ?? []);

/** What a pod reads; without keys, all of it. */
interface Read {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string | undefined;
  readonly keys: readonly string[] | undefined;
}

interface Source {
  readonly name?: string | undefined;
  readonly items?: readonly { readonly key: string }[] | undefined;
}

const read = (kind: Read['kind'], source: Source | undefined): Read[] =>
  source ? [{ kind, name: source.name, keys: source.items?.map(({ key }) => key) }] : [];

/** The ConfigMaps and Secrets that the pods of an object read, or the operator that it is for. */
const readsOf = (object: KubernetesObject): Read[] => [
  ...podReadsOf(podTemplateOf(object)?.spec),
  ...(/k8s\.io|^v1$|^(apps|batch|policy)\//.test(object.apiVersion ?? '') ? [] : operatorReadsOf(object)),
];

/** What stands at any depth of an operator's object under a key such as `rootPasswordSecretKeyRef`. */
function operatorReadsOf(part: unknown): Read[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => {
    const [, kind] = /(ConfigMap|Secret)(?:Key)?Ref$/i.exec(key) ?? [];
    if (!kind) return operatorReadsOf(value);
    const { name, key: one } = value as { readonly name?: string; readonly key?: string };
    return [{ kind: /^c/i.test(kind) ? 'ConfigMap' : 'Secret', name, keys: one === undefined ? undefined : [one] }];
  });
}

/** The ConfigMaps and Secrets that a pod reads: as volumes, as parts of volumes, as variables. */
function podReadsOf(pod: PodSpec | undefined): Read[] {
  if (!pod) return [];
  const variables = containersOf(pod).flatMap(({ env = [] }) => env.map(({ valueFrom = {} }) => valueFrom));
  const keyOf = (of: { name?: string; key: string } | undefined): Source | undefined => of && { ...of, items: [of] };
  return [
    ...volumesOf(pod).flatMap(({ configMap }) => read('ConfigMap', configMap)),
    ...volumesOf(pod).flatMap(({ secret }) =>
      read('Secret', secret && { name: secret.secretName, items: secret.items }),
    ),
    ...sourcesOf(pod).flatMap(({ configMap, secret }) => [...read('ConfigMap', configMap), ...read('Secret', secret)]),
    ...variables.flatMap(({ configMapKeyRef }) => read('ConfigMap', keyOf(configMapKeyRef))),
    ...variables.flatMap(({ secretKeyRef }) => read('Secret', keyOf(secretKeyRef))),
    ...containersOf(pod).flatMap(({ envFrom = [] }) =>
      envFrom.flatMap((from) => [...read('ConfigMap', from.configMapRef), ...read('Secret', from.secretRef)]),
    ),
  ];
}

/** What of it the chart does not have. */
function missing(
  { kind, name, keys = [] }: Read,
  reader: KubernetesObject,
  { objects, existingSecrets }: RenderedCloud,
): string[] {
  if (kind === 'Secret' && existingSecrets.includes(name ?? '')) return [];
  const found = objects.find((o) => o.kind === kind && nameOf(o) === name && chartOf(o) === chartOf(reader));
  if (!found) return [`no ${kind}/${name}`];
  const { data = {} } = found as { readonly data?: Readonly<Record<string, string>> };
  return keys.filter((key) => !(key in data)).map((key) => `no ${key} in ${kind}/${name}`);
}
