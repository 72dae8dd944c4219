import type { JsonMap } from '../../values/expression';
import { pathOf } from '../../values/expression';
import { osloRule } from './rule';

const rule = osloRule('keystone/keystone.conf', ['2025.1', '2026.1']);
const problems = (conf: JsonMap, release?: string): string[] =>
  rule.check(conf, release, {}).problems.map(({ path, message }) => `${pathOf(path)} ${message}`);

test('options are judged by the table of the release', () => {
  const conf = { DEFAULT: { watch_log_file: true }, cache: { socket_timeout: 3 } };
  expect(problems(conf, '2025.1')).toEqual(['cache.socket_timeout is no option of OpenStack 2025.1; 2026.1 has it']);
  expect(problems(conf, '2026.1')).toEqual(['DEFAULT.watch_log_file is no option of OpenStack 2026.1; 2025.1 has it']);
});

test('where no release is known, what is wrong in all of them is told', () => {
  expect(problems({ DEFAULT: { watch_log_file: true, debugg: true }, token: { expiration: 'soon' } })).toEqual([
    "DEFAULT.debugg is not known; did you mean 'debug'?",
    'token.expiration found the string "soon", an integer from 0 to 9223372036854775807 is needed',
  ]);
});

test('a project without a table is an error of whoever names it', () => {
  expect(() => osloRule('keystonee/keystone.conf', ['2026.1'])).toThrow(
    'no release has a table of the options of keystonee',
  );
  expect(() => osloRule('keystone/keystone.cnf', ['2026.1'])).toThrow('has no file keystone.cnf; it has keystone.conf');
});
