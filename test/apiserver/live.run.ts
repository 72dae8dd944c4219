import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { load, loadAll } from 'js-yaml';
import { UMBRELLA, chartsOf } from '../../lib/cloud';
import { yaml } from '../../lib/cloud/yaml';
import type { Forecast, KubernetesObject } from '../../lib/diff';
import { asWritten, forecast, idOf } from '../../lib/diff';
import type { ServiceChart } from '../../lib/kubernetes';
import { InvalidValues } from '../../lib/values';
import type { JsonMap } from '../../lib/values/expression';
import { crdsOf, operators } from '../../tools/crd-types/operators';
import { helms, tool } from '../../tools/toolchain';
import { folderOf } from '../support/batch';
import { chartValues } from '../support/cloud-values';
import { cloudOf } from '../support/clouds';
import { runHelm, valuesFile } from '../support/helm';
import { start } from '../support/many-helms';
import { passwords } from '../support/passwords';
import { profiles } from '../support/profiles';
import { compiledProject } from '../support/project';
import type { ObjectHead } from './cluster';
import { Cluster } from './cluster';
import { sorted } from './sorted';

/**
 * `kolla-cdk8s diff --cluster` says of what a real API server has what `diff` says of what was sent to it, and kubectl
 * reads it with no more rights than docs/command.md asks for: `npm run test:apiserver`.
 *
 * An API server of our own takes the objects for good; one that KUBECONFIG names would run their pods, and is not asked.
 */
const ROOT = join(__dirname, '..', '..');
const own = process.env['KUBECONFIG'] === undefined ? describe : describe.skip;
let cluster: Cluster;

/** Pairs of random values for each chart. SEED makes the same ones again. */
const CLOUDS = Number(process.env['CLOUDS'] ?? 3);
const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31));

/** Of a forecast, all but how many objects stay as they are. */
const NOTHING = {
  ...{ added: [], removed: [], changed: [], rolls: [], jobs: [], cronJobs: [] },
  ...{ refusals: [], releases: [] },
};

/** A cloud that a cluster has. */
interface Deployed {
  readonly namespace: string;
  readonly written: readonly KubernetesObject[];
  readonly live: readonly KubernetesObject[];
}
const deployed = new Map<string, Deployed>();

const rendered = (layers: readonly JsonMap[], namespace: string): KubernetesObject[] =>
  cloudOf({ values: [...layers, passwords], namespace })
    .render()
    .map(({ object }) => object);

/** The objects of one chart, where it takes the values. */
function renderedService(service: ServiceChart, values: JsonMap, namespace: string): KubernetesObject[] | undefined {
  const cloud = cloudOf({ namespace });
  try {
    return cloud.renderService(
      cloud.services.find(({ node }) => node.id === service.node.id)!,
      values,
    );
  } catch (error) {
    if (!(error instanceof InvalidValues)) throw error;
    return undefined;
  }
}

/** The charts write the protocol of each port, which is the default: of a port that goes, it is not told. */
function comparable(forecast: Forecast): unknown {
  const { changed, ...rest } = sorted(forecast);
  const told = changed.map(({ id, changes }) => ({
    id,
    changes: changes.filter(({ path }) => !/\.protocol$/.test(path)),
  }));
  const text = JSON.stringify({ ...rest, changed: told }, (key, value) => (key === 'protocol' ? undefined : value));
  return JSON.parse(text);
}

/** A profile in a namespace of its own. */
async function deploy(profile: string, more: readonly JsonMap[] = []): Promise<Deployed> {
  const known = more.length === 0 ? deployed.get(profile) : undefined;
  if (known) return known;
  const namespace = await cluster.namespace('privileged');
  const written = rendered([...profiles[profile]!, ...more], namespace);
  const live = await Promise.all(written.map((object) => keep(namespace, object)));
  const cloud = { namespace, written, live };
  if (more.length === 0) deployed.set(profile, cloud);
  return cloud;
}

async function keep(namespace: string, object: KubernetesObject): Promise<KubernetesObject> {
  const { status, body } = await cluster.keep(namespace, object as KubernetesObject & ObjectHead, yaml(object));
  if (status >= 300) throw new Error(`${idOf(object)}: ${status} ${body.message ?? ''}`);
  return body as KubernetesObject;
}

own('a cluster that has a cloud', () => {
  beforeAll(async () => {
    cluster = await Cluster.start();
    for (const operator of Object.keys(operators)) {
      for (const crd of crdsOf(operator, ROOT).values()) await cluster.define(crd);
    }
  }, 25 * 60_000);
  afterAll(() => cluster.close());

  test.each(Object.keys(profiles))('%s: what is there is as it was written', async (profile) => {
    const { live, written } = await deploy(profile);
    const found = forecast(asWritten(live, written), written);
    expect(found).toEqual({ ...NOTHING, unchanged: written.length });
  });

  const debug = { global: { debug: true } };
  const old = { global: { release: '2025.1' } };
  const more = {
    global: { pools: { more: { nodeSelector: { 'openstack-compute': 'more' }, role: 'compute' } } },
    neutron: { pools: { more: { tunnelAddress: '10.1.0.0/16' } } },
  };
  test.each<[what: string, profile: string, before: JsonMap[], after: JsonMap[]]>([
    ['debug', 'aio', [], [debug]],
    [
      'another tag',
      'aio',
      [],
      [{ placement: { images: { 'placement-api': { tag: '2026.1-debian-trixie-20260801' } } } }],
    ],
    ['an upgrade', 'ha', [old], []],
    ['a service that goes too early', 'ha', [old], [old, { glance: { release: '2026.1' } }]],
    ['replicas, another way', 'ha', [], [{ keystone: { api: { replicas: 1 } }, nova: { api: { replicas: 5 } } }]],
    ['no placement', 'aio', [], [{ placement: { enabled: false } }]],
    ['a database of one member', 'ha', [], [{ global: { database: { replicas: 1 } } }]],
    ['no more Ingress', 'ha', [], [{ global: { publicEndpoints: { type: 'None' } } }]],
    ['no more HTTPRoutes', 'operators', [], [{ global: { publicEndpoints: { type: 'None' } } }]],
    ['no more LoadBalancers', 'external', [], [{ global: { publicEndpoints: { type: 'None' } } }]],
    ['a larger claim for images', 'aio', [], [{ glance: { stores: { file: { storage: { size: '300Gi' } } } } }]],
    ['a pool less', 'compute-pools', [more], []],
  ])('%s: %s, the same as of what was written', async (_, profile, before, after) => {
    const { namespace, live, written } = await deploy(profile, before);
    const fresh = rendered([...profiles[profile]!, ...after], namespace);
    const expected = forecast(written, fresh);
    expect(expected.changed.length + expected.removed.length).toBeGreaterThan(0);
    expect(comparable(forecast(asWritten(live, fresh), fresh))).toEqual(comparable(expected));
  });

  describe(`random values: SEED=${SEED} CLOUDS=${CLOUDS}`, () => {
    const { services } = cloudOf();
    test.each(services.map((service) => [service.node.id, service] as const))('%s', async (_, service) => {
      const sets = fc.sample(chartValues(service), { seed: SEED, numRuns: 2 * CLOUDS });
      for (let i = 0; i < sets.length; i += 2) await compare(service, sets[i]!, sets[i + 1]!);
    });

    async function compare(service: ServiceChart, first: JsonMap, second: JsonMap): Promise<void> {
      const namespace = await cluster.namespace('privileged');
      const [before, after] = [first, second].map((values) => renderedService(service, values, namespace));
      if (before === undefined || after === undefined) return;
      const answers = await Promise.all(
        before.map((object) => cluster.keep(namespace, object as KubernetesObject & ObjectHead, yaml(object))),
      );
      // What the API server knows better than the schema is another matter.
      const written = before.filter((_, i) => answers[i]!.status < 300);
      const live = answers.flatMap(({ status, body }) => (status < 300 ? [body as KubernetesObject] : []));
      const same = forecast(asWritten(live, written), written);
      expect({ ...same, unchanged: 0 }).toEqual({ ...NOTHING, unchanged: 0 });
      const [ofLive, ofWritten] = [asWritten(live, after), written].map((objects) => sorted(forecast(objects, after)));
      const { added, removed, rolls, jobs, refusals, releases } = ofWritten!;
      expect(ofLive).toMatchObject({ added, removed, rolls, jobs, refusals, releases });
      // A default that is written no longer stays a default.
      expect(ofWritten!.changed.map(({ id }) => id)).toEqual(
        expect.arrayContaining(ofLive!.changed.map(({ id }) => id)),
      );
    }
  });

  describe('the command', () => {
    let project: string;
    let cloud: Deployed;
    beforeAll(async () => {
      project = compiledProject();
      cloud = await deploy('aio');
    });

    const fileOf = (objects: readonly object[]): string => {
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      return join(folderOf([['objects.json', JSON.stringify(list)]]), 'objects.json');
    };
    const home = folderOf([]);
    const diff = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
      start(process.execPath, [join(project, 'cli', 'main.js'), 'diff', ...args], {
        // What kubectl keeps of what it finds out is in the home folder.
        ...{ PATH: process.env['PATH'], HOME: home, KUBECTL: tool('kubectl'), ...env },
      });
    const ofCluster = (file: string, namespace = cloud.namespace, kubeconfig = cluster.kubeconfig) =>
      diff(['--cluster', file, '--namespace', namespace, '--kubeconfig', kubeconfig]);

    test('no differences', async () => {
      expect(await ofCluster(fileOf(cloud.written))).toEqual({ status: 0, stdout: 'no differences\n', stderr: '' });
    });

    const ways: readonly (readonly [string, (namespace: string, written: string) => void])[] = [
      [
        'kubectl apply',
        (namespace, written) => {
          const where = ['--kubeconfig', cluster.kubeconfig, '--namespace', namespace];
          execFileSync(tool('kubectl'), [...where, 'apply', '-f', written], { env: { PATH: '', HOME: home } });
        },
      ],
      ...helms().map(
        ({ version, path }) =>
          [
            `helm ${version}`,
            (namespace: string) => {
              const chart = folderOf(chartsOf(cloudOf()).get(UMBRELLA)!.files);
              const layers = [...profiles['ha']!, passwords].map((layer) =>
                folderOf([['values.json', valuesFile(layer)]]),
              );
              const values = layers.flatMap((folder) => ['--values', join(folder, 'values.json')]);
              const where = ['--kubeconfig', cluster.kubeconfig, '--namespace', namespace];
              runHelm(path, ['install', UMBRELLA, chart, ...where, ...values]);
            },
          ] as const,
      ),
    ];
    test.each(ways)('what %s has made: no differences', async (_, deployWith) => {
      const namespace = await cluster.namespace('privileged');
      const written = fileOf(rendered(profiles['ha']!, namespace));
      deployWith(namespace, written);
      expect(await ofCluster(written, namespace)).toEqual({ status: 0, stdout: 'no differences\n', stderr: '' });
    });

    test('a change, from a cloud file: as of files', async () => {
      const values = folderOf([['cloud.json', JSON.stringify({ ...debug })]]);
      const files = [...profiles['aio']!, passwords].map((layer, i) => [`${i}.json`, JSON.stringify(layer)] as const);
      const folder = folderOf(files);
      const after = [...files.map(([name]) => join(folder, name)), join(values, 'cloud.json')].join(',');
      const found = await ofCluster(after);
      expect(found).toMatchObject({ status: 0, stderr: '' });
      expect(found.stdout).toContain('Deployment/keystone-api\n    ConfigMap/keystone-keystone.conf');
      expect(found).toEqual(await diff([fileOf(cloud.written), after, '--namespace', cloud.namespace]));
    });

    test('what goes is found by its labels, and what has none by its name', async () => {
      const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' }, data: { a: '1' } };
      await keep(cloud.namespace, config);
      const rest = cloud.written.filter(({ kind }) => kind !== 'CronJob');
      const { status, stdout } = await diff([
        ...['--cluster', fileOf([...rest, { ...config, data: { a: '2' } }]), '--format', 'json'],
        ...['--namespace', cloud.namespace, '--kubeconfig', cluster.kubeconfig],
      ]);
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        added: [],
        removed: forecast(cloud.written, rest).removed,
        changed: [{ id: 'ConfigMap/other', changes: [{ path: 'data.a', what: 'changed', before: '1', after: '2' }] }],
      });
    });

    test('an empty namespace', async () => {
      const found = await ofCluster(fileOf(cloud.written), 'nowhere');
      expect(found).toMatchObject({
        status: 0,
        stderr: 'the cluster has none of these objects in the namespace nowhere\n',
      });
      expect(found.stdout).toMatch(new RegExp(`^${cloud.written.length} objects added, 0 removed, 0 changed; `));
    });

    test('a context that there is not', async () => {
      const args = ['--cluster', fileOf(cloud.written), '--kubeconfig', cluster.kubeconfig];
      expect(await diff([...args, '--context', 'nowhere'])).toEqual({
        status: 1,
        stdout: '',
        stderr: 'cannot read the cluster: error: context "nowhere" does not exist\n',
      });
      expect(await diff([...args, '--context', 'test', '--namespace', cloud.namespace])).toMatchObject({ status: 0 });
    });

    test('a kubectl that there is not', async () => {
      expect(await diff(['--cluster', fileOf(cloud.written)], { KUBECTL: '', PATH: '/nowhere' })).toEqual({
        status: 1,
        stdout: '',
        stderr:
          'cannot run kubectl: there is none on PATH; --cluster reads through it, so install it, or name it in KUBECTL\n',
      });
    });

    test('a kind that the cluster does not know', async () => {
      const certificate = { apiVersion: 'example.org/v1', kind: 'Unknown', metadata: { name: 'a' } };
      const { status, stdout } = await ofCluster(fileOf([...cloud.written, certificate]));
      expect(status).toBe(2);
      expect(stdout).toContain('Unknown/a kind: is not known to the cluster: it has no Unknown of example.org/v1\n');
    });

    describe('with the rights of docs/command.md', () => {
      const docs = readFileSync(join(ROOT, 'docs', 'command.md'), 'utf8');
      const [role] = loadAll(/```yaml\n(apiVersion: rbac[^`]+)```/.exec(docs)![1]!) as [JsonMap];

      /** Whoever has this role alone. */
      async function reader(name: string, rules: JsonMap[]): Promise<string> {
        const { metadata: _, ...rest } = role;
        await keep(cloud.namespace, { ...rest, metadata: { name }, rules });
        await keep(cloud.namespace, {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: { name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }],
        });
        const config = load(readFileSync(cluster.kubeconfig, 'utf8')) as { users: { user: JsonMap }[] };
        config.users[0]!.user['as'] = name;
        return join(folderOf([['kubeconfig', JSON.stringify(config)]]), 'kubeconfig');
      }
      const without = (resource: string): JsonMap[] =>
        (role['rules'] as JsonMap[]).map((rule) => ({
          ...rule,
          resources: (rule['resources'] as string[]).filter((one) => one !== resource).concat('none'),
        }));

      test('no differences', async () => {
        const kubeconfig = await reader('all', role['rules'] as JsonMap[]);
        const { namespace } = cloud;
        expect(await ofCluster(fileOf(cloud.written), namespace, kubeconfig)).toEqual({
          status: 0,
          stdout: 'no differences\n',
          stderr: '',
        });
      });

      test('without Secrets', async () => {
        const kubeconfig = await reader('some', without('secrets'));
        expect(await ofCluster(fileOf(cloud.written), cloud.namespace, kubeconfig)).toEqual({
          status: 0,
          stdout: 'no differences\n',
          stderr: 'Secrets are not compared: this login may not read them\n',
        });
      });

      test('without Jobs', async () => {
        const kubeconfig = await reader('few', without('jobs'));
        expect(await ofCluster(fileOf(cloud.written), cloud.namespace, kubeconfig)).toEqual({
          status: 1,
          stdout: '',
          stderr: expect.stringMatching(
            /^cannot read the cluster: Error from server \(Forbidden\): jobs.batch is forbidden: User "few" /,
          ),
        });
      });
    });
  });
});
