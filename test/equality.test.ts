import fc from 'fast-check';
import { chartsOf, setValues } from '../lib/cloud';
import type { JsonMap } from '../lib/values/expression';
import { mergeLayers } from '../lib/values/merge';
import { InvalidValues } from '../lib/values';
import { helms } from '../tools/toolchain';
import { spoiled, validValues, withSets } from './support/arbitrary';
import { ValueSet, Verdict, dotted, renderBatch } from './support/batch';
import { cloudOf, required } from './support/clouds';

/**
 * The law: for any values, `helm template` gives what the plain rendering gives, object by object; and what one
 * refuses, the other refuses, at the same paths. SEED replays a run, RUNS makes it longer.
 */
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['RUNS'] ?? 200);

const releaseNames = ['openstack', 'a', 'rel-1', 'x'.repeat(53)];
const namespaces = ['openstack', 'os', 'kube-1'];
const cloud = cloudOf();
const charts = chartsOf(cloud);

/** What the plain rendering makes of a set of values. */
function plain(chart: string, { values, set = [], setString = [] }: ValueSet, release: string, namespace: string): Verdict {
  let sets: JsonMap = {};
  for (const argument of set) sets = setValues(argument, true, sets);
  for (const argument of setString) sets = setValues(argument, false, sets);
  const user = mergeLayers(values, sets);
  const own = cloudOf({ name: release, namespace, values: [user] });
  const service = own.services.find((s) => s.node.id === chart);
  try {
    return { objects: service ? own.renderService(service, user) : own.render().map(({ object }) => object) };
  } catch (error) {
    if (!(error instanceof InvalidValues)) throw error;
    return { refused: error.problems.map((p) => dotted(p.path)) };
  }
}

/** Comparable: objects by kind and name, refused paths sorted and once each. */
function normal(verdict: Verdict): unknown {
  if ('refused' in verdict) return { refused: [...new Set(verdict.refused)].sort() };
  const entries = verdict.objects.map((object) => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    return [`${kind}/${metadata.name}`, object] as const;
  });
  expect(new Set(entries.map(([id]) => id)).size).toBe(entries.length);
  return { objects: Object.fromEntries(entries) };
}

const userValues = (chart: string): fc.Arbitrary<JsonMap> => {
  const schema = cloud.services.find((s) => s.node.id === chart)!.model.jsonSchema;
  const { enabled: _, ...properties } = schema.properties ?? {};
  return validValues({ ...schema, properties }).map((values) => mergeLayers(required, values as JsonMap));
};

const valueSets = (chart: string): fc.Arbitrary<ValueSet> => {
  const values = userValues(chart);
  return fc.oneof(
    { weight: 5, arbitrary: values.map((v) => ({ values: v })) },
    { weight: 2, arbitrary: withSets(values) },
    { weight: 3, arbitrary: spoiled(values).map((v) => ({ values: v })) },
    { weight: 1, arbitrary: spoiled(spoiled(values)).map((v) => ({ values: v })) },
  );
};

const batches = charts.keys();
describe.each(helms())('helm $version', ({ path: helm }) => {
  test.each([...batches].filter((name) => name !== 'openstack'))('%s: both renderings give the same', (name) => {
    const { metadata, files } = charts.get(name)!;
    const release = releaseNames[SEED % releaseNames.length]!;
    const namespace = namespaces[SEED % namespaces.length]!;
    const options = { helm, release, namespace };
    const chart = { name, version: metadata.version, files };
    const sets = fc.sample(valueSets(name), { seed: SEED, numRuns: RUNS });
    const verdicts = sets.map((set) => plain(name, set, release, namespace));

    const fail = (i: number): never => shrink(name, sets[i]!, (set) => {
      const [helmVerdict] = renderBatch(chart, [set], options);
      expect(normal(helmVerdict!)).toEqual(normal(plain(name, set, release, namespace)));
    });
    const compare = (indices: readonly number[]): void => {
      const found = renderBatch(chart, indices.map((i) => sets[i]!), options);
      indices.forEach((i, k) => {
        if (!equal(normal(found[k]!), normal(verdicts[i]!))) fail(i);
      });
    };
    const group = (test: (v: Verdict) => boolean): number[] => verdicts.flatMap((v, i) => (test(v) ? [i] : []));
    const accepted = group((v) => 'objects' in v);
    expect(accepted.length).toBeGreaterThan(RUNS / 4);
    compare(accepted);
  });
});

const equal = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
};

function shrink(name: string, set: ValueSet, check: (set: ValueSet) => void): never {
  check(set);
  throw new Error(`${name}: differs in a batch, not alone: ${JSON.stringify(set)}`);
}
