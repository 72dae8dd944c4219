import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import { z } from 'zod';
import type { Handles } from '../values/value';
import { Templated, isSet, when } from '../values/value';
import { group, objectName, text } from '../values/types';

/** The values declaration of a volume that outlives its pods. */
export const storage = (size: string, what: string) =>
  group({
    size: text('^[1-9][0-9]*(Mi|Gi|Ti)$', 'a size such as 20Gi').default(size),
    storageClass: objectName().optional().describe("Default: the cluster's default StorageClass."),
  }).describe(`The volume of ${what}. Kubernetes refuses to change it later: see the docs.`);

/** The handles of `storage()`. */
export type StorageValues = Handles<z.output<ReturnType<typeof storage>>>;

/** What a claim asks for. */
export const claimSpec = ({ size, storageClass }: StorageValues): Templated<PersistentVolumeClaim['spec']> => ({
  accessModes: ['ReadWriteOnce'],
  storageClassName: when(isSet(storageClass), storageClass),
  resources: { requests: { storage: size } },
});
