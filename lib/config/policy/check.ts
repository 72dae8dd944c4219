import type { JsonMap } from '../../values/expression';
import { nearest } from '../../values/nearest';
import type { Problem } from '../../values/problem';
import type { Findings } from '../../values/rules';
import { Leaf, leavesOf, parseCheck } from './check-string';
import { PolicyTable, hasRule, namesOf } from './table';

/** What a user sets of a policy: check strings by the names of rules. */
export interface Overrides {
  /** Those whose names are looked at. */
  readonly checked: JsonMap;
  /** Those that may have any name, over the others. */
  readonly unchecked: JsonMap;
}

/**
 * Checks the rules that a user sets, against those that a service registers. Types are not looked at.
 *
 * @param table the rules in the release that the service runs
 * @param others those of other releases, to tell what has gone and what is to come
 * @param inUnchecked where the path of an unchecked rule begins
 */
export function checkPolicy(
  table: PolicyTable,
  { checked, unchecked }: Overrides,
  others: readonly PolicyTable[],
  inUnchecked: readonly string[],
): Findings {
  const names = Object.keys(checked);
  const strings = new Strings(table, { ...checked, ...unchecked });
  const warnings = (rules: JsonMap, at: readonly string[]): Problem[] =>
    Object.entries(rules).flatMap(([name, check]) =>
      typeof check === 'string'
        ? strings.warningsOf(name, check).map((message) => ({ path: [...at, name], message }))
        : [],
    );
  return {
    problems: names
      .filter((name) => !hasRule(table, name))
      .map((name) => ({ path: [name], message: unknownRule(table, name, others) })),
    warnings: [
      ...names.flatMap((name) => agesOf(table, name).map((message) => ({ path: [name], message }))),
      ...warnings(checked, []),
      ...warnings(unchecked, inUnchecked),
    ],
  };
}

/** Why a rule is refused, and the one that was most likely meant. */
function unknownRule(table: PolicyTable, name: string, others: readonly PolicyTable[]): string {
  const elsewhere = others.find((other) => hasRule(other, name));
  if (elsewhere) return `is no rule of OpenStack ${table.release}; ${elsewhere.release} has it`;
  const close = nearestRule(name, namesOf(table));
  return close === undefined
    ? "is not known; a rule of your own stands under 'unchecked'"
    : `is not known; did you mean '${close}'?`;
}

/** The nearest name, or one that is the same behind its first colon: `identity:get_user` for `get_user`. */
const nearestRule = (name: string, known: readonly string[]): string | undefined =>
  nearest(name, known) ?? known.find((rule) => rule.endsWith(`:${name}`));

/** What is said of rules that will go, and of names that have gone. */
function agesOf({ rules, formerly }: PolicyTable, name: string): string[] {
  const now = formerly.get(name);
  const { deprecated } = rules.get(name) ?? {};
  const since = deprecated?.since === undefined ? '' : ` since ${deprecated.since}`;
  const reason = deprecated?.reason === undefined ? '' : `: ${deprecated.reason.replace(/\s+/g, ' ')}`;
  return [
    ...(now ? [`is an old name of ${some(now)}`] : []),
    ...(deprecated ? [`is deprecated${since}, and will go${reason}`] : []),
  ];
}

const MOST_SHOWN = 3;
const some = (names: readonly string[]): string =>
  names.length > MOST_SHOWN
    ? `${names.slice(0, MOST_SHOWN).join(', ')} and ${names.length - MOST_SHOWN} more`
    : names.join(', ');

/** The check strings of a policy: the user's over those of the service. */
class Strings {
  constructor(
    private readonly table: PolicyTable,
    private readonly user: JsonMap,
  ) {}

  /** What is said of a check string: oslo.policy takes any, and denies where it can't follow one. */
  warningsOf(name: string, text: string): string[] {
    const check = parseCheck(text);
    if (check === undefined) return ['is no check that oslo.policy can read, so it denies everybody'];
    const loop = this.loopOf(name);
    return [
      ...leavesOf(check).flatMap((leaf) => this.warningOf(leaf) ?? []),
      ...(loop ? [`refers to itself: ${[...loop, name].join(' → ')}`] : []),
    ];
  }

  private warningOf(leaf: Leaf): string | undefined {
    const text = 'word' in leaf ? leaf.word : `${leaf.kind}:${leaf.match}`;
    if (this.has(text)) return `has '${text}', which is no reference to that rule; did you mean 'rule:${text}'?`;
    if ('word' in leaf) return `has '${text}', which is no check, and denies; one is written kind:match`;
    if (leaf.kind !== 'rule' || this.has(leaf.match)) return undefined;
    const close = nearestRule(leaf.match, [...this.table.rules.keys(), ...Object.keys(this.user)]);
    return `refers to ${text}, and no rule is called so${close === undefined ? '' : `; did you mean 'rule:${close}'?`}`;
  }

  /** A former name is only known while the user sets it. */
  private has(name: string): boolean {
    return Object.hasOwn(this.user, name) || this.table.rules.has(name);
  }

  /** The rules by which a rule leads back to itself. */
  private loopOf(rule: string): string[] | undefined {
    const seen = new Set<string>();
    const search = (at: string, path: string[]): string[] | undefined => {
      for (const next of this.referencesOf(at)) {
        if (next === rule) return path;
        if (seen.has(next)) continue;
        seen.add(next);
        const found = search(next, [...path, next]);
        if (found) return found;
      }
      return undefined;
    };
    return search(rule, [rule]);
  }

  private referencesOf(name: string): string[] {
    const text = Object.hasOwn(this.user, name) ? this.user[name] : this.table.rules.get(name)?.check;
    const check = typeof text === 'string' ? parseCheck(text) : undefined;
    if (check === undefined) return [];
    return leavesOf(check).flatMap((leaf) => ('kind' in leaf && leaf.kind === 'rule' ? [leaf.match] : []));
  }
}
