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

const NEEDED = 'put the value there that it comes to';

test.each([
  ['{{ a }}', `the template {{ a }} is not known here: ${NEEDED}`],
  ['{{ groups["control"] }}', `the template {{ groups["control"] }} is not known here: ${NEEDED}`],
  ['{{ not_there }}', `the template {{ not_there }} is not known here: ${NEEDED}`],
  ['{% if x %}1{% endif %}', `a template of Ansible that is more than names of variables: ${NEEDED}`],
  ['host-{{ list }}', 'the template {{ list }} gives a list or a map, a text is needed'],
])('%s is not resolved', (a, reason) => {
  const variables = of({ a, list: ['b'] });
  expect(variables.get('a')).toBeUndefined();
  expect([...variables.unresolved]).toEqual([['a', reason]]);
});

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

test.each<[of: 'text' | 'list' | 'flag', Json, string]>([
  ['text', ['b'], 'found a list, a text or a number is needed'],
  ['text', { b: 'c' }, 'found a map, a text or a number is needed'],
  ['list', { b: 'c' }, 'found a map, a list, or a text with commas is needed'],
  ['flag', ['yes'], 'found a list, yes or no is needed'],
  ['flag', 'maybe', 'found the string "maybe", yes or no is needed'],
])('of a %s, %j is told', (how, a, reason) => {
  const variables = of({ a });
  expect(variables[how]('a', false)).toBe(how === 'flag' ? false : undefined);
  expect([...variables.unresolved]).toEqual([['a', reason]]);
});

test('the last of a name counts', () => {
  const both = new Variables([
    { name: 'a', value: 1, where: 'globals.yml:1' },
    { name: 'a', value: 2, where: 'globals.d/x.yml:1' },
  ]);
  expect([both.text('a'), both.where('a')]).toEqual(['2', 'globals.d/x.yml:1']);
});
