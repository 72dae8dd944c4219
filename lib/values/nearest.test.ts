import fc from 'fast-check';
import { nearest } from './nearest';

const known = ['replicas', 'image', 'nodeSelector', 'keystone_admin_password', 'keystone_database_password', 'tls'];

test.each([
  ['replica', 'replicas'],
  ['relpicas', 'replicas'],
  ['imgae', 'image'],
  ['node_selector', 'nodeSelector'],
  ['NODE-SELECTOR', 'nodeSelector'],
  ['keystone_databse_pasword', 'keystone_database_password'],
  ['keystoneAdminPassword', 'keystone_admin_password'],
  ['tsl', 'tls'],
  ['TLS', 'tls'],
])('%s means %s', (found, meant) => {
  expect(nearest(found, known)).toBe(meant);
});

test.each(['', '-', 'x', 'tcp', 'storage', 'enabled', 'keystone'])('%p means none of them', (found) => {
  expect(nearest(found, known)).toBeUndefined();
});

test('one edit for each four characters: two from seven characters on', () => {
  expect(nearest('hosts', ['ports'])).toBeUndefined();
  expect(nearest('relpic', ['replica'])).toBeUndefined();
  expect(nearest('relpics', ['replicas'])).toBe('replicas');
});

test('no name is near when none is known', () => {
  expect(nearest('image', [])).toBeUndefined();
});

test('a difference in spelling counts less than any edit, and the same spelling least', () => {
  expect(nearest('node_selector', ['node_selectors', 'nodeSelector'])).toBe('nodeSelector');
  expect(nearest('nodeSelector', ['node-selector', 'nodeSelector'])).toBe('nodeSelector');
});

test('of equally near names, the first is taken', () => {
  expect(nearest('port', ['ports', 'sport'])).toBe('ports');
  expect(nearest('port', ['sport', 'ports'])).toBe('sport');
});

const name = fc.stringMatching(/^[a-z][a-z_]{6,30}$/).filter((text) => text.replaceAll('_', '').length > 6);

test('finds a name again after one slip', () => {
  const slip = fc.constantFrom<(text: string, at: number) => string>(
    (text, at) => text.slice(0, at) + text.slice(at + 1),
    (text, at) => `${text.slice(0, at)}q${text.slice(at)}`,
    (text, at) => `${text.slice(0, at)}q${text.slice(at + 1)}`,
    (text, at) => text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2),
  );
  fc.assert(
    fc.property(name, slip, fc.nat(), (meant, makeSlip, at) => {
      expect(nearest(makeSlip(meant, at % meant.length), [meant])).toBe(meant);
    }),
  );
});

test('finds a known name itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1 }), fc.nat(), (names, at) => {
      const meant = names[at % names.length] ?? '';
      expect(nearest(meant, names)).toBe(meant);
    }),
  );
});
