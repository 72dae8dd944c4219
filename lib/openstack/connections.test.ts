import { z } from 'zod';
import { containerOf, sampleService } from '../../test/support/sample';
import { IniFile } from '../config/ini-file';
import type { JsonMap } from '../values/expression';
import { mergeLayers } from '../values/merge';
import { group, count, port } from '../values/types';
import { ApiComponent, apiValues } from './api-component';
import { Cache } from './cache';
import { Database } from './database';
import { FernetKeys } from './fernet-keys';
import { IdentityRegistration } from './identity';
import { Messaging } from './messaging';
import { serviceValues } from './service';

const passwords = {
  glance_database_password: 'glance-1',
  glance_keystone_password: 'glance-2',
  keystone_admin_password: 'admin-1',
  memcache_secret_key: 'cache-1',
  rabbitmq_password: 'rabbit-1',
};
const given: JsonMap = { global: { passwords } };
const over = (values: JsonMap): JsonMap => mergeLayers(given, values);

const glanceValues = serviceValues('glance', ['glance-api'], {
  api: group({ ...apiValues(), port: port().default(9292) }),
  notify: z.boolean().default(false),
  keys: count().default(1),
});

/** A service with one of everything. */
const { render } = sampleService(glanceValues, (glance) => {
  const { values } = glance;
  const database = new Database(glance, 'database', { name: 'glance' });
  const messaging = new Messaging(glance, 'messaging', { test: values.notify });
  const cache = new Cache(glance, 'cache');
  const registration = new IdentityRegistration(glance, 'registration', {
    type: 'image',
  });
  const keys = new FernetKeys(glance, 'keys', {
    image: 'glance-api',
    path: '/etc/glance/keys',
    master: 'memcache_secret_key',
    period: values.keys,
    lifetime: [values.keys, values.keys],
    generation: values.keys,
  });
  const conf = new IniFile(glance, 'glance.conf', {
    path: '/etc/glance/glance.conf',
    sections: {
      DEFAULT: { transport_url: messaging.url },
      cache: cache.options,
      database: database.options,
      keystone_authtoken: registration.authToken(cache),
      oslo_messaging_rabbit: messaging.options,
    },
  });
  new ApiComponent(glance, 'api', {
    image: 'glance-api',
    user: 'glance',
    values: values.api,
    port: values.api.port,
    wsgi: 'glance.wsgi.api:application',
    probe: '/healthcheck',
    files: [
      conf,
      registration.file({ internalUrl: 'http://glance-api:9292', publicUrl: 'https://glance.example.org' }),
    ],
    parts: [keys],
    connectsTo: [database, cache, messaging, registration],
  });
});
const conf = (values: JsonMap = {}): string[] =>
  render(over(values)).file('glance-glance.conf', 'glance.conf').split('\n');
const policy = (values: JsonMap = {}) => render(over(values)).get('NetworkPolicy', 'glance-api').spec!;

describe('a database', () => {
  test('is reached without a password in the URL, which is in a file of the MySQL client', () => {
    const url = 'mysql+pymysql://glance@mariadb:3306/glance?read_default_file=/etc/glance/database-glance.cnf';
    expect(conf()).toContain(`connection = ${url}`);
    expect(render(given).file('glance-database-glance.cnf', 'database-glance.cnf')).toBe(
      '[client]\npassword = "@raw:glance_database_password@"\n',
    );
  });

  test('needs the password of its user', () => {
    expect(() => render({ global: { passwords: {} } })).toThrow(
      "  global.passwords.glance_database_password: is required; 'kolla-cdk8s genpwd' makes it, or name a Secret of your own in global.passwords.existingSecret",
    );
  });

  test('is on our own server, on the one of the operator, or at an address that is given for an external one alone', () => {
    const urlOf = (database: JsonMap) =>
      conf({ global: { database } })
        .find((one) => one.startsWith('connection = '))
        ?.split(/[@/]/)[3];
    expect(urlOf({ replicas: 3 })).toBe('mariadb:3306');
    expect(urlOf({ provider: 'operator', replicas: 1 })).toBe('mariadb:3306');
    expect(urlOf({ provider: 'operator', replicas: 3 })).toBe('mariadb-primary:3306');
    expect(urlOf({ provider: 'external', host: 'db.example.org' })).toBe('db.example.org:3306');
    expect(() => urlOf({ provider: 'external' })).toThrow(
      'global.database.host: is required where global.database.provider is external',
    );
    expect(() => urlOf({ host: 'db.example.org' })).toThrow(
      'global.database.host: is the address of an external server: set global.database.provider to external',
    );
  });

  test('with TLS is only reached through it, and with the certificate of the server', () => {
    const objects = render(over({ global: { database: { tls: { enabled: true, secretName: 'ca' } } } }));
    expect(objects.file('glance-database-glance.cnf', 'database-glance.cnf')).toContain(
      'ssl-ca = /run/kolla/tls/database/ca.crt\n',
    );
    const pod = objects.pod('Deployment', 'glance-api');
    expect(pod.spec?.volumes).toContainEqual({
      name: 'database-tls',
      secret: { secretName: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }], defaultMode: 0o440 },
    });
    expect(containerOf(pod, 'api').volumeMounts).toContainEqual({
      name: 'database-tls',
      mountPath: '/run/kolla/tls/database',
      readOnly: true,
    });
  });
});

describe('messaging', () => {
  test('goes to RabbitMQ with the password as a hole, percent-encoded', () => {
    expect(conf()).toContain('transport_url = rabbit://openstack:@url:rabbitmq_password@@rabbitmq-0.rabbitmq:5672//');
  });

  test('asks for a broker and its password only where it is used', () => {
    const { rabbitmq_password: _, ...others } = passwords;
    const without = { global: { passwords: others } };
    expect(render(without).get('Secret', 'glance').data).not.toHaveProperty('rabbitmq_password');
    expect(() => render({ ...without, notify: true })).toThrow(/rabbitmq_password: is required/);
  });

  test("goes to each broker by its own name: ours, the operator's or the external ones", () => {
    const urlOf = (messaging: JsonMap) =>
      conf({ global: { messaging } })
        .find((one) => one.startsWith('transport_url = '))!
        .split('rabbit://')[1]!
        .replace(/\/\/$/, '')
        .split(',')
        .map((at) => at.split('@').at(-1));
    expect(urlOf({ replicas: 3, port: 5673 })).toEqual([0, 1, 2].map((i) => `rabbitmq-${i}.rabbitmq:5673`));
    expect(urlOf({ provider: 'operator', replicas: 1 })).toEqual(['rabbitmq-server-0.rabbitmq-nodes:5672']);
    expect(urlOf({ provider: 'external', hosts: ['a', 'b'] })).toEqual(['a:5672', 'b:5672']);
  });

  test('has addresses where it is external, and only there, and only where it is used', () => {
    const given =
      (messaging: JsonMap, notify = true) =>
      () =>
        conf({ notify, global: { messaging } });
    expect(given({ provider: 'external' })).toThrow(
      'global.messaging.hosts: is required where global.messaging.provider is external',
    );
    expect(given({ hosts: ['a'] })).toThrow(
      'global.messaging.hosts: are the addresses of external brokers: set global.messaging.provider to external',
    );
    expect(given({ hosts: ['a'] }, false)).not.toThrow();
    expect(given({ provider: 'external' }, false)).not.toThrow();
  });

  test('with TLS is spoken to in no other way, where it is used', () => {
    const values = { global: { messaging: { tls: { enabled: true } } } };
    expect(conf({ ...values, notify: true })).toEqual(
      expect.arrayContaining(['ssl = true', 'ssl_ca_file = /run/kolla/tls/messaging/ca.crt']),
    );
    expect(conf(values)).not.toContain('ssl = true');
    const volumes = render(over(values)).pod('Deployment', 'glance-api').spec!.volumes!;
    expect(volumes.map(({ name }) => name)).not.toContain('messaging-tls');
  });

  test('has quorum queues where it is used', () => {
    expect(conf({ notify: true })).toContain('rabbit_quorum_queue = true');
    expect(conf()).not.toContain('[oslo_messaging_rabbit]');
  });
});

describe('the cache', () => {
  test('is our memcached servers, each by its own name', () => {
    const servers = 'memcache_servers = memcached-0.memcached:11211,memcached-1.memcached:11211';
    expect(conf({ global: { memcached: { replicas: 2 } } })).toContain(servers);
  });

  test("is the user's servers where they are external, which the network policy lets out to", () => {
    const memcached = { provider: 'external', servers: ['a:1', 'b:2'], cidrs: ['192.0.2.0/31'] };
    expect(conf({ global: { memcached } })).toContain('memcache_servers = a:1,b:2');
    expect(policy({ global: { memcached } }).egress).toContainEqual({
      to: [{ ipBlock: { cidr: '192.0.2.0/31' } }],
      ports: [{ protocol: 'TCP', port: 11211 }],
    });
  });

  test('has addresses where it is external, and only there', () => {
    const given = (memcached: JsonMap) => () => conf({ global: { memcached } });
    expect(given({ provider: 'external' })).toThrow(
      'global.memcached.servers: is required where global.memcached.provider is external',
    );
    expect(given({ servers: ['a:1'] })).toThrow(
      'global.memcached.servers: are the addresses of external servers: set global.memcached.provider to external',
    );
  });
});

describe('a service in Keystone', () => {
  const registered = (values: JsonMap = {}): JsonMap =>
    JSON.parse(render(over(values)).file('glance-registration.json', 'registration.json')) as JsonMap;

  test('is registered with its user and its endpoints, passwords quoted for JSON', () => {
    expect(registered()).toEqual({
      auth: {
        url: 'http://keystone-api.openstack.svc.cluster.local:5000',
        username: 'admin',
        password: '@json:keystone_admin_password@',
        project: 'admin',
        domain: 'Default',
      },
      region: 'RegionOne',
      region_ids: [],
      projects: ['service'],
      roles: ['admin', 'service'],
      services: [
        {
          name: 'glance',
          type: 'image',
          description: '',
          endpoints: { internal: 'http://glance-api:9292', public: 'https://glance.example.org' },
        },
      ],
      users: [
        {
          name: 'glance',
          password: '@json:glance_keystone_password@',
          project: 'service',
          roles: ['admin', 'service'],
        },
      ],
    });
  });

  test('logs in where the user says that Keystone is, as whom the user says', () => {
    const identity = { internalUrl: 'https://id.example.org', adminUser: 'root', adminProject: 'ops' };
    expect(registered({ global: { identity, region: 'north' } })).toMatchObject({
      auth: { url: 'https://id.example.org', username: 'root', project: 'ops' },
      region: 'north',
    });
  });

  test('asks Keystone whether tokens are valid, with what it has learned kept encrypted in the cache', () => {
    const identity = { public: { url: 'https://id.example.org' } };
    const lines = conf({ global: { identity } });
    expect(lines.slice(lines.indexOf('[keystone_authtoken]'))).toEqual([
      '[keystone_authtoken]',
      'auth_type = password',
      'auth_url = http://keystone-api.openstack.svc.cluster.local:5000',
      'memcache_secret_key = @ini:memcache_secret_key@',
      'memcache_security_strategy = ENCRYPT',
      'memcached_servers = memcached-0.memcached:11211',
      'password = @ini:glance_keystone_password@',
      'project_domain_name = Default',
      'project_name = service',
      'region_name = RegionOne',
      'service_type = image',
      'user_domain_name = Default',
      'username = glance',
      'www_authenticate_uri = https://id.example.org',
      '',
    ]);
  });
});

const toPods = (matchLabels: { readonly [label: string]: string }, to: number) => ({
  to: [{ podSelector: { matchLabels } }],
  ports: [{ protocol: 'TCP', port: to }],
});

describe('a component', () => {
  test('is labelled as a client of what it connects to', () => {
    expect(render(given).pod('Deployment', 'glance-api').metadata?.labels).toMatchObject({
      'keystone-client': 'true',
      'memcached-client': 'true',
    });
  });

  test('is let out to what it connects to and to DNS, and lets in its clients', () => {
    const { egress, ingress } = policy();
    expect(egress).toEqual([
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
      toPods({ 'app.kubernetes.io/name': 'mariadb' }, 3306),
      toPods({ 'app.kubernetes.io/name': 'memcached', 'app.kubernetes.io/component': 'server' }, 11211),
      toPods({ 'app.kubernetes.io/name': 'keystone', 'app.kubernetes.io/component': 'api' }, 5000),
    ]);
    expect(ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { 'glance-client': 'true' } } }],
        ports: [{ protocol: 'TCP', port: 9292 }],
      },
    ]);
  });

  test('is let out to a conditional connection only while that is used', () => {
    const toBroker = toPods({ 'app.kubernetes.io/name': 'rabbitmq' }, 5672);
    expect(policy().egress).not.toContainEqual(toBroker);
    expect(policy({ notify: true }).egress).toContainEqual(toBroker);
  });

  test.each<[string, JsonMap, object]>([
    ['the addresses given', { cidrs: ['192.0.2.1/32'] }, { to: [{ ipBlock: { cidr: '192.0.2.1/32' } }] }],
    ['any, where none is given', {}, {}],
  ])('is let out to an external server at %s', (_, more, to) => {
    const database = { provider: 'external', host: 'db.example.org', ...more };
    const messaging = { provider: 'external', hosts: ['mq.example.org'], ...more };
    const { egress } = policy({ notify: true, global: { database, messaging } });
    expect(egress).toContainEqual({ ...to, ports: [{ protocol: 'TCP', port: 3306 }] });
    expect(egress).toContainEqual({ ...to, ports: [{ protocol: 'TCP', port: 5672 }] });
  });

  test('brings the files and parts of what it connects to', () => {
    const tls = { tls: { enabled: true, secretName: 'ca' } };
    const pod = render(over({ notify: true, global: { database: tls, messaging: tls } })).pod(
      'Deployment',
      'glance-api',
    );
    const mounts = containerOf(pod, 'api').volumeMounts!.map(({ mountPath }) => mountPath);
    expect(mounts).toEqual(
      expect.arrayContaining([
        '/etc/glance/database-glance.cnf',
        '/run/kolla/tls/database',
        '/run/kolla/tls/messaging',
        '/etc/glance/keys',
      ]),
    );
    expect(containerOf(pod, 'prepare').args).toContain('--file=database-glance.cnf:0440');
  });

  test('lets in those whom the operator names, and has no policy where there are none', () => {
    const clients = { namespaces: ['ingress'], cidrs: ['198.51.100.0/24'] };
    expect(policy({ global: { networkPolicy: { clients } } }).ingress?.[1]).toEqual({
      from: [
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } },
        { ipBlock: { cidr: '198.51.100.0/24' } },
      ],
      ports: [{ protocol: 'TCP', port: 9292 }],
    });
    expect(render(over({ global: { networkPolicy: { enabled: false } } })).has('NetworkPolicy/glance-api')).toBe(false);
  });

  test('derives Fernet keys beside itself, from the master secret and the clock', () => {
    const keys = containerOf(render(given).pod('Deployment', 'glance-api'), 'fernet-keys');
    expect(keys).toMatchObject({
      restartPolicy: 'Always',
      command: ['python3', '/run/kolla/config/fernet_keys.py', 'run'],
      startupProbe: { exec: { command: ['python3', '/run/kolla/config/fernet_keys.py', 'check'] } },
    });
    expect(Object.fromEntries(keys.env!.map(({ name, value }) => [name, value]))).toEqual({
      FERNET_REPOSITORY: '/run/kolla/fernet/keys',
      FERNET_MASTER: '/run/kolla/secrets/memcache_secret_key',
      FERNET_PERIOD: '1',
      FERNET_LIFETIME: '1 + 1',
      FERNET_GENERATION: '1',
    });
    const { volumeMounts } = containerOf(render(given).pod('Deployment', 'glance-api'), 'api');
    expect(volumeMounts).toContainEqual({
      name: 'fernet-keys',
      mountPath: '/etc/glance/keys',
      subPath: 'keys',
      readOnly: true,
    });
  });
});
