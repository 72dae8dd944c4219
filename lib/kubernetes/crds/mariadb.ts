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
  rootPasswordSecretKeyRef?: { generate?: boolean; key: string; name?: string };
  port?: number;
  myCnf?: string;
  myCnfConfigMapKeyRef?: { key: string; name?: string };
  timeZone?: string;
  replicas?: number;
  galera?: {
    enabled?: boolean;
    sst?: 'rsync' | 'mariabackup' | 'mysqldump';
    availableWhenDonor?: boolean;
    replicaThreads?: number;
    providerOptions?: { [name: string]: string };
    galeraLibPath?: string;
    primary?: { autoFailover?: boolean; podIndex?: number };
    recovery?: {
      enabled?: boolean;
      minClusterSize?: number | string;
      job?: {
        metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
        resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
      };
    };
    agent?: {
      image?: string;
      imagePullPolicy?: 'Always' | 'Never' | 'IfNotPresent';
      gracefulShutdownTimeout?: string;
      basicAuth?: {
        enabled?: boolean;
        passwordSecretKeyRef?: { generate?: boolean; key: string; name?: string };
        username?: string;
      };
      kubernetesAuth?: { authDelegatorRoleName?: string; enabled?: boolean };
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
    initJob?: {
      metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
      resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
    };
    config?: {
      reuseStorageVolume?: boolean;
      volumeClaimTemplate?: {
        accessModes?: string[];
        resources?: { requests?: { [name: string]: number | string } };
        storageClassName?: string;
      };
    };
  };
  storage?: {
    ephemeral?: boolean;
    size?: number | string;
    storageClassName?: string;
    resizeInUseVolumes?: boolean;
    waitForVolumeResize?: boolean;
    pvcRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
    volumeClaimTemplate?: {
      accessModes?: string[];
      resources?: { requests?: { [name: string]: number | string } };
      storageClassName?: string;
    };
  };
  bootstrapFrom?: {
    backupRef?: { kind?: string; name?: string };
    s3?: {
      bucket: string;
      endpoint: string;
      region?: string;
      prefix?: string;
      accessKeyIdSecretKeyRef?: { key: string; name?: string };
      secretAccessKeySecretKeyRef?: { key: string; name?: string };
      tls?: { caSecretKeyRef?: { key: string; name?: string }; enabled?: boolean };
    };
    volume?: {
      nfs?: { path: string; readOnly?: boolean; server: string };
      persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
    };
    backupContentType?: 'Logical' | 'Physical';
    targetRecoveryTime?: string;
    stagingStorage?: {
      persistentVolumeClaim?: {
        accessModes?: string[];
        resources?: { requests?: { [name: string]: number | string } };
        storageClassName?: string;
      };
      volume?: {
        nfs?: { path: string; readOnly?: boolean; server: string };
        persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
      };
    };
    restoreJob?: {
      args?: string[];
      metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
      nodeSelector?: { [name: string]: string };
      resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
      tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
    };
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
  maxScaleRef?: { name?: string; namespace?: string };
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { key: string; name?: string } } }[];
  resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
  affinity?: { antiAffinityEnabled?: boolean };
  nodeSelector?: { [name: string]: string };
  tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
  topologySpreadConstraints?: {
    labelSelector?: { matchLabels?: { [name: string]: string } };
    maxSkew: number;
    topologyKey: string;
    whenUnsatisfiable: string;
  }[];
  priorityClassName?: string;
  podSecurityContext?: {
    fsGroup?: number;
    fsGroupChangePolicy?: string;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    runAsUser?: number;
    seccompProfile?: { type: string };
    supplementalGroups?: number[];
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
  serviceAccountName?: string;
  livenessProbe?: {
    initialDelaySeconds?: number;
    periodSeconds?: number;
    timeoutSeconds?: number;
    successThreshold?: number;
    failureThreshold?: number;
  };
  readinessProbe?: {
    initialDelaySeconds?: number;
    periodSeconds?: number;
    timeoutSeconds?: number;
    successThreshold?: number;
    failureThreshold?: number;
  };
  startupProbe?: {
    initialDelaySeconds?: number;
    periodSeconds?: number;
    timeoutSeconds?: number;
    successThreshold?: number;
    failureThreshold?: number;
  };
  podDisruptionBudget?: { maxUnavailable?: number | string; minAvailable?: number | string };
  updateStrategy?: {
    autoUpdateDataPlane?: boolean;
    rollingUpdate?: { maxUnavailable?: number | string; partition?: number };
    type?: 'ReplicasFirstPrimaryLast' | 'RollingUpdate' | 'OnDelete' | 'Never';
  };
  suspend?: boolean;
  podMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
  inheritMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
  service?: {
    type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
    metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
    loadBalancerIP?: string;
  };
  primaryService?: {
    type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
    metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
    loadBalancerIP?: string;
  };
  secondaryService?: {
    type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
    metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
    loadBalancerIP?: string;
  };
  servicePorts?: { name: string; port: number }[];
  metrics?: {
    enabled?: boolean;
    username?: string;
    passwordSecretKeyRef?: { generate?: boolean; key: string; name?: string };
    serviceMonitor?: { interval?: string; jobLabel?: string; prometheusRelease?: string; scrapeTimeout?: string };
    exporter?: {
      image?: string;
      resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
      nodeSelector?: { [name: string]: string };
      tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
      podSecurityContext?: {
        fsGroup?: number;
        fsGroupChangePolicy?: string;
        runAsGroup?: number;
        runAsNonRoot?: boolean;
        runAsUser?: number;
        seccompProfile?: { type: string };
        supplementalGroups?: number[];
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
      podMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
    };
  };
}

export interface Backup {
  apiVersion: 'k8s.mariadb.com/v1alpha1';
  kind: 'Backup';
  metadata?: ObjectMeta;
  spec?: BackupSpec;
}

export interface BackupSpec {
  mariaDbRef: { name?: string; waitForIt?: boolean };
  schedule?: { cron: string; suspend?: boolean };
  compression?: 'none' | 'bzip2' | 'gzip';
  maxRetention?: string;
  successfulJobsHistoryLimit?: number;
  stagingStorage?: {
    persistentVolumeClaim?: {
      accessModes?: string[];
      resources?: { requests?: { [name: string]: number | string } };
      storageClassName?: string;
    };
    volume?: {
      nfs?: { path: string; readOnly?: boolean; server: string };
      persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
    };
  };
  storage: {
    s3?: {
      bucket: string;
      endpoint: string;
      region?: string;
      prefix?: string;
      accessKeyIdSecretKeyRef?: { key: string; name?: string };
      secretAccessKeySecretKeyRef?: { key: string; name?: string };
      tls?: { caSecretKeyRef?: { key: string; name?: string }; enabled?: boolean };
    };
    persistentVolumeClaim?: {
      accessModes?: string[];
      resources?: { requests?: { [name: string]: number | string } };
      storageClassName?: string;
    };
    volume?: {
      nfs?: { path: string; readOnly?: boolean; server: string };
      persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
    };
  };
  databases?: string[];
  ignoreGlobalPriv?: boolean;
  nodeSelector?: { [name: string]: string };
  args?: string[];
  resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
  tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
  imagePullSecrets?: { name?: string }[];
  backoffLimit?: number;
  logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'dpanic' | 'panic' | 'fatal';
  podSecurityContext?: {
    fsGroup?: number;
    fsGroupChangePolicy?: string;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    runAsUser?: number;
    seccompProfile?: { type: string };
    supplementalGroups?: number[];
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
  podMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
  inheritMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
}

export interface PhysicalBackup {
  apiVersion: 'k8s.mariadb.com/v1alpha1';
  kind: 'PhysicalBackup';
  metadata?: ObjectMeta;
  spec?: PhysicalBackupSpec;
}

export interface PhysicalBackupSpec {
  mariaDbRef: { name?: string; waitForIt?: boolean };
  schedule?: { cron?: string; immediate?: boolean; suspend?: boolean };
  compression?: 'none' | 'bzip2' | 'gzip';
  maxRetention?: string;
  successfulJobsHistoryLimit?: number;
  stagingStorage?: {
    persistentVolumeClaim?: {
      accessModes?: string[];
      resources?: { requests?: { [name: string]: number | string } };
      storageClassName?: string;
    };
    volume?: {
      nfs?: { path: string; readOnly?: boolean; server: string };
      persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
    };
  };
  storage: {
    s3?: {
      bucket: string;
      endpoint: string;
      region?: string;
      prefix?: string;
      accessKeyIdSecretKeyRef?: { key: string; name?: string };
      secretAccessKeySecretKeyRef?: { key: string; name?: string };
      tls?: { caSecretKeyRef?: { key: string; name?: string }; enabled?: boolean };
    };
    persistentVolumeClaim?: {
      accessModes?: string[];
      resources?: { requests?: { [name: string]: number | string } };
      storageClassName?: string;
    };
    volume?: {
      nfs?: { path: string; readOnly?: boolean; server: string };
      persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
    };
    volumeSnapshot?: {
      metadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
      volumeSnapshotClassName: string;
    };
  };
  target?: 'Replica' | 'PreferReplica';
  timeout?: string;
  podAffinity?: boolean;
  args?: string[];
  resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
  tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
  imagePullSecrets?: { name?: string }[];
  backoffLimit?: number;
  logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'dpanic' | 'panic' | 'fatal';
  podSecurityContext?: {
    fsGroup?: number;
    fsGroupChangePolicy?: string;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    runAsUser?: number;
    seccompProfile?: { type: string };
    supplementalGroups?: number[];
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
  podMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
  inheritMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
}

export interface Restore {
  apiVersion: 'k8s.mariadb.com/v1alpha1';
  kind: 'Restore';
  metadata?: ObjectMeta;
  spec?: RestoreSpec;
}

export interface RestoreSpec {
  mariaDbRef: { name?: string; waitForIt?: boolean };
  backupRef?: { name?: string };
  s3?: {
    bucket: string;
    endpoint: string;
    region?: string;
    prefix?: string;
    accessKeyIdSecretKeyRef?: { key: string; name?: string };
    secretAccessKeySecretKeyRef?: { key: string; name?: string };
    tls?: { caSecretKeyRef?: { key: string; name?: string }; enabled?: boolean };
  };
  volume?: {
    nfs?: { path: string; readOnly?: boolean; server: string };
    persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
  };
  targetRecoveryTime?: string;
  database?: string;
  stagingStorage?: {
    persistentVolumeClaim?: {
      accessModes?: string[];
      resources?: { requests?: { [name: string]: number | string } };
      storageClassName?: string;
    };
    volume?: {
      nfs?: { path: string; readOnly?: boolean; server: string };
      persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
    };
  };
  nodeSelector?: { [name: string]: string };
  args?: string[];
  resources?: { limits?: { [name: string]: number | string }; requests?: { [name: string]: number | string } };
  tolerations?: { effect?: string; key?: string; operator?: string; tolerationSeconds?: number; value?: string }[];
  imagePullSecrets?: { name?: string }[];
  backoffLimit?: number;
  logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'dpanic' | 'panic' | 'fatal';
  podSecurityContext?: {
    fsGroup?: number;
    fsGroupChangePolicy?: string;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    runAsUser?: number;
    seccompProfile?: { type: string };
    supplementalGroups?: number[];
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
  podMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
  inheritMetadata?: { annotations?: { [name: string]: string }; labels?: { [name: string]: string } };
}
