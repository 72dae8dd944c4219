import { changesBetween } from '../../lib/config/oslo/changes';
import type { Change, What } from '../../lib/config/oslo/changes';
import { defaultOf } from '../../lib/config/oslo/default';
import type { FileTable } from '../../lib/config/oslo/table';
import { changeWords, defaultWords, takenBy } from '../../lib/config/oslo/words';
import { FILTER, link, markup, page } from './html';
import type { Content, Html } from './html';
import { anchorOf, optionIn } from './project';
import type { Project } from './project';
import { ruleChanges } from '../../lib/config/policy';
import type { RuleChange } from '../../lib/config/policy';

const HEADINGS: readonly (readonly [title: string, kinds: readonly What['kind'][]])[] = [
  ['Gone', ['gone']],
  ['Renamed', ['moved']],
  ['Deprecated', ['deprecated']],
  ['Other values', ['type', 'choices']],
  ['Other defaults', ['default']],
  ['New', ['new']],
];

/** What changed for a project between two releases. */
export function changesPage(before: Project, after: Project): string {
  const { name } = after;
  const releases = `OpenStack ${before.release} to ${after.release}`;
  const files = [...new Set([...after.files, ...before.files].map(({ file }) => file))];
  const rules = ruleChanges(before.rules, after.rules);
  return page({
    title: `${name}, ${releases}`,
    root: '../',
    script: 'filter.js',
    body: markup`<header>
<p>${link('All projects', '../index.html')} ${link(before.release, pathOf(before))} ${link(after.release, pathOf(after))}</p>
<h1>${name} <small>${releases}</small></h1>
<p class="from">From ${versionsOf(before, after)}.</p>
</header>
${FILTER}
<main>
${files.map((file) => fileHtml(before, after, file))}${rules.length > 0 ? rulesHtml(before, after, rules) : undefined}</main>`,
  });
}

const pathOf = ({ name, release }: Project): string => `../${release}/${name}.html`;

function versionsOf(before: Project, after: Project): string {
  const names = [...new Set([...Object.keys(before.versions), ...Object.keys(after.versions)])].sort();
  const of = ({ versions }: Project, name: string) => versions[name] ?? 'none';
  return names.map((name) => `${name} ${of(before, name)} and ${of(after, name)}`).join(', ');
}

function fileHtml(before: Project, after: Project, file: string): Html {
  const [old, now] = [before, after].map(({ files }) => files.find((table) => table.file === file));
  return markup`<section id="file:${file}">
<h2>${file}</h2>
${old && now ? tableHtml([before, old], [after, now]) : onlyIn(now ? after : before, file)}</section>
`;
}

const onlyIn = (project: Project, file: string): Html =>
  markup`<p>Only ${project.release} has ${link('this file', pathOf(project), `file:${file}`)}.</p>
`;

type InFile = readonly [project: Project, table: FileTable];

function tableHtml(before: InFile, after: InFile): Content {
  const { sections, options } = changesBetween(before[1], after[1]);
  if (options.length === 0) return markup`<p>No change.</p>\n`;
  return [
    sectionsHtml('Sections that are gone', sections.gone, before),
    sectionsHtml('New sections', sections.new, after),
    HEADINGS.map(([title, kinds]) => {
      const changes = options.filter(({ kind }) => kinds.includes(kind));
      return changes.length === 0
        ? undefined
        : group(
            title,
            changes.map((change) => entry(nameHtml(change, before, after), words(change, after[1]))),
          );
    }),
  ];
}

const sectionsHtml = (title: string, sections: readonly string[], [project, table]: InFile): Content =>
  sections.length === 0
    ? undefined
    : markup`<p>${title}: ${sections.map((section, i) => [
        i > 0 ? ', ' : undefined,
        link(`[${section}]`, pathOf(project), anchorOf(project, table, section)),
      ])}.</p>
`;

const group = (title: string, entries: readonly Html[]): Html =>
  markup`<section>
<h3>${title} <small>${entries.length}</small></h3>
<dl>
${entries}</dl>
</section>
`;

const entry = (name: Content, words: string): Html =>
  markup`<div><dt>${name}</dt><dd class="text">${words}</dd></div>
`;

/** The name, with a link to where it is described: it may be a former name only. */
function nameHtml({ section, option }: Change, ...files: readonly InFile[]): Content {
  const text = `[${section}] ${option}`;
  const home = [...files].reverse().find(([, table]) => optionIn(table, section, option));
  return home ? link(text, pathOf(home[0]), anchorOf(home[0], home[1], section, option)) : text;
}

function words(change: Change, after: FileTable): string {
  const option = optionIn(after, change.section, change.option);
  return change.kind === 'new' && option
    ? `takes ${takenBy(option)}; default: ${defaultWords(defaultOf(option))}`
    : changeWords(change);
}

const rulesHtml = (before: Project, after: Project, rules: readonly RuleChange[]): Html =>
  markup`<section id="policy">
<h2>Policy rules</h2>
<dl>
${rules.map(({ rule, words }) => {
  const home = Object.hasOwn(after.rules, rule) ? after : before;
  return entry(link(rule, pathOf(home), `policy:${rule}`), words);
})}</dl>
</section>
`;
