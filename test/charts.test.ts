import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UMBRELLA, chartsOf, readValues } from '../lib/cloud';
import { helms } from '../tools/toolchain';
import { folderOf } from './support/batch';
import { cloudOf } from './support/clouds';
import { parseObjects, runHelm } from './support/helm';
import { passwords } from './support/passwords';

/**
 * What openstack-helm's chart of Keystone needs: 61 objects, 134 KB rendered, 75 KB packed (docs/decisions.md). Of ours,
 * 7 KB packed are the options of keystone.conf, and 1 KB the rules of its policy, of both releases; 2.5 KB are the three
 * ways in from outside, of which a cloud uses one. Rendered, 1 KB is that nodes and their pools may be, from which host
 * agents come.
 */
const MOST = { objects: 25, rendered: 62_000, packed: 36_000 };
/**
 * All of a cloud with servers and their networks, 9 services and what comes after a deploy. openstack-helm's charts of that: 566 objects, 1.71 MB
 * rendered, 1.08 MB packed. `release` is what Helm keeps of it in a Secret, of which Kubernetes takes 1 MiB.
 */
const MOST_OF_ALL = { objects: 190, rendered: 680_000, packed: 370_000, release: 300_000 };

const charts = chartsOf(cloudOf());
const keystone = charts.get('keystone')!;
const aio = readValues(join(__dirname, '..', 'clouds', 'aio.yaml'));
const folder = folderOf([
  ...[...charts].flatMap(([name, { files }]) =>
    [...files].map(([path, content]) => [`${name}/${path}`, content] as const),
  ),
  [keystone.packageName, keystone.package],
  ['aio.json', JSON.stringify(aio)],
  // What each chart takes of it.
  ['global.json', JSON.stringify({ global: aio['global'] })],
  ['ha.json', JSON.stringify(readValues(join(__dirname, '..', 'clouds', 'ha.yaml')))],
  ['passwords.json', JSON.stringify(passwords)],
]);
const valuesOf = (profile: string) =>
  [`${profile}.json`, 'passwords.json'].flatMap((name) => ['--values', join(folder, name)]);
const values = valuesOf('global');

test('the package of keystone stays small', () => {
  expect(keystone.package.length).toBeLessThanOrEqual(MOST.packed);
});

test('the packages of all services together stay small', () => {
  const services = [...charts].filter(([name]) => name !== UMBRELLA).map(([, chart]) => chart.package.length);
  expect(services.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_OF_ALL.packed);
  expect(charts.get(UMBRELLA)!.package.length).toBeLessThanOrEqual(MOST_OF_ALL.packed);
});

/** The size of what Helm keeps of a release, about: the manifest, the values, and the chart without its subcharts. */
function releaseSize(manifest: string): number {
  const own = [...charts.get(UMBRELLA)!.files].filter(([path]) => !path.startsWith('charts/'));
  const defaults = [...charts].map(([name, { files }]) => [name, files.get('values.yaml')]);
  return (gzipSync(JSON.stringify({ manifest, own, defaults }), { level: 9 }).length * 4) / 3;
}

describe.each(helms())('helm $version:', ({ path: helm }) => {
  test.each([...charts.keys()])('helm lint --strict has nothing to say of %s', (name) => {
    const said = runHelm(helm, ['lint', '--strict', join(folder, name), ...values]);
    expect(said).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(said).not.toMatch(/\[(WARNING|ERROR)\]/);
  });

  test('what it renders of keystone stays few and small', () => {
    const yaml = runHelm(helm, [
      'template',
      'openstack',
      join(folder, keystone.packageName),
      '--skip-tests',
      ...values,
    ]);
    expect(Buffer.byteLength(yaml)).toBeLessThanOrEqual(MOST.rendered);
    expect(parseObjects(yaml).length).toBeLessThanOrEqual(MOST.objects);
  });

  test.each(['aio', 'ha'])('what it renders of the umbrella stays few and small: %s', (profile) => {
    const chart = join(folder, UMBRELLA);
    const yaml = runHelm(helm, ['template', UMBRELLA, chart, '--skip-tests', ...valuesOf(profile)]);
    expect(Buffer.byteLength(yaml)).toBeLessThanOrEqual(MOST_OF_ALL.rendered);
    expect(parseObjects(yaml).length).toBeLessThanOrEqual(MOST_OF_ALL.objects);
    expect(releaseSize(yaml)).toBeLessThanOrEqual(MOST_OF_ALL.release);
  });
});
