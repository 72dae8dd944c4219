import type { Change, Forecast, Roll } from '../../lib/diff';
import { isRefused } from '../../lib/diff';
import {
  ON_DELETE,
  changeText,
  count,
  jobText,
  notesOn,
  reasonsText,
  refusalText,
  releaseText,
  summary,
} from './words';

/** A comment on GitHub has at most 65,536 characters. */
export const MOST = 60_000;
/** What is kept free for the note on what was cut. */
const RESERVE = 300;

/** A forecast as a comment on a pull request. What does not fit is left out, and counted. */
export function markdownOf(forecast: Forecast, most = MOST): string {
  const { added, removed, changed, rolls, jobs, cronJobs, refusals, releases } = forecast;
  const text = new Cut(most - RESERVE);
  text.add([`${isRefused(forecast) ? '❌' : '✅'} **${escape(summary(forecast))}**`]);
  text.table(
    'Kubernetes will refuse',
    ['object', 'field', 'why'],
    refusals.map((refusal) => [code(refusal.id), code(refusal.path), escape(refusalText(refusal))]),
  );
  text.list('Releases', releases.map(releaseText).map(escape));
  const table = (title: string, ...how: Roll['how'][]): void => {
    const some = rolls.filter((roll) => how.includes(roll.how));
    const rows = some.map((roll) => [
      code(roll.id),
      reasonsText(roll).map(code).join('<br>'),
      escape(notesOn(roll).join()),
    ]);
    text.table(title, ['workload', 'because of', 'note'], rows);
  };
  table('Pods that roll', 'rolls', 'part');
  table(`Pods that stay as they are until you delete them, ${ON_DELETE}`, 'waits');
  table('Pods that change, and none rolls', 'paused', 'none');
  text.list('Jobs that run', jobs.map(jobText).map(escape));
  text.list('CronJobs that differ', cronJobs.map(code));
  text.table(
    'Objects',
    ['', 'object'],
    [
      ...added.map((id) => ['added', code(id)]),
      ...removed.map((id) => ['removed', code(id)]),
      ...changed.map(({ id, changes }) => ['changed', `${code(id)}, ${count(changes.length, 'field')}`]),
    ],
  );
  for (const { id, changes } of changed) text.add(details(id, changes));
  return text.toString();
}

/** Blocks of lines up to a number of characters. */
class Cut {
  private readonly lines: string[] = [];
  private length = 0;
  private left = 0;

  constructor(private readonly most: number) {}

  /** All lines of a block, or none of them. */
  add(block: readonly string[]): boolean {
    const length = block.reduce((sum, line) => sum + line.length + 1, 0);
    if (this.length + length > this.most) {
      this.left += 1;
      return false;
    }
    this.lines.push(...block);
    this.length += length;
    return true;
  }

  table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
    if (rows.length === 0) return;
    const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    this.add(['', `**${title}**`, '', row(head), row(head.map(() => '---'))]);
    for (const cells of rows) this.add([row(cells)]);
  }

  list(title: string, items: readonly string[]): void {
    if (items.length === 0) return;
    this.add(['', `**${title}**`, '']);
    for (const item of items) this.add([`- ${item}`]);
  }

  toString(): string {
    const note = `**Cut: ${count(this.left, 'part')} did not fit into this comment.** All: \`kolla-cdk8s diff\` without \`--markdown\`.`;
    return [...this.lines, ...(this.left > 0 ? ['', note] : [])].join('\n');
  }
}

function details(id: string, changes: readonly Change[]): string[] {
  const lines = changes.flatMap((change) => [
    ...(change.lines === undefined
      ? [`# ${changeText(change)}`]
      : [`# ${changeText(change)}`, ...change.lines.split('\n')]),
  ]);
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  const title = `<code>${escape(id)}</code>, ${count(changes.length, 'field')}`;
  return ['', `<details><summary>${title}</summary>`, '', `${fence}diff`, ...lines, fence, '', '</details>'];
}

/** Text that is no markup, and no cell's end. */
const escape = (text: string): string =>
  text
    .replace(/[&<>]/g, (character) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt' }[character] ?? ''};`)
    .replace(/[\\`*_[\]|~@#]/g, (character) => `\\${character}`)
    .replace(/\s+/g, ' ');

/** As code within a table: a stroke would end the cell. */
const code = (text: string): string => `\`${text.replace(/[`\s]/g, ' ').replace(/\|/g, '\\|')}\``;
