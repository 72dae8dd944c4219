import type { ConfigMap, Secret } from 'kubernetes-types/core/v1';
import { z } from 'zod';
import { messageOf } from '../../test/support/message-of';
import { SampleChart, sampleChart } from '../../test/support/sample';
import { TextFile } from '../config/text-file';
import { KubeObject } from '../kubernetes/kube-object';
import { onlyIf } from '../values/condition';
import { base64, digest, json } from '../values/named';
import { group, line, password, port, word } from '../values/types';
import { Value, all, any, choose, each, eachEntry, isSet, not, spread, when } from '../values/value';

const shape = {
  debug: z.boolean().default(false),
  api: group({ port: port().default(80), host: word().optional() }),
  hosts: z.array(word()).default([]),
  labels: z.record(z.string(), line()).default({}),
  secret: password().optional(),
};
type Values = Parameters<Parameters<typeof sampleChart<typeof shape>>[1]>[0]['values'];

const configMap = (chart: SampleChart, id: string, data: object, annotations: object = {}) =>
  new KubeObject<ConfigMap>(chart, id, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: id, annotations },
    data,
  } as never);

/** What the check finds in a chart of one object; everything else about it is well. */
function findings(build: (values: Values, chart: SampleChart) => void): string[] {
  const { cloud, chart } = sampleChart(shape, (sample) => {
    const { debug, api, hosts, labels, secret } = sample.values;
    const text = `${debug} ${api.port} ${api.host.or('')} ${each(hosts, (host) => `${host}`)} ${digest([secret.or('')])}`;
    configMap(sample, 'all', { text, ...spread(labels) });
    build(sample.values, sample);
  });
  try {
    cloud.templates(chart);
    return [];
  } catch (error) {
    const [first, ...rest] = (error as Error).message.split('\n');
    expect(first).toBe('the constructs of sample do not fit together:');
    return rest.map((text) => text.trim());
  }
}

/** A handle that a chart's own model did not give. */
const foreign = (owner: string, ...path: string[]) =>
  new Value<string>({ op: 'reference', kind: 'string', root: 'Values', path, owner });

test('a chart whose handles, secrets and optional values are where they belong is fine', () => {
  expect(findings(() => undefined)).toEqual([]);
});

describe('ownership:', () => {
  test.each<[string, Value<string>, string]>([
    ['a value of another chart', foreign('keystone', 'api', 'port'), 'api.port is a value of keystone, not of sample'],
    [
      'a value that nobody knows',
      foreign('sample', 'api', 'prot'),
      "sample has no value api.prot; did you mean 'port'?",
    ],
    ['one with no near name', foreign('sample', 'storage'), 'sample has no value storage'],
    ['one inside a value', foreign('sample', 'debug', 'level'), 'sample has no value debug.level'],
    ['one shared by others', foreign('global', 'global', 'region'), 'sample has no value global.region'],
  ])('%s', (_, value, finding) => {
    expect(findings((__, chart) => configMap(chart, 'app', { x: `is ${value}` }))).toEqual([`sample/app: ${finding}`]);
  });

  test('also in a condition, in a requirement and deep in a text', () => {
    const theirs = new Value<boolean>({ ...foreign('nova', 'on').expression, kind: 'boolean' } as never);
    const message = 'on is a value of nova, not of sample';
    expect(findings((_, chart) => onlyIf(configMap(chart, 'app', {}), theirs))).toEqual([`sample/app: ${message}`]);
    expect(findings((_, chart) => chart.require(theirs, ['on'], 'is needed'))).toEqual([`sample: require: ${message}`]);
    expect(
      findings((_, chart) => configMap(chart, 'app', { x: digest([`${choose(not(theirs), 'a', 'b')}`]) })),
    ).toEqual([`sample/app: ${message}`]);
  });
});

describe('secrets:', () => {
  const secretObject = (chart: SampleChart, rest: object) =>
    new KubeObject<Secret>(chart, 'app', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'app' }, ...rest });
  const there = (secret: Value<unknown>, x: unknown) => when(isSet(secret), x);

  test('whether one is there is no secret', () => {
    const found = findings(({ secret }, chart) => {
      configMap(chart, 'app', {
        text: `${isSet(secret)}`,
        json: json(isSet(secret)),
        there: when(isSet(secret), 'yes'),
      });
    });
    expect(found).toEqual([]);
  });

  test('may stand in the data of a Secret, in a digest, and as a hole in a config file', () => {
    const found = findings(({ secret }, chart) => {
      secretObject(chart, {
        data: { a: there(secret, base64(`${secret}`)) },
        stringData: { b: there(secret, `${secret}`) },
      });
      configMap(chart, 'digest', { sum: digest([secret.or('')]) });
      new TextFile(chart, 'file', { path: '/file', template: { text: `p ${secret}.\n` } });
    });
    expect(found).toEqual([]);
  });

  test.each<[string, (values: Values, chart: SampleChart) => object, string]>([
    ['a ConfigMap', ({ secret }, chart) => configMap(chart, 'app', { x: there(secret, `${secret}`) }), 'data.x'],
    [
      'base64, which hides nothing',
      ({ secret }, c) => configMap(c, 'app', { x: base64(`${secret.or('')}`) }),
      'data.x',
    ],
    ['JSON', ({ secret }, chart) => configMap(chart, 'app', { x: json(secret.or('')) }), 'data.x'],
    ['a choice', ({ secret }, c) => configMap(c, 'app', { x: choose(isSet(secret), `${secret}`, '') }), 'data.x'],
    [
      'a loop over other things',
      ({ secret, hosts }, c) => configMap(c, 'app', { x: `${each(hosts, () => `${secret.or('')}`)}` }),
      'data.x',
    ],
    [
      'an annotation of a Secret',
      ({ secret }, chart) =>
        new KubeObject<Secret>(chart, 'app', {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'app', annotations: { x: `${secret.or('')}` } },
        }),
      'metadata.annotations.x',
    ],
    [
      'an item of a list',
      ({ secret }, c) => configMap(c, 'app', { args: ['a', when(isSet(secret), `--p=${secret}`)] }),
      'data.args',
    ],
  ])('may not stand in %s', (_, build, where) => {
    expect(findings(build)).toEqual([`sample/app: the secret secret would stand in ${where}`]);
  });

  describe('in lists and maps', () => {
    const many = {
      keys: z.array(password()).default([]),
      byName: z.record(z.string(), password()).default({}),
      users: z.array(z.strictObject({ name: word(), password: password().optional() })).default([]),
    };
    type Many = Parameters<Parameters<typeof sampleChart<typeof many>>[1]>[0]['values'];
    const check = (build: (values: Many, chart: SampleChart) => void) => () => {
      const { cloud, chart } = sampleChart(many, (sample) => {
        const { keys, byName, users } = sample.values;
        secretObject(sample, { stringData: { ...spread(byName), keys: json(keys), users: json(users) } });
        build(sample.values, sample);
      });
      cloud.templates(chart);
    };
    const printed = (secret: string) => `sample/map: the secret ${secret} would stand in data`;

    test.each<[string, (values: Many) => object]>([
      ['keys', ({ keys }) => ({ x: json(keys) })],
      ['keys[*]', ({ keys }) => ({ x: `${each(keys, (key) => `${key}`)}` })],
      ['keys[*]', ({ keys }) => ({ x: [each(keys, (key) => `${key}`)] })],
      ['keys', ({ keys, users }) => ({ x: each(choose(isSet(users), keys, keys), (key) => `${key}`).toString() })],
      ['byName', ({ byName }) => ({ ...spread(byName) })],
      ['byName', ({ byName }) => ({ a: 'x', ...spread(byName) })],
      ['byName[*]', ({ byName }) => ({ x: `${eachEntry(byName, (name, key) => `${name}=${key}`)}` })],
      ['users', ({ users }) => ({ x: users })],
      ['users[*].password', ({ users }) => ({ x: [each(users, (user) => ({ x: user.password.or('') }))] })],
    ])('%s may not stand in a ConfigMap', (secret, data) => {
      expect(check((values, chart) => configMap(chart, 'map', data(values)))).toThrow(printed(secret));
    });

    test('what stands beside them, how many there are and their digest may', () => {
      const build = ({ users, keys, byName }: Many, chart: SampleChart) =>
        configMap(chart, 'map', {
          users: [each(users, ({ name, password: own }) => ({ name, known: isSet(own) }))],
          names: `${eachEntry(byName, (name) => `${name}`, ' ')} ${each(keys, () => '*')}`,
          sum: digest([json(keys)]),
        });
      expect(check(build)).not.toThrow();
    });
  });
});

describe('optional values:', () => {
  const host = ({ api }: Values) => api.host;
  const missing = (where: string) =>
    `sample/app: api.host may be missing where ${where} uses it; use when(isSet(…), …) or .or(…)`;

  test.each<[string, (values: Values) => unknown]>([
    ['under a test of its own', (v) => when(isSet(host(v)), `${host(v)}`)],
    ['under that and another test', (v) => when(not(not(isSet(host(v)))), `${host(v)}`)],
    ['with another value for it', (v) => host(v).or('localhost')],
    ['where the opposite fails', (v) => when(not(isSet(host(v))), 'none', `${host(v)}`)],
    ['chosen by a test of its own', (v) => choose(isSet(host(v)), `http://${host(v)}`, '')],
    ['only tested', (v) => when(isSet(host(v)), 'there')],
    ['compared where it is there', (v) => when(all(isSet(host(v)), host(v).is('x')), `${host(v)}`)],
    ['compared where it is there or not at all', (v) => when(any(not(isSet(host(v))), host(v).is('x')), 'x')],
  ])('fine %s', (_, x) => {
    expect(findings((values, chart) => configMap(chart, 'app', { x: x(values) }))).toEqual([]);
  });

  test('fine in an object that is there only with it', () => {
    const guarded = findings((values, chart) =>
      onlyIf(configMap(chart, 'app', { x: `${host(values)}` }), isSet(host(values))),
    );
    expect(guarded).toEqual([]);
  });

  test.each<[string, (values: Values) => unknown]>([
    ['on its own', (v) => host(v)],
    ['in a text', (v) => `http://${host(v)}`],
    ['under a test of another value', (v) => when(v.debug, `${host(v)}`)],
    ['where its own test has failed', (v) => when(isSet(host(v)), 'there', `${host(v)}`)],
    ['in another loop', (v) => `${each(v.hosts, (item) => `${item} ${host(v)}`)}`],
    ['in a digest', (v) => digest([host(v)])],
    ['in a comparison', (v) => when(host(v).is('x'), 'x')],
    ['in one that comes before its test', (v) => when(all(host(v).is('x'), isSet(host(v))), 'x')],
    ['in one beside its test', (v) => when(any(isSet(host(v)), host(v).is('x')), 'x')],
  ])('not %s', (_, x) => {
    expect(findings((values, chart) => configMap(chart, 'app', { x: x(values) }))).toEqual([missing('data.x')]);
  });

  test('fields of a loop’s items, too', () => {
    const users = { users: z.array(z.strictObject({ name: word(), mail: word().optional() })).default([]) };
    const { cloud, chart } = sampleChart(users, (sample) => {
      const list = each(sample.values.users, ({ name, mail }) => ({ name, mail, known: when(isSet(mail), mail) }));
      configMap(sample, 'app', { list: [list] });
    });
    expect(messageOf(() => cloud.templates(chart))).toBe(
      'the constructs of sample do not fit together:\n  sample/app: mail may be missing where data.list.mail uses it; use when(isSet(…), …) or .or(…)',
    );
  });
});

test('a value that nothing uses is a promise that nobody keeps: every one of them is named', () => {
  const { cloud, chart } = sampleChart({ ...shape, more: group({ a: word().default('a') }) }, (sample) => {
    const { labels, api } = sample.values;
    configMap(sample, 'app', { list: [eachEntry(labels, (key, value) => ({ key, value }))] });
    sample.require(api.port.is(80), ['api', 'port'], 'is 80');
  });
  expect(messageOf(() => cloud.templates(chart))).toBe(
    [
      'the constructs of sample do not fit together:',
      ...['debug', 'api.host', 'hosts', 'secret', 'more.a'].map(
        (path) => `  sample: no template uses the value ${path}`,
      ),
    ].join('\n'),
  );
});
