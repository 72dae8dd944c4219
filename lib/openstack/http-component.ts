import type { Service as KubeService } from 'kubernetes-types/core/v1';
import { z } from 'zod';
import { KubeObject } from '../kubernetes/kube-object';
import { IngressRule } from '../kubernetes/network-policy';
import { release } from '../kubernetes/service-chart';
import { replicas, workload } from '../kubernetes/values';
import { named } from '../values/named';
import { Handles, Value } from '../values/value';
import { componentName } from './component';
import { DeploymentComponent, DeploymentComponentProps } from './deployment-component';
import { global } from './global';
import type { Endpoints } from './identity';
import { ingressFromClients, ingressFromNodes, ingressFromUsers } from './network';
import { PublicAddress } from './public-address';
import { PublicEndpoint } from './public-endpoint';
import { PublicValues, publicValues } from './public-values';
import { Service } from './service';

/** The values of a server of HTTP, without its port: `group({ ...httpValues(), port: port().default(6080) })`. */
export const httpValues = ({ cpu = '50m', memory = '256Mi', memoryLimit = '1Gi' } = {}) => ({
  replicas: replicas(1),
  public: publicValues(),
  ...workload({ cpu, memory, memoryLimit }),
});

/**
 * The handles of `httpValues()`, or in place of `public` an address that follows from other values. Without `public`
 * nothing leads users to it: `const { public: _, ...internal } = httpValues()`.
 */
export type HttpValues = Omit<Handles<z.output<z.ZodObject<ReturnType<typeof httpValues>>>>, 'public'> & {
  readonly public?: PublicValues | PublicAddress;
};

export interface HttpComponentProps extends Omit<DeploymentComponentProps, 'ports' | 'ingress' | 'replicas'> {
  readonly values: HttpValues;
  /** The port on which it listens, and which its Service has. */
  readonly port: Value<number> | number;
  /** More of whom it lets in. */
  readonly ingress?: readonly IngressRule[];
}

/**
 * A server of HTTP, for services and for users: a Deployment, a Service, what leads users to it, a disruption budget and
 * a network policy.
 */
export class HttpComponent extends DeploymentComponent {
  readonly port: Value<number> | number;
  /** Where it is inside the cluster, without a slash at the end. */
  readonly url: Value<string>;
  /** Where users find it, without a slash at the end. The internal URL where nothing leads them to it. */
  readonly publicUrl: Value<string>;

  constructor(scope: Service, id: string, props: HttpComponentProps) {
    const { values, port } = props;
    const name = componentName(scope, id, props.instance);
    const host = `${name}.${release.namespace}.svc.${global.clusterDomain}`;
    const url = named(`${id}.url`, `http://${host}:${port}`);
    const address = addressOf(scope.node.id, id, props, url);
    super(scope, id, {
      ...props,
      ports: { http: port },
      ingress: [
        ingressFromClients(scope.node.id, port),
        ingressFromNodes(port),
        // One without an address for users is for services alone.
        ...(address ? [ingressFromUsers(port), address.ingress] : []),
        ...(props.ingress ?? []),
      ],
      replicas: values.replicas,
    });
    this.port = port;
    this.url = url;
    this.publicUrl = address?.url ?? url;
    new KubeObject<KubeService>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: scope.metadata(id, name),
      spec: { selector: this.selector, ports: [{ name: 'http', port, targetPort: 'http' }] },
    });
    if (address) new PublicEndpoint(this, 'public', { service: scope, address, selector: this.selector });
  }

  /** What the catalog says of where it is. */
  endpoints(path = ''): Endpoints {
    return { internalUrl: `${this.url}${path}`, publicUrl: `${this.publicUrl}${path}` };
  }
}

function addressOf(
  service: string,
  id: string,
  { values, port, test }: HttpComponentProps,
  internalUrl: Value<string>,
) {
  const { public: own } = values;
  if (own === undefined || own instanceof PublicAddress) return own;
  // The one API of a service has the service's name.
  const name = id === 'api' ? service : `${service}-${id}`;
  return new PublicAddress(id, { name, values: own, port, internalUrl, test });
}
