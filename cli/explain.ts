import type { ChartSetting, Explanation } from '../lib/cloud/explain';
import type { Facts, Inside, RuleFacts } from '../lib/cloud/place';
import type { OptionFacts, OptionPlace } from '../lib/config/oslo';
import type { Json } from '../lib/values/expression';

/** More objects than these are counted for each service. */
const MOST_OBJECTS = 24;
/** More fields of an object than these are counted. */
const MOST_FIELDS = 3;

/** An explanation for a person. */
export function explanationText(explanation: Explanation): string {
  const { path, help, inside, facts } = explanation;
  if (path === '') return insideLines(inside).join('\n');
  return [
    path,
    ...(help === undefined ? [] : indented(help)),
    '',
    ...(facts ? factLines(facts, explanation) : valueLines(explanation)),
    ...explanation.setByCharts.map(settingLine),
    ...askedLines(explanation),
    ...useLines(explanation),
    ...(inside.length > 0 ? ['', 'Inside:', ...indented(insideLines(inside).join('\n'))] : []),
  ].join('\n');
}

const indented = (text: string): string[] => text.split('\n').map((line) => (line === '' ? '' : `  ${line}`));
const yesOrNo = (yes: boolean): string => (yes ? 'yes' : 'no');

function valueLines({ takes, names, required, secret, inside, ...rest }: Explanation): string[] {
  // What is in a group has defaults, and is required, by itself.
  const isGroup = inside.length > 0 && names === undefined && rest.default === undefined;
  if (isGroup) return [`Takes: ${takes}`, `Secrets in it: ${yesOrNo(secret)}`];
  return [
    `Takes: ${takes}`,
    ...(names === undefined ? [] : [`Names in it: ${names}`]),
    `Default: ${rest.default === undefined ? 'none' : shown(rest.default)}`,
    `Required: ${yesOrNo(required)}`,
    `Secret: ${yesOrNo(secret)}`,
  ];
}

const shown = (value: Json): string => (typeof value === 'string' && value !== '' ? value : JSON.stringify(value));

/** What OpenStack's tables say; of each release where they differ. */
function factLines(facts: readonly Facts[], { file = '', help, required, secret }: Explanation): string[] {
  const newest = facts.at(-1)!;
  const lines = isOption(newest) ? optionLines(facts.filter(isOption)) : ruleLines(facts.filter(isRule));
  return [
    ...lines,
    `Required: ${yesOrNo(required)}`,
    `Secret: ${yesOrNo(secret)}`,
    `Releases: ${facts.map(({ release }) => release).join(', ')}`,
    ...(help === undefined
      ? [`Help: ${newest.release}/${file.split('/')[0]}.html of the reference pages (docs/options.md)`]
      : []),
  ];
}

const isRule = (facts: Facts): facts is RuleFacts => 'check' in facts;
const isOption = (facts: Facts): facts is OptionFacts => 'takes' in facts;

function optionLines(facts: readonly OptionFacts[]): string[] {
  const { choices = {}, mutable, formerly } = facts.at(-1)!;
  const places = (of: readonly OptionPlace[]): string => of.map(([section, name]) => `[${section}] ${name}`).join(', ');
  return [
    ...differing('Takes', facts, ({ takes }) => takes),
    ...Object.entries(choices).map(([choice, words]) => `  ${choice}: ${words}`),
    ...differing('Default', facts, ({ default: text, sample }) => {
      if (text !== undefined) return text === '' ? 'empty' : text.replaceAll('\n', ', ');
      return sample === undefined ? 'none' : `none; such as ${sample}`;
    }),
    ...differing('Note', facts, ({ marks }) => marks.join('; it ') || undefined),
    ...differing('Instead', facts, ({ successors }) => places(successors) || undefined),
    ...(formerly.length > 0 ? [`Formerly: ${places(formerly)}`] : []),
    ...(mutable ? ['Read again on SIGHUP.'] : []),
  ];
}

function ruleLines(facts: readonly RuleFacts[]): string[] {
  return [
    ...differing('Default', facts, ({ check }) => (check === '' ? 'anyone' : check)),
    ...differing('Scopes', facts, ({ scopes }) => scopes?.join(', ')),
    ...differing('Operations', facts, ({ operations }) => operations?.join(', ')),
    ...differing(
      'Note',
      facts,
      ({ deprecated }) => deprecated && `will go: ${deprecated.reason ?? 'no reason is given'}`,
    ),
    ...differing('Now', facts, ({ now }) => now?.join(', ')),
    ...differing(
      'Formerly',
      facts,
      ({ formerly }) => formerly && [formerly.name, formerly.check].filter(Boolean).join(', '),
    ),
  ];
}

/** A line, or a line for each release where what they say is not the same. */
function differing<F extends { readonly release: string }>(
  title: string,
  facts: readonly F[],
  say: (facts: F) => string | undefined,
): string[] {
  const said = facts.map((one) => ({ release: one.release, text: say(one) }));
  const [first] = said;
  if (said.every(({ text }) => text === first?.text))
    return first?.text === undefined ? [] : [`${title}: ${first.text}`];
  return said.flatMap(({ release, text }) => (text === undefined ? [] : [`${title} in ${release}: ${text}`]));
}

function settingLine({ service, texts, values }: ChartSetting): string {
  const parts = [...texts, ...(values.length > 0 ? [`made of ${values.join(', ')}`] : [])];
  return `Set by the chart of ${service}: ${parts.join(', or ') || 'yes'}`;
}

/** The same message of several charts is said once. */
function askedLines({ asked }: Explanation): string[] {
  const messages = [...new Set(asked.map(({ message }) => message))];
  return messages.map((message) => {
    const services = asked.filter((one) => one.message === message).map(({ service }) => service);
    return `May be asked for by ${services.join(', ')}: ${message}`;
  });
}

function useLines({ usedBy, path }: Explanation): string[] {
  if (usedBy.length === 0) return /^[\w-]+\.enabled$/.test(path) ? ['Used by: the umbrella chart'] : [];
  if (usedBy.length <= MOST_OBJECTS) return ['Used by:', ...usedBy.map((use) => `  ${use.object}: ${wordsOf(use)}`)];
  const services = [...new Set(usedBy.map(({ service }) => service))];
  const counted = services.map((name) => {
    const count = usedBy.filter(({ service }) => service === name).length;
    return `  ${name}: ${count === 1 ? '1 object' : `${count} objects`}`;
  });
  return ['Used by (--format json names them):', ...counted];
}

function wordsOf({ fields, decides, rolls }: Explanation['usedBy'][number]): string {
  const more = fields.length - MOST_FIELDS;
  return [
    ...fields.slice(0, MOST_FIELDS),
    ...(more > 0 ? [`${more} more ${more === 1 ? 'field' : 'fields'}`] : []),
    ...(decides ? ['whether it is there'] : []),
    ...(rolls ? ['changes with it'] : []),
  ].join(', ');
}

function insideLines(inside: readonly Inside[]): string[] {
  const width = Math.max(...inside.map(({ name }) => name.length));
  return inside.map(({ name, help }) => (help === undefined ? name : `${name.padEnd(width)}  ${help}`));
}
