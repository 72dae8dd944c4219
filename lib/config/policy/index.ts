/** The rules of OpenStack's policies, and what may be said of a user's. */
export { ruleChanges } from './changes';
export type { RuleChange } from './changes';
export { isPolicyRule, policyRule, policyRuleName } from './rule';
export { hasPolicy, namesOf, policyTable } from './table';
export type { PolicyRule, PolicyTable } from './table';
