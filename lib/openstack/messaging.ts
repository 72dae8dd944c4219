import { Construct } from 'constructs';
import { inUrl } from '../config/holes';
import type { IniSections } from '../config/ini-file';
import { clientLabel } from '../kubernetes/labels';
import { EgressRule } from '../kubernetes/network-policy';
import { named } from '../values/named';
import { Value, all, choose, each, isSet, times, when } from '../values/value';
import { ServiceConnection, requireAddress, tlsPart } from './connection';
import { global } from './global';
import { egressToAddresses, egressToChart } from './network';
import { PodPart } from './pod';
import { Service } from './service';

const { messaging } = global;
const external = messaging.provider.is('external');
const operator = messaging.provider.is('operator');

const TLS = '/run/kolla/tls/messaging';

export interface MessagingProps {
  /** The broker is used only if this holds. Default: always. */
  readonly test?: Value<boolean>;
}

/** The RabbitMQ brokers that services send messages and notifications through. */
export class Messaging extends Construct implements ServiceConnection {
  readonly description = 'message broker';
  readonly clientLabels = clientLabel('rabbitmq');
  readonly parts: readonly PodPart[];
  readonly test?: Value<boolean>;
  /** What oslo.messaging connects to: each broker by its own name. Holds the password, as holes in a config file. */
  readonly url: string;
  private readonly password: Value<string>;

  constructor(scope: Service, id: string, { test }: MessagingProps = {}) {
    super(scope, id);
    if (test) this.test = test;
    const password = scope.password('rabbitmq_password', test);
    requireAddress(scope, {
      path: ['global', 'messaging', 'hosts'],
      given: isSet(messaging.hosts),
      external,
      what: 'are the addresses of external brokers',
      ...(test && { test }),
    });
    this.password = password;
    const ours = times(
      messaging.replicas,
      (i) =>
        this.broker(
          `${choose(operator, 'rabbitmq-server', 'rabbitmq')}-${i}.${choose(operator, 'rabbitmq-nodes', 'rabbitmq')}`,
        ),
      ',',
    );
    this.url = `${named('messaging.url', `${when(external, this.urlAt(messaging.hosts), `rabbit://${ours}//`)}`)}`;
    const enabled = test ? all(test, messaging.tls.enabled) : messaging.tls.enabled;
    this.parts = [tlsPart({ name: 'messaging-tls', path: TLS, values: { ...messaging.tls, enabled } })];
  }

  /** The URL of other brokers, with the same user and password. In a text it needs a name of its own: `named`. */
  urlAt(hosts: Value<string[]>, port: Value<number> = messaging.port): string {
    return `rabbit://${each(hosts, (name) => this.broker(`${name}`, port), ',')}//`;
  }

  private broker(name: string, port: Value<number> = messaging.port): string {
    return `${messaging.user}:${inUrl(this.password)}@${name}:${port}`;
  }

  /** To the brokers that we run, or to the user's. */
  get egress(): EgressRule {
    return when(
      external,
      egressToAddresses(messaging.cidrs, messaging.port),
      egressToChart('rabbitmq', messaging.port),
    );
  }

  /** Options of `[oslo_messaging_rabbit]` by which queues survive the loss of a broker. */
  get options(): IniSections[string] {
    const option = (value: string | number | boolean) => (this.test ? when(this.test, value) : value);
    const tls = this.test ? all(this.test, messaging.tls.enabled) : messaging.tls.enabled;
    return {
      rabbit_quorum_queue: option(true),
      rabbit_transient_quorum_queue: option(true),
      rabbit_stream_fanout: option(true),
      rabbit_qos_prefetch_count: option(50),
      use_queue_manager: option(true),
      ssl: when(tls, true),
      ssl_ca_file: when(tls, `${TLS}/ca.crt`),
    };
  }
}
