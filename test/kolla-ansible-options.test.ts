import { readFileSync } from 'node:fs';
import { checkConf, fileTable } from '../lib/config/oslo';
import type { JsonMap } from '../lib/values/expression';
import { READERS, RELEASE, committed, factsFile, optionsIn, textOf } from '../tools/kolla-ansible/options';
import type { Value } from '../tools/kolla-ansible/options';

/** All that Kolla-Ansible sets in files of oslo.config passes our tables; if not, here is why. */
interface Refused {
  readonly file: string;
  readonly section: string;
  readonly options: readonly string[];
  readonly why: string;
}

const SERVICE_USER =
  'not read: nova/conf/service_token.py registers a session and a login, no adapter; the calls that carry the token take endpoints from the sections of their services';

/** What the service of this release does not read. Each line is needed. */
const REFUSED: readonly Refused[] = [
  {
    file: 'cinder/cinder.conf',
    section: 'privsep_entrypoint',
    options: ['helper_command'],
    why: 'not read: the contexts of privsep there are cinder_sys_admin and privsep_osbrick (cinder/privsep, os_brick/privileged)',
  },
  {
    file: 'cinder/cinder.conf',
    section: 'rbd-1',
    options: ['rbd_keyring_conf'],
    why: 'taken out of the options for OSSN-0085: only cinderlib sets it (cinder/volume/drivers/rbd.py, _set_keyring_attributes)',
  },
  {
    file: 'glance/glance-cache.conf',
    section: 'DEFAULT',
    options: ['admin_password', 'admin_tenant_name', 'admin_user', 'auth_url'],
    why: 'nothing in Glance registers them: glance/image_cache/client.py takes such words from its caller or the environment',
  },
  {
    file: 'glance/glance-cache.conf',
    section: 'DEFAULT',
    options: ['filesystem_store_datadir'],
    why: 'an option of [glance_store], or of the section of a store (glance_store/_drivers/filesystem.py)',
  },
  {
    file: 'neutron/ml2_conf.ini',
    section: 'ovn',
    options: ['ovn_emit_need_to_frag'],
    why: 'gone: 2025.1 has it, 2026.1 does not (neutron/conf/plugins/ml2/drivers/ovn/ovn_conf.py)',
  },
  {
    file: 'neutron/neutron.conf',
    section: 'designate',
    options: ['auth_uri', 'region_name'],
    why: 'not read: neutron/conf/services/extdns_designate_driver.py registers a session and a login, whose address is auth_url; that of Designate is url',
  },
  {
    file: 'neutron/sriov_agent.ini',
    section: 'securitygroup',
    options: ['firewall_driver'],
    why: 'not read: the SR-IOV agent does not import neutron/agent/securitygroups_rpc.py, which registers it',
  },
  {
    file: 'nova/nova.conf',
    section: 'privsep_entrypoint',
    options: ['helper_command'],
    why: 'not read: the contexts of privsep there are nova_sys_admin, privsep_osbrick and those of os-vif (nova/privsep, os_brick/privileged, vif_plug_*/privsep.py)',
  },
  {
    file: 'nova/nova.conf',
    section: 'service_user',
    options: ['region_name', 'valid_interfaces'],
    why: SERVICE_USER,
  },
  {
    file: 'placement/placement.conf',
    section: 'cache',
    options: ['backend', 'enabled', 'memcache_servers'],
    why: 'read by nobody: keystonemiddleware registers the section and caches by [keystone_authtoken] memcached_servers alone (auth_token/__init__.py, _token_cache_factory)',
  },
  {
    file: 'placement/placement.conf',
    section: 'oslo_concurrency',
    options: ['lock_path'],
    why: 'not read: Placement has a ConfigOpts of its own (placement/wsgi/__init__.py), lockutils reads the global one, and no lock there is a file',
  },
];

/** What stands for `<…>`, so that values are judged, too. A password may be any text. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/<password:\w+>/g, 'secret'],
  [/<\w+_address( of [\w-]+)?>/g, '192.0.2.1'],
  [/<(internal|external)_fqdn>/g, 'cloud.example.org'],
  [/<(migration_)?hostname>/g, 'node-1.example.org'],
  [/<ca bundle path>/g, '/etc/ssl/certs/ca.pem'],
];

/** What oslo.config reads of a line of a file: quotes around it are gone. */
function read(line: string): string {
  const text = STAND_INS.reduce((done, [placeholder, standIn]) => done.replace(placeholder, standIn), line);
  if (text.includes('<')) throw new Error(`${line}: what is it to stand for?`);
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

/** The ways to write a value in YAML: a number is none in quotes, but where the option is a text. */
function written(value: Value): JsonMap[string][] {
  if (typeof value !== 'string') return [value.map(read)];
  const text = read(value);
  return /^-?\d+(\.\d+)?$/.test(text) ? [text, Number(text)] : [text];
}

const { options: files, others } = committed();
const judged = Object.entries(files).flatMap(([file, sections]) =>
  Object.entries(sections).flatMap(([section, options]) =>
    Object.entries(options).flatMap(([option, values]) =>
      values.map((value) => ({
        path: `${file} [${section}] ${option}`,
        problems: problems(file, section, option, value),
      })),
    ),
  ),
);

function problems(file: string, section: string, option: string, value: Value): string[] {
  const [project = '', name = ''] = file.split('/');
  const table = fileTable(RELEASE, project, name);
  const found = written(value).map((one) => checkConf(table, { [section]: { [option]: one } }).problems);
  const best = found.find((of) => of.length === 0) ?? found.at(-1)!;
  return best.map(({ message }) => message);
}

const refused = REFUSED.flatMap(({ file, section, options }) => options.map((name) => `${file} [${section}] ${name}`));

test('what Kolla-Ansible sets passes, but for what is listed', () => {
  expect(judged.length).toBeGreaterThan(400);
  const unlisted = judged.filter(({ path, problems }) => problems.length > 0 && !refused.includes(path));
  expect(unlisted).toEqual([]);
});

test('what is listed is refused', () => {
  const found = judged.filter(({ problems }) => problems.length > 0).map(({ path }) => path);
  expect(refused.filter((path) => !found.includes(path))).toEqual([]);
});

test('all that stands for something stands somewhere', () => {
  const text = JSON.stringify(files);
  expect(STAND_INS.filter(([placeholder]) => text.search(placeholder) < 0)).toEqual([]);
});

test('all that reads other files than those of oslo.config has some', () => {
  expect(Object.keys(others).sort()).toEqual(Object.keys(READERS).sort());
});

const facts = factsFile();
(facts === undefined ? test.skip : test)(
  'data/kolla-ansible is what the facts say; if not: npm run kolla-ansible-options',
  () => {
    const now = textOf(optionsIn(readFileSync(facts!, 'utf8')));
    expect(textOf(committed()).split('\n')).toEqual(now.split('\n'));
  },
);
