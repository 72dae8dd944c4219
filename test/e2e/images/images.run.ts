import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cloud } from '../../../lib/cloud';
import { RELEASES } from '../../../lib/kolla';
import { mergeLayers } from '../../../lib/values/merge';
import { catalogue } from '../../../services';
import { passwords } from '../../support/passwords';
import { buildImages } from './images';
import { kollaOf } from './kolla';
import { imageName } from './recipe';
import { Unpacked } from './unpacked';

/** The images themselves, taken out of the tar as an engine takes them: `npm run test:images`. */
jest.setTimeout(60_000);

const NAMES = [
  ...['glance-api', 'haproxy', 'keystone', 'mariadb-server', 'memcached'],
  ...['neutron-dhcp-agent', 'neutron-l3-agent', 'neutron-metadata-agent', 'neutron-openvswitch-agent'],
  ...['neutron-server', 'neutron-sriov-agent'],
  ...['nova-api', 'nova-compute', 'nova-conductor', 'nova-libvirt', 'nova-novncproxy', 'nova-scheduler'],
  ...['nova-serialproxy', 'nova-spicehtml5proxy', 'nova-ssh'],
  ...['openvswitch-db-server', 'openvswitch-vswitchd', 'placement-api', 'rabbitmq'],
];

/** What a program says of itself. */
const PROGRAMS = {
  '2025.1': [
    ['keystone', ['keystone-manage', '--version'], /^27\./],
    ['mariadb-server', ['mariadbd', '--version'], /Ver 10\.11\./],
    ['haproxy', ['haproxy', '-v'], /^HAProxy version 2\.6\./],
    ['placement-api', ['placement-manage', '--version'], /^13\./],
    ['nova-api', ['nova-manage', '--version'], /^31\./],
    ['nova-compute', ['nova-compute', '--version'], /^31\./],
    ['neutron-openvswitch-agent', ['neutron-openvswitch-agent', '--version'], / 26\./],
    ['openvswitch-db-server', ['ovsdb-server', '--version'], /Open vSwitch\) 3\.1\./],
    ['openvswitch-vswitchd', ['ovs-vswitchd', '--version'], /Open vSwitch\) 3\.1\./],
    ['nova-libvirt', ['libvirtd', '--version'], / 9\.0\./],
    ['nova-libvirt', ['qemu-system-x86_64', '--version'], /version 7\.2\./],
  ],
  '2026.1': [
    ['keystone', ['keystone-manage', '--version'], /^29\./],
    ['mariadb-server', ['mariadbd', '--version'], /Ver 11\.8\./],
    ['haproxy', ['haproxy', '-v'], /^HAProxy version 3\.0\./],
    ['placement-api', ['placement-manage', '--version'], /^15\./],
    ['nova-api', ['nova-manage', '--version'], /^33\./],
    ['nova-compute', ['nova-compute', '--version'], /^33\./],
    ['neutron-openvswitch-agent', ['neutron-openvswitch-agent', '--version'], / 28\./],
    ['openvswitch-db-server', ['ovsdb-server', '--version'], /Open vSwitch\) 3\.5\./],
    ['openvswitch-vswitchd', ['ovs-vswitchd', '--version'], /Open vSwitch\) 3\.5\./],
    ['nova-libvirt', ['libvirtd', '--version'], / 11\.3\./],
    ['nova-libvirt', ['qemu-system-x86_64', '--version'], /version 10\.0\./],
  ],
  both: [
    ['keystone', ['uwsgi', '--version'], /^2\.0\./],
    ['keystone', ['which', 'uwsgi', 'openstack'], /^(\/var\/lib\/kolla\/venv\/bin\/\w+\n){2}$/],
    ['rabbitmq', ['/usr/lib/rabbitmq/bin/rabbitmqctl', 'version'], /^4\.0\./m],
    ['rabbitmq', ['cat', '/etc/rabbitmq/enabled_plugins'], /rabbitmq_management,rabbitmq_prometheus/],
    ['memcached', ['memcached', '-V'], /^memcached 1\.6\./],
    ['glance-api', ['python3', '-c', 'import boto3, glance; print(boto3.__file__)'], /^\/var\/lib\/kolla\/venv\//],
    ['mariadb-server', ['bash', '-c', 'command -v mariadb-backup socat rsync expect'], /^(\/usr\/bin\/.*\n){4}$/],
  ],
} as const;

/** Prints the name of a module that is there; one that a server loads is not run for that. */
const FIND = 'import importlib.util, sys; print(importlib.util.find_spec(sys.argv[1]).name)';

/** What a service runs, as its user, where the image itself may have root. */
const AS_USER = [
  ['glance-api', 'glance', ['glance-manage', '--version'], /^3[02]\./],
  [
    'keystone',
    'keystone',
    ['openstack', 'resource', 'provider', 'list', '--help'],
    /^usage: openstack resource provider/,
  ],
  ['placement-api', 'placement', ['python3', '-c', FIND, 'placement.wsgi.api'], /^placement\.wsgi\.api$/m],
  ['nova-api', 'nova', ['python3', '-c', FIND, 'nova.wsgi.osapi_compute'], /^nova\.wsgi\.osapi_compute$/m],
  ['nova-api', 'nova', ['python3', '-c', FIND, 'nova.wsgi.metadata'], /^nova\.wsgi\.metadata$/m],
  ['neutron-server', 'neutron', ['python3', '-c', FIND, 'neutron.wsgi.api'], /^neutron\.wsgi\.api$/m],
  ['neutron-server', 'neutron', ['neutron-rpc-server', '--version'], /2[68]\./],
  ['nova-conductor', 'nova', ['nova-conductor', '--version'], /^3[13]\./],
  ['nova-scheduler', 'nova', ['nova-scheduler', '--version'], /^3[13]\./m],
  ['nova-novncproxy', 'nova', ['nova-novncproxy', '--version'], /^3[13]\./],
  ['nova-serialproxy', 'nova', ['nova-serialproxy', '--version'], /^3[13]\./],
  ['nova-spicehtml5proxy', 'nova', ['nova-spicehtml5proxy', '--version'], /^3[13]\./],
  [
    'nova-compute',
    'nova',
    ['python3', '-c', 'import libvirt, nova; print(libvirt.__file__)'],
    /dist-packages\/libvirt\.py/,
  ],
  ['nova-compute', 'nova', ['qemu-img', '--version'], /^qemu-img version/],
  ['nova-compute', 'nova', ['genisoimage', '-version'], /^genisoimage /],
  ['nova-ssh', 'nova', ['ssh', '-V'], /^OpenSSH_/],
  ['nova-libvirt', 'root', ['virtlogd', '--version'], /virtlogd/],
  ['nova-libvirt', 'root', ['virsh', '--version'], /^\d+\.\d+\.\d+$/m],
  ['neutron-openvswitch-agent', 'neutron', ['ovs-vsctl', '--version'], /Open vSwitch/],
  ['neutron-dhcp-agent', 'neutron', ['neutron-dhcp-agent', '--version'], /2[68]\./],
  ['neutron-dhcp-agent', 'neutron', ['dnsmasq', '--version'], /^Dnsmasq version 2\./],
  ['neutron-dhcp-agent', 'neutron', ['haproxy', '-v'], /^HAProxy version/],
  ['neutron-l3-agent', 'neutron', ['neutron-l3-agent', '--version'], /2[68]\./],
  ['neutron-l3-agent', 'neutron', ['keepalived', '--version'], /^Keepalived v2\./],
  ['neutron-l3-agent', 'neutron', ['bash', '-c', 'radvd --version || true'], /Version: 2\./],
  ['neutron-l3-agent', 'neutron', ['iptables', '--version'], /^iptables v1\./],
  ['neutron-l3-agent', 'neutron', ['which', 'ipset'], /^\/usr\/sbin\/ipset$/m],
  ['neutron-l3-agent', 'neutron', ['conntrack', '--version'], /^conntrack v1\./],
  ['neutron-metadata-agent', 'neutron', ['neutron-metadata-agent', '--version'], /2[68]\./],
  ['neutron-sriov-agent', 'neutron', ['neutron-sriov-nic-agent', '--version'], /2[68]\./],
] as const;

const USERS = [
  ['keystone', 'keystone', 42425],
  ['glance-api', 'glance', 42415],
  ['mariadb-server', 'mysql', 42434],
  ['rabbitmq', 'rabbitmq', 42439],
  ['haproxy', 'haproxy', 42454],
  ['memcached', 'memcached', 42457],
  ['placement-api', 'placement', 42482],
  ['neutron-server', 'neutron', 42435],
] as const;

/** Nova and those who run its servers: a domain's process is nova's, and its files are qemu's too. */
const NOVA_GROUPS = /^uid=42436\(nova\) gid=42436\(nova\) groups=42436\(nova\),42400\(kolla\),42427\(qemu\)$/m;

/** Files that a service is not without. */
const FILES = [
  ['nova-novncproxy', '/usr/share/novnc/vnc_lite.html'],
  ['nova-spicehtml5proxy', '/usr/share/spice-html5/spice_auto.html'],
  ['nova-api', '/etc/nova/api-paste.ini'],
  ['nova-compute', '/etc/nova/rootwrap.d/compute.filters'],
  ['neutron-server', '/etc/neutron/api-paste.ini'],
  ['neutron-dhcp-agent', '/etc/neutron/rootwrap.d/rootwrap.filters'],
  ['neutron-dhcp-agent', '/etc/sudoers.d/kolla_neutron_sudoers'],
] as const;

const NEUTRON = NAMES.filter((name) => name.startsWith('neutron-'));
const NOVA = NAMES.filter((name) => name.startsWith('nova-') && name !== 'nova-libvirt');

/** The images that a program is in, and no other. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  mariadbd: ['mariadb-server'],
  'rabbitmq-server': ['rabbitmq'],
  haproxy: ['haproxy', ...NEUTRON],
  memcached: ['memcached'],
  'keystone-manage': ['keystone'],
  'glance-manage': ['glance-api'],
  'placement-manage': ['placement-api'],
  'neutron-db-manage': NEUTRON,
  'nova-manage': NOVA,
  libvirtd: ['nova-libvirt'],
  'qemu-system-x86_64': ['nova-libvirt'],
  'qemu-img': ['nova-compute', 'nova-libvirt'],
  sshd: ['nova-ssh'],
};

/** Samples of packages, and what is made when they are installed. */
const SAMPLES = [
  ...[
    '/etc/nova/nova.conf',
    '/etc/nova/nova-compute.conf',
    '/etc/neutron/neutron.conf',
    '/etc/default/openvswitch-switch',
  ],
  ...[
    '/etc/libvirt/libvirtd.conf',
    '/etc/libvirt/qemu.conf',
    '/etc/libvirt/qemu/networks',
    '/var/lib/openvswitch/conf.db',
  ],
  ...['/etc/openvswitch/conf.db', '/etc/ssh/sshd_config', '/etc/ssh/ssh_host_ed25519_key', '/etc/machine-id'],
];

/** Where Kolla's scripts are in an image, and in its package. */
const SCRIPTS = [
  ['keystone', 'kolla_start', 'base/start.sh'],
  ['keystone', 'kolla_set_configs', 'base/set_configs.py'],
  ['keystone', 'kolla_extend_start', 'keystone/keystone/extend_start.sh'],
  ['memcached', 'kolla_copy_cacerts', 'base/copy_cacerts.sh'],
  ['haproxy', 'healthcheck_curl', 'base/healthcheck_curl'],
] as const;

describe.each(RELEASES)('images of %s', (release) => {
  let tar: string;
  let images: Unpacked;
  const name = (image: string): string => imageName(release, image);

  beforeAll(async () => {
    tar = await buildImages(release, NAMES, (line) => process.stderr.write(`${line}\n`));
    images = await Unpacked.of(tar);
  }, 1_800_000);

  afterAll(() => images.remove());

  test('are an OCI image layout: digests, sizes and diff_ids are right', () => {
    expect(images.problems).toEqual([]);
    expect([...images.configs.keys()]).toEqual(NAMES.map(name));
  });

  test('are what charts ask for', () => {
    const cloud = new Cloud();
    const values = mergeLayers(passwords, { global: { release, database: { replicas: 3 } } });
    const objects = Object.values(catalogue).map((Service) => cloud.renderService(new Service(cloud), values));
    const asked = JSON.stringify(objects).match(/quay\.io\/openstack\.kolla\/[^"]+/g);
    expect(NAMES.map(name)).toEqual(expect.arrayContaining([...new Set(asked)]));
  });

  test.each([...PROGRAMS[release], ...PROGRAMS.both])('%s: %j', async (image, command, version) => {
    expect(await images.run(name(image), command)).toMatch(version);
  });

  test.each(AS_USER)('%s, as %s: %j', async (image, user, command, said) => {
    expect(await images.run(name(image), command, { user })).toMatch(said);
  });

  test.each(FILES)('%s: %s', async (image, path) => {
    expect(await images.run(name(image), ['stat', '-c', '%F', path], { user: 'root' })).toBe('regular file\n');
  });

  test.each(NAMES)('%s has no sample of a configuration', async (image) => {
    const script = `for path; do [ ! -s "$path" ] || echo "$path"; done`;
    expect(await images.run(name(image), ['bash', '-c', script, 'bash', ...SAMPLES])).toBe('');
  });

  test("keystone has the application that the chart's uwsgi loads", async () => {
    const script = `
      keystone-manage fernet_setup --keystone-user=keystone --keystone-group=keystone
      python3 -c "from keystone.wsgi.api import application; print(type(application).__name__)"`;
    expect(await images.run(name('keystone'), ['bash', '-ec', script])).toMatch(/^\w+\n$/m);
  });

  test('keystone has byte code of what it runs, which its user may not write', async () => {
    const script = 'import keystone.server, os; print(os.path.exists(keystone.server.__cached__))';
    expect(await images.run(name('keystone'), ['python3', '-c', script], { user: 'keystone' })).toBe('True\n');
  });

  test('have only the service that they are for', async () => {
    const script = 'for program; do ! command -v "$program" >/dev/null || echo "$program"; done';
    const found = await Promise.all(
      NAMES.map(async (image) => {
        const said = await images.run(name(image), ['bash', '-c', script, 'bash', ...Object.keys(ONLY_IN)]);
        return said.split('\n').map((program) => [program, image] as const);
      }),
    );
    for (const [program, expected] of Object.entries(ONLY_IN)) {
      const having = found.flat().flatMap(([one, image]) => (one === program ? [image] : []));
      expect([program, having]).toEqual([program, expected]);
    }
  });

  test.each(USERS)("%s: %s has Kolla's ids, and is of the group kolla", async (image, user, id) => {
    const said = await images.run(name(image), ['id', user]);
    expect(said).toBe(`uid=${id}(${user}) gid=${id}(${user}) groups=${id}(${user}),42400(kolla)\n`);
  });

  test.each(['nova-api', 'nova-compute', 'nova-libvirt'])(
    "%s: nova has Kolla's ids, and is of the group qemu",
    async (image) => {
      expect(await images.run(name(image), ['id', 'nova'])).toMatch(NOVA_GROUPS);
    },
  );

  test.each(SCRIPTS)("%s: %s is Kolla's own", async (image, script, path) => {
    const own = readFileSync(join((await kollaOf(release)).package, path), 'utf8');
    expect(await images.run(name(image), ['cat', `/usr/local/bin/${script}`])).toBe(own);
  });

  test.each([
    ['memcached', 'memcached'],
    ['mariadb-server', 'mysql'],
    ['keystone', 'keystone'],
  ])('%s: kolla_start puts a file to its place and runs the command as %s', async (image, user) => {
    const configFiles = images.newFolder(`config-${image}`);
    // A program that takes arguments: Keystone's start script of 2025.1 adds one of Apache's.
    const file = {
      source: '/var/lib/kolla/config_files/sample',
      dest: '/etc/sample/sample',
      owner: user,
      perm: '0700',
    };
    writeFileSync(
      join(configFiles, 'sample'),
      '#!/bin/bash\nstat -c %U:%G:%a "$0"\necho "$(whoami), $HOME, $(cat /proc/$PPID/comm)"\n',
    );
    writeFileSync(join(configFiles, 'config.json'), JSON.stringify({ command: file.dest, config_files: [file] }));

    const { Entrypoint, Cmd } = images.configs.get(name(image))!.config;
    const env = ['KOLLA_CONFIG_STRATEGY=COPY_ALWAYS'];
    const said = await images.run(name(image), [...Entrypoint, ...Cmd], { user, env, configFiles });
    const home = image === 'memcached' ? '/run/memcache' : `/var/lib/${user}`;
    // As a child of dumb-init: it is what kolla_start has become.
    expect(said.trimEnd().split('\n').slice(-2)).toEqual([`${user}:${user}:700`, `${user}, ${home}, dumb-init`]);
  });

  test('come from the cache in no time', async () => {
    const start = Date.now();
    expect(await buildImages(release, NAMES, fail)).toBe(tar);
    expect(Date.now() - start).toBeLessThan(2000);
  });
});

function fail(line: string): never {
  throw new Error(`not from the cache: ${line}`);
}
