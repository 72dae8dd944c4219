import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1';
import type { Container } from 'kubernetes-types/core/v1';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UMBRELLA, chartsOf } from '../../lib/cloud';
import { yaml } from '../../lib/cloud/yaml';
import type { JsonMap } from '../../lib/values/expression';
import type { MariaDB } from '../../lib/kubernetes/crds/mariadb';
import type { RabbitmqCluster } from '../../lib/kubernetes/crds/rabbitmq';
import { crdsOf, operators } from '../../tools/crd-types/operators';
import { TYPES, typesOfOperator } from '../../tools/crd-types/write';
import { helms } from '../../tools/toolchain';
import { folderOf } from '../support/batch';
import { cloudOf } from '../support/clouds';
import { parseObjects, runHelm, valuesFile } from '../support/helm';
import { passwords } from '../support/passwords';
import { podTemplateOf } from '../support/pods';
import { profiles } from '../support/profiles';
import { Objects } from '../support/sample';
import type { Answer, ObjectHead } from './cluster';
import { Cluster } from './cluster';

/**
 * A real API server takes every object, with no field unknown and no word of warning, and every pod under the Pod
 * Security Standard that we promise: `npm run test:apiserver`.
 *
 * Which one: that of KUBECONFIG, in namespaces of its own, which go again; else one of our own, found or made as
 * `tools/toolchain` does. KUBERNETES=1.30.14 asks for that version. All is sent as a dry run: no cluster keeps it. The
 * CRDs of the operators that charts write objects for are made where they are missing, and go again.
 */
const ROOT = join(__dirname, '..', '..');
let cluster: Cluster;
const namespaces = { restricted: '', baseline: '', privileged: '' };

// To build it takes minutes, once.
beforeAll(async () => {
  cluster = await Cluster.start();
  for (const operator of Object.keys(operators)) {
    for (const crd of crdsOf(operator, ROOT).values()) await cluster.define(crd);
  }
  for (const level of ['restricted', 'baseline', 'privileged'] as const) {
    namespaces[level] = await cluster.namespace(level);
  }
}, 25 * 60_000);
afterAll(() => cluster.close());

type KubernetesObject = JsonMap & ObjectHead;
interface Sent {
  readonly object: KubernetesObject;
  readonly text: string;
}
type Verb = 'create' | 'apply';

/** What the API server has against an object. */
function objections({ object }: Sent, { status, warnings, body }: Answer): string[] {
  const refused = status >= 300 ? [`${status} ${body.message ?? ''}`] : [];
  return [...refused, ...warnings].map((text) => `${object.kind}/${object.metadata.name}: ${text}`);
}

/** Sends objects; what is said against any of them. Host agents are the exception from each standard: docs/host-agents.md. */
async function send(verb: Verb, level: keyof typeof namespaces, all: readonly Sent[]): Promise<string[]> {
  const answers = all.map(async (one) => {
    const namespace = namespaces[isHostAgent(one.object) ? 'privileged' : level];
    return objections(one, await cluster[verb](namespace, one.object, one.text));
  });
  return (await Promise.all(answers)).flat();
}

/** A DaemonSet, or its pod. */
const isHostAgent = (object: KubernetesObject): boolean =>
  object.kind === 'DaemonSet' ||
  (object.kind === 'Pod' && podTemplateOf(object)?.metadata?.labels?.['node-pool'] !== undefined);

const sent = (object: object): Sent => ({ object: object as KubernetesObject, text: yaml(object as JsonMap) });

/** Pod Security only warns of workloads: their pods are what it refuses. */
const podsOf = (all: readonly Sent[]): Sent[] =>
  all.flatMap(({ object }) => {
    const { metadata, spec } = podTemplateOf(object) ?? {};
    if (!spec) return [];
    const { volumeClaimTemplates = [] } = (object as Partial<StatefulSet>).spec ?? {};
    // As the StatefulSet's controller adds them.
    const claims = volumeClaimTemplates.map(({ metadata: { name = '' } = {} }) => ({
      name,
      persistentVolumeClaim: { claimName: `${name}-${object.metadata.name}-0` },
    }));
    const volumes = [...(spec.volumes ?? []), ...claims];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: object.metadata.name } };
    return [sent({ ...pod, spec: { ...spec, volumes } })];
  });

const levelOf = (profile: string): keyof typeof namespaces => (profile === 'kolla-start' ? 'baseline' : 'restricted');

const manifestsOf = (profile: string, tests = true): Sent[] => {
  const values = [...profiles[profile]!, passwords];
  return cloudOf({ values, namespace: namespaces[levelOf(profile)] })
    .render(undefined, { tests })
    .map(({ object }) => sent(object));
};

describe.each(Object.keys(profiles))('%s:', (profile) => {
  const level = levelOf(profile);

  test.each(['create', 'apply'] as const)('kubectl %s', async (verb) => {
    const all = manifestsOf(profile);
    expect(all.length).toBeGreaterThan(10);
    expect(await send(verb, level, all)).toEqual([]);
  });

  test(`pods under Pod Security ${level}`, async () => {
    const pods = podsOf(manifestsOf(profile));
    expect(pods.length).toBeGreaterThan(1);
    expect(await send('create', level, pods)).toEqual([]);
  });
});

describe.each(helms())('helm $version:', ({ path: helm }) => {
  let all: Sent[] = [];

  test('helm install --dry-run=server', () => {
    const chart = folderOf(chartsOf(cloudOf()).get(UMBRELLA)!.files);
    const layers = [...profiles['ha']!, passwords].map((layer) => folderOf([['values.json', valuesFile(layer)]]));
    const values = layers.flatMap((folder) => ['--values', join(folder, 'values.json')]);
    const where = ['--kubeconfig', cluster.kubeconfig, '--namespace', namespaces.restricted];
    const options = [...where, '--dry-run=server', '--output=json', ...values];
    const release = JSON.parse(runHelm(helm, ['install', UMBRELLA, chart, ...options])) as { manifest: string };
    all = release.manifest.split(/^---\n/m).flatMap((text) => {
      const [object] = parseObjects(text);
      return object ? [{ object: object as KubernetesObject, text }] : [];
    });
    const ids = (list: readonly Sent[]) => list.map(({ object: { kind, metadata } }) => `${kind}/${metadata.name}`);
    expect(ids(all).sort()).toEqual(ids(manifestsOf('ha', false)).sort());
  });

  test.each(['create', 'apply'] as const)('its output: kubectl %s', async (verb) => {
    expect(await send(verb, 'restricted', all)).toEqual([]);
  });
});

describe('objects of operators:', () => {
  test.each(Object.keys(operators))('%s: its types are what `npm run crd-types` makes of its CRDs', (operator) => {
    expect(readFileSync(join(ROOT, TYPES, `${operator}.ts`), 'utf8')).toBe(typesOfOperator(operator, ROOT));
  });
});

describe('refuses', () => {
  /** The API's Deployment with a mistake in it. */
  const planted = (mistake: (deployment: Deployment, container: Container) => void): Sent[] => {
    const objects = new Objects(manifestsOf('aio').map(({ object }) => object));
    const deployment = objects.get('Deployment', 'keystone-api');
    mistake(deployment, podTemplateOf(deployment)!.spec!.containers[0]!);
    return [sent(deployment)];
  };
  const privileged = () => planted((_, container) => (container.securityContext = { privileged: true }));

  test.each(['create', 'apply'] as const)('a misspelt field: kubectl %s', async (verb) => {
    const bad = planted(({ spec }) => Object.assign(spec!, { replica: 3 }));
    expect(await send(verb, 'restricted', bad)).toEqual([expect.stringMatching(/\bspec\.replica\b/)]);
  });

  /** What the charts give the operators, with a mistake in it. */
  const operated = (mistake: (mariadb: MariaDB, rabbitmq: RabbitmqCluster) => void): Sent[] => {
    const objects = new Objects(manifestsOf('operators').map(({ object }) => object));
    const mariadb = objects.any('MariaDB', 'mariadb') as MariaDB;
    const rabbitmq = objects.any('RabbitmqCluster', 'rabbitmq') as RabbitmqCluster;
    mistake(mariadb, rabbitmq);
    return [mariadb, rabbitmq].map(sent);
  };

  test.each(['create', 'apply'] as const)('a misspelt field of an operator: kubectl %s', async (verb) => {
    const bad = operated((mariadb, rabbitmq) => {
      Object.assign(mariadb.spec.galera!, { sstMethod: 'mariabackup' });
      Object.assign(rabbitmq.spec!.rabbitmq!, { extraConfig: '' });
    });
    expect(await send(verb, 'restricted', bad)).toEqual([
      expect.stringMatching(/^MariaDB\/mariadb: .*\bspec\.galera\.sstMethod\b/),
      expect.stringMatching(/^RabbitmqCluster\/rabbitmq: .*\bspec\.rabbitmq\.extraConfig\b/),
    ]);
  });

  test('what an operator does not know as a value', async () => {
    const bad = operated((mariadb) => Object.assign(mariadb.spec.galera!, { sst: 'xtrabackup' }));
    expect(await send('create', 'restricted', bad)).toEqual([
      expect.stringMatching(/^MariaDB\/mariadb: 422 .*spec\.galera\.sst: Unsupported value: "xtrabackup"/),
    ]);
  });

  test('a key that stands there twice', async () => {
    const [{ object, text }] = planted(() => {}) as [Sent];
    const bad = [{ object, text: `${text}kind: Deployment\n` }];
    expect(await send('create', 'restricted', bad)).toEqual([expect.stringMatching(/key "kind" already set/)]);
  });

  test('a variable that stands there twice: kubectl apply', async () => {
    const bad = planted((_, container) => (container.env = ['a', 'b'].map((value) => ({ name: 'A', value }))));
    expect(await send('apply', 'restricted', bad)).toEqual([expect.stringMatching(/duplicate entries for key/)]);
  });

  test('a privileged container: a word of warning for the workload', async () => {
    const bad = [expect.stringMatching(/^Deployment\/keystone-api: would violate PodSecurity "restricted/)];
    expect(await send('create', 'restricted', privileged())).toEqual(bad);
  });

  test.each(['restricted', 'baseline'] as const)('a privileged container: no pod under %s', async (level) => {
    const bad = [expect.stringMatching(/^Pod\/keystone-api: 403 .* violates PodSecurity/)];
    expect(await send('create', level, podsOf(privileged()))).toEqual(bad);
  });

  test('kolla_start: no pod under restricted', async () => {
    const pods = podsOf(manifestsOf('kolla-start')).filter(({ object }) => object.metadata.name === 'keystone-api');
    const bad = [expect.stringMatching(/^Pod\/keystone-api: 403 .* violates PodSecurity.*unrestricted capabilities/)];
    expect(await send('create', 'restricted', pods)).toEqual(bad);
  });
});
