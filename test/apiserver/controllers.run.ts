import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { yaml } from '../../lib/cloud/yaml';
import type { KubernetesObject } from '../../lib/diff';
import { asWritten, forecast } from '../../lib/diff';
import { listAt, textAt } from '../../lib/diff/object';
import type { JsonMap } from '../../lib/values/expression';
import { cloudOf } from '../support/clouds';
import { passwords } from '../support/passwords';
import { profiles } from '../support/profiles';
import type { ObjectHead } from './cluster';
import { Cluster } from './cluster';
import { Sample, samples } from './samples';

/**
 * Where `kolla-cdk8s diff` says that pods roll, Kubernetes' own controllers make a new ReplicaSet or ControllerRevision,
 * and nowhere else: `npm run test:apiserver`.
 *
 * WORKLOADS pairs of workloads, 40 by default, of what the charts give, by random changes. SEED makes the same ones again.
 */
const RUNS = Number(process.env['WORKLOADS'] ?? 40);
const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const AT_ONCE = 8;
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'];

const own = process.env['KUBECONFIG'] === undefined ? describe : describe.skip;

own(`controllers: SEED=${SEED} WORKLOADS=${RUNS}`, () => {
  let cluster: Cluster;
  let namespace: string;
  beforeAll(async () => {
    cluster = await Cluster.start(true);
    namespace = await cluster.namespace('privileged');
  }, 25 * 60_000);
  afterAll(() => cluster.close());

  type Workload = KubernetesObject & ObjectHead;
  const send = (verb: 'keep' | 'apply', object: KubernetesObject) =>
    cluster[verb](namespace, object as Workload, yaml(object));

  /** How many revisions of a workload its controller has made, once it has seen the last change. */
  async function revisions(object: Workload, uid: unknown, most: number): Promise<number> {
    const kind = object.kind === 'Deployment' ? 'ReplicaSet' : 'ControllerRevision';
    // A Deployment that is scaled gets its ReplicaSet only after that, which is no more than a moment.
    for (let [tries, seen, made] = [0, 0, 0]; ; tries += 1) {
      const { metadata, status } = (await cluster.get(namespace, object)).body as {
        metadata: JsonMap;
        status?: JsonMap;
      };
      const all = await cluster.list(namespace, { apiVersion: 'apps/v1', kind });
      const owners = all.map((one) => listAt(one, 'metadata', 'ownerReferences')[0]);
      made = owners.filter((owner) => textAt(owner, 'uid') === uid).length;
      if (status?.['observedGeneration'] === metadata['generation']) seen += 1;
      if (seen > 0 && (made === most || seen === 20)) return made;
      if (tries === 600) throw new Error(`${object.kind}/${object.metadata.name} was not seen within a minute`);
      await sleep(100);
    }
  }

  /** Whether there was a new revision, of all that could be compared. */
  const seen: boolean[] = [];

  async function compare({ before, after, story }: Sample): Promise<string[]> {
    const made = await send('keep', before);
    if (made.status >= 300) return [];
    const { uid } = made.body['metadata'] as JsonMap;
    const first = await revisions(before as Workload, uid, 1);
    const { body: live } = await cluster.get(namespace, before as Workload);
    if ((await send('keep', after)).status >= 300) return [];
    const rolls = (await revisions(after as Workload, uid, 2)) > first;
    seen.push(rolls);
    const [ofWritten, ofLive] = [[before], asWritten([live as KubernetesObject], [after])].map(
      (objects) => forecast(objects, [after]).rolls.length > 0,
    );
    const says = { ofWritten, ofLive };
    return first === 1 && rolls === ofWritten && rolls === ofLive
      ? []
      : [`${story}: it has ${first} revisions; rolls: ${rolls}; foreseen: ${JSON.stringify(says)}`];
  }

  test('make a new revision where pods roll', async () => {
    const values = [...profiles['ha']!, passwords];
    const objects = cloudOf({ values, namespace })
      .render()
      .map(({ object }) => object);
    const all = samples(objects, RUNS, SEED, KINDS);
    const wrong: string[] = [];
    for (let i = 0; i < all.length; i += AT_ONCE) {
      wrong.push(...(await Promise.all(all.slice(i, i + AT_ONCE).map(compare))).flat());
    }
    expect(wrong).toEqual([]);
    // Some do, and some do not; the rest was refused.
    expect(new Set(seen)).toEqual(new Set([true, false]));
    expect(seen.length).toBeGreaterThan(RUNS / 2);
  }, 600_000);
});
