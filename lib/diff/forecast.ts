import { Change, changesOf } from './changes';
import { KubernetesObject, idOf, pair } from './object';
import { Refusal, refusalsOf } from './refusals';
import { ReleaseChange, releaseChanges } from './release-order';
import { JobRun, Roll, cronJobsOf, jobsOf, rollsOf } from './rolls';

/** What comes of applying other objects: the difference, and what a cluster makes of it. */
export interface Forecast {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly { readonly id: string; readonly changes: readonly Change[] }[];
  readonly unchanged: number;
  readonly rolls: readonly Roll[];
  /** Jobs that run, for they are new. */
  readonly jobs: readonly JobRun[];
  /** CronJobs that are added, removed or changed. */
  readonly cronJobs: readonly string[];
  readonly refusals: readonly Refusal[];
  readonly releases: readonly ReleaseChange[];
}

/**
 * What comes of applying `after` where `before` is, be it from files or from a cluster.
 *
 * @throws Error where one of them has an object twice
 */
export function forecast(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): Forecast {
  const paired = pair(before, after);
  const all = paired.kept.map(({ id, before, after }) => ({ id, changes: changesOf(before, after) }));
  const changed = all.filter(({ changes }) => changes.length > 0);
  const ids = new Set(changed.map(({ id }) => id));
  return {
    added: paired.added.map(idOf),
    removed: paired.removed.map(idOf),
    changed,
    unchanged: all.length - changed.length,
    rolls: rollsOf(paired, [...after, ...before]),
    jobs: jobsOf(paired),
    cronJobs: cronJobsOf(paired, ({ id }) => ids.has(id)),
    refusals: refusalsOf(paired),
    releases: releaseChanges(before, after),
  };
}

/** Whether anything would not be taken, or comes before what has to come first. */
export const isRefused = ({ refusals, releases }: Forecast): boolean =>
  refusals.length > 0 || releases.some(({ tooEarlyFor }) => tooEarlyFor.length > 0);
