import { filesOf, releaseOf } from './generators';
import { common } from './machines';
import { print } from './print';

describe('lists of namespaces', () => {
  const list = (output: string, ...namespaces: string[]) =>
    ['[DEFAULT]', output, 'wrap_width = 79', ...namespaces.map((name) => `namespace = ${name}`), ''].join('\n');

  test('tell the file that they are for', () => {
    const lists = new Map([
      ['etc/oslo-config-generator/kettle.conf', list('output_file = etc/kettle.conf.sample', 'oslo.log', 'kettle')],
      ['etc/oslo-config-generator/lid_agent.ini', list('output_file = etc/plugins/lid_agent.ini.sample', 'kettle.lid')],
      ['etc/oslo-config-generator/policy.conf', list('output_file = etc/policy.yaml.sample', 'kettle')],
    ]);
    expect(filesOf(lists, 'kettle.conf')).toEqual({
      'kettle.conf': ['kettle', 'oslo.log'],
      'lid_agent.ini': ['kettle.lid'],
    });
  });

  test('without a word on it are for the file of the project; two for one file are one', () => {
    const lists = new Map([
      ['etc/kettle-config-generator.conf', list('', 'kettle', 'oslo.db')],
      ['tools/kettle-config-generator.conf', list('', 'kettle', 'oslo.log')],
    ]);
    expect(filesOf(lists, 'kettle.conf')).toEqual({ 'kettle.conf': ['kettle', 'oslo.db', 'oslo.log'] });
  });

  test('have to be there', () => {
    expect(() => filesOf(new Map(), 'kettle.conf')).toThrow('no list of namespaces for kettle.conf');
  });
});

test.each([
  ['2025.1', ['2024.1.rst', '2024.2.rst', '2023.2.rst']],
  ['2024.2', ['2024.1.rst', '2023.2.rst']],
  [undefined, []],
])('sources are of %s if the newest release notes are those before it', (release, notes) => {
  expect(releaseOf(notes.map((name) => `releasenotes/source/${name}`))).toBe(release);
});

describe('of two machines', () => {
  const option = (more: object) => ({ host: { type: 'string', ...more, help: 'Where it is.' } });

  test('what is the same stays', () => {
    const one = () => option({ default: ['a', 1] });
    expect(common(one(), one())).toEqual(one());
  });

  test('a default that differs gives way to the words of the project, or to ours', () => {
    const words = { sample: '<host>' };
    expect(common(option({ default: 'one', ...words }), option({ default: 'other', ...words }))).toEqual(option(words));
    expect(common(option({ default: 2 }), option({ default: 40 }))).toEqual(
      option({ sample: '<depends on the machine>' }),
    );
    expect(common(option({ default: 'one' }), option({}))).toEqual(option({ sample: '<depends on the machine>' }));
  });

  test('a path of the Python that was asked is none of a service', () => {
    const path = () => option({ default: '<site-packages>/kettle/api-paste.ini' });
    expect(common(path(), path())).toEqual(option({ sample: '<site-packages>/kettle/api-paste.ini' }));
  });

  test('sets of Python are sorted, lists stay as they are', () => {
    const one = option({ choices: ['b', 'a'], default: ['d', 'c'] });
    expect(common(one, one)).toEqual(one);
    expect(common(one, option({ choices: ['a', 'b'], default: ['c', 'd'] }))).toEqual(
      option({ choices: ['a', 'b'], default: ['c', 'd'] }),
    );
  });

  test('a limit that differs is none', () => {
    expect(common(option({ min: 1, max: 2 }), option({ min: 1, max: 40 }))).toEqual(option({ min: 1 }));
  });

  test('nothing else may differ', () => {
    const one = { DEFAULT: option({ choices: ['a'] }) };
    const error = '/DEFAULT/host/choices/0 is "a" here and "b" there';
    expect(() => common(one, { DEFAULT: option({ choices: ['b'] }) })).toThrow(error);
  });

  test('an option may be called type, and another default', () => {
    const options = (help: string) => ({ type: { type: 'string' }, default: { type: 'string', help } });
    expect(common(options('The first.'), options('The first.'))).toEqual(options('The first.'));
  });
});

test('print gives each leaf a line, sorts maps, and keeps the order of leaves and of a layout', () => {
  const value = { b: { z: { type: 'string', help: 'Last.' }, a: { type: 'float' } }, versions: { x: '1' }, none: {} };
  expect(print(value, { versions: 0, '*': 1 })).toBe(`{
 "versions": {"x":"1"},
 "b": {
  "a": {"type":"float"},
  "z": {"type":"string","help":"Last."}
 },
 "none": {}
}`);
});
