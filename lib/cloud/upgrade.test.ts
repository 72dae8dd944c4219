import { cloudOf, required } from '../../test/support/clouds';
import type { JsonMap } from '../values/expression';
import { upgradeRemarks } from './upgrade';

/** What is said of options of keystone.conf before an upgrade from 2025.1; changed defaults apart. */
function remarks(options: JsonMap, block: JsonMap = {}, target = '2026.1'): string[] {
  const keystone = { ...block, conf: { 'keystone.conf': options } };
  const cloud = cloudOf({ values: [required, { global: { release: '2025.1' }, keystone }] });
  const ofKeystone = upgradeRemarks(cloud.upgrade(target)).filter((line) => / keystone\./.test(line));
  return ofKeystone.map((line) => line.replace('keystone.conf["keystone.conf"]', '…'));
}
const withoutDefaults = (lines: readonly string[]): string[] => lines.filter((line) => !/ has the default /.test(line));

test('what goes is refused, what gets another name is told, and what stays is not', () => {
  const options = {
    DEFAULT: { watch_log_file: true },
    cache: { memcache_socket_timeout: 2 },
    token: { expiration: 3600 },
  };
  expect(withoutDefaults(remarks(options))).toEqual([
    'refused: ….DEFAULT.watch_log_file is no option of OpenStack 2026.1; 2025.1 has it',
    'changed: ….cache.memcache_socket_timeout is an old name of [cache] socket_timeout now',
  ]);
});

test('a default that changes is told where it holds: where nobody has set the option', () => {
  const [changed] = remarks({});
  expect(changed).toMatch(/^changed: ….DEFAULT.default_log_levels has the default .*; before, amqp=WARN,amqplib=WARN/);
  expect(remarks({ DEFAULT: { default_log_levels: 'amqp=WARN' } })).toEqual([]);
});

test('a service with a release of its own is judged by the new one, too', () => {
  const options = { cache: { socket_timeout: 2 } };
  expect(withoutDefaults(remarks(options, { release: '2026.1' }, '2025.1'))).toEqual([
    'refused: ….cache.socket_timeout is no option of OpenStack 2025.1; 2026.1 has it',
  ]);
  expect(remarks(options, { release: '2026.1' })).toEqual([]);
});
