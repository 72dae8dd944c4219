import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { Service as KubeService } from 'kubernetes-types/core/v1';
import { KubeObject } from '../kubernetes/kube-object';
import { IngressRule } from '../kubernetes/network-policy';
import { Value } from '../values/value';
import { Component, ComponentProps } from './component';
import { ingressFromClients } from './network';
import { Service } from './service';

export interface ServerComponentProps extends ComponentProps {
  readonly replicas: Value<number>;
}

/**
 * A server whose members clients know one by one, `<service>-0.<service>`: a StatefulSet, a headless Service, a
 * disruption budget and a network policy. They carry the service's own name.
 */
export class ServerComponent extends Component {
  constructor(scope: Service, id: string, props: ServerComponentProps) {
    super(scope, id, props, scope.node.id);
    const metadata = scope.metadata(id, this.name);
    new KubeObject<StatefulSet>(this, 'statefulset', { apiVersion: 'apps/v1', kind: 'StatefulSet' }, () => ({
      metadata,
      spec: {
        replicas: props.replicas,
        serviceName: this.name,
        podManagementPolicy: 'Parallel',
        revisionHistoryLimit: 3,
        selector: { matchLabels: this.selector },
        template: this.podTemplate(),
      },
    }));
    new KubeObject<KubeService>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        clusterIP: 'None',
        selector: this.selector,
        ports: Object.entries(props.ports).map(([name, port]) => ({ name, port, targetPort: name })),
      },
    });
    this.budget(props.replicas);
  }

  protected override ingress(): IngressRule[] {
    return Object.values(this.props.ports).map((port) => ingressFromClients(this.service.node.id, port));
  }
}
