import { join } from 'node:path';
import { chartsOf, readValues } from '../lib/cloud';
import { helms } from '../tools/toolchain';
import { folderOf } from './support/batch';
import { cloudOf } from './support/clouds';
import { parseObjects, runHelm } from './support/helm';
import { passwords } from './support/passwords';

/**
 * What openstack-helm's chart of Keystone needs: 61 objects, 134 KB rendered, 75 KB packed (docs/decisions.md). Of ours,
 * 8 KB packed are the options of keystone.conf, and 1 KB the rules of its policy, of both releases; 2.5 KB are the three
 * ways in from outside, of which a cloud uses one.
 */
const MOST = { objects: 25, rendered: 60_000, packed: 38_000 };

const charts = chartsOf(cloudOf());
const keystone = charts.get('keystone')!;
const folder = folderOf([
  ...[...charts].flatMap(([name, { files }]) =>
    [...files].map(([path, content]) => [`${name}/${path}`, content] as const),
  ),
  [keystone.packageName, keystone.package],
  ['aio.json', JSON.stringify(readValues(join(__dirname, '..', 'clouds', 'aio.yaml')))],
  ['passwords.json', JSON.stringify(passwords)],
]);
const values = ['aio.json', 'passwords.json'].flatMap((name) => ['--values', join(folder, name)]);

test('the package of keystone stays small', () => {
  expect(keystone.package.length).toBeLessThanOrEqual(MOST.packed);
});

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
});
