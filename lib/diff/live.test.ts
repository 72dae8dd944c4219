import { load } from 'js-yaml';
import type { KubernetesObject } from '.';
import { asWritten, forecast } from '.';

const object = (yaml: string): KubernetesObject => load(yaml) as KubernetesObject;

/** What a test writes into. */
type Fields = any; // eslint-disable-line @typescript-eslint/no-explicit-any

const copyOf = (from: KubernetesObject) => JSON.parse(JSON.stringify(from)) as KubernetesObject;

/** What every object gets, from the API server and from who has written it. */
const SET = `
  uid: 2b1c5e0a-5d2a-4c7e-9a43-0a6c4b6a1f11
  resourceVersion: '8123'
  generation: 3
  creationTimestamp: '2026-01-01T00:00:00Z'
  namespace: openstack
  managedFields: [{ manager: helm, operation: Update }]`;

/** As it is written, and as a server of Kubernetes 1.36 gives it back. */
const OBJECTS: { readonly [what: string]: readonly [written: KubernetesObject, live: KubernetesObject] } = {
  'a Deployment': [
    object(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, labels: { app: api } }
spec:
  replicas: 1
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api }, annotations: { checksum/a: '1' } }
    spec:
      nodeSelector: {}
      containers:
      - name: api
        image: example.org/api:1
        env: [{ name: EMPTY, value: '' }, { name: NODE, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }]
        ports: [{ name: http, containerPort: 80 }]
        resources: { requests: { cpu: 1000m, memory: 1024Mi } }
        readinessProbe: { httpGet: { port: http } }
      volumes:
      - { name: config, configMap: { name: a } }
      - { name: scratch, emptyDir: {} }
`),
    object(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels: { app: api, app.kubernetes.io/managed-by: Helm, helm.toolkit.fluxcd.io/name: openstack }
  annotations: { deployment.kubernetes.io/revision: '3', meta.helm.sh/release-name: openstack }${SET}
spec:
  progressDeadlineSeconds: 600
  replicas: 1
  revisionHistoryLimit: 10
  selector: { matchLabels: { app: api } }
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 25%, maxUnavailable: 25% } }
  template:
    metadata:
      labels: { app: api }
      annotations: { checksum/a: '1', kubectl.kubernetes.io/restartedAt: '2026-01-02T00:00:00Z' }
      creationTimestamp: null
    spec:
      containers:
      - name: api
        image: example.org/api:1
        imagePullPolicy: IfNotPresent
        env:
        - { name: EMPTY }
        - { name: NODE, valueFrom: { fieldRef: { apiVersion: v1, fieldPath: spec.nodeName } } }
        ports: [{ name: http, containerPort: 80, protocol: TCP }]
        resources: { requests: { cpu: '1', memory: 1Gi } }
        readinessProbe:
          httpGet: { path: /, port: http, scheme: HTTP }
          timeoutSeconds: 1
          periodSeconds: 10
          successThreshold: 1
          failureThreshold: 3
        terminationMessagePath: /dev/termination-log
        terminationMessagePolicy: File
      dnsPolicy: ClusterFirst
      restartPolicy: Always
      schedulerName: default-scheduler
      securityContext: {}
      terminationGracePeriodSeconds: 30
      volumes:
      - { name: config, configMap: { name: a, defaultMode: 420 } }
      - { name: scratch, emptyDir: {} }
status: { replicas: 1, readyReplicas: 1 }
`),
  ],
  'a StatefulSet': [
    object(`
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [] } }
  volumeClaimTemplates:
  - { metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } } }
`),
    object(`
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db${SET}
spec:
  persistentVolumeClaimRetentionPolicy: { whenDeleted: Retain, whenScaled: Retain }
  podManagementPolicy: OrderedReady
  replicas: 1
  revisionHistoryLimit: 10
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { restartPolicy: Always, containers: [] } }
  updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 0 } }
  volumeClaimTemplates:
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: data, creationTimestamp: null }
    spec:
      accessModes: [ReadWriteOnce]
      resources: { requests: { storage: 10Gi } }
      volumeMode: Filesystem
    status: { phase: Pending }
`),
  ],
  'a DaemonSet': [
    object(`
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  updateStrategy: { type: OnDelete }
  selector: { matchLabels: { app: agent } }
  template: { metadata: { labels: { app: agent } }, spec: { hostNetwork: true, containers: [] } }
`),
    object(`
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
  annotations: { deprecated.daemonset.template.generation: '1' }${SET}
spec:
  revisionHistoryLimit: 10
  updateStrategy: { type: OnDelete, rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }
  selector: { matchLabels: { app: agent } }
  template: { metadata: { labels: { app: agent } }, spec: { hostNetwork: true, containers: [], securityContext: {} } }
`),
  ],
  'a Job': [
    object(`
apiVersion: batch/v1
kind: Job
metadata: { name: bootstrap }
spec: { template: { metadata: { labels: { app: job } }, spec: { restartPolicy: Never, containers: [] } } }
`),
    object(`
apiVersion: batch/v1
kind: Job
metadata:
  name: bootstrap${SET}
spec:
  backoffLimit: 6
  completionMode: NonIndexed
  completions: 1
  manualSelector: false
  parallelism: 1
  podReplacementPolicy: TerminatingOrFailed
  selector: { matchLabels: { batch.kubernetes.io/controller-uid: 2b1c } }
  suspend: false
  template:
    metadata:
      labels:
        app: job
        batch.kubernetes.io/controller-uid: 2b1c
        batch.kubernetes.io/job-name: bootstrap
        controller-uid: 2b1c
        job-name: bootstrap
    spec: { restartPolicy: Never, containers: [] }
status: { succeeded: 1 }
`),
  ],
  'a CronJob': [
    object(`
apiVersion: batch/v1
kind: CronJob
metadata: { name: purge }
spec:
  schedule: 0 0 * * *
  suspend: false
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [] } } } }
`),
    object(`
apiVersion: batch/v1
kind: CronJob
metadata:
  name: purge${SET}
spec:
  concurrencyPolicy: Allow
  failedJobsHistoryLimit: 1
  successfulJobsHistoryLimit: 3
  schedule: 0 0 * * *
  suspend: false
  jobTemplate:
    metadata: { creationTimestamp: null }
    spec:
      template:
        metadata: { creationTimestamp: null }
        spec: { restartPolicy: Never, containers: [], dnsPolicy: ClusterFirst }
`),
  ],
  'a Service': [
    object(`
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { type: NodePort, selector: { app: api }, ports: [{ name: http, port: 80 }] }
`),
    object(`
apiVersion: v1
kind: Service
metadata:
  name: api${SET}
spec:
  type: NodePort
  clusterIP: 10.0.0.7
  clusterIPs: [10.0.0.7]
  externalTrafficPolicy: Cluster
  internalTrafficPolicy: Cluster
  ipFamilies: [IPv4]
  ipFamilyPolicy: SingleStack
  sessionAffinity: None
  selector: { app: api }
  ports: [{ name: http, port: 80, protocol: TCP, targetPort: 80, nodePort: 31234 }]
status: { loadBalancer: {} }
`),
  ],
  'a Service without an address': [
    object(
      '{ apiVersion: v1, kind: Service, metadata: { name: db }, spec: { clusterIP: None, ports: [{ port: 80 }] } }',
    ),
    object(`
apiVersion: v1
kind: Service
metadata:
  name: db${SET}
spec:
  type: ClusterIP
  clusterIP: None
  clusterIPs: [None]
  internalTrafficPolicy: Cluster
  ipFamilies: [IPv4]
  ipFamilyPolicy: SingleStack
  sessionAffinity: None
  ports: [{ port: 80, protocol: TCP, targetPort: 80 }]
`),
  ],
  'a claim': [
    object(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: images, annotations: { helm.sh/resource-policy: keep } }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } }
`),
    object(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: images
  finalizers: [kubernetes.io/pvc-protection]
  annotations: { helm.sh/resource-policy: keep, pv.kubernetes.io/bind-completed: 'yes' }${SET}
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 10Gi } }
  storageClassName: standard
  volumeMode: Filesystem
  volumeName: pvc-1
status: { phase: Bound }
`),
  ],
  'a NetworkPolicy': [
    object(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api }
spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }], egress: [] }
`),
    object(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api${SET}
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80, protocol: TCP }] }] }
`),
  ],
  'an HTTPRoute': [
    object(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: api }
spec: { parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: api, port: 80 }] }] }
`),
    object(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: api${SET}
spec:
  parentRefs: [{ name: public, group: gateway.networking.k8s.io, kind: Gateway }]
  rules:
  - backendRefs: [{ name: api, port: 80, group: '', kind: Service, weight: 1 }]
    matches: [{ path: { type: PathPrefix, value: / } }]
`),
  ],
  'a Secret that is written as text': [
    object('{ apiVersion: v1, kind: Secret, metadata: { name: a }, stringData: { password: old } }'),
    object(`
apiVersion: v1
kind: Secret
metadata:
  name: a
  annotations: { kubectl.kubernetes.io/last-applied-configuration: '{}' }${SET}
type: Opaque
data: { password: b2xk }
`),
  ],
  'an object of an operator': [
    object(
      '{ apiVersion: example.org/v1, kind: Database, metadata: { name: a }, spec: { size: 3, users: [{ name: a }] } }',
    ),
    object(`
apiVersion: example.org/v1
kind: Database
metadata:
  name: a
  finalizers: [example.org/volumes]${SET}
spec: { size: 3, users: [{ name: a, host: '%' }], port: 3306 }
`),
  ],
};

describe.each(Object.entries(OBJECTS))('%s', (_, [written, live]) => {
  test('is as it was written', () => {
    const found = forecast(asWritten([live], [written]), [written]);
    expect(found).toMatchObject({ added: [], removed: [], changed: [], unchanged: 1, rolls: [], refusals: [] });
  });

  test('would go, by its name alone', () => {
    expect(forecast(asWritten([live], []), []).removed).toEqual(forecast([written], []).removed);
  });
});

test('a default that is written stays a default', () => {
  const [written, live] = OBJECTS['a Deployment']!;
  const more = { ...written, spec: { ...(written['spec'] as object), revisionHistoryLimit: 10, paused: false } };
  expect(forecast(asWritten([live], [more]), [more]).changed).toEqual([]);
});

test('a default that changes is shown as what it is', () => {
  const [written, live] = OBJECTS['a Deployment']!;
  const more = { ...written, spec: { ...(written['spec'] as object), revisionHistoryLimit: 3 } };
  expect(forecast(asWritten([live], [more]), [more]).changed).toEqual([
    {
      id: 'Deployment/api',
      changes: [{ path: 'spec.revisionHistoryLimit', what: 'changed', before: 10, after: 3 }],
    },
  ]);
});

test('a namespace that is written stays', () => {
  const [written, live] = OBJECTS['a StatefulSet']!;
  const here = { ...written, metadata: { name: 'db', namespace: 'openstack' } };
  expect(forecast(asWritten([live], [here]), [here])).toMatchObject({ added: [], removed: [], changed: [] });
});

test('what goes from a list is shown as it was written', () => {
  const [written, live] = OBJECTS['a Deployment']!;
  const copy = copyOf(written) as Fields;
  copy.spec.template.spec.volumes = [{ name: 'scratch', emptyDir: {} }];
  const found = forecast(asWritten([live], [copy]), [copy]);
  expect(found.changed).toEqual(forecast([written], [copy]).changed);
  expect(found.rolls).toEqual(forecast([written], [copy]).rolls);
});

test.each<[string, KubernetesObject, (spec: Fields) => void]>([
  [
    'Recreate, after a strategy by default',
    OBJECTS['a Deployment']![0],
    (spec) => (spec.strategy = { type: 'Recreate' }),
  ],
  [
    'OnDelete, after a strategy by default',
    OBJECTS['a StatefulSet']![0],
    (spec) => (spec.updateStrategy = { type: 'OnDelete' }),
  ],
  [
    'no address, after one',
    OBJECTS['a Service']![0],
    (spec) => Object.assign(spec, { clusterIP: 'None', type: 'ClusterIP' }),
  ],
  [
    'another volume',
    OBJECTS['a StatefulSet']![0],
    (spec) => (spec.volumeClaimTemplates[0].spec.accessModes = ['ReadWriteMany']),
  ],
])('what is refused of what was written is refused of what is there: %s', (_, written, change) => {
  const [, live] = Object.values(OBJECTS).find(([one]) => one === written)!;
  const after = copyOf(written);
  change(after['spec']);
  const { refusals } = forecast([written], [after]);
  expect(refusals).toHaveLength(1);
  expect(forecast(asWritten([live], [after]), [after]).refusals).toEqual(refusals);
});

test('what others make is left out', () => {
  const [set] = OBJECTS['a StatefulSet']!;
  const made = [
    object(`
apiVersion: batch/v1
kind: Job
metadata: { name: purge-29000000, ownerReferences: [{ kind: CronJob, name: purge }] }
`),
    object('{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data-db-0 } }'),
    object('{ apiVersion: v1, kind: Pod, metadata: { name: smoke, annotations: { helm.sh/hook: test } } }'),
  ];
  expect(asWritten(made, [set])).toEqual([]);
  const other = object('{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data-db-backup } }');
  expect(asWritten([other], [set])).toEqual([other]);
  expect(asWritten(made, made)).toHaveLength(3);
});
