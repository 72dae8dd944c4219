import type { Deployment } from 'kubernetes-types/apps/v1';
import { KubeObject } from '../kubernetes/kube-object';
import { Value, choose } from '../values/value';
import { Component, ComponentProps } from './component';
import { Service } from './service';

export interface DeploymentComponentProps extends ComponentProps {
  readonly replicas: Value<number>;
  /** Where this holds, an old pod ends before the new one starts, for both want the same volume. Default: never. */
  readonly exclusive?: Value<boolean>;
}

/** Pods of which one is as good as another: a Deployment, a disruption budget and a network policy. */
export class DeploymentComponent extends Component {
  constructor(scope: Service, id: string, props: DeploymentComponentProps) {
    super(scope, id, props);
    const { exclusive } = props;
    const rollingUpdate = exclusive
      ? { maxSurge: choose(exclusive, 0, 1), maxUnavailable: choose(exclusive, 1, 0) }
      : { maxSurge: 1, maxUnavailable: 0 };
    new KubeObject<Deployment>(this, 'deployment', { apiVersion: 'apps/v1', kind: 'Deployment' }, () => ({
      metadata: scope.metadata(id, this.name),
      spec: {
        replicas: props.replicas,
        revisionHistoryLimit: 3,
        strategy: { type: 'RollingUpdate', rollingUpdate },
        selector: { matchLabels: this.selector },
        template: this.podTemplate(),
      },
    }));
    this.budget(props.replicas);
  }
}
