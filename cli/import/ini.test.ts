import { messageOf } from '../../test/support/message-of';
import { parseIni } from './ini';

const read = (text: string) =>
  parseIni(text, 'nova.conf').map(({ section, name, values }) => [section, name, ...values]);

test('options are read as oslo.config reads them', () => {
  expect(
    read(
      [
        '# a comment',
        '[DEFAULT]',
        'debug = True',
        'my_url: http://192.0.2.1:8774/',
        'quoted = "two words"',
        '; another',
        '[pci]',
        'alias = { "name": "a" }',
        'alias = { "name": "b" }',
        'list = one,',
        '    two',
        '    three',
        'empty =',
      ].join('\n'),
    ),
  ).toEqual([
    ['DEFAULT', 'debug', 'True'],
    ['DEFAULT', 'my_url', 'http://192.0.2.1:8774/'],
    ['DEFAULT', 'quoted', 'two words'],
    ['pci', 'alias', '{ "name": "a" }', '{ "name": "b" }'],
    ['pci', 'list', 'one,two three'],
    ['pci', 'empty', ''],
  ]);
});

test('the line is that of the file', () => {
  expect(parseIni('[a]\n\nb = 1\n', 'x')).toEqual([{ section: 'a', name: 'b', values: ['1'], line: 3 }]);
});

test.each([
  ['debug = True', 'line 1: a section such as [DEFAULT] before the first option is needed'],
  ['[DEFAULT]\ndebug', 'line 2: a section or `name = value` is needed'],
  ['[DEFAULT\n', 'line 1: a section such as [DEFAULT] is needed'],
  ['[DEFAULT]\n= 1', 'line 2: a name before the sign is needed'],
  ['[DEFAULT]\n  1', 'line 2: an option above a line that begins with a blank is needed'],
])('%j is refused', (text, message) => {
  expect(messageOf(() => read(text))).toBe(`nova.conf, ${message}`);
});

test('a file without sections has none where it may', () => {
  expect(parseIni('consumer_timeout = 1', 'rabbitmq.conf', '')).toMatchObject([
    { section: '', name: 'consumer_timeout' },
  ]);
});
