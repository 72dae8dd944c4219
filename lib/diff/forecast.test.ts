import { load } from 'js-yaml';
import { forecast, isRefused } from '.';
import type { KubernetesObject } from '.';

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

const refused = (before: KubernetesObject, after: KubernetesObject): string[] =>
  forecast([before], [after]).refusals.map(({ id, path, message }) => `${id} ${path}: ${message}`);

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

test('a name that is none', () => {
  const { refusals } = forecast([], [changed(config, ({ metadata }) => (metadata.name = 'Keystone'))]);
  expect(refusals).toEqual([
    {
      id: 'ConfigMap/Keystone',
      path: 'metadata.name',
      message:
        "is \"Keystone\"; allowed are at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends of each part",
    },
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
  expect(() => forecast([config, config], [])).toThrow('ConfigMap/keystone-keystone.conf is there twice');
});
