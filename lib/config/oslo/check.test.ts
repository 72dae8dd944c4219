import { pathOf } from '../../values/expression';
import { checkConf } from './check';
import type { FileTable } from './table';

const table = (release: string, more: FileTable['sections'] = {}): FileTable => ({
  file: 'image.conf',
  release,
  sections: {
    DEFAULT: {
      debug: { type: 'boolean' },
      workers: { type: 'integer', min: 1 },
      state_path: { type: 'string' },
      notifications: { type: 'string', choices: ['basic', 'cadf'] },
      metadata_key: { type: 'string', secret: true, maxLength: 4 },
      rate: { type: 'float', deprecated: { since: '2024.2', reason: 'Has no effect.' } },
    },
    database: { connection: { type: 'string', formerly: [['DEFAULT', 'sql_connection']] } },
    cors: { allowed_origin: { type: 'list', items: { type: 'string' } } },
    ...more,
  },
  named: [{ name: 'store_{name}', options: { path: { type: 'string', formerly: [['', 'folder']] } } }],
});

const old = table('2025.1', { auth: { hash: { type: 'string' } } });
const now = table('2026.1', { auth: { digest: { type: 'string' } }, api: { limit: { type: 'integer' } } });
const lines = (findings: ReturnType<typeof checkConf>['problems']): string[] =>
  findings.map(({ path, message }) => `${pathOf(path)}: ${message}`);
const problems = (conf: Parameters<typeof checkConf>[1], of = now, other = old) =>
  lines(checkConf(of, conf, [other]).problems);
const warnings = (conf: Parameters<typeof checkConf>[1]) => lines(checkConf(now, conf, [old]).warnings);

test('a wrong value: what was found, what is needed, and what to do', () => {
  expect(
    problems({
      DEFAULT: { debug: 'maybe', workers: '5', state_path: 1, notifications: 'basik', metadata_key: 'hunter2' },
      cors: { allowed_origin: ['a', 'b'] },
    }),
  ).toEqual([
    'DEFAULT.debug: found the string "maybe", true or false is needed',
    'DEFAULT.workers: found the string "5", an integer of at least 1 is needed; without quotes',
    'DEFAULT.state_path: found the number 1, one line of text is needed; put it in quotes',
    'DEFAULT.notifications: found the string "basik", one of "basic", "cadf" is needed; did you mean \'basic\'?',
    'DEFAULT.metadata_key: found a string, not shown here, a text of up to 4 characters is needed',
    'cors.allowed_origin: found a list, one text with commas, each item one line of text is needed; write "a,b"',
  ]);
});

test('a wrong name: the nearest one, or the section that it belongs to', () => {
  expect(
    problems({
      DEFAULT: { 'state-path': '/a', connection: 'a', conection: 'a' },
      databse: { connection: 'a' },
      store_a: { path: '/a', paht: '/b' },
    }),
  ).toEqual([
    "DEFAULT.state-path: is not known; did you mean 'state_path'?",
    'DEFAULT.connection: is no option of [DEFAULT], but of [database]',
    "DEFAULT.conection: is not known; did you mean '[database] connection'?",
    "databse: is not known; did you mean 'database'?",
    "store_a.paht: is not known; did you mean 'path'?",
  ]);
});

test('what only the other release has', () => {
  expect(problems({ auth: { hash: 'a' } })).toEqual(['auth.hash: is no option of OpenStack 2026.1; 2025.1 has it']);
  expect(problems({ auth: { digest: 'a' }, api: { limit: 1 } }, old, now)).toEqual([
    'auth.digest: is no option of OpenStack 2025.1; 2026.1 has it',
    'api: is no section of OpenStack 2025.1; 2026.1 has it',
  ]);
});

test('a secret stands in a ConfigMap: a warning, but for an empty one', () => {
  expect(warnings({ DEFAULT: { metadata_key: '' } })).toEqual([]);
  expect(warnings({ DEFAULT: { metadata_key: 'a' } })).toEqual([
    'DEFAULT.metadata_key: is a secret, and will stand in a ConfigMap, where many may read it',
  ]);
});

test('warnings: names of old, options that will go, references to nothing', () => {
  const store_a = { folder: '/images' };
  const conf = {
    store_a,
    DEFAULT: { sql_connection: 'a', rate: 1, workers: '$cpus', state_path: '$$a${DEFAULT.debug}' },
  };
  expect(problems(conf)).toEqual([]);
  expect(warnings(conf)).toEqual([
    'store_a.folder: is an old name of [store_a] path',
    'DEFAULT.sql_connection: is an old name of [database] connection',
    'DEFAULT.rate: is deprecated since 2024.2, and will go: Has no effect.',
    'DEFAULT.workers: refers to $cpus, and no option is called so; a dollar sign that stands for itself is written $$',
  ]);
});
