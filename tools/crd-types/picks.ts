const PROBE = '{ initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold }';
const POD_SECURITY = `podSecurityContext {
  fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seccompProfile { type } supplementalGroups
}`;
const SECURITY = `securityContext {
  allowPrivilegeEscalation capabilities privileged readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser
}`;
const SPREAD = 'topologySpreadConstraints { labelSelector { matchLabels } maxSkew topologyKey whenUnsatisfiable }';
const CLAIM = '{ accessModes resources { requests } storageClassName }';
const VOLUME = 'volume { nfs persistentVolumeClaim }';
const STAGING = `stagingStorage { persistentVolumeClaim ${CLAIM} ${VOLUME} }`;
const S3 = `s3 {
  bucket endpoint region prefix accessKeyIdSecretKeyRef secretAccessKeySecretKeyRef tls
}`;
const SERVICE = '{ type metadata loadBalancerIP }';
const JOB = `
  args resources tolerations imagePullSecrets backoffLimit logLevel
  ${POD_SECURITY} ${SECURITY} podMetadata inheritMetadata`;
const BACKUP = `mariaDbRef { name waitForIt } schedule compression maxRetention successfulJobsHistoryLimit ${STAGING}`;

/** Of the MariaDB operator's objects, what a chart may set. Names stand as `picksOf` in generate.ts reads them. */
export const MARIADB = {
  mariadbs: `spec {
    image imagePullPolicy imagePullSecrets
    rootPasswordSecretKeyRef port myCnf myCnfConfigMapKeyRef timeZone
    replicas
    galera {
      enabled sst availableWhenDonor replicaThreads providerOptions galeraLibPath
      primary
      recovery { enabled minClusterSize job { metadata resources } }
      agent { image imagePullPolicy gracefulShutdownTimeout basicAuth kubernetesAuth resources ${SECURITY} }
      initContainer { image imagePullPolicy resources ${SECURITY} }
      initJob
      config { reuseStorageVolume volumeClaimTemplate ${CLAIM} }
    }
    storage {
      ephemeral size storageClassName resizeInUseVolumes waitForVolumeResize pvcRetentionPolicy
      volumeClaimTemplate ${CLAIM}
    }
    bootstrapFrom {
      backupRef ${S3} ${VOLUME} backupContentType targetRecoveryTime ${STAGING}
      restoreJob { args metadata nodeSelector resources tolerations }
    }
    tls maxScaleRef
    args env { name value valueFrom { secretKeyRef } }
    resources affinity { antiAffinityEnabled } nodeSelector tolerations ${SPREAD} priorityClassName
    ${POD_SECURITY} ${SECURITY} serviceAccountName
    livenessProbe ${PROBE} readinessProbe ${PROBE} startupProbe ${PROBE}
    podDisruptionBudget updateStrategy suspend podMetadata inheritMetadata
    service ${SERVICE} primaryService ${SERVICE} secondaryService ${SERVICE} servicePorts
    metrics {
      enabled username passwordSecretKeyRef serviceMonitor
      exporter { image resources nodeSelector tolerations ${POD_SECURITY} ${SECURITY} podMetadata }
    }
  }`,
  backups: `spec { ${BACKUP}
    storage { ${S3} persistentVolumeClaim ${CLAIM} ${VOLUME} }
    databases ignoreGlobalPriv nodeSelector ${JOB}
  }`,
  physicalbackups: `spec { ${BACKUP}
    storage { ${S3} persistentVolumeClaim ${CLAIM} ${VOLUME} volumeSnapshot }
    target timeout podAffinity ${JOB}
  }`,
  restores: `spec {
    mariaDbRef { name waitForIt } backupRef ${S3} ${VOLUME} targetRecoveryTime database ${STAGING}
    nodeSelector ${JOB}
  }`,
};

/** The same of the RabbitMQ cluster operator's. */
export const RABBITMQ = {
  rabbitmqclusters: `spec {
    image imagePullSecrets replicas
    rabbitmq persistence tls service tolerations
    secretBackend { externalSecret }
    resources { limits requests }
    affinity {
      nodeAffinity {
        requiredDuringSchedulingIgnoredDuringExecution { nodeSelectorTerms { matchExpressions } }
        preferredDuringSchedulingIgnoredDuringExecution { preference { matchExpressions } weight }
      }
      podAntiAffinity {
        requiredDuringSchedulingIgnoredDuringExecution { labelSelector { matchLabels } topologyKey }
        preferredDuringSchedulingIgnoredDuringExecution {
          podAffinityTerm { labelSelector { matchLabels } topologyKey } weight
        }
      }
    }
    delayStartSeconds terminationGracePeriodSeconds skipPostDeploySteps autoEnableAllFeatureFlags
    override {
      service { metadata spec { ports { name port targetPort protocol appProtocol } publishNotReadyAddresses } }
      statefulSet {
        metadata
        spec {
          podManagementPolicy
          persistentVolumeClaimRetentionPolicy
          template {
            metadata { annotations labels }
            spec {
              nodeSelector priorityClassName automountServiceAccountToken enableServiceLinks
              securityContext { fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seccompProfile { type } }
              containers {
                name image env { name value } resources { limits requests }
                securityContext {
                  allowPrivilegeEscalation capabilities privileged readOnlyRootFilesystem
                  runAsGroup runAsNonRoot runAsUser seccompProfile { type }
                }
                readinessProbe ${PROBE} volumeMounts { name mountPath subPath readOnly }
              }
              initContainers {
                name image resources { limits requests }
                securityContext {
                  allowPrivilegeEscalation capabilities privileged readOnlyRootFilesystem
                  runAsGroup runAsNonRoot runAsUser seccompProfile { type }
                }
              }
              ${SPREAD}
              volumes {
                name
                secret { secretName items { key path } } configMap { name items { key path } } emptyDir
              }
            }
          }
        }
      }
    }
  }`,
};
