import { fileSchema, oneNode } from './file-schema';
import type { FileTable } from './table';

const table = (release: string, sections: FileTable['sections']): FileTable => ({
  file: 'image.conf',
  release,
  sections,
  named: [],
});

test('what any release has, and beside it what only one of them has', () => {
  const old = table('2025.1', { DEFAULT: { debug: { type: 'boolean' }, hash: { type: 'string' } } });
  const now = table('2026.1', { DEFAULT: { debug: { type: 'boolean' } }, api: { limit: { type: 'integer' } } });
  const { all, only } = fileSchema([old, now]);
  expect(all.properties).toEqual({
    DEFAULT: {
      type: 'object',
      properties: { debug: expect.objectContaining({ type: ['boolean', 'integer', 'string'] }), hash: {} },
      additionalProperties: false,
    },
    api: { type: 'object', properties: { limit: {} }, additionalProperties: false },
  });
  expect(all.additionalProperties).toBe(false);
  expect(only).toEqual({
    '2025.1': {
      properties: { DEFAULT: { properties: { hash: expect.objectContaining({ type: 'string' }) } }, api: { not: {} } },
    },
    '2026.1': {
      properties: {
        DEFAULT: { properties: { hash: { not: {} } } },
        api: { properties: { limit: expect.objectContaining({ type: ['integer', 'string'] }) } },
      },
    },
  });
});

test('a type that changed holds in its release', () => {
  const old = table('2025.1', { DEFAULT: { limit: { type: 'integer' } } });
  const now = table('2026.1', { DEFAULT: { limit: { type: 'integer', max: 5 } } });
  const { all, only } = fileSchema([old, now]);
  expect(all.properties?.DEFAULT?.properties?.limit).toEqual({});
  expect(only['2026.1']?.properties?.DEFAULT?.properties?.limit).toMatchObject({ maximum: 5 });
});

test('a union of types is one schema, for each schema costs Helm time', () => {
  const union = { anyOf: [{ type: 'integer', minimum: 1 } as const, { type: 'string', pattern: '^a$' } as const] };
  expect(oneNode(union)).toEqual({ type: ['integer', 'string'], minimum: 1, pattern: '^a$' });
});
