import { existsSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Cloud, readValues } from '../../lib/cloud';
import { RELEASES } from '../../lib/kolla/releases';
import { catalogue } from '../../services';
import { folderOf } from '../../test/support/batch';
import { messageOf } from '../../test/support/message-of';
import { schemaOf } from '../schema-text';
import { importKollaAnsible } from '.';

const EXAMPLES = join(__dirname, '..', '..', 'test', 'kolla-ansible-examples');
const PASSWORDS = 'database_password: example\n';

const cloud = new Cloud();
for (const Service of Object.values(catalogue)) new Service(cloud);
/** What is written beside is not looked at by most tests. */
const schema = '{}\n';

/** Imports a folder, and judges what comes out as `kolla-cdk8s validate` does. */
function imported(from: string, inventory?: string) {
  const to = join(folderOf([]), 'cloud');
  const lines = importKollaAnsible({ from, to, cloud, schema, ...(inventory !== undefined && { inventory }) });
  const files = [join(to, 'cloud.yaml'), join(to, 'passwords.yaml')] as const;
  const text = readFileSync(files[0], 'utf8');
  const values = JSON.parse(JSON.stringify(readValues(files[0])));
  return {
    report: lines.join('\n'),
    text,
    values,
    files,
    findings: cloud.findings(files.map((file) => readValues(file))),
  };
}

/** The same of globals.yml alone, and of files beside it. */
const importedFrom = (globals: string, others: readonly (readonly [string, string])[] = []) =>
  imported(folderOf([['globals.yml', globals], ['passwords.yml', PASSWORDS], ...others]));

/** An example of another release. */
function exampleOf(name: string, release: string): string {
  const files = readdirSync(join(EXAMPLES, name), { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(EXAMPLES, name, file)).isFile(),
  );
  return folderOf(
    files.map(
      (file) =>
        [
          file,
          readFileSync(join(EXAMPLES, name, file), 'utf8').replace(/(openstack_release: ).*/, `$1"${release}"`),
        ] as const,
    ),
  );
}

test('a value that is none of its variable is something to do', () => {
  const { report } = importedFrom(
    [
      'docker_registry: [registry.example.org]',
      'kolla_external_fqdn: { a: b }',
      'database_port: [3307]',
      'enable_neutron_qos: maybe',
      'neutron_external_interface: "{{ bond }}"',
    ].join('\n'),
  );
  const [, toDo = ''] = report.split('To do, or to look at, before you deploy:\n');
  expect(toDo).toContain('docker_registry (');
  for (const said of [
    'found a list, a text or a number is needed',
    'found a map, a text or a number is needed',
    'found the string "maybe", yes or no is needed',
    'the template {{ bond }} is not known here: put the value there that it comes to',
  ]) {
    expect(toDo).toContain(said);
  }
});

describe.each(RELEASES)('OpenStack %s', (release) => {
  test.each(['all-in-one', 'multinode', 'ceph'])('what comes out of the example %s is valid', (name) => {
    const from = exampleOf(name, release);
    const inventory = join(from, 'inventory');
    const { findings, values, files } = imported(from, existsSync(inventory) ? inventory : undefined);
    expect(findings.problems).toEqual([]);
    expect(values.global.release).toBe(release);
    expect(statSync(files[1]).mode & 0o777).toBe(0o600);
  });
});

test('all in one: few values, each with what it is from', () => {
  const { text, report } = imported(join(EXAMPLES, 'all-in-one'));
  expect(text).toContain('# yaml-language-server: $schema=./cloud.schema.json\n');
  expect(text).toContain('  distro: ubuntu # kolla_base_distro\n');
  expect(text).toContain('        br-ex: ens4\n');
  expect(text).toContain('      virtType: qemu # nova_compute_virt_type\n');
  expect(report).toContain('16 taken over, 5 new');
  expect(report).toContain('horizon: enable_horizon, which is so by default');
});

test('several nodes: pools, labels, replicas and what is not here', () => {
  const folder = join(EXAMPLES, 'multinode');
  const { values, report } = imported(folder, join(folder, 'inventory'));
  expect(values.global).toMatchObject({
    region: 'north',
    debug: true,
    database: { replicas: 3 },
    messaging: { replicas: 3, tls: { enabled: true } },
    publicEndpoints: { type: 'LoadBalancer', host: 'cloud.example.org', scheme: 'https' },
    pools: {
      default: null,
      network: { role: 'network', bridges: { 'br-ex': 'ens5', 'br-prov': 'ens6' } },
      compute: { role: 'compute', physicalNetworks: { external: 'br-ex', provider: 'br-prov' } },
    },
  });
  expect(values.nova.pools.compute).toEqual({ address: 'bond0', migrationAddress: 'bond1' });
  expect(values.nova.api).toEqual({ processes: 4, replicas: 3 });
  for (const line of [
    'cinder (volumes): enable_cinder, enable_cinder_backend_lvm, cinder_volume_group',
    "globals.yml:36 enable_nuetron_dvr: did you mean 'enable_neutron_dvr'?",
    'kubectl label node network01 network02 openstack-pool=network',
    'TLS inside of the cluster: kolla_enable_tls_internal',
  ]) {
    expect(report).toContain(line);
  }
});

test('overrides become options, typed by the tables of the release', () => {
  const { values, report, findings } = imported(join(EXAMPLES, 'ceph'));
  expect(values.nova.conf['nova.conf']).toMatchObject({
    DEFAULT: { cpu_allocation_ratio: 4, resume_guests_state_on_host_boot: true },
    filter_scheduler: { enabled_filters: 'ComputeFilter,ComputeCapabilitiesFilter,PciPassthroughFilter' },
    unchecked: { our_plugin: { url: 'http://plugin.example.org:8080' } },
  });
  expect(values.nova.pools.all['nova.conf']).toMatchObject({
    DEFAULT: { reserved_host_memory_mb: 8192 },
    pci: { device_spec: [expect.stringContaining('ens1f0'), expect.stringContaining('10de')] },
  });
  expect(values.nova.policy).toEqual({ 'os_compute_api:os-migrate-server:migrate': 'role:operator' });
  expect(values.neutron.ml2.vlanRanges).toEqual({ physnet1: ['100:199', '300:399'], fast: [] });
  expect(values.neutron.mtu).toEqual({ global: 9000, path: 9000 });
  expect(values.keystone.conf['keystone.conf'].oslo_messaging_rabbit).toEqual({
    heartbeat_rate: 3,
    rabbit_quorum_delivery_limit: 5,
  });
  expect(values.placement.conf['placement.conf']).not.toHaveProperty('oslo_messaging_rabbit');
  expect(values.rabbitmq.conf['rabbitmq.conf']).toEqual({ consumer_timeout: '3600000' });
  expect(values.glance).toMatchObject({
    defaultStore: 'rbd',
    stores: { rbd: { user: 'glance-north', pool: 'north-images' } },
  });
  expect(findings.unchecked.map((path) => path.join(' '))).toEqual(['nova conf nova.conf unchecked our_plugin url']);
  for (const line of [
    'config/glance.conf:4 [keystone_authtoken] password: a password',
    'config/keystone.conf: line 1 has a statement of Ansible',
    'config/neutron.conf:5 [quotas] quota_port: found the string "many", an integer is needed',
    'config/nova.conf:5 [DEFAULT] my_ip: follows from where a process runs',
    'config/nova/compute2/nova.conf: is of one host, compute2',
    'config/cinder/cinder-volume.conf: is of a service that is not here',
  ]) {
    expect(report).toContain(line);
  }
});

test('templates that are more than names are listed, others resolved', () => {
  const { values, report } = importedFrom(
    'site: north\nopenstack_region_name: "{{ site }}"\nmigration_interface: "{{ groups[\'compute\'] | first }}"\n',
  );
  expect(values.global.region).toBe('north');
  expect(report).toContain(
    "migration_interface (globals.yml:3): the template {{ groups['compute'] | first }} is not known here",
  );
  expect(report).not.toContain('site:');
});

test('what the charts refuse is taken out, and listed', () => {
  const { values, report, findings } = importedFrom(
    'network_interface: "a name of far too many letters"\nkolla_base_distro: centos\n',
  );
  expect(values.global).not.toHaveProperty('distro');
  expect(report).toContain('Taken out again, since the charts refuse it:\n  ');
  expect(report).toContain('kolla_base_distro: global.distro: found');
  expect(findings.problems).toEqual([]);
});

test('what is missing is said where it has to be given', () => {
  const { report, findings } = importedFrom('enable_mariadb: no\n');
  expect(report).toContain('global.database.host: the database is elsewhere: say where');
  expect(findings.problems.map(({ path }) => path.join('.'))).toEqual(['global.database.host']);
});

test('keys of S3 go to the passwords', () => {
  const { text, files, findings, values } = importedFrom(
    'glance_backend_s3: yes\ns3_url: https://s3.example.org\ns3_bucket: ours\ns3_access_key: AKEXAMPLE\ns3_secret_key: example-key\n',
  );
  expect(text).not.toContain('AKEXAMPLE');
  expect(readValues(files[1])).toMatchObject({ glance: { passwords: { glance_backend_s3_access_key: 'AKEXAMPLE' } } });
  expect(values.glance.stores.s3).toEqual({ enabled: true, host: 'https://s3.example.org', bucket: 'ours' });
  expect(findings.problems).toEqual([]);
});

test('services and servers that are off', () => {
  const { values, findings } = importedFrom('enable_nova: no\nenable_neutron: "no"\nenable_memcached: no\n');
  expect(values).toMatchObject({
    nova: { enabled: false },
    placement: { enabled: false },
    openvswitch: { enabled: false },
  });
  expect(values.global.memcached).toEqual({ provider: 'external' });
  expect(findings.problems.map(({ path }) => path.join('.'))).toEqual(['global.memcached.servers']);
});

test('a release that is not here becomes the next one', () => {
  expect(importedFrom('openstack_release: 2025.2\n').values.global.release).toBe('2026.1');
  expect(importedFrom('openstack_release: "2024.1"\n').values.global.release).toBe('2025.1');
});

test.each<[string, readonly (readonly [string, string | Uint8Array])[], string]>([
  ['nothing', [], 'HERE: found nothing in it, globals.yml is needed'],
  [
    'other files',
    ['f', 'a', 'b', 'd', 'e', 'c'].map((name) => [name, '']),
    'HERE: found a, b, c, d, e, … in it, globals.yml is needed',
  ],
  [
    'a folder of Kolla',
    [['kolla-build.conf', '']],
    "HERE: found a folder of Kolla, which builds images; Kolla-Ansible's, with globals.yml in it, is needed",
  ],
  ['the folder above', [['kolla/globals.yml', '']], 'HERE: found no globals.yml in it; give HERE/kolla, which has one'],
  ['broken YAML', [['globals.yml', 'a: 1\nb: [\n']], 'HERE/globals.yml, line 3, column 1: not valid YAML (bad indent)'],
  ['a list', [['globals.yml', '- a\n']], 'HERE/globals.yml: found no map at its top, `name: value` is needed'],
  ['bytes', [['globals.yml', Buffer.of(0x61, 0xff)]], 'cannot read HERE/globals.yml: it is not UTF-8 text'],
  ['a folder', [['globals.yml/a', '']], 'cannot read HERE/globals.yml: it is a folder (EISDIR)'],
  [
    'an alias of nothing',
    [['globals.yml', 'a: 1\nb: *secret\n']],
    "HERE/globals.yml, line 2: a value begins with a '*', an alias of YAML: put it in quotes",
  ],
  [
    'a file of Vault',
    [['globals.yml', '$ANSIBLE_VAULT;1.1;AES256\n61\n']],
    "HERE/globals.yml is encrypted by Ansible Vault: what 'ansible-vault view' shows of it is needed, as a file",
  ],
  [
    'a value of Vault',
    [['globals.yml', 'a: 1\nb: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n']],
    'HERE/globals.yml, line 2: a value is encrypted by Ansible Vault, the decrypted one is needed',
  ],
  [
    'passwords of Vault',
    [
      ['globals.yml', ''],
      ['passwords.yml', '$ANSIBLE_VAULT;1.1;AES256\n61\n'],
    ],
    "HERE/passwords.yml is encrypted by Ansible Vault: give what 'ansible-vault view' shows of it, as a file",
  ],
  [
    'a broken override',
    [
      ['globals.yml', ''],
      ['passwords.yml', PASSWORDS],
      ['config/nova.conf', 'debug\n'],
    ],
    'config/nova.conf, line 1: a section or `name = value` is needed',
  ],
])('%s: refused, and nothing is written', (_, files, message) => {
  const from = folderOf(files);
  const to = join(folderOf([]), 'cloud');
  expect(messageOf(() => importKollaAnsible({ from, to, cloud, schema })).replaceAll(from, 'HERE')).toBe(message);
  expect(existsSync(to)).toBe(false);
});

/** Nothing is said in it but its release. */
const emptyFolder = (): string =>
  folderOf([
    ['globals.yml', ''],
    ['passwords.yml', PASSWORDS],
  ]);

test.each([
  [['passwords.yaml'], 'passwords.yaml'],
  [['cloud.yaml', 'passwords.yaml'], 'cloud.yaml and passwords.yaml'],
  [['cloud.schema.json'], 'cloud.schema.json'],
])('%j: not overwritten, and nothing is written', (names, told) => {
  const to = folderOf(names.map((name) => [name, 'mine'] as const));
  const said = messageOf(() => importKollaAnsible({ from: emptyFolder(), to, cloud, schema }));
  expect(said.replaceAll(`${to}/`, '')).toBe(
    `${told}: found what is never overwritten, a folder without is needed (-o)`,
  );
  expect(readdirSync(to).sort()).toEqual(names);
});

test('a schema that is not a file of ours is not overwritten', () => {
  const to = folderOf([['cloud.schema.json/mine', '']]);
  expect(messageOf(() => importKollaAnsible({ from: emptyFolder(), to, cloud, schema }))).toBe(
    `${join(to, 'cloud.schema.json')}: found what is never overwritten, a folder without is needed (-o)`,
  );
});

test('a schema that we have made, of whatever version, is made anew', () => {
  const ours = schemaOf(cloud);
  const to = folderOf([['cloud.schema.json', ours.replace('"definitions"', '"formerly"')]]);
  importKollaAnsible({ from: emptyFolder(), to, cloud, schema: ours });
  expect(readFileSync(join(to, 'cloud.schema.json'), 'utf8')).toBe(ours);
  expect(readdirSync(to).sort()).toEqual(['cloud.schema.json', 'cloud.yaml', 'passwords.yaml']);
});

test('what cannot be written leaves nothing behind', () => {
  const into = (to: string) => messageOf(() => importKollaAnsible({ from: emptyFolder(), to, cloud, schema }));
  const below = join(folderOf([['file', '']]), 'file', 'cloud');
  expect(into(below)).toBe(`cannot write ${below}: what should be a folder on its path is a file (ENOTDIR)`);
  const to = folderOf([]);
  symlinkSync('nowhere', join(to, 'passwords.yaml'));
  expect(into(to)).toBe(`cannot write ${join(to, 'passwords.yaml')}: it is there already (EEXIST)`);
  expect(readdirSync(to)).toEqual(['passwords.yaml']);
});

test('it says what it does', () => {
  const from = emptyFolder();
  const said: string[] = [];
  importKollaAnsible({ from, to: folderOf([]), cloud, schema, say: (text) => said.push(text) });
  expect(said).toEqual([`reading ${from}`, 'making values, and judging them', 'making passwords and keys']);
});
