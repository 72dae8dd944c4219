// What the packet filter has to know of a cluster, and no more: as long as that is the same, nothing is to be done.
import type { Namespace, Pod } from 'kubernetes-types/core/v1';
import type { NetworkPolicy, NetworkPolicySpec } from 'kubernetes-types/networking/v1';

export type Labels = Readonly<Record<string, string>>;

/** A pod with a network of its own. */
export interface PodOnNetwork {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly labels: Labels;
  /** Those that have a name, which a policy may have instead of the number. */
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: NetworkPolicySpec;
}

export interface Cluster {
  /** Labels of namespaces, by their names. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly pods: readonly PodOnNetwork[];
  readonly policies: readonly Policy[];
}

/** A pod that may not have its address yet. */
export type KnownPod = Omit<PodOnNetwork, 'ip'> & { readonly uid: string; readonly ip?: string };

/** Of a pod that has ended or uses the node's network: nothing. */
export function podOf({ metadata, spec, status }: Pod): KnownPod | undefined {
  const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (ended || spec?.hostNetwork) return undefined;
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const ports = containers.flatMap((container) => container.ports ?? []);
  return {
    namespace: metadata!.namespace!,
    name: metadata!.name!,
    uid: metadata!.uid!,
    ...(status?.podIP && { ip: status.podIP }),
    labels: metadata!.labels ?? {},
    ports: ports.flatMap(({ name, protocol = 'TCP', containerPort }) =>
      name === undefined ? [] : [{ name, protocol, port: containerPort }],
    ),
  };
}

/** Pods with the addresses that they are known to have. */
export const withAddresses = (pods: readonly KnownPod[], byUid: ReadonlyMap<string, string>): PodOnNetwork[] =>
  pods.flatMap(({ uid, ip, ...pod }) => {
    const known = byUid.get(uid) ?? ip;
    return known === undefined ? [] : [{ ...pod, ip: known }];
  });

export const namespaceOf = ({ metadata }: Namespace): readonly [string, Labels] => [
  metadata!.name!,
  metadata!.labels ?? {},
];

export const policyOf = ({ metadata, spec }: NetworkPolicy): Policy => ({
  namespace: metadata!.namespace!,
  name: metadata!.name!,
  spec: spec!,
});
