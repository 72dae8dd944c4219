import { assertSubset } from '../../values/subset';
import { jsonSchemaOf } from '../../values/model';
import { optionSchema } from './option-schema';
import type { OsloOption } from './table';

const takes = (option: OsloOption, ...values: readonly unknown[]): unknown[] =>
  values.filter((value) => optionSchema(option).safeParse(value).success);

test('a boolean is one, or a word that oslo.config takes as one', () => {
  expect(takes({ type: 'boolean' }, true, 'Yes', 'OFF', '1', 0, 'y', 2, '')).toEqual([true, 'Yes', 'OFF', '1', 0]);
});

test('a number is no text, but may be none or refer to another option', () => {
  const port: OsloOption = { type: 'port', min: 0, max: 65535 };
  expect(takes(port, 80, 65536, 1.5, '80', '', '$bind_port', '${api.port}')).toEqual([
    80,
    '',
    '$bind_port',
    '${api.port}',
  ]);
  expect(takes({ type: 'integer', choices: [1, 5] }, 1, 2, 5)).toEqual([1, 5]);
  expect(takes({ type: 'integer', min: 0, max: '9223372036854775807' }, 0, -1, 2 ** 53)).toEqual([0]);
});

test('a text is on one line, and no number: 5.0 would be printed as 5', () => {
  expect(takes({ type: 'string' }, 'a b', '', '5.0', 5, true, 'a\nb', 'a<no value>')).toEqual(['a b', '', '5.0']);
  expect(takes({ type: 'string', choices: ['on', 'off'] }, 'on', 'On', '$state')).toEqual(['on', '$state']);
  expect(takes({ type: 'string', choices: ['on'], ignoreCase: true }, 'on', 'On', 'no')).toEqual(['on', 'On']);
  expect(takes({ type: 'string', maxLength: 2 }, 'ab', '日本', 'abc')).toEqual(['ab', '日本']);
});

test('a pattern is searched for as Python does it, or not at all', () => {
  expect(takes({ type: 'string', regex: '^3\\.\\d+$' }, '3.9', '3.9a', '23.9')).toEqual(['3.9']);
  expect(takes({ type: 'string', regex: '[a-f]{2}' }, 'xaby', 'xay')).toEqual(['xaby']);
  expect(takes({ type: 'string', regex: '^(?!no)' }, 'no')).toEqual(['no']);
});

test('a list is one text, for oslo.config reads the last line of an option that it takes once', () => {
  expect(takes({ type: 'list', items: { type: 'string' } }, 'a, b', '', ['a', 'b'])).toEqual(['a, b', '']);
  expect(takes({ type: 'list', items: { type: 'integer' } }, '1,2,', '1, 2', 'a', '1,$x')).toEqual([
    '1,2,',
    '1, 2',
    '1,$x',
  ]);
  expect(takes({ type: 'list', bounds: true, items: { type: 'string' } }, '[a,b]', 'a,b')).toEqual(['[a,b]']);
  expect(takes({ type: 'string', multi: true }, ['a', 'b'], 'a', [], [1])).toEqual([['a', 'b'], 'a', []]);
});

test('a dict is one text of pairs', () => {
  expect(takes({ type: 'dict', values: { type: 'string' } }, 'a:b,c:d:e', '', 'a', ':b')).toEqual(['a:b,c:d:e', '']);
  expect(takes({ type: 'dict', values: { type: 'integer' } }, 'a:1', 'a:b')).toEqual(['a:1']);
});

test('addresses and names of hosts', () => {
  const texts = ['192.0.2.1', '256.0.0.1', '2001:db8::1', '1::2::3', 'a.example', 'a_b', '1.2', '-a'];
  expect(takes({ type: 'ip-address' }, ...texts)).toEqual(['192.0.2.1', '2001:db8::1']);
  expect(takes({ type: 'ip-address', version: 4 }, ...texts)).toEqual(['192.0.2.1']);
  expect(takes({ type: 'hostname' }, ...texts)).toEqual(['a.example']);
  expect(takes({ type: 'host-domain' }, ...texts)).toEqual(['192.0.2.1', '2001:db8::1', 'a.example', 'a_b']);
  expect(takes({ type: 'uri' }, 'https://host:80/a?b', 'host', 'http:/host', 'http://[::1]/')).toEqual([
    'https://host:80/a?b',
    'http://[::1]/',
  ]);
  expect(takes({ type: 'uri', schemes: ['http'] }, 'http://host', 'ftp://host')).toEqual(['http://host']);
});

test('all of it is in the part of JSON schema that zod and Helm judge alike', () => {
  const options: OsloOption[] = [
    { type: 'boolean' },
    { type: 'float', min: 0 },
    { type: 'range', min: 1, max: 9 },
    { type: 'uri' },
    { type: 'host-domain', multi: true },
    { type: 'dict', values: { type: 'list', items: { type: 'string' }, bounds: true } },
    { type: 'string', choices: ['a/b', 'c.d', '-'] },
    { type: 'string', regex: '^[\\w-]+:\\w*:.*$' },
  ];
  for (const option of options) {
    expect(() => assertSubset('conf', jsonSchemaOf('conf', optionSchema(option)))).not.toThrow();
  }
});
