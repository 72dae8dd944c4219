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

const NAMES = ['glance-api', 'haproxy', 'keystone', 'mariadb-server', 'memcached', 'rabbitmq'];

/** What a program says of itself. */
const PROGRAMS = {
  '2025.1': [
    ['keystone', ['keystone-manage', '--version'], /^27\./],
    ['mariadb-server', ['mariadbd', '--version'], /Ver 10\.11\./],
    ['haproxy', ['haproxy', '-v'], /^HAProxy version 2\.6\./],
  ],
  '2026.1': [
    ['keystone', ['keystone-manage', '--version'], /^29\./],
    ['mariadb-server', ['mariadbd', '--version'], /Ver 11\.8\./],
    ['haproxy', ['haproxy', '-v'], /^HAProxy version 3\.0\./],
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

const USERS = [
  ['keystone', 'keystone', 42425],
  ['glance-api', 'glance', 42415],
  ['mariadb-server', 'mysql', 42434],
  ['rabbitmq', 'rabbitmq', 42439],
  ['haproxy', 'haproxy', 42454],
  ['memcached', 'memcached', 42457],
] as const;

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
    expect(new Set(asked)).toEqual(new Set(NAMES.filter((image) => image !== 'glance-api').map(name)));
  });

  test.each([...PROGRAMS[release], ...PROGRAMS.both])('%s: %j', async (image, command, version) => {
    expect(await images.run(name(image), command)).toMatch(version);
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
    const services = ['mariadbd', 'rabbitmq-server', 'haproxy', 'memcached'];
    const found = NAMES.map(async (image) => {
      const script = `command -v ${services.join(' ')} || true`;
      return [image, (await images.run(name(image), ['bash', '-c', script])).match(/[\w-]+$/gm) ?? []] as const;
    });
    expect(Object.fromEntries(await Promise.all(found))).toEqual({
      ...{ 'glance-api': [], keystone: [], haproxy: ['haproxy'], memcached: ['memcached'] },
      ...{ 'mariadb-server': ['mariadbd'], rabbitmq: ['rabbitmq-server'] },
    });
  });

  test.each(USERS)("%s: %s has Kolla's ids, and is of the group kolla", async (image, user, id) => {
    const said = await images.run(name(image), ['id', user]);
    expect(said).toBe(`uid=${id}(${user}) gid=${id}(${user}) groups=${id}(${user}),42400(kolla)\n`);
  });

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
