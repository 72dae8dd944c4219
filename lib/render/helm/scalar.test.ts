import { allFromHelm, printed, rendered } from '../../../test/support/rendering';
import { helms } from '../../../tools/toolchain';

describe('a known text stands', () => {
  test.each<[string, string, string]>([
    ['as it is, where all parsers read a text', 'http://a:5000/v3', 'http://a:5000/v3'],
    ['in quotes, where it is a boolean or nothing in YAML 1.1', 'off', '"off"'],
    ['… a number in YAML 1.1', '0755', '"0755"'],
    ['… a number in YAML 1.2', '0o14', '"0o14"'],
    ['… a number only in Go', '0X1F', '"0X1F"'],
    ['… a number once Go has taken each _ out', '1e_3', '"1e_3"'],
    ['… a merge key', '<<', '"<<"'],
    ['… a mark between documents', '---', '"---"'],
    ['… or is escaped, where Go breaks a line at it', 'a\u2028b\u0085', '"a\\u2028b\\u0085"'],
    ['… or does not take it', 'a\u007f\ufeff', '"a\\u007f\\ufeff"'],
    ['as a block, if it has several lines', 'a\n  b\n\n\tc \nd\n', '|\n  a\n    b\n\n  \tc \n  d'],
    ['… without a line break at its end', 'a\nb', '|-\n  a\n  b'],
    ['in quotes, if it begins with a blank', ' a\nb\n', '" a\\nb\\n"'],
    ['… with a tab, which YAML takes for none of its indentation', '\ta\nb', '"\\ta\\nb"'],
    ['… if it ends with more than a line break, which the next {{- would take', 'a\n\n', '"a\\n\\n"'],
    ['… with a blank before that', 'a \n', '"a \\n"'],
    ['… if it is nothing but a line break', '\n', '"\\n"'],
  ])('%s: %j', (_, text, yaml) => {
    expect(printed({ x: text })).toBe(`x: ${yaml}`);
  });

  test('as a key by the same rules, on one line', () => {
    const keys = ['a.b', '0B1', '<<', '... x', 'a\nb', '\u0085'];
    expect(printed(Object.fromEntries(keys.map((key) => [key, 1])))).toBe(
      'a.b: 1\n"0B1": 1\n"<<": 1\n"... x": 1\n"a\\nb": 1\n"\\u0085": 1',
    );
  });
});

const texts = [
  ...[
    '0o14',
    '0O14',
    '0b1',
    '0B1',
    '0x1F',
    '0X1F',
    '-0x1',
    '0_8',
    '+1',
    '1_000',
    '1e3',
    '1e_3',
    '.5',
    '-.5_0',
    '2026.1',
  ],
  ...[
    '2001-01-01',
    '1:30',
    '<<',
    '=',
    '~',
    'null',
    'y',
    'Off',
    '---',
    '...',
    '--- a',
    '... a',
    '-',
    '?',
    '---.',
    '%a',
    '@',
    '0xyz',
  ],
  ...[
    'a\u2028b',
    '\u2029',
    '\u0085',
    'a\ufeff',
    '\ufeffa',
    '\u007f',
    '\u009f',
    '\u00a0',
    'a\u00a0',
    'a\u200b',
    '\ufffe',
    '\u0007',
  ],
  ...[
    '',
    ' ',
    ' a ',
    '\t',
    'a\tb',
    '\n',
    '\n\n',
    ' \n',
    'x\n',
    'x\n\n',
    'x \n',
    'x\n ',
    '\nx',
    '\n x\n',
    '\ta\nb',
    ' a\nb',
  ],
  ...[
    'a\n\tb\n',
    'a\n \nb',
    'a\r\nb\r\n',
    'a\u2028\nb\n',
    'a\n# b',
    'a\n---\nb\n',
    '{{\n}}\n',
    '{{-\n-}}',
    'a: b\n- c\n',
  ],
];
/** Each as a value, a key, an item and the end of the object. */
const written = texts.flatMap((text) => [
  { map: { [text]: text, [`${text}.`]: [text, [text]] }, next: 1 },
  { last: [{ a: text }] },
]);

test.each(helms())('helm $version reads every one of them as it was written', ({ path: helm }) => {
  const expected = written.map((one, example) => ({ example, ...rendered(one, {}) }));
  expect(expected[0]).toEqual({ example: 0, ...written[0] });
  expect(allFromHelm(helm, written, [{}])).toEqual([expected]);
});
