import { policyRule, policySchema } from './rule';
import { tableOf } from './table';

const RELEASES = ['2025.1', '2026.1'];

test('the names of all releases stand in one pattern, and beside it those that one of them does not have', () => {
  const old = tableOf('2025.1', { a: { check: '@' }, 'b:c*': { check: '@' } });
  const now = tableOf('2026.1', { a: { check: '@', formerly: { name: 'd' } } });
  expect(policySchema([old, now])).toEqual({
    all: {
      type: 'object',
      patternProperties: { '(^(a|b:c\\*|d)$)': expect.objectContaining({ type: 'string' }) },
      additionalProperties: false,
    },
    only: {
      '2025.1': { patternProperties: { '(^(d)$)': { not: {} } } },
      '2026.1': { patternProperties: { '(^(b:c\\*)$)': { not: {} } } },
    },
  });
});

test('the tables are those of the releases that have any', () => {
  const rule = policyRule('ironic-inspector/policy.yaml', RELEASES);
  const wrong = rule.check({ 'introspection:statsu': '@' }, '2025.1', {});
  expect(wrong.problems).toEqual([
    { path: ['introspection:statsu'], message: "is not known; did you mean 'introspection:status'?" },
  ]);
  expect(() => policyRule('kettle/policy.yaml', RELEASES)).toThrow('no release has a table of the policy of kettle');
});

test('without a release, what none of them has is wrong', () => {
  const rule = policyRule('manila/policy.yaml', RELEASES);
  const { problems } = rule.check({ 'share:nothing_at_all': '@', 'share:get': 'member' }, undefined, {});
  expect(problems.map(({ path }) => path)).toEqual([['share:nothing_at_all']]);
});
