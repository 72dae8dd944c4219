import { hasNodeFact } from '../config/holes';
import { Expression, Ini, IniOption, Json } from '../values/expression';
import { JsonSchema } from '../values/json-schema';
import { Model } from '../values/model';
import type { Rules } from '../values/rules';

/** Options of an INI file, of those that a construct sets, which a service does not take in a release. */
export function wrongOptions({ sections, overrides }: Ini, { rules, jsonSchema }: Model): string[] {
  const [theirs] = overrides;
  const name = theirs && ruleOf(theirs, jsonSchema);
  if (!rules || name === undefined) return [];
  const findings = rules.variants.flatMap((variant) =>
    sections.flatMap((section) =>
      section.options
        .filter(({ test }) => !test || verdict(test, variant, rules) !== false)
        .flatMap((option) =>
          samples(option, variant, rules).flatMap((value) => {
            const { problems } = rules.rule(name).check({ [section.name]: { [option.name]: value } }, variant, {});
            return problems.map(({ message }) => `[${section.name}] ${option.name} ${message}`);
          }),
        ),
    ),
  );
  return [...new Set(findings)];
}

/** The rule of the user's options that go over ours. */
function ruleOf(overrides: Expression, schema: JsonSchema): string | undefined {
  const map = overrides.op === 'without' ? overrides.argument : overrides;
  if (map.op !== 'reference') return undefined;
  return map.path.reduce<JsonSchema>((at, key) => at.properties?.[key] ?? {}, schema).rule;
}

/** Stands for a value that is not known yet: oslo.config takes a reference for any type. */
const UNKNOWN = '$value';

/** What an option may be set to, as far as it is known: each literal that may come of it. */
function samples({ values }: IniOption, variant: string, rules: Rules): Json[] {
  const [only, ...more] = values.map((value) => literalsOf(value, variant, rules));
  return more.length === 0 ? (only ?? []) : [[...(only ?? []), ...more.flat()]];
}

function literalsOf(e: Expression, variant: string, rules: Rules): Json[] {
  if (e.op === 'literal') return [hasNodeFact(String(e.value)) ? UNKNOWN : e.value];
  if (e.op !== 'choose') return [UNKNOWN];
  const holds = verdict(e.test, variant, rules);
  return [
    ...(holds === false ? [] : literalsOf(e.then, variant, rules)),
    ...(holds === true ? [] : literalsOf(e.otherwise, variant, rules)),
  ];
}

/** Whether a test holds in a release, whatever the other values are; undefined where they decide. */
function verdict(test: Expression, variant: string, rules: Rules): boolean | undefined {
  switch (test.op) {
    case 'not': {
      const holds = verdict(test.argument, variant, rules);
      return holds === undefined ? undefined : !holds;
    }
    case 'all':
    case 'any': {
      const all = test.tests.map((part) => verdict(part, variant, rules));
      const decisive = test.op === 'any';
      if (all.includes(decisive)) return decisive;
      return all.includes(undefined) ? undefined : !decisive;
    }
    case 'is': {
      const [left, right] = [test.left, test.right];
      if (left.op !== 'named' || left.name !== rules.variantName || right.op !== 'literal') return undefined;
      return right.value === variant;
    }
    default:
      return undefined;
  }
}
