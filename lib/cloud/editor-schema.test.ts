import { z } from 'zod';
import { sampleService } from '../../test/support/sample';
import { osloOptions } from '../config';
import { serviceValues } from '../openstack';
import type { JsonSchema } from '../values/json-schema';
import { group, labels } from '../values/types';
import { editorSchema } from './editor-schema';

const values = serviceValues('sample', [], {
  api: group({ replicas: z.int().min(0).default(1).describe('Number of pods.'), note: z.string().optional() }),
  labels: labels().default({ tier: 'api' }),
  conf: group({ 'glance-api.conf': osloOptions('glance/glance-api.conf') }),
});
const schema = editorSchema(sampleService(values, () => undefined).cloud);

/** The schema of a value. What has a default stands one level deeper in its map. */
const at = (...path: readonly string[]): JsonSchema =>
  path.reduce((map, key) => (map.allOf?.[0] ?? map).properties![key]!, schema);

test('a cloud file is closed, and has a block for each service', () => {
  expect(Object.keys(schema.properties!)).toEqual(['global', 'sample']);
  expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', additionalProperties: false });
  expect(at('sample')).toMatchObject({ description: 'A sample', allOf: [{ additionalProperties: false }] });
});

test('a value has its help, what it takes, and its default', () => {
  expect(at('sample', 'api', 'replicas')).toEqual({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 1,
    description: 'Number of pods.\nTakes an integer of at least 0.\nDefault: 1',
    errorMessage: 'an integer of at least 0 is needed',
  });
  expect(at('sample', 'enabled')).toMatchObject({ type: 'boolean', default: true });
});

test('nothing is required', () => {
  expect(JSON.stringify(schema)).not.toContain('"required"');
});

test('an entry of a default can be taken away', () => {
  expect(at('sample', 'labels').additionalProperties).toMatchObject({ type: ['string', 'null'] });
});

test('a map is not written with all its defaults', () => {
  expect(at('sample', 'api')).toMatchObject({ type: 'object', allOf: [{ properties: { replicas: { default: 1 } } }] });
  expect(at('sample', 'api')).not.toHaveProperty('properties');
});

test('options stand by name, and beside them those that are not checked', () => {
  expect(at('sample', 'conf', 'glance-api.conf').description).toMatch(/^Options over ours/);
  expect(at('sample', 'conf', 'glance-api.conf', 'DEFAULT', 'workers').description).toContain('Takes an integer');
  expect(at('sample', 'conf', 'glance-api.conf', 'unchecked')).toMatchObject({ type: 'object' });
});

test('what services share is said once; a block takes it, and it is not offered there', () => {
  expect(at('global')).toEqual({ $ref: '#/definitions/global' });
  expect(at('sample', 'global')).toEqual({ doNotSuggest: true, allOf: [{ $ref: '#/definitions/global' }] });
  expect(schema.definitions).toHaveProperty('global');
});
