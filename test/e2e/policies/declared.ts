// What a cloud's NetworkPolicies say about who talks to whom: its components by name, and the connections they declare.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import type { JsonMap } from '../../../lib/values/expression';
import { allows, lets, type PodPeer, type Port } from './allows';

export interface Component {
  /** `keystone/api` */
  readonly name: string;
  readonly pod: PodPeer;
}

/** The cluster's DNS, which is no part of a cloud. */
const DNS: Component = {
  name: 'dns',
  pod: {
    namespace: 'kube-system',
    namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
    labels: { 'k8s-app': 'kube-dns' },
  },
};

export type Labels = Readonly<Record<string, string>>;

/** `keystone/api`; undefined of a pod that is none of a cloud's. */
export function componentOf(labels: Labels): string | undefined {
  if (labels['k8s-app'] === 'kube-dns') return DNS.name;
  const [name, part] = [labels['app.kubernetes.io/name'], labels['app.kubernetes.io/component']];
  return name === undefined || part === undefined ? undefined : `${name}/${part}`;
}

/** `keystone/api → mariadb/proxy TCP 3306` */
export const connection = (from: string, to: string, { protocol, port }: Port): string =>
  `${from} → ${to} ${protocol} ${port}`;

/** The policies among a cloud's objects, with the namespace that they will be in. */
export const policiesOf = (objects: readonly JsonMap[], namespace: string): NetworkPolicy[] =>
  objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((object) => ({ ...object, metadata: { ...(object['metadata'] as object), namespace } }));

/** A component of each pod template among a cloud's objects. */
export function componentsOf(objects: readonly JsonMap[], namespace: string): Component[] {
  const found = new Map<string, Component>();
  for (const { spec } of objects as readonly { readonly spec?: Workload }[]) {
    const template = spec?.template ?? spec?.jobTemplate?.spec.template;
    const labels = template?.metadata?.labels;
    const name = labels && componentOf(labels);
    if (labels === undefined || name === undefined) continue;
    const containers = [...(template?.spec?.initContainers ?? []), ...(template?.spec?.containers ?? [])];
    const ports = Object.fromEntries(
      containers.flatMap((one) => (one.ports ?? []).map((port) => [port.name ?? '', port.containerPort])),
    );
    found.set(name, {
      name,
      pod: { namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, labels, ports },
    });
  }
  return [...found.values()];
}

interface Workload {
  readonly template?: PodTemplateSpec;
  readonly jobTemplate?: { readonly spec: { readonly template: PodTemplateSpec } };
}

/**
 * Every connection that a component's policy lets out and that of the other end lets in.
 *
 * @throws where a component may do everything, for then it declares nothing
 */
export function declared(policies: readonly NetworkPolicy[], components: readonly Component[]): string[] {
  const named = policies.flatMap(({ spec }) => (spec!.egress ?? []).flatMap(({ ports = [] }) => ports));
  const ports = new Map(
    named.map(({ protocol = 'TCP', port }) => [`${protocol} ${port}`, { protocol, port } as Port] as const),
  );
  return components.flatMap((from) => {
    const peer = { ip: '', pod: from.pod };
    if (lets(policies, 'Egress', peer, { ip: '192.0.2.1' }, { protocol: 'TCP', port: 1 }))
      throw new Error(`${from.name} may connect to everything: no policy selects it, or one that says no more`);
    return [...components, DNS].flatMap((to) =>
      [...ports.values()]
        .filter((port) => allows(policies, peer, { ip: '', pod: to.pod }, port))
        .map((port) => connection(from.name, to.name, port)),
    );
  });
}
