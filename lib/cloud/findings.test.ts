import { cloudOf, required } from '../../test/support/clouds';
import type { JsonMap } from '../values/expression';
import { remarksOn } from './findings';

const cloud = cloudOf();
/** What is said of options of keystone.conf that are taken. */
function remarks(options: JsonMap): string[] {
  const findings = cloud.findings([required, { keystone: { conf: { 'keystone.conf': options } } }]);
  expect(findings.problems).toEqual([]);
  return remarksOn(findings).map((line) => line.replace('keystone.conf["keystone.conf"]', '…'));
}

test('values that need no remark have none', () => {
  expect(remarks({ token: { expiration: 3600 } })).toEqual([]);
});

test('an option that will go, one under an old name, and a reference to nothing are taken with a warning', () => {
  expect(remarks({ DEFAULT: { max_param_size: 64, log_dir: '$home/log' }, assignment: { caching: true } })).toEqual([
    'warning: ….DEFAULT.max_param_size is deprecated since 2025.1, and will go: This option has had no effect.',
    'warning: ….DEFAULT.log_dir refers to $home, and no option is called so; a dollar sign that stands for itself is written $$',
    'warning: ….assignment.caching is an old name of [resource] caching',
  ]);
});

test('what nobody checks is told', () => {
  expect(remarks({ unchecked: { billing: { url: 'http://billing', tries: 3 } } })).toEqual([
    'not checked: ….unchecked.billing.url',
    'not checked: ….unchecked.billing.tries',
  ]);
});

test('of a policy, what oslo.policy denies without a word, and rules of own names', () => {
  const policy = { 'identity:get_user': 'rule:support or rule:nobody', unchecked: { support: 'role:support or' } };
  const findings = cloud.findings([required, { keystone: { policy } }]);
  expect(findings.problems).toEqual([]);
  expect(remarksOn(findings)).toEqual([
    'warning: keystone.policy["identity:get_user"] refers to rule:nobody, and no rule is called so',
    'warning: keystone.policy.unchecked.support is no check that oslo.policy can read, so it denies everybody',
    'not checked: keystone.policy.unchecked.support',
  ]);
});

test('the options of a service that is off wait until it is on', () => {
  const wrong = { conf: { 'keystone.conf': { token: { expiraton: 3600 } } } };
  expect(cloud.findings([required, { keystone: { ...wrong, enabled: false } }]).problems).toEqual([]);
  expect(cloud.findings([required, { keystone: wrong }]).problems).toHaveLength(1);
});

test('of a service that does not say whether it is on, all else is told, too', () => {
  const keystone = { enabled: 'false', api: { replicas: '3', replics: 4 } };
  expect(
    cloud.findings([required, { keystone }]).problems.map(({ path, message }) => [path.join('.'), message]),
  ).toEqual([
    ['keystone.enabled', 'found the string "false", true or false is needed'],
    ['keystone.api.replicas', 'found the string "3", an integer from 0 to 2147483647 is needed'],
    ['keystone.api.replics', "is not known; did you mean 'replicas'?"],
  ]);
});
