import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import type { HTTPRoute } from '../lib/kubernetes/crds/gateway';
import type { MariaDB } from '../lib/kubernetes/crds/mariadb';
import type { JsonMap } from '../lib/values/expression';
import { hostAgentsOf } from '../lib/openstack/host-agent';
import { hostAgentRules } from './policy/host-agents';
import { containerRules, podRules } from './policy/pods';
import { objectRules, selectorRules } from './policy/objects';
import type { KubernetesObject, RenderedCloud } from './policy/rule';
import { findingsOf, idOf, labelsOf } from './policy/rule';
import { cloudOf } from './support/clouds';
import { Image, imageRequired } from './support/image-service';
import { passwords } from './support/passwords';
import { profiles } from './support/profiles';
import { Objects, containerOf } from './support/sample';

/**
 * What all objects of all charts keep to, the pods of `helm test` among them. The plain rendering is judged: Helm's is
 * equal to it.
 */
const rules = { ...containerRules, ...podRules, ...objectRules, ...selectorRules, ...hostAgentRules };

/** With a registry that no default names, and a service that is not ours. */
function rendered(layers: readonly JsonMap[], existingSecrets: readonly string[] = []): RenderedCloud {
  const { passwords: own, ...shared } = imageRequired;
  const mirror = { global: { registry: 'registry.example.org', namespace: 'kolla' }, image: { passwords: own } };
  const cloud = cloudOf({ values: [nodes, shared, passwords, ...layers, mirror] });
  new Image(cloud);
  const all = cloud.render(undefined, { tests: true });
  const objects = all.map(({ object }) => structuredClone(object) as KubernetesObject);
  const hostAgents = new Map(
    cloud.services.flatMap((service) =>
      hostAgentsOf(service).map(({ node, host }) => [`${service.node.id}-${node.id}`, host.privileges] as const),
    ),
  );
  return { objects, registry: 'registry.example.org/kolla', existingSecrets, hostAgents };
}
const nodes: JsonMap = { global: { networkPolicy: { nodeCidrs: ['192.0.2.0/24'] } } };

const clouds: { readonly [name: string]: () => RenderedCloud } = {
  ...Object.fromEntries(Object.entries(profiles).map(([name, layers]) => [name, () => rendered(layers, [CEPH])])),
  'existing-secret': () => rendered([{ global: { passwords: { existingSecret: 'mine' } } }], ['mine']),
  tls: () => rendered([...profiles['ha']!, tls], [...CERTIFICATES, CEPH]),
  'operators with tls': () => rendered([...profiles['operators']!, tls], CERTIFICATES),
  's3, one member': () => rendered([s3]),
  'images everywhere': () => rendered([images], [CEPH]),
  'pools of nodes': () => rendered([pools]),
  'fake computes': () => rendered([fakeComputes]),
};
/** What users have themselves. */
const CEPH = 'glance-ceph';
const CERTIFICATES = ['mariadb-tls', 'rabbitmq-tls'];
const fakeComputes: JsonMap = { nova: { fakeComputes: { replicas: 2 } } };
const tls: JsonMap = { global: { database: { tls: { enabled: true } }, messaging: { tls: { enabled: true } } } };
const s3: JsonMap = {
  mariadb: {
    backup: { enabled: true, s3: { enabled: true } },
    passwords: { mariadb_backup_s3_access_key: 'fake-access-key', mariadb_backup_s3_secret_key: 'fake-secret-key' },
  },
};
const images: JsonMap = {
  glance: {
    stores: { rbd: { enabled: true }, s3: { enabled: true }, cinder: { enabled: true }, http: { enabled: true } },
    imageCache: { enabled: true },
    api: { scratch: { storageClass: 'fast' } },
    files: { 'property-protections-rules.conf': '[.*]\ncreate = admin\n' },
    passwords: { glance_backend_s3_access_key: 'fake-access-key', glance_backend_s3_secret_key: 'fake-secret-key' },
  },
};

const pools: JsonMap = {
  global: {
    pools: {
      default: null,
      gpu: { nodeSelector: { kind: 'gpu' }, role: 'compute', datapath: 'userspace' },
      routers: { nodeSelector: { kind: 'router' }, role: 'network' },
    },
  },
  neutron: { sriov: { enabled: true }, dvr: { enabled: true } },
};

/** The containers of services start with kolla_start then, which runs kolla_set_configs through sudo. */
const startedByKolla = (
  { objects }: RenderedCloud,
  kinds: readonly (string | undefined)[] = ['Deployment', 'StatefulSet'],
): string[] =>
  objects
    .filter(({ kind }) => kinds.includes(kind))
    .map((object) => `${idOf(object)}: ${labelsOf(object)['app.kubernetes.io/component']}`)
    .sort();

/** RabbitMQ's operator finds the first user in a Secret of its own form, which pods of its own read. */
const readByOperators = {
  'every file of a ConfigMap and every password is read by a pod of its chart': () => [
    ...['default_user.conf', 'host', 'password', 'port', 'username'].map(
      (key) => `Secret/rabbitmq-default-user: ${key}`,
    ),
    'Secret/rabbitmq: rabbitmq_password',
  ],
};

/** All that may be found, by cloud and rule. */
const exceptions: { readonly [cloud: string]: { readonly [rule: string]: (cloud: RenderedCloud) => string[] } } = {
  operators: readByOperators,
  'operators with tls': readByOperators,
  'kolla-start': {
    // sudo is a program that gains privileges: it sets its user …
    'no container may gain privileges': (cloud) => startedByKolla(cloud),
    // … for which it needs SETUID, SETGID and AUDIT_WRITE; to give files to the service's user, the other three …
    'every container drops all capabilities and adds none': (cloud) => startedByKolla(cloud),
    // … and puts them where the service looks for them, in /etc.
    'every root file system is read-only': (cloud) => startedByKolla(cloud, ['DaemonSet', 'Deployment', 'StatefulSet']),
  },
};

describe.each(Object.entries(clouds))('%s:', (name, cloud) => {
  const given = cloud();

  test.each(Object.entries(rules))('%s', (rule, check) => {
    expect(given.objects.length).toBeGreaterThan(10);
    expect(findingsOf(check, given).sort()).toEqual(exceptions[name]?.[rule]?.(given) ?? []);
  });
});

/** Objects that break a rule: what is done to good ones, and what must then be found. */
interface Planted {
  readonly pod?: (pod: PodSpec, container: Container) => unknown;
  readonly objects?: (objects: Objects) => unknown;
  readonly finds: string;
}

/** Reads what is not there. */
const SERVED_BY_AN_OPERATOR: MariaDB = {
  apiVersion: 'k8s.mariadb.com/v1alpha1',
  kind: 'MariaDB',
  spec: {
    rootPasswordSecretKeyRef: { name: 'mariadb', key: 'none' },
    myCnfConfigMapKeyRef: { name: 'none', key: 'a' },
  },
};

/** Leads where nobody listens. */
const ROUTED: Pick<HTTPRoute, 'kind' | 'spec'> = {
  kind: 'HTTPRoute',
  spec: { rules: [{ backendRefs: [{ name: 'keystone-api', port: 80 }] }] },
};
const backendOf = (objects: Objects) =>
  objects.get('Ingress', 'keystone-api-public').spec!.rules![0]!.http!.paths[0]!.backend.service!;

const API = 'Deployment/keystone-api';
const deployment = (objects: Objects) => objects.get('Deployment', 'keystone-api');
const inContainer = (field: keyof Container, value: unknown): Planted => ({
  pod: (_, container) => Object.assign(container, { [field]: value }),
  finds: `${API}: api`,
});
const inSecurity = (change: object): Planted => ({
  pod: (_, container) => Object.assign(container.securityContext!, change),
  finds: `${API}: api`,
});
const inMetadata = (change: object, finds: string): Planted => ({
  objects: (objects) => Object.assign(deployment(objects).metadata!, change),
  finds: `${API}: ${finds}`,
});

const LIBVIRT = 'DaemonSet/nova-libvirt-default';
const libvirt = (objects: Objects) => objects.get('DaemonSet', 'nova-libvirt-default');
const COMPUTE = 'DaemonSet/nova-compute-default';
const computePod = (objects: Objects) => objects.pod('DaemonSet', 'nova-compute-default').spec!;
const agentOf = (objects: Objects, name = 'compute') => containerOf({ spec: computePod(objects) }, name);

const claimOf = (objects: Objects, volume: string) =>
  objects.pod('CronJob', 'mariadb-restore').spec!.volumes!.find(({ name }) => name === volume)!.persistentVolumeClaim!;
const claimTemplateOf = (objects: Objects) => objects.get('StatefulSet', 'mariadb').spec!.volumeClaimTemplates![0]!;

const planted: { readonly [rule: string]: readonly Planted[] } = {
  'every container runs as a user that is not root': [
    inSecurity({ runAsNonRoot: false }),
    inSecurity({ runAsUser: 0 }),
  ],
  'every container drops all capabilities and adds none': [
    inSecurity({ capabilities: undefined }),
    inSecurity({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
  ],
  'no container may gain privileges': [
    inSecurity({ allowPrivilegeEscalation: undefined }),
    inSecurity({ privileged: true }),
  ],
  'no container leaves what AppArmor and SELinux let it do': [
    inSecurity({ seLinuxOptions: { type: 'spc_t' } }),
    {
      pod: (pod) => (pod.securityContext!.appArmorProfile = { type: 'Unconfined' }),
      finds: `${API}: api`,
    },
  ],
  'every root file system is read-only': [inSecurity({ readOnlyRootFilesystem: false })],
  'every container has the seccomp profile RuntimeDefault': [inSecurity({ seccompProfile: { type: 'Unconfined' } })],
  'every container requests CPU and memory': [inContainer('resources', { requests: { cpu: '1' } })],
  'every container has a limit of memory and none of CPU': [
    inContainer('resources', {}),
    inContainer('resources', { limits: { cpu: '1', memory: '1Gi' } }),
  ],
  'every image is from the registry that the values name': [inContainer('image', 'quay.io/openstack.kolla/keystone')],
  'every probe asks a port of its container': [inContainer('livenessProbe', { httpGet: { port: 'https' } })],
  'no pod has a token of a service account': [
    { pod: (pod) => delete pod.automountServiceAccountToken, finds: `${API}: it is mounted` },
    { pod: (pod) => (pod.serviceAccountName = 'admin'), finds: `${API}: admin` },
    {
      pod: (pod) => pod.volumes!.push({ name: 'a', projected: { sources: [{ serviceAccountToken: { path: 'a' } }] } }),
      finds: `${API}: a volume of it`,
    },
  ],
  'no pod sees its host': [
    { pod: (pod) => (pod.hostPID = true), finds: `${API}: hostPID` },
    { pod: (pod) => pod.volumes!.push({ name: 'run', hostPath: { path: '/run' } }), finds: `${API}: run` },
    { pod: (_, { ports }) => (ports![0]!.hostPort = 80), finds: `${API}: 80` },
  ],
  'names of containers, ports and volumes are unique': [
    { pod: (pod, container) => pod.containers.push({ ...container, ports: [] }), finds: `${API}: api` },
    { pod: (_, { ports }) => ports!.push(ports![0]!), finds: `${API}: http` },
    { pod: ({ volumes }) => volumes!.push(volumes![0]!), finds: `${API}: source` },
  ],
  'names of variables are unique': [
    { ...inContainer('env', [{ name: 'A' }, { name: 'A', value: 'a' }]), finds: `${API}: A` },
  ],
  'mount paths are unique': [
    { pod: (_, { volumeMounts }) => volumeMounts!.push({ name: 'config', mountPath: '/tmp' }), finds: `${API}: /tmp` },
  ],
  'every mount is of a volume, and every volume is mounted': [
    { pod: (_, { volumeMounts }) => volumeMounts!.push({ name: 'data', mountPath: '/a' }), finds: `${API}: data` },
    { pod: ({ volumes }) => volumes!.push({ name: 'idle', emptyDir: {} }), finds: `${API}: idle` },
    {
      objects: (objects) => (claimTemplateOf(objects).metadata!.name = 'state'),
      finds: 'StatefulSet/mariadb: state',
    },
  ],
  'every ConfigMap and Secret of a pod is of its chart or the operator, with the keys that are asked for': [
    { ...inContainer('envFrom', [{ configMapRef: { name: 'none' } }]), finds: `${API}: no ConfigMap/none` },
    { ...inContainer('envFrom', [{ secretRef: { name: 'image' } }]), finds: `${API}: no Secret/image` },
    {
      objects: (objects) => Object.assign(objects.get('Service', 'mariadb'), SERVED_BY_AN_OPERATOR),
      finds: 'MariaDB/mariadb: no ConfigMap/none',
    },
    {
      objects: (objects) => Object.assign(objects.get('Service', 'mariadb'), SERVED_BY_AN_OPERATOR),
      finds: 'MariaDB/mariadb: no none in Secret/mariadb',
    },
    {
      objects: (objects) => delete objects.get('Secret', 'keystone').data!['keystone_fernet_master_key'],
      finds: `${API}: no keystone_fernet_master_key in Secret/keystone`,
    },
  ],
  'every file of a ConfigMap and every password is read by a pod of its chart': [
    {
      objects: (objects) => delete objects.get('Deployment', 'image-api').spec,
      finds: 'ConfigMap/image-policy.yaml: policy.yaml',
    },
  ],
  'every claim of a pod is of its chart, or one that a StatefulSet of it makes': [
    {
      objects: (objects) => (claimOf(objects, 'backups').claimName = 'mariadb-backup'),
      finds: 'CronJob/mariadb-restore: mariadb-backup',
    },
    {
      objects: (objects) => (objects.get('StatefulSet', 'mariadb').spec!.replicas = 2),
      finds: 'CronJob/mariadb-restore: data-mariadb-2',
    },
    {
      objects: (objects) => delete objects.get('StatefulSet', 'mariadb').spec!.volumeClaimTemplates,
      finds: 'CronJob/mariadb-restore: data-mariadb-2',
    },
  ],
  'every object is of a kind that we mean to use': [
    { objects: (objects) => Object.assign(deployment(objects), { kind: 'Role' }), finds: 'Role/keystone-api: Role' },
    {
      objects: (objects) => Object.assign(objects.any('PersistentVolumeClaim', 'mariadb-backups'), { kind: 'Volume' }),
      finds: 'Volume/mariadb-backups: Volume',
    },
  ],
  'every object has the five labels of Kubernetes': [
    inMetadata({ labels: { 'app.kubernetes.io/name': 'keystone' } }, 'app.kubernetes.io/version'),
  ],
  'every pod template has the five labels of Kubernetes': [
    {
      objects: (objects) =>
        delete objects.pod('Deployment', 'keystone-api').metadata!.labels!['app.kubernetes.io/part-of'],
      finds: `${API}: app.kubernetes.io/part-of`,
    },
  ],
  'no two objects have one kind and name': [
    {
      objects: (objects) => (deployment(objects).metadata!.name = 'image-api'),
      finds: 'Deployment/image-api: is there twice',
    },
  ],
  'no object is a hook, but the pods of `helm test`': [
    inMetadata({ annotations: { 'helm.sh/hook': 'pre-install' } }, 'helm.sh/hook'),
    inMetadata({ annotations: { 'argocd.argoproj.io/hook': 'Sync' } }, 'argocd.argoproj.io/hook'),
    // Helm asks for the log of a pod of its name, whatever a test is.
    inMetadata({ annotations: { 'helm.sh/hook': 'test' } }, 'helm.sh/hook'),
    {
      objects: (objects) =>
        (objects.get('Pod', 'keystone-smoke-test').metadata!.annotations!['helm.sh/hook'] = 'post-install'),
      finds: 'Pod/keystone-smoke-test: helm.sh/hook',
    },
    {
      objects: (objects) => delete objects.get('Pod', 'keystone-smoke-test').metadata!.annotations,
      finds: 'Pod/keystone-smoke-test: an install makes it',
    },
  ],
  'no object names a namespace': [inMetadata({ namespace: 'openstack' }, 'openstack')],
  'selectors use only name and component, those of host agents their pool, and those of cells their cell': [
    {
      objects: (objects) => delete libvirt(objects).spec!.selector.matchLabels!['node-pool'],
      finds: `${LIBVIRT}: app.kubernetes.io/component,app.kubernetes.io/name`,
    },
    {
      objects: (objects) => Object.assign(objects.get('Service', 'keystone-api').spec!.selector!, { version: '1' }),
      finds: 'Service/keystone-api: app.kubernetes.io/component,app.kubernetes.io/name,version',
    },
    {
      objects: (objects) => (objects.get('PodDisruptionBudget', 'keystone-api').spec!.selector = {}),
      finds: 'PodDisruptionBudget/keystone-api: ',
    },
  ],
  'the selector of a workload is that of its pods': [
    {
      objects: (objects) => delete deployment(objects).spec!.template.metadata!.labels!['app.kubernetes.io/component'],
      finds: `${API}: others`,
    },
  ],
  'no pod is selected by two workloads': [
    {
      objects: (objects) =>
        (deployment(objects).spec!.selector.matchLabels = { 'app.kubernetes.io/part-of': 'openstack' }),
      finds: `${API}: also StatefulSet/memcached`,
    },
  ],
  'every Service, disruption budget and NetworkPolicy selects pods of its chart': [
    {
      objects: (objects) => (objects.get('Service', 'keystone-api').spec!.selector = { app: 'keystone' }),
      finds: 'Service/keystone-api: selects nobody',
    },
    {
      objects: (objects) => delete objects.get('Deployment', 'mariadb-proxy').spec,
      finds: 'Service/mariadb: selects nobody',
    },
    {
      objects: (objects) => (objects.get('PodDisruptionBudget', 'keystone-api').spec!.selector = {}),
      finds: 'PodDisruptionBudget/keystone-api: selects nobody',
    },
    {
      objects: (objects) => (objects.get('NetworkPolicy', 'keystone-api').spec!.podSelector = {}),
      finds: 'NetworkPolicy/keystone-api: selects nobody',
    },
  ],
  'every Service sends to a port that each of its pods has': [
    {
      objects: (objects) => (objects.get('Service', 'keystone-api').spec!.ports![0]!.targetPort = 'https'),
      finds: 'Service/keystone-api: https',
    },
  ],
  'every Ingress and HTTPRoute leads to a Service of its chart, at a port that it has': [
    {
      objects: (objects) => (backendOf(objects).name = 'image-api'),
      finds: 'Ingress/keystone-api-public: no Service/image-api',
    },
    {
      objects: (objects) => (backendOf(objects).port = { number: 443 }),
      finds: 'Ingress/keystone-api-public: no 443 of Service/keystone-api',
    },
    {
      objects: (objects) => Object.assign(objects.get('Ingress', 'keystone-api-public'), ROUTED),
      finds: 'HTTPRoute/keystone-api-public: no 80 of Service/keystone-api',
    },
  ],
  'every pod has a NetworkPolicy, in both directions': [
    {
      objects: (objects) => (objects.get('NetworkPolicy', 'keystone-api').spec!.policyTypes = ['Ingress']),
      finds: `${API}: Egress`,
    },
    {
      objects: (objects) => delete objects.pod('CronJob', 'keystone-contract').metadata!.labels!['keystone-job'],
      finds: 'CronJob/keystone-contract: Ingress',
    },
    {
      objects: (objects) => delete objects.pod('CronJob', 'mariadb-restore').metadata!.labels!['mariadb-operation'],
      finds: 'CronJob/mariadb-restore: Ingress',
    },
  ],
  'whom a pod is let out to lets it in': [
    {
      objects: (objects) => delete objects.pod('Deployment', 'keystone-api').metadata!.labels!['memcached-client'],
      finds: `${API}: StatefulSet/memcached at 11211`,
    },
    {
      objects: (objects) => objects.get('NetworkPolicy', 'mariadb').spec!.ingress!.pop(),
      finds: 'CronJob/mariadb-restore: StatefulSet/mariadb at 4570',
    },
    {
      objects: (objects) => (objects.get('NetworkPolicy', 'memcached').spec!.ingress![0]!.ports![0]!.port = 1),
      finds: `${API}: StatefulSet/memcached at 11211`,
    },
  ],
  'the labels and annotations of a claim template never change': [
    {
      objects: (objects) =>
        Object.assign(claimTemplateOf(objects).metadata!.labels!, { 'app.kubernetes.io/version': '2026.1' }),
      finds: 'StatefulSet/mariadb: data: app.kubernetes.io/version',
    },
    {
      objects: (objects) => (claimTemplateOf(objects).metadata!.annotations = { a: 'b' }),
      finds: 'StatefulSet/mariadb: data: a',
    },
  ],
  'a host agent may do with its node what it lists, all of it and nothing else': [
    {
      objects: (objects) => (agentOf(objects).securityContext!.capabilities!.add = ['NET_ADMIN']),
      finds: `${COMPUTE}: not compute: SYS_ADMIN`,
    },
    {
      objects: (objects) => agentOf(objects).securityContext!.capabilities!.add!.push('SYS_MODULE'),
      finds: `${COMPUTE}: compute: SYS_MODULE`,
    },
    {
      objects: (objects) => delete agentOf(objects).securityContext!.capabilities!.drop,
      finds: `${COMPUTE}: compute: what runtimes give`,
    },
    {
      objects: (objects) => (agentOf(objects).securityContext!.privileged = true),
      finds: `${COMPUTE}: compute: privileged`,
    },
    {
      objects: (objects) => (agentOf(objects, 'prepare').securityContext!.allowPrivilegeEscalation = true),
      finds: `${COMPUTE}: prepare: may gain privileges`,
    },
    {
      objects: (objects) => (computePod(objects).hostPID = true),
      finds: `${COMPUTE}: hostPID`,
    },
    {
      objects: (objects) =>
        (computePod(objects).volumes!.find(({ name }) => name === 'host-run-libvirt')!.hostPath!.path = '/run'),
      finds: `${COMPUTE}: compute: /run at /run/libvirt (DirectoryOrCreate)`,
    },
    {
      objects: (objects) => delete libvirt(objects).spec!.template.spec!.hostPID,
      finds: `${LIBVIRT}: not hostPID`,
    },
  ],
  'a workload of several pods has one disruption budget, one of a single pod none': [
    { objects: (objects) => (deployment(objects).spec!.replicas = 1), finds: `${API}: 1 instead of 0` },
    {
      objects: (objects) => delete objects.get('PodDisruptionBudget', 'keystone-api').spec!.selector,
      finds: `${API}: 0 instead of 1`,
    },
  ],
};

describe('finds', () => {
  const cases = Object.entries(planted).flatMap(([rule, all]) => all.map((one) => [rule, one.finds, one] as const));

  test('a mistake for each rule', () => {
    expect(Object.keys(planted).sort()).toEqual(Object.keys(rules).sort());
  });

  test.each(cases)('%s: %s', (rule, finds, { pod, objects: change }) => {
    const cloud = rendered(profiles['ha']!);
    const objects = new Objects(cloud.objects as unknown as JsonMap[]);
    const { spec } = objects.pod('Deployment', 'keystone-api');
    pod?.(spec!, spec!.containers[0]!);
    change?.(objects);
    expect(findingsOf(rules[rule]!, cloud)).toContain(finds);
  });
});
