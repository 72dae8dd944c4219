import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1';
import { Each, Templated, Value, When, choose, each, eachEntry, isSet, when } from '../values/value';
import { Privileges } from './host';
import { podSecurity } from './security';
import type { PlacementValues } from './values';

/** A container, or a loop or condition that gives some. */
export type ContainerItem = Templated<Container> | Each<Templated<Container>>;
export type VolumeItem = Templated<Volume> | Each<Templated<Volume>>;

export interface PodProps {
  /** The uid and gid of every container. */
  readonly uid: number;
  readonly initContainers?: readonly ContainerItem[];
  readonly containers: readonly ContainerItem[];
  readonly volumes?: readonly VolumeItem[];
  readonly placement: PodPlacement;
  /** Labels of the nodes of the pods' role. Default: any node. */
  readonly role?: Value<Record<string, string>>;
  /** What it may do with its node. Default: nothing. */
  readonly host?: Privileges;
  readonly pullSecrets: Value<string[]>;
  /** Labels that the replicas share: they are spread over nodes. */
  readonly spread?: { readonly [label: string]: string };
  /** Replicas never share a node, instead of preferably. Default: false. */
  readonly apart?: Value<boolean>;
  /** Labels of a pod, on whose node it has to run. */
  readonly beside?: Templated<{ [label: string]: string }>;
  /** It has a volume that outlives it, whose files Kubernetes need not give to the group at each start. */
  readonly keepsData?: boolean;
  /** Seconds between the request to stop and the kill. Default: Kubernetes' 30. */
  readonly terminationGracePeriodSeconds?: number;
  /** Default: `Always`. */
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
}

/** Where pods may run: values of a component, or of a pool, which may be missing. */
export type PodPlacement = Pick<PlacementValues, 'nodeSelector' | 'tolerations'>;

/** Profiles of AppArmor and SELinux for containers keep these from folders of the node, and from mounting. */
const confinement = { appArmorProfile: { type: 'Unconfined' }, seLinuxOptions: { type: 'spc_t' } };

/** Above all but the cluster's own: a node without one of these runs no servers, or routes nothing. */
const hostAccess = ({ hostPID, hostIPC }: Privileges) => ({
  priorityClassName: 'system-node-critical',
  hostNetwork: true,
  // The cluster's names all the same.
  dnsPolicy: 'ClusterFirstWithHostNet',
  ...(hostPID && { hostPID: true }),
  ...(hostIPC && { hostIPC: true }),
});

/** A pod that `restricted` admits unless it is a host agent's, without a service-account token. */
export function podSpec(props: PodProps): Templated<PodSpec> {
  const { uid, placement, role, pullSecrets, spread, apart, host } = props;
  const spreadOver = (topologyKey: string, always?: Value<boolean>) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: always ? choose(always, 'DoNotSchedule', 'ScheduleAnyway') : 'ScheduleAnyway',
    labelSelector: { matchLabels: spread ?? {} },
  });
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: [each(pullSecrets, (name) => ({ name }))],
    restartPolicy: props.restartPolicy ?? 'Always',
    securityContext: {
      ...podSecurity(uid),
      ...(host && confinement),
      ...(props.keepsData && { fsGroupChangePolicy: 'OnRootMismatch' }),
    },
    ...(host && hostAccess(host)),
    nodeSelector: role ? when(isSet(placement.nodeSelector), placement.nodeSelector, role) : placement.nodeSelector,
    tolerations: placement.tolerations,
    ...(spread && {
      topologySpreadConstraints: [
        spreadOver('kubernetes.io/hostname', apart),
        spreadOver('topology.kubernetes.io/zone'),
      ],
    }),
    ...(props.beside && {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: props.beside } },
          ],
        },
      },
    }),
    ...(props.terminationGracePeriodSeconds && {
      terminationGracePeriodSeconds: props.terminationGracePeriodSeconds,
    }),
    ...(props.initContainers && props.initContainers.length > 0 && { initContainers: props.initContainers }),
    containers: props.containers,
    volumes: props.volumes ?? [],
  };
}

/** Environment variables: ours by name, and the user's. */
export const env = (ours: Record<string, string | When<string>>, extra: Value<Record<string, string>>) => [
  ...Object.entries(ours).map(([name, value]) => ({ name, value })),
  eachEntry(extra, (name, value) => ({ name, value })),
];
