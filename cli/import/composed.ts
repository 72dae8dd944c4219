import { RELEASES } from '../../lib/kolla/releases';
import type { JsonMap } from '../../lib/values/expression';
import { isMap } from '../../lib/values/merge';
import type { Draft } from './draft';
import type { Inventory } from './inventory';
import { inUrl } from './simple';
import { Variables, textOf } from './variables';

/** Variables that become something together with others, and what. */
export const COMPOSED: { readonly [variable: string]: string } = {
  openstack_release: 'global.release',
  openstack_tag: 'images of all services',
  openstack_tag_suffix: 'images of all services',
  kolla_external_fqdn: 'global.publicEndpoints.host',
  kolla_external_vip_address: 'global.publicEndpoints.host',
  kolla_internal_fqdn: 'global.publicEndpoints.host',
  kolla_internal_vip_address: 'global.publicEndpoints.host',
  kolla_enable_tls_internal: 'global.publicEndpoints.scheme, where nothing is said of the external one',
  kolla_enable_tls_external: 'global.publicEndpoints.scheme',
  enable_openstack_core: '<service>.enabled',
  enable_keystone: 'keystone.enabled',
  enable_glance: 'glance.enabled',
  enable_placement: 'placement.enabled',
  enable_nova: 'nova.enabled',
  enable_neutron: 'neutron.enabled',
  enable_openvswitch: 'openvswitch.enabled',
  enable_mariadb: 'global.database.provider',
  database_address: 'global.database.host',
  use_preconfigured_databases: 'global.database.create',
  enable_mariabackup: 'mariadb.backup.enabled',
  database_enable_tls_backend: 'global.database.tls.enabled',
  enable_rabbitmq: 'global.messaging.provider',
  rpc_transport_url: 'global.messaging.hosts',
  om_enable_rabbitmq_tls: 'global.messaging.tls.enabled',
  enable_memcached: 'global.memcached.provider',
  glance_backend_file: 'glance.stores.file',
  glance_backend_ceph: 'glance.stores.rbd',
  glance_backend_s3: 'glance.stores.s3',
  glance_default_backend: 'glance.defaultStore',
  ceph_glance_user: 'glance.stores.rbd.user',
  ceph_glance_pool_name: 'glance.stores.rbd.pool',
  s3_url: 'glance.stores.s3.host',
  s3_bucket: 'glance.stores.s3.bucket',
  s3_access_key: 'glance.passwords, in passwords.yaml',
  s3_secret_key: 'glance.passwords, in passwords.yaml',
  glance_backend_s3_url: 'glance.stores.s3.host',
  glance_backend_s3_bucket: 'glance.stores.s3.bucket',
  glance_backend_s3_access_key: 'glance.passwords, in passwords.yaml',
  glance_backend_s3_secret_key: 'glance.passwords, in passwords.yaml',
  glance_enable_property_protection: 'glance.files["property-protections-rules.conf"]',
  glance_enable_interoperable_image_import: 'glance.import',
  nova_console: 'nova.console.type',
  enable_nova_serialconsole_proxy: 'nova.console.type',
  nova_compute_virt_type: 'nova.pools.<pool>.virtType',
  enable_neutron_agent_ha: 'neutron.routers.ha',
  dhcp_agents_per_network: 'neutron.dhcp.agentsPerNetwork',
  max_l3_agents_per_router: 'neutron.routers.maxAgents',
  enable_neutron_metering: 'neutron.servicePlugins',
  enable_neutron_segments: 'neutron.servicePlugins',
  enable_neutron_packet_logging: 'neutron.servicePlugins',
};

const TLS_SECRET = 'needs a Secret with ca.crt, tls.crt and tls.key, such as cert-manager makes';

export interface Sources {
  readonly variables: Variables;
  readonly draft: Draft;
  readonly inventory: Inventory | undefined;
}

/** What follows from several variables, but for pools of nodes and images. */
export function mapComposed(sources: Sources): void {
  mapRelease(sources);
  mapEndpoints(sources);
  mapServices(sources);
  mapDatabase(sources);
  mapMessaging(sources);
  mapCache(sources);
  mapGlance(sources);
  mapConsole(sources);
  mapNeutron(sources);
}

function mapRelease({ variables, draft }: Sources): void {
  const given = variables.text('openstack_release');
  const newest = RELEASES.at(-1)!;
  const release = RELEASES.find((known) => known === given);
  // One that is not known is taken to the next that is there: never back.
  const next = RELEASES.find((known) => given !== undefined && known > given) ?? newest;
  const taken = release ?? (given === undefined || !/^\d{4}\.\d$/.test(given) ? newest : next);
  draft.put(['global', 'release'], taken, given === undefined ? 'openstack_release is not given' : 'openstack_release');
  if (release !== undefined) return;
  draft.note(
    'toDo',
    'global.release',
    given === undefined
      ? `is ${taken} now: openstack_release is not given. Make it the release that runs, one of ${RELEASES.join(', ')}`
      : `is ${taken} now: openstack_release is ${given}, and there are ${RELEASES.join(', ')}. Upgrade first`,
  );
}

function mapEndpoints({ variables, draft }: Sources): void {
  if (variables.flag('kolla_enable_tls_internal', false)) {
    draft.note(
      'lacking',
      'TLS inside of the cluster',
      'kolla_enable_tls_internal; database and broker take it: global.database.tls, global.messaging.tls',
    );
  }
  const names = [
    'kolla_external_fqdn',
    'kolla_external_vip_address',
    'kolla_internal_fqdn',
    'kolla_internal_vip_address',
  ];
  const [name] = names.filter((of) => variables.text(of) !== undefined);
  const tls = variables.flag('kolla_enable_tls_external', variables.flag('kolla_enable_tls_internal', false));
  if (name === undefined) {
    draft.note(
      'toDo',
      'global.publicEndpoints',
      'no address is given: nobody reaches the APIs from outside. See docs/endpoints.md',
    );
    return;
  }
  const at = (key: string) => ['global', 'publicEndpoints', key];
  draft.put(at('type'), 'LoadBalancer', 'one address, a port for each API, as with HAProxy');
  draft.put(at('host'), inUrl(variables.text(name) ?? ''), name);
  draft.note(
    'toDo',
    'global.publicEndpoints',
    'the load balancer of the cluster has to take this address for each API; Ingress and others: docs/endpoints.md',
  );
  if (!tls) return;
  draft.put(at('scheme'), 'https', 'kolla_enable_tls_external');
  draft.note(
    'toDo',
    'global.publicEndpoints.scheme',
    'the load balancer has to end TLS; with type Ingress or HTTPRoute the cluster does. Certificates are not taken over',
  );
}

function mapServices({ variables, draft }: Sources): void {
  const core = variables.flag('enable_openstack_core', true);
  const on = (name: string, otherwise: boolean): boolean => {
    const enabled = variables.flag(`enable_${name}`, otherwise);
    const why = variables.get(`enable_${name}`) === undefined ? 'follows from what it is for' : `enable_${name}`;
    if (!enabled) draft.put([name, 'enabled'], false, why);
    return enabled;
  };
  on('keystone', core);
  on('glance', core);
  on('placement', on('nova', core));
  on('openvswitch', on('neutron', core));
  if (!variables.flag('enable_keystone', core)) {
    const url = variables.text('keystone_internal_url');
    if (url !== undefined) draft.put(['global', 'identity', 'internalUrl'], url, 'keystone_internal_url');
    else draft.note('toDo', 'global.identity.internalUrl', 'Keystone is elsewhere: say where');
  }
}

function mapDatabase({ variables, draft }: Sources): void {
  const at = (...path: string[]) => ['global', 'database', ...path];
  const ours = variables.flag('enable_mariadb', true);
  const address = variables.text('database_address');
  if (!ours) {
    draft.put(at('provider'), 'external', 'enable_mariadb');
    if (address !== undefined) draft.put(at('host'), inUrl(address), 'database_address');
    else draft.note('toDo', 'global.database.host', 'the database is elsewhere: say where');
    if (variables.flag('use_preconfigured_databases', false)) {
      draft.put(at('create'), false, 'use_preconfigured_databases');
    }
  } else {
    const unused = ['database_address', 'use_preconfigured_databases'].filter(
      (name) => variables.text(name) !== undefined,
    );
    for (const name of unused) draft.note('otherwise', name, 'the database is that of the chart mariadb, by its name');
    if (variables.flag('enable_mariabackup', false))
      draft.put(['mariadb', 'backup', 'enabled'], true, 'enable_mariabackup');
  }
  if (variables.flag('database_enable_tls_backend', false))
    draft.put(at('tls', 'enabled'), true, 'database_enable_tls_backend');
  if (draft.get(at('tls', 'enabled')) === true) draft.note('toDo', 'global.database.tls', TLS_SECRET);
}

function mapMessaging({ variables, draft, inventory }: Sources): void {
  const at = (...path: string[]) => ['global', 'messaging', ...path];
  if (!variables.flag('enable_rabbitmq', true)) {
    draft.put(at('provider'), 'external', 'enable_rabbitmq');
    const url = variables.text('rpc_transport_url');
    const hosts = [...(url ?? '').matchAll(/@(\[[^\]]+\]|[^:/,@]+)/g)].map(([, one]) => one!);
    const members = hosts.length > 0 ? hosts : [...(inventory?.hosts('rabbitmq') ?? [])];
    if (members.length > 0)
      draft.put(at('hosts'), members, hosts.length > 0 ? 'rpc_transport_url' : 'the group rabbitmq');
    else draft.note('toDo', 'global.messaging.hosts', 'the broker is elsewhere: say where');
  } else if (variables.text('rpc_transport_url') !== undefined) {
    draft.note('otherwise', 'rpc_transport_url', 'the broker is that of the chart rabbitmq, by its name');
  }
  if (variables.flag('om_enable_rabbitmq_tls', false)) draft.put(at('tls', 'enabled'), true, 'om_enable_rabbitmq_tls');
  if (draft.get(at('tls', 'enabled')) === true) draft.note('toDo', 'global.messaging.tls', TLS_SECRET);
}

function mapCache({ variables, draft, inventory }: Sources): void {
  if (variables.flag('enable_memcached', true)) return;
  draft.put(['global', 'memcached', 'provider'], 'external', 'enable_memcached');
  const servers = (inventory?.hosts('memcached') ?? []).map(
    (host) => `${host}:${variables.text('memcached_port') ?? 11211}`,
  );
  if (servers.length > 0) draft.put(['global', 'memcached', 'servers'], servers, 'the group memcached');
  else draft.note('toDo', 'global.memcached.servers', 'the cache is elsewhere: say where');
}

function mapGlance({ variables, draft }: Sources): void {
  const store = (name: string, key: string) => ['glance', 'stores', name, key];
  const ceph = variables.flag('glance_backend_ceph', false);
  const s3 = variables.flag('glance_backend_s3', false);
  const file = variables.flag('glance_backend_file', !ceph && !s3);
  if (!file) draft.put(store('file', 'enabled'), false, 'glance_backend_file');
  const pool = variables.text('ceph_glance_pool_name') ?? 'images';
  const user = variables.text('ceph_glance_user') ?? 'glance';
  if (ceph) {
    draft.put(store('rbd', 'enabled'), true, 'glance_backend_ceph');
    if (pool !== 'images') draft.put(store('rbd', 'pool'), pool, 'ceph_glance_pool_name');
    if (user !== 'glance') draft.put(store('rbd', 'user'), user, 'ceph_glance_user');
    draft.note(
      'toDo',
      'glance.stores.rbd',
      `kubectl create secret generic glance-ceph -n openstack --from-file=config/glance/ceph.conf --from-file=config/glance/ceph.client.${user}.keyring`,
    );
  }
  const s3Value = (name: string) => variables.text(`glance_backend_s3_${name}`) ?? variables.text(`s3_${name}`);
  const [url, bucket] = [s3Value('url'), s3Value('bucket')];
  if (s3) {
    draft.put(store('s3', 'enabled'), true, 'glance_backend_s3');
    if (url !== undefined) draft.put(store('s3', 'host'), url, 'glance_backend_s3_url');
    if (bucket !== undefined) draft.put(store('s3', 'bucket'), bucket, 'glance_backend_s3_bucket');
  }
  const kinds: { readonly [name: string]: string } = { file: 'file', rbd: 'rbd', ceph: 'rbd', s3: 's3' };
  const named = variables.text('glance_default_backend');
  const first = ceph ? 'rbd' : s3 ? 's3' : 'file';
  const chosen = named === undefined ? first : (kinds[named] ?? first);
  if (chosen !== 'file')
    draft.put(
      ['glance', 'defaultStore'],
      chosen,
      named === undefined ? `glance_backend_${first === 'rbd' ? 'ceph' : first}` : 'glance_default_backend',
    );
  if (variables.get('glance_enable_interoperable_image_import') !== undefined) {
    draft.note(
      'otherwise',
      'glance_enable_interoperable_image_import',
      'imports are always there; which methods: glance.import',
    );
  }
}

/** Passwords that Kolla-Ansible has in globals.yml, and that are for passwords.yaml here. */
export function passwordsOf(variables: Variables): JsonMap {
  if (!variables.flag('glance_backend_s3', false)) return {};
  const keys = ['access_key', 'secret_key'].flatMap((key) => {
    const value = variables.text(`glance_backend_s3_${key}`) ?? variables.text(`s3_${key}`);
    return value === undefined ? [] : [[`glance_backend_s3_${key}`, value] as const];
  });
  return keys.length === 0 ? {} : { glance: { passwords: Object.fromEntries(keys) } };
}

function mapConsole({ variables, draft }: Sources): void {
  const type = variables.text('nova_console') ?? 'novnc';
  if (type !== 'novnc') draft.put(['nova', 'console', 'type'], type, 'nova_console');
  if (!variables.flag('enable_nova_serialconsole_proxy', false)) return;
  if (type === 'none') draft.put(['nova', 'console', 'type'], 'serial', 'enable_nova_serialconsole_proxy');
  else
    draft.note(
      'lacking',
      'enable_nova_serialconsole_proxy',
      `a cloud has one kind of console, ${type} here; nova.console.type: serial is another`,
    );
}

function mapNeutron({ variables, draft, inventory }: Sources): void {
  const networkNodes = inventory?.hosts('network').length ?? 0;
  const ha = variables.flag('enable_neutron_agent_ha', false);
  const agents = variables.text('dhcp_agents_per_network');
  const routers = variables.text('max_l3_agents_per_router');
  if (ha) {
    draft.put(['neutron', 'routers', 'ha'], true, 'enable_neutron_agent_ha');
    if (routers !== undefined)
      draft.put(['neutron', 'routers', 'maxAgents'], Number(routers), 'max_l3_agents_per_router');
    // Two by default in Kolla-Ansible.
    draft.put(
      ['neutron', 'dhcp', 'agentsPerNetwork'],
      Number(agents ?? 2),
      agents === undefined ? 'enable_neutron_agent_ha' : 'dhcp_agents_per_network',
    );
    if (networkNodes === 1) draft.note('toDo', 'neutron.routers.ha', 'there is one node with networks: two are needed');
  }
  const plugins = Object.entries({ metering: 'metering', segments: 'segments', packet_logging: 'log' })
    .filter(([name]) => variables.flag(`enable_neutron_${name}`, false))
    .map(([, plugin]) => plugin);
  if (plugins.length > 0)
    draft.put(['neutron', 'servicePlugins'], plugins, 'enable_neutron_metering, …_segments, …_packet_logging');
  if (plugins.includes('log')) {
    draft.put(['neutron', 'openvswitchAgent', 'extensions'], ['log'], 'enable_neutron_packet_logging');
    draft.put(['neutron', 'l3Agent', 'extensions'], ['snat_log'], 'enable_neutron_packet_logging');
  }
  if (plugins.includes('metering'))
    draft.note('lacking', 'enable_neutron_metering', 'the plugin is taken over; the metering agent is not here yet');
}

/** A map of texts, in whichever form Kolla-Ansible takes it. */
export function mapOf(value: unknown): Record<string, string> {
  if (!isMap(value as JsonMap)) return {};
  return Object.fromEntries(Object.entries(value as JsonMap).map(([key, item]) => [key, textOf(item)]));
}
