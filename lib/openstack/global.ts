import { z } from 'zod';
import { PASSWORDS, PasswordFact, PasswordName, SshKeyName } from '../kolla/passwords';
import { DISTROS, START_MODES } from '../kolla/image';
import { RELEASES } from '../kolla/releases';
import { tolerations } from '../kubernetes/values';
import {
  cidr,
  dnsName,
  fernetKey,
  group,
  host,
  identifier,
  imagePath,
  interfaceName,
  labels,
  line,
  memcachedServer,
  objectName,
  password,
  poolName,
  port,
  registry,
  secretText,
  url,
} from '../values/types';
import { publicEndpoints, publicValues } from './public-values';
import { ValuesModel } from '../values/model';
import type { Secret } from '../values/value';

const cidrs = (help: string) => z.array(cidr()).default([]).describe(help);
const nodeRole = (what: string) =>
  labels().default({}).describe(`Labels of the nodes that run ${what}. Empty: any node.`);

/** Nodes that are alike: host agents run on each of them, with the same settings. */
const pool = z.strictObject({
  nodeSelector: labels().optional().describe('Labels of its nodes. Needed where there are several pools.'),
  tolerations: tolerations().optional().describe('Taints of its nodes.'),
  role: z
    .enum(['compute', 'network'])
    .optional()
    .describe('What its nodes do. `compute`: run servers. `network`: route and serve DHCP. Default: both.'),
  datapath: z
    .enum(['kernel', 'userspace'])
    .optional()
    .describe("What Open vSwitch moves packets with: the kernel's module (default), or itself, where there is none."),
  bridges: z
    .record(interfaceName(), z.union([interfaceName(), z.literal('')]))
    .optional()
    .describe('Bridges to the outside by name, with the interface that each takes over; empty: none.'),
  physicalNetworks: z
    .record(identifier(), interfaceName())
    .optional()
    .describe('Physical networks of Neutron by name, each with its bridge.'),
});

/** Who runs a server: the first unless the user says otherwise. */
const provider = <N extends string>(first: N, ...others: N[]) => z.enum([first, ...others]).default(first as never);

/** The members of a cluster that decides by majority: two are no safer than one. */
const replicas = () =>
  z.literal([1, 3]).meta({ type: 'integer' }).default(1).describe('Number of members, where we run them.');

const tls = (secretName: string) =>
  group({
    enabled: z.boolean().default(false).describe('Talk TLS only, and check the certificate.'),
    secretName: objectName()
      .default(secretName)
      .describe('A Secret with ca.crt and, where we run the server, tls.crt and tls.key, such as cert-manager makes.'),
  }).describe('Encryption and proof of identity.');

/** A key pair as Kolla-Ansible's passwords.yml has it. */
const sshKeyPair = () => group({ private_key: secretText().optional(), public_key: secretText().optional() });

function passwordType({ kind, least }: PasswordFact) {
  if (kind === 'sshKey') return sshKeyPair();
  return kind === 'fernetKey' ? fernetKey().optional() : password(least).optional();
}

/** One type for all that are alike: over a hundred of their own would cost a start of every command. */
const passwordTypes = new Map<string, ReturnType<typeof passwordType>>();
function sharedPasswordType(fact: PasswordFact) {
  const key = `${fact.kind} ${fact.least}`;
  const type = passwordTypes.get(key) ?? passwordType(fact);
  passwordTypes.set(key, type);
  return type;
}

const passwordNames = Object.keys(PASSWORDS) as PasswordName[];
const passwordShape = Object.fromEntries(
  passwordNames.map((name) => [name, sharedPasswordType(PASSWORDS[name])]),
) as unknown as Record<Exclude<PasswordName, SshKeyName>, z.ZodOptional<z.ZodType<Secret, Secret>>> &
  Record<SshKeyName, ReturnType<typeof sshKeyPair>>;

const globalValues = group({
  region: identifier().default('RegionOne').describe("The region's name in the service catalog."),
  clusterDomain: dnsName().default('cluster.local').describe("The Kubernetes cluster's DNS domain."),
  release: z
    .enum(RELEASES)
    .default('2026.1')
    .describe('OpenStack release. A service may run another one: its own `release`.'),
  distro: z.enum(DISTROS).default('debian').describe("Linux distribution of Kolla's images."),
  registry: registry().default('quay.io').describe('Registry of the images.'),
  namespace: imagePath().default('openstack.kolla').describe('Namespace of the images in the registry.'),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .optional()
    .describe("Default: Kubernetes' own, which is IfNotPresent but for the tag `latest`."),
  imagePullSecrets: z.array(objectName()).default([]).describe('Names of Secrets with credentials for the registry.'),
  startMode: z
    .enum(START_MODES)
    .default('direct')
    .describe(
      "How containers start. `direct`: the service's command as its own user, under Pod Security `restricted`.\n" +
        "`kolla`: Kolla's `kolla_start` with a config.json, which needs sudo and so Pod Security `baseline`.",
    ),
  debug: z.boolean().default(false).describe("OpenStack's services log at debug level."),
  nodeRoles: group({
    control: nodeRole('APIs, workers, databases and brokers'),
  }).describe('Where pods run, by the role of the node.'),
  pools: z
    .record(poolName(), pool)
    .default({ default: { bridges: { 'br-ex': '' }, physicalNetworks: { physnet1: 'br-ex' } } })
    .describe(
      'Pools of nodes that servers and their networks run on: their agents are a DaemonSet for each pool. Charts take\n' +
        'what differs under the same name in `pools` of their own. Take the first one away with `default: null`.',
    ),
  database: group({
    provider: provider('kolla', 'operator', 'external').describe(
      'Who runs the server. `kolla`: the mariadb chart. `operator`: the MariaDB operator, to which the chart gives a\n' +
        'MariaDB object. `external`: you, at `host`.',
    ),
    replicas: replicas(),
    host: host().optional().describe('Address of the external server, or of what balances it.'),
    port: port().default(3306),
    create: z
      .boolean()
      .default(true)
      .describe('Create databases and users, as `adminUser` with `passwords.database_password`.'),
    adminUser: identifier().default('root'),
    tls: tls('mariadb-tls'),
    cidrs: cidrs('Addresses of the external server, for network policies. Empty: any.'),
  }).describe('The database server that services use: MariaDB.'),
  messaging: group({
    provider: provider('kolla', 'operator', 'external').describe(
      'Who runs the broker. `kolla`: the rabbitmq chart. `operator`: the RabbitMQ cluster operator, to which the chart\n' +
        'gives a RabbitmqCluster object. `external`: you, at `hosts`.',
    ),
    replicas: replicas(),
    hosts: z.array(host()).default([]).describe('Addresses of the external brokers.'),
    port: port().default(5672),
    user: identifier().default('openstack'),
    tls: tls('rabbitmq-tls'),
    cidrs: cidrs('Addresses of the external brokers, for network policies. Empty: any.'),
  }).describe('The message broker that services use: RabbitMQ.'),
  memcached: group({
    provider: provider('kolla', 'external').describe(
      'Who runs the servers. `kolla`: the memcached chart. `external`: you, at `servers`.',
    ),
    servers: z
      .array(memcachedServer())
      .default([])
      .describe('host:port of external servers, inet6:[address]:port for IPv6.'),
    replicas: z.int().min(1).max(100).default(1).describe('Number of servers that the memcached chart runs.'),
    port: port().default(11211),
    cidrs: cidrs('Addresses of external servers, for network policies. Empty: any.'),
  }).describe('The cache that services use.'),
  identity: group({
    port: port().default(5000).describe("Port of Keystone's API."),
    internalUrl: url()
      .optional()
      .describe('Where services reach Keystone. Default: the address of its Service in the cluster.'),
    public: publicValues(),
    cidrs: cidrs('Addresses behind `internalUrl`, for network policies. Empty: any.'),
    adminUser: identifier().default('admin'),
    adminProject: identifier().default('admin'),
  }).describe('Where Keystone is, and its administrator.'),
  publicEndpoints: publicEndpoints(),
  networkPolicy: group({
    enabled: z.boolean().default(true).describe('Let pods talk only to what they need.'),
    clients: group({
      namespaces: z.array(objectName()).default([]).describe('Namespaces whose pods may use the APIs.'),
      cidrs: cidrs('Addresses that may use the APIs, such as those of the load balancer.'),
    }).describe('Who may use the APIs, besides the services themselves.'),
    dns: group({
      namespace: objectName().default('kube-system').describe('Namespace of the cluster DNS.'),
      port: port().default(53).describe('Of its pods. OpenShift: 5353.'),
      cidrs: cidrs('Addresses of node-local DNS, such as 169.254.20.10/32.'),
    }).describe('Where pods resolve names.'),
    egressCidrs: cidrs('More addresses that every pod may reach.'),
    nodeCidrs: cidrs(
      'Addresses of the nodes of all pools, with those of tunnels that the cluster network gives them: host agents come\n' +
        'from there. Needed where there are host agents.',
    ),
  }).describe('Network policies. Default: deny, in both directions.'),
  passwords: group({
    existingSecret: objectName()
      .optional()
      .describe('A Secret of your own that holds all passwords, under the names below. The charts then make none.'),
    revision: line().default('').describe('Change it when the existing Secret has changed, and pods roll.'),
    ...passwordShape,
  }).describe(
    "Passwords under Kolla's own names. None has a default; `kolla-cdk8s genpwd` writes them to a file of their own.",
  ),
}).describe('What all charts share: the same block passes every chart.');

/** A model of just the shared block: its handles are the same in every chart. */
const model = new ValuesModel('global', z.strictObject({ global: globalValues }), ['global']);

/** The zod declaration of `global`, for a chart's own model. */
export const globalSchema = globalValues;

/** The handles of `global`. */
export const global = model.handles.global;
