import { Value, any, each, isSet, when } from '../values/value';
import { EgressRule, IngressRule } from '../kubernetes/network-policy';
import { selectorLabels } from '../kubernetes/labels';
import { global } from './global';

const { networkPolicy } = global;

type EgressPorts = readonly { readonly protocol: string; readonly port: number; readonly endPort?: number }[];
const blocks = (cidrs: Value<readonly string[]>) => each(cidrs, (cidr) => ({ ipBlock: { cidr } }));
const inNamespace = (name: string | Value<string>) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** What every pod may reach: the cluster's DNS, and what the operator adds. */
export const commonEgress = (): EgressRule[] => [
  {
    to: [inNamespace(networkPolicy.dns.namespace), blocks(networkPolicy.dns.cidrs)],
    ports: [
      { protocol: 'UDP', port: networkPolicy.dns.port },
      { protocol: 'TCP', port: networkPolicy.dns.port },
    ],
  },
  when(isSet(networkPolicy.egressCidrs), { to: [blocks(networkPolicy.egressCidrs)] }),
];

/** To a server outside of what we deploy: the given addresses, or any where none is given. */
export const egressToAddresses = (cidrs: Value<readonly string[]>, port: Value<number>): EgressRule => ({
  to: [blocks(cidrs)],
  ports: [{ protocol: 'TCP', port }],
});

/** To any address, on any port: what a user may have anywhere. */
export const egressToAny = (): EgressRule => ({ ports: [{ protocol: 'TCP' }] });

/** To the given addresses, or any where none is given, on any port. */
export const egressToCidrs = (cidrs: Value<string[]>): EgressRule => ({
  to: [blocks(cidrs)],
  ports: [{ protocol: 'TCP' }],
});

/** To any component of a chart, or to what an operator runs for it, in this namespace. */
export const egressToChart = (chart: string, port: Value<number> | number): EgressRule => ({
  to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': chart } } }],
  ports: [{ protocol: 'TCP', port }],
});

/** To a component that we deploy in this namespace. */
export const egressToComponent = (
  chart: string,
  component: string,
  ...ports: (Value<number> | number)[]
): EgressRule => ({
  to: [{ podSelector: { matchLabels: selectorLabels(chart, component) } }],
  ports: ports.map((port) => ({ protocol: 'TCP', port })),
});

/** From a component that we deploy in this namespace. */
export const ingressFromComponent = (
  chart: string,
  component: string,
  ...ports: (Value<number> | number)[]
): IngressRule => ({
  from: [{ podSelector: { matchLabels: selectorLabels(chart, component) } }],
  ports: ports.map((port) => ({ protocol: 'TCP', port })),
});

/** From the pods that declared a connection to a chart. */
export const ingressFromClients = (chart: string, port: Value<number> | number): IngressRule => ({
  from: [{ podSelector: { matchLabels: { [`${chart}-client`]: 'true' } } }],
  ports: [{ protocol: 'TCP', port }],
});

/** To the nodes of pools: any address where none is given. */
export const egressToNodes = (...ports: EgressPorts): EgressRule => ({
  to: [blocks(networkPolicy.nodeCidrs)],
  ports,
});

/** From host agents, on their nodes' addresses: no label tells them from others there. */
export const ingressFromNodes = (port: Value<number> | number): IngressRule =>
  when(isSet(networkPolicy.nodeCidrs), { from: [blocks(networkPolicy.nodeCidrs)], ports: [{ protocol: 'TCP', port }] });

/** From those whom the operator lets use the APIs. */
export function ingressFromUsers(port: Value<number> | number): IngressRule {
  const { namespaces, cidrs } = networkPolicy.clients;
  const from = [each(namespaces, (name) => inNamespace(name)), blocks(cidrs)];
  return when(any(isSet(namespaces), isSet(cidrs)), { from, ports: [{ protocol: 'TCP', port }] });
}
