import { z } from 'zod';
import { holds } from '../render/plain/expression';
import type { JsonMap } from './expression';
import { ValuesModel } from './model';
import type { Node, Template } from './tree';
import { isAlways, presenceOf, treeOf, visitExpressions, walkTemplate } from './tree';
import { labels, port, word } from './types';
import { Value, each, expressionOf, isSet, not, spread, when } from './value';
import { named } from './named';

const shape = z.strictObject({
  host: word().default('a'),
  port: port().optional(),
  tls: z.boolean().default(false),
  debug: z.boolean().default(false),
  labels: labels().default({}),
  hosts: z.array(word()).default([]),
  more: labels().default({}),
  maps: z.array(labels()).default([]),
});
const { handles: values, defaults } = new ValuesModel('glance', shape);

/** An item of a list of maps is a map of any keys. */
const maps = values.maps as unknown as Value<readonly Record<string, string>[]>;

/** Whether a part is there, for some values over the defaults. */
const isThere = (part: unknown, user: JsonMap = {}): boolean =>
  holds(presenceOf(treeOf(part)), { Values: { ...defaults, ...user } });

describe('a tree', () => {
  test('has the shape of what was written, in its order', () => {
    const text = (value: string | number): Node => ({ node: 'value', expression: expressionOf(value) });
    expect(treeOf({ b: 'x', a: [1, { c: '' }] })).toEqual({
      node: 'map',
      entries: [
        { key: 'b', value: text('x') },
        {
          key: 'a',
          value: { node: 'list', items: [text(1), { node: 'map', entries: [{ key: 'c', value: text('') }] }] },
        },
      ],
    });
  });

  test('leaves out keys that are undefined', () => {
    expect(treeOf({ a: undefined })).toEqual(treeOf({}));
  });

  test("takes a condition as a loop's item, if either branch is there", () => {
    const item = treeOf({ a: [each(values.hosts, (host) => when<unknown>(values.tls, { host }, 'none'))] });
    expect(item).toMatchObject({ entries: [{ value: { items: [{ node: 'each', body: { node: 'when' } }] } }] });
  });

  test('keeps conditions, with or without another branch', () => {
    const only = treeOf(when(values.tls, 'https'));
    expect(only).toMatchObject({ node: 'when', test: values.tls.expression, then: { node: 'value' } });
    expect(only).not.toHaveProperty('otherwise');
    expect(treeOf(when<unknown>(values.tls, 'https', ['http']))).toMatchObject({ otherwise: { node: 'list' } });
  });

  test('puts spreads last, without the keys that are written out', () => {
    const tree = treeOf({ ...spread(values.labels), app: 'glance', tier: values.host });
    expect(tree).toMatchObject({
      entries: [
        { key: 'app' },
        { key: 'tier' },
        { spread: { op: 'without', argument: values.labels.expression, keys: ['app', 'tier'] } },
      ],
    });
  });

  test.each<[string, unknown, string]>([
    ['null', { spec: { replicas: null } }, 'spec.replicas: null is no part of a manifest; leave the key out, or use'],
    ['a list item', { spec: { args: ['a', undefined] } }, 'spec.args.1: undefined is no part of a manifest'],
    ['a symbol', { data: { a: Symbol('x') } }, 'data.a: Symbol(x) is no part of a manifest'],
    ['a branch', { a: when(values.tls, { b: null }) }, 'a.b: null is no part of a manifest'],
    ["a loop's item", { a: [each(values.hosts, () => ({ b: null }))] }, 'a.0.*.b: null is no part of a manifest'],
    ['a loop without a list', { spec: { hosts: each(values.hosts, String) } }, 'spec.hosts: a loop gives list items'],
    ['a conditional item', { a: [each(values.hosts, () => when(values.tls, 1))] }, "a.0: a loop's item must always"],
    [
      'an item that may be left empty',
      { a: [each(values.hosts, () => ({ b: when(values.tls, 1) }))] },
      "a.0: a loop's",
    ],
    ['an item that is a map value', { a: [each(maps, (map) => map)] }, "a.0: a loop's item must always be there"],
    [
      'two spreads',
      { a: { ...spread(values.labels), ...spread(values.more) } },
      'a: the value Values.labels of glance and the value Values.more of glance could hold the same key; spread one',
    ],
    ['a loop as item', { a: [each(values.hosts, () => each(values.hosts, String))] }, "a.0: a loop's item must always"],
  ])('is refused with its path: %s', (_, written, message) => {
    expect(() => treeOf(written)).toThrow(message);
  });
});

describe('a part is there', () => {
  test('always, if it is a scalar, or has one in it', () => {
    expect(isAlways(presenceOf(treeOf('')))).toBe(true);
    expect(isAlways(presenceOf(treeOf(values.port)))).toBe(true);
    expect(isAlways(presenceOf(treeOf({ a: { b: [values.host, when(values.tls, 'x')] } })))).toBe(true);
  });

  test('always, if it was written empty: a literal {} or [] means something', () => {
    expect([isThere({}), isThere([]), isThere({ emptyDir: {} })]).toEqual([true, true, true]);
  });

  test('if a map value or a list value is not empty', () => {
    expect([isThere(values.labels), isThere(values.labels, { labels: { a: 'b' } })]).toEqual([false, true]);
    expect([isThere(values.hosts), isThere(values.hosts, { hosts: ['a'] })]).toEqual([false, true]);
  });

  test('if its condition holds, and what it guards is there', () => {
    const part = when(values.tls, { labels: values.labels });
    expect(isThere(part, { tls: true, labels: { a: 'b' } })).toBe(true);
    expect([isThere(part, { tls: true }), isThere(part, { labels: { a: 'b' } })]).toEqual([false, false]);
  });

  test('if either branch is there; both are, so always', () => {
    expect(isAlways(presenceOf(treeOf(when(values.tls, 'https', 'http'))))).toBe(true);
    const part = when<unknown>(values.tls, values.labels, 'none');
    expect([isThere(part), isThere(part, { tls: true })]).toEqual([true, false]);
  });

  test('if one of its conditional entries is: a container that is left empty goes, and its parents with it', () => {
    const spec = { strategy: { tls: when(values.tls, 'x'), port: when(isSet(values.port), values.port) } };
    expect([isThere(spec), isThere(spec, { tls: true }), isThere(spec, { port: 1 })]).toEqual([false, true, true]);
  });

  test('if one of its complementary entries is, so always', () => {
    const either = { cert: when(values.tls, 'x'), plain: when(not(values.tls), 'y') };
    expect(isAlways(presenceOf(treeOf(either)))).toBe(true);
  });

  test('if a loop has items, or something stands beside it', () => {
    const loop = each(values.hosts, (host) => ({ host }));
    expect([isThere([loop]), isThere([loop], { hosts: ['a'] })]).toEqual([false, true]);
    expect(isThere([loop, 'localhost'])).toBe(true);
  });

  test('if a spread has entries, or a key stands beside it', () => {
    expect([isThere({ ...spread(values.labels) }), isThere({ ...spread(values.labels), a: 1 })]).toEqual([false, true]);
    expect(isThere({ ...spread(values.labels) }, { labels: { a: 'b' } })).toBe(true);
  });

  test('if a spread brings more than the keys beside it, none of which is always there', () => {
    const part = { app: when(values.tls, 'x'), ...spread(values.labels) };
    expect([isThere(part), isThere(part, { labels: { app: 'theirs' } })]).toEqual([false, false]);
    expect([isThere(part, { tls: true }), isThere(part, { labels: { tier: 'api' } })]).toEqual([true, true]);
  });

  test('on a test that is asked once, however many entries share it', () => {
    const both = treeOf({ a: when(values.tls, 1), b: when(values.tls, 2), c: when(values.debug, 3) });
    expect(presenceOf(both)).toEqual({
      op: 'any',
      kind: 'boolean',
      tests: [values.tls.expression, values.debug.expression],
    });
  });
});

describe('visiting', () => {
  const written = {
    a: values.host,
    b: [when(values.tls, 'x', 'y'), each(values.hosts, (host) => ({ host }))],
    ...spread(values.labels),
  };

  test('gives each expression with its path', () => {
    const paths: string[] = [];
    visitExpressions(treeOf(written), (e, path) => paths.push(`${path.join('.')} ${e.op}`));
    expect(paths).toEqual([
      ...['a reference', 'b.0 reference', 'b.0 literal', 'b.0 literal', 'b.1 reference', 'b.1.*.host reference'],
      ' without',
    ]);
  });

  test('a text with a name is walked once, however often it is used', () => {
    const url = named('url', `http://${values.host}`);
    const root = treeOf({ a: url, b: `${url}/v3` });
    const guard = isSet(values.labels).expression;
    if (root.node !== 'map') throw new Error('a map was written');
    const template: Template = { name: 'x', origin: 'x', secret: false, guard, root };
    const seen: string[] = [];
    walkTemplate(template, (e) => seen.push(e.op === 'reference' ? e.path.join('.') : e.op));
    expect(seen).toEqual(['isSet', 'labels', 'named', 'concat', 'literal', 'host', 'concat', 'literal']);
  });
});

test('a value handed over by another copy of the library is a part too', () => {
  const foreign: unknown = Object.assign(Object.create(null), new Value(values.host.expression));
  expect(treeOf({ a: foreign })).toEqual(treeOf({ a: values.host }));
});
