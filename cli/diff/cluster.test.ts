import type { KubernetesObject } from '../../lib/diff';
import { folderOf } from '../../test/support/batch';
import { cloudOf, required } from '../../test/support/clouds';
import { profiles } from '../../test/support/profiles';
import { passwords } from '../../test/support/passwords';
import { readCluster } from './cluster';
import { kindsOf } from './kinds';
import { Said, kubectlOf } from './kubectl';

const config = (name: string, more: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more } },
  data: { a: '1' },
});
const route: KubernetesObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'a' },
};
const secret: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };

const gives = (...items: KubernetesObject[]): Said => ({
  status: 0,
  stdout: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  stderr: '',
});
const fails = (stderr: string): Said => ({ status: 1, stdout: '', stderr: `${stderr}\n` });

/** A kubectl that says of each kind what is given, with labels or without; and what it was asked. */
function kubectl(answers: { readonly [resource: string]: Said }, unlabelled: typeof answers = {}) {
  const asked: string[] = [];
  const run = (args: readonly string[]): Promise<Said> => {
    asked.push(args.join(' '));
    return Promise.resolve((args.at(-1) === ANY ? unlabelled : answers)[args[1]!] ?? gives());
  };
  return { asked, run };
}
const ANY = '--selector=owner!=helm';
const scope = { namespace: 'cloud', name: 'openstack', kinds: [{ apiVersion: 'batch/v1', kind: 'Job' }] };

test('the kinds that are to come and those of the charts, by labels; then what was not found, without', async () => {
  const labelled = config('a', { labels: { 'app.kubernetes.io/instance': 'other' } });
  const { asked, run } = kubectl(
    { 'ConfigMap.v1.': gives(labelled) },
    { 'ConfigMap.v1.': gives(labelled, config('b'), config('c')) },
  );
  const { live, notes, refusals } = await readCluster([labelled, config('b')], scope, run);
  const [where, which] = [
    '--namespace=cloud --output=json',
    '--selector=app.kubernetes.io/part-of=openstack,app.kubernetes.io/instance in (openstack,other)',
  ];
  expect(asked).toEqual([
    `get ConfigMap.v1. ${where} ${which}`,
    `get Job.v1.batch ${where} ${which}`,
    `get ConfigMap.v1. ${where} ${ANY}`,
  ]);
  expect({ live, notes, refusals }).toEqual({ live: [labelled, config('b')], notes: [], refusals: [] });
});

test('a cluster with none of it', async () => {
  const { live, notes } = await readCluster([config('a')], scope, kubectl({}).run);
  expect({ live, notes }).toEqual({
    live: [],
    notes: ['the cluster has none of these objects in the namespace cloud'],
  });
});

const unknown = fails('error: the server doesn\'t have a resource type "HTTPRoute"');

test('a kind that the cluster does not know, and is not to come', async () => {
  const kinds = [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' }];
  const { run } = kubectl({ 'ConfigMap.v1.': gives(config('a')), 'HTTPRoute.v1.gateway.networking.k8s.io': unknown });
  expect(await readCluster([config('a')], { ...scope, kinds }, run)).toMatchObject({ refusals: [], notes: [] });
});

test('a kind that the cluster does not know, and is to come', async () => {
  const { run } = kubectl({ 'ConfigMap.v1.': gives(config('a')), 'HTTPRoute.v1.gateway.networking.k8s.io': unknown });
  const { refusals } = await readCluster([config('a'), route], scope, run);
  expect(refusals).toEqual([
    {
      id: 'HTTPRoute/a',
      path: 'kind',
      message: 'is not known to the cluster: it has no HTTPRoute of gateway.networking.k8s.io/v1',
    },
  ]);
});

test('Secrets that may not be read', async () => {
  const forbidden = fails(
    'Error from server (Forbidden): secrets is forbidden: User "a" cannot list resource "secrets"',
  );
  const { run } = kubectl({ 'ConfigMap.v1.': gives(config('a')), 'Secret.v1.': forbidden });
  expect(await readCluster([config('a'), secret], scope, run)).toEqual({
    live: [config('a')],
    after: [config('a')],
    refusals: [],
    notes: ['Secrets are not compared: this login may not read them'],
  });
});

test.each([
  [
    'Error from server (Forbidden): jobs.batch is forbidden: User "a" cannot list resource "jobs"',
    'cannot read the cluster: Error from server (Forbidden): jobs.batch is forbidden: User "a" cannot list resource "jobs"',
  ],
  [
    "E1122 17:00:00.1 1 memcache.go:265] couldn't get current server API group list\nThe connection to the server was refused\n",
    'cannot read the cluster: The connection to the server was refused',
  ],
  ['', 'cannot read the cluster: kubectl ended with 1'],
  ['error: context "nowhere" does not exist', 'cannot read the cluster: error: context "nowhere" does not exist'],
])('%s', async (stderr, message) => {
  const { run } = kubectl({ 'Job.v1.batch': fails(stderr) });
  await expect(readCluster([config('a')], scope, run)).rejects.toMatchObject({ message });
});

test('what cannot be read without labels', async () => {
  const { run } = kubectl({}, { 'ConfigMap.v1.': fails('Error from server (Timeout): the server is slow') });
  await expect(readCluster([config('a')], scope, run)).rejects.toThrow(
    new Error('cannot read the cluster: Error from server (Timeout): the server is slow'),
  );
});

test('what is no JSON, and may be of a Secret', async () => {
  const { run } = kubectl({ 'Secret.v1.': { status: 0, stdout: '{"password": s3cret}', stderr: '' } });
  await expect(readCluster([secret], scope, run)).rejects.toThrow(
    new Error('cannot read the cluster: what kubectl prints is no JSON'),
  );
});

test('an object of another namespace', async () => {
  const after = [config('a', { namespace: 'cloud' }), config('b', { namespace: 'other' })];
  await expect(readCluster(after, scope, kubectl({}).run)).rejects.toThrow(
    new Error('other/ConfigMap/b is of another namespace than cloud, the one that is compared: --namespace other'),
  );
});

describe('kubectl', () => {
  const { KUBECTL, PATH } = process.env;
  const notToRun = folderOf([['kubectl', '']]);
  afterEach(() => Object.assign(process.env, { KUBECTL: KUBECTL ?? '', PATH }));

  test.each([
    [
      { KUBECTL: '', PATH: '/nowhere' },
      'cannot run kubectl: there is none on PATH; --cluster reads through it, so install it, or name it in KUBECTL',
    ],
    [{ KUBECTL: '/nowhere/kubectl' }, 'cannot run /nowhere/kubectl, which KUBECTL names: there is none'],
    [{ KUBECTL: __filename }, `cannot run ${__filename}, which KUBECTL names: you have no rights to it (EACCES)`],
    [{ KUBECTL: '', PATH: notToRun }, 'cannot run kubectl: you have no rights to it (EACCES)'],
  ])('%j', async (env, message) => {
    Object.assign(process.env, env);
    await expect(kubectlOf({})([])).rejects.toMatchObject({ message });
  });

  test('is told of the context, the configuration, and how long to wait', async () => {
    process.env['KUBECTL'] = 'echo';
    const { stdout } = await kubectlOf({ context: 'c', kubeconfig: 'k' })(['get']);
    expect(stdout).toBe('get --context=c --kubeconfig=k --request-timeout=30s\n');
  });
});

describe.each(Object.entries(profiles))('%s', (_, values) => {
  const objects = cloudOf({ values: [...values, passwords], name: 'release' })
    .render()
    .map(({ object }) => object as { kind: string; apiVersion: string; metadata: { name: string; labels?: object } });

  test('each object has the labels by which it is selected', () => {
    const labels = { 'app.kubernetes.io/part-of': 'openstack', 'app.kubernetes.io/instance': 'release' };
    for (const { kind, metadata } of objects) {
      expect({ kind, ...metadata }).toMatchObject({ kind, name: metadata.name, labels });
    }
  });

  test('each kind is one that is asked for', () => {
    const kinds = new Set(
      kindsOf(cloudOf({ values: [required] })).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
    );
    expect(objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).filter((kind) => !kinds.has(kind))).toEqual(
      [],
    );
  });
});
