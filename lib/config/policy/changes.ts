import type { PolicyRule, PolicyRules } from './table';

type Rules = PolicyRules['rules'];

export interface RuleChange {
  readonly rule: string;
  /** A sentence whose subject is the rule. */
  readonly words: string;
}

/** What changed for the rules of a policy, by name. */
export function ruleChanges(before: Rules, after: Rules): RuleChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((rule) => changes(rule, before[rule], after).map((words) => ({ rule, words })));
}

function changes(name: string, before: PolicyRule | undefined, rules: Rules): string[] {
  const after = rules[name];
  if (!before) return after ? [`is new: ${check(after)}`] : [];
  if (!after) {
    const heirs = Object.keys(rules).filter((other) => rules[other]?.formerly?.name === name);
    return [heirs.length > 0 ? `is an old name of ${heirs.sort().join(', ')} now` : 'is gone'];
  }
  return [
    ...(after.deprecated && !before.deprecated ? [`is deprecated: ${after.deprecated.reason ?? ''}`] : []),
    ...(after.check === before.check ? [] : [`allows ${check(after)}; before, ${check(before)}`]),
  ];
}

const check = ({ check }: PolicyRule): string => (check === '' ? 'anyone' : check);
