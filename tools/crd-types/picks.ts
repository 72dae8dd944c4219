const POD_SECURITY = 'fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seccompProfile { type }';
const SECURITY = `securityContext {
  allowPrivilegeEscalation capabilities privileged readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser
}`;
const CONTAINER = `name image env { name value } resources { limits requests } ${SECURITY}`;

/** Of the MariaDB operator's objects, what the mariadb chart sets. Names stand as `picksOf` in generate.ts reads them. */
export const MARIADB = {
  mariadbs: `spec {
    image imagePullPolicy imagePullSecrets podMetadata
    rootPasswordSecretKeyRef port myCnf myCnfConfigMapKeyRef
    replicas
    galera {
      enabled sst primary
      agent { image imagePullPolicy resources ${SECURITY} }
      initContainer { image imagePullPolicy resources ${SECURITY} }
    }
    storage { size storageClassName pvcRetentionPolicy }
    tls
    resources affinity { antiAffinityEnabled } nodeSelector tolerations priorityClassName
    podSecurityContext { ${POD_SECURITY} } ${SECURITY}
    podDisruptionBudget updateStrategy
  }`,
};

/** The same of the RabbitMQ cluster operator's, and the rabbitmq chart. */
export const RABBITMQ = {
  rabbitmqclusters: `spec {
    image imagePullSecrets replicas
    rabbitmq persistence tls tolerations
    secretBackend { externalSecret }
    resources { limits requests }
    terminationGracePeriodSeconds
    override {
      statefulSet {
        spec {
          template {
            metadata { annotations labels }
            spec {
              nodeSelector priorityClassName securityContext { ${POD_SECURITY} }
              containers { ${CONTAINER} } initContainers { ${CONTAINER} }
            }
          }
        }
      }
    }
  }`,
};

/** Of the Gateway API, what leads to an API. */
export const GATEWAY = {
  httproutes:
    'spec { parentRefs { name namespace sectionName } hostnames rules { backendRefs { name port } timeouts { request } } }',
};
