import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileTable } from '../../lib/config/oslo';
import type { OptionType, OsloOption, PackageOptions } from '../../lib/config/oslo/table';
import { DATA, optionsFile, policyFile, readOptions, readPlugins, readPolicy } from './data';
import { AUTHENTICATION, MORE, NAMED, REGISTERED, WRITTEN } from './declared';
import { MACHINES } from './machines';
import { OPTIONS, PLUGINS, RULES, print } from './print';
import { PROJECTS, RELEASES } from './projects';
import type { Release } from './projects';
import { types, writtenTypes } from './types';

const projectsOf = (release: Release) =>
  Object.entries(PROJECTS).filter(([, { versions }]) => versions[release] !== undefined);
const all = RELEASES.flatMap((release) => projectsOf(release).map(([name, project]) => ({ release, name, project })));

/** Every option of a file of data, with the path to it. */
function* optionsIn({ namespaces, unlisted = {} }: PackageOptions): Generator<[string, OsloOption]> {
  for (const [namespace, sections] of Object.entries({ ...namespaces, unlisted })) {
    for (const [section, { options }] of Object.entries(sections)) {
      for (const [name, option] of Object.entries(options)) yield [`${namespace}: [${section}] ${name}`, option];
    }
  }
}

/** The type, and those of items and values in it. */
const typesIn = (type: OptionType): OptionType[] => [
  type,
  ...(type.type === 'list' ? typesIn(type.items) : type.type === 'dict' ? typesIn(type.values) : []),
];

test('the types are those of the tables: npm run oslo-options -- --types', () => {
  expect(writtenTypes()).toBe(types());
});

describe.each(RELEASES)('%s', (release) => {
  const names = readdirSync(join(DATA, 'oslo', release)).map((file) => basename(file, '.json'));

  test('has all projects, or says why not', () => {
    for (const [name, { versions, missing }] of Object.entries(PROJECTS)) {
      const there = versions[release] !== undefined;
      expect({ name, there: existsSync(optionsFile(release, name)) }).toEqual({ name, there });
      if (!there) expect(missing?.[release]).toBeTruthy();
    }
  });

  test('is printed as the tool prints it: sorted, an option a line', () => {
    for (const name of names) {
      const text = readFileSync(optionsFile(release, name), 'utf8');
      const layout = name === 'keystoneauth1' ? PLUGINS : OPTIONS;
      expect(`${print(JSON.parse(text), layout)}\n` === text ? name : `${name} is printed otherwise`).toBe(name);
    }
    for (const file of readdirSync(join(DATA, 'policy', release))) {
      const text = readFileSync(join(DATA, 'policy', release, file), 'utf8');
      expect(`${print(JSON.parse(text), RULES)}\n` === text ? file : `${file} is printed otherwise`).toBe(file);
    }
  });

  test('holds nothing of the machine that made it', () => {
    const folders = [join(DATA, 'oslo', release), join(DATA, 'policy', release)];
    const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
    const pretended = MACHINES.flatMap(({ host, address }) => [`"${host}"`, `"${address}"`]);
    const here = [dirname(DATA), '/.cache/', '/root/', `"${hostname()}"`, ...pretended];
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect({ file, found: here.filter((word) => text.includes(word)) }).toEqual({ file, found: [] });
    }
  });

  test('has a default of its type for each option, or a text that refers to others', () => {
    const wrong: string[] = [];
    for (const name of names.filter((name) => name !== 'keystoneauth1')) {
      for (const [path, option] of optionsIn(readOptions(release, name))) {
        if (option.default !== undefined && !fits(option)) wrong.push(`${path}: ${JSON.stringify(option.default)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('has Python patterns that JavaScript reads alike', () => {
    const patterns = names
      .filter((name) => name !== 'keystoneauth1')
      .flatMap((name) => [...optionsIn(readOptions(release, name))].flatMap(([, option]) => typesIn(option)))
      .flatMap((type) => (type.type === 'string' && type.regex !== undefined ? [type.regex] : []));
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
  });

  test('has plugins of keystoneauth', () => {
    const { common, plugins } = readPlugins(release);
    expect(Object.keys(common)).toEqual(['auth_section', 'auth_type']);
    expect(plugins['password']!['password']).toMatchObject({ type: 'string', secret: true });
    expect(plugins['v3applicationcredential']).toHaveProperty('application_credential_secret');
  });
});

/** Whether a default is what the type makes of a text. */
function fits(option: OsloOption): boolean {
  const { default: value, multi } = option;
  if (typeof value === 'string' && value.includes('$')) return true;
  // Where each time is a map, some projects have `{}` for none.
  if (multi) return typeof value === 'object' || typeof value === 'string';
  switch (option.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
    case 'port':
    case 'float':
      return typeof value === 'number' || (typeof value === 'string' && /^\d{16,}$/.test(value));
    case 'list':
      return Array.isArray(value);
    case 'dict':
      return typeof value === 'object';
    default:
      return true;
  }
}

describe.each(all)('$name of $release', ({ release, name, project }) => {
  const data = readOptions(release, name);

  test('is of the version that the release has', () => {
    expect(data.package).toBe(project.package);
    const wanted = project.versions[release]!.replace('*', '');
    expect(data.versions[project.package]!.startsWith(wanted)).toBe(true);
    expect(data.versions['oslo.config']).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('has options for each of its files', () => {
    expect(Object.keys(data.files!).length).toBeGreaterThan(0);
    for (const file of Object.keys(data.files!)) {
      expect(Object.keys(fileTable(release, name, file).sections).length).toBeGreaterThan(0);
    }
  });

  test('has the sections whose options others take', () => {
    const libraries = Object.keys(data.versions).filter((library) => existsSync(optionsFile(release, library)));
    const packages = [data, ...libraries.map((library) => readOptions(release, library))];
    const sections = packages.flatMap(({ namespaces, unlisted = {} }) => [...Object.values(namespaces), unlisted]);
    const names = new Set(sections.flatMap((of) => Object.keys(of)));
    for (const { like = [], likeByValue = {} } of data.named ?? []) {
      for (const section of [...like, ...Object.values(likeByValue)]) expect(names).toContain(section);
    }
    const namespaces = Object.assign({}, ...packages.map((of) => of.namespaces)) as PackageOptions['namespaces'];
    for (const { file, section, namespaces: others } of data.more ?? []) {
      expect(Object.keys(data.files!)).toContain(file);
      for (const other of others) expect(namespaces[other]).toHaveProperty([section]);
    }
  });

  test('has what is declared', () => {
    expect(data.more ?? []).toEqual(MORE[name] ?? []);
    expect(data.named ?? []).toEqual(NAMED[name] ?? []);
    for (const [section, options] of Object.entries(WRITTEN[name] ?? {})) {
      expect(data.unlisted![section]!.options).toMatchObject(options);
    }
    for (const section of Object.keys(REGISTERED[name] ?? {})) expect(data.unlisted).toHaveProperty([section]);
    const declared = Object.values(AUTHENTICATION[project.package] ?? {}).flat();
    expect(data.authentication ?? []).toEqual(expect.arrayContaining(declared));
  });
});

test.each(RELEASES)('what is known of %s', (release) => {
  const option = (project: string, file: string, section: string, name: string) =>
    fileTable(release, project, file).sections[section]?.[name];
  expect(option('keystone', 'keystone.conf', 'token', 'expiration')).toMatchObject({
    type: 'integer',
    min: 0,
    max: '9223372036854775807',
    default: 3600,
  });
  expect(option('keystone', 'keystone.conf', 'database', 'connection')).toMatchObject({ type: 'string', secret: true });
  // What a library has as Keystone changed it.
  expect(option('keystone', 'keystone.conf', 'cors', 'allow_headers')!.default).toContain('X-Project-Domain-Name');
  expect(option('nova', 'nova.conf', 'DEFAULT', 'my_ip')).toMatchObject({ type: 'string', sample: '<host_ipv4>' });
  expect(option('nova', 'nova.conf', 'DEFAULT', 'my_ip')).not.toHaveProperty('default');
  expect(option('neutron', 'openvswitch_agent.ini', 'ovs', 'bridge_mappings')).toMatchObject({
    type: 'list',
    items: { type: 'string' },
  });
  expect(option('neutron', 'openvswitch_agent.ini', 'database', 'connection')).toBeUndefined();
  // What others list, and the file's process registers.
  expect(option('neutron', 'openvswitch_agent.ini', 'ovs', 'igmp_snooping_enable')).toMatchObject({ type: 'boolean' });
  expect(option('heat', 'heat.conf', 'oslo_concurrency', 'lock_path')).toBeDefined();
  // Options of keystoneauth's plugins: registered by a library, and by `auth_section` alone.
  expect(option('placement', 'placement.conf', 'keystone_authtoken', 'username')).toMatchObject({ type: 'string' });
  expect(option('cinder', 'cinder.conf', 'nova', 'password')).toMatchObject({ secret: true });
  expect(option('nova', 'nova.conf', 'key_manager', 'application_credential_id')).toBeUndefined();
  expect(option('cinder', 'cinder.conf', 'backend_defaults', 'rbd_pool')).toMatchObject({ default: 'rbd' });
  expect(option('glance', 'glance-api.conf', 'glance.store.rbd.store', 'rbd_store_pool')).toBeDefined();
  const mdev = fileTable(release, 'nova', 'nova.conf').named.find(({ name }) => name === 'mdev_{name}');
  expect(mdev!.options['mdev_class']).toMatchObject({ maxLength: 255 });
  // A former name in the section that it was asked in is one in any section that takes the option.
  const backend = fileTable(release, 'cinder', 'cinder.conf').named.find(({ name }) => name === '{name}');
  expect(backend!.options['hitachi_pools']!.formerly).toEqual([['', 'hitachi_pool']]);
  expect(option('cinder', 'cinder.conf', 'backend_defaults', 'hitachi_pools')!.formerly).toEqual([
    ['backend_defaults', 'hitachi_pool'],
  ]);
  // Of an option that several plugins have, each may know other former names.
  expect(option('nova', 'nova.conf', 'cinder', 'endpoint')!.formerly).toEqual([['', 'url']]);
  expect(readOptions(release, 'nova').authentication).toEqual(
    expect.arrayContaining(['cinder', 'neutron', 'placement', 'service_user']),
  );
  expect(readOptions(release, 'keystonemiddleware').authentication).toEqual(['keystone_authtoken']);
});

test.each(RELEASES)('rules of policies of %s', (release) => {
  expect(readPolicy(release, 'keystone').rules['identity:get_user']).toMatchObject({
    operations: ['GET /v3/users/{user_id}', 'HEAD /v3/users/{user_id}'],
    formerly: { since: 'S' },
  });
  expect(readPolicy(release, 'nova').rules).toHaveProperty('os_compute_api:servers:create');
  // Its API is gone.
  expect(existsSync(policyFile(release, 'ceilometer'))).toBe(false);
});
