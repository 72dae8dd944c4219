import { Change, changesBetween, changesFor } from './changes';
import { fileTable } from './table';
import type { FileTable, Options } from './table';
import { changeWords } from './words';

const table = (release: string, sections: FileTable['sections'], free: Options = {}): FileTable => ({
  file: 'image.conf',
  release,
  sections,
  named: [{ name: 'store_{name}', options: free }],
});
const lines = (changes: readonly Change[]): string[] =>
  changes.map((change) => `[${change.section}] ${change.option} ${changeWords(change)}`);
const between = (before: Options, after: Options): string[] =>
  lines(changesBetween(table('2025.1', { DEFAULT: before }), table('2026.1', { DEFAULT: after })).options);

test('what is gone, has moved, will go, is new', () => {
  const before = table('2025.1', {
    DEFAULT: {
      debug: { type: 'boolean' },
      rate: { type: 'float', deprecated: { since: '2024.2', reason: 'Has no effect.' } },
      sql: { type: 'string' },
      workers: { type: 'integer' },
    },
    ssl: { ca: { type: 'string' } },
  });
  const after = table('2026.1', {
    DEFAULT: {
      debug: { type: 'boolean' },
      workers: { type: 'integer', deprecated: { since: '2026.1', reason: 'uWSGI has its own.' } },
    },
    api: {
      limit: { type: 'integer' },
      workers: { type: 'integer', formerly: [['DEFAULT', 'workers']] },
    },
    database: { connection: { type: 'string', formerly: [['DEFAULT', 'sql']] } },
  });
  const { sections, options } = changesBetween(before, after);
  expect(sections).toEqual({ gone: ['ssl'], new: ['api', 'database'] });
  expect(options).toEqual([
    { section: 'DEFAULT', option: 'rate', kind: 'gone', deprecated: { since: '2024.2', reason: 'Has no effect.' } },
    { section: 'DEFAULT', option: 'sql', kind: 'moved', to: [['database', 'connection']] },
    {
      section: 'DEFAULT',
      option: 'workers',
      kind: 'deprecated',
      since: '2026.1',
      reason: 'uWSGI has its own.',
      to: [['api', 'workers']],
    },
    { section: 'api', option: 'limit', kind: 'new' },
    { section: 'api', option: 'workers', kind: 'new' },
    { section: 'ssl', option: 'ca', kind: 'gone' },
  ]);
  expect(lines(options)).toEqual([
    '[DEFAULT] rate is gone: Has no effect.',
    '[DEFAULT] sql is an old name of [database] connection now',
    '[DEFAULT] workers is deprecated since 2026.1, and will go; [api] workers takes its place: uWSGI has its own.',
    '[api] limit is new',
    '[api] workers is new',
    '[ssl] ca is gone',
  ]);
});

test('former names: one that is given up, and one that goes with its option', () => {
  expect(
    between(
      {
        limit: { type: 'integer', formerly: [['DEFAULT', 'max']] },
        rate: { type: 'float', formerly: [['DEFAULT', 'speed']] },
      },
      { limit: { type: 'integer' } },
    ),
  ).toEqual(['[DEFAULT] max is gone; it was an old name of [DEFAULT] limit', '[DEFAULT] rate is gone']);
});

test('what an option takes', () => {
  expect(
    between(
      {
        backend: { type: 'string', choices: ['dict', 'mongo', null] },
        formats: { type: 'list', items: { type: 'string', choices: ['raw', 'vhd'] } },
        hosts: { type: 'string' },
        name: { type: 'host-address' },
        order: { type: 'string', choices: ['a', 'b'], choiceHelp: { a: 'One.' } },
        workers: { type: 'integer', min: 1 },
      },
      {
        backend: { type: 'string', choices: ['redis', 'dict', null] },
        formats: { type: 'list', items: { type: 'string', choices: ['raw'] } },
        hosts: { type: 'string', multi: true },
        name: { type: 'host-domain' },
        order: { type: 'string', choices: ['b', 'a'] },
        workers: { type: 'integer', min: 1, max: 64 },
      },
    ),
  ).toEqual([
    '[DEFAULT] backend no longer takes "mongo"; takes "redis" as well',
    '[DEFAULT] formats no longer takes "vhd"',
    '[DEFAULT] hosts takes one line of text; may be given several times; before, one line of text',
    '[DEFAULT] name is checked otherwise: a host name or an IP address',
    '[DEFAULT] workers takes an integer from 1 to 64; before, an integer of at least 1',
  ]);
});

test('defaults: as a file would have them; a secret one of a package is no secret', () => {
  expect(
    between(
      {
        filters: { type: 'list', items: { type: 'string' }, default: ['a', 'b'] },
        host: { type: 'string', sample: '<host>' },
        key: { type: 'string', secret: true, default: 'insecure' },
        notify: { type: 'string', multi: true, default: ['log', 'noop'] },
        weights: { type: 'dict', values: { type: 'integer' }, default: { cpu: 1, disk: 2 } },
        workers: { type: 'integer' },
      },
      {
        filters: { type: 'list', items: { type: 'string' }, default: ['b', 'a'] },
        host: { type: 'string', default: '' },
        key: { type: 'string', secret: true },
        notify: { type: 'string', multi: true, default: ['log'] },
        weights: { type: 'dict', values: { type: 'integer' }, default: { cpu: 1, disk: 3 } },
        workers: { type: 'integer', default: 0 },
      },
    ),
  ).toEqual([
    '[DEFAULT] filters has the default b,a; before, a,b',
    '[DEFAULT] host has the default empty; before, none; such as <host>',
    '[DEFAULT] key has the default none; before, insecure',
    '[DEFAULT] notify has the default log; before, log\nnoop',
    '[DEFAULT] weights has the default cpu:1,disk:3; before, cpu:1,disk:2',
    '[DEFAULT] workers has the default 0; before, none',
  ]);
});

test('the same default in another form is no change', () => {
  const dict = { type: 'dict', values: { type: 'string' }, separator: '=' } as const;
  const defaults = changesBetween(
    table('2025.1', {
      DEFAULT: {
        helpers: { type: 'list', items: { type: 'string' }, default: ['NFS=kernel', 'CIFS=user'] },
        keys: { type: 'string', default: 'a' },
        sets: { type: 'string', multi: true, default: 'a' },
        version: { type: 'string', default: 1 },
        weights: { ...dict, default: { cpu: 'a', disk: 'b' } },
      },
    }),
    table('2026.1', {
      DEFAULT: {
        helpers: { ...dict, default: { NFS: 'kernel', CIFS: 'user' } },
        keys: { type: 'list', items: { type: 'string' }, default: ['a'] },
        sets: { type: 'string', multi: true, default: ['a'] },
        version: { type: 'string', default: '1' },
        weights: { ...dict, default: { disk: 'b', cpu: 'a' } },
      },
    }),
  ).options.filter(({ kind }) => kind === 'default');
  expect(defaults).toEqual([]);
});

test('an option as a user has it: in a section with a free name, or by a former name', () => {
  const before = table(
    '2025.1',
    { DEFAULT: { size: { type: 'integer', default: 1, formerly: [['', 'length']] } } },
    { path: { type: 'string' }, pool: { type: 'string' } },
  );
  const after = table(
    '2026.1',
    { DEFAULT: { size: { type: 'integer', default: 2 } } },
    { folder: { type: 'string', formerly: [['', 'path']] } },
  );
  const changes = (section: string, option: string) => lines(changesFor(before, after, [section, option]));
  expect(changes('store_a', 'path')).toEqual(['[store_a] path is an old name of [store_a] folder now']);
  expect(changes('store_a', 'pool')).toEqual(['[store_a] pool is gone']);
  expect(changes('DEFAULT', 'length')).toEqual([
    '[DEFAULT] length is gone; it was an old name of [DEFAULT] size',
    '[DEFAULT] size has the default 2; before, 1',
  ]);
  expect(changes('store_a', 'none')).toEqual([]);
});

test('Keystone: drivers of the cache have one name for what they share', () => {
  const { options } = changesBetween(
    ...(['2025.1', '2026.1'].map((release) => fileTable(release, 'keystone', 'keystone.conf')) as [
      FileTable,
      FileTable,
    ]),
  );
  expect(lines(options.filter(({ section }) => section === 'cache'))).toEqual(
    expect.arrayContaining([
      '[cache] backend no longer takes "oslo_cache.mongo"',
      '[cache] memcache_password is an old name of [cache] password now',
    ]),
  );
});
