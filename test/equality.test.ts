import fc from 'fast-check';
import { UMBRELLA, chartsOf, setValues } from '../lib/cloud';
import type { Cloud } from '../lib/cloud';
import type { Json, JsonMap } from '../lib/values/expression';
import { InvalidValues } from '../lib/values';
import { helms } from '../tools/toolchain';
import { placesIn, spoiled, withSets } from './support/arbitrary';
import type { ValueSet, Verdict } from './support/batch';
import { dotted, renderBatch } from './support/batch';
import { chartValues, schemaValues, umbrellaSchemaValues, umbrellaValues } from './support/cloud-values';
import { cloudOf } from './support/clouds';

/**
 * The law: for any values, `helm template` gives what the plain rendering gives, object by object, those of `helm test`
 * among them, which an install leaves out (`--skip-tests`, see smoke-tests.test.ts); and what one refuses, the other refuses, at the same paths. SEED replays a run, RUNS makes it longer, TRIES is how often a
 * difference is tried with less.
 */
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['RUNS'] ?? 200);
const TRIES = Number(process.env['TRIES'] ?? 60);

const releaseNames = ['openstack', 'a', 'rel-1', 'x'.repeat(53)];
const namespaces = ['openstack', 'os', 'kube-1'];
const charts = chartsOf(cloudOf());
const { services } = cloudOf();

const verdicts = new WeakMap<ValueSet, Verdict>();

/** What charts say where a value misses what they require beyond their schemas, and the verdicts by that. */
const required = new Set(services.flatMap(({ requirements }) => requirements.map(({ message }) => message)));
const missed = new WeakSet<Verdict>();

/** What the plain rendering makes of a set of values: found once, for it is asked for by both Helms. */
function plain(cloud: Cloud, chart: string, set: ValueSet): Verdict {
  const verdict = verdicts.get(set) ?? findPlain(cloud, chart, set);
  verdicts.set(set, verdict);
  return verdict;
}

function findPlain(cloud: Cloud, chart: string, { values, set = [], setString = [] }: ValueSet): Verdict {
  const typed = set.reduce((into, argument) => setValues(argument, true, into), values);
  const user = setString.reduce((into, argument) => setValues(argument, false, into), typed);
  const service = cloud.services.find((s) => s.node.id === chart);
  try {
    return {
      objects: service
        ? cloud.renderService(service, user, { tests: true })
        : cloud.render([user], { tests: true }).map(({ object }) => object),
    };
  } catch (error) {
    if (!(error instanceof InvalidValues)) throw error;
    const verdict = { refused: error.problems.map((p) => dotted(p.path)) };
    if (error.problems.every(({ message }) => required.has(message))) missed.add(verdict);
    return verdict;
  }
}

/** What Helm tells of it: where a service is no map, Helm tells only that. */
function toldOf(ours: Verdict, found: Verdict): Verdict {
  if (!('refused' in ours && 'refused' in found && found.first)) return ours;
  return { refused: ours.refused.filter((path) => found.refused.includes(path)) };
}

const idOf = (object: object): string => {
  const { kind, metadata } = object as { kind: string; metadata: { name: string } };
  return `${kind}/${metadata.name}`;
};

/** Comparable: objects by kind and name, refused paths sorted and once each. */
function normal(verdict: Verdict): unknown {
  if ('refused' in verdict) {
    return { refused: [...new Set(verdict.refused)].sort() };
  }
  const ids = verdict.objects.map(idOf);
  if (new Set(ids).size !== ids.length) throw new Error(`two objects of one name: ${ids.join(', ')}`);
  return { objects: Object.fromEntries(verdict.objects.map((object) => [idOf(object), object])) };
}

const valueSets = (chart: string): fc.Arbitrary<ValueSet> => {
  const service = services.find((s) => s.node.id === chart);
  const values = service ? chartValues(service) : umbrellaValues(services);
  const ofSchema = service ? schemaValues(service) : umbrellaSchemaValues(services);
  return fc.oneof(
    // Of some of these a chart requires more than its schema says.
    { weight: 1, arbitrary: ofSchema.map((v) => ({ values: v })) },
    { weight: 5, arbitrary: values.map((v) => ({ values: v })) },
    { weight: 2, arbitrary: withSets(values) },
    { weight: 3, arbitrary: spoiled(values).map((v) => ({ values: v })) },
    { weight: 1, arbitrary: spoiled(spoiled(values)).map((v) => ({ values: v })) },
  );
};

/** Of the umbrella fewer: each has values for every chart, and what a chart does by itself is tried with the chart. */
const runsOf = (chart: string): number =>
  chart === UMBRELLA ? Math.ceil(Math.max(RUNS / 2, Math.min(RUNS, 60))) : RUNS;

/** Made once, for both Helms. */
const drawn = new Map<string, readonly ValueSet[]>();
function setsOf(chart: string): readonly ValueSet[] {
  const sets = drawn.get(chart) ?? fc.sample(valueSets(chart), { seed: SEED, numRuns: runsOf(chart) });
  drawn.set(chart, sets);
  return sets;
}

const release = releaseNames[SEED % releaseNames.length]!;
const namespace = namespaces[SEED % namespaces.length]!;
const cloud = cloudOf({ name: release, namespace });

describe.each(helms())('helm $version', ({ path: helm }) => {
  describe.each([...charts.keys()])('%s', (name) => {
    const chart = { name, version: charts.get(name)!.metadata.version, files: charts.get(name)!.files };
    const ours = (set: ValueSet, found: Verdict): Verdict => toldOf(plain(cloud, name, set), found);
    const check = (sets: readonly ValueSet[]): void => {
      const found = renderBatch(chart, sets, { helm, release, namespace });
      const differing = sets.filter((set, i) => !same(found[i]!, ours(set, found[i]!)));
      // One set that Helm refuses ends the batch for all: then look for that one.
      const refusing = differing.filter((set) => {
        const verdict = found[sets.indexOf(set)]!;
        return 'refused' in verdict && verdict.refused.length > 0;
      });
      for (const set of [...refusing, ...differing].slice(0, 1)) {
        const verdict = found[sets.indexOf(set)]!;
        const difference = differenceOf(() => expect(normal(verdict)).toEqual(normal(ours(set, verdict))));
        reportAlone(set, difference);
      }
    };
    const reportAlone = (set: ValueSet, difference: string): void => {
      const smaller = smallest(set, (s) => {
        const [again] = renderBatch(chart, [s], { helm, release, namespace });
        return !same(again!, ours(s, again!));
      });
      const [verdict] = renderBatch(chart, [smaller], { helm, release, namespace });
      try {
        expect(normal(verdict!)).toEqual(normal(ours(smaller, verdict!)));
      } catch (error) {
        throw new Error(`SEED=${SEED}, values ${JSON.stringify(smaller)}\n${(error as Error).message}`);
      }
      throw new Error(`SEED=${SEED}: differs only in a batch: ${difference} for ${JSON.stringify(set)}`);
    };

    const sets = setsOf(name);
    const chosen = (test: (v: Verdict) => boolean): ValueSet[] => sets.filter((set) => test(plain(cloud, name, set)));

    test(`accepted values give the same objects (SEED=${SEED})`, () => {
      const accepted = chosen((v) => 'objects' in v);
      expect(accepted.length).toBeGreaterThan(runsOf(name) / 4);
      check(accepted);
    });

    test(`refused values are refused at the same paths (SEED=${SEED})`, () => {
      const refused = chosen((v) => 'refused' in v && !missed.has(v));
      expect(refused.length).toBeGreaterThan(runsOf(name) / 20);
      // A batch names the chart that refuses, but not which umbrella it is in.
      if (name === UMBRELLA) refused.slice(0, 12).forEach((set) => check([set]));
      else check(refused);
    });

    test(`what the chart itself requires is missed at the same paths (SEED=${SEED})`, () => {
      chosen((v) => missed.has(v))
        .slice(0, 10)
        .forEach((set) => check([set]));
    });
  });
});

const same = (a: Verdict, b: Verdict): boolean => differenceOf(() => expect(normal(a)).toEqual(normal(b))) === 'none';

function differenceOf(check: () => void): string {
  try {
    check();
    return 'none';
  } catch (error) {
    return (error as Error).message.slice(0, 2000);
  }
}

/** The set with everything taken away that is not needed for the difference. */
function smallest(set: ValueSet, differs: (set: ValueSet) => boolean): ValueSet {
  let best = set;
  let tries = TRIES;
  for (let found = true; found;) {
    found = false;
    for (const place of placesIn(best.values, [])) {
      if (tries === 0) return best;
      tries -= 1;
      const values = structuredClone(best.values);
      const parent = place.slice(0, -1).reduce<Json>((at, key) => (at as JsonMap)[key]!, values);
      if (Array.isArray(parent)) parent.splice(Number(place.at(-1)), 1);
      else delete (parent as JsonMap)[place.at(-1)!];
      const candidate = { ...best, values };
      if (differs(candidate)) {
        best = candidate;
        found = true;
        break;
      }
    }
  }
  return best;
}
