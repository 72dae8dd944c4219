// Made by `npm run crd-types` from the CRDs of github.com/rabbitmq/cluster-operator/v2 v2.16.0: do not edit.

import type { ObjectMeta } from 'kubernetes-types/meta/v1';

export interface RabbitmqCluster {
  apiVersion: 'rabbitmq.com/v1beta1';
  kind: 'RabbitmqCluster';
  metadata?: ObjectMeta;
  spec?: RabbitmqClusterSpec;
}

export interface RabbitmqClusterSpec {
  image?: string;
  imagePullSecrets?: { name?: string }[];
  replicas?: number;
  rabbitmq?: {
    additionalConfig?: string;
    additionalPlugins?: string[];
    advancedConfig?: string;
    envConfig?: string;
    erlangInetConfig?: string;
  };
  persistence?: { storage?: number | string; storageClassName?: string };
  tls?: { caSecretName?: string; disableNonTLSListeners?: boolean; secretName?: string };
  tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
  secretBackend?: { externalSecret?: { name?: string } };
  resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
  terminationGracePeriodSeconds?: number;
  override?: {
    statefulSet?: {
      spec?: {
        template?: {
          metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
          spec?: {
            nodeSelector?: { [name: string]: string };
            priorityClassName?: string;
            securityContext?: {
              fsGroup?: number;
              fsGroupChangePolicy?: string;
              runAsGroup?: number;
              runAsNonRoot?: boolean;
              runAsUser?: number;
              seccompProfile?: { type: string };
            };
            containers: {
              name: string;
              image?: string;
              env?: { name: string; value?: string }[];
              resources?: {
                limits?: { [name: string]: number | string };
                requests?: { [name: string]: number | string };
              };
              securityContext?: {
                allowPrivilegeEscalation?: boolean;
                capabilities?: { add?: string[]; drop?: string[] };
                privileged?: boolean;
                readOnlyRootFilesystem?: boolean;
                runAsGroup?: number;
                runAsNonRoot?: boolean;
                runAsUser?: number;
              };
            }[];
            initContainers?: {
              name: string;
              image?: string;
              env?: { name: string; value?: string }[];
              resources?: {
                limits?: { [name: string]: number | string };
                requests?: { [name: string]: number | string };
              };
              securityContext?: {
                allowPrivilegeEscalation?: boolean;
                capabilities?: { add?: string[]; drop?: string[] };
                privileged?: boolean;
                readOnlyRootFilesystem?: boolean;
                runAsGroup?: number;
                runAsNonRoot?: boolean;
                runAsUser?: number;
              };
            }[];
          };
        };
      };
    };
  };
}
