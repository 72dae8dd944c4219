import type { Json, JsonMap } from '../../values/expression';
import { isMap } from '../../values/merge';
import { nearest } from '../../values/nearest';
import { Problem, foundText, unknownKey } from '../../values/problem';
import type { Findings } from '../../values/rules';
import { Meaning, meaningOf, namesOf, sectionOf } from './names';
import { expectedOf, optionSchema } from './option-schema';
import type { FileTable, OsloOption } from './table';

/**
 * Checks the options that a user sets in a file of a service, against what the service registers.
 *
 * @param table what the file takes in the release that the service runs
 * @param conf section, option, value
 * @param others the same file in other releases, to tell what has gone and what is to come
 * @returns paths that begin at the section
 */
export function checkConf(table: FileTable, conf: JsonMap, others: readonly FileTable[] = []): Findings {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const [section, options] of Object.entries(conf)) {
    const names = sectionOf(namesOf(table), section);
    const given = isMap(options) ? options : {};
    if (!names) {
      problems.push({ path: [section], message: unknownSection(table, section, given, others) });
      continue;
    }
    for (const [name, value] of Object.entries(given)) {
      const path = [section, name];
      const meaning = meaningOf(names, name);
      if (!meaning) {
        problems.push({ path, message: unknownOption(table, section, name, others) });
        continue;
      }
      problems.push(...valueProblems(meaning.option, value, path));
      warnings.push(...warningsOf(meaning, table, section, value).map((message) => ({ path, message })));
    }
  }
  return { problems, warnings };
}

function valueProblems(option: OsloOption, value: Json, path: readonly string[]): Problem[] {
  const schema = optionSchema(option);
  if (schema.safeParse(value).success) return [];
  const secret = option.secret ? ({ writeOnly: true } as const) : undefined;
  const problem = (wrong: Json, at: readonly (string | number)[]): Problem => ({
    path: at,
    message: `${foundText(wrong, secret)}, ${expectedOf(option)} is needed${cure(option, wrong)}`,
  });
  if (!Array.isArray(value) || !option.multi) return [problem(value, path)];
  const takes = (item: Json): boolean => !Array.isArray(item) && schema.safeParse(item).success;
  return value.flatMap((item, i) => (takes(item) ? [] : [problem(item, [...path, i])]));
}

/** What to do about a value that is nearly right. */
function cure(option: OsloOption, value: Json): string {
  const schema = optionSchema(option);
  if (Array.isArray(value)) {
    const text = value.map(String).join(',');
    const takes = (option.type === 'list' || option.type === 'dict') && schema.safeParse(text).success;
    return takes && !option.secret ? `; write ${JSON.stringify(text)}` : '';
  }
  if (typeof value === 'number' || typeof value === 'boolean')
    return schema.safeParse(String(value)).success ? '; put it in quotes' : '';
  if (typeof value !== 'string' || option.secret) return '';
  if (value.trim() !== '' && schema.safeParse(Number(value)).success) return '; without quotes';
  const choices = 'choices' in option ? (option.choices ?? []).filter((choice) => typeof choice === 'string') : [];
  const close = nearest(value, choices);
  return close === undefined ? '' : `; did you mean '${close}'?`;
}

const warningsOf = (meaning: Meaning, table: FileTable, section: string, value: Json): string[] => [
  ...marksOf(meaning, section),
  ...(meaning.option.secret && value !== ''
    ? ['is a secret, and will stand in a ConfigMap, where many may read it']
    : []),
  ...references(value).flatMap((reference) => (knows(table, reference) ? [] : [nothing(reference)])),
];

/** Why not to use a name, if there is a reason. Without its section, nothing is said of that. */
export function marksOf({ option: { deprecated }, now }: Meaning, section = ''): string[] {
  const since = deprecated?.since === undefined ? '' : ` since ${deprecated.since}`;
  return [
    ...(now ? [`is an old name of ${inSection(now[1], now[0] || section)}`] : []),
    ...(deprecated ? [`is deprecated${since}, and will go${deprecated.reason ? `: ${deprecated.reason}` : ''}`] : []),
  ];
}

const inSection = (name: string, section: string): string => (section === '' ? name : `[${section}] ${name}`);

const nothing = (reference: string): string =>
  `refers to $${reference}, and no option is called so; a dollar sign that stands for itself is written $$`;

/** What a value refers to: `state_path` for `$state_path` and `${state_path}`. `$$` and `\$` stand for a `$`. */
function references(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'string') return [];
  const found = value.matchAll(/\\\$|\$\$|\$([A-Za-z_][A-Za-z0-9_.]*)|\$\{([A-Za-z_][A-Za-z0-9_.]*)\}/g);
  return [...found].flatMap(([, plain, braced]) => plain ?? braced ?? []);
}

/** oslo.config looks in the section itself too; what is of another one is enough for no warning. */
function knows(table: FileTable, reference: string): boolean {
  const [section = '', ...rest] = reference.split('.');
  const names = rest.length > 0 ? sectionOf(namesOf(table), section) : undefined;
  return names ? meaningOf(names, rest.join('.')) !== undefined : homesOf(table, reference).length > 0;
}

/** The sections that have an option. */
const homesOf = (table: FileTable, name: string): string[] =>
  Object.keys(table.sections).filter((section) => Object.hasOwn(table.sections[section]!, name));

function unknownSection(table: FileTable, section: string, options: JsonMap, others: readonly FileTable[]): string {
  const elsewhere = others.find((other) => namesOf(other).sections.has(section));
  if (elsewhere) return `is no section of OpenStack ${table.release}; ${elsewhere.release} has it`;
  const names = [...namesOf(table).sections.keys()];
  const close = nearest(section, names);
  if (close !== undefined) return `is not known; did you mean '${close}'?`;
  const homes = Object.keys(options).flatMap((name) => homesOf(table, name).map((home) => inSection(name, home)));
  return homes.length > 0 ? `is not known; there is ${some(homes)}` : unknownKey(section, names);
}

/** Why an option is refused, and the one that was most likely meant. */
function unknownOption(table: FileTable, section: string, name: string, others: readonly FileTable[]): string {
  const elsewhere = others.find((other) => {
    const names = sectionOf(namesOf(other), section);
    return names && meaningOf(names, name);
  });
  if (elsewhere) return `is no option of OpenStack ${table.release}; ${elsewhere.release} has it`;
  const homes = homesOf(table, name);
  if (homes.length > 0) {
    // A section whose name is free may be a mistyped one.
    const meant = namesOf(table).sections.has(section) ? undefined : nearest(section, homes);
    return meant === undefined
      ? `is no option of [${section}], but of ${some(homes.map((home) => `[${home}]`))}`
      : `is no option of [${section}]; did you mean [${meant}]?`;
  }
  const own = [...(sectionOf(namesOf(table), section)?.options.keys() ?? [])];
  const close = nearest(name, own) ?? nearestOf(table, name);
  return close === undefined ? unknownKey(name, own) : `is not known; did you mean '${close}'?`;
}

/** The nearest name of any section. */
function nearestOf(table: FileTable, name: string): string | undefined {
  const names = new Map(
    Object.entries(table.sections).flatMap(([section, options]) => Object.keys(options).map((key) => [key, section])),
  );
  const close = nearest(name, [...names.keys()]);
  return close === undefined ? undefined : inSection(close, names.get(close)!);
}

const MOST_SHOWN = 3;

function some(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).join(', ');
  return names.length > MOST_SHOWN ? `${shown} and ${names.length - MOST_SHOWN} more` : shown;
}
