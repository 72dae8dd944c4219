import type { Service as KubeService } from 'kubernetes-types/core/v1';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { TextFile } from '../../lib/config';
import { KubeObject } from '../../lib/kubernetes';
import {
  Operation,
  PROGRAMS,
  ServerComponent,
  Service,
  SmokeTest,
  clientLabel,
  egressToComponent,
  ingressFromClients,
  ingressFromComponent,
  ingressFromNodes,
  ingressFromUsers,
  programs,
  tlsPart,
} from '../../lib/openstack';
import { choose, not, when } from '../../lib/values';
import { MANAGEMENT, METRICS, TLS, addConf, addDefinitions, addErlang } from './config';
import { addOperated } from './operator';
import { rabbitmqValues } from './values';

/** Erlang's ports, as RabbitMQ uses them, and that of our program on each member. */
const PORTS = { epmd: 4369, distribution: 25672, state: 25673 };
const MEMBERS = { description: 'members', egress: egressToComponent('rabbitmq', 'server', ...Object.values(PORTS)) };
/** Seconds that a member has to hand over what it leads, and to stop. */
const STOP_SECONDS = 120;
const script = (name: string) => join(__dirname, 'scripts', name);

/** The message broker of all services: one member, or three of which two go on without the third. */
export class Rabbitmq extends Service<typeof rabbitmqValues> {
  constructor(scope: Construct) {
    super(scope, rabbitmqValues, {
      description: 'RabbitMQ: the message broker of OpenStack services',
      home: 'https://www.rabbitmq.com',
      sources: ['https://github.com/rabbitmq/rabbitmq-server', 'https://opendev.org/openstack/kolla'],
    });
    const { provider } = this.global.messaging;
    this.thereIf(not(provider.is('external')));
    this.partIf(provider.is('kolla'), () => {
      const erlang = addErlang(this);
      const definitions = addDefinitions(this);
      this.addMembers(erlang, definitions);
      this.addManagement();
      // Away with all queues; away with users who are not in the definitions any more.
      this.addOperation('reset', erlang, []);
      this.addOperation('drop-users', erlang, [definitions]);
      // Away with the way back to the release before.
      this.addOperation('enable-feature-flags', erlang, []);
      this.addSmokeTest();
    });
    this.partIf(provider.is('operator'), () => addOperated(this));
  }

  /** How each of them starts and stops: `scripts/rabbitmq_node.py` has the rules. */
  private addMembers(erlang: ReturnType<typeof addErlang>, definitions: TextFile): void {
    const { values, global } = this;
    const { port, replicas, tls } = global.messaging;
    const { schedulers, diskFreePercent, storage } = values.server;
    const plugins = new TextFile(this, 'enabled-plugins', {
      path: '/etc/rabbitmq/enabled_plugins',
      template: { text: `[${when(values.management.enabled, 'rabbitmq_management,')}rabbitmq_prometheus].\n` },
    });
    // As Kolla-Ansible's, and what the memory limit is, of which a part is RabbitMQ's.
    const erlangArguments =
      `+S ${schedulers}:${schedulers} +sbwt none +sbwtdcpu none +sbwtdio none ` +
      `-rabbit total_memory_available_override_value $(MEMORY_LIMIT)${erlang.distribution}`;
    const own = Object.values(PORTS);
    new ServerComponent(this, 'server', {
      image: 'rabbitmq',
      user: 'rabbitmq',
      command: ['python3', `${PROGRAMS}/rabbitmq_node.py`],
      values: values.server,
      replicas,
      peers: true,
      ports: { amqp: port, prometheus: METRICS, ...PORTS },
      // In the container's environment, so that `kubectl exec … rabbitmqctl` knows them too.
      env: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'MEMORY_LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
        { name: 'MEMBERS', value: `${replicas}` },
        { name: 'AMQP_PORT', value: `${port}` },
        { name: 'DISK_FREE_PERCENT', value: `${diskFreePercent}` },
        { name: 'VOLUME_SIZE', value: `${storage.size}` },
        { name: 'STOP_SECONDS', value: `${STOP_SECONDS}` },
        // Short, and the same in all namespaces and clusters: pods find it through their DNS search list.
        { name: 'RABBITMQ_NODENAME', value: 'rabbit@$(POD_NAME).rabbitmq' },
        { name: 'RABBITMQ_DIST_PORT', value: `${PORTS.distribution}` },
        { name: 'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS', value: erlangArguments },
        ...erlang.env,
      ],
      files: [...erlang.files, addConf(this), plugins, definitions],
      parts: [
        programs(this, ['broker.py', 'rabbitmq_node.py'].map(script)),
        tlsPart({ name: 'tls', path: TLS, values: tls, keys: ['ca.crt', 'tls.crt', 'tls.key'] }),
      ],
      storage: { path: '/var/lib/rabbitmq/mnesia', values: storage },
      apart: values.server.spread.is('required'),
      connectsTo: [MEMBERS],
      // No liveness: a member that waits for others is as it should be.
      probes: { readinessProbe: { httpGet: { path: '/ready', port: 'state' }, periodSeconds: 5, timeoutSeconds: 5 } },
      stopSeconds: STOP_SECONDS,
      ingress: [
        ingressFromClients('rabbitmq', port),
        ingressFromNodes(port),
        ...['server', 'reset', 'drop-users', 'enable-feature-flags'].map((name) =>
          ingressFromComponent('rabbitmq', name, ...own),
        ),
        ingressFromComponent('rabbitmq', 'smoke-test', PORTS.state),
        ingressFromUsers(METRICS),
        when(values.management.enabled, ingressFromUsers(MANAGEMENT)),
      ],
    });
  }

  /** Where people look at it. */
  private addManagement(): void {
    this.partIf(this.values.management.enabled, () => {
      new KubeObject<KubeService>(this, 'management', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: this.metadata('server', 'rabbitmq-management'),
        spec: {
          selector: { 'app.kubernetes.io/name': 'rabbitmq', 'app.kubernetes.io/component': 'server' },
          ports: [{ name: 'http', port: MANAGEMENT, targetPort: MANAGEMENT }],
        },
      });
    });
  }

  private addSmokeTest(): void {
    const { port, replicas, tls } = this.global.messaging;
    new SmokeTest(this, 'smoke-test', {
      image: 'rabbitmq',
      user: 'rabbitmq',
      placement: this.values.operations,
      program: script('rabbitmq_smoke.py'),
      env: { MEMBERS: `${replicas}`, PORT: `${port}`, CA: `${choose(tls.enabled, `${TLS}/ca.crt`, '')}` },
      parts: [tlsPart({ name: 'tls', path: TLS, values: tls })],
      connectsTo: [
        {
          description: 'members',
          egress: egressToComponent('rabbitmq', 'server', port, PORTS.state),
          clientLabels: clientLabel('rabbitmq'),
        },
      ],
    });
  }

  private addOperation(name: string, { env, files }: ReturnType<typeof addErlang>, more: readonly TextFile[]): void {
    const { messaging } = this.global;
    new Operation(this, name, {
      image: 'rabbitmq',
      user: 'rabbitmq',
      values: this.values.operations,
      programs: ['broker.py', 'rabbitmq_operations.py'].map(script),
      files: [...files, ...more],
      parts: [tlsPart({ name: 'tls', path: TLS, values: messaging.tls })],
      connectsTo: [MEMBERS],
      steps: {
        [name]: {
          command: ['python3', '/run/kolla/source/rabbitmq_operations.py', name],
          env: [{ name: 'MEMBERS', value: `${messaging.replicas}` }, ...env],
        },
      },
    });
  }
}
