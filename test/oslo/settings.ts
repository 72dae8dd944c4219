import fc from 'fast-check';
import type { OptionType, OsloOption } from '../../lib/config/oslo/table';
import type { Json } from '../../lib/values/expression';

/** What any option may be set to by mistake, or to see what it makes of it. */
const ANYTHING: readonly Json[] = [
  ...[
    '',
    ' ',
    'a',
    'abc',
    'Ab-c.d',
    'a,b',
    'a, b',
    ',',
    'a,,b',
    'a,b,',
    'a:b',
    'a:b,c:d',
    'a:1,b:2',
    'a:b,c',
    ':b',
    'a:',
  ],
  ...[
    '1',
    '0',
    '-1',
    '+5',
    '007',
    '5.0',
    '1e3',
    '1_000',
    '0x10',
    'nan',
    'inf',
    '-',
    '1-5',
    '5-1',
    '-3--1',
    '01-2',
    '٣',
  ],
  ...['true', 'True', 'YES', 'on', 'off', 'No', 't', 'y', 'none', 'None', 'null', '<None>'],
  ...[
    '"quoted"',
    "'single'",
    '"open',
    "'",
    '"',
    ' spaced ',
    '"a","b"',
    '"a,b"',
    '[a]',
    '[a,b]',
    '[',
    '{a:b}',
    '{}',
    '[]',
  ],
  ...[
    '$debug',
    '${debug}',
    '$',
    '$$',
    '5$',
    '\\$x',
    'a$b',
    '$nothing',
    '#a',
    ';a',
    'a # b',
    'é',
    'ключ',
    '日本',
    'a\u00A0',
  ],
  ...['<no value>', 'a\nb', 'a\tb', '\uFEFFa', 'K', 'ſ'],
  ...[0, 1, 2, -1, 5, 80, 443, 65535, 65536, 0.5, -0.5, 1e21, 2 ** 53, 2 ** 53 - 1, 4096, 100000, 1.1e-7],
  ...[true, false],
  ...[
    [],
    ['a'],
    ['a', 'b'],
    [1],
    [1, 2],
    ['1'],
    [true],
    [['a']],
    { a: 'b' },
    {},
    [{ a: 'b' }],
    ['a,b', 'c'],
    ['', '$x'],
  ],
];

const ADDRESSES = [
  ...['192.0.2.1', '0.0.0.0', '255.255.255.255', '256.1.1.1', '1.2.3', '01.2.3.4', '1.2.3.4.5', '192.0.2.1/24'],
  ...['::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1::3:4:5:6:7:8'],
  ...['1:2:3:4:5:6:7:8:9', '1::2::3', '1:2:3:4:5:6:7::8', '::ffff:192.0.2.1', '1:2:3:4:5:6:192.0.2.1', '::256.1.1.1'],
  ...['1:2:3:4:5::192.0.2.1', '1:2:3:4:5:6::192.0.2.1', '12345::', 'fe80::1%eth0', '[::1]', ':::', ':1', '1:', '::g'],
];
const HOSTS = [
  ...[
    'host',
    'host.example.org',
    'host.',
    'a.b.',
    '.',
    'a..b',
    '-a',
    'a-',
    'a.-b',
    '1.2.3.4.example',
    'example.1',
    '1',
  ],
  ...[
    '1-2',
    '1-',
    'a_b',
    '_a',
    'a_.b',
    'x.1-2',
    'x.1_2',
    'HOST',
    'a b',
    'é.org',
    'a'.repeat(63),
    'a'.repeat(64),
    '1a',
    'a1',
  ],
  ...['a.'.repeat(126) + 'a', 'a.'.repeat(127) + 'a', '1_', 'a.1_'],
];
const URIS = [
  ...[
    'http://host',
    'http://host/',
    'https://host:80/path',
    'HTTP://host',
    'http://',
    'http:///a',
    'http://:80/',
    'http:/a',
  ],
  ...[
    'host',
    '/path',
    '//host/a',
    'mailto:a@b',
    'http://u:p@host/',
    'http://@host/',
    'http://u@/',
    'http://a b/',
    'ftp://x',
  ],
  ...[
    'http://[::1]:80/',
    'http://[::1/',
    'http://[::g]/',
    'http://999.1.1.1/',
    'http://192.0.2.1/',
    'http://host:99999/',
  ],
  ...[
    'http://host:123456/',
    'http://host:a/',
    'http://host:/',
    'http://host/a?b=c#d',
    'http://host?a',
    'http://host/a b',
  ],
  ...[
    'http://host/%41',
    'http://host/%4',
    'http://é/',
    'http://host/é',
    'http://host?é',
    'http://a\\b',
    '1http://a',
    'a+b-c.1://x',
  ],
  ...[
    'http://[fe80::1%25eth0]/',
    'http://[fe80::1%eth0]/',
    'http://[v1.a]/',
    'http://h//a//b',
    'rabbit://a:b@c,d/',
    'redis://h',
  ],
  ...[`http://host/${'a'.repeat(1100)}`, 'http://host/a,b', 'http://[::1.2.3.4]/', 'http://[::999.2.3.4]/', 'http://*'],
];

/** Settings of one type, right and wrong. */
function typed(type: OptionType): fc.Arbitrary<Json> {
  switch (type.type) {
    case 'boolean':
      return fc.oneof(
        fc.boolean(),
        fc.constantFrom(...['true', 'false', 'yes', 'no', 'on', 'off', '1', '0'].flatMap(cases)),
      );
    case 'integer':
    case 'port':
      return fc.oneof(
        fc.integer(),
        fc.constantFrom<Json>(...around(type), ...(type.choices ?? []).filter((c) => c !== null)),
      );
    case 'float':
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom<Json>(...around(type)));
    case 'range':
      return fc.oneof(
        fc.integer({ min: -9, max: 99 }),
        fc.tuple(fc.integer({ min: -9, max: 99 }), fc.integer({ min: -9, max: 99 })).map(([a, b]) => `${a}-${b}`),
        fc.constantFrom<Json>(...around(type)),
      );
    case 'string':
      if (type.choices) return fc.constantFrom<Json>(...type.choices.filter((c) => c !== null).flatMap(changed));
      return fc.oneof(line, repeated(type.maxLength ?? 10));
    case 'list':
      return fc
        .tuple(fc.array(fc.oneof(typed(type.items), anything), { maxLength: 4 }), fc.constantFrom(',', ', ', ' ,'))
        .chain(([items, comma]) => around2(items.map(textOf).join(comma), '[]', type.bounds));
    case 'dict':
      return fc
        .array(fc.tuple(fc.oneof(line, fc.constantFrom('a', 'b', '')), fc.oneof(typed(type.values), anything)), {
          maxLength: 3,
        })
        .chain((pairs) =>
          around2(
            pairs.map(([key, value]) => `${key}${type.separator ?? ':'}${textOf(value)}`).join(','),
            '{}',
            type.bounds,
          ),
        );
    case 'uri':
      return fc.constantFrom(
        ...URIS,
        ...(type.schemes ?? []).flatMap((scheme) => cases(scheme).map((s) => `${s}://host`)),
      );
    default:
      return fc.constantFrom(...ADDRESSES, ...HOSTS);
  }
}

const anything = fc.constantFrom(...ANYTHING);
const line = fc.string({ unit: fc.constantFrom(...Array.from('abcXYZ019-_.:/@$ "\'[]{},=#;\\é日')), maxLength: 12 });
const repeated = (most: number) => fc.constantFrom(most - 1, most, most + 1).map((n) => 'x'.repeat(Math.max(n, 0)));
const cases = (text: string): string[] => [
  text,
  text.toUpperCase(),
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`,
];
const changed = (text: string): Json[] => [
  ...cases(text),
  text,
  text,
  `${text}x`,
  text.slice(1),
  ` ${text}`,
  `"${text}"`,
];
const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Numbers at the limits. */
function around({ min, max }: { min?: number | string; max?: number | string }): number[] {
  const limits = [min, max].filter((limit) => typeof limit === 'number');
  return [0, 1, ...limits.flatMap((limit) => [limit - 1, limit, limit + 1, limit - 0.5, limit + 0.5])];
}

/** In brackets as it should be, mostly. */
const around2 = (text: string, [open, close]: string, bounds?: boolean): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 9 }).map((n) => (n > 0 === (bounds ?? false) ? `${open}${text}${close}` : text));

/** Settings of one option: mostly of its type, some of anything, some as lists. */
export function settingsOf(option: OsloOption): fc.Arbitrary<Json> {
  const one = typed(option);
  return fc.oneof(
    { arbitrary: one, weight: option.multi ? 3 : 6 },
    { arbitrary: anything, weight: 3 },
    { arbitrary: fc.array(fc.oneof(one, anything), { maxLength: 3 }), weight: option.multi ? 4 : 1 },
    { arbitrary: fc.constant(defaultOf(option)), weight: 1 },
  );
}

const defaultOf = ({ default: value }: OsloOption): Json =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : '';
