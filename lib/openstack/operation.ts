import type { CronJob } from 'kubernetes-types/batch/v1';
import { Construct } from 'constructs';
import { ConfigFile } from '../config/config-file';
import { SOURCE, secretsMount } from '../kolla/prepare';
import { KollaUser } from '../kolla/users';
import { KubeObject } from '../kubernetes/kube-object';
import { IngressRule, PodNetworkPolicy, clientLabelsOf, egressTo } from '../kubernetes/network-policy';
import { ContainerItem, PodProps } from '../kubernetes/pod';
import { PlacementValues, ResourceValues } from '../kubernetes/values';
import { onlyIf } from '../values/condition';
import { Templated, Value, When, choose, isSet, when } from '../values/value';
import { ServiceConnection, filesOf, partsOf } from './connection';
import { global } from './global';
import { commonEgress } from './network';
import { MountItem, PodPart, addPrepare, fileMounts, helperContainer, servicePod, writableMount } from './pod';
import { Service } from './service';

/** The 31st of February, for somebody may take `suspend` away. */
const NEVER = '0 0 31 2 *';

/** A container of an operation. They run one after the other. */
export interface OperationStep {
  /** One of the chart's images. Default: the operation's. */
  readonly image?: string;
  readonly command: readonly (string | When<string>)[];
  readonly env?: Templated<{ name: string; value?: string }>[];
  /** The step is there only if this holds. Default: always. */
  readonly test?: Value<boolean>;
}

export interface OperationProps {
  readonly image: string;
  readonly user: KollaUser;
  readonly values: PlacementValues & ResourceValues;
  /** Containers by name, in their order. */
  readonly steps: { readonly [name: string]: OperationStep };
  readonly files?: readonly ConfigFile[];
  readonly parts?: readonly PodPart[];
  /** Files of programs that the steps run from `/run/kolla/source`. */
  readonly programs?: readonly string[];
  /** Passwords that the steps read from `/run/kolla/secrets`. */
  readonly secrets?: readonly string[];
  readonly connectsTo?: readonly ServiceConnection[];
  /** Who may talk to it. Default: nobody. */
  readonly ingress?: readonly IngressRule[];
  /** When it runs by itself, as cron writes it. Empty: never. Default: never. */
  readonly schedule?: Value<string>;
  /** How many times it is tried again after a failure. Default: 3. */
  readonly retries?: number;
  /** Labels of the pod, beside whose pod on the same node it has to run. */
  readonly beside?: Templated<{ [label: string]: string }>;
  readonly pod?: Pick<PodProps, 'keepsData' | 'terminationGracePeriodSeconds'>;
}

/**
 * Something that is done once in a while: a CronJob, suspended unless it has a schedule, and run at any time with
 * `kubectl create job --from=cronjob/<service>-<name> <any name>`.
 */
export class Operation extends Construct {
  constructor(scope: Service, id: string, props: OperationProps) {
    super(scope, id);
    const { connectsTo = [], schedule } = props;
    addPrepare(scope);
    for (const file of props.programs ?? []) scope.script(file);
    const label = { [`${scope.node.id}-operation`]: id };
    new KubeObject<CronJob>(this, 'cronjob', { apiVersion: 'batch/v1', kind: 'CronJob' }, () => ({
      metadata: scope.metadata(id),
      spec: {
        suspend: schedule ? choose(isSet(schedule), false, true) : true,
        schedule: schedule ? schedule.or(NEVER) : NEVER,
        ...(schedule && { timeZone: 'Etc/UTC', startingDeadlineSeconds: 3600 }),
        concurrencyPolicy: 'Forbid',
        // One that hangs would keep all later ones from running.
        jobTemplate: {
          spec: {
            backoffLimit: props.retries ?? 3,
            ...(schedule && { activeDeadlineSeconds: 43200 }),
            template: podOf(scope, id, props, label),
          },
        },
      },
    }));
    const policy = new PodNetworkPolicy(this, 'networkpolicy', () => ({
      ...scope.metadata(id),
      selector: label,
      ingress: props.ingress,
      egress: [...commonEgress(), ...egressTo(connectsTo)],
    }));
    onlyIf(policy, global.networkPolicy.enabled);
  }
}

function podOf(scope: Service, id: string, props: OperationProps, label: { readonly [label: string]: string }) {
  const { connectsTo = [], secrets = [] } = props;
  const files = [...(props.files ?? []), ...filesOf(connectsTo)];
  const parts = [...(props.parts ?? []), ...partsOf(connectsTo)];
  const { programs = [] } = props;
  const mounts: MountItem[] = [
    ...(programs.length > 0 ? [{ name: 'source', mountPath: SOURCE, readOnly: true }] : []),
    ...(secrets.length > 0 ? [secretsMount(scope.secretItems(secrets))] : []),
    ...fileMounts(files),
    writableMount,
    ...parts.flatMap((part) => part.mounts),
  ];
  const containers = Object.entries(props.steps).map(([name, step]): ContainerItem => {
    const { image = props.image, command, env = [] } = step;
    const container = helperContainer({
      name,
      image: scope.image(image),
      command,
      ...(env.length > 0 && { env }),
      resources: props.values.resources,
      volumeMounts: mounts,
    });
    return step.test ? when(step.test, container) : container;
  });
  return servicePod(scope, {
    component: id,
    image: scope.image(props.image),
    user: props.user,
    files,
    // All steps but the last are init containers: they run one after the other.
    parts: [...parts, { initContainers: containers.slice(0, -1), volumes: [], mounts: [] }],
    secrets,
    programs: programs.length > 0,
    labels: { ...label, ...clientLabelsOf(connectsTo) },
    placement: props.values,
    containers: containers.slice(-1),
    pod: { ...props.pod, restartPolicy: 'Never', ...(props.beside && { beside: props.beside }) },
  });
}
