import { osloRule } from '../config/oslo';
import { isPolicyRule, policyRule } from '../config/policy';
import { RELEASES } from '../kolla/releases';
import type { Json, JsonMap } from '../values/expression';
import type { JsonSchema } from '../values/json-schema';
import { isMap } from '../values/merge';
import type { Rules } from '../values/rules';

const releaseOf = (values: Json | undefined): Json | undefined => (isMap(values) ? values['release'] : undefined);

/** What a user's options and policies of OpenStack's services have to hold, in the release that a chart's values name. */
export const optionRules: Rules = {
  rule: (name) => (isPolicyRule(name) ? policyRule(name, RELEASES) : osloRule(name, RELEASES)),
  variants: RELEASES,
  variantName: 'release',
  variantOf: (values: JsonMap) => {
    const release = releaseOf(values) ?? releaseOf(values['global']);
    return RELEASES.find((known) => known === release);
  },
  isVariant: (release): JsonSchema => {
    const runs: JsonSchema = { properties: { release: { const: release } }, required: ['release'] };
    return { if: { required: ['release'] }, then: runs, else: { properties: { global: runs }, required: ['global'] } };
  },
};
