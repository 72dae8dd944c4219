// Made by `npm run crd-types` from the CRDs of github.com/mariadb-operator/mariadb-operator/v25 v25.10.4: do not edit.

import type { ObjectMeta } from 'kubernetes-types/meta/v1';

export interface MariaDB {
  apiVersion: 'k8s.mariadb.com/v1alpha1';
  kind: 'MariaDB';
  metadata?: ObjectMeta;
  spec: MariaDBSpec;
}

export interface MariaDBSpec {
  image?: string;
  imagePullPolicy?: 'Always' | 'Never' | 'IfNotPresent';
  imagePullSecrets?: { name?: string }[];
  podMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
  rootPasswordSecretKeyRef?: { generate?: boolean; key: string; name?: string };
  port?: number;
  myCnf?: string;
  myCnfConfigMapKeyRef?: { key: string; name?: string };
  replicas?: number;
  galera?: {
    enabled?: boolean;
    sst?: 'rsync' | 'mariabackup' | 'mysqldump';
    primary?: { autoFailover?: boolean; podIndex?: number };
    agent?: {
      image?: string;
      imagePullPolicy?: 'Always' | 'Never' | 'IfNotPresent';
      resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
      securityContext?: {
        allowPrivilegeEscalation?: boolean;
        capabilities?: { add?: string[]; drop?: string[] };
        privileged?: boolean;
        readOnlyRootFilesystem?: boolean;
        runAsGroup?: number;
        runAsNonRoot?: boolean;
        runAsUser?: number;
      };
    };
    initContainer?: {
      image: string;
      imagePullPolicy?: 'Always' | 'Never' | 'IfNotPresent';
      resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
      securityContext?: {
        allowPrivilegeEscalation?: boolean;
        capabilities?: { add?: string[]; drop?: string[] };
        privileged?: boolean;
        readOnlyRootFilesystem?: boolean;
        runAsGroup?: number;
        runAsNonRoot?: boolean;
        runAsUser?: number;
      };
    };
  };
  storage?: {
    size?: number | string;
    storageClassName?: string;
    pvcRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
  };
  tls?: {
    clientCASecretRef?: { name?: string };
    clientCertIssuerRef?: { group?: string; kind?: string; name: string };
    clientCertSecretRef?: { name?: string };
    enabled?: boolean;
    galeraSSTEnabled?: boolean;
    required?: boolean;
    serverCASecretRef?: { name?: string };
    serverCertIssuerRef?: { group?: string; kind?: string; name: string };
    serverCertSecretRef?: { name?: string };
  };
  resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
  affinity?: { antiAffinityEnabled?: boolean };
  nodeSelector?: { [name: string]: string };
  tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
  priorityClassName?: string;
  podSecurityContext?: {
    fsGroup?: number;
    fsGroupChangePolicy?: string;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    runAsUser?: number;
    seccompProfile?: { type: string };
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
  podDisruptionBudget?: { maxUnavailable?: number | string; minAvailable?: number | string };
  updateStrategy?: {
    autoUpdateDataPlane?: boolean;
    rollingUpdate?: { maxUnavailable?: number | string; partition?: number };
    type?: 'ReplicasFirstPrimaryLast' | 'RollingUpdate' | 'OnDelete' | 'Never';
  };
}
