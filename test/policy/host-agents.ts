import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { hostMounts, hostVolumes } from '../../lib/kubernetes/host';
import type { Privileges } from '../../lib/kubernetes/host';
import { podTemplateOf } from '../support/pods';
import type { KubernetesObject, RenderedCloud, Rule } from './rule';
import { chartOf, containersOf, labelsOf } from './rule';

/** For sudo, and to give files to the user of the service: what kolla_start needs (source: kolla_set_configs). */
const OF_KOLLA_START = ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];

/** What the pods of an object may do with their node; undefined if it is no host agent. */
export const privilegesOf = (object: KubernetesObject, { hostAgents }: RenderedCloud): Privileges | undefined =>
  object.kind === 'DaemonSet' ? hostAgents.get(agentOf(object)) : undefined;

const agentOf = (object: KubernetesObject): string =>
  `${chartOf(object)}-${labelsOf(object)['app.kubernetes.io/component']}`;

/** A rule that a host agent is not judged by: what it does instead it lists. */
export const ofOthers =
  (rule: Rule): Rule =>
  (object, cloud) =>
    privilegesOf(object, cloud) ? [] : rule(object, cloud);

/** The exception from Pod Security `restricted`: a host agent, and just what its construct lists. */
export const hostAgentRules: { readonly [name: string]: Rule } = {
  'a host agent may do with its node what it lists, all of it and nothing else': (object, cloud) => {
    const listed = privilegesOf(object, cloud);
    if (!listed) return [];
    const component = labelsOf(object)['app.kubernetes.io/component']!;
    const pod = podTemplateOf(object)!.spec!;
    const byKolla = pod.containers[0]?.command?.includes('kolla_start') ?? false;
    const wanted = factsOf(podOf(listed, component, byKolla));
    const found = factsOf(pod);
    return [
      ...found.filter((fact) => !wanted.includes(fact)),
      ...wanted.filter((fact) => !found.includes(fact)).map((fact) => `not ${fact}`),
    ];
  },
};

/** What privileges come to in a pod. */
function podOf(listed: Privileges, component: string, byKolla: boolean): PodSpec {
  const { root, privileged, capabilities = {}, hostPID, hostIPC } = listed;
  const add = [...new Set([...Object.keys(capabilities), ...(byKolla ? OF_KOLLA_START : [])])];
  const container: Container = {
    name: component,
    securityContext: privileged
      ? { privileged: true }
      : { allowPrivilegeEscalation: byKolla, capabilities: { drop: ['ALL'], add } },
    volumeMounts: hostMounts(listed),
  };
  return {
    hostNetwork: true,
    ...(hostPID && { hostPID: true }),
    ...(hostIPC && { hostIPC: true }),
    ...(root && { securityContext: { runAsUser: 0 } }),
    containers: [container],
    volumes: hostVolumes(listed),
  };
}

/** All that a pod may do beyond `restricted`, a sentence each. */
function factsOf(pod: PodSpec): string[] {
  const { hostNetwork, hostPID, hostIPC, volumes = [] } = pod;
  const places = new Map(volumes.flatMap(({ name, hostPath }) => (hostPath ? [[name, hostPath] as const] : [])));
  return [
    ...Object.entries({ hostNetwork, hostPID, hostIPC }).flatMap(([name, is]) => (is ? [name] : [])),
    ...(pod.securityContext?.runAsUser === 0 ? ['root'] : []),
    ...containersOf(pod).flatMap(({ name, securityContext: own = {}, volumeMounts = [], ports = [] }) => [
      ...(own.privileged ? [`${name}: privileged`] : []),
      ...(own.privileged || own.capabilities?.drop?.includes('ALL') ? [] : [`${name}: what runtimes give`]),
      ...(own.allowPrivilegeEscalation === true ? [`${name}: may gain privileges`] : []),
      ...(own.runAsUser === undefined ? [] : [`${name}: another user`]),
      ...(own.capabilities?.add ?? []).map((capability) => `${name}: ${capability}`),
      ...ports.flatMap(({ hostPort }) => (hostPort ? [`${name}: port ${hostPort} of the host`] : [])),
      ...volumeMounts.flatMap(({ name: volume, mountPath, readOnly, mountPropagation }) => {
        const { path, type } = places.get(volume) ?? {};
        const how = [type, ...(readOnly ? ['read-only'] : []), ...(mountPropagation ? [mountPropagation] : [])];
        return path === undefined ? [] : [`${name}: ${path} at ${mountPath} (${how.join(', ')})`];
      }),
    ]),
  ];
}
