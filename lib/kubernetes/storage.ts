import type { PersistentVolumeClaimSpec, Volume } from 'kubernetes-types/core/v1';
import { z } from 'zod';
import type { Handles } from '../values/value';
import { Templated, Value, isSet, not, when } from '../values/value';
import { group, objectName, text } from '../values/types';

const size = () => text('^[1-9][0-9]*(Mi|Gi|Ti)$', 'a size such as 20Gi');

/** The values declaration of a volume that outlives its pods. */
export const storage = (defaultSize: string, what: string) =>
  group({
    size: size().default(defaultSize),
    storageClass: objectName().optional().describe("Default: the cluster's default StorageClass."),
  }).describe(`The volume of ${what}. Kubernetes refuses to change it later: see the docs.`);

/** The handles of `storage()`. */
export type StorageValues = Handles<z.output<ReturnType<typeof storage>>>;

/** What a claim asks for: by default a volume for one node at a time. */
export const claimSpec = (
  { size, storageClass }: StorageValues,
  accessMode: Value<string> | string = 'ReadWriteOnce',
): Templated<PersistentVolumeClaimSpec> => ({
  accessModes: [accessMode],
  storageClassName: when(isSet(storageClass), storageClass),
  resources: { requests: { storage: size } },
});

/** Annotations of a claim that outlives its chart: neither Helm, nor Argo CD, nor Flux deletes what carries them. */
export const KEPT = {
  'helm.sh/resource-policy': 'keep',
  'argocd.argoproj.io/sync-options': 'Prune=false',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

/** The values declaration of a volume that lives as long as its pod. */
export const scratch = (defaultSize: string, what: string) =>
  group({
    size: size().default(defaultSize).describe('A pod that writes more to its node is evicted.'),
    storageClass: objectName()
      .optional()
      .describe("The class of a volume that each pod gets for its life. Default: none, it is on the node's disk."),
  }).describe(`The space of each pod for ${what}.`);

/** The handles of `scratch()`. */
export type ScratchValues = Handles<z.output<ReturnType<typeof scratch>>>;

/** A volume that lives as long as its pod. */
export const scratchVolume = (name: string, { size, storageClass }: ScratchValues): Templated<Volume> => ({
  name,
  emptyDir: when(not(isSet(storageClass)), { sizeLimit: size }),
  ephemeral: when(isSet(storageClass), {
    volumeClaimTemplate: { spec: claimSpec({ size, storageClass }) },
  }),
});
