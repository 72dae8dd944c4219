import { defaultedTemplate } from './defaults';
import { differences } from './changes';
import {
  KubernetesObject,
  Pair,
  Paired,
  asText,
  at,
  idOf,
  isOwnKind,
  listAt,
  mapAt,
  nameOf,
  numberAt,
  textAt,
} from './object';

/** Why pods roll: a field of their template, and what stands behind it, where it is a digest of something. */
export interface Reason {
  /** Below `spec.template`: `spec.containers[api].image`. */
  readonly field: string;
  /** The ConfigMap or Secret whose content a digest is of: `ConfigMap/keystone-keystone.conf`. */
  readonly behind?: readonly string[];
}

/** What becomes of pods whose template changes. */
export interface Roll {
  readonly id: string;
  readonly reasons: readonly Reason[];
  /**
   * `rolls`: by itself. `waits`: `updateStrategy` is `OnDelete`, so a pod comes back new once somebody deletes it.
   * `paused`: a Deployment that is paused. `part`: only the pods from `partition` on. `none`: there are no pods.
   */
  readonly how: 'rolls' | 'waits' | 'paused' | 'part' | 'none';
  readonly partition?: number;
  /** What selects its pods, for kubectl: `app.kubernetes.io/component=compute,node-pool=default`. */
  readonly selector: string;
}

/** Pods roll when their template, as the API server keeps it, is another; replicas are none of it. */
export function rollsOf({ kept }: Paired, all: readonly KubernetesObject[]): Roll[] {
  return kept
    .filter(({ after }) => isOwnKind(after, 'Deployment', 'StatefulSet', 'DaemonSet'))
    .flatMap((pair) => rollOf(pair, all));
}

function rollOf({ id, before, after }: Pair, all: readonly KubernetesObject[]): Roll[] {
  const [old, fresh] = [before, after].map((object) => defaultedTemplate(mapAt(object, 'spec', 'template')));
  const fields = differences(old, fresh).map(({ path }) => path);
  if (fields.length === 0) return [];
  const reasons = fields.map((field): Reason => {
    const behind = behindDigest(field, [after, before], all);
    return { field, ...(behind.length > 0 && { behind }) };
  });
  const partition = numberAt(after, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const selector = Object.entries(mapAt(after, 'spec', 'selector', 'matchLabels'))
    .map(([label, value]) => `${label}=${asText(value)}`)
    .sort()
    .join(',');
  const how = howOf(after, partition);
  return [{ id, reasons, how, ...(how === 'part' && { partition }), selector }];
}

function howOf(object: KubernetesObject, partition: number): Roll['how'] {
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  if (!isOwnKind(object, 'DaemonSet') && replicas === 0) return 'none';
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return 'waits';
  if (at(object, 'spec', 'paused') === true) return 'paused';
  if (!isOwnKind(object, 'StatefulSet') || partition === 0) return 'rolls';
  const first = numberAt(object, 'spec', 'ordinals', 'start') ?? 0;
  return partition >= first + replicas ? 'none' : 'part';
}

/**
 * What a digest on a pod template is of: of the annotation `checksum/keystone.conf`, the ConfigMap with that file among
 * those that the pods read; of `checksum/passwords`, their Secrets; of `checksum/scripts`, the ConfigMap of programs.
 */
function behindDigest(
  field: string,
  workloads: readonly KubernetesObject[],
  all: readonly KubernetesObject[],
): readonly string[] {
  const [, name] = /^metadata\.(?:annotations|labels)\[checksum\/(.+)\]$/.exec(field) ?? [];
  if (name === undefined) return [];
  const read = workloads.flatMap(readBy);
  const maps = read.filter(({ kind }) => kind === 'ConfigMap');
  const holds = ({ name: map }: Read): boolean =>
    all.some((object) => isOwnKind(object, 'ConfigMap') && nameOf(object) === map && name in mapAt(object, 'data'));
  const byFile = maps.filter(holds);
  const byName = maps.filter(({ name: map }) => map === name || map.endsWith(`-${name}`));
  const found =
    name === 'passwords' ? read.filter(({ kind }) => kind === 'Secret') : byFile.length > 0 ? byFile : byName;
  return [...new Set(found.map(({ kind, name: of }) => `${kind}/${of}`))];
}

interface Read {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
}

/** The ConfigMaps and Secrets in the volumes of a workload's pods. */
function readBy(workload: KubernetesObject): Read[] {
  const volumes = listAt(workload, 'spec', 'template', 'spec', 'volumes');
  const sources = volumes.flatMap((volume) => [volume, ...listAt(volume, 'projected', 'sources')]);
  return sources.flatMap((source): Read[] => {
    const [map, secret] = [
      textAt(source, 'configMap', 'name'),
      textAt(source, 'secret', 'secretName') ?? textAt(source, 'secret', 'name'),
    ];
    return [
      ...(map === undefined ? [] : [{ kind: 'ConfigMap' as const, name: map }]),
      ...(secret === undefined ? [] : [{ kind: 'Secret' as const, name: secret }]),
    ];
  });
}

/** A Job that runs, for it is new; and the one whose place it takes. */
export interface JobRun {
  readonly id: string;
  readonly insteadOf?: string;
}

/** A Job runs once: when one of its name is made. Ours have a fingerprint of what they do in their names. */
export function jobsOf({ added, removed }: Paired): JobRun[] {
  const jobs = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    objects.filter((object) => isOwnKind(object, 'Job') && at(object, 'spec', 'suspend') !== true);
  const gone = jobs(removed);
  return jobs(added).map((job) => {
    const former = gone.find((other) => stem(other) === stem(job));
    return { id: idOf(job), ...(former && { insteadOf: idOf(former) }) };
  });
}

/** The name without its fingerprint. */
const stem = (job: KubernetesObject): string => idOf(job).replace(/-[0-9a-f]{6,}$/, '');

/** The CronJobs that differ. */
export const cronJobsOf = ({ added, removed, kept }: Paired, changed: (pair: Pair) => boolean): string[] =>
  [...added.map(idOf), ...removed.map(idOf), ...kept.filter(changed).map(({ id }) => id)]
    .filter((id) => /(^|\/)CronJob\//.test(id))
    .sort();
