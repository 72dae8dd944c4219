// What NetworkPolicies say, read anew: nothing here is shared with what enforces them on a node of our own.
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1';

type Labels = Readonly<Record<string, string>>;

/** One end of a connection. What is no pod has an address alone. */
export interface Peer {
  readonly ip: string;
  readonly pod?: PodPeer;
}

export interface PodPeer {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  /** Numbers of ports, by their names. */
  readonly ports?: Readonly<Record<string, number>>;
}

export interface Port {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
}

/**
 * Whether policies allow a connection: those of each end, where it is a pod that any selects, must have a rule for it.
 *
 * @param policies of all namespaces, with `metadata.namespace`
 */
export function allows(policies: readonly NetworkPolicy[], from: Peer, to: Peer, port: Port): boolean {
  return lets(policies, 'Egress', from, to, port) && lets(policies, 'Ingress', to, from, port);
}

/** Whether policies of one end let the other in, or let it out to there. */
export function lets(
  policies: readonly NetworkPolicy[],
  direction: 'Ingress' | 'Egress',
  own: Peer,
  other: Peer,
  port: Port,
): boolean {
  const { pod } = own;
  if (!pod) return true;
  const target = direction === 'Ingress' ? own : other;
  const mine = policies.filter(({ metadata, spec }) => {
    const types = spec!.policyTypes ?? (spec!.egress ? ['Ingress', 'Egress'] : ['Ingress']);
    return metadata!.namespace === pod.namespace && types.includes(direction) && chosen(spec!.podSelector, pod.labels);
  });
  if (mine.length === 0) return true;
  for (const { spec } of mine) {
    const rules: { peers?: NetworkPolicyPeer[]; ports?: NetworkPolicyPort[] }[] =
      direction === 'Ingress'
        ? (spec!.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports }))
        : (spec!.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports }));
    for (const { peers = [], ports = [] } of rules) {
      const hasPeer = peers.length === 0 || peers.some((peer) => isMeant(peer, pod.namespace, other));
      const hasPort = ports.length === 0 || ports.some((one) => isPort(one, target, port));
      if (hasPeer && hasPort) return true;
    }
  }
  return false;
}

function isMeant({ ipBlock, podSelector, namespaceSelector }: NetworkPolicyPeer, own: string, { ip, pod }: Peer) {
  if (ipBlock) return contains(ipBlock.cidr, ip) && !(ipBlock.except ?? []).some((range) => contains(range, ip));
  if (!pod) return false;
  const inNamespace = namespaceSelector ? chosen(namespaceSelector, pod.namespaceLabels) : pod.namespace === own;
  return inNamespace && (podSelector === undefined || chosen(podSelector, pod.labels));
}

function isPort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, target: Peer, asked: Port): boolean {
  if (protocol !== asked.protocol) return false;
  if (port === undefined) return true;
  const first = typeof port === 'string' ? target.pod?.ports?.[port] : port;
  return first !== undefined && asked.port >= first && asked.port <= (endPort ?? first);
}

/** Whether a selector chooses what has these labels. */
export function chosen(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const own = key in labels ? labels[key]! : null;
    switch (operator) {
      case 'Exists':
        if (own === null) return false;
        break;
      case 'DoesNotExist':
        if (own !== null) return false;
        break;
      case 'In':
        if (own === null || !values.includes(own)) return false;
        break;
      case 'NotIn':
        if (own !== null && values.includes(own)) return false;
        break;
      default:
        throw new Error(`no operator of selectors: ${operator}`);
    }
  }
  return true;
}

/** Whether a range of IPv4 has an address. */
export function contains(range: string, ip: string): boolean {
  const [network = '', bits = '32'] = range.split('/');
  if (network.includes(':')) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(network) / size) === Math.floor(numberOf(ip) / size);
}

const numberOf = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
