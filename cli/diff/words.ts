import type { Change, Forecast, JobRun, Refusal, ReleaseChange, Roll } from '../../lib/diff';
import { STAGES } from '../../lib/diff';
import type { Json } from '../../lib/values/expression';

/** Longer values are cut: `--format json` has them whole. */
const LONGEST = 160;

/** `1 object`, `2 objects`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

export const shown = (value: Json | undefined): string => {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return 'none';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

/** A change on one line; the lines of a text stand below it. */
export function changeText({ path, what, before, after, lines, secret }: Change): string {
  if (secret) return `${path}: ${what} (not shown)`;
  if (lines !== undefined) return `${path}: ${what}`;
  if (what === 'added') return `${path}: added ${shown(after)}`;
  return what === 'removed' ? `${path}: removed ${shown(before)}` : `${path}: ${shown(before)} → ${shown(after)}`;
}

/** The whole forecast on one line. */
export function summary(forecast: Forecast): string {
  const { added, removed, changed, rolls, jobs, refusals, releases } = forecast;
  const of = (...how: Roll['how'][]): number => rolls.filter((roll) => how.includes(roll.how)).length;
  const early = releases.filter(({ tooEarlyFor }) => tooEarlyFor.length > 0).length;
  if (added.length + removed.length + changed.length + refusals.length === 0) return 'no differences';
  const [rolling, waiting] = [of('rolls', 'part'), of('waits', 'paused')];
  return [
    `${count(added.length, 'object')} added, ${removed.length} removed, ${changed.length} changed`,
    ...(rolling > 0 ? [count(rolling, 'workload rolls', 'workloads roll')] : []),
    ...(waiting > 0 ? [count(waiting, 'workload waits', 'workloads wait')] : []),
    ...(jobs.length > 0 ? [count(jobs.length, 'Job runs', 'Jobs run')] : []),
    ...(refusals.length > 0 ? [`Kubernetes will refuse ${count(refusals.length, 'change')}`] : []),
    ...(early > 0 ? [`${count(early, 'service goes', 'services go')} to a newer release too early`] : []),
  ].join('; ');
}

export const refusalText = ({ message, before }: Refusal): string =>
  before === undefined ? message : `${message} (by Kubernetes before ${before})`;

/** Why pods roll: each field, and what is behind a digest. */
export const reasonsText = ({ reasons }: Roll): string[] =>
  reasons.map(({ field, behind = [] }) => (behind.length > 0 ? `${behind.join(', ')} (${field})` : field));

/** What is to be done about pods of `updateStrategy: OnDelete`. */
export const ON_DELETE = 'node by node, as docs/host-agents.md#change-and-upgrade has it';

/** What else is to be known of a roll. */
export function notesOn({ how, partition, selector }: Roll): string[] {
  switch (how) {
    case 'waits':
      return [`kubectl delete pod --field-selector spec.nodeName=NODE -l ${selector}`];
    case 'part':
      return [`only pods from number ${partition ?? 0} on: rollingUpdate.partition`];
    case 'paused':
      return ['it is paused, and rolls once it is resumed'];
    case 'none':
      return ['it has no pods that would roll'];
    case 'rolls':
      return [];
  }
}

export const jobText = ({ id, insteadOf }: JobRun): string =>
  insteadOf === undefined ? `${id} runs` : `${id} runs, in place of ${insteadOf}`;

const order = STAGES.map(({ name, services }) => {
  const listed = services.join(', ');
  return name === listed || services.every((service) => name.includes(service)) ? name : `${name} (${listed})`;
}).join(', then ');

/** What is to be said of a service that changes its release. */
export function releaseText({ service, before, after, direction, tooEarlyFor }: ReleaseChange): string {
  const goes = `${service}: ${before} → ${after}`;
  if (direction === 'rollback') {
    return `${goes} goes back, which works until the contract of ${after}'s successor has run: docs/keystone.md#roll-back`;
  }
  if (tooEarlyFor.length === 0) return goes;
  const late = tooEarlyFor.map((other) => `${other.service} is still on ${other.release}`).join(', ');
  return `${goes} is too early, for ${late}. The order is ${order}: docs/keystone.md#upgrade-20251-to-20261`;
}
