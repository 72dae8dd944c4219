import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { z } from 'zod';
import type { OsloFiles } from '../../data/oslo/options';
import { osloOptions, policyOverrides } from '../../lib/config';
import { fileTable, hasTable } from '../../lib/config/oslo';
import { namesOf } from '../../lib/config/oslo/names';
import { namesOf as rulesOf, policyTable } from '../../lib/config/policy';
import { schemaJson } from '../../lib/package/schema';
import { RELEASES } from '../../lib/kolla/releases';
import { optionRules } from '../../lib/openstack/options';
import { ValuesModel, group } from '../../lib/values';
import type { Json, JsonMap } from '../../lib/values/expression';
import { helms } from '../../tools/toolchain';
import { dotted, folderOf, refusedPaths } from '../support/batch';
import { HelmError, runHelm } from '../support/helm';
import { settingsOf } from './settings';

const FILES = [
  ['keystone', 'keystone.conf'],
  ['nova', 'nova.conf'],
  ['cinder', 'cinder.conf'],
].filter(([project]) => RELEASES.every((release) => hasTable(release, project!)));
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const runs = Number(process.env.RUNS ?? 300);

const tables = (project: string, file: string) => RELEASES.map((release) => fileTable(release, project, file));

/** Charts' values: a release, and options of both releases, some under wrong names. */
function values(project: string, file: string): { release: string; conf: JsonMap }[] {
  const all = tables(project, file).flatMap((table) =>
    [...namesOf(table).sections].flatMap(([section, { options }]) =>
      [...options].map(([name, { option }]) => ({ section, name, option })),
    ),
  );
  const wrong = fc.constantFrom('', 'x', 'Debug', 'a b', 'b@d', '-', 'debug ', '日');
  const entry = fc.constantFrom(...all).chain(({ section, name, option }) =>
    fc.record({
      section: fc.oneof(
        { arbitrary: fc.constant(section), weight: 9 },
        fc.constantFrom('foo', 'mdev_x', `${section}x`),
        wrong,
      ),
      name: fc.oneof({ arbitrary: fc.constant(name), weight: 9 }, wrong),
      value: settingsOf(option),
    }),
  );
  const conf = fc
    .array(entry, { maxLength: 4 })
    .map((entries) =>
      entries.reduce<Record<string, JsonMap>>(
        (at, { section, name, value }) => ({ ...at, [section]: { ...at[section], [name]: value } }),
        {},
      ),
    );
  const one = fc.record({ release: fc.constantFrom(...RELEASES), conf });
  return fc.sample(one, { seed, numRuns: runs }).map(({ release, conf: of }) => ({ release, conf: { [file]: of } }));
}

/** The same of a policy, which stands where a file does. */
function policies(project: string): { release: string; conf: JsonMap }[] {
  const tables = RELEASES.map((release) => rulesOf(policyTable(release, project)));
  const ofOne = tables.flatMap((own) => own.filter((name) => !tables.every((other) => other.includes(name))));
  const wrong = fc.constantFrom('', 'x', 'a\nb', 'admin_required ', '日');
  const name = fc.oneof(fc.constantFrom(...tables.flat()), fc.constantFrom(...ofOne), wrong);
  const rules = fc.dictionary(name, fc.constantFrom<Json>('@', '', 'a\nb', 1, null, []), { maxKeys: 3 });
  const ofUser = fc.dictionary(fc.oneof(name, fc.constant('own')), fc.constantFrom<Json>('@', 1), { maxKeys: 2 });
  const one = fc.record({ release: fc.constantFrom(...RELEASES), rules, unchecked: fc.option(ofUser) });
  return fc.sample(one, { seed, numRuns: runs }).map(({ release, rules: of, unchecked }) => ({
    release,
    conf: { policy: unchecked === null ? of : { ...of, unchecked } },
  }));
}

/** A chart's values: a release, and options or rules. */
const modelOf = (file: string, type: ReturnType<typeof osloOptions> | ReturnType<typeof policyOverrides>) =>
  new ValuesModel(
    'case',
    z.strictObject({ release: z.enum(RELEASES).optional(), conf: group({ [file]: type }) }),
    [],
    optionRules,
  );

/** A chart whose values are values of charts. */
function chart({ chartSchema: one }: ReturnType<typeof modelOf>): string {
  const json = schemaJson({ type: 'object', properties: { cases: { type: 'object', additionalProperties: one } } });
  return folderOf([
    ['Chart.yaml', 'apiVersion: v2\nname: chart\nversion: 0.1.0\n'],
    ['values.schema.json', json],
    ['templates/empty.yaml', ''],
  ]);
}

/** Paths that Helm refuses, by case. */
function refusedByHelm(helm: string, folder: string, cases: readonly unknown[]): Map<string, string[]> {
  const file = `${folder}/cases.json`;
  writeFileSync(file, JSON.stringify({ cases: Object.fromEntries(cases.map((one, i) => [`c${i}`, one])) }));
  try {
    runHelm(helm, ['template', 'x', folder, '--values', file]);
    return new Map();
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    const paths = [...refusedPaths(error.stderr).values()].flat();
    const found = new Map<string, string[]>();
    for (const path of paths) {
      const [, key = '', ...rest] = path.split('/');
      found.set(key, [...(found.get(key) ?? []), rest.join('/')]);
    }
    return found;
  }
}

const subjects = [
  ...FILES.map(([project = '', file = '']) => ({
    name: `options of ${project}`,
    model: modelOf(file, osloOptions(`${project}/${file}` as keyof OsloFiles)),
    cases: values(project, file),
  })),
  ...['manila', 'neutron', 'nova'].map((project) => ({
    name: `the policy of ${project}`,
    model: modelOf('policy', policyOverrides(project)),
    cases: policies(project),
  })),
];

describe.each(subjects)('$name in a chart', ({ model, cases }) => {
  const folder = chart(model);
  const ours = cases.map((values) => [...new Set(model.problems(values).map(({ path }) => dotted(path)))].sort());

  it.each(helms().map(({ version, path }) => [version, path]))(
    `are refused by Helm %s where we refuse them, at the same path (SEED=${seed} RUNS=${runs})`,
    (_, helm) => {
      const theirs = refusedByHelm(helm, folder, cases);
      const differing = cases.flatMap((one, i) => {
        const helms = [...new Set(theirs.get(`c${i}`))].sort();
        return JSON.stringify(helms) === JSON.stringify(ours[i]) ? [] : [{ ...one, ours: ours[i], helm: helms }];
      });
      expect(ours.filter((paths) => paths.length > 0).length).toBeGreaterThan(0);
      expect(differing.slice(0, 5).map((of) => JSON.stringify(of))).toEqual([]);
    },
  );
});
