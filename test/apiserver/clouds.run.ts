import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { asWritten, forecast, idOf, kindOf } from '../../lib/diff';
import type { Forecast, KubernetesObject } from '../../lib/diff';
import { yaml } from '../../lib/cloud/yaml';
import type { JsonMap } from '../../lib/values/expression';
import { crdsOf, operators } from '../../tools/crd-types/operators';
import { cloudOf } from '../support/clouds';
import { passwords } from '../support/passwords';
import { profiles } from '../support/profiles';
import { generator } from '../support/random';
import { type Alternatives, CLAIM_CHANGES, CLOUD_CHANGES } from './cloud-changes';
import type { Answer, ObjectHead } from './cluster';
import { Cluster } from './cluster';

/**
 * Of a cloud that is changed as operators change theirs, `kolla-cdk8s diff` says of every object what a real API server
 * does with it: whether it takes it, whether it is another then, and whether its pods are. `npm run test:apiserver`.
 *
 * PAIRS clouds, 200 by default. SEED makes the same ones again.
 */
const PAIRS = Number(process.env['PAIRS'] ?? 200);
const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const ROOT = join(__dirname, '..', '..');

/** It is the class of claims that name none. */
const DEFAULT = { 'storageclass.kubernetes.io/is-default-class': 'true' };

const own = process.env['KUBECONFIG'] === undefined ? describe : describe.skip;

own(`pairs of clouds: SEED=${SEED} PAIRS=${PAIRS}`, () => {
  const cloud = cloudOf();
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
    for (const operator of Object.keys(operators)) {
      for (const crd of crdsOf(operator, ROOT).values()) await cluster.define(crd);
    }
    const expandable = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'large', annotations: DEFAULT },
    };
    await cluster.everywhere({ ...expandable, provisioner: 'example.org/none', allowVolumeExpansion: true });
  }, 25 * 60_000);
  afterAll(() => cluster.close());

  /** The values of a cloud, its passwords below all that is changed. */
  const isTaken = (layers: readonly JsonMap[]): boolean => cloud.findings([passwords, ...layers]).problems.length === 0;
  const written = (layers: readonly JsonMap[]): KubernetesObject[] =>
    cloud.render([passwords, ...layers]).map(({ object }) => object);

  test('each change is taken of the cloud for one node', () => {
    const refused = CLOUD_CHANGES.filter((all) => !all.some((change) => isTaken([...profiles['aio']!, change])));
    expect(refused.map(([first]) => JSON.stringify(first))).toEqual([]);
  });

  interface Pair {
    readonly story: string;
    readonly before: readonly KubernetesObject[];
    readonly after: readonly KubernetesObject[];
  }

  const next = generator(SEED);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;

  /** More of some changes over those that there are, each that leaves values that are taken. */
  function changed(layers: readonly JsonMap[], count: number, changes: readonly Alternatives[]): JsonMap[] {
    const all = [...layers];
    for (let i = 0; i < count; i += 1) {
      const change = pick(pick(changes));
      if (isTaken([...all, change])) all.push(change);
    }
    return all;
  }

  /** One in four changes a claim, or too few of them all would be refused, and with some seeds none of a kind. */
  function randomPair(index: number): Pair {
    const profile = pick(Object.keys(profiles));
    const first = changed(profiles[profile]!, pick([0, 0, 1, 2, 4]), CLOUD_CHANGES);
    const claims = changed(first, index % 4 === 0 ? 1 : 0, CLAIM_CHANGES);
    const then = changed(claims, pick([1, 1, 2, 3, 5]), CLOUD_CHANGES);
    const told = (layers: readonly JsonMap[]): string => layers.map((layer) => JSON.stringify(layer)).join(' ');
    const more = first.slice(profiles[profile]!.length);
    return {
      story: `${profile} ${told(more)}; then ${told(then.slice(first.length))}`,
      before: written(first),
      after: written(then),
    };
  }

  const send = (verb: 'keep' | 'apply' | 'create', namespace: string, object: KubernetesObject): Promise<Answer> =>
    cluster[verb](namespace, object as KubernetesObject & ObjectHead, yaml(object));
  const minor = (version: string): number => Number(/1\.(\d+)/.exec(version)![1]);
  /** What this version refuses of an object. */
  const refusalsOf = ({ refusals }: Forecast, id: string) =>
    refusals.filter(({ id: of, before = '1.999' }) => of === id && minor(cluster.version) < minor(before));
  const content = ({ body: { metadata, status: _, ...rest } }: Answer): JsonMap => {
    const { labels = {}, annotations = {} } = metadata as JsonMap;
    return { ...(rest as JsonMap), labels, annotations };
  };
  const template = ({ body }: Answer): unknown => (body['spec'] as JsonMap)['template'];
  const isWorkload = (object: KubernetesObject): boolean =>
    ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kindOf(object));

  /** What happened to one object, and what was foreseen of it. */
  async function compare(
    namespace: string,
    foreseen: Forecast,
    before: KubernetesObject,
    after: KubernetesObject,
  ): Promise<{ readonly happened: JsonMap; readonly said: JsonMap; readonly why: string }> {
    const id = idOf(after);
    const made = await send('keep', namespace, before);
    if (made.status >= 300) throw new Error(`${id}: ${made.status} ${made.body.message ?? ''}`);
    if (kindOf(before) === 'PersistentVolumeClaim') {
      const { spec } = made.body as unknown as { spec: { resources: { requests: JsonMap } } };
      const status = { phase: 'Bound', capacity: spec.resources.requests };
      await cluster.status(namespace, before as KubernetesObject & ObjectHead, status);
    }
    const answer = await send('apply', namespace, after);
    const isTaken = answer.status < 300;
    const why = isTaken ? '' : (answer.body.message ?? '').slice(0, 300);
    const isRefused = refusalsOf(foreseen, id).length > 0;
    if (!isTaken || isRefused) return { happened: { isTaken }, said: { isTaken: !isRefused }, why };
    const rolls = isWorkload(after) && !isDeepStrictEqual(template(made), template(answer));
    return {
      happened: { isTaken, differs: !isDeepStrictEqual(content(made), content(answer)), rolls },
      said: {
        isTaken,
        // Of the object as it is read from there: a file may say what is the default.
        differs: forecast(asWritten([made.body as KubernetesObject], [after]), [after]).changed.length > 0,
        rolls: foreseen.rolls.some((one) => one.id === id),
      },
      why,
    };
  }

  /** How often something happened, so that none of it is missing. */
  const seen = { isTaken: 0, isRefused: 0, rolls: 0, stays: 0, isNew: 0 };

  async function differences({ story, before, after }: Pair): Promise<string[]> {
    const foreseen = forecast(before, after);
    const namespace = await cluster.namespace('privileged');
    const old = new Map(before.map((object) => [idOf(object), object]));
    const wrong = await Promise.all(
      after.map(async (object): Promise<string[]> => {
        const id = idOf(object);
        const was = old.get(id);
        if (!was) {
          const { status, body } = await send('create', namespace, object);
          seen.isNew += 1;
          return status < 300 === (refusalsOf(foreseen, id).length === 0)
            ? []
            : [`${id} is new: ${body.message ?? ''}`];
        }
        if (isDeepStrictEqual(was, object)) return [];
        const { happened, said, why } = await compare(namespace, foreseen, was, object);
        if (happened['isTaken'] === true) seen.isTaken += 1;
        else seen.isRefused += 1;
        if (happened['rolls'] === true) seen.rolls += 1;
        else seen.stays += 1;
        return isDeepStrictEqual(happened, said) ? [] : [`${id}: ${JSON.stringify({ happened, said })} ${why}`];
      }),
    );
    const all = wrong.flat();
    return all.length === 0 ? [] : [story, ...all];
  }

  test('happen as is foreseen', async () => {
    const wrong: string[] = [];
    for (let i = 0; i < PAIRS; i += 1) wrong.push(...(await differences(randomPair(i))));
    expect(wrong).toEqual([]);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(PAIRS / 20);
  }, 900_000);
});
