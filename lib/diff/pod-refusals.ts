import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonMap } from '../values/expression';
import { differences } from './changes';
import { defaultedTemplate } from './defaults';
import { KubernetesObject, Pair, listAt, mapAt, numberAt } from './object';
import type { Refusal } from './refusals';

/**
 * Of a Pod that is there can be changed: images, a deadline that comes sooner, tolerations that come on top, gates that
 * go.
 *
 * Source: ValidatePodUpdate in Kubernetes' pkg/apis/core/validation/validation.go.
 */
export function podRefusals({ id, before, after }: Pair): Refusal[] {
  const [old, fresh] = [before, after].map(specOf) as [JsonMap, JsonMap];
  const kept = (field: string): boolean =>
    listAt(old, field).every((item) => listAt(fresh, field).some((other) => isDeepStrictEqual(item, other)));
  const less = listAt(fresh, 'schedulingGates').every((gate) =>
    listAt(old, 'schedulingGates').some((other) => isDeepStrictEqual(gate, other)),
  );
  const [was, is] = [numberAt(old, 'activeDeadlineSeconds'), numberAt(fresh, 'activeDeadlineSeconds')];
  const refused = (path: string, holds: boolean, message: string): Refusal[] => (holds ? [] : [{ id, path, message }]);
  return [
    ...differences(fixed(old), fixed(fresh), 'spec').map(({ path }) => ({ id, path, message: 'cannot be changed' })),
    ...refused('spec.tolerations', kept('tolerations'), 'can only get more'),
    ...refused('spec.schedulingGates', less, 'can only get fewer'),
    ...refused(
      'spec.activeDeadlineSeconds',
      was === undefined || (is !== undefined && is <= was),
      'can only come sooner',
    ),
  ];
}

function specOf(pod: KubernetesObject): JsonMap {
  const spec = mapAt(defaultedTemplate({ spec: mapAt(pod, 'spec') }), 'spec');
  return { enableServiceLinks: true, ...spec };
}

function fixed(spec: JsonMap): JsonMap {
  const { tolerations: _, schedulingGates: __, activeDeadlineSeconds: ___, ...rest } = spec;
  const containers = (field: string): JsonMap =>
    field in rest ? { [field]: listAt(rest, field).map(withoutImage) } : {};
  return { ...rest, ...containers('containers'), ...containers('initContainers') };
}

/** Requests that are not written are the limits. */
function withoutImage(container: Json): JsonMap {
  const { image: _, resources, ...rest } = mapAt(container);
  const limits = mapAt(resources, 'limits');
  return { ...rest, resources: { limits, requests: { ...limits, ...mapAt(resources, 'requests') } } };
}
