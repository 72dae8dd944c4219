import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { importKollaAnsible } from '../cli/import';
import { initCloud } from '../cli/init';
import { profiles } from '../cli/profiles';
import { schemaOf } from '../cli/schema-text';
import { readValues } from '../lib/cloud';
import { folderOf } from './support/batch';
import { cloudOf } from './support/clouds';
import { acceptedValues } from './support/cloud-values';
import { LanguageServer, OpenFile } from './support/language-server';
import { OF_KEYSTONE, OF_UMBRELLA, OPTIONS, Wrong } from './support/wrong-values';

/**
 * What an editor says of a cloud file by our schema: the real YAML language server, which VS Code has too, is asked over
 * its protocol. A cursor is written `‸`.
 */
const SEED = Number(process.env['SEED'] ?? 1);
const cloud = cloudOf();
const schema = schemaOf(cloud);
const folder = folderOf([['cloud.schema.json', schema]]);
const server = new LanguageServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

const open = (text: string): OpenFile =>
  server.open(folder, `# yaml-language-server: $schema=./cloud.schema.json\n${text}`);

/** Part of a keystone.conf. */
const conf = (...lines: readonly string[]): string =>
  ['keystone:', '  conf:', '    keystone.conf:', ...lines.map((line) => `      ${line}`)].join('\n');

const offered = async (text: string): Promise<string[]> =>
  (await open(text).completions()).map(({ label }) => label).sort();

const said = async (text: string): Promise<string[]> =>
  (await open(text).diagnostics()).map(({ message, range }) => `${range.start.line}: ${message}`).sort();

test('it is the same every time', () => {
  expect(schemaOf(cloudOf())).toBe(schema);
});

test('at the top it offers the blocks of the services', async () => {
  expect(await offered('‸')).toEqual(['global', ...cloud.services.map(({ node }) => node.id)].sort());
});

test('in keystone.conf it offers sections', async () => {
  const sections = await offered(conf('‸'));
  expect(sections).toEqual(expect.arrayContaining(['DEFAULT', 'cache', 'token', 'unchecked']));
});

test('in [token] it offers options with their help, and none that is out of date', async () => {
  const options = await open(conf('token:', '  exp‸')).completions();
  expect(options).toContainEqual(
    expect.objectContaining({
      label: 'expiration',
      insertText: 'expiration: ${1:3600}',
      documentation: expect.stringMatching(
        /^The amount of time that a token should remain valid.*\nTakes an integer from 0 to \d+\.\nDefault: 3600$/s,
      ),
    }),
  );
  const names = options.map(({ label }) => label);
  expect(names).toContain('provider');
  expect(names).not.toContain('revocation_cache_time');
});

test('a section or a block that it completes is empty: no default is repeated', async () => {
  const texts = [conf('tok‸'), 'key‸', 'keystone:\n  ap‸'];
  const items = (await Promise.all(texts.map((text) => open(text).completions()))).flat();
  const inserted = new Map(items.map(({ label, insertText }) => [label, insertText]));
  expect(['token', 'keystone', 'api'].map((name) => inserted.get(name))).toEqual([
    'token:\n  ',
    'keystone:\n  ',
    'api:\n  ',
  ]);
});

test.each([
  [conf('oslo_messaging_rabbit:', '  kombu_failover_strategy: ‸'), ['round-robin', 'shuffle']],
  [conf('DEFAULT:', '  debug: ‸'), ['false', 'true']],
  ['global:\n  release: ‸', ['"2025.1"', '"2026.1"']],
])('it offers values: %j', async (text, values) => {
  expect(await offered(text)).toEqual(values);
});

test.each([
  ['an option', conf('token:', '  exp‸iration: 60'), 'The amount of time that a token should remain valid'],
  ['one that a release does not have', conf('cache:', '  socket_tim‸eout: 3'), 'Only in 2026.1.'],
  ['an old name', conf('token:', '  revocation_cache‸_time: 3'), 'an old name of [revoke] cache_time'],
  ['a section', conf('tok‸en:', '  expiration: 60'), 'Options: allow_expired_window'],
  ['a value of the chart', 'keystone:\n  api:\n    repl‸icas: 2', 'Number of pods.'],
  ['a service', 'key‸stone:\n  enabled: true', 'OpenStack Identity'],
])('it shows the help of %s', async (_, text, help) => {
  expect((await open(text).hover())?.replaceAll('\\', '')).toContain(help);
});

test('it says what is wrong, and on which line', async () => {
  const text = conf(
    'token:',
    '  expiratoin: 60',
    '  expiration: soon',
    '  revocation_cache_time: 60',
    'oslo_messaging_rabbit:',
    '  kombu_failover_strategy: random',
  );
  expect(await said(`${text}\nkeystne:\n  enabled: true`)).toEqual([
    '10: Property keystne is not allowed.',
    '5: Property expiratoin is not allowed.',
    '6: an integer from 0 to 9223372036854775807 is needed',
    '7: revocation_cache_time is an old name of [revoke] cache_time',
    '9: one of "round-robin", "shuffle" is needed',
  ]);
});

/** What the server says of a text that names its schema itself. */
const saidOf = async (text: string): Promise<string[]> =>
  (await server.open(folder, text).diagnostics()).map(({ message, range }) => `${range.start.line}: ${message}`);

const examples = join(__dirname, 'kolla-ansible-examples');
/** Where a command has written a cloud, by what it was made of. */
const written: [name: string, write: (to: string) => void][] = [
  ...profiles().map((profile): [string, (to: string) => void] => [
    `init --profile ${profile}`,
    (to) => initCloud({ folder: to, profile, schema, passwords: [], print: () => undefined }),
  ]),
  ...readdirSync(examples).map((name): [string, (to: string) => void] => [
    `import kolla-ansible ${name}`,
    (to) => {
      const from = join(examples, name);
      const inventory = join(from, 'inventory');
      importKollaAnsible({ from, to, cloud, schema, ...(existsSync(inventory) && { inventory }) });
    },
  ]),
];

test.each(written)('%s: nothing is wrong in it, a mistake is marked, and names are offered', async (_, write) => {
  const to = folderOf([]);
  write(to);
  // The same schema, so that the server need not read it again from another folder.
  expect(readFileSync(join(to, 'cloud.schema.json'), 'utf8')).toBe(schema);
  const text = readFileSync(join(to, 'cloud.yaml'), 'utf8').trimEnd();
  expect(await saidOf(text)).toEqual([]);
  const line = text.split('\n').length;
  expect(await saidOf(`${text}\nkeystne: {}\n`)).toEqual([`${line}: Property keystne is not allowed.`]);
  const there = Object.keys(readValues(join(to, 'cloud.yaml')));
  const others = cloud.services.map(({ node }) => node.id).filter((name) => !there.includes(name));
  const offers = await server.open(folder, `${text}\n‸`).completions();
  expect(offers.map(({ label }) => label).sort()).toEqual(others.sort());
});

/** The values in the form of the umbrella. */
function inUmbrella({ file }: Wrong): string {
  const { global, ...own } = readValues(join(folderOf([['values.yaml', file]]), 'values.yaml'));
  return JSON.stringify({ ...(global !== undefined && { global }), keystone: own });
}

/** What only `validate` knows: which value another one asks for, and which release there is. */
const IS_OF_OTHERS = /^is required|the address(es)? of (an )?external |; \d+\.\d has it$/;

const wrong: readonly (readonly [what: string, file: string])[] = [
  ...[...OPTIONS, ...OF_KEYSTONE]
    .filter(({ message }) => !IS_OF_OTHERS.test(message))
    .map((w) => [w.what, inUmbrella(w)] as const),
  ...OF_UMBRELLA.filter(({ set }) => !set).map(({ what, file }) => [what, file] as const),
];

test('whatever validate refuses by itself is marked', async () => {
  const found = await Promise.all(wrong.map(async ([what, file]) => [what, await said(file)] as const));
  expect(found.filter(([, messages]) => messages.length === 0)).toEqual([]);
});

test('what validate takes is not marked, but for old names', async () => {
  const taken = fc.sample(acceptedValues(cloud), { seed: SEED, numRuns: 10 });
  const messages = (await Promise.all(taken.map((values) => said(JSON.stringify(values, null, 1))))).flat();
  expect(messages.filter((message) => !message.includes(' is an old name of '))).toEqual([]);
});
