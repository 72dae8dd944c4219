import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { Service as KubeService } from 'kubernetes-types/core/v1';
import { KubeObject } from '../kubernetes/kube-object';
import { IngressRule } from '../kubernetes/network-policy';
import { StorageValues, claimSpec } from '../kubernetes/storage';
import { Value } from '../values/value';
import { Component, ComponentProps } from './component';
import { ingressFromClients } from './network';
import { Service } from './service';

export interface ServerComponentProps extends Omit<ComponentProps, 'ingress'> {
  readonly replicas: Value<number>;
  /** Who may talk to it. Default: its clients, on all ports. */
  readonly ingress?: readonly IngressRule[];
  /** The name of the headless Service: a member's address is `<service>-0.<this>`. Default: the service's own name. */
  readonly members?: string;
  /** The members find each other before they are ready. Default: false. */
  readonly peers?: boolean;
  /** What each member keeps, and where it is mounted. */
  readonly storage?: { readonly path: string; readonly values: StorageValues };
}

/**
 * A server whose members clients or peers know one by one, `<service>-0.<service>`: a StatefulSet, a headless Service,
 * a disruption budget and a network policy. They carry the service's own name.
 */
export class ServerComponent extends Component {
  constructor(scope: Service, id: string, props: ServerComponentProps) {
    const { storage, members = scope.node.id, ports } = props;
    const clients = Object.values(ports).map((port) => ingressFromClients(scope.node.id, port));
    const part = storage && { volumes: [], mounts: [{ name: 'data', mountPath: storage.path }] };
    super(
      scope,
      id,
      {
        ...props,
        ingress: props.ingress ?? clients,
        parts: [...(props.parts ?? []), ...(part ? [part] : [])],
        keepsData: storage !== undefined,
      },
      scope.node.id,
    );
    new KubeObject<StatefulSet>(this, 'statefulset', { apiVersion: 'apps/v1', kind: 'StatefulSet' }, () => ({
      metadata: scope.metadata(id, this.name),
      spec: {
        replicas: props.replicas,
        serviceName: members,
        podManagementPolicy: 'Parallel',
        revisionHistoryLimit: 3,
        selector: { matchLabels: this.selector },
        template: this.podTemplate(),
        // Immutable, as the selector is: so with labels that never change.
        ...(storage && {
          volumeClaimTemplates: [
            { metadata: { name: 'data', labels: this.selector }, spec: claimSpec(storage.values) },
          ],
        }),
      },
    }));
    new KubeObject<KubeService>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: scope.metadata(id, members),
      spec: {
        clusterIP: 'None',
        ...(props.peers && { publishNotReadyAddresses: true }),
        selector: this.selector,
        ports: Object.entries(ports).map(([name, port]) => ({ name, port, targetPort: name })),
      },
    });
    this.budget(props.replicas);
  }
}
