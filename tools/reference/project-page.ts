import { defaultOf } from '../../lib/config/oslo/default';
import type { FileTable, NamedSections, OsloOption } from '../../lib/config/oslo/table';
import { takenBy } from '../../lib/config/oslo/words';
import type { PolicyRule } from '../../lib/config/policy/table';
import { FILTER, link, markup, page } from './html';
import type { Content, Html } from './html';
import { anchorOf, optionsOf, sectionsOf } from './project';
import type { Project } from './project';

/** All that a project takes in a release: its files with their options, and the rules of its policy. */
export function projectPage(project: Project): string {
  const { name, release, files } = project;
  const rules = Object.entries(project.rules);
  return page({
    title: `${name}, OpenStack ${release}`,
    root: '../',
    script: 'filter.js',
    body: markup`<header>
<p>${link('All projects', '../index.html')}</p>
<h1>${name} <small>OpenStack ${release}</small></h1>
<p class="from">From ${versionsOf(project)}.</p>
</header>
${FILTER}
<nav>
${files.map((table) => contents(project, table))}${
      rules.length > 0 ? markup`<p>${link('Policy rules', '', 'policy')}</p>\n` : undefined
    }</nav>
<main>
${files.map((table) => fileHtml(project, table))}${rules.length > 0 ? rulesHtml(rules) : undefined}</main>`,
  });
}

export const versionsOf = ({ versions }: Project): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

const contents = (project: Project, table: FileTable): Html =>
  markup`<p>${link(table.file, '', `file:${table.file}`)}: ${sectionsOf(table).map(([section], i) => [
    i > 0 ? ' ' : undefined,
    link(`[${section}]`, '', anchorOf(project, table, section)),
  ])}</p>
`;

const fileHtml = (project: Project, table: FileTable): Html =>
  markup`<section id="file:${table.file}">
<h2>${table.file}</h2>
${sectionsOf(table).map(
  ([section, options]) => markup`<section id="${anchorOf(project, table, section)}">
<h3>[${section}]</h3>
${namesOf(project.named, section)}<dl>
${optionsOf(options).map(([name, option]) => entry(anchorOf(project, table, section, name), name, about(option, section)))}</dl>
</section>
`,
)}</section>
`;

/** What stands for the free part of a section's name. */
const namesOf = (named: readonly NamedSections[], section: string): Html[] =>
  named
    .filter((one) => one.section === section && section.includes('{'))
    .map(({ names }) => markup`<p>One for each of: ${namesIn(names)}.</p>\n`);

function namesIn(names: NamedSections['names']): string {
  if (typeof names === 'string') return names;
  return 'section' in names ? `the names in [${names.section}] ${names.option}` : names.join(', ');
}

const entry = (anchor: string, name: string, content: Content): Html =>
  markup`<div id="${anchor}"><dt>${link(name, '', anchor)}</dt><dd>${content}</dd></div>
`;

function about(option: OsloOption, section: string): Content {
  const { deprecated, formerly = [], help } = option;
  return [
    markup`<p>${sentence(takenBy(option))} ${defaultHtml(option)}${marks(option)}</p>`,
    help === undefined ? undefined : markup`<p class="text">${help}</p>`,
    choiceHelp(option),
    deprecated && deprecatedHtml(deprecated),
    formerly.length > 0
      ? markup`<p>Formerly ${formerly.map(([of, name]) => `[${of || section}] ${name}`).join(', ')}.</p>`
      : undefined,
  ];
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function defaultHtml(option: OsloOption): Html {
  const { text, sample } = defaultOf(option);
  if (text !== undefined) return markup`Default: ${text === '' ? 'empty' : markup`<code>${text}</code>`}.`;
  return sample === undefined ? markup`No default.` : markup`No default; such as <code>${sample}</code>.`;
}

const MARKS = {
  required: 'Required.',
  secret: 'Secret.',
  mutable: 'Read again on SIGHUP.',
  advanced: 'Advanced.',
} as const;

const marks = (option: OsloOption): string =>
  Object.entries(MARKS)
    .map(([key, words]) => (option[key as keyof typeof MARKS] ? ` ${words}` : ''))
    .join('');

function choiceHelp(option: OsloOption): Html | undefined {
  const helped = 'choiceHelp' in option ? Object.entries(option.choiceHelp ?? {}) : [];
  if (helped.length === 0) return undefined;
  return markup`<ul>${helped.map(([choice, help]) => markup`<li class="text"><code>${choice}</code>: ${help}</li>`)}</ul>`;
}

const deprecatedHtml = ({ since, reason }: NonNullable<OsloOption['deprecated']>): Html =>
  markup`<p class="text old"><strong>Deprecated${since === undefined ? '' : ` since ${since}`}.</strong> ${reason}</p>`;

const rulesHtml = (rules: readonly (readonly [name: string, rule: PolicyRule])[]): Html =>
  markup`<section id="policy">
<h2>Policy rules</h2>
<dl>
${rules.map(([name, rule]) => entry(`policy:${name}`, name, aboutRule(rule)))}</dl>
</section>
`;

const aboutRule = ({ check, scopes, operations, help, deprecated, formerly }: PolicyRule): Content => [
  markup`<p>Default: ${checkHtml(check)}.${scopes && ` Scopes: ${scopes.join(', ')}.`}</p>`,
  help === undefined ? undefined : markup`<p class="text">${help}</p>`,
  operations && markup`<ul>${operations.map((operation) => markup`<li><code>${operation}</code></li>`)}</ul>`,
  deprecated && deprecatedHtml(deprecated),
  formerly && formerlyHtml(formerly),
];

const checkHtml = (check: string): Content => (check === '' ? 'anyone' : markup`<code>${check}</code>`);

function formerlyHtml({ name, check, since, reason }: NonNullable<PolicyRule['formerly']>): Html {
  const old = [name, check === undefined ? undefined : checkHtml(check)].filter((one) => one !== undefined);
  const before = old.map((one, i) => [i > 0 ? ', ' : ' ', one]);
  const until = since === undefined ? 'Before' : `Before ${since}`;
  return markup`<p class="text old"><strong>${until}:</strong>${before}${old.length > 0 ? '.' : ''} ${reason}</p>`;
}
