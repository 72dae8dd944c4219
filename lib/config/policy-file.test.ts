import { z } from 'zod';
import { sampleChart } from '../../test/support/sample';
import { cloudOf, required } from '../../test/support/clouds';
import { JsonMap, pathOf } from '../values/expression';
import { IniFile } from './ini-file';
import { PolicyFile, policyOverrides } from './policy-file';

const { render } = sampleChart({ debug: z.boolean().default(false), policy: policyOverrides('keystone') }, (chart) => {
  const policy = new PolicyFile(chart, chart.values.policy);
  const sections = { DEFAULT: { debug: chart.values.debug }, oslo_policy: policy.options };
  new IniFile(chart, 'sample.conf', { path: '/etc/sample/sample.conf', sections });
});

const cloud = cloudOf();
const policy = (rules: JsonMap): string => render({ policy: rules }).file('sample-policy.yaml', 'policy.yaml');
const conf = (rules: JsonMap): string => render({ policy: rules }).file('sample-sample.conf', 'sample.conf');

test('a line for each rule, sorted, in quotes that every YAML reads; unchecked ones over the others', () => {
  expect(
    policy({
      'identity:list_users': 'role:reader',
      'identity:get_user': "'admin':%(role)s",
      unchecked: { support: 'role:"a"', 'identity:list_users': '' },
    }),
  ).toBe(`"identity:get_user": "'admin':%(role)s"
"identity:list_users": ""
"support": "role:\\"a\\""
`);
});

test.each<[string, boolean, JsonMap]>([
  ['nothing', false, {}],
  ['nothing under `unchecked`', false, { unchecked: {} }],
  ['a rule', true, { 'identity:get_user': '@' }],
  ['an unchecked one', true, { unchecked: { support: 'role:support' } }],
])('with %s set, the file is there, and the service is told of it: %s', (_, there, rules) => {
  expect(render({ policy: rules }).has('ConfigMap/sample-policy.yaml')).toBe(there);
  expect(conf(rules).includes('[oslo_policy]\npolicy_file = /etc/sample/policy.yaml\n')).toBe(there);
});

test.each<[string, JsonMap, string]>([
  ['a number', { 'identity:get_user': 1 }, 'policy["identity:get_user"]'],
  ['two lines', { 'identity:get_user': '@\n"x": "@"' }, 'policy["identity:get_user"]'],
  ['a name of two lines', { unchecked: { 'a\nb': '@' } }, 'policy.unchecked["a\\nb"]'],
  ['an unknown name', { 'identity:get_usr': '@' }, 'policy["identity:get_usr"]'],
])('%s is refused', (_, rules, path) => {
  const { problems } = cloud.findings([required, { keystone: { policy: rules } }]);
  expect(problems.map((problem) => pathOf(problem.path))).toEqual([`keystone.${path}`]);
});
