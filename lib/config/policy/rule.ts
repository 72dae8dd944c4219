import type { JsonMap } from '../../values/expression';
import type { JsonSchema } from '../../values/json-schema';
import { jsonSchemaOf } from '../../values/model';
import { isMap } from '../../values/merge';
import type { Problem } from '../../values/problem';
import type { Findings, Rule } from '../../values/rules';
import { line } from '../../values/types';
import { literally } from '../oslo/text';
import { UNCHECKED } from '../unchecked';
import { ruleChanges } from './changes';
import { checkPolicy } from './check';
import { policyEditorSchema } from './editor-schema';
import { PolicyTable, hasPolicy, hasRule, namesOf, policyTable } from './table';

/** What stands behind a project's name in the name of a rule of this kind: `keystone/policy.yaml`. */
const FILE = '/policy.yaml';

/** The name of the rule by which a user's policy of a project is judged. */
export const policyRuleName = (project: string): string => `${project}${FILE}`;
export const isPolicyRule = (name: string): boolean => name.endsWith(FILE);

const rules = new Map<string, PolicyOverridesRule>();

/**
 * The rule by which a user's policy of a service is judged, in each of some releases that has a table of it.
 *
 * @param name `keystone/policy.yaml`
 * @throws Error where no release has such a table
 */
export function policyRule(name: string, releases: readonly string[]): Rule {
  const key = [name, ...releases].join('\0');
  let rule = rules.get(key);
  if (!rule) {
    const project = name.slice(0, -FILE.length);
    const tables = releases.filter((release) => hasPolicy(release, project));
    if (tables.length === 0) throw new Error(`no release has a table of the policy of ${project}`);
    rule = new PolicyOverridesRule(tables.map((release) => policyTable(release, project)));
    rules.set(key, rule);
  }
  return rule;
}

class PolicyOverridesRule implements Rule {
  private made?: Rule['schema'];
  private madeForEditors?: JsonSchema;

  constructor(private readonly tables: readonly PolicyTable[]) {}

  get schema(): Rule['schema'] {
    return (this.made ??= policySchema(this.tables));
  }

  get editorSchema(): JsonSchema {
    return (this.madeForEditors ??= policyEditorSchema(this.tables));
  }

  changes(overrides: JsonMap, from: string, to: string): readonly Problem[] {
    const [before, after] = [from, to].map((release) => this.tables.find((table) => table.release === release));
    if (!before || !after) return [];
    // What goes is refused for those that set it, and what is new concerns nobody yet.
    const concerns = (rule: string): boolean => before.rules.has(rule) && after.rules.has(rule);
    return ruleChanges(Object.fromEntries(before.rules), Object.fromEntries(after.rules))
      .filter(({ rule }) => concerns(rule) && !Object.hasOwn(overrides, rule))
      .map(({ rule, words }) => ({ path: [rule], message: words }));
  }

  check(checked: JsonMap, release: string | undefined, own: JsonMap): Findings {
    const door = own[UNCHECKED];
    const overrides = { checked, unchecked: isMap(door) ? door : {} };
    const judge = (table: PolicyTable): Findings => {
      const others = this.tables.filter((other) => other !== table);
      return checkPolicy(table, overrides, others, [UNCHECKED]);
    };
    const table = this.tables.find((one) => one.release === release);
    if (table) return judge(table);
    // Without a release, only what is wrong in all of them.
    const unknown = (path: readonly (string | number)[]): boolean =>
      this.tables.every((one) => !hasRule(one, String(path[0])));
    return { problems: judge(this.tables[0]!).problems.filter(({ path }) => unknown(path)), warnings: [] };
  }
}

/** Names are told by one pattern, for Helm's time goes by the number of schemas. Each begins as in `file-schema.ts`. */
export function policySchema(tables: readonly PolicyTable[]): Rule['schema'] {
  const names = tables.map((table) => new Set(namesOf(table)));
  const all = [...new Set(names.flatMap((own) => [...own]))].sort();
  const only = tables.flatMap(({ release }, i): [string, JsonSchema][] => {
    const missing = all.filter((name) => !names[i]!.has(name));
    return missing.length > 0 ? [[release, { patternProperties: { [oneOf(missing)]: { not: {} } } }]] : [];
  });
  return {
    all: {
      type: 'object',
      patternProperties: { [oneOf(all)]: jsonSchemaOf('', line()) },
      additionalProperties: false,
    },
    only: Object.fromEntries(only),
  };
}

const oneOf = (names: readonly string[]): string => `(^(${names.map(literally).join('|')})$)`;
