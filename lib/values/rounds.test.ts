import { Construct } from 'constructs';
import { z } from 'zod';
import { renderHelm } from '../render/helm';
import { renderPlain } from '../render/plain';
import { ValuesModel } from './model';
import { loopOf, onceFor, roundsBeside, roundsOf, textFor } from './rounds';
import { Template, MapNode, treeOf } from './tree';
import { group } from './types';
import { choose, hasKey, isSet, when } from './value';

const shelf = z.strictObject({ label: z.string().optional(), wide: z.boolean().optional() });
const model = new ValuesModel(
  'library',
  z.strictObject({
    shelves: z.record(z.string(), shelf).default({ a: { label: 'novels' } }),
    own: z.record(z.string(), z.strictObject({ books: z.int().optional() })).default({}),
  }),
);
const { shelves, own } = model.handles;
const { loop, key, entry, beside } = roundsBeside('shelf', shelves, own);

const templateOf = (written: object): Template => ({
  name: 'object',
  origin: 'library/object',
  root: treeOf(written) as MapNode,
  secret: false,
  loop,
});
const RELEASE = { name: 'rel', namespace: 'openstack' };
const rendered = (written: object, values: object) =>
  renderPlain([templateOf(written)], values as never, RELEASE).map(({ object }) => object);

describe('each entry of a map makes an object', () => {
  const written = { name: key, label: entry.label.or('none'), books: when(isSet(beside.books), beside.books) };

  test('with its key, what it says, and what another map says under the same key', () => {
    const values = { shelves: { b: { label: 'poems' }, a: {} }, own: { b: { books: 3 } } };
    expect(rendered(written, values)).toEqual([
      { name: 'a', label: 'none' },
      { name: 'b', label: 'poems', books: 3 },
    ]);
  });

  test('none without entries', () => expect(rendered(written, { shelves: {}, own: {} })).toEqual([]));

  test('a template of Helm ranges over it', () => {
    const text = renderHelm('library', [templateOf(written)], []).get('templates/object.yaml')!;
    expect(text).toContain('range $shelfName, $shelf := .Values.shelves');
  });
});

test('what an entry has to have may be reached into', () => {
  const size = z.strictObject({ width: z.int(), depth: z.int().optional() });
  const { handles } = new ValuesModel(
    'library',
    z.strictObject({ rooms: z.record(z.string(), z.strictObject({ size })).default({}) }),
  );
  const rooms = roundsOf('room', handles.rooms);
  const { width, depth } = rooms.entry.size;
  const template = { ...templateOf({ name: rooms.key, width, depth: depth.or(2) }), loop: rooms.loop };
  const values = { rooms: { hall: { size: { width: 9 } } } };
  expect(renderPlain([template], values, RELEASE).map(({ object }) => object)).toEqual([
    { name: 'hall', width: 9, depth: 2 },
  ]);
});

test('the text that is made of the entry of one key, where there is such an entry', () => {
  const { handles } = new ValuesModel(
    'library',
    z.strictObject({ shelves: z.record(z.string(), shelf).default({}), favourite: z.string().default('') }),
  );
  const round = roundsOf('shelf', handles.shelves);
  const { loop: _, ...template } = templateOf({ of: textFor(round, handles.favourite, round.entry.label.or('none')) });
  const values = { shelves: { a: { label: 'novels' }, b: { label: 'poems' } } };
  const textOf = (favourite: string) => renderPlain([template], { ...values, favourite }, RELEASE)[0]!.object;
  expect(textOf('b')).toEqual({ of: 'poems' });
  expect(textOf('c')).toEqual({ of: '' });
});

test('whether a map has an entry of a key', () => {
  const written = { name: key, known: choose(hasKey(own, key), 'yes', 'no') };
  const values = { shelves: { a: {}, b: {} }, own: { b: {} } };
  expect(rendered(written, values)).toEqual([
    { name: 'a', known: 'no' },
    { name: 'b', known: 'yes' },
  ]);
});

describe('refused:', () => {
  test.each([
    ['a value that is always there', z.strictObject({ label: z.string() }), 'label'],
    ['one with a default', z.strictObject({ label: z.string().default('') }), 'label'],
    ['an object in it', z.strictObject({ size: group({ width: z.int().default(1) }) }), 'size'],
  ])('an entry of the other map with %s, for any of it may be missing', (_, schema, name) => {
    const { handles } = new ValuesModel('library', z.strictObject({ map: z.record(z.string(), schema).default({}) }));
    expect(() => roundsBeside('shelf', shelves, handles.map)).toThrow(
      `shelf: '${name}' of its entries has to be optional, and no object`,
    );
  });

  test('a loop in a loop', () => {
    const outer = onceFor(new Construct(undefined as never, 'outer'), loop);
    const inner = onceFor(new Construct(outer, 'inner'), loop);
    expect(loopOf(outer)).toBe(loop);
    expect(() => loopOf(inner)).toThrow('outer/inner: an object stands in one loop, not in 2');
  });
});
