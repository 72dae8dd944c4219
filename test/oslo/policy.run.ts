import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { policyTable } from '../../lib/config/policy';
import { Check, parseCheck } from '../../lib/config/policy/check-string';
import { RELEASES } from '../../lib/kolla/releases';
import type { Json } from '../../lib/values/expression';
import { openstackPython } from '../../tools/openstack-python';
import { cloudOf, required } from '../support/clouds';
import { Objects } from '../support/sample';
import { mergeLayers } from '../../lib/values/merge';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const runs = Number(process.env.RUNS ?? 5000);

/** What oslo.policy is asked in a process of its own. */
function ask(python: string, request: object): (string | null)[] {
  const { error, status, stdout, stderr } = spawnSync(python, [join(__dirname, 'policy_checks.py')], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.trimEnd().split('\n').slice(-3).join('\n'));
  return JSON.parse(stdout) as (string | null)[];
}

/** A check as oslo.policy prints it; a word that is no check denies. */
function form(check: Check): string {
  if (typeof check === 'string') return check;
  if ('word' in check) return '!';
  if ('not' in check) return `not ${form(check.not)}`;
  if ('all' in check) return `(${check.all.map(form).join(' and ')})`;
  return 'any' in check ? `(${check.any.map(form).join(' or ')})` : `${check.kind}:${check.match}`;
}

/** Checks that are nearly in order: words of the language, mostly in turn, with parentheses anywhere. */
const leaf = fc.constantFrom(
  ...[
    '@',
    '!',
    'role:admin',
    'rule:owner',
    'user_id:%(target.user.id)s',
    "'member':%(role.name)s",
    'None:%(a)s',
    'a:b:c',
  ],
  ...[
    'True:%(enabled)s',
    'http://host:1/%(x)s',
    'admin',
    "'admin'",
    '"a"',
    '"',
    "'",
    "'a",
    '%(a)s',
    ':',
    'a:',
    ':b',
    'é:日',
  ],
);
const joint = fc.constantFrom('and', 'or', 'and', 'or', 'AND', 'Or', 'not', 'and not', 'or not', '', '(', ')');
const blank = fc.constantFrom(' ', ' ', '  ', '\u00a0');
const sides = fc.constantFrom(
  ['', ''],
  ['', ''],
  ['', ''],
  ['(', ''],
  ['', ')'],
  ['(', ')'],
  ['not (', ')'],
  ['((', ' )'],
);
const sentence = fc
  .array(fc.tuple(joint, leaf, sides, blank), { minLength: 1, maxLength: 6 })
  .map((parts) =>
    parts
      .map(
        ([word, check, [open = '', close = ''], space], i) =>
          `${i === 0 ? '' : `${space}${word} `}${open}${check}${close}`,
      )
      .join(''),
  );
const texts = fc.oneof(
  { weight: 6, arbitrary: sentence },
  { weight: 1, arbitrary: fc.array(fc.oneof(leaf, joint, blank)).map((words) => words.join('')) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);

describe.each(RELEASES)('policies of OpenStack %s', (release) => {
  const python = openstackPython(release);

  it(`random check strings are read as oslo.policy reads them (SEED=${seed} RUNS=${runs})`, () => {
    const known = [...policyTable(release, 'keystone').rules.values()].map(({ check }) => check);
    const checks = [...known, ...fc.sample(texts, { seed, numRuns: runs })];
    const theirs = ask(python, { checks });
    const ours = checks.map((text) => {
      const check = parseCheck(text);
      return check === undefined ? null : form(check);
    });
    const differing = checks.flatMap((text, i) =>
      ours[i] === theirs[i] ? [] : [{ text, ours: ours[i], theirs: theirs[i] }],
    );
    console.log(`read: ${ours.filter((one) => one !== null).length} of ${checks.length}`);
    expect(differing.slice(0, 5)).toEqual([]);
  });

  it('Keystone decides by the rules that the file has, and by its own for the others', () => {
    const cloud = cloudOf();
    const keystone = cloud.services.find((service) => service.node.id === 'keystone')!;
    const policy = {
      'identity:get_user': 'rule:support or "<&>é":%(x)s',
      'identity:list_users': 'role:reader',
      unchecked: { support: 'role:support', 'identity:list_users': '' },
    };
    const values = mergeLayers(required, { release, policy });
    const file = new Objects(cloud.renderService(keystone, values)).file('keystone-policy.yaml', 'policy.yaml');
    const rules = ['identity:get_user', 'identity:list_users', 'support', 'identity:create_region', 'nothing'];
    const own: Json = policyTable(release, 'keystone').rules.get('identity:create_region')!.check;
    expect(ask(python, { file, rules })).toEqual(['(rule:support or "<&>é":%(x)s)', '@', 'role:support', own, null]);
  });
});
