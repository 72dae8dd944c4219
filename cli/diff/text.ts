import type { Forecast, Roll } from '../../lib/diff';
import { ON_DELETE, changeText, jobText, notesOn, reasonsText, refusalText, releaseText, summary } from './words';

/** What terminals take for colours. */
const CODES = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1 };
type Colour = keyof typeof CODES;

/** A forecast for a terminal or a log. */
export function textOf(forecast: Forecast, colours = false): string {
  const paint = (colour: Colour, text: string): string => (colours ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);
  const section = (title: string, lines: readonly string[], colour: Colour = 'bold'): string[] =>
    lines.length === 0 ? [] : ['', paint(colour, title), ...lines.map((line) => `  ${line}`)];

  const { added, removed, changed, rolls, jobs, cronJobs, refusals, releases } = forecast;
  const early = releases.filter(({ tooEarlyFor }) => tooEarlyFor.length > 0);
  const some = (...how: Roll['how'][]): string[] =>
    rolls
      .filter((roll) => how.includes(roll.how))
      .flatMap((roll) => [roll.id, ...[...notesOn(roll), ...reasonsText(roll)].map((line) => `  ${line}`)]);
  const waiting = some('waits');
  const lines = (diff: string): string[] =>
    diff.split('\n').map((line) => {
      if (line.startsWith('@@')) return `      ${paint('cyan', line)}`;
      const colour = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined;
      return `      ${colour === undefined ? line : paint(colour, line)}`.trimEnd();
    });
  const details = changed.flatMap(({ id, changes }) => [
    `  ${paint('yellow', `~ ${id}`)}`,
    ...changes.flatMap((change) => [
      `    ${changeText(change)}`,
      ...(change.lines === undefined ? [] : lines(change.lines)),
    ]),
  ]);
  return [
    paint('bold', summary(forecast)),
    ...section(
      'Kubernetes will refuse',
      refusals.map((refusal) => `${refusal.id} ${refusal.path}: ${refusalText(refusal)}`),
      'red',
    ),
    ...section('Releases that go too early', early.map(releaseText), 'red'),
    ...section('Releases', releases.filter((change) => !early.includes(change)).map(releaseText)),
    ...section('Pods that roll', some('rolls', 'part')),
    ...section('Pods that stay as they are until you delete them', waiting.length > 0 ? [ON_DELETE, ...waiting] : []),
    ...section('Pods that change, and none rolls', some('paused', 'none')),
    ...section('Jobs that run', jobs.map(jobText)),
    ...section('CronJobs that differ', cronJobs),
    ...section(
      'Added',
      added.map((id) => paint('green', `+ ${id}`)),
    ),
    ...section(
      'Removed',
      removed.map((id) => paint('red', `- ${id}`)),
    ),
    ...(details.length === 0 ? [] : ['', paint('bold', 'Changed'), ...details]),
  ].join('\n');
}
