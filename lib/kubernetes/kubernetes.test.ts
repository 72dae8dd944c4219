import { ApiObject, JsonPatch } from 'cdk8s';
import type { ConfigMap, Container, Pod } from 'kubernetes-types/core/v1';
import { Construct } from 'constructs';
import { z } from 'zod';
import { Objects, sampleChart } from '../../test/support/sample';
import { onlyIf } from '../values/condition';
import type { JsonMap } from '../values/expression';
import { count, group, line, objectName, word } from '../values/types';
import { Templated, Value, spread, when } from '../values/value';
import { HELM_TEST } from './helm-test';
import { KubeObject } from './kube-object';
import { clientLabel, objectLabels, selectorLabels } from './labels';
import { PodNetworkPolicy } from './network-policy';
import { env, podSpec } from './pod';
import { containerSecurity } from './security';
import { release } from './service-chart';
import { labels } from '../values/types';
import { placement, replicas, resources, workload } from './values';

const configMap = (scope: Construct, id: string, name = id) =>
  new KubeObject<ConfigMap>(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

describe('an object', () => {
  test('keeps its keys in the order they were written in, and fields that no type knows yet', () => {
    const shape = { labels: z.record(z.string(), line()).default({}), replicas: count().default(1) };
    const { cloud, chart } = sampleChart(shape, (sample) => {
      const { labels: theirs, replicas: number } = sample.values;
      new KubeObject<object & { metadata?: object }>(sample, 'widget', {
        apiVersion: 'example.org/v1',
        kind: 'Widget',
        metadata: { name: 'w', labels: { ours: 'wins', ...spread(theirs) } },
        spec: { replicas: number, zebra: 1, apple: [{ b: 1, a: 2 }], madeUp: true, gone: undefined },
      } as never);
    });
    const [widget] = cloud.renderService(chart, { labels: { ours: 'loses', theirs: 'too' } });
    expect(JSON.stringify(widget)).toBe(
      '{"apiVersion":"example.org/v1","kind":"Widget",' +
        '"metadata":{"name":"w","labels":{"ours":"wins","theirs":"too"}},' +
        '"spec":{"replicas":1,"zebra":1,"apple":[{"b":1,"a":2}],"madeUp":true}}',
    );
  });

  test('may be written as a function, which is read when the chart is rendered', () => {
    const names: string[] = [];
    const { render } = sampleChart({}, (chart) => {
      new KubeObject<ConfigMap>(chart, 'late', { apiVersion: 'v1', kind: 'ConfigMap' }, () => ({
        metadata: { name: 'late' },
        data: { names: names.join(' ') },
      }));
    });
    names.push('added', 'later');
    expect(render().get('ConfigMap', 'late').data).toEqual({ names: 'added later' });
  });

  test('takes no patch: it would be in the manifests and not in the chart', () => {
    sampleChart({}, (chart) => {
      const object = configMap(chart, 'app');
      expect(() => object.addJsonPatch(JsonPatch.add('/data', {}))).toThrow(
        'sample/app: a patch could not be part of the Helm chart; change the manifest or its values',
      );
    });
  });

  test('has no JSON of its own: only a cloud knows its values', () => {
    sampleChart({}, (chart) => {
      expect(() => configMap(chart, 'app').toJson()).toThrow(
        'sample/app has values in it, so it is rendered by its Cloud: use cloud.render() or synth()',
      );
    });
  });

  test('that is there only if something holds needs all conditions of what it stands in', () => {
    const shape = { outer: z.boolean().default(false), inner: z.boolean().default(false) };
    const { render } = sampleChart(shape, (chart) => {
      const part = onlyIf(new Construct(chart, 'part'), chart.values.outer);
      configMap(part, 'one');
      onlyIf(configMap(part, 'two'), chart.values.inner);
    });
    const there = (values: JsonMap) => render(values).ids;
    expect(there({})).toEqual([]);
    expect(there({ inner: true })).toEqual([]);
    expect(there({ outer: true })).toEqual(['ConfigMap/one']);
    expect(there({ outer: true, inner: true })).toEqual(['ConfigMap/one', 'ConfigMap/two']);
  });
});

describe('a chart', () => {
  test("names its templates after an object's kind and place, without what says nothing", () => {
    const { cloud, chart } = sampleChart({}, (sample) => {
      configMap(new Construct(sample, 'api'), 'Resource', 'a');
      configMap(new Construct(sample, 'worker'), 'configmap', 'b');
      configMap(new Construct(sample, 'old'), 'settings', 'c');
      new ApiObject(sample, 'foreign', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'd' } });
    });
    expect([...cloud.chartTemplates(chart).keys()]).toEqual([
      'templates/configmap-api.yaml',
      'templates/configmap-worker.yaml',
      'templates/configmap-old-settings.yaml',
      'templates/secret-foreign.yaml',
    ]);
    expect(chart.templates().map(({ origin, secret }) => [origin, secret])).toEqual([
      ['sample/api/Resource', false],
      ['sample/worker/configmap', false],
      ['sample/old/settings', false],
      ['sample/foreign', true],
    ]);
  });

  test("has pods of `helm test` in Helm's folder for them, and its plain rendering only where it is asked for", () => {
    const { cloud, chart } = sampleChart({}, (sample) => {
      configMap(sample, 'app');
      const image = 'registry.example.org/a:1';
      const spec = { containers: [{ name: 'check', image }] };
      const metadata = { name: 'smoke', annotations: HELM_TEST };
      new KubeObject<Pod>(new Construct(sample, 'smoke'), 'pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    });
    const ids = (tests: boolean) => new Objects(cloud.renderService(chart, {}, { tests })).ids;
    expect(ids(false)).toEqual(['ConfigMap/app']);
    expect(ids(true)).toEqual(['ConfigMap/app', 'Pod/smoke']);
    expect(cloud.chartTemplates(chart).get('templates/tests/pod-smoke.yaml')).toBe(
      [
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: smoke\n  annotations:\n    helm.sh/hook: test',
        '    helm.sh/hook-delete-policy: before-hook-creation\nspec:\n  containers:\n  - name: check',
        '    image: registry.example.org/a:1\n',
      ].join('\n'),
    );
  });

  test('asks for the same thing only once, in the words of the first who asked', () => {
    const { chart, render } = sampleChart({ host: word().default(''), port: count().default(0) }, (sample) => {
      const { host, port } = sample.values;
      for (const _ of [1, 2]) sample.require(host.is('db'), ['host'], 'is required: the address of the database');
      sample.require(port.is(1), ['port'], 'is required');
      configMap(sample, 'app');
    });
    expect(chart.requirements.map(({ path, message }) => [path, message])).toEqual([
      [['host'], 'is required: the address of the database'],
      [['port'], 'is required'],
    ]);
    expect(() => render({ host: 'x' })).toThrow(
      'the values of sample are not valid:\n  host: is required: the address of the database\n  port: is required',
    );
    expect(render({ host: 'db', port: 1 }).ids).toEqual(['ConfigMap/app']);
  });
});

const podValues = {
  ...workload({ cpu: '100m', memory: '128Mi', memoryLimit: '256Mi' }),
  replicas: replicas(1),
  role: labels().default({}),
  pullSecrets: z.array(objectName()).default([]),
  apart: z.boolean().default(false),
};

describe('a pod', () => {
  const { render } = sampleChart(podValues, (chart) => {
    const { values } = chart;
    const container = {
      name: 'app',
      image: `app:${values.replicas}`,
      env: env({ MODE: 'fast', LATE: when(values.replicas.is(2), 'two') }, values.extraEnv),
      resources: values.resources,
      securityContext: containerSecurity,
    };
    new KubeObject<object & { metadata?: object }>(chart, 'pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'app', annotations: values.annotations },
      spec: podSpec({
        uid: 42425,
        containers: [container as Templated<Container>],
        placement: values,
        role: values.role,
        pullSecrets: values.pullSecrets,
        spread: { app: 'x' },
        apart: values.apart,
        terminationGracePeriodSeconds: 60,
      }),
    } as never);
  });
  const podOf = (values: JsonMap = {}) => render(values).any('Pod', 'app') as { readonly spec: JsonMap };
  const first = (values: JsonMap = {}) => (podOf(values).spec['containers'] as JsonMap[])[0]!;

  test('has what Pod Security `restricted` asks of it, and no token of a ServiceAccount', () => {
    expect(podOf().spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 60,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 42425,
        runAsGroup: 42425,
        fsGroup: 42425,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(first()['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('has no key that nobody has set', () => {
    for (const key of ['nodeSelector', 'tolerations', 'imagePullSecrets', 'initContainers']) {
      expect(podOf().spec).not.toHaveProperty(key);
    }
    expect(podOf().spec).toMatchObject({ volumes: [] });
  });

  test("goes to the nodes of its role; a selector of its own replaces the role's", () => {
    expect(podOf({ role: { role: 'control' } }).spec['nodeSelector']).toEqual({ role: 'control' });
    expect(podOf({ role: { role: 'control' }, nodeSelector: { disk: 'ssd' } }).spec['nodeSelector']).toEqual({
      disk: 'ssd',
    });
  });

  test('tolerates taints, and pulls with the given Secrets', () => {
    const toleration = { key: 'control', operator: 'Exists', effect: 'NoSchedule' };
    expect(podOf({ tolerations: [toleration], pullSecrets: ['a', 'b'] }).spec).toMatchObject({
      tolerations: [toleration],
      imagePullSecrets: [{ name: 'a' }, { name: 'b' }],
    });
  });

  test('shares no node with another replica where that is asked for, whatever the zones are', () => {
    expect(podOf({ apart: true }).spec['topologySpreadConstraints']).toMatchObject([
      { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' },
      { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
    ]);
  });

  test('is spread over nodes and zones, and still runs where there is only one', () => {
    const spreadOver = (topologyKey: string) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: 'x' } },
    });
    expect(podOf().spec['topologySpreadConstraints']).toEqual([
      spreadOver('kubernetes.io/hostname'),
      spreadOver('topology.kubernetes.io/zone'),
    ]);
  });

  test("has our variables, and the user's behind them, sorted", () => {
    expect(first({ extraEnv: { B: '2', A: '1' }, replicas: 2 })['env']).toEqual([
      { name: 'MODE', value: 'fast' },
      { name: 'LATE', value: 'two' },
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]);
  });

  test('requests CPU and memory, and has a limit of memory alone', () => {
    expect(first()['resources']).toEqual({ requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } });
    expect(first({ resources: { limits: { cpu: '1', memory: null } } })['resources']).toEqual({
      requests: { cpu: '100m', memory: '128Mi' },
      limits: { cpu: '1' },
    });
  });
});

test('a network policy names both directions, so that what is not listed is denied', () => {
  const { render } = sampleChart({ open: z.boolean().default(false) }, (chart) => {
    const { open } = chart.values;
    new PodNetworkPolicy(chart, 'networkpolicy', () => ({
      name: 'app',
      labels: {},
      selector: selectorLabels('app', 'api'),
      ingress: [when(open, { from: [{ podSelector: { matchLabels: clientLabel('app') } }] })],
      egress: [],
    }));
  });
  expect(render().get('NetworkPolicy', 'app').spec).toEqual({
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'app', 'app.kubernetes.io/component': 'api' } },
    policyTypes: ['Ingress', 'Egress'],
    egress: [],
  });
  expect(render({ open: true }).get('NetworkPolicy', 'app').spec?.ingress).toEqual([
    { from: [{ podSelector: { matchLabels: { 'app-client': 'true' } } }] },
  ]);
});

test('labels by which pods are selected depend neither on the release nor on a version', () => {
  const version = new Value<string>({ op: 'literal', kind: 'string', value: '2026.1' });
  const { render } = sampleChart({}, (chart) => {
    const all = objectLabels('app', 'api', version);
    new KubeObject<ConfigMap>(chart, 'x', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: `${release.namespace}`, labels: all },
    });
  });
  expect(render().get('ConfigMap', 'x').metadata).toEqual({
    name: 'x',
    namespace: 'openstack',
    labels: {
      ...selectorLabels('app', 'api'),
      'app.kubernetes.io/instance': 'openstack',
      'app.kubernetes.io/part-of': 'openstack',
      'app.kubernetes.io/version': '2026.1',
    },
  });
  expect(Object.keys(selectorLabels('app', 'api'))).toEqual(['app.kubernetes.io/name', 'app.kubernetes.io/component']);
});

test('resources and places of a Job are declared like those of a component', () => {
  const shape = { job: group({ resources: resources('1', '1Gi', '2Gi'), ...placement }) };
  const { chart } = sampleChart(shape, () => undefined);
  expect(chart.model.defaults).toEqual({
    job: {
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } },
      nodeSelector: {},
      tolerations: [],
    },
  });
});
