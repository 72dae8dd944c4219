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
  service?: {
    annotations?: { [name: string]: string };
    ipFamilyPolicy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
    labels?: { [name: string]: string };
    type?: 'ClusterIP' | 'LoadBalancer' | 'NodePort';
  };
  tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
  secretBackend?: { externalSecret?: { name?: string } };
  resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        nodeSelectorTerms: { matchExpressions?: { key: string; operator: string; values?: string[] }[] }[];
      };
      preferredDuringSchedulingIgnoredDuringExecution?: {
        preference: { matchExpressions?: { key: string; operator: string; values?: string[] }[] };
        weight: number;
      }[];
    };
    podAntiAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        labelSelector?: { matchLabels?: { [name: string]: string } };
        topologyKey: string;
      }[];
      preferredDuringSchedulingIgnoredDuringExecution?: {
        podAffinityTerm: { labelSelector?: { matchLabels?: { [name: string]: string } }; topologyKey: string };
        weight: number;
      }[];
    };
  };
  delayStartSeconds?: number;
  terminationGracePeriodSeconds?: number;
  skipPostDeploySteps?: boolean;
  autoEnableAllFeatureFlags?: boolean;
  override?: {
    service?: {
      metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
      spec?: {
        ports?: {
          name?: string;
          port: number;
          targetPort?: number | string;
          protocol?: string;
          appProtocol?: string;
        }[];
        publishNotReadyAddresses?: boolean;
      };
    };
    statefulSet?: {
      metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
      spec?: {
        podManagementPolicy?: string;
        persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
        template?: {
          metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
          spec?: {
            nodeSelector?: { [name: string]: string };
            priorityClassName?: string;
            automountServiceAccountToken?: boolean;
            enableServiceLinks?: boolean;
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
                seccompProfile?: { type: string };
              };
              readinessProbe?: {
                initialDelaySeconds?: number;
                periodSeconds?: number;
                timeoutSeconds?: number;
                successThreshold?: number;
                failureThreshold?: number;
              };
              volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
            }[];
            initContainers?: {
              name: string;
              image?: string;
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
                seccompProfile?: { type: string };
              };
            }[];
            topologySpreadConstraints?: {
              labelSelector?: { matchLabels?: { [name: string]: string } };
              maxSkew: number;
              topologyKey: string;
              whenUnsatisfiable: string;
            }[];
            volumes?: {
              name: string;
              secret?: { secretName?: string; items?: { key: string; path: string }[] };
              configMap?: { name?: string; items?: { key: string; path: string }[] };
              emptyDir?: { medium?: string; sizeLimit?: number | string };
            }[];
          };
        };
      };
    };
  };
}
