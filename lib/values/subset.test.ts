import { z } from 'zod';
import type { JsonSchema } from './json-schema';
import { assertSubset } from './subset';

/** The JSON schema of a zod declaration, as a model asks for it. */
const schemaOf = (type: z.ZodType): JsonSchema => {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { target: 'draft-7', io: 'output' });
  return schema as JsonSchema;
};

/** What is said of a value `x` of the chart `glance`, each finding without its place. */
function findings(schema: JsonSchema): string[] {
  try {
    assertSubset('glance', { type: 'object', additionalProperties: false, properties: { x: schema }, required: ['x'] });
    return [];
  } catch (error) {
    return (error as Error).message.split('\n  ').slice(1);
  }
}

describe('zod and Helm judge alike', () => {
  test.each<[string, z.ZodType]>([
    ['scalars', z.union([z.string(), z.int(), z.number(), z.boolean()])],
    ['numbers in a range', z.int().min(1).max(10)],
    ['an enumeration', z.enum(['a', 'b'])],
    ['a constant', z.literal('a')],
    ['a text that is not empty', z.string().min(1)],
    ['a pattern over the whole text', z.string().regex(/^[a-z]+$/u)],
    ['branches in a group', z.string().regex(/^(a|b\|[.|)]\.)$/u)],
    ['a map with a few keys', z.partialRecord(z.enum(['a', 'b']), z.string())],
    ['lists, of any length', z.array(z.string()).min(1).max(3)],
    ['a closed object', z.strictObject({ a: z.string().optional(), b: z.strictObject({}) })],
    ['a map of one type', z.record(z.string().regex(/^[a-z]+$/u), z.strictObject({ a: z.int() }))],
    ['a scalar or a list of scalars', z.union([z.string(), z.array(z.union([z.string(), z.int()]))])],
  ])('%s', (_, type) => {
    expect(findings(schemaOf(type))).toEqual([]);
  });
});

describe('refused, by name', () => {
  test.each<[string, z.ZodType, string]>([
    ['a format', z.email(), "glance.x: the keyword 'format' is not allowed"],
    ['a maximum length', z.string().max(3), "glance.x: the keyword 'maxLength' is not allowed"],
    [
      'a minimum length: characters beyond U+FFFF count twice in zod',
      z.string().min(2),
      'glance.x: a minimum length above 1 counts differently in zod and in Helm',
    ],
    ['a multiple', z.number().multipleOf(2), "glance.x: the keyword 'multipleOf' is not allowed"],
    ['an open bound', z.number().gt(2), "glance.x: the keyword 'exclusiveMinimum' is not allowed"],
    ['an intersection', z.intersection(z.string(), z.string()), "glance.x: the keyword 'allOf' is not allowed"],
    ['anything', z.any(), 'glance.x: a type is needed'],
    ['a map of anything', z.record(z.string(), z.any()), 'glance.x["*"]: a type is needed'],
    [
      'a union with maps',
      z.union([z.string(), z.record(z.string(), z.string())]),
      'glance.x: a union may only hold scalars and lists of scalars',
    ],
    [
      'a union with lists of lists',
      z.union([z.string(), z.array(z.array(z.string()))]),
      'glance.x: a union may only hold scalars and lists of scalars',
    ],
    [
      'an object that may be missing in an object: no template could reach into it',
      z.strictObject({ b: z.strictObject({}).optional() }),
      'glance.x.b: an object must have a default, or a template could not reach into it',
    ],
    [
      'a pattern that looks ahead',
      z.string().regex(/^(?=a)[a-z]$/u),
      "glance.x: the pattern ^(?=a)[a-z]$ looks around, which RE2 can't",
    ],
    [
      'a pattern that looks back',
      z.string().regex(/^a(?<!b)$/u),
      "glance.x: the pattern ^a(?<!b)$ looks around, which RE2 can't",
    ],
    [
      'a reference back',
      z.string().regex(/^(a)\1$/u),
      'glance.x: the pattern ^(a)\\1$ has a part that RE2 and ECMAScript read differently',
    ],
    [
      'a class that is Unicode in one and ASCII in the other',
      z.string().regex(/^\S+$/u),
      'glance.x: the pattern ^\\S+$ has a part that RE2 and ECMAScript read differently',
    ],
    [
      'a point, which is any character but line breaks: of those there are more in ECMAScript',
      z.string().regex(/^a.*$/u),
      "glance.x: the pattern ^a.*$ has a '.': RE2 and ECMAScript differ in what a line is",
    ],
    [
      'a class of nothing',
      z.string().regex(/^a[^]$/u),
      'glance.x: the pattern ^a[^]$ has a part that RE2 and ECMAScript read differently',
    ],
    ['a branch that does not span it', z.string().regex(/^a|b$/u), 'glance.x: the pattern ^a|b$ must span the value'],
    ['an end that is a character', z.string().regex(/^a\$/u), 'glance.x: the pattern ^a\\$ must span the value'],
    [
      'keys that look around',
      z.record(z.string().regex(/^(?!b)[a-z]$/u), z.string()),
      "glance.x: the pattern ^(?!b)[a-z]$ looks around, which RE2 can't",
    ],
    [
      "a key's length",
      z.record(z.string().min(3), z.string()),
      "glance.x: the keyword 'minLength' is not allowed for keys",
    ],
    [
      'a text that may be null',
      z.string().nullable(),
      'glance.x: null is no value, for it deletes a default: use .optional()',
    ],
    [
      'a union with null',
      z.union([z.string(), z.null()]),
      'glance.x: null is no value, for it deletes a default: use .optional()',
    ],
    ['nothing but null', z.literal(null), 'glance.x: null is no value, for it deletes a default: use .optional()'],
    ['an open end', z.string().regex(/^a/u), 'glance.x: the pattern ^a must span the value'],
    ['an open beginning', z.string().regex(/a$/u), 'glance.x: the pattern a$ must span the value'],
  ])('%s', (_, type, finding) => {
    expect(findings(schemaOf(type))).toContain(finding);
  });

  test.each<[string, JsonSchema, string]>([
    ['a list of anything', { type: 'array' }, 'glance.x: a list needs a schema for its items'],
    [
      'an open object',
      { type: 'object', properties: { a: { type: 'string' } } },
      'glance.x: an object is closed (z.strictObject) or a map of one type (z.record)',
    ],
  ])('%s', (_, schema, finding) => {
    expect(findings(schema)).toEqual([finding]);
  });
});

test('at any depth, and every one at once', () => {
  const deep = z.strictObject({ a: z.array(z.record(z.string(), z.email())), b: z.string().max(1) });
  expect(() => assertSubset('glance', schemaOf(deep))).toThrow(
    [
      'not in the schema subset of charts:',
      `  glance.a["*"]["*"]: the keyword 'format' is not allowed`,
      `  glance.b: the keyword 'maxLength' is not allowed`,
    ].join('\n'),
  );
});
