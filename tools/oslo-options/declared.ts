import type { MoreOptions, NamedSections, Options } from '../../lib/config/oslo/table';

/**
 * Sections in which a package takes options of keystoneauth's plugins, where importing its modules does not tell: the
 * call of `register_auth_conf_options` stands in a function. By package and by the file with the call. A file that is
 * not here, and tells nothing when it is imported, is an error.
 */
export const AUTHENTICATION: { readonly [name: string]: { readonly [file: string]: readonly string[] } } = {
  aodh: { 'aodh/keystone_client.py': ['service_credentials'] },
  castellan: { 'castellan/key_manager/barbican_key_manager.py': ['barbican_service_user'] },
  // OVERRIDABLE_GROUPS and DEFAULT_GROUP.
  ceilometer: { 'ceilometer/keystone_client.py': ['gnocchi', 'service_credentials', 'zaqar'] },
  cinder: {
    'cinder/keymgr/migration.py': ['keystone_authtoken'],
    'cinder/volume/volume_utils.py': ['keystone_authtoken'],
  },
  manila: { 'manila/network/neutron/api.py': ['neutron'] },
  neutron: {
    'neutron/common/config.py': ['ironic', 'nova', 'placement'],
    'neutron/conf/services/extdns_designate_driver.py': ['designate'],
  },
  'oslo.limit': { 'oslo_limit/opts.py': ['oslo_limit'] },
};

/** For the queue manager that `[oslo_messaging_rabbit] use_queue_manager` asks for. Not of projects with a `ConfigOpts` of their own. */
const locks = (file: string): MoreOptions => ({
  file,
  section: 'oslo_concurrency',
  namespaces: ['oslo.concurrency'],
  source: 'oslo_messaging/_drivers/amqpdriver.py: QManager.get',
});

/** By project: sections that a file takes, of which its list of namespaces does not tell. */
export const MORE: { readonly [project: string]: readonly MoreOptions[] } = {
  cyborg: [locks('cyborg.conf')],
  glance: [
    {
      file: 'glance-cache.conf',
      section: 'oslo_concurrency',
      namespaces: ['oslo.concurrency'],
      source: 'glance/image_cache/drivers/sqlite.py: Driver.initialize_db',
    },
  ],
  heat: [locks('heat.conf')],
  'ironic-inspector': [locks('ironic-inspector.conf')],
  keystone: [locks('keystone.conf')],
  masakari: [locks('masakari.conf')],
  mistral: [locks('mistral.conf')],
  neutron: [
    {
      file: 'dhcp_agent.ini',
      section: 'ovs',
      namespaces: ['neutron.ml2.ovs.agent'],
      source: 'neutron/agent/dhcp_agent.py: register_options',
    },
    {
      file: 'l3_agent.ini',
      section: 'ovs',
      namespaces: ['neutron.ml2.ovs.agent'],
      source: 'neutron/agent/l3_agent.py: register_opts',
    },
    ...['ovn', 'ovn_nb_global', 'ovs'].map((section) => ({
      file: 'neutron_ovn_metadata_agent.ini',
      section,
      namespaces: ['neutron.ml2.ovn'],
      source: 'neutron/agent/ovn/metadata_agent.py: main',
    })),
    {
      file: 'openvswitch_agent.ini',
      section: 'agent',
      namespaces: ['neutron.ml2.macvtap.agent'],
      source: 'neutron/plugins/ml2/drivers/agent/config.py',
    },
    {
      file: 'openvswitch_agent.ini',
      section: 'ml2',
      namespaces: ['neutron.ml2'],
      source: 'neutron/plugins/ml2/drivers/openvswitch/agent/ovs_neutron_agent.py: main',
    },
    {
      file: 'openvswitch_agent.ini',
      section: 'ovs',
      namespaces: ['neutron.base.agent'],
      source: 'neutron/agent/common/ovs_lib.py',
    },
    {
      file: 'ovn_agent.ini',
      section: 'ovs',
      namespaces: ['neutron.base.agent', 'neutron.ml2.ovs.agent'],
      source: 'neutron/agent/ovsdb/native/helpers.py',
    },
    {
      file: 'sriov_agent.ini',
      section: 'agent',
      namespaces: ['neutron.ml2.macvtap.agent'],
      source: 'neutron/plugins/ml2/drivers/agent/config.py',
    },
  ],
  octavia: [locks('octavia.conf')],
  trove: [locks('trove.conf')],
};

/** Options that a function registers once names are set, and an example of it, whose name is `{name}`. */
export interface Registered {
  /** `module:function` */
  readonly by: string;
  /** `module:object`, the configuration that it is called with. */
  readonly conf: string;
  readonly given: { readonly [section: string]: { readonly [option: string]: readonly string[] } };
}

/** By project and section. */
export const REGISTERED: { readonly [project: string]: { readonly [section: string]: Registered } } = {
  cyborg: {
    '{name}': {
      by: 'cyborg.conf.devices:register_dynamic_opts',
      conf: 'cyborg.conf:CONF',
      given: { nic_devices: { enabled_nic_types: ['{name}'] } },
    },
    'vgpu_{name}': {
      by: 'cyborg.conf.devices:register_dynamic_opts',
      conf: 'cyborg.conf:CONF',
      given: { gpu_devices: { enabled_vgpu_types: ['{name}'] } },
    },
  },
  nova: {
    'mdev_{name}': {
      by: 'nova.conf.devices:register_dynamic_opts',
      conf: 'nova.conf:CONF',
      given: { devices: { enabled_mdev_types: ['{name}'] } },
    },
    'neutron_physnet_{name}': {
      by: 'nova.conf.neutron:register_dynamic_opts',
      conf: 'nova.conf:CONF',
      given: { neutron: { physnets: ['{name}'] } },
    },
    neutron_tunnel: { by: 'nova.conf.neutron:register_dynamic_opts', conf: 'nova.conf:CONF', given: {} },
  },
};

const PROTOCOLS = 'keystone/federation/utils.py: get_remote_id_parameter';
const STORES = 'barbican/plugin/util/multiple_backends.py: read_multiple_backends_config';

/** Options that are registered too late and too deep in the code to be asked for. By project and section. */
export const WRITTEN: { readonly [project: string]: { readonly [section: string]: Options } } = {
  barbican: {
    'secretstore:{name}': {
      crypto_plugin: { type: 'string', help: 'Internal name used to identify crypto_plugin.', by: STORES },
      global_default: {
        type: 'boolean',
        default: false,
        help: 'Flag to indicate if this plugin is global default plugin for deployment.',
        by: STORES,
      },
      secret_store_plugin: { type: 'string', help: 'Internal name used to identify secretstore_plugin', by: STORES },
    },
  },
  keystone: {
    auth: {
      '{method}': {
        type: 'string',
        help: 'Entry point of the plugin of an authentication method that [auth] methods names.',
        by: 'keystone/conf/auth.py: setup_authentication',
      },
    },
    '{protocol}': { remote_id_attribute: { type: 'string', by: PROTOCOLS } },
  },
};

/** The types that `[DEFAULT] enabled_backends` of Glance names, with the sections that list their options. */
const GLANCE_STORES = {
  cinder: 'cinder',
  file: 'file',
  http: 'glance.store.http.store',
  rbd: 'glance.store.rbd.store',
  s3: 'glance.store.s3.store',
  swift: 'glance.store.swift.store',
  vmware: 'glance.store.vmware_datastore.store',
};

/** By project: sections with names of their own. */
export const NAMED: { readonly [project: string]: readonly NamedSections[] } = {
  barbican: [
    {
      section: 'secretstore:{name}',
      names: { section: 'secretstore', option: 'stores_lookup_suffix' },
      like: ['secretstore:{name}'],
      source: STORES,
    },
  ],
  cinder: [
    {
      section: '{name}',
      names: { section: 'DEFAULT', option: 'enabled_backends' },
      like: ['backend_defaults', 'backend'],
      source: 'cinder/volume/configuration.py: Configuration; cinder/cmd/volume.py: host_opt',
    },
    {
      section: '{name}',
      names: { section: 'fc-zone-manager', option: 'fc_fabric_names' },
      like: ['brcd_fabric_example', 'cisco_fabric_example'],
      source: 'cinder/zonemanager/drivers/*/*_fabric_opts.py: load_fabric_configurations',
    },
  ],
  cyborg: [
    {
      section: '{name}',
      names: { section: 'nic_devices', option: 'enabled_nic_types' },
      like: ['{name}'],
      source: 'cyborg/conf/devices.py: register_dynamic_opts',
    },
    {
      section: 'vgpu_{name}',
      names: { section: 'gpu_devices', option: 'enabled_vgpu_types' },
      like: ['vgpu_{name}'],
      source: 'cyborg/conf/devices.py: register_dynamic_opts',
    },
  ],
  glance: [
    {
      section: '{name}',
      names: { section: 'DEFAULT', option: 'enabled_backends' },
      likeByValue: GLANCE_STORES,
      source: 'glance_store/multi_backend.py: register_store_opts',
    },
    {
      section: '{name}',
      names: ['os_glance_staging_store', 'os_glance_tasks_store'],
      like: ['file'],
      source: 'glance_store/multi_backend.py: register_store_opts, reserved stores',
    },
  ],
  heat: [
    {
      section: 'ec2authtoken.{name}',
      names: { section: 'ec2authtoken', option: 'clouds' },
      like: ['ec2authtoken'],
      source: 'heat/api/aws/ec2token.py: EC2Token._create_keystone_adapters',
    },
  ],
  keystone: [
    {
      section: '{protocol}',
      names: 'protocols of federation',
      like: ['{protocol}'],
      source: PROTOCOLS,
    },
  ],
  manila: [
    {
      section: '{name}',
      names: { section: 'DEFAULT', option: 'enabled_share_backends' },
      like: ['DEFAULT'],
      source: 'manila/share/configuration.py: Configuration.append_config_values',
    },
  ],
  nova: [
    {
      section: 'mdev_{name}',
      names: { section: 'devices', option: 'enabled_mdev_types' },
      like: ['mdev_{name}'],
      source: 'nova/conf/devices.py: register_dynamic_opts',
    },
    {
      section: 'neutron_physnet_{name}',
      names: { section: 'neutron', option: 'physnets' },
      like: ['neutron_physnet_{name}'],
      source: 'nova/conf/neutron.py: register_dynamic_opts',
    },
    {
      section: '{name}',
      names: ['vif_plug_linux_bridge_privileged', 'vif_plug_ovs_privileged'],
      like: ['nova_sys_admin'],
      source: 'vif_plug_linux_bridge/privsep.py and vif_plug_ovs/privsep.py of os-vif: PrivContext',
    },
  ],
};
