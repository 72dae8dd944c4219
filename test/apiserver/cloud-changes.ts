import type { JsonMap } from '../../lib/values/expression';

/** A change of a cloud as operators make it: one of some values for the same place. */
export type Alternatives = readonly JsonMap[];

const resources = (cpu: string, memory: string): JsonMap => ({
  resources: { requests: { cpu, memory }, limits: { memory: '4Gi' } },
});
const claim = (size: string, storageClass?: string): JsonMap => ({
  storage: { size, ...(storageClass !== undefined && { storageClass }) },
});

/** The size of a claim grows only where its class lets it: in these tests, `large` does. */
const SIZES: readonly JsonMap[] = [claim('30Gi'), claim('30720Mi'), claim('60Gi'), claim('60Gi', 'large')];

/** Services with an API, and its image. */
const IMAGES: Readonly<Record<string, string>> = {
  keystone: 'keystone',
  glance: 'glance-api',
  placement: 'placement-api',
  neutron: 'neutron-server',
  nova: 'nova-api',
};

/** Of claims: half of them, and hardly any other change, are refused. */
export const CLAIM_CHANGES: readonly Alternatives[] = [
  SIZES.map((size) => ({ mariadb: { server: size } })),
  SIZES.map((size) => ({ mariadb: { backup: { enabled: true, ...size } } })),
  SIZES.map((size) => ({ rabbitmq: { server: size } })),
  SIZES.map((size) => ({ glance: { stores: { file: size } } })),
  [
    { glance: { stores: { file: { accessMode: 'ReadWriteMany' } } } },
    { glance: { stores: { file: { accessMode: 'ReadWriteOnce' } } } },
  ],
];

export const CLOUD_CHANGES: readonly Alternatives[] = [
  // What concerns all services.
  [{ global: { debug: true } }, { global: { debug: false } }],
  [{ global: { release: '2025.1' } }, { global: { release: '2026.1' } }],
  [{ global: { distro: 'rocky' } }, { global: { distro: 'ubuntu' } }, { global: { distro: 'debian' } }],
  [{ global: { startMode: 'kolla' } }, { global: { startMode: 'direct' } }],
  [{ global: { registry: 'registry.example.org' } }, { global: { registry: 'quay.io' } }],
  [{ global: { imagePullPolicy: 'Always' } }, { global: { imagePullPolicy: 'IfNotPresent' } }],
  [{ global: { imagePullSecrets: ['pull'] } }, { global: { imagePullSecrets: [] } }],
  [{ global: { region: 'north' } }, { global: { region: 'RegionOne' } }],
  [{ global: { passwords: { revision: 'a' } } }, { global: { passwords: { revision: 'b' } } }],
  [{ global: { passwords: { existingSecret: 'mine' } } }, { global: { passwords: { existingSecret: null } } }],
  [{ global: { passwords: { database_password: 'another' } } }],
  [{ global: { networkPolicy: { enabled: false } } }, { global: { networkPolicy: { enabled: true } } }],
  [{ global: { networkPolicy: { clients: { cidrs: ['198.51.100.0/24'] } } } }],
  [{ global: { nodeRoles: { control: { rack: 'a' } } } }, { global: { nodeRoles: { control: {} } } }],
  [
    { global: { publicEndpoints: { type: 'LoadBalancer', domain: 'cloud.example.org' } } },
    { global: { publicEndpoints: { type: 'Ingress', domain: 'cloud.example.org' } } },
    { global: { publicEndpoints: { type: 'NodePort', host: '192.0.2.1', domain: null } } },
    { global: { publicEndpoints: { type: 'None' } } },
  ],
  [
    { global: { publicEndpoints: { service: { externalTrafficPolicy: 'Local' } } } },
    { global: { publicEndpoints: { service: { externalTrafficPolicy: 'Cluster' } } } },
  ],
  [{ global: { database: { replicas: 3 } } }, { global: { database: { replicas: 1 } } }],
  [{ global: { messaging: { replicas: 3 } } }, { global: { messaging: { replicas: 1 } } }],
  [{ global: { memcached: { replicas: 3 } } }, { global: { memcached: { replicas: 1 } } }],
  [{ global: { memcached: { port: 11212 } } }, { global: { memcached: { port: 11211 } } }],
  [
    { global: { database: { provider: 'external', host: 'db.example.org', cidrs: ['198.51.100.1/32'] } } },
    { global: { database: { provider: 'kolla', host: null, cidrs: null } } },
  ],
  [
    {
      global: {
        pools: { default: { nodeSelector: { pool: 'a' } }, more: { nodeSelector: { pool: 'b' }, role: 'compute' } },
      },
    },
    { global: { pools: { more: { nodeSelector: { pool: 'c' }, role: 'network' } } } },
    { global: { pools: { more: null } } },
  ],
  // Services.
  ...Object.keys(IMAGES).flatMap((service): Alternatives[] => [
    [1, 2, 3].map((replicas) => ({ [service]: { api: { replicas } } })),
    [{ [service]: { api: resources('200m', '1Gi') } }, { [service]: { api: resources('0.2', '1024Mi') } }],
    [{ [service]: { api: { nodeSelector: { disk: 'ssd' } } } }, { [service]: { api: { nodeSelector: {} } } }],
    [
      { [service]: { api: { tolerations: [{ key: 'a', operator: 'Exists' }] } } },
      { [service]: { api: { tolerations: [] } } },
    ],
    [{ [service]: { api: { annotations: { 'example.org/a': 'b' } } } }],
    [{ [service]: { api: { extraEnv: { A: '1' } } } }, { [service]: { api: { extraEnv: { A: '' } } } }],
    [{ [service]: { images: { [IMAGES[service]!]: { tag: 'another' } } } }],
    [{ [service]: { passwordsRevision: 'c' } }],
    [{ [service]: { release: '2025.1' } }, { [service]: { release: '2026.1' } }],
  ]),
  [{ placement: { enabled: false } }, { placement: { enabled: true } }],
  [{ nova: { ssh: { enabled: true } } }, { nova: { ssh: { enabled: false } } }],
  [{ nova: { console: { type: 'spice' } } }, { nova: { console: { type: 'none' } } }],
  [{ nova: { conductor: { replicas: 2, workers: 3 } } }],
  [{ keystone: { conf: { 'keystone.conf': { token: { expiration: 7200 } } } } }],
  [{ keystone: { policy: { 'identity:list_users': 'role:admin' } } }],
  [{ neutron: { conf: { 'neutron.conf': { DEFAULT: { dhcp_agents_per_network: 2 } } } } }],
  [{ nova: { conf: { 'nova.conf': { DEFAULT: { cpu_allocation_ratio: 4 } } } } }],
  [{ neutron: { dvr: { enabled: true } } }, { neutron: { dvr: { enabled: false } } }],
  [{ mariadb: { server: { annotations: { 'example.org/a': 'b' } } } }],
  [{ mariadb: { backup: { enabled: true } } }, { mariadb: { backup: { enabled: false } } }],
  [{ mariadb: { backup: { enabled: true, keep: 7, full: '0 4 * * 0' } } }],
  ...CLAIM_CHANGES,
  [{ rabbitmq: { server: resources('500m', '2Gi') } }],
  [{ memcached: { server: resources('100m', '512Mi') } }],
];
