import { z } from 'zod';
import { renderPlain } from '../render/plain';
import { given, simplest } from './given';
import { ValuesModel } from './model';
import type { MapNode } from './tree';
import { treeOf } from './tree';
import { labels, word } from './types';
import type { Value } from './value';
import { all, any, choose, each, isSet, not, spread, when } from './value';
import { digest, named } from './named';

const { handles: values, defaults } = new ValuesModel(
  'mariadb',
  z.strictObject({
    provider: z.enum(['kolla', 'operator', 'external']).default('kolla'),
    replicas: z.literal([1, 3]).default(1),
    backup: z.boolean().default(false),
    tls: z.boolean().default(false),
    host: word().optional(),
    labels: labels().default({}),
    hosts: z.array(word()).default([]),
  }),
);
const kolla = values.provider.is('kolla');
const external = values.provider.is('external');

describe('a guard is without', () => {
  const guard = (...tests: Value<boolean>[]) =>
    simplest({ op: 'all', kind: 'boolean', tests: tests.map((t) => t.expression) });

  test.each<[string, Value<boolean>[], Value<boolean>]>([
    ['what it says twice', [kolla, values.tls, kolla], all(kolla, values.tls)],
    ['another word than the one that it names', [not(external), kolla], kolla],
    ['a choice that is made', [any(kolla, values.provider.is('operator')), kolla], kolla],
    ['tests in tests', [all(kolla, values.tls), values.tls], all(kolla, values.tls)],
  ])('%s', (_, tests, expected) => {
    expect(guard(...tests)).toEqual(expected.expression);
  });

  test.each<[string, Value<boolean>[]]>([
    ['tests of two values', [kolla, values.replicas.is(3)]],
    ['another word, where none is named', [not(external), values.tls]],
    ['what cannot hold', [kolla, external]],
    ['a choice that is open', [any(kolla, external), values.tls]],
  ])('and keeps %s', (_, tests) => {
    expect(guard(...tests)).toEqual(all(...tests).expression);
  });
});

describe('an object asks no more for what its guard says:', () => {
  const guard = all(kolla, values.backup);
  const under = (part: unknown): unknown => given(guard.expression, treeOf({ part }) as MapNode);
  const plain = (part: unknown): unknown => treeOf({ part });

  const answered: [string, unknown, unknown][] = [
    ['a part', when(values.backup, 'x'), 'x'],
    ['one of two', when<unknown>(kolla, ['x'], { no: 1 }), ['x']],
    ['of several tests, what is open', when(all(kolla, values.tls, values.backup), 'x'), when(values.tls, 'x')],
    ['one of several', when(any(values.tls, kolla), 'x'), 'x'],
    [
      'in a list, and below',
      [when(kolla, { a: when(values.backup, 1), b: when(values.tls, 2) })],
      [{ a: 1, b: when(values.tls, 2) }],
    ],
    [
      'in a loop',
      [each(values.hosts, (host) => ({ host, a: when(kolla, 1) }))],
      [each(values.hosts, (host) => ({ host, a: 1 }))],
    ],
    ['in a choice', choose(kolla, 'x', 'y'), 'x'],
    ['in what remains of one', choose(values.tls, choose(kolla, 'x', 'y'), 'z'), choose(values.tls, 'x', 'z')],
    ['in a text', `a ${choose(values.backup, 'x', 'y')}${values.provider}`, `a x${values.provider}`],
    ['in a digest', digest([choose(all(kolla, values.tls), 'x', '')], 4), digest([choose(values.tls, 'x', '')], 4)],
  ];
  test.each(answered)('%s', (_, part, expected) => {
    expect(under(part)).toEqual(plain(expected));
  });

  const open: [string, unknown][] = [
    ['what it does not say', when(values.tls, 'x', 'y')],
    ['what cannot be, so that an empty container is as it would be', { a: when(external, 'x') }],
    ['a text with a name, of which there is one for all', named('url', choose(kolla, 'x', 'y'))],
    ['maps of the user', { ...spread(values.labels) }],
    ['whether a value is there', when(isSet(values.host), 'x')],
  ];
  test.each(open)('it keeps %s', (_, part) => {
    expect(under(part)).toEqual(plain(part));
  });

  test('what it gives is the same, whatever the values are that it is for', () => {
    const { host: _, ...others } = defaults;
    const some = (n: number) => ({
      ...others,
      backup: true,
      tls: (n & 1) > 0,
      replicas: (n & 2) > 0 ? 3 : 1,
      hosts: (n & 4) > 0 ? ['a', 'b'] : [],
      ...((n & 8) > 0 && { host: 'a' }),
    });
    const template = { name: 'a', origin: 'a', secret: false };
    const rendered = (root: MapNode) =>
      Array.from({ length: 16 }, (_, n) =>
        renderPlain([{ ...template, root }], some(n), { name: 'a', namespace: 'b' }),
      );
    for (const part of [...answered.map(([, one]) => one), ...open.map(([, one]) => one)]) {
      const root = treeOf({ part }) as MapNode;
      expect(rendered(given(guard.expression, root))).toEqual(rendered(root));
    }
  });
});
