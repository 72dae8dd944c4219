import { Expression, Loop, Named } from '../../values/expression';
import { Template, walkTemplate } from '../../values/tree';
import type { Requirement } from '../plain';
import { iniHelper } from './ini';
import { mergedHelper } from './merged';
import { mapLines } from './node';
import { Context, condition, inside, quote, term, variablesOf } from './pipeline';
import { body, range } from './text';
import { pathOf, walk } from '../../values/expression';

/** The files of a chart by path. */
export type Files = ReadonlyMap<string, string>;

/** Renders templates and requirements as a chart's `templates/` folder. */
export function renderHelm(chart: string, templates: readonly Template[], requirements: readonly Requirement[]): Files {
  const files = new Map<string, string>();
  const at: Context = { chart, depth: 0 };
  for (const template of templates) files.set(`templates/${template.name}.yaml`, document(template, at));
  if (requirements.length > 0) files.set('templates/requirements.yaml', requirementsFile(requirements, at));

  const { named, operations } = usedIn(chart, templates, requirements);
  const helpers: string[] = [];
  for (const [name, expression] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const code = define(expression, at);
    if (isFile(expression)) files.set(`templates/_${name}.tpl`, code);
    else helpers.push(code);
  }
  if (operations.has('ini')) helpers.push(iniHelper(chart));
  if (operations.has('merged')) helpers.push(mergedHelper(chart));
  if (helpers.length > 0) files.set('templates/_helpers.tpl', helpers.join('\n'));
  return files;
}

const isFile = ({ body: { op } }: Named): boolean => op === 'ini' || op === 'wholeFile';

/** When a template gives an object, or a chart objects, as the condition of an `if`. */
export const guardOf = (chart: string, { guard }: Pick<Template, 'guard'>): string | undefined =>
  guard && condition(guard, { chart, depth: 0 });

function document({ loop, guard, root }: Template, outside: Context): string {
  const at = loop ? inside(outside) : outside;
  const lines = mapLines(root, 0, at);
  // Helm trims the end of a document, where the last line break of a file could be.
  if (/nindent \d+ \}\}$/.test(lines.at(-1) ?? '')) lines.push('# end');
  const guarded = [
    ...(guard ? [`{{- if ${condition(guard, at)} }}`] : []),
    ...(loop ? ['---'] : []),
    ...lines,
    ...(guard ? ['{{- end }}'] : []),
  ];
  const all = loop ? [`{{- ${range(loop, outside)} }}`, ...besideOf(loop, at), ...guarded, '{{- end }}'] : guarded;
  return `${all.join('\n')}\n`;
}

/** The entry of the same key in another map. */
const besideOf = ({ key, beside }: Loop, at: Context): string[] =>
  beside && key ? [`{{- ${beside.variable} := get ${term(beside.source, at)} ${key} | default dict }}`] : [];

function requirementsFile(requirements: readonly Requirement[], at: Context): string {
  const checks = requirements.flatMap(({ test, path, message }) => [
    `{{- if not (${condition(test, at)}) }}`,
    `{{- $problems = append $problems ${quote(`${pathOf(path)}: ${message}`)} }}`,
    '{{- end }}',
  ]);
  return [
    '{{- $problems := list }}',
    ...checks,
    '{{- with $problems }}',
    `{{- fail (printf "the values of ${at.chart} are not valid:\\n  %s" (join "\\n  " .)) }}`,
    '{{- end }}',
    '',
  ].join('\n');
}

/** Everything with a name, once, and which operations there are. */
function usedIn(chart: string, templates: readonly Template[], requirements: readonly Requirement[]) {
  const named = new Map<string, Named>();
  const operations = new Set<Expression['op']>();
  const add = (found: Expression): void => {
    operations.add(found.op);
    if (found.op !== 'named') return;
    const known = named.get(found.name);
    if (known && known !== found && JSON.stringify(known) !== JSON.stringify(found)) {
      throw new Error(`${chart}: two different texts are named '${found.name}'`);
    }
    named.set(found.name, found);
  };
  const walked = new Set<Expression>();
  templates.forEach((template) => walkTemplate(template, add, walked));
  requirements.forEach(({ test }) => walk(test, add));
  return { named, operations };
}

/** On lines of its own, unless the markers that take the line breaks away would take blanks of the text as well. */
function define(named: Named, at: Context): string {
  const variables = variablesOf(named.body);
  const text = body(named.body, { ...at, given: variables });
  const start = /^\s/.test(text) ? '}}' : '-}}\n';
  const end = isFile(named) || /\s$/.test(text) ? '{{ end }}' : '\n{{- end }}';
  const head = [
    `{{- define ${quote(`${at.chart}.${named.name}`)} `,
    ...variables.map((name) => `{{- ${name} := .${name.slice(1)} `),
  ];
  return `${head.join('}}\n')}${start}${text}${end}\n`;
}
