import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { z } from 'zod';
import type { OsloFiles } from '../../data/oslo/options';
import { osloOptions } from '../../lib/config';
import { fileTable, hasTable } from '../../lib/config/oslo';
import { namesOf } from '../../lib/config/oslo/names';
import { schemaJson } from '../../lib/package/schema';
import { RELEASES } from '../../lib/kolla/image';
import { optionRules } from '../../lib/openstack/options';
import { ValuesModel, group } from '../../lib/values';
import type { JsonMap } from '../../lib/values/expression';
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

/** A chart's values: a release, and options. */
const modelOf = (project: string, file: string) =>
  new ValuesModel(
    'case',
    z.strictObject({
      release: z.enum(RELEASES).optional(),
      conf: group({ [file]: osloOptions(`${project}/${file}` as keyof OsloFiles) }),
    }),
    [],
    optionRules,
  );

/** A chart whose values are values of charts. */
function chart(project: string, file: string): string {
  const one = modelOf(project, file).chartSchema;
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

describe.each(FILES)('options of %s in a chart', (project, file) => {
  const cases = values(project, file);
  const folder = chart(project, file);
  const model = modelOf(project, file);
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
