import type { JsonMap } from '../../values/expression';
import { pathOf } from '../../values/expression';
import type { Problem } from '../../values/problem';
import { checkPolicy } from './check';
import { tableOf } from './table';

const old = tableOf('2025.1', { 'image:get': { check: '@' }, 'image:stage': { check: '@' } });
const now = tableOf('2026.1', {
  admin: { check: 'role:admin' },
  'image:get': { check: 'rule:admin', formerly: { name: 'get_image', check: '@' } },
  'image:list': { check: 'rule:admin', formerly: { name: 'get_image', check: '@' } },
  'image:task': { check: '@', deprecated: { since: '2024.2', reason: 'Never\nhonored.' } },
});

const lines = (findings: readonly Problem[]): string[] =>
  findings.map(({ path, message }) => `${pathOf(path)} ${message}`);
const findings = (checked: JsonMap, unchecked: JsonMap = {}) =>
  checkPolicy(now, { checked, unchecked }, [old], ['unchecked']);
const problems = (checked: JsonMap): string[] => lines(findings(checked).problems);
function warnings(checked: JsonMap, unchecked: JsonMap = {}): string[] {
  expect(problems(checked)).toEqual([]);
  return lines(findings(checked, unchecked).warnings);
}

test('rules of the service need no remark, nor do own ones that they refer to', () => {
  expect(warnings({ 'image:get': 'rule:admin or rule:owner' }, { owner: 'user_id:%(user_id)s' })).toEqual([]);
});

test('an unknown rule is refused: the nearest one, what another release has, or where own ones stand', () => {
  expect(problems({ 'image:gte': '@', list: '@', 'image:stage': '@', support: '@', ['__proto__']: '@' })).toEqual([
    `["image:gte"] is not known; did you mean 'image:get'?`,
    "list is not known; did you mean 'image:list'?",
    '["image:stage"] is no rule of OpenStack 2026.1; 2025.1 has it',
    "support is not known; a rule of your own stands under 'unchecked'",
    "__proto__ is not known; a rule of your own stands under 'unchecked'",
  ]);
});

test('a name of old and a rule that will go are taken', () => {
  expect(warnings({ get_image: '@', 'image:task': '@' })).toEqual([
    'get_image is an old name of image:get, image:list',
    '["image:task"] is deprecated since 2024.2, and will go: Never honored.',
  ]);
});

test('a check that oslo.policy denies without a word', () => {
  expect(warnings({ 'image:get': 'role:a role:b', 'image:list': 'member or role:a' }, { own: '(' })).toEqual([
    '["image:get"] is no check that oslo.policy can read, so it denies everybody',
    `["image:list"] has 'member', which is no check, and denies; one is written kind:match`,
    'unchecked.own is no check that oslo.policy can read, so it denies everybody',
  ]);
});

test('a reference to nothing, and one that is none', () => {
  expect(warnings({ 'image:get': 'rule:admn or rule:get_image or rule:nobody', 'image:list': 'image:get' })).toEqual([
    `["image:get"] refers to rule:admn, and no rule is called so; did you mean 'rule:admin'?`,
    '["image:get"] refers to rule:get_image, and no rule is called so',
    '["image:get"] refers to rule:nobody, and no rule is called so',
    `["image:list"] has 'image:get', which is no reference to that rule; did you mean 'rule:image:get'?`,
  ]);
});

test('a rule that leads back to itself, also by rules of the service', () => {
  expect(warnings({ admin: 'role:admin or rule:image:get' })).toEqual([
    'admin refers to itself: admin → image:get → admin',
  ]);
});
