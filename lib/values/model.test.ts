import { z } from 'zod';
import type { JsonMap } from './expression';
import type { JsonSchema } from './json-schema';
import { ValuesModel } from './model';
import { partialSchema, withoutEntryNulls } from './partial';
import { InvalidValues } from './problem';
import { count, group, labels, line, password, port, word } from './types';

const shape = z.strictObject({
  image: group({ tag: word().optional(), registry: word().default('quay.io') }).describe('The image.'),
  replicas: count().default(2).describe('Number of pods.'),
  hosts: z.array(word()).default([]),
  labels: labels().default({ tier: 'api' }),
  domain: word().optional(),
  global: group({ release: z.enum(['2025.1', '2026.1']).default('2026.1'), password: password().optional() }),
});
const model = new ValuesModel('glance', shape, ['global']);

describe('one declaration gives', () => {
  test('the defaults: whole, but for what is optional', () => {
    expect(model.defaults).toEqual({
      image: { registry: 'quay.io' },
      replicas: 2,
      hosts: [],
      labels: { tier: 'api' },
      global: { release: '2026.1' },
    });
  });

  test('the JSON schema that Helm checks: help, but no defaults', () => {
    const { image, replicas } = model.jsonSchema.properties!;
    expect(replicas).toEqual({ type: 'integer', minimum: 0, maximum: 2 ** 31 - 1, description: 'Number of pods.' });
    expect(image).toMatchObject({ type: 'object', description: 'The image.', required: ['registry'] });
    expect(JSON.stringify(model.jsonSchema)).not.toContain('"default"');
  });

  test('objects that are closed, and need all but what is optional', () => {
    expect(model.jsonSchema).toMatchObject({ type: 'object', additionalProperties: false });
    expect([...model.jsonSchema.required!].sort()).toEqual(['global', 'hosts', 'image', 'labels', 'replicas']);
    expect(model.jsonSchema.properties!['image']).toMatchObject({ additionalProperties: false });
  });

  test('handles of the same shape, with maps and lists as one', () => {
    const { handles } = model;
    expect(handles.image.registry.expression).toMatchObject({ path: ['image', 'registry'], kind: 'string' });
    expect(handles.labels.expression).toMatchObject({ path: ['labels'], kind: 'map' });
    expect(handles.hosts.expression).toMatchObject({ path: ['hosts'], kind: 'list' });
  });

  test('owners: the chart, but for what charts share', () => {
    expect(model.handles.replicas.expression).toMatchObject({ owner: 'glance' });
    expect(model.handles.global.release.expression).toMatchObject({ owner: 'global' });
  });

  test('marks of what is optional, and of what is secret', () => {
    const { image, domain, global } = model.handles;
    expect([image.tag, domain].map((h) => h.expression)).toMatchObject([{ optional: true }, { optional: true }]);
    expect(image.registry.expression).not.toHaveProperty('optional');
    expect(global.password.expression).toMatchObject({ secret: true, optional: true });
    expect(global.release.expression).not.toHaveProperty('secret');
  });

  test('the paths of all values', () => {
    const paths = model.leaves().map((path) => path.join('.'));
    expect(paths.sort()).toEqual(
      ['domain', 'global.password', 'global.release', 'hosts', 'image.registry', 'image.tag', 'labels', 'replicas'], // prettier-ignore
    );
  });
});

describe('values', () => {
  test("are the user's over the defaults", () => {
    expect(model.resolve({ replicas: 3, labels: { app: 'x' }, image: { tag: '1' } })).toEqual({
      image: { registry: 'quay.io', tag: '1' },
      replicas: 3,
      hosts: [],
      labels: { tier: 'api', app: 'x' },
      global: { release: '2026.1' },
    });
  });

  test('lose a default by null, where nothing needs it', () => {
    expect(model.resolve({ labels: { tier: null } })['labels']).toEqual({});
    expect(() => model.resolve({ replicas: null })).toThrow(
      'replicas: is required, and null or nothing was given; it is an integer from 0 to 2147483647',
    );
  });

  test('are refused with every problem at once, and the chart', () => {
    const refused = (): JsonMap => model.resolve({ replica: 1, image: { tag: '' }, hosts: 'a', global: null });
    expect(refused).toThrow(InvalidValues);
    expect(refused).toThrow(/^the values of glance are not valid:\n/);
    const problems = model.problems({ ...model.defaults, replica: 1, hosts: 'a' });
    expect(problems.map(({ path }) => path.join('.')).sort()).toEqual(['hosts', 'replica']);
  });

  test('a missing value is one problem, though zod would fill it in', () => {
    const { image: _, ...rest } = model.defaults;
    expect(model.problems(rest)).toEqual([
      { path: ['image'], message: 'is required, and null or nothing was given; it is a map' },
    ]);
  });
});

describe('a declaration is refused', () => {
  test.each<[string, z.ZodRawShape, string]>([
    ['without a default', { port: port() }, "glance: a value is optional or has a default, so that 'helm show values'"],
    ['in a group without one', { api: group({ port: port() }) }, 'is whole; check api.port'],
    ['with a check of its own', { api: group({ port: port().refine(Boolean).default(1) }) }, 'glance.api.port: Helm'],
    ['that trims', { a: z.string().trim().default('') }, 'glance.a: Helm changes no value'],
    ['that changes letters', { a: z.string().toLowerCase().default('') }, 'glance.a: Helm changes no value'],
    ['that takes anything', { a: z.string().catch('x') }, 'glance.a: Helm changes no value'],
    ['that makes it a number', { a: z.array(z.coerce.number()).default([]) }, 'glance.a.items: Helm changes no value'],
    ['that transforms', { a: z.record(z.string(), z.stringbool()).default({}) }, 'Helm changes no value'],
    ['with a flag', { a: z.string().regex(/^a$/iu).default('a') }, 'glance.a: the pattern /^a$/iu needs the flag u'],
    [
      'without one',
      {
        a: z
          .string()
          .regex(/^[^a]$/)
          .default('b'),
      },
      'glance.a: the pattern /^[^a]$/ needs the flag u',
    ],
    ['in keys', { a: z.record(z.string().regex(/^a$/i), line()).default({}) }, 'the pattern /^a$/i needs the flag u'],
    ['with an open object', { a: z.array(z.object({ b: line() })).default([]) }, 'glance.a.items: z.object() drops'],
    ['outside the subset', { url: z.url().optional() }, "glance.url: the keyword 'format' is not allowed"],
  ])('%s', (_, members, message) => {
    expect(() => new ValuesModel('glance', z.strictObject(members))).toThrow(message);
  });

  test('that is open itself', () => {
    expect(() => new ValuesModel('glance', z.object({ a: line().default('') }))).toThrow(
      'glance: z.object() drops the keys that it does not know: use z.strictObject()',
    );
  });
});

describe('of a chart that is switched off', () => {
  const partial = partialSchema(model.jsonSchema);

  test('nothing is required, and nothing is explained, at any depth', () => {
    const text = JSON.stringify(partial);
    expect(text).not.toContain('"required"');
    expect(text).not.toContain('"description"');
  });

  test('values are as they would be, and unknown ones are still refused', () => {
    expect(partial).toMatchObject({
      additionalProperties: false,
      properties: { replicas: { type: 'integer', minimum: 0 }, image: { additionalProperties: false } },
    });
  });

  test('the entry of an open map may be null, also where it may be several things', () => {
    const map = (entry: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: entry });
    expect(partialSchema(map({ type: 'string' })).additionalProperties).toEqual({ type: ['string', 'null'] });
    expect(partialSchema(map({ anyOf: [{ type: 'string' }] })).additionalProperties).toEqual({
      anyOf: [{ type: 'string' }, { type: 'null' }],
    });
  });

  test('such nulls are taken out before the full schema looks, and no others', () => {
    const conf = z.strictObject({ conf: z.record(z.string(), z.record(z.string(), line())).default({}) });
    const { jsonSchema } = new ValuesModel('glance', conf);
    expect(withoutEntryNulls(jsonSchema, { conf: { a: null, b: { c: null, d: 'x' } }, other: null })).toEqual({
      conf: { b: { d: 'x' } },
      other: null,
    });
    expect(withoutEntryNulls(jsonSchema, { conf: null })).toEqual({ conf: null });
  });
});

test('what charts share is declared once: the same schema object gives the same part', () => {
  const [one, other] = [model, new ValuesModel('nova', shape, ['global'])].map((m) => m.jsonSchema.properties!);
  expect(one!['global']).toBe(other!['global']);
  expect(one!['replicas']).not.toBe(other!['replicas']);
});
