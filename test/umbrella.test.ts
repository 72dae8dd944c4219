import fc from 'fast-check';
import { UMBRELLA, chartsOf } from '../lib/cloud';
import { Chart } from '../lib/package';
import type { JsonMap } from '../lib/values/expression';
import { helms } from '../tools/toolchain';
import { folderOf, renderBatch } from './support/batch';
import { acceptedValues } from './support/cloud-values';
import { cloudOf, required } from './support/clouds';
import { ParsedObject, helmTemplate, parseObjects } from './support/helm';
import { chartsAt } from './support/versions';

/** SEED replays a run, RUNS makes it longer. */
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['RUNS'] ?? 10);

const cloud = cloudOf();
const { services } = cloud;
const charts = chartsOf(cloud);
const release = { release: 'rel', namespace: 'openstack' };

const idOf = ({ kind, metadata }: ParsedObject): string => `${String(kind)}/${(metadata as { name: string }).name}`;
const byId = (objects: readonly ParsedObject[]) => Object.fromEntries(objects.map((object) => [idOf(object), object]));

/** What Helm makes of some sets of values of a chart. */
function rendered(helm: string, name: string, sets: readonly JsonMap[]): ParsedObject[][] {
  const { metadata, files } = charts.get(name)!;
  const chart = { name, version: metadata.version, files };
  const verdicts = renderBatch(
    chart,
    sets.map((values) => ({ values })),
    { helm, ...release },
  );
  return verdicts.map((verdict, i) => {
    if ('objects' in verdict) return [...verdict.objects];
    throw new Error(`SEED=${SEED}: ${name} refuses ${verdict.refused.join()} in ${JSON.stringify(sets[i])}`);
  });
}

describe.each(helms())('helm $version:', ({ path: helm }) => {
  test(`the umbrella gives what the charts of its enabled services give (SEED=${SEED}, RUNS=${RUNS})`, () => {
    const sets = fc.sample(acceptedValues(cloud), { seed: SEED, numRuns: RUNS });
    const together = rendered(helm, UMBRELLA, sets);
    const apart = sets.map((): ParsedObject[] => []);
    for (const service of services.map(({ node }) => node.id)) {
      const blocks = sets.map((values) => values[service] as JsonMap);
      const own = rendered(
        helm,
        service,
        sets.map(({ global }, i) => ({ global: global!, ...blocks[i] })),
      );
      own.forEach((objects, i) => blocks[i]!['enabled'] !== false && apart[i]!.push(...objects));
    }
    expect(apart.filter((objects) => objects.length > 0).length).toBeGreaterThan(RUNS / 2);
    sets.forEach((values, i) => {
      expect(together[i]).toHaveLength(apart[i]!.length);
      expect({ SEED, values, objects: byId(together[i]!) }).toEqual({ SEED, values, objects: byId(apart[i]!) });
    });
  });

  const parent = (parts: { readonly [alias: string]: Chart }) => apartIn(helm, parts);
  const alone = (chart: Chart) => Object.values(parent({ alone: chart }))[0]!;

  test('two services of different versions: each gives what it gives alone', () => {
    const [keystone, memcached] = [charts.get('keystone')!, charts.get('memcached')!];
    for (const [one, other] of [
      [keystone, newer('memcached')],
      [newer('keystone'), memcached],
    ] as const) {
      expect(parent({ one, other })).toEqual({ one: alone(one), other: alone(other) });
    }
    expect(registriesOf(alone(newer('keystone')))).toEqual([NEWER]);
  });

  test('one service in two versions: Helm keeps one set of helpers, of the alias that sorts first', () => {
    const older = charts.get('keystone')!;
    for (const [parts, kept] of [
      [{ a: older, b: newer('keystone') }, registriesOf(alone(older))],
      [{ a: newer('keystone'), b: older }, [NEWER]],
    ] as const) {
      const { a, b } = parent(parts);
      expect([registriesOf(a!), registriesOf(b!)]).toEqual([kept, kept]);
    }
  });

  test('… each would keep its own, if their names had the version in them', () => {
    const [a, b] = [charts.get('keystone')!, newer('keystone')].map(withVersionedHelpers);
    expect(parent({ a: a!, b: b! })).toEqual({ a: alone(a!), b: alone(b!) });
    expect(parent({ a: b!, b: a! })).toEqual({ a: alone(b!), b: alone(a!) });
  });
});

/** Objects of each part of a chart that has them under aliases. */
function apartIn(helm: string, parts: { readonly [alias: string]: Chart }): { [alias: string]: ParsedObject[] } {
  const dependencies = Object.entries(parts).map(([alias, { metadata }]) => {
    return { name: metadata.name, version: metadata.version, repository: '', alias };
  });
  const chart = folderOf([
    ['Chart.yaml', JSON.stringify({ apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies })],
    ...Object.entries(parts).flatMap(([alias, { files }]) =>
      [...files].map(([path, text]) => [`charts/${alias}/${path}`, text] as const),
    ),
  ]);
  const documents = helmTemplate(chart, { helm, ...release, values: required }).split(/^---\n/m);
  const of = (alias: string): string[] =>
    documents.filter((text) => text.startsWith(`# Source: parent/charts/${alias}/`));
  return Object.fromEntries(Object.keys(parts).map((alias) => [alias, parseObjects(of(alias).join('---\n'))]));
}

const NEWER = 'newer.example.org';

/** A chart with other texts in its templates. */
const changed = ({ metadata, files }: Chart, change: (text: string) => string): Chart =>
  new Chart(
    metadata,
    new Map([...files].map(([path, text]) => [path, typeof text === 'string' ? change(text) : text])),
  );

/** A service's chart as a later version might make it, in which another helper gives another image. */
function newer(name: string): Chart {
  const next = chartsAt('99.0.0', charts).get(name)!;
  return changed(next, (text) => text.replaceAll('{{ .Values.global.registry }}', NEWER));
}

const registriesOf = (objects: readonly ParsedObject[]): string[] => {
  const images = JSON.stringify(objects).matchAll(/"image":"([^/]+)\//g);
  return [...new Set([...images].map(([, registry]) => registry!))];
};

/** The chart, had its helpers names such as `keystone-0.1.0.release`. */
function withVersionedHelpers(chart: Chart): Chart {
  const { name, version } = chart.metadata;
  return changed(chart, (text) =>
    text.replaceAll(new RegExp(`((?:define|include) ")${name}\\.`, 'g'), `$1${name}-${version}.`),
  );
}
