import { join } from 'node:path';
import { TextFile } from '../../lib/config';
import { Service } from '../../lib/openstack';
import { choose, eachEntry, isSet, not, times, when } from '../../lib/values';
import type { Value } from '../../lib/values';
import { rabbitmqValues } from './values';

type Rabbitmq = Service<typeof rabbitmqValues>;

/** Ports of HTTP (source: Kolla-Ansible's, which are RabbitMQ's own). */
export const METRICS = 15692;
export const MANAGEMENT = 15672;
/** Where certificates are in the pods. */
export const TLS = '/run/kolla/tls/rabbitmq';

/** A user of Kolla-Ansible's, who looks at what the management API shows. */
const MONITORING = 'openstack-monitoring';

const template = (name: string) => ({ file: join(__dirname, 'config', `${name}.ejs`) });

/** The server's own options, and the user's after them. */
export function addConf(scope: Rabbitmq): TextFile {
  const { values, global } = scope;
  const { port, replicas, tls } = global.messaging;
  const pem = (of: string) => `${of}.certfile = ${TLS}/tls.crt\n${of}.keyfile = ${TLS}/tls.key\n`;
  const encrypted = `listeners.tcp = none\nlisteners.ssl.default = ${port}\n${pem('ssl_options')}`;
  return new TextFile(scope, 'rabbitmq.conf', {
    path: '/etc/rabbitmq/rabbitmq.conf',
    replacement: values.files['rabbitmq.conf'],
    template: template('rabbitmq.conf'),
    data: {
      replicas,
      listeners: when(tls.enabled, encrypted, `listeners.tcp.default = ${port}\n`),
      members: times(
        replicas,
        (i) => `cluster_formation.classic_config.nodes.member${i} = rabbit@rabbitmq-${i}.rabbitmq\n`,
      ),
      metricsPort: METRICS,
      management: when(
        values.management.enabled,
        choose(
          tls.enabled,
          `management.ssl.port = ${MANAGEMENT}\n${pem('management.ssl')}`,
          `management.tcp.port = ${MANAGEMENT}\n`,
        ),
      ),
      overrides: eachEntry(values.conf['rabbitmq.conf'], (key, value) => `${key} = ${value}\n`),
    },
  });
}

/** Users, their rights and policies, as Kolla-Ansible 2026.1 has them, and during a rotation a second user. */
export function addDefinitions(scope: Rabbitmq): TextFile {
  const { values, global } = scope;
  const monitored = values.management.enabled;
  const twice = isSet(values.secondUser);
  const user = (name: string, password: Value<string>, tags: string) =>
    `{"name": "${name}", "password": "${password}", "tags": "${tags}"}`;
  const permission = (name: string, rights: string) => `{"user": "${name}", "vhost": "/", ${rights}}`;
  const everything = '"configure": ".*", "write": ".*", "read": ".*"';
  const reading = '"configure": "^$", "write": "^$", "read": ".*"';
  const second = `${values.secondUser}`;
  scope.require(
    not(values.secondUser.or('').is(global.messaging.user)),
    ['secondUser'],
    'is another user than global.messaging.user, whose password would not be known otherwise',
  );
  const separated = (first: string, ours: string, monitoring: string) =>
    `${first}${when(twice, `,\n    ${ours}`)}${when(monitored, `,\n    ${monitoring}`)}`;
  return new TextFile(scope, 'definitions.json', {
    path: '/etc/rabbitmq/definitions.json',
    quoting: 'json',
    template: template('definitions.json'),
    data: {
      users: separated(
        user(`${global.messaging.user}`, scope.password('rabbitmq_password'), 'administrator'),
        user(second, scope.password('rabbitmq_second_password', twice), 'administrator'),
        user(MONITORING, scope.password('rabbitmq_monitoring_password', monitored), 'monitoring'),
      ),
      permissions: separated(
        permission(`${global.messaging.user}`, everything),
        permission(second, everything),
        permission(MONITORING, reading),
      ),
    },
  });
}

/** What Erlang's own connections need, between members and from `rabbitmqctl`: a cookie and, with TLS, its options. */
export function addErlang(scope: Rabbitmq) {
  const { tls } = scope.global.messaging;
  const cookie = new TextFile(scope, 'erlang.cookie', {
    path: '/var/lib/rabbitmq/.erlang.cookie',
    // Erlang refuses one that others may read.
    mode: '0400',
    template: { text: `${scope.password('rabbitmq_cluster_cookie')}\n` },
  });
  const options = new TextFile(scope, 'inter-node-tls.config', {
    path: '/etc/rabbitmq/inter-node-tls.config',
    test: tls.enabled,
    template: template('inter-node-tls.config'),
    data: { folder: TLS },
  });
  const distribution = `-proto_dist inet_tls -ssl_dist_optfile ${options.path}`;
  return {
    files: [cookie, options],
    /** Arguments of Erlang, after others. */
    distribution: when(tls.enabled, ` ${distribution}`),
    env: [
      { name: 'RABBITMQ_USE_LONGNAME', value: 'true' },
      when(tls.enabled, { name: 'RABBITMQ_CTL_ERL_ARGS', value: distribution }),
    ],
  };
}
