import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonMap } from '../values/expression';
import { differences } from './changes';
import { canonical } from './canonical';
import { claimTemplate, defaultedTemplate, fixedOfStatefulSet } from './defaults';
import { nameRefusals } from './names';
import {
  KubernetesObject,
  Pair,
  Paired,
  asText,
  at,
  idOf,
  isOwnKind,
  kindOf,
  listAt,
  mapAt,
  numberAt,
  textAt,
} from './object';
import { podRefusals } from './pod-refusals';
import { quantity } from './quantity';
import { serviceRefusals } from './service-refusals';

/** What the API server will not take. */
export interface Refusal {
  readonly id: string;
  readonly path: string;
  readonly message: string;
  /** Only versions of Kubernetes before this one refuse it: `1.33`. Default: all. */
  readonly before?: string;
}

/** The rules of a kind, for an object that is there and is to be changed. */
type Rule = (pair: Pair) => Refusal[];

/**
 * What the API server will refuse of what is sent to it.
 *
 * Sources: Kubernetes 1.36, pkg/apis/{apps,batch,core,rbac,scheduling,storage,networking}/validation/validation.go, the
 * functions Validate<Kind>Update; where an older version is stricter, its rule.
 */
export function refusalsOf({ added, kept }: Paired): Refusal[] {
  const sent = [...added, ...kept.map(({ after }) => after)];
  const found = [...sent.flatMap(aloneRefusals), ...kept.flatMap(updateRefusals)];
  return found.sort((a, b) => compare(a.id, b.id) || compare(a.path, b.path));
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const immutable =
  (path: string, defaultValue?: Json): Rule =>
  ({ id, before, after }) => {
    const value = (object: KubernetesObject): Json | undefined =>
      canonical(at(object, ...path.split('.')), path.split('.').at(-1)) ?? defaultValue;
    return isDeepStrictEqual(value(before), value(after)) ? [] : [{ id, path, message: 'cannot be changed' }];
  };

const RULES: { readonly [kind: string]: readonly Rule[] } = {
  Deployment: [immutable('spec.selector'), strategyRefusals],
  DaemonSet: [immutable('spec.selector')],
  StatefulSet: [statefulSetRefusals, updateStrategyRefusals],
  Job: [
    ...[immutable('spec.selector'), completionsRefusals, jobTemplateRefusals],
    ...[immutable('spec.completionMode', 'NonIndexed'), immutable('spec.podFailurePolicy')],
    ...[immutable('spec.backoffLimitPerIndex'), immutable('spec.managedBy'), immutable('spec.successPolicy')],
  ],
  Service: [serviceRefusals],
  Secret: [immutable('type', 'Opaque'), frozenRefusals],
  ConfigMap: [frozenRefusals],
  PersistentVolumeClaim: [claimRefusals],
  Pod: [podRefusals],
  RoleBinding: [roleRefRefusals],
  ClusterRoleBinding: [roleRefRefusals],
  PriorityClass: [immutable('value', 0), immutable('preemptionPolicy', 'PreemptLowerPriority')],
  StorageClass: [
    ...[immutable('parameters'), immutable('provisioner'), immutable('reclaimPolicy', 'Delete')],
    immutable('volumeBindingMode', 'Immediate'),
  ],
  IngressClass: [immutable('spec.controller')],
};

const updateRefusals = (pair: Pair): Refusal[] =>
  isOwnKind(pair.after, kindOf(pair.after)) ? (RULES[kindOf(pair.after)] ?? []).flatMap((rule) => rule(pair)) : [];

/** What no change is needed for. */
function aloneRefusals(object: KubernetesObject): Refusal[] {
  const id = idOf(object);
  const found = nameRefusals(object);
  if (isOwnKind(object, 'Deployment', 'StatefulSet', 'DaemonSet')) found.push(...selectorRefusals(object));
  const size = isOwnKind(object, 'ConfigMap', 'Secret') ? sizeOf(object) : 0;
  if (size > MOST_BYTES)
    found.push({ id, path: 'data', message: `has ${size} bytes; allowed are at most ${MOST_BYTES}` });
  return found;
}

/** `MaxSecretSize` of Kubernetes' pkg/apis/core/types.go; it holds for ConfigMaps, too. */
const MOST_BYTES = 1024 * 1024;

function sizeOf(object: KubernetesObject): number {
  const isSecret = isOwnKind(object, 'Secret');
  const sizes = ([field, encoding]: readonly [string, BufferEncoding]): number[] =>
    Object.values(mapAt(object, field)).map((value) => Buffer.byteLength(asText(value), encoding));
  const fields = [
    ['data', isSecret ? 'base64' : 'utf8'],
    ['stringData', 'utf8'],
    ['binaryData', 'base64'],
  ] as const;
  return fields.flatMap(sizes).reduce((sum, size) => sum + size, 0);
}

function selectorRefusals(object: KubernetesObject): Refusal[] {
  const id = idOf(object);
  const [labels, expressions] = [
    mapAt(object, 'spec', 'selector', 'matchLabels'),
    listAt(object, 'spec', 'selector', 'matchExpressions'),
  ];
  if (Object.keys(labels).length + expressions.length === 0) {
    return [{ id, path: 'spec.selector', message: 'selects nothing' }];
  }
  const own = mapAt(object, 'spec', 'template', 'metadata', 'labels');
  const matches =
    Object.entries(labels).every(([label, value]) => own[label] === value) && expressions.every(holds(own));
  const message = 'do not match spec.selector';
  return matches ? [] : [{ id, path: 'spec.template.metadata.labels', message }];
}

const holds =
  (labels: JsonMap) =>
  (expression: Json): boolean => {
    const [key, operator] = [textAt(expression, 'key') ?? '', textAt(expression, 'operator')];
    const isAmong = listAt(expression, 'values').includes(labels[key] ?? null);
    if (operator === 'In') return isAmong;
    if (operator === 'NotIn') return !isAmong;
    return Object.hasOwn(labels, key) === (operator === 'Exists');
  };

/**
 * A default that the API server has filled in is nobody's: what is sent without it does not take it away, and beside the
 * other type it is refused.
 */
function strategyRefusals({ id, before, after }: Pair): Refusal[] {
  const type = (object: KubernetesObject) => textAt(object, 'spec', 'strategy', 'type') ?? 'RollingUpdate';
  if (type(before) === type(after) || type(after) !== 'Recreate') return [];
  const own = mapAt(before, 'spec', 'strategy', 'rollingUpdate');
  const message = 'stays from the default of before, which Recreate does not allow: first set it to null';
  const isLeft = !('maxSurge' in own && 'maxUnavailable' in own);
  return isLeft && !clears(after, 'strategy') ? [{ id, path: 'spec.strategy.rollingUpdate', message }] : [];
}

function updateStrategyRefusals({ id, before, after }: Pair): Refusal[] {
  const type = (object: KubernetesObject) => textAt(object, 'spec', 'updateStrategy', 'type') ?? 'RollingUpdate';
  if (type(before) === type(after) || type(after) !== 'OnDelete') return [];
  const path = 'spec.updateStrategy.rollingUpdate';
  const isLeft =
    at(before, 'spec', 'updateStrategy', 'type') === undefined ||
    (at(before, ...path.split('.')) !== undefined && at(before, ...path.split('.'), 'partition') === undefined);
  const message = 'stays from the default of before, which OnDelete does not allow: first set it to null';
  return isLeft && !clears(after, 'updateStrategy') ? [{ id, path, message }] : [];
}

const clears = (object: KubernetesObject, field: string): boolean =>
  at(object, 'spec', field, 'rollingUpdate') === null;

/**
 * All but replicas, template, updateStrategy, minReadySeconds, ordinals and persistentVolumeClaimRetentionPolicy; and
 * revisionHistoryLimit, which 1.33 and newer let change (kubernetes/kubernetes#130263).
 */
function statefulSetRefusals({ id, before, after }: Pair): Refusal[] {
  return differences(fixedOfStatefulSet(before), fixedOfStatefulSet(after), 'spec').map(({ path }) => {
    if (path === 'spec.revisionHistoryLimit') {
      return { id, path, message: 'cannot be changed', before: '1.33' };
    }
    const isClaim = path.startsWith('spec.volumeClaimTemplates');
    return { id, path, message: `cannot be changed${isClaim ? ': its volumes stay as they are' : ''}` };
  });
}

/**
 * Indexed Jobs may change completions together with parallelism. Where neither is written, both are 1; and a default
 * stays when the other is written later.
 */
function completionsRefusals({ id, before, after }: Pair): Refusal[] {
  const written = (object: KubernetesObject, field: string): number | undefined => numberAt(object, 'spec', field);
  const of = (object: KubernetesObject): number | undefined =>
    written(object, 'completions') ?? (written(object, 'parallelism') === undefined ? 1 : undefined);
  const isKept = [before, after].every((object) => written(object, 'completions') === undefined) && of(before) === 1;
  if (isKept || of(before) === of(after)) return [];
  const path = 'spec.completions';
  if (textAt(after, 'spec', 'completionMode') !== 'Indexed') return [{ id, path, message: 'cannot be changed' }];
  if (of(after) === (written(after, 'parallelism') ?? 1)) return [];
  return [{ id, path, message: 'can only be changed together with spec.parallelism, to the same' }];
}

/** While a Job is suspended and has not started, where its pods may run can be changed, and their labels. */
function jobTemplateRefusals({ id, before, after }: Pair): Refusal[] {
  const suspended = at(before, 'spec', 'suspend') === true;
  const of = (object: KubernetesObject): JsonMap => {
    const template = defaultedTemplate(mapAt(object, 'spec', 'template'));
    return suspended ? withoutScheduling(template) : template;
  };
  const paths = differences(of(before), of(after), 'spec.template').map(({ path }) => path);
  return paths.map((path) => ({ id, path, message: 'cannot be changed: a Job of another name can be made' }));
}

function withoutScheduling(template: JsonMap): JsonMap {
  const { nodeSelector: _, tolerations: __, schedulingGates: ___, affinity, ...spec } = mapAt(template, 'spec');
  const { labels: ____, annotations: _____, ...metadata } = mapAt(template, 'metadata');
  const { nodeAffinity: ______, ...others } = mapAt(affinity);
  return { metadata, spec: { ...spec, ...(Object.keys(others).length > 0 && { affinity: others }) } };
}

/** Of an immutable ConfigMap or Secret only labels and annotations can be changed. */
function frozenRefusals({ id, before, after }: Pair): Refusal[] {
  if (at(before, 'immutable') !== true) return [];
  const data = (object: KubernetesObject): JsonMap => {
    const texts = Object.entries(mapAt(object, 'stringData'));
    const encoded = texts.map(([key, text]) => [key, Buffer.from(asText(text)).toString('base64')] as const);
    return { ...mapAt(object, 'data'), ...Object.fromEntries(encoded) };
  };
  const path = (field: string, same: boolean): Refusal[] =>
    same ? [] : [{ id, path: field, message: 'cannot be changed: immutable is set' }];
  return [
    ...path('immutable', at(after, 'immutable') === true),
    ...path('data', isDeepStrictEqual(data(before), data(after))),
    ...path('binaryData', isDeepStrictEqual(mapAt(before, 'binaryData'), mapAt(after, 'binaryData'))),
  ];
}

/** A claim that is bound may grow, where its StorageClass lets it. Its class may be set where none was. */
function claimRefusals({ id, before, after }: Pair): Refusal[] {
  const path = 'spec.resources.requests.storage';
  const size = (object: KubernetesObject): number => quantity(at(object, ...path.split('.'))) ?? 0;
  const shrinks: Refusal[] = size(after) < size(before) ? [{ id, path, message: 'is smaller: no volume shrinks' }] : [];
  const specOf = (object: KubernetesObject): JsonMap => {
    const { resources, volumeAttributesClassName: _, ...spec } = mapAt(claimTemplate(object), 'spec');
    const { storage: __, ...requests } = mapAt(resources, 'requests');
    return { ...spec, resources: { limits: mapAt(resources, 'limits'), requests } };
  };
  const fixed = differences(specOf(before), specOf(after), 'spec').filter(
    ({ path, what }) => !SET_LATER.has(path) || what !== 'added',
  );
  return [...shrinks, ...fixed.map((change) => ({ id, path: change.path, message: 'cannot be changed' }))];
}

const SET_LATER = new Set(['spec.storageClassName', 'spec.volumeName']);

function roleRefRefusals({ id, before, after }: Pair): Refusal[] {
  const of = (object: KubernetesObject) => ({ apiGroup: 'rbac.authorization.k8s.io', ...mapAt(object, 'roleRef') });
  return isDeepStrictEqual(of(before), of(after)) ? [] : [{ id, path: 'roleRef', message: 'cannot be changed' }];
}
