// What a pod can learn of itself: its fields, its resources, and variables that are made of them.
import type { Container, EnvVar, ObjectFieldSelector, Pod, ResourceFieldSelector } from 'kubernetes-types/core/v1';
import { totalmem } from 'node:os';
import type { Objects } from './objects';

const UNITS: Readonly<Record<string, number>> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

/** A quantity of Kubernetes, as `512Mi`. */
export function quantity(text: string | number): number {
  const [, number, unit] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  const factor = UNITS[unit ?? ' '];
  if (number === undefined || factor === undefined) throw new Error(`no quantity: ${text}`);
  return Number(number) * factor;
}

export function fieldOf(pod: Pod, { fieldPath }: ObjectFieldSelector): string {
  const { metadata = {}, spec, status } = pod;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? [];
  if (map !== undefined) return metadata[map as 'labels' | 'annotations']?.[key!] ?? '';
  const lines = (of: Readonly<Record<string, string>> = {}): string =>
    Object.entries(of)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join('\n');
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'metadata.labels': lines(metadata.labels),
    'metadata.annotations': lines(metadata.annotations),
    'spec.nodeName': spec?.nodeName,
    'spec.serviceAccountName': spec?.serviceAccountName ?? 'default',
    'status.podIP': status?.podIP,
    'status.podIPs': status?.podIP,
    'status.hostIP': status?.hostIP,
  };
  const value = fields[fieldPath];
  if (value === undefined) throw new Error(`no field ${fieldPath}`);
  return value;
}

/** Where there is no limit, it is what the machine has. */
export function resourceOf(pod: Pod, own: Container | undefined, ref: ResourceFieldSelector): string {
  const { initContainers = [], containers } = pod.spec!;
  const named = [...initContainers, ...containers].find(({ name }) => name === ref.containerName);
  const [kind, resource] = ref.resource.split('.') as ['limits' | 'requests', string];
  const given = (named ?? own)?.resources?.[kind]?.[resource];
  const most = resource === 'memory' ? totalmem() : 2;
  const value = given === undefined ? (kind === 'limits' ? most : 0) : quantity(given);
  const divisor = quantity(ref.divisor ?? 1) || 1;
  return String(Math.ceil(value / divisor));
}

/** The variables of a container, as they reach its process. */
export function variables(pod: Pod, container: Container, objects: Objects): Map<string, string> {
  const env = new Map<string, string>();
  for (const { configMapRef, secretRef, prefix = '' } of container.envFrom ?? []) {
    const data = configMapRef
      ? objects.data('ConfigMap', configMapRef.name!, configMapRef.optional)
      : objects.data('Secret', secretRef!.name!, secretRef!.optional);
    for (const [key, value] of data ?? []) env.set(`${prefix}${key}`, value.toString('utf8'));
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(pod, container, variable, objects);
    if (value !== undefined) env.set(variable.name, expand(value, env));
  }
  return env;
}

function valueOf(pod: Pod, container: Container, { value, valueFrom }: EnvVar, objects: Objects): string | undefined {
  if (!valueFrom) return value ?? '';
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return fieldOf(pod, fieldRef);
  if (resourceFieldRef) return resourceOf(pod, container, resourceFieldRef);
  const [kind, ref] = configMapKeyRef
    ? (['ConfigMap', configMapKeyRef] as const)
    : (['Secret', secretKeyRef!] as const);
  const found = objects.data(kind, ref.name!, ref.optional)?.get(ref.key);
  if (!found && !ref.optional) throw new Error(`no key ${ref.key} in ${kind}/${ref.name ?? ''}`);
  return found?.toString('utf8');
}

/** `$(NAME)` is the variable of that name; `$$(NAME)`, and a name that is none, stay text. */
export const expand = (text: string, env: ReadonlyMap<string, string>): string =>
  text.replace(/\$\$|\$\(([^()$]+)\)/g, (all, name?: string) => (name === undefined ? '$' : (env.get(name) ?? all)));
