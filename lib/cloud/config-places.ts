import {
  FileTable,
  OptionFacts,
  checkConf,
  fileTable,
  hasTable,
  optionFacts,
  optionNamesOf,
  sectionNamesOf,
} from '../config/oslo';
import { PolicyTable, hasPolicy, isPolicyRule, namesOf, policyTable } from '../config/policy';
import type { JsonMap } from '../values/expression';
import { nearest } from '../values/nearest';
import { unknownKey } from '../values/problem';
import { Inside, Place, RuleFacts, Said, firstLine } from './place';

/**
 * The place of the options in a file of OpenStack's, or of the rules of a policy: what is in the tables, and what the
 * map itself has (`unchecked`).
 *
 * @param rule `keystone/keystone.conf`, `keystone/policy.yaml`
 */
export function configPlace(own: Place, rule: string, releases: readonly string[]): Place {
  const [project = '', file = ''] = rule.split(/\/(.*)/s);
  const inside = isPolicyRule(rule)
    ? policyPlaces(
        own,
        releases.filter((release) => hasPolicy(release, project)).map((release) => policyTable(release, project)),
      )
    : sectionPlaces(
        own,
        releases.filter((release) => hasTable(release, project)).map((release) => fileTable(release, project, file)),
      );
  return withFile(inside, rule);
}

/** Also of all that is inside. */
const withFile = (place: Place, file: string): Place => ({
  ...place,
  file,
  inside: (name) => {
    const inside = place.inside(name);
    return inside && withFile(inside, file);
  },
});

const distinct = (names: readonly string[]): string[] => [...new Set(names)].sort();

function sectionPlaces(own: Place, tables: readonly FileTable[]): Place {
  const sections = distinct(tables.flatMap(sectionNamesOf));
  const newest = tables.at(-1)!;
  return {
    ...own,
    names: [...own.names, ...sections],
    inside: (name) => {
      if (own.names.includes(name)) return own.inside(name);
      // Where a section may have any name, one that is nearly known was hardly meant.
      const isMisspelt = !sections.includes(name) && nearest(name, sections) !== undefined;
      return isMisspelt ? undefined : sectionPlace(own.path, tables, name);
    },
    refusal: (name) => refusal(newest, { [name]: {} }) ?? unknownKey(name, sections),
    said: () => {
      const said = own.said();
      const { names: _, ...rest } = said;
      const counted = sections.map((name): Inside => {
        const count = optionsIn(tables, name).length;
        return { name, help: count === 0 ? 'old names of options' : count === 1 ? '1 option' : `${count} options` };
      });
      return { ...rest, takes: 'a map of sections, each a map of options', inside: [...said.inside, ...counted] };
    },
  };
}

const optionsIn = (tables: readonly FileTable[], section: string): string[] =>
  distinct(tables.flatMap((table) => optionNamesOf(table, section) ?? []));

const refusal = (table: FileTable, conf: JsonMap): string | undefined => checkConf(table, conf).problems[0]?.message;

function sectionPlace(file: readonly string[], tables: readonly FileTable[], section: string): Place | undefined {
  const having = tables.filter((table) => optionNamesOf(table, section));
  const newest = having.at(-1);
  if (!newest) return undefined;
  const path = [...file, section];
  const names = optionsIn(tables, section);
  return {
    path,
    names,
    inside: (name) => optionPlace(path, tables, section, name),
    refusal: (name) => refusal(newest, { [section]: { [name]: '' } }) ?? unknownKey(name, names),
    said: () => ({
      takes: 'a map of options',
      ...nothingElse,
      inside: names.map((name) => lineOf(name, factsOf(tables, section, name).at(-1)?.help)),
    }),
  };
}

const lineOf = (name: string, help: string | undefined): Inside =>
  help === undefined ? { name } : { name, help: firstLine(help) };

const nothingElse = { required: false, secret: false, inside: [] } satisfies Partial<Said>;

const factsOf = (tables: readonly FileTable[], section: string, name: string): OptionFacts[] =>
  tables.flatMap((table) => optionFacts(table, section, name) ?? []);

function optionPlace(
  section: readonly string[],
  tables: readonly FileTable[],
  of: string,
  name: string,
): Place | undefined {
  const facts = factsOf(tables, of, name);
  const newest = facts.at(-1);
  if (!newest) return undefined;
  const { takes, help, required, secret } = newest;
  return leaf([...section, name], {
    takes,
    ...(help !== undefined && { help }),
    ...(newest.default !== undefined && { default: newest.default }),
    required,
    secret,
    inside: [],
    facts,
  });
}

const leaf = (path: readonly string[], said: Said): Place => ({
  path,
  names: [],
  inside: () => undefined,
  refusal: () => `is not known; what it would be in is ${said.takes}, with nothing inside`,
  said: () => said,
});

const CHECK = 'a check string of oslo.policy, such as rule:admin_required';

function policyPlaces(own: Place, tables: readonly PolicyTable[]): Place {
  const rules = distinct(tables.flatMap(namesOf));
  return {
    ...own,
    names: [...own.names, ...rules],
    inside: (name) => (own.names.includes(name) ? own.inside(name) : rulePlace(own.path, tables, name)),
    refusal: (name) => unknownKey(name, rules),
    said: () => {
      const { names: _, ...said } = own.said();
      const lines = rules.map((name) => lineOf(name, rulesCalled(tables, name).at(-1)?.help));
      return { ...said, takes: `a map of rules, each ${CHECK}`, inside: [...said.inside, ...lines] };
    },
  };
}

const rulesCalled = (tables: readonly PolicyTable[], name: string): RuleFacts[] =>
  tables.flatMap(({ release, rules, formerly }): RuleFacts[] => {
    const now = formerly.get(name);
    const rule = rules.get(name) ?? rules.get(now?.[0] ?? '');
    return rule ? [{ ...rule, release, ...(now && { now }) }] : [];
  });

function rulePlace(policy: readonly string[], tables: readonly PolicyTable[], name: string): Place | undefined {
  const facts = rulesCalled(tables, name);
  const newest = facts.at(-1);
  if (!newest) return undefined;
  const { help, check } = newest;
  return leaf([...policy, name], {
    takes: CHECK,
    ...(help !== undefined && { help }),
    default: check,
    ...nothingElse,
    facts,
  });
}
