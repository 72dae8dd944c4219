import { Construct } from 'constructs';
import type { DaemonSet } from 'kubernetes-types/apps/v1';
import { KubeObject } from '../kubernetes/kube-object';
import { poolLabel } from '../kubernetes/labels';
import { WorkloadValues, workload } from '../kubernetes/values';
import { any, isSet, not } from '../values/value';
import { Component, ComponentProps } from './component';
import { global } from './global';
import { NodePool } from './node-pools';
import { HostAccess } from './pod';
import { Service } from './service';

/** The values of a host agent. Where it runs, its pool says. */
export function agentValues({ cpu = '20m', memory = '256Mi', memoryLimit = '1Gi' } = {}) {
  const { nodeSelector: _, tolerations: __, ...values } = workload({ cpu, memory, memoryLimit });
  return values;
}

/** The handles of `agentValues()`. */
export type AgentValues = Omit<WorkloadValues, 'nodeSelector' | 'tolerations'>;

export interface HostAgentProps extends Omit<ComponentProps, 'values' | 'ports' | 'ingress' | 'instance' | 'host'> {
  readonly values: AgentValues;
  readonly host: HostAccess;
  readonly ports?: ComponentProps['ports'];
}

/**
 * What works on a node itself, with rights that it lists one by one: a DaemonSet of a pool.
 *
 * An update changes the DaemonSet and no pod: a pod that is deleted comes back new, so a pool is rolled node by node,
 * when its operator says so.
 */
export class HostAgent extends Component {
  readonly host: HostAccess;

  constructor(scope: Service, id: string, pool: Pick<NodePool<unknown>, 'name' | 'entry'>, props: HostAgentProps) {
    const { nodeSelector, tolerations } = pool.entry;
    super(scope, id, {
      ...props,
      values: { ...props.values, nodeSelector, tolerations },
      ports: props.ports ?? {},
      ingress: [],
      instance: { name: pool.name, label: poolLabel(pool.name) },
    });
    this.host = props.host;
    if (props.connectsTo) requireNodes(scope);
    new KubeObject<DaemonSet>(this, 'daemonset', { apiVersion: 'apps/v1', kind: 'DaemonSet' }, () => ({
      metadata: scope.metadata(id, this.name),
      spec: {
        updateStrategy: { type: 'OnDelete' },
        revisionHistoryLimit: 3,
        selector: { matchLabels: this.selector },
        template: this.podTemplate(),
      },
    }));
  }
}

/** On the network of a node no label tells an agent from others, so the policies of servers let its address in. */
function requireNodes(scope: Service): void {
  const { enabled, nodeCidrs } = global.networkPolicy;
  scope.require(
    any(not(enabled), isSet(nodeCidrs)),
    ['global', 'networkPolicy', 'nodeCidrs'],
    'is required where network policies are enabled, for host agents come from there: the addresses of the nodes, such as [192.0.2.0/24]',
  );
}

/** All host agents of a chart, for the list of what they may do. */
export const hostAgentsOf = (service: Construct): readonly HostAgent[] =>
  service.node.findAll().filter((construct) => construct instanceof HostAgent);
