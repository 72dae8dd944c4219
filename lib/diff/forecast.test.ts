import { load } from 'js-yaml';
import { messageOf } from '../../test/support/message-of';
import { forecast, isRefused } from '.';
import type { Forecast, KubernetesObject } from '.';

const object = (yaml: string): KubernetesObject => load(yaml) as KubernetesObject;

const deployment = object(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: keystone-api
  labels: { app.kubernetes.io/name: keystone, app.kubernetes.io/version: '2025.1' }
spec:
  replicas: 3
  selector: { matchLabels: { app: keystone } }
  template:
    metadata:
      labels: { app: keystone }
      annotations: { checksum/keystone.conf: '1', checksum/passwords: '2' }
    spec:
      containers: [{ name: api, image: 'example.org/keystone:2025.1-debian-trixie' }]
      volumes:
      - { name: source, projected: { sources: [{ configMap: { name: keystone-keystone.conf } }] } }
      - { name: secrets, secret: { secretName: keystone } }
`);
const config = object(`
apiVersion: v1
kind: ConfigMap
metadata: { name: keystone-keystone.conf }
data:
  keystone.conf: |
    [DEFAULT]
    debug = false
    use_stderr = true
    [token]
    provider = fernet
`);
const secret = object('{ apiVersion: v1, kind: Secret, metadata: { name: keystone }, data: { password: b2xk } }');

/** What a test writes into. */
type Fields = any; // eslint-disable-line @typescript-eslint/no-explicit-any

/** A copy in which something is written over. */
const changed = (from: KubernetesObject, change: (copy: Fields) => void): KubernetesObject => {
  const copy = JSON.parse(JSON.stringify(from)) as KubernetesObject;
  change(copy);
  return copy;
};

const told = ({ refusals }: Forecast): string[] =>
  refusals.map(
    ({ id, path, message, before }) => `${id} ${path}: ${message}${before === undefined ? '' : ` (before ${before})`}`,
  );
const refused = (before: KubernetesObject, after: KubernetesObject): string[] => told(forecast([before], [after]));

/** An object of a kind such as `apps/v1 DaemonSet`. */
const ofKind = (kind: string, fields: KubernetesObject): KubernetesObject => {
  const [apiVersion = '', name = ''] = kind.split(' ');
  return { apiVersion, kind: name, metadata: { name: 'a' }, ...fields };
};
/** A workload that selects its pods by a label; and more of its spec. */
function selecting(app: string, more = 'replicas: 1'): string {
  const labels = `{ app: ${app} }`;
  return `{ spec: { selector: { matchLabels: ${labels} }, template: { metadata: { labels: ${labels} } }, ${more} } }`;
}

test('a config file that changes: its lines, and the pods that read it roll', () => {
  const conf = changed(config, ({ data }) => (data['keystone.conf'] = data['keystone.conf'].replace('false', 'true')));
  const api = changed(deployment, ({ spec }) => (spec.template.metadata.annotations['checksum/keystone.conf'] = '3'));
  const { changed: differing, rolls } = forecast([deployment, config], [api, conf]);
  expect(differing[0]).toEqual({
    id: 'ConfigMap/keystone-keystone.conf',
    changes: [
      {
        path: 'data[keystone.conf]',
        what: 'changed',
        lines: '@@ -1,4 +1,4 @@\n [DEFAULT]\n-debug = false\n+debug = true\n use_stderr = true\n [token]',
      },
    ],
  });
  expect(rolls).toEqual([
    {
      id: 'Deployment/keystone-api',
      how: 'rolls',
      selector: 'app=keystone',
      reasons: [
        { field: 'metadata.annotations[checksum/keystone.conf]', behind: ['ConfigMap/keystone-keystone.conf'] },
      ],
    },
  ]);
});

test('a password that changes is not shown', () => {
  const fresh = changed(secret, ({ data, metadata }) => {
    data.password = 'bmV3';
    metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'b2xk' };
  });
  const api = changed(deployment, ({ spec }) => (spec.template.metadata.annotations['checksum/passwords'] = '3'));
  const found = forecast([deployment, secret], [api, fresh]);
  expect(found.changed[1]!.changes).toEqual([
    { path: 'metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]', what: 'added', secret: true },
    { path: 'data.password', what: 'changed', secret: true },
  ]);
  expect(found.rolls[0]!.reasons).toEqual([
    { field: 'metadata.annotations[checksum/passwords]', behind: ['Secret/keystone'] },
  ]);
  expect(JSON.stringify(found)).not.toMatch(/b2xk|bmV3/);
});

test('replicas are no roll, nor are defaults that are written', () => {
  const scaled = changed(deployment, ({ spec }) => {
    spec.replicas = 5;
    spec.template.spec.containers[0].imagePullPolicy = 'IfNotPresent';
    spec.template.spec.restartPolicy = 'Always';
    spec.template.spec.tolerations = [];
  });
  const { changed: differing, rolls, refusals } = forecast([deployment], [scaled]);
  expect(differing[0]!.changes[0]).toEqual({ path: 'spec.replicas', what: 'changed', before: 3, after: 5 });
  expect([rolls, refusals]).toEqual([[], []]);
});

test.each([
  ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }, { how: 'waits' }],
  ['StatefulSet', { updateStrategy: { rollingUpdate: { partition: 2 } } }, { how: 'part', partition: 2 }],
  ['StatefulSet', { updateStrategy: { rollingUpdate: { partition: 3 } } }, { how: 'none' }],
  ['Deployment', { paused: true }, { how: 'paused' }],
  ['Deployment', { replicas: 0 }, { how: 'none' }],
])('a %s with %j', (kind, spec, how) => {
  const before = changed(deployment, (copy) => Object.assign(copy, { kind, spec: { ...copy.spec, ...spec } }));
  const after = changed(before, (copy) => (copy.spec.template.spec.containers[0].image = 'example.org/other:1'));
  const reasons = [{ field: 'spec.containers[api].image' }];
  expect(forecast([before], [after]).rolls).toEqual([expect.objectContaining({ ...how, reasons })]);
});

test('a Job of a new name runs; which one it follows', () => {
  const job = (name: string) => object(`{ apiVersion: batch/v1, kind: Job, metadata: { name: ${name} } }`);
  const { jobs } = forecast([job('keystone-bootstrap-e7079d4e72')], [job('keystone-bootstrap-0123456789'), job('b')]);
  expect(jobs).toEqual([
    { id: 'Job/b' },
    { id: 'Job/keystone-bootstrap-0123456789', insteadOf: 'Job/keystone-bootstrap-e7079d4e72' },
  ]);
});

const claims = (storage: string) => [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage } } } }];
const statefulSet = changed(deployment, (copy) => {
  Object.assign(copy, { kind: 'StatefulSet', metadata: { name: 'mariadb' } });
  copy.spec.volumeClaimTemplates = claims('10Gi');
});
const service = object('{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 80 }] } }');
const claim = object(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: images }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } }
`);

test.each<[string, KubernetesObject, (copy: Fields) => void, string[]]>([
  [
    'another selector',
    deployment,
    ({ spec }) => {
      spec.selector.matchLabels.app = 'other';
      spec.template.metadata.labels.app = 'other';
    },
    ['Deployment/keystone-api spec.selector: cannot be changed'],
  ],
  [
    'labels that the selector does not find',
    deployment,
    ({ spec }) => (spec.template.metadata.labels.app = 'other'),
    ['Deployment/keystone-api spec.template.metadata.labels: do not match spec.selector'],
  ],
  [
    'the volumes of a StatefulSet',
    statefulSet,
    ({ spec }) => (spec.volumeClaimTemplates = claims('20Gi')),
    [
      'StatefulSet/mariadb spec.volumeClaimTemplates[0].spec.resources.requests.storage: cannot be changed: its volumes stay as they are',
    ],
  ],
  ['the same in other units', statefulSet, ({ spec }) => (spec.volumeClaimTemplates = claims('10240Mi')), []],
  [
    'a type of a Secret',
    secret,
    (copy) => (copy.type = 'kubernetes.io/tls'),
    ['Secret/keystone type: cannot be changed'],
  ],
  [
    'a Service without an address of its own',
    service,
    ({ spec }) => (spec.clusterIP = 'None'),
    ['Service/a spec.clusterIP: cannot be changed: a Service keeps its address'],
  ],
  ['a claim that grows', claim, ({ spec }) => (spec.resources.requests.storage = '11Gi'), []],
  [
    'a claim that shrinks',
    claim,
    ({ spec }) => (spec.resources.requests.storage = '9Gi'),
    ['PersistentVolumeClaim/images spec.resources.requests.storage: is smaller: no volume shrinks'],
  ],
  [
    'Recreate after a strategy by default',
    deployment,
    ({ spec }) => (spec.strategy = { type: 'Recreate' }),
    [
      'Deployment/keystone-api spec.strategy.rollingUpdate: stays from the default of before, which Recreate does not allow: first set it to null',
    ],
  ],
])('what is refused: %s', (_, before, change, expected) => {
  expect(refused(before, changed(before, change))).toEqual(expected);
});

const CANNOT = 'cannot be changed';
/** Changes of one field: the object, by its kind, with its fields before and after, and what is refused. */
test.each<[kind: string, before: string, after: string, refused: string[]]>([
  ['apps/v1 DaemonSet', selecting('a'), selecting('b'), [`spec.selector: ${CANNOT}`]],
  ['apps/v1 DaemonSet', selecting('a'), '{ spec: {} }', ['spec.selector: selects nothing', `spec.selector: ${CANNOT}`]],
  [
    'apps/v1 StatefulSet',
    selecting('a'),
    selecting('a', 'updateStrategy: { type: OnDelete }'),
    [
      'spec.updateStrategy.rollingUpdate: stays from the default of before, which OnDelete does not allow: first set it to null',
    ],
  ],
  ['apps/v1 StatefulSet', selecting('a'), selecting('a', 'serviceName: b'), [`spec.serviceName: ${CANNOT}`]],
  [
    'apps/v1 StatefulSet',
    selecting('a'),
    selecting('a', 'revisionHistoryLimit: 3'),
    [`spec.revisionHistoryLimit: ${CANNOT} (before 1.33)`],
  ],
  ['batch/v1 Job', '{ spec: { completions: 1 } }', '{ spec: { completions: 2 } }', [`spec.completions: ${CANNOT}`]],
  [
    'batch/v1 Job',
    '{ spec: { completionMode: Indexed, completions: 1 } }',
    '{ spec: { completionMode: Indexed, completions: 2 } }',
    ['spec.completions: can only be changed together with spec.parallelism, to the same'],
  ],
  [
    'batch/v1 Job',
    '{ spec: { template: { spec: { hostNetwork: false } } } }',
    '{ spec: { template: { spec: { hostNetwork: true } } } }',
    [`spec.template.spec.hostNetwork: ${CANNOT}: a Job of another name can be made`],
  ],
  ...[
    'completionMode: Indexed',
    'podFailurePolicy: a',
    'backoffLimitPerIndex: 1',
    'managedBy: a',
    'successPolicy: a',
  ].map((field): [string, string, string, string[]] => [
    'batch/v1 Job',
    '{ spec: { completions: 1 } }',
    `{ spec: { completions: 1, ${field} } }`,
    [`spec.${field.replace(/:.*/, '')}: ${CANNOT}`],
  ]),
  ['v1 Secret', '{ immutable: true }', '{}', [`immutable: ${CANNOT}: immutable is set`]],
  [
    'v1 Secret',
    '{ immutable: true, data: { a: b2xk } }',
    '{ immutable: true, stringData: { a: new } }',
    [`data: ${CANNOT}: immutable is set`],
  ],
  [
    'v1 ConfigMap',
    '{ immutable: true, binaryData: { a: YQ== } }',
    '{ immutable: true }',
    [`binaryData: ${CANNOT}: immutable is set`],
  ],
  [
    'v1 ConfigMap',
    '{}',
    JSON.stringify({ data: { a: 'a'.repeat(1024 * 1024 + 1) } }),
    ['data: has 1048577 bytes; allowed are at most 1048576'],
  ],
  [
    'v1 PersistentVolumeClaim',
    '{ spec: { accessModes: [ReadWriteOnce] } }',
    '{ spec: { accessModes: [ReadWriteMany] } }',
    [`spec.accessModes: ${CANNOT}`],
  ],
  [
    'v1 Service',
    '{ spec: { clusterIP: None } }',
    '{ spec: { type: NodePort } }',
    ['spec.clusterIP: stays None, which a Service of type NodePort cannot have'],
  ],
  [
    'v1 Service',
    '{ spec: { ipFamilies: [IPv4] } }',
    '{ spec: { ipFamilies: [IPv6] } }',
    [`spec.ipFamilies[0]: ${CANNOT}`],
  ],
  [
    'v1 Service',
    '{ spec: { type: LoadBalancer } }',
    '{ spec: { type: LoadBalancer, loadBalancerClass: a } }',
    [`spec.loadBalancerClass: ${CANNOT}`],
  ],
  [
    'v1 Service',
    '{ spec: { type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 31000 } }',
    '{ spec: { type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 31001 } }',
    [`spec.healthCheckNodePort: ${CANNOT}`],
  ],
  ['v1 Pod', '{ spec: { nodeName: a } }', '{ spec: { nodeName: b } }', [`spec.nodeName: ${CANNOT}`]],
  ['v1 Pod', '{ spec: { tolerations: [{ key: a }] } }', '{ spec: {} }', ['spec.tolerations: can only get more']],
  [
    'v1 Pod',
    '{ spec: {} }',
    '{ spec: { schedulingGates: [{ name: a }] } }',
    ['spec.schedulingGates: can only get fewer'],
  ],
  [
    'v1 Pod',
    '{ spec: { activeDeadlineSeconds: 1 } }',
    '{ spec: { activeDeadlineSeconds: 2 } }',
    ['spec.activeDeadlineSeconds: can only come sooner'],
  ],
  ...['RoleBinding', 'ClusterRoleBinding'].map((kind): [string, string, string, string[]] => [
    `rbac.authorization.k8s.io/v1 ${kind}`,
    '{ roleRef: { kind: Role, name: a } }',
    '{ roleRef: { kind: Role, name: b } }',
    [`roleRef: ${CANNOT}`],
  ]),
  ...['value: 1', 'preemptionPolicy: Never'].map((field): [string, string, string, string[]] => [
    'scheduling.k8s.io/v1 PriorityClass',
    '{}',
    `{ ${field} }`,
    [`${field.replace(/:.*/, '')}: ${CANNOT}`],
  ]),
  ...['parameters: { a: b }', 'provisioner: a', 'reclaimPolicy: Retain', 'volumeBindingMode: WaitForFirstConsumer'].map(
    (field): [string, string, string, string[]] => [
      'storage.k8s.io/v1 StorageClass',
      '{}',
      `{ ${field} }`,
      [`${field.replace(/:.*/, '')}: ${CANNOT}`],
    ],
  ),
  ['networking.k8s.io/v1 IngressClass', '{}', '{ spec: { controller: a } }', [`spec.controller: ${CANNOT}`]],
])('what is refused of a %s: %s', (kind, before, after, expected) => {
  const [old, fresh] = [before, after].map((fields) => ofKind(kind, object(fields))) as [never, never];
  expect(refused(old, fresh).map((line) => line.replace(/^\S+ /, ''))).toEqual(expected);
});

const LABEL = "lower-case letters, digits and '-', with a letter or digit at both ends";
const SUBDOMAIN = "lower-case letters, digits, '-' and '.', with a letter or digit at both ends of each part";

test.each([
  ['v1 ConfigMap', 'Keystone', `at most 253 ${SUBDOMAIN}`],
  ['v1 Namespace', 'a.b', `at most 63 ${LABEL}`],
  ['apps/v1 StatefulSet', 'a.b', `at most 63 ${LABEL}`],
  ['v1 Service', '-a', `at most 63 ${LABEL}, a letter first`],
  ['v1 Service', '1a', `at most 63 ${LABEL}, a letter first (before 1.36)`],
  ['batch/v1 Job', 'a'.repeat(64), `at most 63 ${SUBDOMAIN}`],
  ['batch/v1 CronJob', 'a'.repeat(53), `at most 52 ${SUBDOMAIN}`],
  ['policy/v1 PodDisruptionBudget', 'a/b', "a text without '/' and '%'"],
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map((kind) => [
    `rbac.authorization.k8s.io/v1 ${kind}`,
    'a%',
    "a text without '/' and '%'",
  ]),
  ['example.org/v1 Namespace', 'A', `at most 253 ${SUBDOMAIN}`],
] as [string, string, string][])('a name of a %s that is none: %s', (kind, name, allowed) => {
  const sent = { ...ofKind(kind, { spec: object(selecting('a'))['spec']! }), metadata: { name } };
  expect(told(forecast([], [sent]))).toEqual([
    `${kind.split(' ')[1]}/${name} metadata.name: is "${name}"; allowed are ${allowed}`,
  ]);
});

test('a namespace that is none', () => {
  const sent = changed(config, ({ metadata }) => (metadata.namespace = 'a.b'));
  expect(told(forecast([], [sent]))).toEqual([
    `a.b/ConfigMap/keystone-keystone.conf metadata.namespace: is "a.b"; allowed are at most 63 ${LABEL}`,
  ]);
});

describe('the order of an upgrade', () => {
  const at = (service: string, release: string) =>
    changed(deployment, (copy) => {
      copy.metadata = { name: `${service}-api`, labels: { 'app.kubernetes.io/name': service } };
      copy.spec.template.spec.containers[0].image = `example.org/${service}:${release}-debian-trixie`;
    });
  const cloud = (releases: { readonly [service: string]: string }) =>
    Object.entries(releases).map(([service, release]) => at(service, release));
  const old = cloud({ mariadb: '2025.1', keystone: '2025.1', nova: '2025.1' });

  test.each([
    ['all at once', { mariadb: '2026.1', keystone: '2026.1', nova: '2026.1' }, []],
    ['the first of them', { mariadb: '2026.1', keystone: '2025.1', nova: '2025.1' }, []],
    ['nova before keystone', { mariadb: '2026.1', keystone: '2025.1', nova: '2026.1' }, ['nova after keystone']],
    ['keystone alone', { mariadb: '2025.1', keystone: '2026.1', nova: '2025.1' }, ['keystone after mariadb']],
  ])('%s', (_, releases, expected) => {
    const found = forecast(old, cloud(releases));
    const early = found.releases.flatMap(({ service, tooEarlyFor }) =>
      tooEarlyFor.map((other) => `${service} after ${other.service}`),
    );
    expect(early).toEqual(expected);
    expect(isRefused(found)).toBe(expected.length > 0);
  });

  test('back: any order', () => {
    const found = forecast(
      cloud({ mariadb: '2026.1', keystone: '2026.1' }),
      cloud({ mariadb: '2026.1', keystone: '2025.1' }),
    );
    expect(found.releases).toEqual([
      { service: 'keystone', before: '2026.1', after: '2025.1', direction: 'rollback', tooEarlyFor: [] },
    ]);
    expect(isRefused(found)).toBe(false);
  });
});

test('an object that is there twice is an error', () => {
  expect(messageOf(() => forecast([config, config], []))).toBe('ConfigMap/keystone-keystone.conf is there twice');
});
