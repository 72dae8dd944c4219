import type { Json, JsonMap } from '../../lib/values/expression';

/** An object that a mutation may write into. */
type Fields = any; // eslint-disable-line @typescript-eslint/no-explicit-any

/** A change of an object as people make it, by the kinds that it fits. */
export interface Mutation {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly apply: (object: Fields, pick: <T>(list: readonly T[]) => T) => void;
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];
const WITH_TEMPLATE = [...WORKLOADS, 'Job'];

const template = (object: Fields): Fields => object.spec.template;
const container = (object: Fields): Fields =>
  object.kind === 'Pod' ? object.spec.containers[0] : template(object).spec.containers[0];
const volumes = (object: Fields): Fields[] => (template(object).spec.volumes ??= []);

const on =
  (...kinds: string[]) =>
  (name: string, apply: Mutation['apply']): Mutation => ({ name, kinds, apply });
const [workload, templated, deployment, statefulSet, daemonSet, job] = [
  on(...WORKLOADS),
  on(...WITH_TEMPLATE),
  on('Deployment'),
  on('StatefulSet'),
  on('DaemonSet'),
  on('Job'),
];
const [service, secret, configMap, claim, pod] = [
  on('Service'),
  on('Secret'),
  on('ConfigMap'),
  on('PersistentVolumeClaim'),
  on('Pod'),
];

/** Each of them is valid by itself, or may be refused: that is what is asked. */
export const MUTATIONS: readonly Mutation[] = [
  // Ways of writing the same.
  templated('a pull policy that is the default', (o) => (container(o).imagePullPolicy = 'IfNotPresent')),
  templated('a restart policy that is the default', (o) => {
    if (o.kind !== 'Job') template(o).spec.restartPolicy = 'Always';
  }),
  templated('a DNS policy that is the default', (o) => (template(o).spec.dnsPolicy = 'ClusterFirst')),
  templated('a scheduler that is the default', (o) => (template(o).spec.schedulerName = 'default-scheduler')),
  templated('a path of messages that is the default', (o) => {
    container(o).terminationMessagePath = '/dev/termination-log';
  }),
  templated('no host network', (o, pick) => {
    if (o.kind !== 'DaemonSet') template(o).spec.hostNetwork = pick([false, undefined]);
  }),
  templated('memory in other units', (o, pick) => {
    container(o).resources = { limits: { memory: pick(['1Gi', '1024Mi', '2Gi']) } };
  }),
  templated('CPUs in other units', (o, pick) => (container(o).resources = { requests: { cpu: pick(['1', '1000m']) } })),
  templated('empty lists', (o) => (template(o).spec.tolerations = [])),
  templated('an empty node selector', (o) => (template(o).spec.nodeSelector = {})),
  templated('empty annotations', (o) => (template(o).metadata.annotations = {})),
  templated('a protocol that is the default', (o) => {
    for (const port of container(o).ports ?? []) port.protocol = 'TCP';
  }),
  templated('modes of volumes that are the default', (o) => {
    for (const { configMap: map, projected } of volumes(o)) {
      if (map) map.defaultMode = 420;
      if (projected) projected.defaultMode = 420;
    }
  }),
  // Templates.
  templated('another image', (o, pick) => (container(o).image = pick(['example.org/a:1', 'example.org/a:2']))),
  templated(
    'an image without a tag',
    (o, pick) => (container(o).image = pick(['example.org/a', 'example.org/a:latest'])),
  ),
  templated('a variable', (o, pick) => (container(o).env = [{ name: 'A', value: pick(['', '1', '2']) }])),
  templated('a variable of the node', (o, pick) => {
    const fieldRef = { fieldPath: 'spec.nodeName', ...pick([{}, { apiVersion: 'v1' }]) };
    container(o).env = [{ name: 'A', valueFrom: { fieldRef } }];
  }),
  templated('a label of pods', (o, pick) => (template(o).metadata.labels.more = pick(['1', '2']))),
  templated('an annotation of pods', (o, pick) => (template(o).metadata.annotations = { more: pick(['1', '2']) })),
  templated('a node selector', (o, pick) => (template(o).spec.nodeSelector = { disk: pick(['a', 'b']) })),
  templated(
    'a toleration',
    (o, pick) => (template(o).spec.tolerations = [{ key: pick(['a', 'b']), operator: 'Exists' }]),
  ),
  templated('a time to stop', (o, pick) => (template(o).spec.terminationGracePeriodSeconds = pick([30, 31]))),
  templated('a volume', (o, pick) => {
    const source = pick([{ emptyDir: {} }, { configMap: { name: 'a' } }, { configMap: { name: 'b' } }]);
    template(o).spec.volumes = [...volumes(o).filter(({ name }) => name !== 'more'), { name: 'more', ...source }];
  }),
  workload('a probe', (o, pick) => {
    container(o).readinessProbe = {
      tcpSocket: { port: 80 },
      ...pick([{}, { periodSeconds: 10 }, { timeoutSeconds: 1 }, { timeoutSeconds: 2 }, { initialDelaySeconds: 0 }]),
    };
  }),
  workload('a probe by HTTP', (o, pick) => {
    container(o).livenessProbe = {
      httpGet: { port: 80, ...pick([{}, { path: '/' }, { path: '/a' }, { scheme: 'HTTP' }]) },
    };
  }),
  workload('a label that is selected by', (o, pick) => {
    const value = pick(['1', '2']);
    template(o).metadata.labels.selected = value;
    o.spec.selector.matchLabels.selected = value;
  }),
  workload('a selector that nothing has', (o) => (o.spec.selector.matchLabels.missing = '1')),
  // Specs.
  on('Deployment', 'StatefulSet')('replicas', (o, pick) => (o.spec.replicas = pick([0, 1, 2]))),
  workload('a limit of history', (o, pick) => (o.spec.revisionHistoryLimit = pick([1, 10]))),
  workload('seconds to be ready', (o, pick) => (o.spec.minReadySeconds = pick([0, 5]))),
  deployment('a strategy', (o, pick) => {
    const strategy = pick<Json>([
      { type: 'Recreate' },
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
      { type: 'RollingUpdate' },
      {},
    ]);
    o.spec.strategy = strategy;
  }),
  daemonSet('a strategy', (o, pick) => (o.spec.updateStrategy = { type: pick(['OnDelete', 'RollingUpdate']) })),
  statefulSet('a strategy', (o, pick) => {
    o.spec.updateStrategy = pick<Json>([
      { type: 'OnDelete' },
      { type: 'RollingUpdate' },
      { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      {},
    ]);
  }),
  statefulSet('the order of pods', (o, pick) => (o.spec.podManagementPolicy = pick(['Parallel', 'OrderedReady']))),
  statefulSet('the name of its Service', (o, pick) => (o.spec.serviceName = pick(['a', 'b']))),
  statefulSet('what becomes of claims', (o, pick) => {
    o.spec.persistentVolumeClaimRetentionPolicy = { whenDeleted: pick(['Retain', 'Delete']) };
  }),
  statefulSet('claims', (o, pick) => {
    const resources = { requests: { storage: pick(['1Gi', '1024Mi', '2Gi']) } };
    const spec = { accessModes: ['ReadWriteOnce'], resources, ...pick([{}, { volumeMode: 'Filesystem' }]) };
    const others = (o.spec.volumeClaimTemplates ?? []).filter((claim: Fields) => claim.metadata.name !== 'more');
    o.spec.volumeClaimTemplates = [...others, { metadata: { name: 'more' }, spec }];
  }),
  job('retries', (o, pick) => (o.spec.backoffLimit = pick([1, 2]))),
  job('completions', (o, pick) => (o.spec.completions = pick([1, 2]))),
  job('parallelism', (o, pick) => (o.spec.parallelism = pick([1, 2]))),
  job('a mode of completion', (o, pick) => {
    Object.assign(o.spec, { completionMode: pick(['Indexed', 'NonIndexed']), completions: pick([1, 2]) });
  }),
  job('to wait', (o, pick) => (o.spec.suspend = pick([true, false]))),
  job('a time to live', (o) => (o.spec.ttlSecondsAfterFinished = 60)),
  on('CronJob')('a schedule', (o, pick) => (o.spec.schedule = pick(['0 0 * * *', '0 1 * * *']))),
  on('CronJob')('its pods', (o) => (o.spec.jobTemplate.spec.template.metadata.labels.more = '1')),
  // What is no workload.
  service('an address', (o, pick) => {
    const clusterIP = pick(['None', undefined]);
    if (clusterIP === undefined) delete o.spec.clusterIP;
    else Object.assign(o.spec, { clusterIP, type: 'ClusterIP', loadBalancerClass: undefined });
  }),
  service('a type', (o, pick) => {
    const type = pick(['ClusterIP', 'NodePort', 'LoadBalancer']);
    if (o.spec.clusterIP !== 'None' && o.spec.loadBalancerClass === undefined) o.spec.type = type;
  }),
  service('a class', (o, pick) => {
    if (o.spec.clusterIP === 'None') return;
    Object.assign(o.spec, { type: 'LoadBalancer', loadBalancerClass: pick(['example.org/a', 'example.org/b']) });
  }),
  service('a selector', (o) => (o.spec.selector.more = '1')),
  service('a port', (o) => (o.spec.ports[0].port = Number(o.spec.ports[0].port) + 1)),
  secret('a type', (o, pick) => (o.type = pick(['Opaque', 'example.org/a']))),
  on('Secret', 'ConfigMap')('no changes', (o, pick) => (o.immutable = pick([true, true, false]))),
  secret('data', (o, pick) => (o.data = { more: pick(['YQ==', 'Yg==']) })),
  secret('data as text', (o, pick) => (o.stringData = { text: pick(['a', 'b']) })),
  configMap('data', (o, pick) => (o.data = { more: pick(['a', 'b']) })),
  configMap('bytes', (o, pick) => (o.binaryData = { bytes: pick(['YQ==', 'Yg==']) })),
  configMap('much data', (o) => (o.data = { much: 'a'.repeat(1024 * 1024 + 1) })),
  claim('a size', (o, pick) => (o.spec.resources.requests.storage = pick(['1Gi', '1024Mi', '2Gi', '3Gi']))),
  claim('who may mount it', (o, pick) => (o.spec.accessModes = [pick(['ReadWriteOnce', 'ReadWriteMany'])])),
  claim('a mode that is the default', (o) => (o.spec.volumeMode = 'Filesystem')),
  claim('a volume', (o) => (o.spec.volumeName = 'volume')),
  on('RoleBinding')('a role', (o, pick) => {
    o.roleRef = { kind: 'Role', name: pick(['a', 'b']), apiGroup: 'rbac.authorization.k8s.io' };
  }),
  on('RoleBinding')('somebody', (o, pick) => (o.subjects = [{ kind: 'ServiceAccount', name: pick(['a', 'b']) }])),
  pod('another image', (o, pick) => (container(o).image = pick(['example.org/a:1', 'example.org/a:2']))),
  pod('a variable', (o, pick) => (container(o).env = [{ name: 'A', value: pick(['1', '2']) }])),
  pod('a toleration', (o, pick) => (o.spec.tolerations = pick<Json[]>([[{ key: 'a', operator: 'Exists' }], []]))),
  pod('a deadline', (o, pick) => (o.spec.activeDeadlineSeconds = pick([100, 200]))),
  pod('links of Services', (o, pick) => (o.spec.enableServiceLinks = pick([true, false]))),
  on('PodDisruptionBudget')('a selector', (o, pick) => (o.spec.selector = { matchLabels: { a: pick(['1', '2']) } })),
  on('NetworkPolicy')('whom it lets in', (o, pick) => (o.spec.ingress = pick<Json[]>([[], [{}]]))),
];

/** Of kinds that the charts do not make, and a claim whose class lets it grow. */
export const MORE_OBJECTS: readonly JsonMap[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'binding' },
    roleRef: { kind: 'Role', name: 'a', apiGroup: 'rbac.authorization.k8s.io' },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'claim' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'kolla-cdk8s-test',
      resources: { requests: { storage: '2Gi' } },
    },
  },
];
