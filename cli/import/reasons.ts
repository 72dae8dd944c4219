import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPasswordName } from '../../lib/kolla/passwords';
import { nearest } from '../../lib/values/nearest';
import { COMPOSED } from './composed';
import type { Group } from './draft';
import { OF_POOLS } from './pools';
import { SIMPLE } from './simple';

/** What is said of a variable that becomes no value. */
export interface Reason {
  readonly group: Group;
  /** What it is about: a service, or the variable alone. */
  readonly about?: string;
  readonly text: string;
}

/** `data/kolla-ansible/variables.json`, which `npm run kolla-ansible-variables` writes. */
interface KnownVariables {
  readonly globals: readonly string[];
  readonly defaults: { readonly [role: string]: readonly string[] };
}
const FILE = join(__dirname, '..', '..', 'data', 'kolla-ansible', 'variables.json');
export const knownVariables = (): KnownVariables => JSON.parse(readFileSync(FILE, 'utf8')) as KnownVariables;

/** Services that this project does not have, by the names that their variables begin with. */
const SERVICES: { readonly [name: string]: string } = {
  aodh: 'alarms',
  barbican: 'keys and certificates',
  bifrost: 'bare metal for the cloud itself',
  blazar: 'reservations',
  ceilometer: 'measurements',
  cinder: 'volumes',
  cloudkitty: 'prices',
  cyborg: 'accelerators',
  designate: 'DNS',
  freezer: 'backups',
  gnocchi: 'series of measurements',
  heat: 'orchestration',
  horizon: 'the dashboard',
  ironic: 'bare metal',
  kuryr: 'networks of containers',
  magnum: 'clusters of containers',
  manila: 'shared files',
  masakari: 'servers that come back',
  mistral: 'workflows',
  murano: 'applications',
  octavia: 'load balancers',
  ovn: "OVN, Neutron's other network: Open vSwitch's agents are here",
  sahara: 'data processing',
  senlin: 'clusters',
  skyline: 'the other dashboard',
  solum: 'applications',
  swift: 'objects',
  tacker: 'network functions',
  trove: 'databases for users',
  venus: 'logs',
  vitrage: 'causes of alarms',
  watcher: 'optimization',
  zun: 'containers',
};

/** What the names of a service's variables begin with besides its own. */
const ALSO: { readonly [prefix: string]: string } = {
  dns: 'designate',
  hnas: 'manila',
  vast: 'cinder',
  vmware: 'nova on VMware',
  zfssa: 'cinder',
};

const MONITORING = 'monitoring and logs are those of the Kubernetes cluster; nothing of them is here';
const CONTAINERS =
  'Kubernetes runs the containers, with requests and limits of its own: <service>.<component>.resources';
const BALANCER = 'Services of Kubernetes balance; what leads in from outside: global.publicEndpoints';
const CERTIFICATES =
  'certificates are Secrets, of cert-manager or yours: docs/endpoints.md, global.database.tls, global.messaging.tls';
const DATABASES = 'each service has its own database and user, under its own name';
const INSIDE =
  'inside of the cluster, services speak without TLS; database and broker take it: global.database.tls, global.messaging.tls';
const ANSIBLE = 'is for Ansible, which does nothing here';
const NETWORKS = 'addresses inside of the cluster are those of Kubernetes';
const NAMES = 'users and projects of services have fixed names';

/** Reasons by name. The first that fits; names that the tables of what is mapped have never come here. */
const REASONS: readonly (readonly [name: RegExp, group: Group, text: string])[] = [
  // What is not here yet, of services that are.
  [
    /^(nova_backend_ceph|nova_backend|ceph_nova_\w+|nova_cell_ceph_backend)$/,
    'lacking',
    'disks of servers in Ceph are not here yet',
  ],
  [/^ceph_gnocchi_|^ceph_manila_|^ceph_cinder_/, 'lacking', 'of a service that is not here yet'],
  [/^neutron_plugin_agent$/, 'lacking', 'the network is that of Open vSwitch and its agents; OVN is not here yet'],
  [
    /^(enable_neutron_(vpnaas|fwaas|bgp_dragent|sfc|taas|mlnx|infoblox_ipam_agent)|neutron_(ipam_driver|bgp_\w+|mlnx_\w+))$|^infoblox_/,
    'lacking',
    "this extension of Neutron's is not here yet",
  ],
  [
    /^(enable_ovs_dpdk|ovs_\w+|dpdk_\w+)$/,
    'lacking',
    'Open vSwitch with DPDK is not here yet; datapath: userspace goes without',
  ],
  [/^(neutron_(enable_)?ovn_\w+|enable_ovn)$/, 'lacking', 'OVN is not here yet'],
  [
    /^neutron_compute_dvr_mode$/,
    'lacking',
    'computes have floating addresses with dvr.enabled: dvr_no_external is not here yet',
  ],
  [/^(enable_cells|nova_cell_\w+)$/, 'otherwise', 'cells are a map: nova.cells, docs/nova.md'],
  [/^(enable_nova_swtpm|swtpm_\w+)$/, 'lacking', 'emulated TPMs are not here yet'],
  [/^(enable_nova_fake|num_nova_fake_per_node)$/, 'otherwise', 'fake computes for tests: nova.fakeComputes'],
  [/^glance_backend_(swift|vmware)$/, 'lacking', 'this store of Glance is not here; stores: docs/glance.md'],
  [
    /^(enable_keystone_federation|keystone_(identity|federation|remote|container_federation|host_federation|oidc|enable_federation|should_remove|trusted)\w*|horizon_trusted_dashboards)$/,
    'lacking',
    'federation of Keystone is not here yet',
  ],
  [
    /^(kolla_enable_tls_backend|kolla_verify_tls_backend|\w+_enable_tls_backend|haproxy_backend_cacert\w*)$/,
    'lacking',
    INSIDE,
  ],
  [/^(enable_osprofiler|osprofiler_\w+)$/, 'lacking', "OSProfiler's collector is not here; its options go to conf"],
  [
    /^(multiple_regions_names|kolla_same_external_internal_vip)$/,
    'otherwise',
    'each region is a cloud file of its own, with global.region',
  ],
  [
    /^(libvirt_|qemu_|nova_libvirt_(port|logging_debug|volume))/,
    'otherwise',
    "libvirt is the chart's: it listens on the node alone, and servers move by SSH",
  ],
  [/^nova_libvirt_cpu_mode$/, 'otherwise', 'nova.conf["nova.conf"].libvirt.cpu_mode'],
  [
    /^nova_(hw_disk_discard|pci_passthrough_whitelist)$/,
    'otherwise',
    'nova.pools.<pool>["nova.conf"]: libvirt.hw_disk_discard, pci.device_spec',
  ],
  [
    /^(enable_shared_var_lib_nova_mnt|nova_instance_datadir_volume)$/,
    'otherwise',
    'disks of servers are in /var/lib/nova of each node',
  ],
  [/^nova_spice_/, 'otherwise', 'nova.conf["nova.conf"].spice'],
  [
    /^(nova|glance|keystone|neutron|placement)_(enabled_)?(default_)?notifications?_?\w*topics?\w*$/,
    'otherwise',
    '<service>.notifications.enabled',
  ],
  [
    /^(mechanism_drivers|neutron_mechanism_drivers|extension_drivers|neutron_extension_drivers|service_plugins|neutron_service_plugins|agent_extensions|neutron_agent_extensions|notification_drivers|neutron_notification_drivers)$/,
    'otherwise',
    'neutron.ml2.extensionDrivers, neutron.servicePlugins, neutron.<agent>.extensions',
  ],

  // What Kubernetes or a chart does otherwise.
  [
    /^workaround_ansible_issue_8743$|^kolla_ansible_|^kolla_max_fail_percentage$|_max_fail_percentage$|_config_validation$|^openstack_\w+_auth$|^(openstack_auth\w*|openstack_interface|openstack_cacert|kolla_admin_openrc_cacert)$/,
    'otherwise',
    ANSIBLE,
  ],
  [
    /^config_strategy$|^(node_|container_)?config_(directory|owner_\w+)$|^node_(config|custom_config|config_directory)$|^container_config_directory$/,
    'otherwise',
    'files are ConfigMaps, and pods roll when these change',
  ],
  [
    /^(kolla_container_engine|docker_\w+|podman_\w+|container_engine\w*|run_default_\w+|skip_stop_containers|default_\w*dimensions\w*|default_extra_volumes|containerd_\w+|container_(http|https|no)_proxy|container_proxy\w*)$/,
    'otherwise',
    'Kubernetes runs the containers; credentials for the registry: global.imagePullSecrets',
  ],
  [
    /_(dimensions|default_volumes|extra_volumes|volumes|enabled_default_volumes)$|_dimensions_\w+$/,
    'otherwise',
    CONTAINERS,
  ],
  [/healthcheck/, 'otherwise', 'pods have probes of their own'],
  [
    /_(git_repository|dev_mode|source_version|dev_repos\w*)$|^kolla_(dev|source)_\w+$/,
    'otherwise',
    'code is that of images; <service>.images names others',
  ],
  [/_(image|tag|image_full)$|^kolla_base_distro_version\w*$/, 'otherwise', 'an image that is not used here'],
  [
    /haproxy|keepalived|proxysql|hacluster|loadbalancer|^kolla_external_vip_interface$|^acme_client_|^kolla_httpd_|_single_external_frontend/,
    'otherwise',
    BALANCER,
  ],
  [
    /letsencrypt|^kolla_(certificates_dir|\w*fqdn_cert|tls_backend_(cert|key)|copy_ca_into_containers)$|_copy_certs$|_cacert$|_cacert_dir$|^(certificates|root_ca)_/,
    'otherwise',
    CERTIFICATES,
  ],
  [/^database_enable_tls_\w+$|_database_enable_tls_internal$/, 'otherwise', 'one setting for all: global.database.tls'],
  [
    /_database_(name|user|address|host|password|port|shard\w*|enable_tls\w*|connection\w*)$|_database_shard$|^(use_common_mariadb_user|enable_external_mariadb_load_balancer)$/,
    'otherwise',
    DATABASES,
  ],
  [
    /^database_(max_pool_size|connection_recycle_time)$/,
    'otherwise',
    'connections follow from the processes; <service>.conf has [database]',
  ],
  [/^mariadb_/, 'otherwise', 'Galera is set up by the chart mariadb; mariadb.conf["my.cnf"] has options of the server'],
  [
    /^(rabbitmq|om)_/,
    'otherwise',
    'the broker is set up by the chart rabbitmq, with quorum queues; rabbitmq.conf, rabbitmq.server.schedulers',
  ],
  [/^(rpc|notify)_transport_url$/, 'otherwise', 'follows from global.messaging'],
  [/^memcache(d)?_/, 'otherwise', 'memcached.server, and conf of each service'],
  [/_address_family$/, 'otherwise', `${NETWORKS}, of the families that the cluster has`],
  [/_interface(_address)?$|^kolla_internal_address$/, 'otherwise', NETWORKS],
  [
    /_(port|listen_port|internal_port|public_listen_port)$/,
    'otherwise',
    `ports inside of the cluster are fixed; those of public URLs: <service>.api.public.port`,
  ],
  [
    /_(internal|external|public|admin)_(fqdn|endpoint|base_endpoint|url)$|_(internal|public)_endpoint$|_fqdn$|^(public|internal)_protocol$/,
    'otherwise',
    'endpoints follow from global.publicEndpoints, and <service>.api.public',
  ],
  [
    /_keystone_user$|_ks_(users|user_roles|services|roles)$|^default_(project|user)_domain_|^keystone_(username|groupname|default_user_role)$/,
    'otherwise',
    NAMES,
  ],
  [/^update_keystone_service_user_passwords$/, 'otherwise', 'a changed password is set by the bootstrap Job'],
  [
    /_rolling_upgrade$|_safety_upgrade$|^openstack_previous_release_name$/,
    'otherwise',
    'upgrades: docs/keystone.md and docs/operations.md',
  ],
  [/_logging_debug$/, 'otherwise', 'one setting for all: global.debug; or conf of the service: DEFAULT.debug'],
  [
    /^(disable_firewall|enable_external_api_firewalld|external_api_firewalld_zone|set_sysctl|kolla_sysctl_conf_path|neutron_legacy_iptables)$|^sysctl/,
    'otherwise',
    'nodes are set up by whoever runs Kubernetes; global.networkPolicy is between pods',
  ],
  [
    /^(enable_container_healthchecks|enable_destroy_images|supported_policy_format_list)$/,
    'otherwise',
    'Kubernetes does it',
  ],
  [
    /prometheus|grafana|opensearch|elasticsearch|kibana|fluentd|collectd|telegraf|influxdb|central_logging|^node_exporter|^swift_recon/,
    'otherwise',
    MONITORING,
  ],
  [/^(enable_)?(etcd|valkey|redis)(_|$)/, 'otherwise', 'no service here coordinates by it'],
  [/^(enable_)?(iscsid?|multipathd)(_|$)/, 'lacking', 'iSCSI and multipath are for volumes, which are not here yet'],
  [
    /^neutron_agents_wrappers$|^neutron_(subprojects|modules_\w+)$/,
    'otherwise',
    'processes of DHCP and routers are in the pods of their agents; their networks stay while those roll',
  ],
  [
    /^(external_ceph_cephx_enabled|ceph_cluster|ceph_\w+_keyring|glance_(store_)?(ceph_)?backends)$/,
    'otherwise',
    'glance.stores.rbd: a Secret has ceph.conf and the keyring',
  ],
  [/^glance_(file_datadir_volume|api_hosts)$/, 'otherwise', 'glance.stores.file.storage'],
  [/^(enable_)?ceph_rgw/, 'lacking', "endpoints of Ceph's object gateway are not registered here yet"],
  [/^(enable_)?(kolla_toolbox|cron|common|prechecks|prune_images|service)(_|$)/, 'otherwise', 'Kubernetes does it'],
];

/** On in Kolla-Ansible unless they are switched off, as parts of `enable_openstack_core`. */
export const CORE = ['heat', 'horizon'] as const;

/** The variables that become something. */
export const MAPPED: ReadonlySet<string> = new Set([
  ...Object.keys(SIMPLE),
  ...Object.keys(COMPOSED),
  ...Object.keys(OF_POOLS),
]);

let services: ReadonlyMap<string, string> | undefined;
let names: ReadonlySet<string> | undefined;

/** Why a variable becomes nothing; nothing, where nobody knows its name. */
export function reasonOf(name: string): Reason | undefined {
  const known = knownVariables();
  services ??= new Map(Object.entries(known.defaults).flatMap(([role, of]) => of.map((one) => [one, role] as const)));
  names ??= new Set([...known.globals, ...services.keys()]);
  const bare = name.replace(/^enable_/, '');
  const service =
    [...Object.keys(SERVICES), ...Object.keys(ALSO)].find((one) => bare === one || bare.startsWith(`${one}_`)) ??
    [services.get(name)].find((role) => role !== undefined && Object.hasOwn(SERVICES, role));
  if (service !== undefined) {
    const about = ALSO[service] ?? service;
    return { group: 'lacking', about, text: SERVICES[about] ?? 'another hypervisor' };
  }
  if (isPasswordName(name)) return { group: 'otherwise', text: 'a password: its place is passwords.yml' };
  if (!names.has(name) && !OF_CONTAINERS.test(name)) return undefined;
  const found = REASONS.find(([pattern]) => pattern.test(name));
  return found ? { group: found[1], text: found[2] } : { group: 'otherwise', text: OTHERS };
}

/** What is said of those that only matter to a role of Kolla-Ansible. */
export const OTHERS = 'a setting of its playbooks, of which the charts have none';

/** Names that every container has, so that no list has them. */
const OF_CONTAINERS =
  /_(image|image_full|tag|dimensions|default_volumes|extra_volumes|enabled_default_volumes|healthcheck\w*|git_repository|dev_mode|source_version|dev_repos\w*)$/;

/** The name of Kolla-Ansible's that was most likely meant. */
export function nearestVariable(name: string): string | undefined {
  const { globals, defaults } = knownVariables();
  return nearest(name, [...MAPPED, ...globals, ...Object.values(defaults).flat()]);
}
