import type { Secret } from 'kubernetes-types/core/v1';
import { KubeObject } from '../../lib/kubernetes';
import type { RabbitmqCluster } from '../../lib/kubernetes/crds/rabbitmq';
import { Service } from '../../lib/openstack';
import { all, base64, eachEntry, isSet, named, not, onlyIf, when } from '../../lib/values';
import { rabbitmqValues } from './values';

/** Where the operator finds the first user, in its own form. */
const USER_SECRET = 'rabbitmq-default-user';

/** What `restricted` asks of a container; the operator's older versions leave it out. */
const security = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/**
 * The broker by the RabbitMQ cluster operator: one object of its kind, and the user whom our services log in as. Its
 * pods are `rabbitmq-server-0.rabbitmq-nodes`, with the image that the operator chooses, for it relies on its paths.
 */
export function addOperated(scope: Service<typeof rabbitmqValues>): void {
  const { values, global } = scope;
  const { replicas, port, user, tls } = global.messaging;
  const { server } = values;
  const password = scope.password('rabbitmq_password');
  const conf = named(
    'operator.conf',
    `listeners.${when(tls.enabled, 'ssl', 'tcp')}.default = ${port}\n` +
      'cluster_partition_handling = pause_minority\n' +
      'vm_memory_high_watermark.relative = 0.6\n' +
      'quorum_queue.continuous_membership_reconciliation.enabled = true\n' +
      `quorum_queue.continuous_membership_reconciliation.target_group_size = ${replicas}\n` +
      `${eachEntry(values.conf['rabbitmq.conf'], (key, value) => `${key} = ${value}\n`)}# The end.\n`,
  );
  const userSecret = new KubeObject<Secret>(scope, 'default-user', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: scope.metadata('passwords', USER_SECRET),
    type: 'Opaque',
    data: {
      username: base64(`${user}`),
      password: base64(password),
      'default_user.conf': base64(`default_user = ${user}\ndefault_pass = ${password}\n`),
      // What the operator's bindings ask for.
      host: base64('rabbitmq'),
      port: base64(`${port}`),
    },
  });
  onlyIf(userSecret, all(isSet(password), not(isSet(global.passwords.existingSecret))));
  new KubeObject<RabbitmqCluster>(scope, 'cluster', {
    apiVersion: 'rabbitmq.com/v1beta1',
    kind: 'RabbitmqCluster',
    metadata: scope.metadata('server', 'rabbitmq'),
    spec: {
      replicas,
      secretBackend: { externalSecret: { name: USER_SECRET } },
      persistence: {
        storage: server.storage.size,
        storageClassName: when(isSet(server.storage.storageClass), server.storage.storageClass),
      },
      resources: server.resources,
      tolerations: server.tolerations,
      rabbitmq: {
        additionalConfig: `${conf}`,
      },
      tls: when(tls.enabled, {
        secretName: tls.secretName,
        disableNonTLSListeners: true,
      }),
      override: {
        statefulSet: {
          spec: {
            template: {
              spec: {
                nodeSelector: when(isSet(server.nodeSelector), server.nodeSelector, global.nodeRoles.control),
                securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
                containers: [{ name: 'rabbitmq', securityContext: security }],
                initContainers: [{ name: 'setup-container', securityContext: security }],
              },
            },
          },
        },
      },
    },
  });
}
