import { editorSchema } from './editor-schema';
import type { FileTable, Options } from './table';

const table = (release: string, options: Options, more: Partial<FileTable> = {}): FileTable => ({
  file: 'image.conf',
  release,
  sections: { DEFAULT: options },
  named: [],
  ...more,
});

/** What is said of options, in releases that have the same or not. */
const schemasOf = (old: Options, now: Options = old) =>
  editorSchema([table('2025.1', old), table('2026.1', now)]).properties!['DEFAULT']!.properties!;

test('an option with its help, what it takes, and its default', () => {
  const { limit } = schemasOf({ limit: { type: 'integer', min: 1, default: 5, help: 'How many images.' } });
  expect(limit).toMatchObject({
    type: ['string', 'integer'],
    minimum: 1,
    default: 5,
    description: 'How many images.\nTakes an integer of at least 1.\nDefault: 5',
    errorMessage: 'an integer of at least 1 is needed',
  });
});

test('choices are offered, with their help; the type takes references beside them', () => {
  const { hash } = schemasOf({
    hash: { type: 'string', choices: ['md5', 'sha512'], choiceHelp: { md5: 'Not safe.' }, default: 'sha512' },
  });
  expect(hash).toMatchObject({
    anyOf: [
      { enum: ['md5', 'sha512'], enumDescriptions: ['Not safe.', ''] },
      { type: 'string', pattern: expect.stringContaining('(md5|sha512)') },
    ],
    description: 'Takes one of "md5", "sha512".\n- md5: Not safe.\nDefault: sha512',
  });
});

test.each<[Options[string], unknown]>([
  [{ type: 'list', items: { type: 'string' }, default: ['a', 'b'] }, 'a,b'],
  [{ type: 'dict', values: { type: 'string' }, default: { a: 'b', c: 'd' } }, 'a:b,c:d'],
  [{ type: 'list', items: { type: 'string' }, bounds: true, default: ['a', 'b'] }, '[a,b]'],
  [{ type: 'string', multi: true, default: ['a', 'b'] }, ['a', 'b']],
  [{ type: 'string' }, undefined],
])('the default of %j is what a cloud file would have', (option, value) => {
  expect(schemasOf({ option })['option']!.default).toEqual(value);
});

test('an old name is taken and marked; neither it nor what will go is offered', () => {
  const { hash, digest, plain } = schemasOf({
    hash: { type: 'string', formerly: [['DEFAULT', 'digest']] },
    plain: { type: 'boolean', deprecated: { since: '2025.1', reason: 'Nobody uses it.' } },
  });
  expect(hash).not.toHaveProperty('doNotSuggest');
  expect(digest).toMatchObject({
    type: 'string',
    deprecationMessage: 'digest is an old name of [DEFAULT] hash',
    doNotSuggest: true,
  });
  expect(plain).toMatchObject({
    description: 'plain is deprecated since 2025.1, and will go: Nobody uses it.\nTakes true or false.',
    doNotSuggest: true,
  });
  expect(plain).not.toHaveProperty('deprecationMessage');
});

test('what any release takes is taken; where they differ, it says of which it is', () => {
  const { limit, gone } = schemasOf(
    { limit: { type: 'integer', default: 5 }, gone: { type: 'string' } },
    { limit: { type: 'port', default: 6 } },
  );
  expect(limit).toMatchObject({
    anyOf: [{ type: ['string', 'integer'] }, { type: ['string', 'integer'] }],
    description: expect.stringContaining('\n2025.1: Default: 5\n2026.1: Default: 6'),
    default: 6,
  });
  expect(gone).toMatchObject({ description: 'Takes one line of text.\nOnly in 2025.1.' });
});

test('sections tell of their options, and a free name may be any', () => {
  const options: Options = { limit: { type: 'integer' } };
  const named = [{ name: 'store_{name}', options }];
  expect(editorSchema([table('2026.1', options, { named })])).toMatchObject({
    properties: { DEFAULT: { description: 'Options: limit.', additionalProperties: false } },
    patternProperties: { '^store_[A-Za-z0-9_ .:@/-]*[A-Za-z0-9_]$': { type: 'object' } },
    additionalProperties: false,
  });
  const free = [{ name: '{name}', options }];
  expect(editorSchema([table('2026.1', {}, { named: free })])).toMatchObject({
    additionalProperties: { properties: { limit: {} } },
  });
});
