import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { Construct } from 'constructs';
import { z } from 'zod';
import { Objects, containerOf, sampleService } from '../../test/support/sample';
import { Cloud } from '../cloud';
import { TextFile } from '../config/text-file';
import { KubeObject } from '../kubernetes/kube-object';
import { placement, replicas, resources, workload } from '../kubernetes/values';
import type { JsonMap } from '../values/expression';
import { group, line, port } from '../values/types';
import type { Value } from '../values/value';
import { any, isSet, isValue, not } from '../values/value';
import { tlsPart } from './connection';
import { DeploymentComponent } from './deployment-component';
import { egressToComponent, ingressFromClients } from './network';
import { Operation } from './operation';
import { PROGRAMS, programs } from './programs';
import { Service, ownPasswords, serviceValues } from './service';

const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const script = (name: string, text = 'print()\n'): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const proxyValues = serviceValues('etcd', ['haproxy', 'etcd'], {
  proxy: group({
    replicas: replicas(2),
    port: port().default(2379),
    ...workload({ cpu: '1', memory: '1Gi', memoryLimit: '2Gi' }),
  }),
  job: group({ schedule: line().default(''), resources: resources('1', '1Gi', '1Gi'), ...placement }),
  metered: z.boolean().default(false),
  secure: z.boolean().default(false),
  passwords: ownPasswords('etcd_password', 'etcd_meter_password'),
});
type Etcd = Service<typeof proxyValues>;
const passwords: JsonMap = { etcd_password: 'one', etcd_meter_password: 'two' };

/** All handles of values, at any depth. */
const leaves = (handles: unknown): Value<unknown>[] =>
  isValue(handles) ? [handles] : Object.values(handles as object).flatMap(leaves);

/** Each value of a chart has a use; here most have none but this. */
function useAll(etcd: Etcd): void {
  const { global: _, enabled: __, ...own } = etcd.values as { global?: unknown; enabled?: unknown };
  const [first, ...more] = leaves(own).map(isSet);
  etcd.require(any(first!, not(first!), ...more), ['etcd'], 'always holds');
}

const sample = (build: (etcd: Etcd) => void) => {
  const { render, service } = sampleService(proxyValues, (etcd) => {
    build(etcd);
    useAll(etcd);
  });
  return { service, render: (values: JsonMap = {}): Objects => render({ passwords, ...values }) };
};

describe('pods of which one is as good as another', () => {
  const proxy = (more: object = {}) =>
    sample((etcd) => {
      const { values } = etcd;
      new DeploymentComponent(etcd, 'proxy', {
        image: 'haproxy',
        user: 'haproxy',
        command: ['haproxy'],
        values: values.proxy,
        replicas: values.proxy.replicas,
        ports: { client: values.proxy.port, metrics: 8404 },
        env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        probes: {},
        ingress: [ingressFromClients('etcd', values.proxy.port)],
        connectsTo: [{ description: 'members', egress: egressToComponent('etcd', 'server', 2380, 2381) }],
        ...more,
      });
    });

  test('are a Deployment that rolls without a gap, a disruption budget and a network policy', () => {
    const objects = proxy().render();
    expect(objects.ids).toEqual([
      'Deployment/etcd-proxy',
      'NetworkPolicy/etcd-proxy',
      'PodDisruptionBudget/etcd-proxy',
    ]);
    expect(objects.get('Deployment', 'etcd-proxy').spec).toMatchObject({
      replicas: 2,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(
      proxy()
        .render({ proxy: { replicas: 1 } })
        .has('PodDisruptionBudget/etcd-proxy'),
    ).toBe(false);
  });

  test("have their variables, and the user's behind them", () => {
    const { env, ports } = containerOf(
      proxy()
        .render({ proxy: { extraEnv: { A: 'b' } } })
        .pod('Deployment', 'etcd-proxy'),
      'proxy',
    );
    expect(env!.map(({ name }) => name)).toEqual(['POD_IP', 'A']);
    expect(ports).toEqual([
      { name: 'client', containerPort: 2379 },
      { name: 'metrics', containerPort: 8404 },
    ]);
  });

  test('let in whom they say, and are let out to what they connect to', () => {
    const { ingress, egress } = proxy().render().get('NetworkPolicy', 'etcd-proxy').spec!;
    expect(ingress).toEqual([
      { from: [{ podSelector: { matchLabels: { 'etcd-client': 'true' } } }], ports: [{ protocol: 'TCP', port: 2379 }] },
    ]);
    expect(egress![1]!.ports).toEqual([
      { protocol: 'TCP', port: 2380 },
      { protocol: 'TCP', port: 2381 },
    ]);
  });

  test('may be there only sometimes, with all that is theirs', () => {
    const { service, render } = sample((etcd) => {
      const { values } = etcd;
      new DeploymentComponent(etcd, 'proxy', {
        test: values.metered,
        image: 'haproxy',
        user: 'haproxy',
        command: ['haproxy'],
        values: values.proxy,
        replicas: values.proxy.replicas,
        ports: { client: values.proxy.port },
        probes: {},
        ingress: [],
      });
    });
    const kolla = { global: { startMode: 'kolla' } };
    expect(render(kolla).ids).toEqual([]);
    expect(render({ ...kolla, metered: true }).ids).toEqual([
      'ConfigMap/etcd-proxy.json',
      'Deployment/etcd-proxy',
      'NetworkPolicy/etcd-proxy',
      'PodDisruptionBudget/etcd-proxy',
    ]);
    // Where it is there, no part of it asks once more.
    const deployment = service.templates().find(({ name }) => name === 'deployment-proxy')!;
    expect(JSON.stringify(deployment.root)).not.toContain('metered');
  });
});

describe('an operation', () => {
  const operation = (more: (etcd: Etcd) => object = () => ({})) =>
    sample((etcd) => {
      const { values } = etcd;
      etcd.password('etcd_password');
      new Operation(etcd, 'clean', {
        image: 'etcd',
        user: 'etcd',
        values: values.job,
        steps: {
          first: { command: ['true'], env: [{ name: 'A', value: 'b' }] },
          sometimes: { command: ['true'], image: 'haproxy', test: values.metered },
          last: { command: ['python3', '/run/kolla/source/clean.py'] },
        },
        ...more(etcd),
      });
    });
  const podOf = (objects: Objects) => objects.pod('CronJob', 'etcd-clean');

  test('is run by hand alone, unless it has a schedule', () => {
    const suspended = { suspend: true, schedule: '0 0 31 2 *' };
    expect(operation().render().get('CronJob', 'etcd-clean').spec).toMatchObject(suspended);
    const { render } = operation(({ values }) => ({ schedule: values.job.schedule }));
    expect(render().get('CronJob', 'etcd-clean').spec).toMatchObject(suspended);
    expect(render({ job: { schedule: '@daily' } }).get('CronJob', 'etcd-clean').spec).toMatchObject({
      suspend: false,
      schedule: '@daily',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
    });
  });

  test('runs its steps one after the other, each with its image', () => {
    const steps = (values: JsonMap = {}) => {
      const { initContainers = [], containers } = podOf(operation().render(values)).spec!;
      return [initContainers, containers].map((list) => list.map(({ name, image }) => [name, image!.split(/[/:]/)[2]]));
    };
    expect(steps()).toEqual([[['first', 'etcd']], [['last', 'etcd']]]);
    expect(steps({ metered: true })).toEqual([
      [
        ['first', 'etcd'],
        ['sometimes', 'haproxy'],
      ],
      [['last', 'etcd']],
    ]);
    const { env, securityContext } = containerOf(podOf(operation().render()), 'first');
    expect(env).toEqual([{ name: 'A', value: 'b' }]);
    expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
    expect(podOf(operation().render()).spec).toMatchObject({ restartPolicy: 'Never' });
  });

  test('has its programs and passwords where they are, without `prepare`', () => {
    const objects = operation(() => ({ programs: [script('clean.py')], secrets: ['etcd_password'] })).render();
    const mounts = containerOf(podOf(objects), 'last').volumeMounts!.map(({ mountPath }) => mountPath);
    expect(mounts).toEqual(['/run/kolla/source', '/run/kolla/secrets', '/tmp']);
    expect(Object.keys(objects.get('ConfigMap', 'etcd-scripts').data!)).toContain('clean.py');
    expect(podOf(objects).spec!.initContainers!.map(({ name }) => name)).toEqual(['first']);
    // Nothing rolls a pod that comes and goes.
    expect(podOf(objects).metadata).not.toHaveProperty('annotations');
  });

  test('with a file has `prepare` in front', () => {
    const objects = operation((etcd) => ({
      files: [new TextFile(etcd, 'a.conf', { path: '/etc/a.conf', template: { text: 'a\n' } })],
    })).render();
    expect(podOf(objects).spec!.initContainers!.map(({ name }) => name)).toEqual(['prepare', 'first']);
    expect(containerOf(podOf(objects), 'first').volumeMounts!.map(({ mountPath }) => mountPath)).toContain(
      '/etc/a.conf',
    );
  });

  test('brings what its connections need, and has a network policy of its own', () => {
    const objects = operation((etcd) => ({
      parts: [
        tlsPart({
          name: 'own',
          path: '/own',
          values: { enabled: etcd.values.secure, secretName: etcd.values.job.schedule },
        }),
      ],
      connectsTo: [
        {
          description: 'members',
          egress: egressToComponent('etcd', 'server', 2379),
          clientLabels: { 'etcd-client': 'true' },
          files: [new TextFile(etcd, 'client.conf', { path: '/etc/client.conf', template: { text: 'a\n' } })],
        },
      ],
    })).render({ secure: true });
    expect(podOf(objects).metadata!.labels).toMatchObject({ 'etcd-client': 'true', 'etcd-operation': 'clean' });
    const mounts = containerOf(podOf(objects), 'last').volumeMounts!.map(({ mountPath }) => mountPath);
    expect(mounts).toEqual(expect.arrayContaining(['/own', '/etc/client.conf']));
    expect(objects.get('NetworkPolicy', 'etcd-clean').spec).toMatchObject({
      podSelector: { matchLabels: { 'etcd-operation': 'clean' } },
      policyTypes: ['Ingress', 'Egress'],
      egress: [{}, { ports: [{ port: 2379 }] }],
    });
  });

  test('runs on the node of the pod that it has to be beside', () => {
    expect(podOf(operation().render()).spec).not.toHaveProperty('affinity');
    const pod = podOf(operation(() => ({ beside: { app: 'x' } })).render());
    expect(pod.spec!.affinity).toEqual({
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'x' } } },
        ],
      },
    });
  });
});

describe('parts of a component:', () => {
  const withParts = (parts: (etcd: Etcd) => object) =>
    sample((etcd) => {
      const { values } = etcd;
      new DeploymentComponent(etcd, 'proxy', {
        image: 'haproxy',
        user: 'haproxy',
        command: ['python3', `${PROGRAMS}/run.py`],
        values: values.proxy,
        replicas: values.proxy.replicas,
        ports: { client: values.proxy.port },
        probes: {},
        ingress: [],
        ...parts(etcd),
      });
    });
  const proxyOf = (objects: Objects) => objects.pod('Deployment', 'etcd-proxy');

  test('programs are copied for as long as the pod lives, with what they import, and roll it', () => {
    const build = (text: string) =>
      withParts((etcd) => {
        etcd.password('etcd_password');
        return { parts: [programs(etcd, [script('run.py', text)], ['etcd_password'])] };
      }).render();
    const pod = proxyOf(build('print(1)\n'));
    expect(containerOf(pod, 'prepare').args).toEqual(['--file=pod.py:0440', '--file=run.py:0440']);
    expect(containerOf(pod, 'proxy').volumeMounts).toEqual([
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'config', mountPath: '/run/kolla/config', readOnly: true },
      { name: 'secrets', mountPath: '/run/kolla/secrets', readOnly: true },
    ]);
    expect(proxyOf(build('print(2)\n')).metadata!.annotations).not.toEqual(pod.metadata!.annotations);
  });

  test('programs that read no password have no Secret', () => {
    const objects = withParts((etcd) => ({ parts: [programs(etcd, [script('run.py')])] })).render();
    expect(proxyOf(objects).spec!.volumes!.map(({ name }) => name)).toEqual(['source', 'config', 'tmp']);
  });

  test.each<[string, readonly string[] | undefined, string[]]>([
    ['the authority alone', undefined, ['ca.crt']],
    ['what is asked for', ['ca.crt', 'tls.key'], ['ca.crt', 'tls.key']],
  ])('a certificate is a folder with %s, where there is TLS', (_, keys, found) => {
    const { render } = withParts(({ values }) => ({
      parts: [
        tlsPart({
          name: 'tls',
          path: '/tls',
          values: { enabled: values.secure, secretName: values.job.schedule },
          ...(keys && { keys }),
        }),
      ],
    }));
    const pod = proxyOf(render({ secure: true, job: { schedule: 'certificate' } }));
    expect(pod.spec!.volumes).toContainEqual({
      name: 'tls',
      secret: { secretName: 'certificate', items: found.map((key) => ({ key, path: key })), defaultMode: 0o440 },
    });
    expect(containerOf(pod, 'proxy').volumeMounts).toContainEqual({ name: 'tls', mountPath: '/tls', readOnly: true });
    expect(proxyOf(render()).spec!.volumes!.map(({ name }) => name)).not.toContain('tls');
  });
});

describe('a part of a chart', () => {
  const configMap = (etcd: Etcd, id: string) =>
    new KubeObject<ConfigMap>(etcd, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: etcd.metadata(id) });
  const file = (etcd: Etcd, name: string, password: string, test?: 'metered') =>
    new TextFile(etcd, name, {
      path: `/${name}`,
      template: { text: `${etcd.password(password, test && etcd.values[test])}\n` },
    });
  const { service, render } = sampleService(proxyValues, (etcd) => {
    const { metered, secure } = etcd.values;
    configMap(etcd, 'always');
    etcd.partIf(metered, () => {
      configMap(etcd, 'metered');
      file(etcd, 'meter', 'etcd_meter_password');
      etcd.partIf(secure, () => {
        configMap(etcd, 'both');
        file(etcd, 'deep', 'etcd_password');
        etcd.require(not(etcd.values.job.schedule.is('never')), ['job', 'schedule'], 'is needed');
      });
    });
    etcd.partIf(not(metered), () => configMap(etcd, 'plain'));
    configMap(etcd, 'after');
    useAll(etcd);
  });
  const idsOf = (values: JsonMap) =>
    render({ passwords, ...values })
      .ids.filter((id) => id.startsWith('ConfigMap/'))
      .map((id) => id.replace(/^ConfigMap\/etcd-/, ''));

  test('is there where its test holds, and a part of it where both do', () => {
    expect(idsOf({})).toEqual(['after', 'always', 'plain']);
    expect(idsOf({ secure: true })).toEqual(['after', 'always', 'plain']);
    expect(idsOf({ metered: true })).toEqual(['after', 'always', 'meter', 'metered']);
    expect(idsOf({ metered: true, secure: true })).toEqual(['after', 'always', 'both', 'deep', 'meter', 'metered']);
  });

  test('asks for passwords only where it is there', () => {
    const missing = (values: JsonMap) => {
      try {
        render(values);
        return [];
      } catch (error) {
        return [...(error as Error).message.matchAll(/passwords\.(\w+): is required/g)].map(([, name]) => name);
      }
    };
    expect(missing({ secure: true })).toEqual([]);
    expect(missing({ metered: true })).toEqual(['etcd_meter_password']);
    expect(missing({ metered: true, secure: true })).toEqual(['etcd_meter_password', 'etcd_password']);
    expect(service.passwordNames).toEqual(['etcd_meter_password', 'etcd_password']);
  });

  test('has them in the Secret only then; the Secret is of the whole chart', () => {
    const keys = (values: JsonMap) => Object.keys(render({ passwords, ...values }).get('Secret', 'etcd').data ?? {});
    expect(keys({ secure: true })).toEqual([]);
    expect(keys({ metered: true })).toEqual(['etcd_meter_password']);
    expect(keys({ metered: true, secure: true })).toEqual(['etcd_meter_password', 'etcd_password']);
  });

  test('requires of values only where it is there', () => {
    const never = { job: { schedule: 'never' } };
    expect(idsOf({ ...never, metered: true })).toContain('metered');
    expect(() => idsOf({ ...never, metered: true, secure: true })).toThrow('job.schedule: is needed');
  });

  test('needs a password in a part of its own besides, and both hold for it', () => {
    const { render: other } = sampleService(proxyValues, (etcd) => {
      etcd.partIf(etcd.values.secure, () => file(etcd, 'meter', 'etcd_meter_password', 'metered'));
      useAll(etcd);
    });
    expect(other({ metered: true }).has('ConfigMap/etcd-meter')).toBe(false);
    expect(() => other({ secure: true, metered: true })).toThrow('etcd_meter_password: is required');
  });
});

describe('a chart that is there only sometimes', () => {
  class Meter extends Service<typeof proxyValues> {
    constructor(scope: Construct) {
      super(scope, proxyValues, { description: 'A meter', home: 'https://example.org', sources: [] });
      this.thereIf(this.values.metered);
      const password = this.password('etcd_meter_password');
      new TextFile(this, 'meter', { path: '/meter', template: { text: `${password}\n` } });
      this.require(this.values.secure, ['secure'], 'is needed');
      useAll(this);
    }
  }
  const cloud = new Cloud();
  const meter = new Meter(cloud);
  const ids = (values: JsonMap) => new Objects(cloud.renderService(meter, values)).ids;

  test('has nothing, and asks for nothing, where it is not there', () => {
    expect(ids({})).toEqual([]);
    expect(ids({ passwords, metered: true, secure: true })).toEqual(['ConfigMap/etcd-meter', 'Secret/etcd']);
  });

  test('asks for what it needs where it is', () => {
    expect(() => ids({ metered: true })).toThrow(/etcd_meter_password: is required.*\n.*secure: is needed/);
  });
});
