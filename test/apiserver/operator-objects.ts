import type { Backup, MariaDB, PhysicalBackup } from '../../lib/kubernetes/crds/mariadb';
import type { RabbitmqCluster } from '../../lib/kubernetes/crds/rabbitmq';

const apiVersion = 'k8s.mariadb.com/v1alpha1';
const mariaDbRef = { name: 'mariadb' };
const noPrivileges = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

const mariadb = (): MariaDB => ({
  apiVersion,
  kind: 'MariaDB',
  metadata: { name: 'mariadb' },
  spec: {
    image: 'docker.io/library/mariadb:11.8.5',
    rootPasswordSecretKeyRef: { name: 'mariadb', key: 'database_password', generate: false },
    replicas: 3,
    galera: { enabled: true, sst: 'mariabackup', primary: { autoFailover: true }, recovery: { enabled: true } },
    storage: { size: '10Gi', storageClassName: 'fast', pvcRetentionPolicy: { whenDeleted: 'Retain' } },
    myCnf: '[mariadb]\nmax_connections = 1000\n',
    tls: { enabled: false },
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    affinity: { antiAffinityEnabled: true },
    nodeSelector: { 'openstack-control-plane': 'enabled' },
    tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
    podSecurityContext: {
      runAsNonRoot: true,
      runAsUser: 999,
      runAsGroup: 999,
      fsGroup: 999,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    securityContext: noPrivileges,
    podDisruptionBudget: { maxUnavailable: 1 },
    updateStrategy: { type: 'ReplicasFirstPrimaryLast' },
    metrics: { enabled: false },
  },
});

const rabbitmq = (): RabbitmqCluster => ({
  apiVersion: 'rabbitmq.com/v1beta1',
  kind: 'RabbitmqCluster',
  metadata: { name: 'rabbitmq' },
  spec: {
    replicas: 3,
    rabbitmq: { additionalConfig: 'vm_memory_high_watermark.relative = 0.6\n', additionalPlugins: ['rabbitmq_shovel'] },
    persistence: { storage: '10Gi', storageClassName: 'fast' },
    secretBackend: { externalSecret: { name: 'rabbitmq-default-user' } },
    tls: { secretName: 'rabbitmq-tls', caSecretName: 'rabbitmq-ca', disableNonTLSListeners: false },
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '1Gi' } },
    terminationGracePeriodSeconds: 600,
    override: {
      statefulSet: {
        spec: {
          template: {
            spec: {
              nodeSelector: { 'openstack-control-plane': 'enabled' },
              securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [{ name: 'rabbitmq', securityContext: noPrivileges }],
            },
          },
        },
      },
    },
  },
});

const s3 = {
  bucket: 'backups',
  endpoint: 's3.example.com',
  accessKeyIdSecretKeyRef: { name: 's3', key: 'access-key-id' },
  secretAccessKeySecretKeyRef: { name: 's3', key: 'secret-access-key' },
  tls: { enabled: true },
};

const backup = (): Backup => ({
  apiVersion,
  kind: 'Backup',
  metadata: { name: 'mariadb' },
  spec: { mariaDbRef, schedule: { cron: '0 1 * * *' }, maxRetention: '720h', storage: { s3 } },
});

const physicalBackup = (): PhysicalBackup => ({
  apiVersion,
  kind: 'PhysicalBackup',
  metadata: { name: 'mariadb' },
  spec: {
    mariaDbRef,
    schedule: { cron: '0 2 * * *' },
    target: 'PreferReplica',
    compression: 'gzip',
    storage: {
      persistentVolumeClaim: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
    },
  },
});

/** An object of each kind that charts may write for an operator, with what they would set, until they write their own. */
export const operatorObjects = (): [MariaDB, RabbitmqCluster, Backup, PhysicalBackup] => [
  mariadb(),
  rabbitmq(),
  backup(),
  physicalBackup(),
];
