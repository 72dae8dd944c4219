import { z } from 'zod';
import { merged, without } from '../values/maps';
import { json } from '../values/named';
import { line, text } from '../values/types';
import { Value, When, any, eachEntry, expressionOf, isSet, when } from '../values/value';
import { ConfigFile, FileOwner } from './config-file';
import { policyRuleName } from './policy';
import { UNCHECKED } from './unchecked';

/** A name that `rule:` can refer to. */
const ruleName = () => text('^[A-Za-z0-9_]([A-Za-z0-9_.:*/-]*[A-Za-z0-9_*])?$', 'the name of a rule, without blanks');

/**
 * The values declaration of a user's policy of an OpenStack service: rules of the service's own table, and under
 * `unchecked` any.
 *
 * @param project as its table is called: `keystone`
 */
export const policyOverrides = (project: string) =>
  z
    .object({ [UNCHECKED]: z.record(ruleName(), line()).optional() })
    .catchall(line())
    .default({})
    .meta({ rule: policyRuleName(project) })
    .describe(
      "Rules of the policy over the service's own: name, check string. Names are checked; `unchecked` takes others,\n" +
        'which checks refer to by `rule:name`.',
    );

/** A user's policy, as `policyOverrides` has declared it. */
type Overrides = Value<{ readonly [rule: string]: unknown }>;

/** The rules that a user sets, a line each. The file is there only if there are any, and oslo.policy's own are the rest. */
export class PolicyFile extends ConfigFile {
  /** What the service's options say of it: those of the section `oslo_policy`. */
  readonly options: { readonly policy_file: When<string> };

  /** @param props by default, where oslo.policy looks for it */
  constructor(scope: FileOwner, overrides: Overrides, props: { readonly path?: string } = {}) {
    const path = props.path ?? `/etc/${scope.node.id}/policy.yaml`;
    const [checked, unchecked] = partsOf(overrides);
    const test = any(isSet(checked), isSet(unchecked));
    const lines = eachEntry(merged<string>(checked, unchecked), (name, check) => `${json(name)}: ${json(check)}\n`);
    const file = { op: 'wholeFile', kind: 'string', argument: expressionOf(lines) } as const;
    super(scope, 'policy.yaml', file, 'json', { path, test });
    this.options = { policy_file: when(test, path) };
  }
}

/** The rules whose names are checked, and the others. */
function partsOf(overrides: Overrides): [Value<Record<string, string>>, Value<Record<string, string>>] {
  const { expression } = overrides;
  if (expression.op !== 'reference') throw new Error('a policy is a value of the chart, declared by policyOverrides()');
  const path = [...expression.path, UNCHECKED];
  return [without(overrides, UNCHECKED), new Value({ ...expression, path, optional: true })];
}
