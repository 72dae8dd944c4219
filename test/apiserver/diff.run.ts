import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { asWritten, forecast } from '../../lib/diff';
import type { Forecast, KubernetesObject, Refusal } from '../../lib/diff';
import { yaml } from '../../lib/cloud/yaml';
import type { JsonMap } from '../../lib/values/expression';
import { cloudOf } from '../support/clouds';
import { passwords } from '../support/passwords';
import { profiles } from '../support/profiles';
import type { Answer, ObjectHead } from './cluster';
import { Cluster } from './cluster';
import { MORE_OBJECTS } from './mutations';
import { Sample, samples } from './samples';
import { sorted } from './sorted';

/**
 * What `kolla-cdk8s diff` says will be refused, a real API server refuses; and pods roll where their template, as it
 * keeps it, is another. Of an object that is read from there it says the same as of what was sent:
 * `npm run test:apiserver`.
 *
 * RUNS pairs of objects, 200 by default, made from what the charts give by random changes. SEED makes the same ones again.
 * An API server of our own takes them for good, so that there is something to change; one that KUBECONFIG names would run
 * their pods, and is not asked.
 */
const RUNS = Number(process.env['RUNS'] ?? 200);
const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const AT_ONCE = 8;

const own = process.env['KUBECONFIG'] === undefined ? describe : describe.skip;

own(`diff: SEED=${SEED} RUNS=${RUNS}`, () => {
  let cluster: Cluster;
  let namespace: string;
  let objects: KubernetesObject[];
  beforeAll(async () => {
    cluster = await Cluster.start();
    namespace = await cluster.namespace('privileged');
    // Volumes grow where their class lets them.
    const expandable = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'kolla-cdk8s-test' },
    };
    await cluster.everywhere({ ...expandable, provisioner: 'example.org/none', allowVolumeExpansion: true });
    const values = [...profiles['ha']!, passwords];
    const rendered = cloudOf({ values, namespace }).render(undefined, { tests: true });
    const known = rendered.map(({ object }) => object).filter(({ kind }) => kind !== 'PersistentVolumeClaim');
    objects = [...known, ...MORE_OBJECTS];
  }, 25 * 60_000);
  afterAll(() => cluster.close());

  const send = (verb: 'keep' | 'apply' | 'create', object: KubernetesObject): Promise<Answer> =>
    cluster[verb](namespace, object as KubernetesObject & ObjectHead, yaml(object));

  /** What this version refuses. */
  const refusalsHere = (refusals: readonly Refusal[]): Refusal[] => {
    const minor = (version: string): number => Number(/1\.(\d+)/.exec(version)![1]);
    return refusals.filter(({ before: fixed = '1.999' }) => minor(cluster.version) < minor(fixed));
  };
  const refusalsOf = (before: KubernetesObject[], after: KubernetesObject[]): Refusal[] =>
    refusalsHere(forecast(before, after).refusals);

  /** What is said of an object as it is read from the server, and whether it is another afterwards. */
  function ofLive(made: Answer, after: KubernetesObject, changed: Answer): Forecast & { differs: boolean } {
    const found = forecast(asWritten([made.body as KubernetesObject], [after]), [after]);
    const content = ({ body: { metadata, status: _, ...rest } }: Answer) => {
      const { labels, annotations } = metadata as JsonMap;
      return { ...rest, labels, annotations };
    };
    const differs = !isDeepStrictEqual(content(made), content(changed));
    // What was not taken was to change something; and a Service keeps its address, written or not.
    return { ...found, differs: changed.status >= 300 || isHeadless(made) ? found.changed.length > 0 : differs };
  }
  const isHeadless = ({ body: { kind, spec } }: Answer): boolean =>
    kind === 'Service' && (spec as JsonMap)['clusterIP'] === 'None';

  async function compare({ before, after, story }: Sample): Promise<string[]> {
    const made = await send('keep', before);
    const wrong = refusalsOf([], [before]);
    const said = (answer: Answer): string =>
      answer.status < 300 ? 'taken' : (answer.body.message ?? '').slice(0, 400);
    if (made.status >= 300 !== wrong.length > 0) {
      return [`${story}: made: ${said(made)}; foreseen: ${JSON.stringify(wrong)}`];
    }
    if (made.status >= 300) return [];
    if (before['kind'] === 'PersistentVolumeClaim') {
      const { spec } = made.body as unknown as { spec: { resources: { requests: JsonMap } } };
      const status = { phase: 'Bound', capacity: spec.resources.requests };
      await cluster.status(namespace, before as KubernetesObject & ObjectHead, status);
    }
    const changed = await send('apply', after);
    const { rolls } = forecast([before], [after]);
    const refusals = refusalsOf([before], [after]);
    if (changed.status >= 300 !== refusals.length > 0) {
      return [`${story}: ${said(changed)}; foreseen: ${JSON.stringify(refusals)}`];
    }
    if (before['kind'] !== 'Pod') {
      const found = sorted(ofLive(made, after, changed));
      const expected = { rolls: sorted({ changed: [], rolls }).rolls, refusals, differs: found.differs };
      const says = { rolls: found.rolls, refusals: refusalsHere(found.refusals), differs: found.changed.length > 0 };
      if (!isDeepStrictEqual(says, expected)) {
        return [`${story}: of the live object: ${JSON.stringify({ says, expected, changed: found.changed })}`];
      }
    }
    if (changed.status >= 300 || !['Deployment', 'StatefulSet', 'DaemonSet'].includes(after['kind'] as string))
      return [];
    const template = ({ body }: Answer) => (body['spec'] as JsonMap)['template'];
    const differs = !isDeepStrictEqual(template(made), template(changed));
    return differs === rolls.length > 0 ? [] : [`${story}: rolls: ${differs}; foreseen: ${JSON.stringify(rolls)}`];
  }

  test('what is refused, and which pods roll', async () => {
    const all = samples(objects, RUNS, SEED);
    const wrong: string[] = [];
    for (let i = 0; i < all.length; i += AT_ONCE) {
      wrong.push(...(await Promise.all(all.slice(i, i + AT_ONCE).map(compare))).flat());
    }
    expect(wrong).toEqual([]);
  }, 600_000);

  test('names', async () => {
    const names = [
      'a',
      'a-b',
      'a.b',
      '1a',
      'A',
      'a_b',
      '-a',
      'a-',
      'a..b',
      'é',
      'a'.repeat(52),
      'a'.repeat(60),
      'a'.repeat(64),
    ];
    const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Service', 'Secret', 'ConfigMap'];
    const wrong: string[] = [];
    for (const kind of [...kinds, 'RoleBinding', 'PersistentVolumeClaim', 'NetworkPolicy', 'PodDisruptionBudget']) {
      const object = objects.find((one) => one['kind'] === kind)!;
      for (const name of names) {
        const named = { ...object, metadata: { ...(object['metadata'] as JsonMap), name } };
        const { status, body } = await send('create', named);
        const refusals = refusalsOf([], [named]);
        if (status >= 300 !== refusals.length > 0) wrong.push(`${kind} ${name}: ${status} ${body.message ?? ''}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 600_000);
});
