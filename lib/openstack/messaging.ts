import { Construct } from 'constructs';
import { inUrl } from '../config/holes';
import type { IniSections } from '../config/ini-file';
import { Connection } from '../kubernetes/network-policy';
import { Value, any, isSet, not, when } from '../values/value';
import { global } from './global';
import { egressToAddresses } from './network';
import { Service } from './service';

export interface MessagingProps {
  /** The broker is used only if this holds. Default: always. */
  readonly test?: Value<boolean>;
}

/** The RabbitMQ server that services send messages and notifications through. */
export class Messaging extends Construct implements Connection {
  readonly description = 'message broker';
  readonly egress = egressToAddresses(global.messaging.cidrs, global.messaging.port);
  readonly test?: Value<boolean>;
  /** What oslo.messaging connects to. Holds the password, as a hole in a config file. */
  readonly url: string;

  constructor(scope: Service, id: string, { test }: MessagingProps = {}) {
    super(scope, id);
    if (test) this.test = test;
    const { host, port, user } = global.messaging;
    const password = scope.password('rabbitmq_password', test);
    const known = isSet(host);
    const needed = test ? any(known, not(test)) : known;
    scope.require(needed, ['global', 'messaging', 'host'], 'is required: the address of the RabbitMQ server');
    this.url = `rabbit://${user}:${inUrl(password)}@${host.or('')}:${port}//`;
  }

  /** Options of `[oslo_messaging_rabbit]` by which queues survive the loss of a broker. */
  get options(): IniSections[string] {
    const option = (value: string | number | boolean) => (this.test ? when(this.test, value) : value);
    return {
      rabbit_quorum_queue: option(true),
      rabbit_transient_quorum_queue: option(true),
      rabbit_stream_fanout: option(true),
      rabbit_qos_prefetch_count: option(50),
      use_queue_manager: option(true),
    };
  }
}
