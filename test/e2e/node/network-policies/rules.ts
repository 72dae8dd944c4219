// NetworkPolicies as rules of the kernel's packet filter, for nft.
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1';
import type { Cluster, Labels, PodOnNetwork, Policy } from './cluster';

type Direction = 'Ingress' | 'Egress';

interface Rule {
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly NetworkPolicyPort[];
}

const TABLE = 'inet network-policies';

/**
 * What `nft -f` takes to put a cluster's policies in the place of all that it was told before, at once. Connections that
 * are there already stay. What is not allowed is dropped, as with most CNI plugins: a connection that is tried a moment
 * before its pod is known succeeds a second later, when TCP tries again.
 *
 * A Service is no matter here: the rules see what is sent once kube-proxy has chosen a pod. The node itself may send to
 * every pod, as kubelet must for its probes.
 */
export function rulesOf(cluster: Cluster): string {
  const chains = (['Egress', 'Ingress'] as const).map((direction) =>
    [...cluster.pods]
      .sort((one, other) => one.ip.localeCompare(other.ip))
      .flatMap((pod) => {
        const policies = cluster.policies.filter((policy) => applies(policy, pod, direction));
        return policies.length > 0 ? [chainOf(cluster, pod, direction, policies)] : [];
      }),
  );
  const [egress, ingress] = chains.map((some) => verdicts(some.map(({ ip, name }) => `${ip} : jump ${name}`))) as [
    string,
    string,
  ];
  const hook = (name: string, ...jumps: readonly string[]): string[] => [
    `  chain ${name} {`,
    `    type filter hook ${name} priority filter; policy accept;`,
    '    ct state established,related accept',
    ...jumps.filter((jump) => !jump.endsWith('vmap')).map((jump) => `    ${jump}`),
    '  }',
  ];
  return [
    `table ${TABLE}`,
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    ...chains.flat().flatMap(({ text }) => text),
    ...hook('forward', `ip saddr vmap${egress}`, `ip daddr vmap${ingress}`),
    // To the node itself, where the API server is.
    ...hook('input', `ip saddr vmap${egress}`),
    '}\n',
  ].join('\n');
}

const verdicts = (elements: readonly string[]): string => (elements.length > 0 ? ` { ${elements.join(', ')} }` : '');

function applies({ namespace, spec }: Policy, pod: PodOnNetwork, direction: Direction): boolean {
  const types = spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])];
  return types.includes(direction) && namespace === pod.namespace && selects(spec.podSelector, pod.labels);
}

/** Returns what a policy allows to who asked, and drops the rest. */
function chainOf(cluster: Cluster, pod: PodOnNetwork, direction: Direction, policies: readonly Policy[]) {
  const name = `${direction.toLowerCase()}-${pod.ip}`;
  const far = direction === 'Ingress' ? 'ip saddr' : 'ip daddr';
  const allowed = policies.flatMap(({ namespace, spec }) => {
    const rules: Rule[] =
      direction === 'Ingress'
        ? (spec.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }))
        : (spec.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }));
    return rules.flatMap((rule) => matches(cluster, namespace, pod, direction, rule, far));
  });
  const text = [
    `  chain ${name} {`,
    `    comment "${pod.namespace}/${pod.name}"`,
    // A pod may always reach itself, by a Service for example.
    ...[`${far} ${pod.ip}`, ...new Set(allowed)].map((match) => `    ${`${match} return`.trimStart()}`),
    '    drop',
    '  }',
  ];
  return { ip: pod.ip, name, text };
}

/** One for each set of peers and each port of a rule; none where it names pods of which there are none. */
function matches(
  cluster: Cluster,
  namespace: string,
  pod: PodOnNetwork,
  direction: Direction,
  { peers, ports }: Rule,
  far: string,
): string[] {
  const selected = cluster.pods.filter((other) => peers.some((peer) => isPeer(cluster, namespace, peer, other)));
  const blocks = peers.flatMap(({ ipBlock }) =>
    !ipBlock || ipBlock.cidr.includes(':')
      ? []
      : [`${far} ${ipBlock.cidr}${ipBlock.except?.length ? ` ${far} != { ${ipBlock.except.join(', ')} }` : ''}`],
  );
  const to = (pods: readonly PodOnNetwork[]): string[] =>
    pods.length > 0 ? [`${far} { ${pods.map(({ ip }) => ip).join(', ')} }`] : [];
  const anyPeer = peers.length === 0;
  const fars = anyPeer ? [''] : [...to(selected), ...blocks];
  if (ports.length === 0) return fars;
  return ports.flatMap(({ protocol = 'TCP', port, endPort }) => {
    const match = (what: string): string => `${protocol.toLowerCase()} dport ${what}`;
    if (port === undefined) return fars.map((each) => `${each} meta l4proto ${protocol.toLowerCase()}`);
    if (typeof port === 'number')
      return fars.map((each) => `${each} ${match(endPort === undefined ? `${port}` : `${port}-${endPort}`)}`);
    // A name is that of a port of the pod that is reached, and may be another number in each.
    const numbers = (other: PodOnNetwork): number[] =>
      other.ports.filter((one) => one.name === port && one.protocol === protocol).map((one) => one.port);
    if (direction === 'Ingress')
      return numbers(pod).flatMap((number) => fars.map((each) => `${each} ${match(`${number}`)}`));
    return (anyPeer ? cluster.pods : selected).flatMap((other) =>
      numbers(other).map((number) => `${far} ${other.ip} ${match(`${number}`)}`),
    );
  });
}

function isPeer(cluster: Cluster, namespace: string, peer: NetworkPolicyPeer, other: PodOnNetwork): boolean {
  if (peer.ipBlock) return false;
  const { namespaceSelector, podSelector = {} } = peer;
  const isIn = namespaceSelector
    ? selects(namespaceSelector, cluster.namespaces.get(other.namespace) ?? {})
    : other.namespace === namespace;
  return isIn && selects(podSelector, other.labels);
}

function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const isOne = value !== undefined && values.includes(value);
      return operator === 'In' ? isOne : !isOne;
    })
  );
}
