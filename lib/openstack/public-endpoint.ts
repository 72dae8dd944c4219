import type { Service as KubeService } from 'kubernetes-types/core/v1';
import type { Ingress } from 'kubernetes-types/networking/v1';
import { Construct } from 'constructs';
import type { HTTPRoute } from '../kubernetes/crds/gateway';
import { KubeObject } from '../kubernetes/kube-object';
import { onlyIf } from '../values/condition';
import { merged } from '../values/maps';
import { all, any, isSet, not, when } from '../values/value';
import { global } from './global';
import { PublicAddress } from './public-address';
import type { Service } from './service';

const { publicEndpoints: shared, networkPolicy } = global;

export interface PublicEndpointProps {
  readonly service: Service;
  readonly address: PublicAddress;
  /** The pods, whose port is named `http`. */
  readonly selector: { readonly [label: string]: string };
}

/**
 * What leads users to a component: a Service of type LoadBalancer or NodePort, an Ingress or an HTTPRoute of the name
 * `<service>-<component>-public`, as its address says. The last two lead to its Service `<service>-<component>`.
 */
export class PublicEndpoint extends Construct {
  constructor(component: Construct & { readonly name: string }, id: string, props: PublicEndpointProps) {
    super(component, id);
    const { service, address, selector } = props;
    const { type, values, port, host } = address;
    const name = `${component.name}-${id}`;
    const annotations = merged(shared.annotations, values.annotations);
    const metadata = { ...service.metadata(component.node.id, name), annotations };
    address.require(service);

    const entry = new KubeObject<KubeService>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type,
        loadBalancerClass: when(
          all(type.is('LoadBalancer'), isSet(shared.service.loadBalancerClass)),
          shared.service.loadBalancerClass,
        ),
        externalTrafficPolicy: shared.service.externalTrafficPolicy,
        selector,
        ports: [
          {
            name: 'http',
            port: values.port.or(port),
            targetPort: 'http',
            nodePort: when(isSet(values.nodePort), values.nodePort),
          },
        ],
      },
    });
    onlyIf(entry, address.isService);

    const { className, tlsSecretName } = shared.ingress;
    const backend = { service: { name: component.name, port: { name: 'http' } } };
    const ingress = new KubeObject<Ingress>(this, 'ingress', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: {
        ingressClassName: when(isSet(className), className),
        rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
        tls: when(address.https, [{ hosts: [host], secretName: tlsSecretName.or(`${name}-tls`) }]),
      },
    });
    onlyIf(ingress, type.is('Ingress'));

    const { gateway } = shared;
    const route = new KubeObject<HTTPRoute>(this, 'httproute', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata,
      spec: {
        parentRefs: [
          {
            name: gateway.name.or(''),
            namespace: when(isSet(gateway.namespace), gateway.namespace),
            sectionName: when(isSet(gateway.sectionName), gateway.sectionName),
          },
        ],
        hostnames: [host],
        rules: [
          {
            backendRefs: [{ name: component.name, port }],
            timeouts: when(isSet(gateway.requestTimeout), { request: gateway.requestTimeout }),
          },
        ],
      },
    });
    onlyIf(route, type.is('HTTPRoute'));
    address.requireOf(service, any(not(type.is('HTTPRoute')), isSet(gateway.name)), {
      value: gateway.name,
      message: 'is required for an HTTPRoute: the Gateway that takes it, such as public',
    });
    const { enabled, clients } = networkPolicy;
    const letIn = any(not(enabled), isSet(clients.namespaces), isSet(clients.cidrs));
    address.requireOf(service, any(not(address.isRoute), letIn), {
      value: clients.namespaces,
      message:
        "is required for an Ingress or an HTTPRoute: where its controller's pods are, such as [traefik]; else nobody gets in",
    });
  }
}
