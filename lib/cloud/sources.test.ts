import { join } from 'node:path';
import { folderOf } from '../../test/support/batch';
import { InvalidValues } from '../values/problem';
import { argumentSource, placeOf, placed, withPlaces } from './sources';
import { setValues } from './set';
import { readValuesFile } from './values-file';

const folder = folderOf([
  [
    'a.yaml',
    `# Ours
keystone: &same
  api:
    replicas: two
    extraEnv: [{ name: A }, { name: B }]
glance: *same
`,
  ],
  ['b.yaml', '{"keystone": {"api": {"replicas": "three"}, "enabled": true}}'],
  ['c.yaml', 'glance: {}\nkeystone:\n'],
]);
const [a, b] = ['a.yaml', 'b.yaml'].map((name) => readValuesFile(join(folder, name))) as [never, never];
const where = (path: readonly (string | number)[], ...more: Parameters<typeof placeOf>[1]) =>
  placeOf(path, [a, b, ...more])?.replace(`${folder}/`, '');

test('a value is set in the last file that has it', () => {
  expect(where(['keystone', 'api', 'replicas'])).toBe('b.yaml:1');
  expect(where(['glance', 'api', 'replicas'])).toBe('a.yaml:4');
  expect(where(['keystone', 'api', 'extraEnv', 1, 'name'])).toBe('a.yaml:5');
});

test('what is missing is missing where the most of its path is', () => {
  expect(where(['keystone', 'api', 'image', 'tag'])).toBe('b.yaml:1');
  expect(where(['glance', 'workers'])).toBe('a.yaml:6');
  expect(where(['keystone', 'api', 'extraEnv', 7])).toBe('a.yaml:5');
});

test('nobody has set what is in no file', () => expect(where(['nova', 'api'])).toBeUndefined());

test('an argument wins, and what it sets is not shown', () => {
  const set = argumentSource('--set', setValues('keystone.api.replicas=four,nova.list[1]=x', true));
  expect(where(['keystone', 'api', 'replicas'], set)).toBe('--set keystone.api.replicas');
  expect(where(['nova', 'list', 1], set)).toBe('--set nova.list[1]');
  expect(where(['nova', 'list', 1, 'deeper'], set)).toBe('--set nova.list[1]');
  // It sets something else there.
  expect(where(['nova', 'api'], set)).toBeUndefined();
});

test('what a null has taken away is missing there', () => {
  const gone = argumentSource('--set', setValues('keystone.api=null', true));
  expect(where(['keystone', 'api', 'replicas'], gone)).toBe('--set keystone.api');
  expect(where(['keystone', 'enabled'], gone)).toBe('b.yaml:1');
  const back = argumentSource('--set', setValues('keystone.api.replicas=five', true));
  expect(where(['keystone', 'api', 'replicas'], gone, back)).toBe('--set keystone.api.replicas');
  const emptied = readValuesFile(join(folder, 'c.yaml'));
  expect(where(['keystone', 'api', 'replicas'], emptied)).toBe('c.yaml:2');
});

test('problems are told with it, other errors as they are', () => {
  const problem = { path: ['keystone', 'enabled'], message: 'found nothing' };
  expect(placed([problem], [b])).toEqual([{ ...problem, message: `found nothing (${folder}/b.yaml:1)` }]);
  expect(placed([problem], [])).toEqual([problem]);
  expect(withPlaces(new InvalidValues('openstack', [problem]), [b])).toMatchObject({
    message: `the values of openstack are not valid:\n  keystone.enabled: found nothing (${folder}/b.yaml:1)`,
  });
  const other = new Error('disk full');
  expect(withPlaces(other, [b])).toBe(other);
});
