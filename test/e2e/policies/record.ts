// The flows of a node, with the names of who they are between.
import type { KubernetesNode, PodWithAddress } from '../node/node';
import type { Flow } from '../node/network-policies/flows';
import { contains, type Peer, type Port } from './allows';
import { componentOf, connection } from './declared';

export interface NamedFlow {
  /** `keystone/api → mariadb/proxy TCP 3306` */
  readonly name: string;
  readonly from: Peer;
  readonly to: Peer;
  readonly port: Port;
}

/** Flows that one end has in a namespace: those that were let through, and those of which none was. */
export async function flowsOf(
  node: KubernetesNode,
  namespace: string,
): Promise<{ readonly passed: readonly NamedFlow[]; readonly refused: readonly NamedFlow[] }> {
  const { tried, passed } = await node.flows();
  const pods = node.podsByAddress();
  const own = (flow: Flow): NamedFlow[] => {
    // kube-proxy did not know the Service yet: it gets nowhere, and is tried again.
    if (contains(node.addresses.ranges.services, flow.to)) return [];
    const ends = [pods.get(flow.from), pods.get(flow.to)];
    return ends.some((pod) => pod?.namespace === namespace) ? [named(flow, pods)] : [];
  };
  const key = ({ from, to, protocol, port }: Flow): string => [from, to, protocol, port].join();
  const through = new Set(passed.map(key));
  return {
    passed: passed.flatMap(own),
    refused: tried.filter((flow) => !through.has(key(flow))).flatMap(own),
  };
}

function named({ from, to, protocol, port }: Flow, pods: ReadonlyMap<string, PodWithAddress>): NamedFlow {
  const peer = (ip: string): Peer => {
    const pod = pods.get(ip);
    if (!pod) return { ip };
    const { namespace, labels } = pod;
    return { ip, pod: { namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, labels } };
  };
  const name = (ip: string): string => {
    const pod = pods.get(ip);
    return pod ? (componentOf(pod.labels) ?? pod.name) : ip;
  };
  const at: Port = { protocol: protocol === 'tcp' ? 'TCP' : 'UDP', port };
  return { name: connection(name(from), name(to), at), from: peer(from), to: peer(to), port: at };
}
