import { z } from 'zod';
import { iniOverrides } from '../config/ini-file';
import { placement } from '../kubernetes/values';
import type { Json, JsonMap } from './expression';
import { ValuesModel } from './model';
import { InvalidValues, expected, missingKeys, unknownKey } from './problem';
import { count, group, labels, line, password, port, quantity, seconds, word } from './types';

const model = new ValuesModel(
  'glance',
  z.strictObject({
    api: group({ port: port().default(9292), workers: count().optional(), timeout: seconds().default(60) }),
    debug: z.boolean().default(false),
    name: line().default(''),
    store: z.enum(['rbd', 'swift', 'file']).default('file'),
    mode: z.literal('direct').default('direct'),
    memory: quantity().default('1Gi'),
    ratio: z.number().max(1).default(0.5),
    hosts: z.array(word()).default([]),
    labels: labels().default({}),
    conf: group({ 'glance-api.conf': iniOverrides() }),
    password: password().optional(),
    tolerations: placement.tolerations,
  }),
);

/** The lines of what is said to somebody whose values file holds this. */
function said(user: JsonMap): string[] {
  try {
    model.resolve(user);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidValues)) throw error;
    return error.message.split('\n').slice(1);
  }
}

describe('what is said', () => {
  test.each<[string, JsonMap, string]>([
    ['number', { api: { port: 70000 } }, '  api.port: found the number 70000, an integer from 1 to 65535 is needed'],
    ['fraction', { api: { port: 1.5 } }, '  api.port: found the number 1.5, an integer from 1 to 65535 is needed'],
    ['bound', { api: { timeout: 0 } }, '  api.timeout: found the number 0, an integer from 1 to 2147483647 is needed'],
    ['upper bound', { ratio: 2 }, '  ratio: found the number 2, a number of at most 1 is needed'],
    [
      'text',
      { api: { workers: '4' } },
      '  api.workers: found the string "4", an integer from 0 to 2147483647 is needed',
    ],
    ['boolean', { debug: 'yes' }, '  debug: found the string "yes", true or false is needed'],
    ['line', { name: 'a\nb' }, '  name: found the string "a\\nb", one line of text is needed'],
    ['text for Helm', { name: 'a <no value>' }, '  name: holds <no value>, which Helm takes out of what it renders'],
    ['constant', { mode: 'kolla' }, '  mode: found the string "kolla", "direct" is needed'],
    ['map for a list', { hosts: { a: 1 } }, '  hosts: found a map, a list, each item one line of text that is not empty is needed'], // prettier-ignore
    ['list for a map', { labels: [] }, '  labels: found a list, a map is needed'],
    ['null in a list', { hosts: [null] }, '  hosts[0]: found null, one line of text that is not empty is needed'],
    ['item', { tolerations: [{ tolerationSeconds: -1 }] }, '  tolerations[0].tolerationSeconds: found the number -1, an integer of at least 0 is needed'], // prettier-ignore
    ['choice', { store: 'cinder' }, '  store: found the string "cinder", one of "rbd", "swift", "file" is needed'],
    ['slip in a choice', { store: 'swfit' }, '  store: found the string "swfit", one of "rbd", "swift", "file" is needed; did you mean \'swift\'?'], // prettier-ignore
    ['slip in a key', { api: { prot: 1 } }, "  api.prot: is not known; did you mean 'port'?"],
    ['unknown key', { api: { replicas: 1 } }, '  api.replicas: is not known; there is port, workers, timeout'],
    ['key of a map', { labels: { 'a b': 'x' } }, '  labels["a b"]: the key "a b" is not allowed: a label\'s name, such as example.org/rack is needed'], // prettier-ignore
    ['number for a text', { name: 1 }, '  name: found the number 1, one line of text is needed; put it in quotes'],
    ['boolean for a text', { name: true }, '  name: found the boolean true, one line of text is needed; put it in quotes'], // prettier-ignore
    ['number for a quantity', { memory: 0.5 }, '  memory: found the number 0.5, a quantity such as 500m or 1Gi or an integer of at least 0 is needed; put it in quotes'], // prettier-ignore
    ['number that no quotes mend', { memory: -1 }, '  memory: found the number -1, a quantity such as 500m or 1Gi or an integer of at least 0 is needed'], // prettier-ignore
    ['union', { memory: '1 GB' }, '  memory: found the string "1 GB", a quantity such as 500m or 1Gi or an integer of at least 0 is needed'], // prettier-ignore
    ['null', { api: { port: null } }, '  api.port: is required, and null or nothing was given; it is an integer from 1 to 65535'], // prettier-ignore
  ])('of a wrong %s', (_, user, message) => {
    expect(said(user)).toEqual([message]);
  });

  // zod itself tells the path inside where only one member could be meant: a list of texts, one of them on two lines.
  test.each<[Json[]]>([[['a', { b: 1 }]], [['a\nb']]])(
    'inside a union, %j: the path of the union, for all that is wrong in it is wrong with it',
    (workers) => {
      const [problem] = said({ conf: { 'glance-api.conf': { DEFAULT: { workers } } } });
      expect(problem).toMatch(/^ {2}conf\["glance-api\.conf"\]\.DEFAULT\.workers: found a list, /);
    },
  );

  test.each(['', 'two\nlines'])('of a secret, %j: never what it is', (password) => {
    const [line, ...more] = said({ password });
    expect(line).toMatch(/^ {2}password: found .*, a password on one line that is not empty is needed$/);
    expect([line?.includes('lines'), more]).toEqual([false, []]);
  });

  test('of several at once, one line each', () => {
    expect(said({ debg: true, api: { port: 0 }, hosts: [1] })).toHaveLength(3);
  });

  test('of the top', () => {
    const whole = new InvalidValues('glance', [{ path: [], message: 'is a map' }]);
    expect(whole.message).toBe('the values of glance are not valid:\n  (top): is a map');
  });
});

describe('an unknown key', () => {
  test('is told the nearest known one', () => {
    expect(unknownKey('replica', ['image', 'replicas'])).toBe("is not known; did you mean 'replicas'?");
  });

  test('else all there are, unless they are many', () => {
    expect(unknownKey('x', ['image', 'tls'])).toBe('is not known; there is image, tls');
    expect(unknownKey('x', [])).toBe('is not known; there is nothing to set here');
    expect(unknownKey('keystone', ['uwsgi.ini', 'keystone.conf'])).toBe(
      'is not known; there is keystone.conf, whose dot --set takes as \\.',
    );
    const many = Array.from({ length: 13 }, (_, i) => `password-${i}`);
    expect(unknownKey('x', many)).toBe('is not known');
    expect(unknownKey('x', many.slice(1))).toMatch(/^is not known; there is password-1, /);
  });
});

describe('a missing key', () => {
  test('is found at any depth, but not below what is missing itself', () => {
    const paths = missingKeys(model.jsonSchema, { ...model.defaults, api: { timeout: 1 }, conf: null }).map((p) =>
      p.path.join('.'),
    );
    expect(paths).toEqual(['api.port']);
    const { conf: _, ...rest } = model.defaults;
    expect(missingKeys(model.jsonSchema, rest).map((p) => p.path)).toEqual([['conf']]);
  });

  test('may be optional', () => {
    expect(missingKeys(model.jsonSchema, model.defaults)).toEqual([]);
  });
});

describe('what is allowed, in words', () => {
  test.each<[string, Parameters<typeof expected>[0]]>([
    ['an integer', { type: 'integer', minimum: -(2 ** 53) + 1, maximum: 2 ** 53 - 1 }],
    ['an integer from -1 to 1', { type: 'integer', minimum: -1, maximum: 1 }],
    ['a number of at least 0.5', { type: 'number', minimum: 0.5 }],
    ['a string', { type: 'string' }],
    ['a string that matches ^[a-z]+$', { type: 'string', pattern: '^[a-z]+$' }],
    ['a host', { type: 'string', pattern: '^[a-z]+$', title: 'a host' }],
    ['a list', { type: 'array' }],
    ['a list, each item true or false', { type: 'array', items: { type: 'boolean' } }],
    ['one of "a", 1', { enum: ['a', 1] }],
    ['"a" or a map', { anyOf: [{ const: 'a' }, { type: 'object' }] }],
    ['another value', {}],
  ])('%s', (words, schema) => {
    expect(expected(schema)).toBe(words);
  });
});
