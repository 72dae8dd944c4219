import type { Json } from '../../lib/values/expression';
import { Variables } from './variables';

const of = (values: { [name: string]: Json }) =>
  new Variables(Object.entries(values).map(([name, value]) => ({ name, value, where: 'globals.yml:1' })));

test('the names of variables in templates become their values, and their defaults', () => {
  const variables = of({
    network_interface: 'bond0',
    migration_interface: '{{ tunnel_interface }}',
    address: '{{ host }}:{{ port | int }}',
    host: 'db.example.org',
    port: 3306,
  });
  expect(variables.text('migration_interface')).toBe('bond0');
  expect(variables.text('address')).toBe('db.example.org:3306');
  expect(variables.unresolved.size).toBe(0);
});

test.each(['{{ a }}', '{{ groups["control"] }}', '{% if x %}1{% endif %}', '{{ not_there }}'])(
  '%s is not resolved',
  (a) => {
    const variables = of({ a });
    expect(variables.get('a')).toBeUndefined();
    expect([...variables.unresolved.keys()]).toEqual(['a']);
  },
);

test('words are booleans as in Ansible', () => {
  const words = of({ a: 'yes', b: true, c: 'True', d: '1', e: 'no', f: 'anything', g: null });
  expect(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => words.flag(name, false))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(words.flag('g', true)).toBe(true);
});

test('the last of a name counts', () => {
  const both = new Variables([
    { name: 'a', value: 1, where: 'globals.yml:1' },
    { name: 'a', value: 2, where: 'globals.d/x.yml:1' },
  ]);
  expect([both.text('a'), both.where('a')]).toEqual(['2', 'globals.d/x.yml:1']);
});
