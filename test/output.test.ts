import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UMBRELLA, chartsOf, outputOf, readValues } from '../lib/cloud';
import type { JsonMap } from '../lib/values/expression';
import { mergeLayers } from '../lib/values/merge';
import { NOT_TAKEN } from '../lib/values/types';
import { helms } from '../tools/toolchain';
import { folderOf, renderBatch } from './support/batch';
import { acceptedValues } from './support/cloud-values';
import { cloudOf, required } from './support/clouds';
import { emptyCluster } from './support/empty-cluster';
import { leakFinder, leftoversIn } from './support/leaks';
import { fakeFernetKey } from './support/passwords';
import { notesOf, startHelm } from './support/many-helms';
import { parseObjects } from './support/objects';

/**
 * Nothing that is written shows a value that is missing, or a password outside the data of a Secret. SEED replays a
 * run.
 */
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const SETS = 12;

/** Passwords that are found again in any quoting, for each has something that needs it. */
const findable = (name: string): string =>
  name.includes('credential_key') ? fakeFernetKey(name) : `<${name}> 'is' "a" $secret/of=ours & ünique!`;
const secretTexts: Record<string, string> = {};
const passwords: JsonMap = Object.fromEntries(
  Object.entries((required['global'] as { readonly passwords: JsonMap }).passwords).map(([name, password]) => {
    const found = (text: string): string => (secretTexts[text] = findable(text));
    if (typeof password === 'string') return [name, found(name)];
    // A pair of keys.
    return [name, Object.fromEntries(Object.keys(password as JsonMap).map((half) => [half, found(`${name}_${half}`)]))];
  }),
);
const withPasswords: JsonMap = { global: { passwords } };

const clouds = join(__dirname, '..', 'clouds');
const example = (file: string): JsonMap => mergeLayers(readValues(join(clouds, file)), withPasswords);
const aio = example('aio.yaml');
const profiles: { readonly [name: string]: JsonMap } = {
  ...Object.fromEntries(readdirSync(clouds).map((file) => [file, example(file)])),
  'started by Kolla': mergeLayers(aio, { global: { startMode: 'kolla' } }),
};
const { inText, inObject } = leakFinder(secretTexts);
const inObjects = (objects: readonly object[]): string[] => objects.flatMap((object) => inObject(object as JsonMap));

describe.each(Object.entries(profiles))('%s:', (_, values) => {
  const { manifests, secrets, charts, repository } = outputOf(cloudOf({ values: [values] }));

  test.each([
    ['manifests', manifests],
    ['charts', charts],
    ['repository', repository],
  ])('the text of %s', (_folder, files) => {
    // Packages hold the files of the charts once more.
    const texts = [...files].filter((file): file is [string, string] => typeof file[1] === 'string');
    expect(texts.length).toBeGreaterThan(0);
    // Schemas say that no text may hold it.
    const rule = JSON.stringify(NOT_TAKEN);
    const leaks = texts.flatMap(([path, text]) =>
      inText(text.replaceAll(rule, '{}')).map((leak) => `${path}: ${leak}`),
    );
    expect(leaks).toEqual([]);
  });

  test('the objects', () => {
    const objects = [...manifests.values(), ...secrets.values()].flatMap(parseObjects);
    expect(objects.length).toBeGreaterThan(10);
    expect(inObjects(objects)).toEqual([]);
  });
});

describe.each(helms())('helm $version:', ({ path: helm }) => {
  const release = { helm, release: UMBRELLA, namespace: UMBRELLA };
  const cloud = cloudOf();
  const umbrella = chartsOf(cloud).get(UMBRELLA)!;

  test(`what it renders from ${SETS} sets of values (SEED=${SEED})`, () => {
    const random = fc
      .sample(acceptedValues(cloud), { seed: SEED, numRuns: SETS })
      .map((values) => mergeLayers(values, withPasswords))
      .filter((values) => leftoversIn(JSON.stringify(values)).length === 0);
    expect(random.length).toBeGreaterThan(SETS / 2);
    const sets = [...Object.values(profiles), ...random].map((values) => ({ values }));
    const { name, version } = umbrella.metadata;
    for (const [i, verdict] of renderBatch({ name, version, files: umbrella.files }, sets, release).entries()) {
      const found =
        'refused' in verdict ? verdict.refused.map((path) => `refused: ${path}`) : inObjects(verdict.objects);
      expect({ values: sets[i]!.values, found }).toEqual({ values: sets[i]!.values, found: [] });
    }
  });

  test('the notes', async () => {
    const cluster = await emptyCluster(
      cloudOf({ values: [aio] })
        .render()
        .map(({ object }) => object),
    );
    const folder = folderOf([
      ['kubeconfig', cluster.kubeconfig],
      ['values.json', JSON.stringify(aio)],
      ...[...umbrella.files].map(([path, text]) => [join('chart', path), text] as const),
    ]);
    const chart = ['install', 'rel', join(folder, 'chart'), '--values', join(folder, 'values.json')];
    const dry = ['--dry-run=client', '--disable-openapi-validation', '--render-subchart-notes'];
    const { stdout, stderr, status } = await startHelm(helm, [...chart, ...dry], join(folder, 'kubeconfig'));
    await cluster.close();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const notes = notesOf(stdout);
    expect(notes).toContain('keystone is coming up');
    expect(notes).toContain('OpenStack is coming up');
    // Of what there is with these values, and of nothing else.
    expect(notes).toContain('rollout status statefulset/mariadb\n');
    expect(notes).not.toMatch(/mariadb-proxy|mariadb-backup/);
    expect(inText(notes)).toEqual([]);
  }, 60_000);
});

describe('it would be found:', () => {
  const config = (text: string): JsonMap => ({ kind: 'ConfigMap', metadata: { name: 'a' }, data: { key: text } });
  const password = secretTexts['keystone_admin_password']!;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  test.each([
    ["Go's missing value", config('host = <no value>')],
    ["Go's bad printf", config('port = %!d(string=5000)')],
    ["Go's bad printf", config('port = %!(EXTRA int=5000)')],
    ['a token that nobody filled', config('host = \uFDD0eyJvcCI6\uFDD1')],
    ["JavaScript's object", config('host = [object Object]')],
    ["JavaScript's undefined", config('http://undefined:5000')],
    ["Go's missing value", { kind: 'Secret', data: { key: base64('<no value>') } }],
  ])('%s in %j', (what, object) => {
    expect(inObject(object)).toEqual([expect.stringContaining(what)]);
  });

  test.each([
    ['as it is', config(`password = ${password}`)],
    ['in base64', config(base64(password))],
    ['in base64, behind one letter', config(base64(`:${password}\n`))],
    ['in base64, behind two letters', config(base64(`::${password}`))],
    ['in a URL', config(`mysql://keystone:${encodeURIComponent(password)}@mariadb`)],
    ['in JSON', config(JSON.stringify({ password }))],
    [
      'in JSON as Go writes it',
      config(JSON.stringify(password).replace(/</g, '\\u003c').replace(/>/g, '\\u003e').replace(/&/g, '\\u0026')),
    ],
    ['in an INI file', config(`password = ${password.replace('$', '$$$$')}`)],
    ['as a key', { kind: 'ConfigMap', data: { [password]: '' } }],
    ['as an argument', { kind: 'Pod', spec: { containers: [{ args: ['--password', password] }] } }],
    ['beside the data of a Secret', { kind: 'Secret', metadata: { annotations: { last: password } }, data: {} }],
  ])('a password %s', (_, object) => {
    expect(inObject(object)).toEqual(['the password keystone_admin_password']);
  });

  test('and where it belongs, it is not', () => {
    expect(inObject({ kind: 'Secret', data: { key: base64(password) }, stringData: { key: password } })).toEqual([]);
  });
});
