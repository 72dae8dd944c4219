import type { StatefulSet } from 'kubernetes-types/apps/v1';
import { join } from 'node:path';
import { KubeObject } from '../kubernetes/kube-object';
import { replicas, workload } from '../kubernetes/values';
import { Value } from '../values/value';
import type { WorkloadValues } from '../kubernetes/values';
import { Component, ComponentProps } from './component';
import { global } from './global';
import { PROGRAMS, programs } from './programs';
import { Service } from './service';

const PROBE = 'broker_connection.py';

/** The values of workers. */
export const workerValues = ({ cpu = '50m', memory = '256Mi', memoryLimit = '1Gi' } = {}) => ({
  replicas: replicas(1),
  ...workload({ cpu, memory, memoryLimit }),
});

/** The handles of `workerValues()`. */
export interface WorkerValues extends WorkloadValues {
  readonly replicas: Value<number>;
}

export interface WorkerComponentProps extends Omit<ComponentProps, 'ports' | 'probes' | 'ingress' | 'drainSeconds'> {
  readonly values: WorkerValues;
  /** The port of the server that one who is ready is connected to. Default: the message broker's. */
  readonly connectedTo?: Value<number>;
}

/**
 * Workers that take their work from the message broker: a StatefulSet, for OpenStack knows a worker by its host name, a
 * disruption budget and a network policy that lets nobody in.
 *
 * One is ready when it is connected to the broker, or to another server that it says. It is never stopped for not being
 * so: an outage of the broker would restart every worker.
 */
export class WorkerComponent extends Component {
  constructor(scope: Service, id: string, props: WorkerComponentProps) {
    super(scope, id, {
      ...props,
      parts: [...(props.parts ?? []), brokerProbe(scope)],
      ports: {},
      probes: connectionProbes(props.connectedTo ?? global.messaging.port),
      stopSeconds: props.stopSeconds ?? 60,
      ingress: [],
    });
    new KubeObject<StatefulSet>(this, 'statefulset', { apiVersion: 'apps/v1', kind: 'StatefulSet' }, () => ({
      metadata: scope.metadata(id, this.name),
      spec: {
        replicas: props.values.replicas,
        serviceName: this.name,
        podManagementPolicy: 'Parallel',
        revisionHistoryLimit: 3,
        selector: { matchLabels: this.selector },
        template: this.podTemplate(),
      },
    }));
    this.budget(props.values.replicas);
  }
}

/** The program of `brokerProbes`. */
export const brokerProbe = (scope: Service) => programs(scope, [join(__dirname, 'scripts', PROBE)]);

/** Asks a server of RPC whether it is there. It needs `rpc_ping_enabled` in the config of that. */
export const RPC_PING = join(__dirname, 'scripts', 'rpc_ping.py');

/** Ready is who has a connection to the broker, at the port of ours or at another. */
export const brokerProbes = (port: Value<number> | Value<string> = global.messaging.port) => connectionProbes(port);

/** Ready is who has a connection to a server at this port. */
const connectionProbes = (port: Value<number> | Value<string>) => ({
  readinessProbe: {
    exec: { command: ['python3', '-IS', `${PROGRAMS}/${PROBE}`, `${port}`] },
    periodSeconds: 10,
    timeoutSeconds: 10,
  },
});
