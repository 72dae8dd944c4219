import { z } from 'zod';
import { ValuesModel } from './model';
import type { JsonMap } from './expression';
import { pathOf } from './expression';
import type { Rule, Rules } from './rules';
import { group } from './types';

/** Colours of which an entry may be one: green only in spring. */
const season: Rule = {
  check: (entries, variant) => ({
    problems: Object.entries(entries).flatMap(([name, colour]) =>
      colour === 'green' && variant !== 'spring' ? [{ path: [name], message: 'is no colour of now' }] : [],
    ),
    warnings: Object.entries(entries).flatMap(([name, colour]) =>
      colour === 'grey' ? [{ path: [name], message: 'looks sad' }] : [],
    ),
  }),
  changes: () => [],
  editorSchema: { type: 'object' },
  schema: {
    all: { type: 'object', additionalProperties: { enum: ['red', 'green', 'grey'] } },
    only: { autumn: { additionalProperties: { enum: ['red', 'grey'] } } },
  },
};
const rules: Rules = {
  rule: () => season,
  variants: ['spring', 'autumn'],
  variantName: 'season',
  variantOf: (values) => values['season'] as string,
  isVariant: (name) => ({ properties: { season: { const: name } } }),
};

const colours = () =>
  z
    .object({ own: z.string().optional() })
    .catchall(z.string())
    .default({})
    .meta({ rule: 'season' })
    .describe('Colours.');
const model = new ValuesModel(
  'garden',
  z.strictObject({
    season: z.enum(['spring', 'autumn']).default('spring'),
    trees: group({ oak: colours() }),
    beds: z.record(z.string().regex(/^[a-z]+$/u), z.strictObject({ flowers: colours() })).default({}),
  }),
  [],
  rules,
);
const said = (values: JsonMap) => {
  const { problems, warnings } = model.findings({ ...model.defaults, ...values });
  return [...problems, ...warnings].map(({ path, message }) => `${pathOf(path)} ${message}`);
};

test('a rule judges the entries of a map wherever it is, by the variant that the values name', () => {
  const values = { trees: { oak: { leaf: 'green' } }, beds: { front: { flowers: { rose: 'green', lily: 'grey' } } } };
  expect(said(values)).toEqual(['beds.front.flowers.lily looks sad']);
  expect(said({ ...values, season: 'autumn' })).toEqual([
    'trees.oak.leaf is no colour of now',
    'beds.front.flowers.rose is no colour of now',
    'beds.front.flowers.lily looks sad',
  ]);
});

test("a map's own properties are none of its business", () => {
  expect(said({ season: 'autumn', trees: { oak: { own: 'green' } } })).toEqual([]);
  const [oak] = model.ruledParts({ trees: { oak: { own: 'green', leaf: 'red' } } });
  expect(oak).toEqual({ name: 'season', path: ['trees', 'oak'], entries: { leaf: 'red' }, own: { own: 'green' } });
});

test('what the type of an entry says is not said twice', () => {
  expect(said({ season: 'autumn', trees: { oak: { leaf: 3 } } })).toEqual([
    'trees.oak.leaf found the number 3, a string is needed; put it in quotes',
  ]);
});

test("the chart's schema has the rule in full, and what holds of one variant where the values are of that one", () => {
  const { properties, allOf } = model.chartSchema;
  expect(properties?.['trees']?.properties?.['oak']).toEqual({
    type: 'object',
    description: 'Colours.',
    properties: { own: { type: 'string' } },
    additionalProperties: { enum: ['red', 'green', 'grey'] },
  });
  const autumn = { additionalProperties: { enum: ['red', 'grey'] } };
  expect(allOf).toEqual([
    {
      if: { properties: { season: { const: 'autumn' } } },
      then: {
        properties: {
          trees: { properties: { oak: autumn } },
          beds: { additionalProperties: { properties: { flowers: autumn } } },
        },
      },
    },
  ]);
});
