import type { NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule } from 'kubernetes-types/networking/v1';
import { Construct } from 'constructs';
import { Each, Templated, Value, When, isEach, when } from '../values/value';
import { KubeObject } from './kube-object';

export type EgressRule = Templated<NetworkPolicyEgressRule>;
export type IngressRule = Templated<NetworkPolicyIngressRule>;

/** Something that a component talks to. */
export interface Connection {
  /** What it is, for the documentation: `database`. */
  readonly description: string;
  /** What the network policy of a client lets out: a rule, or one for each round of a loop. */
  readonly egress: EgressRule | Each<EgressRule>;
  /** Labels of a client's pods, by which the server's policy lets them in. */
  readonly clientLabels?: { readonly [label: string]: string };
  /** The connection is there only if this holds. Default: always. */
  readonly test?: Value<boolean>;
}

/** What a policy lets out to connections. Two that share a rule, such as databases on one server, need it once. */
export const egressTo = (connections: readonly Connection[]): (EgressRule | Each<EgressRule>)[] => [
  ...new Set(connections.map(({ egress, test }) => (test && !isEach(egress) ? when(test, egress) : egress))),
];

/** The labels by which servers let a client in. */
export const clientLabelsOf = (connections: readonly Connection[]): Record<string, string | When<string>> =>
  Object.fromEntries(
    connections.flatMap(({ clientLabels = {}, test }) =>
      Object.entries(clientLabels).map(([label, value]) => [label, test ? when(test, value) : value]),
    ),
  );

export interface NetworkPolicyProps {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
  readonly selector: { readonly [label: string]: string };
  /** Default: nothing comes in. */
  readonly ingress?: readonly (IngressRule | Each<IngressRule>)[];
  readonly egress: readonly (EgressRule | Each<EgressRule>)[];
}

/** Lets pods talk to what is listed and to nothing else, in both directions. */
export class PodNetworkPolicy extends KubeObject<NetworkPolicy> {
  constructor(scope: Construct, id: string, props: () => NetworkPolicyProps) {
    super(scope, id, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }, () => {
      const { name, labels, selector, ingress = [], egress } = props();
      return {
        metadata: { name, labels },
        spec: {
          podSelector: { matchLabels: selector },
          policyTypes: ['Ingress', 'Egress'],
          // Kubernetes drops an empty list, and each `kubectl apply` would put it there again.
          ...(ingress.length > 0 && { ingress }),
          egress,
        },
      };
    });
  }
}
