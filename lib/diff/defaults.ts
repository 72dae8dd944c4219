import type { JsonMap } from '../values/expression';
import { canonical } from './canonical';
import { at, listAt, mapAt } from './object';
import { claim, podTemplate, withoutHead } from './pod-defaults';
import { filled } from './way';

/*
 * What the API server makes of what is written, so that two ways of writing the same are no difference.
 */

/** A template of pods, as the API server keeps it. */
export const defaultedTemplate = (template: JsonMap | undefined): JsonMap =>
  podTemplate(filled, { metadata: {}, spec: {}, ...mapAt(canonical(template)) });

/** A template of volume claims, or a claim, as the API server keeps it. */
export const claimTemplate = (written: JsonMap): JsonMap =>
  claim(filled, { metadata: {}, spec: {}, ...withoutHead(mapAt(canonical(written))) });

/** What the API server fills into a StatefulSet, and what cannot be changed later. */
export const FIXED_OF_STATEFUL_SET = { podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 };

/** What of a StatefulSet may not change, by field. */
export function fixedOfStatefulSet(object: JsonMap): JsonMap {
  const spec = mapAt(canonical(at(object, 'spec')));
  const { replicas: _, template: __, updateStrategy: ___, minReadySeconds: ____, ordinals: _____, ...rest } = spec;
  const { persistentVolumeClaimRetentionPolicy: ______, ...fixed } = rest;
  const claims = listAt(fixed, 'volumeClaimTemplates').map((template) => claimTemplate(mapAt(template)));
  return filled(FIXED_OF_STATEFUL_SET, { ...fixed, ...(claims.length > 0 && { volumeClaimTemplates: claims }) });
}
