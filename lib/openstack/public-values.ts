import { z } from 'zod';
import { annotations, baseUrl, domain, duration, group, host, objectName, port, qualifiedName } from '../values/types';
import type { Handles } from '../values/value';

/** How users come in from outside of the cluster. */
const entry = () => z.enum(['None', 'LoadBalancer', 'NodePort', 'Ingress', 'HTTPRoute']);

/** What all endpoints for users share: `global.publicEndpoints`. */
export const publicEndpoints = () =>
  group({
    type: entry()
      .default('None')
      .describe(
        'What leads to each API: a Service of type `LoadBalancer` or `NodePort`, an `Ingress`, or an `HTTPRoute` of the\n' +
          'Gateway API. `None`: nothing, and public URLs are the internal ones.',
      ),
    domain: domain()
      .optional()
      .describe('Each API has a name of its own below it: `keystone.<domain>`. Ingress and HTTPRoute need it.'),
    host: host()
      .optional()
      .describe('Without a domain: the address of all LoadBalancers, or of the nodes. IPv6 in brackets.'),
    scheme: z
      .enum(['http', 'https'])
      .optional()
      .describe('How public URLs begin. Default: `https` for Ingress and HTTPRoute, else `http`.'),
    annotations: annotations().default({}).describe('Annotations of each Service, Ingress or HTTPRoute.'),
    service: group({
      externalTrafficPolicy: z
        .enum(['Cluster', 'Local'])
        .default('Cluster')
        .describe(
          "`Cluster`: any node takes requests. `Local`: only nodes with a pod do, which sees the user's address.",
        ),
      loadBalancerClass: qualifiedName('the name of a class, such as example.org/balancer')
        .optional()
        .describe("Default: the cluster's own. Kubernetes lets nobody change it."),
    }).describe('Of LoadBalancer and NodePort.'),
    ingress: group({
      className: objectName().optional().describe("Default: the cluster's own."),
      tlsSecretName: objectName()
        .optional()
        .describe(
          'A certificate for all names, with https. Default: one for each, `<service>-<component>-public-tls`.',
        ),
    }),
    gateway: group({
      name: objectName().optional().describe('The Gateway, which is required for HTTPRoute.'),
      namespace: objectName().optional().describe("The Gateway's namespace. Default: that of OpenStack."),
      sectionName: objectName().optional().describe('Its listener. Default: each that takes the route.'),
      requestTimeout: duration()
        .default('0s')
        .describe('How long a request may take. 0s: as long as it needs. Empty: what the Gateway thinks right.'),
    }),
  }).describe('How users reach the APIs from outside of the cluster, and the public URLs that follow from it.');

/** The same for one endpoint, over what all share. */
export const publicValues = (address = baseUrl()) =>
  group({
    type: entry().optional().describe('Default: `global.publicEndpoints.type`.'),
    host: host().optional().describe('Default: its name below the domain, else `global.publicEndpoints.host`.'),
    port: port()
      .optional()
      .describe(
        "Port in the URL. Default: LoadBalancer: the API's own; NodePort: nodePort; else that of http or https.",
      ),
    nodePort: port().optional().describe('Required for NodePort, for the URL names it.'),
    url: address.optional().describe('The public URL where it is another one, such as that of a proxy of your own.'),
    annotations: annotations().default({}).describe('More annotations of its Service, Ingress or HTTPRoute.'),
  }).describe('How users reach it, over `global.publicEndpoints`.');

/** The handles of `publicValues()`. */
export type PublicValues = Handles<z.output<ReturnType<typeof publicValues>>>;
