import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { containerOf, sampleService } from '../../test/support/sample';
import type { Objects } from '../../test/support/sample';
import { IniFile, iniOverrides } from '../config/ini-file';
import { TextFile } from '../config/text-file';
import { placement, resources } from '../kubernetes/values';
import type { JsonMap } from '../values/expression';
import { mergeLayers } from '../values/merge';
import { group, line, word } from '../values/types';
import { ApiComponent, apiValues } from './api-component';
import { Bootstrap } from './bootstrap';
import { Cache } from './cache';
import { Database } from './database';
import { global } from './global';
import { serviceValues } from './service';

const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-bootstrap-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['one', 'other']) {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'program.py'), `print('${name}')\n`);
}

const passwords = {
  database_password: 'root-1',
  glance_database_password: 'glance-1',
  glance_keystone_password: 'glance-2',
};
const given: JsonMap = {
  global: { passwords },
};

const glanceBootstrap = () => group({ resources: resources('100m', '256Mi', '1Gi'), ...placement });

const glanceValues = serviceValues('glance', ['glance-api'], {
  api: group(apiValues()),
  bootstrap: glanceBootstrap(),
  banner: line().default('hello'),
  special: z.boolean().default(false),
  mode: word().default('fast'),
  conf: iniOverrides(),
});

const { cloud, service, render } = sampleService(glanceValues, (glance) => {
  const { values } = glance;
  const database = new Database(glance, 'database', { name: 'glance' });
  const cache = new Cache(glance, 'cache');
  const conf = new IniFile(glance, 'glance.conf', {
    path: '/etc/glance/glance.conf',
    overrides: values.conf,
    sections: { database: database.options, cache: cache.options },
  });
  const special = new TextFile(glance, 'special', {
    path: '/etc/glance/special',
    test: values.special,
    template: { text: `${glance.password('glance_keystone_password', values.special)}.\n` },
  });
  const banner = new TextFile(glance, 'banner', { path: '/banner', template: { text: `> ${values.banner}.\n` } });
  const api = new ApiComponent(glance, 'api', {
    image: 'glance-api',
    user: 'glance',
    values: values.api,
    port: global.identity.port,
    wsgi: 'x:y',
    probe: '/',
    files: [conf, banner],
    connectsTo: [database, cache],
  });
  const bootstrap = new Bootstrap(glance, 'bootstrap', {
    image: 'glance-api',
    user: 'glance',
    database,
    values: values.bootstrap,
    files: [conf],
    connections: [cache],
  });
  bootstrap.step(['glance-manage', 'db', 'sync'], { only: 'installing' });
  bootstrap.step(['glance-manage', 'db', 'upgrade'], { only: 'upgrading' });
  bootstrap.step(['glance-manage', 'db', 'load_metadefs', `--region=${global.region}`], {
    files: [special],
    env: { GLANCE_MODE: `${values.mode}` },
    secrets: ['glance_keystone_password'],
  });
  bootstrap.operation('purge', ['glance-manage', 'db', 'purge']);
  api.after(bootstrap);
});

const objects = (values: JsonMap = {}): Objects => render(mergeLayers(given, values));
/** The keys of the Secret that a pod sees. */
const secretsOf = ({ spec }: PodTemplateSpec): (string | undefined)[] | undefined =>
  spec?.volumes?.find(({ name }) => name === 'secrets')?.secret?.items?.map(({ key }) => key);
const bootstrapOf = (all: Objects) => containerOf(all.pod('Job', all.job), 'bootstrap');
const fingerprintOf = (all: Objects): string => all.job.split('-').at(-1)!;

describe('the Job', () => {
  test('creates the database, runs the steps in order and leaves its mark', () => {
    const all = objects();
    expect(bootstrapOf(all)).toMatchObject({
      command: ['python3', '/run/kolla/source/bootstrap.py'],
      args: [
        '--database=glance@mariadb:3306/glance',
        '--admin=root',
        `--fingerprint=${fingerprintOf(all)}`,
        '--install=glance-manage db sync',
        '--upgrade=glance-manage db upgrade',
        '--run=glance-manage db load_metadefs --region=RegionOne',
      ],
      env: [
        // It has no way to the broker.
        { name: 'OS_OSLO_MESSAGING_NOTIFICATIONS__DRIVER', value: 'noop' },
        { name: 'GLANCE_MODE', value: 'fast' },
      ],
    });
    const { spec } = all.pod('Job', all.job);
    expect(spec!.initContainers!.map(({ name }) => name)).toEqual(['prepare']);
  });

  test('leaves the database to the operator where he creates it, and needs no password of an administrator then', () => {
    const { database_password: _, ...others } = passwords;
    const all = render({ global: { database: { create: false }, passwords: others } });
    expect(bootstrapOf(all).args!.filter((arg) => arg.startsWith('--admin'))).toEqual([]);
    expect(all.has('CronJob/glance-drop-old-passwords')).toBe(false);
    expect(() => render({ global: { passwords: others } })).toThrow(
      '  global.passwords.database_password: is required; ',
    );
  });

  test('has the files and passwords of all of its steps, none of them in its template', () => {
    const pod = objects({ special: true }).pod('Job', objects({ special: true }).job);
    expect(containerOf(pod, 'bootstrap').volumeMounts!.map(({ mountPath }) => mountPath)).toEqual([
      '/run/kolla/source',
      '/run/kolla/secrets',
      '/etc/glance/glance.conf',
      '/etc/glance/database-glance.cnf',
      '/etc/glance/special',
      '/tmp',
    ]);
    expect(secretsOf(pod)).toEqual(Object.keys(passwords).sort());
    for (const password of Object.values(passwords)) expect(JSON.stringify(pod)).not.toContain(password);
  });

  test.each(['a b', "it's", '"x"', 'a\\b', ''])('takes no word that would be read as another: %j', (word) => {
    const build = () =>
      sampleService(serviceValues('app', ['app'], { bootstrap: glanceBootstrap() }), (app) => {
        const { bootstrap: values } = app.values;
        const database = new Database(app, 'database', { name: 'glance' });
        const props = { image: 'app', user: 'glance', database, values, files: [] } as const;
        new Bootstrap(app, 'bootstrap', props).step(['echo', word]);
      });
    expect(build).toThrow(/^app: .* where words of a command are parted by blanks$/);
  });

  test('takes no value that may hold a blank', () => {
    const values = serviceValues('app', ['app'], { bootstrap: glanceBootstrap(), motto: line().default('') });
    const build = () =>
      sampleService(values, (app) => {
        const database = new Database(app, 'database', { name: 'glance' });
        const props = { image: 'app', user: 'glance', database, values: app.values.bootstrap, files: [] } as const;
        new Bootstrap(app, 'bootstrap', props).step(['echo', `--motto=${app.values.motto}`]);
      });
    expect(build).toThrow('app: the value motto may hold a blank or a quote, where words of a command are parted');
  });

  test('has one value for each variable of its steps', () => {
    const { render: rendered } = sampleService(
      serviceValues('app', ['app'], { bootstrap: glanceBootstrap() }),
      (app) => {
        const database = new Database(app, 'database', { name: 'glance' });
        const props = { image: 'app', user: 'glance', database, values: app.values.bootstrap, files: [] } as const;
        const bootstrap = new Bootstrap(app, 'bootstrap', props).step(['true'], { env: { LANG: 'C' } });
        bootstrap.step(['true'], { env: { LANG: 'de' } });
      },
    );
    expect(() => rendered(given)).toThrow('bootstrap: two commands want different values of the variable LANG');
  });

  test('is tried again until it succeeds, and is there as long as nobody deletes it', () => {
    const { spec } = objects().get('Job', objects().job);
    expect(spec).toMatchObject({ backoffLimit: 2147483647, template: { spec: { restartPolicy: 'OnFailure' } } });
    expect(spec).not.toHaveProperty('ttlSecondsAfterFinished');
  });

  test('may talk to the database and to what it connects to; nobody may talk to it', () => {
    const policy = objects().get('NetworkPolicy', 'glance-bootstrap').spec!;
    expect(policy.podSelector).toEqual({ matchLabels: { 'glance-job': 'true' } });
    expect(policy).not.toHaveProperty('ingress');
    expect(policy.policyTypes).toContain('Ingress');
    expect(policy.egress!.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual([53, 53, 3306, 11211]);
    expect(objects().pod('Job', objects().job).metadata?.labels).toMatchObject({
      'glance-job': 'true',
      'memcached-client': 'true',
    });
  });

  test('is what the pods of the service wait for: its mark in the database', () => {
    const all = objects();
    expect(containerOf(all.pod('Deployment', 'glance-api'), 'prepare').args).toEqual(
      expect.arrayContaining([
        `--wait-for=${fingerprintOf(all)}`,
        '--database=glance@mariadb:3306/glance',
        `--job=${all.job}`,
        '--namespace=openstack',
      ]),
    );
  });
});

describe('the name of the Job', () => {
  const before = objects().job;

  test('is the same for the same values, and ends in ten digits', () => {
    expect(before).toMatch(/^glance-bootstrap-[0-9a-f]{10}$/);
    expect(objects().job).toBe(before);
  });

  const image = (values: JsonMap): JsonMap => ({ images: { 'glance-api': values } });
  const shared = (values: JsonMap): JsonMap => ({ global: values });
  test.each<[string, JsonMap]>([
    ['the release of OpenStack', { release: '2025.1' }],
    ['the release of all services', shared({ release: '2025.1' })],
    ['the distribution', shared({ distro: 'rocky' })],
    ['the registry', shared({ registry: 'registry.example.org' })],
    ['the tag of the image', image({ tag: 'mine' })],
    ['the pull policy', shared({ imagePullPolicy: 'Always' })],
    ['the pull secrets', shared({ imagePullSecrets: ['mine'] })],
    ['an argument of a step', shared({ region: 'north' })],
    ['the address of the database', shared({ database: { provider: 'external', host: 'other' } })],
    ['the port of the database', shared({ database: { port: 3307 } })],
    ['whether the database is created', shared({ database: { create: false } })],
    ['an option of a file that steps read', { conf: { database: { max_pool_size: 2 } } }],
    ['the servers of the cache, which stand in such a file', shared({ memcached: { replicas: 2 } })],
    ['a file that is there now', { special: true }],
    ['the environment of a step', { mode: 'slow' }],
    ['the password of the database', shared({ passwords: { glance_database_password: 'glance-9' } })],
    ['the password of its administrator', shared({ passwords: { database_password: 'root-9' } })],
    ['a password that a step reads', shared({ passwords: { glance_keystone_password: 'glance-9' } })],
    ['the revision of the passwords', shared({ passwords: { revision: '2' } })],
    ["a Secret of the user's own", shared({ passwords: { existingSecret: 'mine' } })],
    ['the requests of its containers', { bootstrap: { resources: { requests: { cpu: '200m' } } } }],
    ['the limits of its containers', { bootstrap: { resources: { limits: { memory: '2Gi' } } } }],
    ['where it may run', { bootstrap: { nodeSelector: { disk: 'ssd' } } }],
    ['the nodes of its role', shared({ nodeRoles: { control: { role: 'control' } } })],
    ['what it tolerates', { bootstrap: { tolerations: [{ operator: 'Exists' }] } }],
  ])('changes with %s', (_, values) => {
    expect(objects(values).job).not.toBe(before);
  });

  test.each<[string, JsonMap]>([
    ['the replicas of the API', { api: { replicas: 3 } }],
    ['its processes', { api: { processes: 8 } }],
    ['the annotations of its pods', { api: { annotations: { a: 'b' } } }],
    ['its variables', { api: { extraEnv: { A: 'b' } } }],
    ['its resources', { api: { resources: { requests: { cpu: '2' } } } }],
    ['where it runs', { api: { nodeSelector: { disk: 'ssd' } } }],
    ['a file that only the API reads', { banner: 'good morning' }],
    ['network policies', shared({ networkPolicy: { clients: { cidrs: ['192.0.2.0/24'] } } })],
    ['how containers start', shared({ startMode: 'kolla' })],
    ['a password of another service', shared({ passwords: { nova_database_password: 'nova-1' } })],
  ])('does not change with %s', (_, values) => {
    expect(objects(values).job).toBe(before);
  });

  /** The name of the same Job after its author has changed something. */
  const written = ({
    user = 'glance',
    path = '/etc/app/app.conf',
    mode = '0440',
    talks = false,
    program = '',
  }): string => {
    const own = serviceValues('app', ['app'], { bootstrap: glanceBootstrap() });
    const rendered = sampleService(own, (app) => {
      const bootstrap = new Bootstrap(app, 'bootstrap', {
        image: 'app',
        user: user as 'glance',
        database: new Database(app, 'database', { name: 'glance' }),
        values: app.values.bootstrap,
        files: [new TextFile(app, 'app.conf', { path, mode, template: { text: 'x\n' } })],
        connections: talks ? [new Cache(app, 'cache')] : [],
      });
      bootstrap.step(program === '' ? ['true'] : app.program(program));
    }).render(given);
    return rendered.job;
  };

  test.each([
    ['its user', { user: 'nova' }],
    ['where a file is', { path: '/etc/app.conf' }],
    ['who may read it', { mode: '0400' }],
    ['what it talks to, which is a label of its pods', { talks: true }],
    ['a program', { program: join(folder, 'one', 'program.py') }],
  ])('changes with %s', (_, change) => {
    expect(written(change)).not.toBe(written({}));
  });

  test('changes with the text of a program', () => {
    const [one, other] = ['one', 'other'].map((name) => written({ program: join(folder, name, 'program.py') }));
    expect(one).not.toBe(other);
  });

  test('changes with the name of the release, which is a label of its pods', () => {
    expect(cloud.release.name).toBe('openstack');
    const texts = cloud.chartTemplates(service).get('templates/_helpers.tpl')!;
    expect(texts).toContain('.Release.Name');
  });
});

describe('an operation', () => {
  test('is a CronJob that never runs by itself: the operator makes a Job of it', () => {
    expect(objects().get('CronJob', 'glance-purge').spec).toMatchObject({
      suspend: true,
      jobTemplate: { spec: { backoffLimit: 3 } },
    });
    const pod = objects().pod('CronJob', 'glance-purge');
    expect(pod.spec!.containers).toHaveLength(1);
    expect(containerOf(pod, 'purge').args).toEqual([
      '--database=glance@mariadb:3306/glance',
      '--run=glance-manage db purge',
    ]);
  });

  test('gets the passwords of its own command and files, and no others', () => {
    const of = (name: string) => secretsOf(objects().pod('CronJob', name));
    expect(of('glance-purge')).toEqual(['glance_database_password']);
    expect(of('glance-drop-old-passwords')).toEqual(['database_password', 'glance_database_password']);
  });
});
