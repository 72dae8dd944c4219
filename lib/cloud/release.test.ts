import { helms } from '../../tools/toolchain';
import { folderOf } from '../../test/support/batch';
import { runHelm } from '../../test/support/helm';
import { messageOf } from '../../test/support/message-of';
import { Cloud } from './cloud';

const NAMES = "at most 53 lower-case letters, digits, '-' and '.', with a letter or digit at both ends";
const NAMESPACES = "at most 63 lower-case letters, digits and '-', with a letter or digit at both ends";
const taken = ['a', '0', 'openstack', 'my-cloud', 'a--b', 'north.cloud', 'a'.repeat(53)];
const refused = [' ', 'open stack', 'Openstack', 'a_b', '-a', 'a-', 'a.', '.a', 'a..b', 'a.-b', 'a\n', 'wölke', '🙂'];

test.each(taken)('%j is a release name', (name) => {
  expect(new Cloud({ name }).release.name).toBe(name);
});

test.each(['', ...refused])('%j is no release name', (name) => {
  expect(messageOf(() => new Cloud({ name }))).toBe(
    `the release name: found ${JSON.stringify(name)}, allowed are ${NAMES}`,
  );
});

test.each(helms())('Helm $version says the same of release names', ({ path }) => {
  const chart = folderOf([['Chart.yaml', 'apiVersion: v2\nname: a\nversion: 1.0.0\n']]);
  const takes = (name: string): boolean => {
    try {
      runHelm(path, ['template', name, chart]);
      return true;
    } catch {
      return false;
    }
  };
  expect(taken.filter((name) => !takes(name))).toEqual([]);
  expect([...refused, 'a'.repeat(54)].filter(takes)).toEqual([]);
});

test.each(['a', '0', 'my-cloud', 'a'.repeat(63)])('%j is a namespace', (namespace) => {
  expect(new Cloud({ namespace }).release.namespace).toBe(namespace);
});

test.each(['', 'north.cloud', ...refused])('%j is no namespace', (namespace) => {
  expect(messageOf(() => new Cloud({ namespace }))).toBe(
    `the namespace: found ${JSON.stringify(namespace)}, allowed are ${NAMESPACES}`,
  );
});

test('what is too long is told with its length, and both at once', () => {
  const [name, namespace] = ['a'.repeat(54), 'a'.repeat(64)];
  expect(messageOf(() => new Cloud({ name, namespace }))).toBe(
    `the release name: found "${name}" of 54 characters, allowed are ${NAMES}\n` +
      `the namespace: found "${namespace}" of 64 characters, allowed are ${NAMESPACES}`,
  );
});
