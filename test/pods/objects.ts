// The objects of a cluster, as they are looked up for pods.
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { ConfigMap, Pod, PodTemplateSpec, Secret, Service } from 'kubernetes-types/core/v1';
import { podTemplateOf } from '../support/pods';

interface Any {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** What has pods. */
export type Workload = Any & { readonly spec: { readonly replicas?: number } & Partial<StatefulSet['spec']> };

export class Objects {
  private readonly byId = new Map<string, Any>();

  constructor(
    objects: readonly object[],
    readonly namespace: string,
  ) {
    for (const object of objects as readonly Any[]) this.byId.set(idOf(object.kind, object.metadata.name), object);
  }

  /** By `StatefulSet/mariadb`; the kind's letters may be small, as kubectl has them. */
  get(id: string): Any {
    const [kind, name] = id.split('/') as [string, string];
    const found = this.byId.get(idOf(kind, name));
    if (!found) throw new Error(`no ${id}; there is ${[...this.byId.keys()].join(', ')}`);
    return found;
  }

  get services(): Service[] {
    return [...this.byId.values()].filter(({ kind }) => kind === 'Service') as Service[];
  }

  /** The workload that has a pod of that name, and which of its pods that is. */
  ownerOf(pod: string): { readonly owner: Workload; readonly ordinal: number } | undefined {
    const [, name, ordinal] = /^(.+)-(\d+)$/.exec(pod) ?? [];
    const owner = ['statefulset', 'deployment'].map((kind) => this.byId.get(`${kind}/${name}`)).find(Boolean);
    return owner && { owner: owner as Workload, ordinal: Number(ordinal) };
  }

  /** What a ConfigMap or a Secret holds. @throws where there is none that is not optional */
  data(kind: 'ConfigMap' | 'Secret', name: string, optional = false): Map<string, Buffer> | undefined {
    if (optional && !this.byId.has(idOf(kind, name))) return undefined;
    const object = this.get(`${kind}/${name}`) as ConfigMap & Secret;
    const [plain, coded] = kind === 'ConfigMap' ? [object.data, object.binaryData] : [object.stringData, object.data];
    return new Map([
      ...Object.entries(coded ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
      ...Object.entries(plain ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const),
    ]);
  }

  /** A member of a StatefulSet or of a Deployment, as its controller makes it. (A Deployment's are numbered here.) */
  member(name: string): Pod {
    const found = this.ownerOf(name);
    if (!found) throw new Error(`no workload has a pod ${name}; there is ${[...this.byId.keys()].join(', ')}`);
    const { owner, ordinal } = found;
    const { serviceName, volumeClaimTemplates = [] } = owner.spec;
    const pod = this.pod(name, podTemplateOf(owner)!);
    const claims = volumeClaimTemplates.map(({ metadata }) => ({
      name: metadata!.name!,
      persistentVolumeClaim: { claimName: `${metadata!.name}-${name}` },
    }));
    const others = (pod.spec!.volumes ?? []).filter((volume) => !claims.some((claim) => claim.name === volume.name));
    const labels = { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal) };
    const stateful = owner.kind === 'StatefulSet';
    return {
      ...pod,
      metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, ...(stateful && labels) } },
      spec: {
        ...pod.spec!,
        nodeName: `node-${ordinal}`,
        volumes: [...others, ...claims],
        ...(stateful && { hostname: name, ...(serviceName && { subdomain: serviceName }) }),
      },
    };
  }

  pod(name: string, { metadata, spec }: PodTemplateSpec): Pod {
    return { metadata: { ...metadata, name, namespace: this.namespace }, spec: { nodeName: 'node-0', ...spec! } };
  }
}

const idOf = (kind: string, name: string): string => `${kind.toLowerCase()}/${name}`;
