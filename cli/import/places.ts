import type { Json } from '../../lib/values/expression';

/** Where the options of an override go. */
export interface Place {
  readonly service: string;
  /** The file among the service's `conf`. */
  readonly file: string;
  /** Its table of options: `nova/nova.conf`. Without one, any option is taken. */
  readonly table?: string;
  /** For the pools of computes alone. */
  readonly computes?: true;
}

/** The main file of each service: that of `config/<service>.conf` and `config/global.conf`. */
export const MAIN: { readonly [service: string]: string } = {
  keystone: 'keystone.conf',
  glance: 'glance-api.conf',
  placement: 'placement.conf',
  nova: 'nova.conf',
  neutron: 'neutron.conf',
};

/** Files that a service has besides. */
const OWN: { readonly [service: string]: readonly string[] } = {
  glance: ['glance-image-import.conf'],
  neutron: [
    'ml2_conf.ini',
    'openvswitch_agent.ini',
    'dhcp_agent.ini',
    'l3_agent.ini',
    'metadata_agent.ini',
    'sriov_agent.ini',
  ],
};

/** Processes of a service, of whose file Kolla-Ansible makes one of its own: `config/nova/nova-api.conf`. */
const PROCESSES: { readonly [service: string]: RegExp } = {
  keystone: /^keystone$/,
  glance: /^glance-api$/,
  placement: /^placement-api$/,
  nova: /^nova-(api|metadata|scheduler|conductor|super-conductor|novncproxy|spicehtml5proxy|serialproxy|compute)$/,
  neutron:
    /^neutron-(server|rpc-server|periodic-worker|openvswitch-agent|dhcp-agent|l3-agent|metadata-agent|sriov-agent)$/,
};

const placeIn = (service: string, file: string): Place => ({ service, file, table: `${service}/${file}` });

/**
 * Where the options of a file below `config/` go (source: `merge_configs` in ansible/roles of the services).
 *
 * @returns undefined where it is no such file of a service that is here
 */
export function placeOf(path: string): Place | undefined {
  const [first = '', second, ...deeper] = path.split('/');
  if (deeper.length > 0) return undefined;
  if (second === undefined) {
    const service = /^(\w+)\.conf$/.exec(first)?.[1] ?? '';
    const main = Object.hasOwn(MAIN, service) ? MAIN[service] : undefined;
    if (main !== undefined) return placeIn(service, main);
    return first === 'galera.cnf' ? { service: 'mariadb', file: 'my.cnf' } : undefined;
  }
  if (path === 'rabbitmq/rabbitmq.conf') return { service: 'rabbitmq', file: 'rabbitmq.conf' };
  const main = Object.hasOwn(MAIN, first) ? MAIN[first] : undefined;
  if (main === undefined) return undefined;
  if (OWN[first]?.includes(second)) return placeIn(first, second);
  const process = /^([\w-]+)\.conf$/.exec(second)?.[1] ?? '';
  if (!PROCESSES[first]?.test(process)) return undefined;
  return { ...placeIn(first, main), ...(process === 'nova-compute' && { computes: true }) };
}

/** Options that have a value of their own, since other files or the cluster depend on them. */
interface OwnValue {
  readonly path: readonly string[];
  readonly as: (text: string) => Json;
}

const number = (text: string): Json => (/^\d+$/.test(text) ? Number(text) : text);
const flag = (text: string): Json => /^(true|yes|on|1)$/i.test(text);
const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** `physnet1:100:200,physnet2` */
function vlanRanges(text: string): Json {
  const ranges: { [network: string]: string[] } = {};
  for (const item of list(text)) {
    const [network = '', ...bounds] = item.split(':');
    const of = (ranges[network] ??= []);
    if (bounds.length > 0) of.push(bounds.join(':'));
  }
  return ranges;
}

const own = (path: string, as: OwnValue['as']): OwnValue => ({ path: path.split('.'), as });

/** By file, section and option. */
export const OWN_VALUES: { readonly [option: string]: OwnValue } = {
  'keystone.conf token expiration': own('keystone.token.expiration', number),
  'keystone.conf token allow_expired_window': own('keystone.token.allowExpiredWindow', number),
  'neutron.conf DEFAULT dhcp_agents_per_network': own('neutron.dhcp.agentsPerNetwork', number),
  'neutron.conf DEFAULT dns_domain': own('neutron.dhcp.domain', (text) => text.replace(/\.$/, '')),
  'neutron.conf DEFAULT global_physnet_mtu': own('neutron.mtu.global', number),
  'neutron.conf DEFAULT l3_ha': own('neutron.routers.ha', flag),
  'neutron.conf DEFAULT max_l3_agents_per_router': own('neutron.routers.maxAgents', number),
  'neutron.conf DEFAULT router_distributed': own('neutron.dvr.enabled', flag),
  'ml2_conf.ini ml2 path_mtu': own('neutron.mtu.path', number),
  'ml2_conf.ini ml2_type_flat flat_networks': own('neutron.ml2.flatNetworks', list),
  'ml2_conf.ini ml2_type_vlan network_vlan_ranges': own('neutron.ml2.vlanRanges', vlanRanges),
  'ml2_conf.ini ml2_type_vxlan vni_ranges': own('neutron.ml2.vniRanges', list),
};

/** Options that follow from where a process runs, which is another place now. By section and option. */
const OF_PLACES: readonly RegExp[] = [
  /^DEFAULT (transport_url|log_dir|log_file|log_config_append|state_path|my_ip|my_block_storage_ip|host|pybasedir|bind_host|bind_port|api_paste_config|core_plugin|enabled_backends)$/,
  /^DEFAULT (osapi_compute_listen|metadata_listen)(_port)?$/,
  /^(api_)?database (slave_)?connection$/,
  /^cache memcache_servers$/,
  /^keystone_authtoken (memcached_servers|auth_url|www_authenticate_uri|username|project_name|\w+_domain_(name|id))$/,
  /^oslo_concurrency lock_path$/,
  /^oslo_messaging_notifications transport_url$/,
  /^oslo_policy policy_file$/,
  /^ovs (local_ip|ovsdb_connection|bridge_mappings)$/,
  /^(vnc|spice|serial_console) (server_listen|server_proxyclient_address|proxyclient_address|\w*proxy_(host|port|base_url)|base_url)$/,
  /^libvirt (connection_uri|live_migration_inbound_addr|live_migration_uri|virt_type)$/,
  /^glance_store (default_backend|filesystem_store_datadir)$/,
  /^mysqld (wsrep_\w+|bind[-_]address|port|datadir|socket|log[-_]error)$/,
];

/** Whether the charts set it, and have to. */
export const isOfPlace = (section: string, option: string): boolean =>
  OF_PLACES.some((pattern) => pattern.test(`${section} ${option}`));

/** Files below `config/` that become no options, and why. The first that fits. */
export const OTHER_FILES: readonly (readonly [path: RegExp, text: string])[] = [
  [/(^|\/)(ceph\.conf|.*\.keyring)$/, 'is for a Secret of yours: docs/glance.md'],
  [/\.(pem|crt|key|cert)$|^certificates\//, 'certificates are Secrets of yours'],
  [
    /(-|^|\/)(httpd|wsgi)[\w-]*\.conf$|(^|\/)(api-)?paste\.ini$|-paste\.ini$/,
    'APIs run under uwsgi, with the paste files of their packages',
  ],
  [/^keystone\/(domains|federation)\//, 'domains with drivers of their own, and federation, are not here yet'],
  [/^neutron\/dnsmasq\.conf$/, "dnsmasq.conf is the chart's; name servers: neutron.dhcpAgent.dnsServers"],
  [/^nova\/(libvirtd|qemu)\.conf/, "libvirt's files are the chart's"],
  [/^nova(_compute)?\/release$/, "a file of Nova's packages; it is that of images"],
  [/^nova\/nova-(libvirt|compute)\/|^multipath/, "the files of this process are the chart's"],
  [/^rabbitmq\//, 'of the broker, only rabbitmq.conf is taken: rabbitmq.conf["rabbitmq.conf"]'],
  [
    /^(backup\.my\.cnf|healthcheck\.cnf|mariadb\/)/,
    'of the database, only galera.cnf is taken: mariadb.conf["my.cnf"]',
  ],
  [
    /^glance(\/|-)(glance-)?cache\.conf$|^glance\/glance-(cache|manage|scrubber)\.conf$|^glance-cache\.conf$/,
    'the cache of images reads glance-api.conf: glance.imageCache',
  ],
  [/^(haproxy|keepalived|loadbalancer|proxysql)(\/|$)/, 'Services of Kubernetes balance'],
  [
    /^(prometheus|grafana|fluentd|opensearch|elasticsearch|collectd|telegraf)(\/|\.|$)/,
    'monitoring and logs are those of the Kubernetes cluster',
  ],
];
