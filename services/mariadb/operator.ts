import type { MariaDB } from '../../lib/kubernetes/crds/mariadb';
import { IniFile } from '../../lib/config';
import { KubeObject } from '../../lib/kubernetes';
import { Service } from '../../lib/openstack';
import { each, isSet, not, when } from '../../lib/values';
import type { Value } from '../../lib/values';
import { mariadbValues } from './values';

/** The user of the operator's own images (source: the MariaDB operator's defaults). */
const UID = 999;

/** What `restricted` asks of a container; the type of the operator has no seccomp profile, the pod's holds for all. */
const security = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/** Hands the server over to the MariaDB operator: a MariaDB object, with the operator's own images. */
export function addMariaDB(mariadb: Service<typeof mariadbValues>): void {
  const { values, global } = mariadb;
  const { replicas, port, tls } = global.database;
  const { server, operator } = values;
  const path = ['backup', 'enabled'];
  mariadb.require(
    not(values.backup.enabled),
    path,
    'is for our own server: give the operator a PhysicalBackup object of yours',
  );
  const unused = [
    { given: isSet(values.files['my.cnf']), path: ['files', 'my.cnf'] },
    { given: isSet(server.extraEnv), path: ['server', 'extraEnv'] },
  ];
  for (const { given, path: where } of unused) {
    mariadb.require(not(given), where, "is for our own server: the operator's has a configuration of its own");
  }
  const conf = new IniFile(mariadb, 'operator.cnf', {
    path: '/etc/mysql/conf.d/operator.cnf',
    overrides: values.conf['my.cnf'],
    sections: {
      mariadb: {
        character_set_server: 'utf8mb3',
        collation_server: 'utf8mb3_general_ci',
        max_allowed_packet: '64M',
      },
    },
  });
  const certificate = { name: tls.secretName };
  const helper = when(isSet(operator.image), { image: operator.image, securityContext: security });
  new KubeObject<MariaDB>(mariadb, 'mariadb', {
    apiVersion: 'k8s.mariadb.com/v1alpha1',
    kind: 'MariaDB',
    metadata: mariadb.metadata('server', 'mariadb'),
    spec: {
      rootPasswordSecretKeyRef: { name: mariadb.secretName, key: 'database_password' },
      imagePullPolicy: when(isSet(global.imagePullPolicy), global.imagePullPolicy as Value<'Always'>),
      imagePullSecrets: [each(global.imagePullSecrets, (name) => ({ name }))],
      podMetadata: { annotations: server.annotations },
      port,
      replicas,
      galera: when(replicas.is(3), {
        enabled: true,
        agent: helper,
        initContainer: helper,
      }),
      storage: {
        size: server.storage.size,
        storageClassName: when(isSet(server.storage.storageClass), server.storage.storageClass),
      },
      myCnfConfigMapKeyRef: { name: conf.configMap, key: conf.name },
      tls: {
        enabled: tls.enabled,
        required: when(tls.enabled, true),
        serverCertSecretRef: when(tls.enabled, certificate),
        serverCASecretRef: when(tls.enabled, certificate),
      },
      resources: server.resources,
      nodeSelector: when(isSet(server.nodeSelector), server.nodeSelector, global.nodeRoles.control),
      tolerations: server.tolerations,
      podSecurityContext: {
        runAsNonRoot: true,
        runAsUser: UID,
        runAsGroup: UID,
        fsGroup: UID,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      securityContext: security,
    },
  });
}
