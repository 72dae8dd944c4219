import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf } from '../../test/support/batch';
import { helmTemplate, valuesFile } from '../../test/support/helm';
import { helms } from '../../tools/toolchain';
import type { Json, JsonMap } from './expression';
import { fillBlock, mergeGlobal, mergeLayers, overDefaults } from './merge';

/** One key: in the chart's values.yaml, in a first and in a second values file, and what templates see. */
interface Row {
  readonly says: string;
  /** Its name, where that matters. */
  readonly key?: string;
  readonly chart?: Json;
  readonly first?: Json;
  readonly second?: Json;
  /** Undefined where the key is gone. */
  readonly seen?: Json;
}

const PROTO: JsonMap = Object.fromEntries([['__proto__', 1]]);

const rows: readonly Row[] = [
  { says: 'a default is seen', chart: 1, seen: 1 },
  { says: 'a value is over the default', chart: 1, first: 2, seen: 2 },
  { says: 'the later file wins', chart: 1, first: 2, second: 3, seen: 3 },
  { says: 'false, 0 and the empty string are values', chart: 'x', first: false, second: '', seen: '' },
  { says: 'maps are merged key by key', chart: { a: 1, b: 1 }, first: { b: 2 }, seen: { a: 1, b: 2 } },
  { says: 'and of three sources', chart: { a: 1 }, first: { b: 2 }, second: { c: 3 }, seen: { a: 1, b: 2, c: 3 } },
  { says: 'at any depth', chart: { a: { b: { c: 1, d: 1 } } }, first: { a: { b: { d: 2, e: 2 } } }, second: { a: { b: { e: 3 } } }, seen: { a: { b: { c: 1, d: 2, e: 3 } } } }, // prettier-ignore
  { says: 'an empty map changes nothing', chart: { a: 1 }, first: {}, seen: { a: 1 } },
  { says: 'lists are replaced', chart: [1, 2, 3], first: [4, 5], second: [6], seen: [6] },
  { says: 'also in maps, and by an empty one', chart: { a: [1] }, first: { a: [] }, seen: { a: [] } },
  { says: 'maps in lists are not merged', chart: [{ a: 1 }], first: [{ b: 2 }], seen: [{ b: 2 }] },
  { says: 'a key that every object has', key: 'constructor', chart: { a: 1 }, second: { b: 1 }, seen: { a: 1, b: 1 } },
  {
    says: 'its prototype',
    key: '__proto__',
    chart: { a: 1 },
    first: { b: 1 },
    second: { c: 1 },
    seen: { a: 1, b: 1, c: 1 },
  },
  { says: 'null takes the default away', chart: 1, first: null },
  { says: 'and a map', chart: { a: { b: 1 } }, first: null },
  { says: 'and a key of a map', chart: { a: 1, b: 1 }, first: { a: null }, seen: { b: 1 } },
  {
    says: 'and one deep down',
    chart: { a: { b: { c: 1 } } },
    first: { a: { b: { c: null } } },
    seen: { a: { b: {} } },
  },
  { says: 'null of a later file', chart: 1, first: 2, second: null },
  { says: 'null that a later file fills again', chart: 1, first: null, second: 3, seen: 3 },
  { says: 'null that a later map fills hides no default', chart: { a: 1 }, first: null, second: { b: 2 }, seen: { a: 1, b: 2 } }, // prettier-ignore
  { says: 'null without a default is seen', first: null, seen: null },
  { says: 'also in a map', chart: { a: 1 }, first: { b: null }, seen: { a: 1, b: null } },
  { says: 'null in a list is seen', chart: [1], first: [null], seen: [null] },
  { says: 'a scalar in place of a map', chart: { a: 1 }, first: 'x', seen: 'x' },
  { says: 'a map in place of a scalar', chart: 'x', first: { a: 1 }, seen: { a: 1 } },
  { says: 'a map in place of a list', chart: [1], first: { a: 1 }, seen: { a: 1 } },
  { says: 'keys of any name', chart: { 'keystone.conf': 1, Ünï: { 日本: 1 } }, first: { Ünï: { '😀': 2 } }, seen: { 'keystone.conf': 1, Ünï: { 日本: 1, '😀': 2 } } }, // prettier-ignore
  { says: 'keys that every object has', chart: { a: 1 }, first: { constructor: { b: 2 }, toString: 3 }, seen: { a: 1, constructor: { b: 2 }, toString: 3 } }, // prettier-ignore
  { says: 'a key called __proto__', chart: { a: 1 }, first: PROTO, seen: { a: 1, ...PROTO } },
  { says: 'a default called __proto__', chart: PROTO, first: { a: 1 }, seen: { a: 1, ...PROTO } },
];

/** One key of `global`: the umbrella's, the one in a subchart's own block, and what the subchart sees. */
interface GlobalRow {
  readonly says: string;
  readonly key?: string;
  readonly umbrella?: Json;
  readonly own?: Json;
  readonly seen?: Json;
}

const globals: readonly GlobalRow[] = [
  { says: 'of the umbrella', umbrella: 1, seen: 1 },
  { says: 'of the subchart', own: 1, seen: 1 },
  { says: 'the umbrella wins', umbrella: 1, own: 2, seen: 1 },
  { says: 'a list of the umbrella', umbrella: [1], own: [2, 3], seen: [1] },
  { says: 'an own map stands against a scalar', umbrella: 1, own: { a: 2 }, seen: { a: 2 } },
  { says: 'an own scalar stands against a map', umbrella: { a: 1 }, own: 2, seen: 2 },
  { says: 'maps are merged', umbrella: { a: 1 }, own: { b: 2 }, seen: { a: 1, b: 2 } },
  { says: 'inside them too, the umbrella wins', umbrella: { a: 1, b: { c: 1 } }, own: { a: 2, b: { c: 2, d: 2 } }, seen: { a: 1, b: { c: 1, d: 2 } } }, // prettier-ignore
  { says: 'a key that every object has', key: 'constructor', umbrella: { a: 1 }, seen: { a: 1 } },
  { says: 'a map under it', key: '__proto__', umbrella: { a: 1 }, own: { b: 1 }, seen: { a: 1, b: 1 } },
  { says: 'a null of the umbrella is seen', umbrella: null, own: 1, seen: null },
  { says: 'a null of the umbrella leaves an own map', umbrella: null, own: { a: 1 }, seen: { a: 1 } },
  { says: 'a null in a map of the umbrella is seen', umbrella: { a: null }, own: { a: 1, b: 1 }, seen: { a: null, b: 1 } }, // prettier-ignore
  { says: 'an own null is seen', own: { a: null }, seen: { a: null } },
  { says: 'an own null against a scalar', umbrella: 1, own: null, seen: 1 },
  { says: 'an own null in a map', umbrella: { a: 1 }, own: { a: null, b: null }, seen: { a: 1, b: null } },
  { says: 'an own null against a map', umbrella: { a: 1 }, own: null, seen: null },
  { says: 'a key called __proto__', umbrella: { a: 1, ...PROTO }, own: { b: 2 }, seen: { a: 1, b: 2, ...PROTO } },
];

const keyOf = ({ key }: { readonly key?: string }, i: number): string => key ?? `k${i}`;
const column = <R extends { readonly key?: string }>(all: readonly R[], value: (row: R) => Json | undefined): JsonMap =>
  Object.fromEntries(all.flatMap((row, i) => (value(row) === undefined ? [] : [[keyOf(row, i), value(row)!]])));

const chart = column(rows, (row) => row.chart);
const first = column(rows, (row) => row.first);
const second = column(rows, (row) => row.second);
const umbrella = column(globals, (row) => row.umbrella);
const own = column(globals, (row) => row.own);

describe('what templates see of a key', () => {
  const seen = overDefaults(chart, mergeLayers(first, second));
  test.each(rows.map((row, i) => [row.says, keyOf(row, i), row] as const))('%s', (_, key, row) => {
    expect(Object.hasOwn(seen, key)).toBe(row.seen !== undefined);
    expect(seen[key]).toEqual(row.seen);
  });
});

describe('what a subchart sees of a key of global', () => {
  const seen = mergeGlobal(umbrella, own) as JsonMap;
  test.each(globals.map((row, i) => [row.says, keyOf(row, i), row] as const))('%s', (_, key, row) => {
    expect(seen[key]).toEqual(row.seen);
  });
});

/** Both tables at once: a chart with a subchart, each of which prints what it sees. */
const echo = (what: string): string => `seen: {{ ${what} | toJson | quote }}\n`;
const folder = folderOf([
  ['Chart.yaml', 'apiVersion: v2\nname: top\nversion: 1.0.0\n'],
  ['values.yaml', valuesFile(chart)],
  ['templates/seen.yaml', echo('omit .Values "global" "sub"')],
  ['charts/sub/Chart.yaml', 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'],
  ['charts/sub/templates/seen.yaml', echo('.Values.global')],
]);

test.each(helms())('Helm $version sees the same', ({ path: helm }) => {
  const values = join(folder, 'first.json');
  writeFileSync(values, valuesFile({ ...first, global: umbrella, sub: { global: own } }));
  const options = { helm, release: 'rel', namespace: 'openstack', args: ['--values', values], values: second };
  const printed = [...helmTemplate(folder, options).matchAll(/^# Source: (\S+)\nseen: (.*)$/gm)];
  const seen = new Map(printed.map(([, source, text]) => [source, JSON.parse(JSON.parse(text!) as string) as Json]));
  expect(seen.get('top/templates/seen.yaml')).toEqual(column(rows, (row) => row.seen));
  expect(seen.get('top/charts/sub/templates/seen.yaml')).toEqual(column(globals, (row) => row.seen));
});

test('a null in a file stays, for it may take a default away later', () => {
  expect(mergeLayers({ a: { b: 1, c: 1 } }, { a: { b: null }, d: null })).toEqual({ a: { b: null, c: 1 }, d: null });
});

test('no source is changed', () => {
  const json = fc.object({ maxDepth: 3, key: fc.constantFrom('a', 'b', 'c') }) as fc.Arbitrary<JsonMap>;
  fc.assert(
    fc.property(json, json, (earlier, later) => {
      const before = structuredClone([earlier, later]);
      mergeLayers(earlier, later);
      overDefaults(earlier, later);
      mergeGlobal(earlier, later);
      expect([earlier, later]).toEqual(before);
    }),
  );
});

test('a block that is null or missing is an empty one', () => {
  expect([fillBlock(null), fillBlock(undefined), fillBlock({ a: 1 }), fillBlock('x')]).toEqual([{}, {}, { a: 1 }, 'x']);
});

test('a subchart has no global where nobody gives one, and its own where the umbrella has none', () => {
  expect([
    mergeGlobal(undefined, undefined),
    mergeGlobal(undefined, { a: 1 }),
    mergeGlobal({ a: 1 }, undefined),
  ]).toEqual([undefined, { a: 1 }, { a: 1 }]);
});
