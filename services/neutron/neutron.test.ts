import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { InvalidValues } from '../../lib/values/problem';

const cloud = cloudOf();
const neutron = cloud.services.find((service) => service.node.id === 'neutron')!;

/** Neutron with values of its own chart; `global.…` for those of all charts. */
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(neutron, mergeLayers(required, values)));

/** The options of a section of neutron.conf or ml2_conf.ini. */
function conf(section: string, values: JsonMap = {}, name = 'neutron.conf'): { readonly [option: string]: string } {
  const text = objects(values).file(`neutron-${name.replace('_', '-')}`, name);
  const lines = (text.split('\n\n').find((part) => part.startsWith(`[${section}]`)) ?? '').trim().split('\n');
  return Object.fromEntries(lines.slice(1).map((line) => line.split(/ = (.*)/s).slice(0, 2) as [string, string]));
}
const ml2 = (section: string, values: JsonMap = {}) => conf(section, values, 'ml2_conf.ini');

test('the server is split as its release has it: an API, workers for agents, periodic workers; and agents of a pool', () => {
  const all = objects();
  expect(all.ids.filter((id) => !id.startsWith('ConfigMap/'))).toEqual([
    'CronJob/neutron-drop-old-passwords',
    'DaemonSet/neutron-dhcp-agent-default',
    'DaemonSet/neutron-l3-agent-default',
    'DaemonSet/neutron-metadata-agent-default',
    'DaemonSet/neutron-openvswitch-agent-default',
    'Deployment/neutron-api',
    `Job/${all.job}`,
    'NetworkPolicy/neutron-api',
    'NetworkPolicy/neutron-bootstrap',
    'NetworkPolicy/neutron-periodic-workers',
    'NetworkPolicy/neutron-rpc-server',
    'NetworkPolicy/neutron-smoke-test',
    'Secret/neutron',
    'Service/neutron-api',
    'StatefulSet/neutron-periodic-workers',
    'StatefulSet/neutron-rpc-server',
  ]);
});

describe('components', () => {
  const all = objects();
  const containers = {
    api: containerOf(all.pod('Deployment', 'neutron-api'), 'api'),
    'rpc-server': containerOf(all.pod('StatefulSet', 'neutron-rpc-server'), 'rpc-server'),
    'periodic-workers': containerOf(all.pod('StatefulSet', 'neutron-periodic-workers'), 'periodic-workers'),
  };

  test('are programs of one image, as the user of Kolla', () => {
    expect(Object.values(containers).map(({ command }) => command)).toEqual([
      ['uwsgi', '--ini', '/etc/neutron/neutron-api-uwsgi.ini'],
      ['neutron-rpc-server'],
      ['neutron-periodic-workers'],
    ]);
    expect(new Set(Object.values(containers).map(({ image }) => image))).toEqual(
      new Set(['quay.io/openstack.kolla/neutron-server:2026.1-debian-trixie']),
    );
    expect(all.pod('StatefulSet', 'neutron-rpc-server').spec?.securityContext).toMatchObject({ runAsUser: 42435 });
  });

  // So both are where Neutron looks for them by itself, under uwsgi, too.
  test.each(Object.entries(containers))('%s reads neutron.conf and ml2_conf.ini', (_, { volumeMounts }) => {
    const paths = volumeMounts!.map(({ mountPath }) => mountPath);
    expect(paths).toEqual(
      expect.arrayContaining(['/etc/neutron/neutron.conf', '/etc/neutron/plugins/ml2/ml2_conf.ini']),
    );
  });

  test('are ready when the API answers without a token, and workers when they have what they work on', () => {
    expect(containers.api.readinessProbe?.httpGet).toEqual({ path: '/healthcheck', port: 'http' });
    const ports = [containers['rpc-server'], containers['periodic-workers']].map(
      ({ readinessProbe, livenessProbe }) => [readinessProbe?.exec?.command?.at(-1), livenessProbe],
    );
    expect(ports).toEqual([
      ['5672', undefined],
      ['3306', undefined],
    ]);
  });

  test.each(['api', 'rpc-server', 'periodic-workers'])('%s reaches what its plugins may ask, and no more', (name) => {
    const { egress, ingress = [] } = all.get('NetworkPolicy', `neutron-${name}`).spec!;
    expect(egress!.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual([
      53, 53, 3306, 5672, 11211, 5000, 8774, 8780,
    ]);
    expect(ingress.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual(
      // Of the pods that say so, and of nodes.
      name === 'api' ? [9696, 9696] : [],
    );
  });

  test('are as many as is said, each with as many processes', () => {
    const values = { rpcServer: { replicas: 2, workers: 6, stateReportWorkers: 3 }, api: { processes: 8 } };
    const more = objects(values);
    expect(more.get('StatefulSet', 'neutron-rpc-server').spec?.replicas).toBe(2);
    expect(more.has('PodDisruptionBudget/neutron-rpc-server')).toBe(true);
    expect(conf('DEFAULT', values)).toMatchObject({ rpc_workers: '6', rpc_state_report_workers: '3' });
    expect(more.file('neutron-api-uwsgi.ini', 'api-uwsgi.ini').split('\n')).toEqual(
      expect.arrayContaining(['processes = 8', 'http-socket = :9696', 'module = neutron.wsgi.api:application']),
    );
  });
});

describe('neutron.conf', () => {
  test('has routers, quality of service and trunks, as new networks and routers of a small cloud need them', () => {
    expect(conf('DEFAULT')).toMatchObject({
      core_plugin: 'ml2',
      service_plugins: 'router,qos,trunk',
      global_physnet_mtu: '1500',
      l3_ha: 'false',
      router_distributed: 'false',
      dhcp_agents_per_network: '1',
    });
  });

  test('has what is switched on, and more plugins after that', () => {
    const values: JsonMap = {
      qos: { enabled: false },
      trunk: { enabled: false },
      portForwarding: { enabled: true },
      servicePlugins: ['segments', 'placement'],
      dvr: { enabled: true },
      routers: { ha: true, maxAgents: 2 },
      dhcp: { agentsPerNetwork: 2, domain: 'cloud.example.org' },
    };
    expect(conf('DEFAULT', values)).toMatchObject({
      service_plugins: 'router,port_forwarding,segments,placement',
      router_distributed: 'true',
      l3_ha: 'true',
      max_l3_agents_per_router: '2',
      dhcp_agents_per_network: '2',
      dns_domain: 'cloud.example.org',
    });
  });

  test('logs in to Nova and Placement as Neutron, and has no other password', () => {
    for (const section of ['nova', 'placement', 'keystone_authtoken']) {
      expect(conf(section)).toMatchObject({ username: 'neutron', password: '@ini:neutron_keystone_password@' });
    }
    expect(conf('nova')['endpoint_type']).toBe('internal');
    expect(Object.keys(objects().get('Secret', 'neutron').data!)).toEqual([
      'database_password',
      'keystone_admin_password',
      'memcache_secret_key',
      // Of the metadata agent, which shares it with Nova.
      'metadata_secret',
      'neutron_database_password',
      'neutron_keystone_password',
      'rabbitmq_password',
    ]);
  });

  test('has as many connections to the database as are said', () => {
    expect(conf('database', { database: { poolSize: 5, overflow: 10 } })).toMatchObject({
      connection: 'mysql+pymysql://neutron@mariadb:3306/neutron?read_default_file=/etc/neutron/database-neutron.cnf',
      max_pool_size: '5',
      max_overflow: '10',
    });
  });

  test('sends notifications only where they are wanted', () => {
    expect(conf('oslo_messaging_notifications')).toEqual({ driver: 'noop' });
    expect(conf('oslo_messaging_notifications', { notifications: { enabled: true } })).toEqual({
      driver: 'messagingv2',
    });
  });
});

describe('ml2_conf.ini', () => {
  test('has flat, VLAN and VXLAN networks, with Open vSwitch and port security', () => {
    expect(objects().file('neutron-ml2-conf.ini', 'ml2_conf.ini')).toBe(`[ml2]
extension_drivers = port_security,qos
mechanism_drivers = openvswitch,l2population
project_network_types = vxlan
type_drivers = flat,vlan,vxlan

[ml2_type_flat]
flat_networks = *

[ml2_type_vxlan]
vni_ranges = 1:1000
`);
  });

  test('2025.1 has another name for the types of networks of projects', () => {
    const { project_network_types: newer, tenant_network_types: older } = ml2('ml2', { release: '2025.1' });
    expect([newer, older]).toEqual([undefined, 'vxlan']);
  });

  test('VLANs of a physical network are ranges, or as administrators say', () => {
    const vlanRanges = { physnet1: ['100:200', '300:400'], physnet2: [], physnet3: ['1000:1999'] };
    expect(ml2('ml2_type_vlan', { ml2: { vlanRanges } })).toEqual({
      network_vlan_ranges: 'physnet1:100:200,physnet1:300:400,physnet2,physnet3:1000:1999',
    });
  });

  test.each([[['0:100']], [['100']], [['100:4095']], [['100:200,300:400']]])('%j are no VLANs', (ranges) => {
    expect(() => objects({ ml2: { vlanRanges: { physnet1: ranges } } })).toThrow(InvalidValues);
  });

  test('jumbo frames are of all physical networks, or of one', () => {
    expect(conf('DEFAULT', { mtu: { global: 9000 } })).toMatchObject({ global_physnet_mtu: '9000' });
    const mtu = { global: 9000, path: 8950, physical: { physnet2: 1500, physnet1: 9216 } };
    expect(ml2('ml2', { mtu })).toMatchObject({
      path_mtu: '8950',
      physical_network_mtus: 'physnet1:9216,physnet2:1500',
    });
  });

  test('drivers are those of what is switched on', () => {
    const drivers = (values: JsonMap) => {
      const { mechanism_drivers: mechanism, extension_drivers: extension } = ml2('ml2', values);
      return [mechanism, extension];
    };
    expect(drivers({ sriov: { enabled: true }, ml2: { l2Population: false } })).toEqual([
      'openvswitch,sriovnicswitch',
      'port_security,qos',
    ]);
    expect(drivers({ ml2: { extensionDrivers: [] } })).toEqual(['openvswitch,l2population', 'qos']);
    expect(drivers({ ml2: { extensionDrivers: ['dns', 'port_security'] }, qos: { enabled: false } })).toEqual([
      'openvswitch,l2population',
      'dns,port_security',
    ]);
  });
});

test('the Job makes the schema, or expands it, and registers the service; nothing has to be contracted', () => {
  const { args } = containerOf(objects().pod('Job', objects().job), 'bootstrap');
  expect(args!.filter((arg) => /^--(install|upgrade|run)=/.test(arg))).toEqual([
    '--install=neutron-db-manage --subproject neutron upgrade heads',
    '--upgrade=neutron-db-manage --subproject neutron upgrade --expand',
    '--run=python3 /run/kolla/source/identity.py --registration=/etc/neutron/registration.json',
  ]);
  const registration = JSON.parse(objects().file('neutron-registration.json', 'registration.json')) as {
    services: JsonMap[];
  };
  expect(registration.services).toMatchObject([
    { type: 'network', endpoints: { internal: 'http://neutron-api.openstack.svc.cluster.local:9696' } },
  ]);
});

test('a change of drivers rolls the servers and makes no new Job; one of neutron.conf does both', () => {
  const digest = (values: JsonMap) =>
    JSON.stringify(objects(values).pod('StatefulSet', 'neutron-rpc-server').metadata?.annotations);
  const sriov = { sriov: { enabled: true } };
  expect(objects(sriov).job).toBe(objects().job);
  expect(digest(sriov)).not.toBe(digest({}));
  const options = { conf: { 'neutron.conf': { quotas: { quota_port: 5000 } } } };
  expect(objects(options).job).not.toBe(objects().job);
  expect(digest(options)).not.toBe(digest({}));
});
