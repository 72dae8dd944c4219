import ejs from 'ejs';
import { z } from 'zod';
import { evaluate } from '../render/plain/expression';
import type { Json, JsonMap } from './expression';
import { ValuesModel } from './model';
import { count, line, password, port, word } from './types';
import type { Each, Value } from './value';
import {
  all,
  any,
  choose,
  describe as saying,
  each,
  eachEntry,
  expressionOf,
  hasToken,
  isEach,
  isSet,
  isValue,
  isWhen,
  not,
  spread,
  spreadOf,
  times,
  when,
} from './value';

const shape = z.strictObject({
  host: word().default('keystone-api'),
  port: port().default(5000),
  replicas: count().default(2),
  debug: z.boolean().default(false),
  domain: word().optional(),
  password: password().optional(),
  hosts: z.array(word()).default([]),
  labels: z.record(z.string(), line()).default({}),
  endpoints: z.array(z.strictObject({ name: word(), ports: z.array(port()) })).default([]),
  nodes: z.record(z.string(), z.strictObject({ rack: word() })).default({}),
});
const { handles: values, defaults } = new ValuesModel('keystone', shape);

/** What a value, a text or a condition is in the end, for some values over the defaults. */
const given = (x: unknown, user: JsonMap = {}): Json => evaluate(expressionOf(x), { Values: { ...defaults, ...user } });

describe('a handle', () => {
  test('says which value it is, of which chart, and of which kind', () => {
    expect(values.port.expression).toEqual({
      op: 'reference',
      kind: 'integer',
      root: 'Values',
      path: ['port'],
      owner: 'keystone',
    });
    expect(saying(values.port.expression)).toBe('the value Values.port of keystone');
    expect(saying(not(values.debug).expression)).toBe('an expression (not)');
  });

  test('says that it may be missing, and that it is a secret', () => {
    expect(values.domain.expression).toMatchObject({ optional: true });
    expect(values.password.expression).toMatchObject({ optional: true, secret: true });
    expect(values.host.expression).not.toHaveProperty('optional');
    expect(values.host.expression).not.toHaveProperty('secret');
  });

  test('is a secret if anything in it is', () => {
    const secrets = z.strictObject({
      keys: z.array(password()).default([]),
      users: z.record(z.string(), z.strictObject({ name: word(), key: password() })).default({}),
      names: z.array(word()).default([]),
    });
    const { handles } = new ValuesModel('keystone', secrets);
    const isSecret = ({ expression }: { expression: object }) => 'secret' in expression;
    expect([handles.keys, handles.users, handles.names].map(isSecret)).toEqual([true, true, false]);
    const entries = eachEntry(handles.users, (_, { name, key }) => [isSecret(name), isSecret(key)]);
    expect(entries.body).toEqual([false, true]);
  });

  test('of a map or a list is one handle, whatever is in it', () => {
    expect(values.labels.expression.kind).toBe('map');
    expect(values.hosts.expression.kind).toBe('list');
  });

  test('has no JSON form, for the value is not known yet', () => {
    expect(() => JSON.stringify({ port: values.port })).toThrow(
      'the value Values.port of keystone is known only when the chart is rendered, so it has no JSON form',
    );
  });
});

describe('in a text', () => {
  test('a handle leaves a token, which becomes the value', () => {
    const url = `http://${values.host}:${values.port}/v3`;
    expect(hasToken(url)).toBe(true);
    expect(given(url)).toBe('http://keystone-api:5000/v3');
  });

  test('so it does in EJS', () => {
    const text = ejs.render('listen <%= host %>:<%= port %>;\n<%= extra %>', {
      ...values,
      extra: when(values.debug, `log ${values.domain};`, 'no log;'),
    });
    expect(given(text)).toBe('listen keystone-api:5000;\nno log;');
    expect(given(text, { debug: true, domain: 'a.b' })).toBe('listen keystone-api:5000;\nlog a.b;');
  });

  test('a text of one handle is that value, if it is a string; else it is its text', () => {
    expect(expressionOf(`${values.host}`)).toBe(values.host.expression);
    expect(given(values.port)).toBe(5000);
    expect(given(`${values.port}`)).toBe('5000');
  });

  test('a text without a handle is itself', () => {
    expect(hasToken('keystone')).toBe(false);
    expect(expressionOf('keystone')).toEqual({ op: 'literal', kind: 'string', value: 'keystone' });
  });

  test('only texts, numbers, booleans and values are expressions', () => {
    expect(() => expressionOf(null)).toThrow('a text, a number, a boolean or a value is needed here, found null');
    expect(() => expressionOf({ a: 1 })).toThrow('found {"a":1}');
  });
});

describe('conditions', () => {
  test('when puts a text in, or another one, or nothing', () => {
    expect(given(`a${when(values.debug, 'b')}c`)).toBe('ac');
    expect(given(`a${when(values.debug, 'b')}c`, { debug: true })).toBe('abc');
    expect(given(when(values.debug, 'verbose', 'quiet'))).toBe('quiet');
  });

  test('choose gives one of two values, and is a value', () => {
    const level = choose(values.debug, 'DEBUG', values.host);
    expect([given(level), given(level, { debug: true })]).toEqual(['keystone-api', 'DEBUG']);
    expect(given(level.is('DEBUG'), { debug: true })).toBe(true);
  });

  test('or stands in for what is missing or empty', () => {
    const domain = values.domain.or('Default');
    expect([given(domain), given(domain, { domain: '' }), given(domain, { domain: 'heat' })]).toEqual([
      'Default',
      'Default',
      'heat',
    ]);
    expect(given(values.domain.or(values.host))).toBe('keystone-api');
  });

  test('is compares with a literal, or with another value', () => {
    expect([given(values.port.is(5000)), given(values.port.is(35357))]).toEqual([true, false]);
    expect(given(values.port.is(values.replicas), { replicas: 5000 })).toBe(true);
  });

  test.each<[string, Json, boolean]>([
    ['domain', 'x', true],
    ['domain', '', false],
    ['domain', null, false],
    ['replicas', 0, false],
    ['debug', false, false],
    ['labels', {}, false],
    ['labels', { a: '' }, true],
    ['hosts', [], false],
    ['hosts', [''], true],
  ])('isSet, with %s as %j: %j', (key, value, set) => {
    expect(given(isSet(values[key as 'domain' | 'replicas' | 'hosts']), { [key]: value })).toBe(set);
  });

  test('not, all and any join tests', () => {
    const [quiet, few] = [not(values.debug), values.replicas.is(2)];
    expect([given(all(quiet, few)), given(all(quiet, not(few)))]).toEqual([true, false]);
    expect([given(any(values.debug, few)), given(any(values.debug, not(few)))]).toEqual([true, false]);
  });

  test('all of no tests holds, any of none does not', () => {
    expect([given(all()), given(any())]).toEqual([true, false]);
  });

  test('all and any of one test are that test', () => {
    expect([all(values.debug), any(values.debug)]).toEqual([values.debug, values.debug]);
  });
});

describe('loops', () => {
  const servers = { hosts: ['a', 'b'] };

  test('each makes a text for each item, with a separator between', () => {
    expect(
      given(
        each(values.hosts, (host) => `${host}:${values.port}`, ','),
        servers,
      ),
    ).toBe('a:5000,b:5000');
  });

  test('eachEntry makes one for each entry of a map, sorted by key', () => {
    const labels = eachEntry(values.labels, (key, value) => `${key}=${value}`, ' ');
    expect(given(labels, { labels: { tier: 'api', app: 'x' } })).toBe('app=x tier=api');
  });

  test('times makes one for each number from 0', () => {
    expect(given(times(values.replicas, (i) => `memcached-${i}`, ','))).toBe('memcached-0,memcached-1');
  });

  test('an item has the handles of its own shape', () => {
    const text = each(values.endpoints, ({ name, ports }) => `${name}:${each(ports, String, '+')}`, ' ');
    expect(given(text, { endpoints: [{ name: 'api', ports: [1, 2] }] })).toBe('api:1+2');
    const racks = eachEntry(values.nodes, (name, { rack }) => `${name}@${rack}`, ' ');
    expect(given(racks, { nodes: { n1: { rack: 'r1' } } })).toBe('n1@r1');
  });

  const variablesOf = ({ loop, body }: Each<unknown>): string[] => [
    ...[loop.key, loop.variable].filter((v) => v !== undefined),
    ...(isEach(body) ? variablesOf(body) : []),
  ];

  test('variables are named by depth, the same however often the code runs', () => {
    const nested = () => each(values.endpoints, ({ ports }) => each(ports, () => eachEntry(values.labels, String)));
    expect(variablesOf(nested())).toEqual(['$item', '$item1', '$key2', '$item2']);
    expect(variablesOf(nested())).toEqual(['$item', '$item1', '$key2', '$item2']);
  });

  test('a body that throws does not count', () => {
    const failing = (): never => {
      throw new Error('no such file');
    };
    expect(() => each(values.hosts, failing)).toThrow('no such file');
    expect(variablesOf(times(values.replicas, String))).toEqual(['$item']);
  });
});

test('spread leaves a key that carries its map', () => {
  const [key = ''] = Object.keys(spread(values.labels));
  expect(spreadOf(key)).toBe(values.labels.expression);
  expect([spreadOf('labels'), spreadOf('*'), spreadOf(`${values.host}`)]).toEqual([undefined, undefined, undefined]);
});

describe('two copies of the library in one program', () => {
  interface Library {
    Value: typeof Value;
    when: typeof when;
    each: typeof each;
    expressionOf: typeof expressionOf;
  }
  const load = (): Library => {
    let library: Library | undefined;
    jest.isolateModules(() => (library = jest.requireActual<Library>('./value')));
    return library!;
  };
  const [one, other] = [load(), load()];
  const debug = new one.Value<boolean>(values.debug.expression);
  const hosts = new one.Value<readonly string[]>(values.hosts.expression, values.hosts.schema);

  test('are two indeed', () => {
    expect(one.Value).not.toBe(other.Value);
    expect(debug).not.toBeInstanceOf(other.Value);
  });

  test("know each other's values, conditions and loops", () => {
    expect([isValue(debug), isWhen(one.when(debug, 'x')), isEach(one.each(hosts, String))]).toEqual([true, true, true]);
    expect(other.expressionOf(one.when(debug, 'x'))).toMatchObject({ op: 'choose', test: values.debug.expression });
  });

  test("read each other's tokens", () => {
    const text = `[${one.each(hosts, String, '|')}] ${one.when(debug, 'on', 'off')}`;
    const read = other.expressionOf(text);
    expect(evaluate(read, { Values: { hosts: ['a', 'b'], debug: true } })).toBe('[a|b] on');
  });
});
