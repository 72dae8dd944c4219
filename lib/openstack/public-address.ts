import { IngressRule } from '../kubernetes/network-policy';
import { named } from '../values/named';
import { Value, When, all, any, choose, isSet, not, when } from '../values/value';
import { global } from './global';
import { PublicValues } from './public-values';
import type { Service } from './service';

const { publicEndpoints: shared, networkPolicy } = global;

export interface PublicAddressProps {
  /** Its name below the domain, which no other endpoint has: `keystone`. */
  readonly name: string;
  readonly values: PublicValues;
  /** The port on which it is reached inside the cluster. */
  readonly port: Value<number> | number;
  /** Where it is inside the cluster. */
  readonly internalUrl: Value<string>;
  /** What leads to it where its own values say nothing. Default: `global.publicEndpoints.type`. */
  readonly type?: Value<string>;
  /** The endpoint is there only if this holds. Default: always. */
  readonly test?: Value<boolean> | undefined;
  /** What URLs begin with, without and with TLS. Default: `http` and `https`. */
  readonly schemes?: readonly [string, string];
}

/** Where users find an endpoint, as `global.publicEndpoints` and its own values say. It makes no object. */
export class PublicAddress {
  /** Without a slash at the end. */
  readonly url: Value<string>;
  /** `None`, `LoadBalancer`, `NodePort`, `Ingress` or `HTTPRoute`. */
  readonly type: Value<string>;
  /** The name or address in the URL. */
  readonly host: Value<string>;
  readonly https: Value<boolean>;
  /** A Service leads to it. */
  readonly isService: Value<boolean>;
  /** A controller leads to it, by its host. */
  readonly isRoute: Value<boolean>;
  readonly values: PublicValues;
  readonly port: Value<number> | number;
  private readonly test: Value<boolean> | undefined;

  /** @param id unique in the chart: names of templates begin with it */
  constructor(id: string, props: PublicAddressProps) {
    const { name, values, port, internalUrl, type = shared.type, test, schemes = ['http', 'https'] } = props;
    this.values = values;
    this.port = port;
    this.test = test;
    this.type = named(`${id}.public-type`, values.type.or(type as Value<'None'>));
    this.isService = any(this.type.is('LoadBalancer'), this.type.is('NodePort'));
    this.isRoute = any(this.type.is('Ingress'), this.type.is('HTTPRoute'));
    const below = choose(isSet(shared.domain), `${name}.${shared.domain}`, shared.host.or(''));
    this.host = named(`${id}.public-host`, values.host.or(below));
    const scheme = shared.scheme.or(choose(this.isRoute, 'https', 'http'));
    this.https = scheme.is('https');
    const ownPort = choose(this.isRoute, '', `:${choose(this.type.is('NodePort'), values.nodePort.or(0), port)}`);
    const end = choose(isSet(values.port), `:${values.port}`, ownPort);
    const url = `${choose(this.https, schemes[1], schemes[0])}://${this.host}${end}`;
    this.url = named(`${id}.public-url`, values.url.or(choose(this.type.is('None'), internalUrl, url)));
  }

  /**
   * Whom a network policy lets in besides those that the operator names: anybody, where a Service leads here and no
   * addresses are named.
   */
  get ingress(): When<IngressRule> {
    return when(all(this.isService, not(isSet(networkPolicy.clients.cidrs))), {
      ports: [{ protocol: 'TCP', port: this.port }],
    });
  }

  /** Refuses values from which no URL follows. For each chart that says where the endpoint is. */
  require(service: Service): void {
    const { values, isService, isRoute, type } = this;
    const hasName = any(isSet(values.host), isSet(shared.domain));
    this.requireOf(service, any(not(isRoute), hasName), {
      value: shared.domain,
      message:
        'is required for an Ingress or an HTTPRoute: APIs are names below it; cloud.example.org gives keystone.cloud.example.org',
    });
    this.requireOf(service, any(not(isService), hasName, isSet(shared.host), isSet(values.url)), {
      value: shared.host,
      message:
        "is required for a LoadBalancer or a NodePort without a 'domain': the address that users reach, such as 192.0.2.10",
    });
    this.requireOf(service, any(not(type.is('NodePort')), isSet(values.nodePort)), {
      value: values.nodePort,
      message:
        'is required for a NodePort, for the public URL names it: a port of all nodes, by default of 30000 to 32767',
    });
  }

  /** Refuses values for which `test` does not hold, where the endpoint is there. */
  requireOf(service: Service, test: Value<boolean>, { value, message }: Missing): void {
    service.require(this.test ? any(not(this.test), test) : test, service.pathTo(value), message);
  }
}

/** A value that has to be set, and why. */
interface Missing {
  readonly value: Value<unknown>;
  readonly message: string;
}
