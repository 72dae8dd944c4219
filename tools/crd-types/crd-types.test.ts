import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { picksOf, typesOf } from './generate';
import { operators } from './operators';
import { TYPES } from './write';

const CRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: kettles.tea.example.com
spec:
  group: tea.example.com
  names: { kind: Kettle, plural: kettles }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: false
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object } } } }
    - name: v2
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            status: { type: string }
            spec:
              type: object
              description: Of these words none is to come out.
              required: [litres]
              properties:
                litres: { type: number, description: How much goes in. }
                cups: { type: integer, format: int32 }
                whistles: { type: boolean }
                material: { type: string, enum: [steel, glass, steel] }
                heat: { anyOf: [{ type: integer }, { type: string }], x-kubernetes-int-or-string: true }
                labels: { type: object, additionalProperties: { type: string } }
                limits:
                  type: object
                  additionalProperties: { anyOf: [{}], x-kubernetes-int-or-string: true }
                extra: { type: object, x-kubernetes-preserve-unknown-fields: true }
                lids: { type: array, items: { type: string, enum: [flat, round] } }
                tea:
                  type: array
                  items:
                    type: object
                    required: [name]
                    properties:
                      name: { type: string }
                      sort-of: { type: string }
                      from: { type: object, properties: { garden: { type: string }, year: { type: integer } } }
                notes:
                  type: object
                  properties:
                    theFirstOfThem: { type: string }
                    theSecondOfThem: { type: string }
                    theOneThatMakesItTooLongForOneLine: { type: string }
                odd: {}
`;

const types = (picks: string): string => typesOf('a module v1', [{ yaml: CRD, picks: picksOf(picks) }]);

const HEAD = `// Made by \`npm run crd-types\` from the CRDs of a module v1: do not edit.

import type { ObjectMeta } from 'kubernetes-types/meta/v1';

export interface Kettle {
  apiVersion: 'tea.example.com/v2';
  kind: 'Kettle';
  metadata?: ObjectMeta;
  spec: KettleSpec;
}

`;

test('names and types of what is picked, in the order of the picks', () => {
  const picks = 'spec { cups litres whistles material heat labels limits extra lids tea notes }';
  expect(types(picks)).toBe(`${HEAD}export interface KettleSpec {
  cups?: number;
  litres: number;
  whistles?: boolean;
  material?: 'steel' | 'glass';
  heat?: number | string;
  labels?: { [name: string]: string };
  limits?: { [name: string]: number | string };
  extra?: { [name: string]: unknown };
  lids?: ('flat' | 'round')[];
  tea?: { name: string; 'sort-of'?: string; from?: { garden?: string; year?: number } }[];
  notes?: { theFirstOfThem?: string; theSecondOfThem?: string; theOneThatMakesItTooLongForOneLine?: string };
}
`);
});

test('what is picked below a field; what is too long for a line', () => {
  expect(types('spec { litres tea { name from { year } } }')).toContain(
    'tea?: { name: string; from?: { year?: number } }[];',
  );
  const metals = Array.from({ length: 12 }, (_, number) => `another-metal-${number}`);
  const long = CRD.replace('theFirstOfThem', 'theVeryFirstOfAllOfThemHere').replace(
    'steel, glass, steel',
    metals.join(),
  );
  const text = typesOf('a module v1', [{ yaml: long, picks: picksOf('spec { litres notes material }') }]);
  expect(text).toContain(`
  notes?: {
    theVeryFirstOfAllOfThemHere?: string;
    theSecondOfThem?: string;
    theOneThatMakesItTooLongForOneLine?: string;
  };
  material?:
    | 'another-metal-0'
    | 'another-metal-1'
`);
});

test.each([
  ['spec { litres cup }', 'Kettle.spec.cup is not in the CRD'],
  ['spec { litres tea { name from { garden { bed } } } }', 'Kettle.spec.tea.from.garden.bed is not in the CRD'],
  ['spec { cups }', 'Kettle.spec.litres has to be picked: the CRD requires it'],
  ['spec { litres odd }', 'Kettle.spec.odd: what type it has is not known here'],
  ['spec { litres litres }', 'litres is picked twice'],
  ['spec { litres', "a '}' is missing"],
  ['spec { litres } }', "'}' is no field's name"],
])('refuses %s', (picks, error) => {
  expect(() => types(picks)).toThrow(error);
});

// `npm run test:apiserver`, which has the CRDs, compares all of it.
test('the files in lib are of the versions that the tests run against', () => {
  const folder = join(__dirname, '..', '..', TYPES);
  expect(readdirSync(folder).sort()).toEqual(Object.keys(operators).map((name) => `${name}.ts`));
  for (const [name, { module, version }] of Object.entries(operators)) {
    expect(readFileSync(join(folder, `${name}.ts`), 'utf8')).toContain(` from the CRDs of ${module} v${version}: `);
  }
});
