import type { EnvVar } from 'kubernetes-types/core/v1';
import { InvalidValues } from '../../lib/values';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';

const cloud = cloudOf();
const nova = cloud.services.find((service) => service.node.id === 'nova')!;

/** Nova with values of its own chart; `global.…` for those of all charts. */
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(nova, mergeLayers(required, values)));

/** The options of a section of nova.conf. */
function conf(section: string, values: JsonMap = {}): { readonly [option: string]: string } {
  const text = objects(values).file('nova-nova.conf', 'nova.conf');
  const lines = (text.split('\n\n').find((part) => part.startsWith(`[${section}]`)) ?? '').trim().split('\n');
  return Object.fromEntries(lines.slice(1).map((line) => line.split(/ = (.*)/s).slice(0, 2) as [string, string]));
}

const workloads = (all: Objects) => all.ids.filter((id) => /^(Deployment|StatefulSet|Service)\//.test(id));

test('users reach the API, and not the one for servers: Neutron asks that in their name', () => {
  const users = { from: [{ ipBlock: { cidr: '198.51.100.0/24' } }], ports: [expect.anything()] };
  const all = objects({ global: { networkPolicy: { clients: { cidrs: ['198.51.100.0/24'] } } } });
  expect(all.get('NetworkPolicy', 'nova-api').spec!.ingress).toContainEqual(users);
  expect(all.get('NetworkPolicy', 'nova-metadata').spec!.ingress).not.toContainEqual(users);
});

test('two APIs, conductor, scheduler and the proxy of consoles, and what is done once in a while', () => {
  expect(workloads(objects())).toEqual([
    'Deployment/nova-api',
    'Deployment/nova-metadata',
    'Deployment/nova-novncproxy',
    'Service/nova-api',
    'Service/nova-metadata',
    'Service/nova-novncproxy',
    'StatefulSet/nova-conductor',
    'StatefulSet/nova-scheduler',
  ]);
  expect(objects().ids.filter((id) => id.startsWith('CronJob/'))).toEqual([
    'CronJob/nova-archive',
    'CronJob/nova-discover-hosts',
    'CronJob/nova-drop-old-passwords',
    'CronJob/nova-online-data-migrations',
    'CronJob/nova-remove-stale-services',
    'CronJob/nova-upgrade-check',
  ]);
});

describe('the bootstrap', () => {
  const bootstrap = (values: JsonMap = {}) => containerOf(objects(values).pod('Job', objects(values).job), 'bootstrap');

  test('makes three databases for two users, and leaves its marker in the one that `archive_deleted_rows` spares', () => {
    expect(bootstrap().args!.filter((arg) => arg.includes('@mariadb'))).toEqual([
      '--database=nova_api@mariadb:3306/nova_api',
      '--also=nova@mariadb:3306/nova',
      '--also=nova@mariadb:3306/nova_cell0',
    ]);
  });

  test('makes the schema in which cells are registered, the cells, and their schemas', () => {
    expect(bootstrap().args!.filter((arg) => arg.startsWith('--run='))).toEqual([
      '--run=nova-manage api_db sync',
      '--run=python3 /run/kolla/source/nova_cells.py --config-file=/etc/nova/nova.conf --cell0-database=nova_cell0 --cells=/etc/nova/cells.json',
      '--run=python3 /run/kolla/source/nova_in_each_cell.py --config-file=/etc/nova/nova.conf --cells=/etc/nova/cells.json db sync --local_cell',
      '--run=python3 /run/kolla/source/identity.py --registration=/etc/nova/registration.json',
    ]);
  });

  test('registers the API under its version, where clients find it', () => {
    const endpoints = (values: JsonMap = {}) =>
      /"endpoints": (\{.*\})/.exec(objects(values).file('nova-registration.json', 'registration.json'))![1];
    const internal = 'http://nova-api.openstack.svc.cluster.local:8774/v2.1';
    expect(JSON.parse(endpoints()!)).toEqual({ internal, public: internal });
    const url = 'https://compute.example.org';
    expect(JSON.parse(endpoints({ api: { public: { url } } })!)).toEqual({ internal, public: `${url}/v2.1` });
  });

  test('all pods wait for it', () => {
    const all = objects();
    const waiting = workloads(all).filter((id) => !id.startsWith('Service/'));
    for (const [kind, name] of waiting.map((id) => id.split('/') as ['Deployment', string])) {
      expect(all.pod(kind, name).spec!.initContainers![0]!.args).toContain(`--job=${all.job}`);
    }
  });
});

describe('an API', () => {
  test.each([
    ['api', 8774, 'osapi_compute'],
    ['metadata', 8775, 'metadata'],
  ])('%s listens on the port that everybody knows, and has one service row for all its pods', (name, port, wsgi) => {
    const all = objects({ [name]: { processes: 7 } });
    const { ports, env } = containerOf(all.pod('Deployment', `nova-${name}`), name);
    expect(ports).toEqual([{ name: 'http', containerPort: port }]);
    expect(env).toContainEqual<EnvVar>({ name: 'OS_DEFAULT__HOST', value: `nova-${name}` });
    const uwsgi = all.file(`nova-${name}-uwsgi.ini`, `${name}-uwsgi.ini`).split('\n');
    for (const option of [`http-socket = :${port}`, 'processes = 7', `module = nova.wsgi.${wsgi}:application`]) {
      expect(uwsgi).toContain(option);
    }
  });

  test('reaches the services that it calls, each at its API alone', () => {
    const { egress } = objects().get('NetworkPolicy', 'nova-api').spec!;
    expect(egress!.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual([
      53, 53, 3306, 11211, 5672, 5000, 9292, 9696, 8780,
    ]);
    expect(objects().pod('Deployment', 'nova-api').metadata!.labels).toMatchObject({
      'glance-client': 'true',
      'neutron-client': 'true',
      'placement-client': 'true',
    });
  });
});

test('workers have names that stay, and as many processes as the values say', () => {
  const values = { conductor: { replicas: 2, workers: 5 }, scheduler: { workers: 3, discoverHostsInterval: 20 } };
  expect(objects(values).get('StatefulSet', 'nova-conductor').spec).toMatchObject({ replicas: 2 });
  expect(conf('conductor', values)).toEqual({ workers: '5' });
  expect(conf('scheduler', values)).toMatchObject({ workers: '3', discover_hosts_in_cells_interval: '20' });
});

test('a worker ends before Kubernetes loses patience, and a scheduler does not sleep until then', () => {
  const patience = objects().pod('StatefulSet', 'nova-scheduler').spec!.terminationGracePeriodSeconds!;
  const { graceful_shutdown_timeout, manager_shutdown_timeout } = conf('DEFAULT');
  expect(patience).toBeGreaterThan(Number(graceful_shutdown_timeout));
  expect(manager_shutdown_timeout).toBe('20');
  expect(conf('DEFAULT', { release: '2025.1' })).not.toHaveProperty('manager_shutdown_timeout');
});

describe('nova.conf', () => {
  test('names each database, and no password of one', () => {
    expect(conf('database')['connection']).toBe(
      'mysql+pymysql://nova@mariadb:3306/nova?read_default_file=/etc/nova/database-nova.cnf',
    );
    expect(conf('api_database')['connection']).toBe(
      'mysql+pymysql://nova_api@mariadb:3306/nova_api?read_default_file=/etc/nova/database-nova-api.cnf',
    );
  });

  test('has one user for all that Nova calls, so no password of another service', () => {
    for (const section of ['keystone_authtoken', 'neutron', 'placement', 'service_user']) {
      expect(conf(section)).toMatchObject({ username: 'nova', password: '@ini:nova_keystone_password@' });
    }
    expect(Object.keys(objects().get('Secret', 'nova').data!)).toEqual([
      'database_password',
      'keystone_admin_password',
      'memcache_secret_key',
      'metadata_secret',
      'nova_api_database_password',
      'nova_database_password',
      'nova_keystone_password',
      'nova_ssh_key_private_key',
      'nova_ssh_key_public_key',
      'rabbitmq_password',
    ]);
  });

  test('sends notifications only where they are wanted', () => {
    expect(conf('oslo_messaging_notifications')).toEqual({ driver: 'noop' });
    const wanted = { notifications: { enabled: true } };
    expect(conf('oslo_messaging_notifications', wanted)).toMatchObject({ driver: 'messagingv2' });
    expect(conf('notifications', wanted)).toEqual({ notify_on_state_change: 'vm_and_task_state' });
  });
});

describe('the console', () => {
  test.each([
    ['novnc', 'nova-novncproxy', 6080],
    ['spice', 'nova-spicehtml5proxy', 6082],
    ['serial', 'nova-serialproxy', 6083],
  ])('%s is reached through %s at port %d', (type, name, port) => {
    const all = objects({ console: { type } });
    expect(workloads(all).filter((id) => id.endsWith('proxy'))).toEqual([`Deployment/${name}`, `Service/${name}`]);
    expect(containerOf(all.pod('Deployment', name), name.slice('nova-'.length))).toMatchObject({
      image: `quay.io/openstack.kolla/${name}:2026.1-debian-trixie`,
      command: [name],
      ports: [{ name: 'http', containerPort: port }],
    });
  });

  test('is none where none is wanted', () => {
    const values = { console: { type: 'none' } };
    expect(workloads(objects(values)).filter((id) => id.endsWith('proxy'))).toEqual([]);
    for (const section of ['vnc', 'spice', 'serial_console'])
      expect(conf(section, values)).toEqual({ enabled: 'false' });
  });

  test('has the address that the user says, with the page that its proxy serves', () => {
    const at = (type: string, url: string) => ({ console: { type, public: { url } } });
    const url = 'https://console.example.org';
    expect(conf('vnc', at('novnc', url))['novncproxy_base_url']).toBe(`${url}/vnc_lite.html`);
    expect(conf('spice', at('spice', url))['html5proxy_base_url']).toBe(`${url}/spice_auto.html`);
    expect(conf('serial_console', at('serial', 'wss://c.example.org'))['base_url']).toBe('wss://c.example.org/');
  });

  test('of SPICE needs an image that Kolla does not have for Rocky', () => {
    const values = { console: { type: 'spice' }, global: { distro: 'rocky' } };
    expect(() => objects(values)).toThrow(InvalidValues);
    expect(() => objects(values)).toThrow(
      'console.type: is spice, but Kolla has no image nova-spicehtml5proxy of rocky',
    );
    const own = { images: { 'nova-spicehtml5proxy': { repository: 'registry.example.org/spice' } } };
    expect(objects({ ...values, ...own }).has('Deployment/nova-spicehtml5proxy')).toBe(true);
  });
});

test('vendor data is a file of the metadata API alone, and nova.conf says where it is', () => {
  const values = { files: { 'vendordata.json': '{"site": "north"}' } };
  const mounts = (name: string) =>
    containerOf(objects(values).pod('Deployment', `nova-${name}`), name).volumeMounts!.map(
      ({ mountPath }) => mountPath,
    );
  expect(conf('api', values)).toEqual({ vendordata_jsonfile_path: '/etc/nova/vendordata.json' });
  expect(mounts('metadata')).toContain('/etc/nova/vendordata.json');
  expect(mounts('api')).not.toContain('/etc/nova/vendordata.json');
  expect(conf('api')).toEqual({});
});

test('what was deleted is archived by itself where there is a schedule', () => {
  const spec = (values: JsonMap = {}) => objects(values).get('CronJob', 'nova-archive').spec;
  expect(spec()).toMatchObject({ suspend: true });
  const scheduled = { archive: { schedule: '@weekly', days: 30 } };
  expect(spec(scheduled)).toMatchObject({ suspend: false, schedule: '@weekly' });
  expect(containerOf(objects(scheduled).pod('CronJob', 'nova-archive'), 'archive').command).toContain('--days=30');
});
