import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';
import type { JsonMap } from '../../lib/values/expression';
import { drain } from '../../lib/openstack/drain';
import { mergeLayers } from '../../lib/values/merge';

const cloud = cloudOf();
const keystone = cloud.services.find((service) => service.node.id === 'keystone')!;

/** Keystone with values of its own chart; `global.…` for those of all charts. */
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(keystone, mergeLayers(required, values)));
const api = (all: Objects) => all.pod('Deployment', 'keystone-api');

/** The options of a section of keystone.conf. */
function conf(section: string, values: JsonMap = {}): { readonly [option: string]: string } {
  const text = objects(values).file('keystone-keystone.conf', 'keystone.conf');
  const lines = (text.split('\n\n').find((part) => part.startsWith(`[${section}]`)) ?? '').trim().split('\n');
  return Object.fromEntries(lines.slice(1).map((line) => line.split(/ = (.*)/s).slice(0, 2) as [string, string]));
}

test('an API is a Deployment, its Service, its policy and the Job before it; all else are files and operations', () => {
  const all = objects();
  expect(all.ids.filter((id) => !id.startsWith('ConfigMap/'))).toEqual([
    'CronJob/keystone-contract',
    'CronJob/keystone-credential-migrate',
    'CronJob/keystone-drop-old-passwords',
    'Deployment/keystone-api',
    `Job/${all.job}`,
    'NetworkPolicy/keystone-api',
    'NetworkPolicy/keystone-bootstrap',
    'NetworkPolicy/keystone-smoke-test',
    'Secret/keystone',
    'Service/keystone-api',
  ]);
});

describe('the API', () => {
  test('runs under uwsgi as the user of Kolla, on the port of `global.identity`', () => {
    const values = { global: { identity: { port: 35357 } }, api: { processes: 8 } };
    const container = containerOf(api(objects(values)), 'api');
    expect(container).toMatchObject({
      image: 'quay.io/openstack.kolla/keystone:2026.1-debian-trixie',
      command: ['uwsgi', '--ini', '/etc/keystone/keystone-api-uwsgi.ini'],
      ports: [{ name: 'http', containerPort: 35357 }],
    });
    expect(api(objects()).spec?.securityContext).toMatchObject({ runAsUser: 42425, runAsNonRoot: true });
    expect(objects(values).get('Service', 'keystone-api').spec?.ports).toEqual([
      { name: 'http', port: 35357, targetPort: 'http' },
    ]);
    const uwsgi = objects(values).file('keystone-api-uwsgi.ini', 'api-uwsgi.ini').split('\n');
    for (const option of ['http-socket = :35357', 'processes = 8', 'module = keystone.wsgi.api:application']) {
      expect(uwsgi).toContain(option);
    }
  });

  test('is asked for its health where Keystone answers without a token, and patiently', () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(api(objects()), 'api');
    for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
      expect(probe?.httpGet).toEqual({ path: '/healthcheck', port: 'http' });
    }
    expect(livenessProbe!.failureThreshold! * livenessProbe!.periodSeconds!).toBeGreaterThanOrEqual(120);
  });

  test('starts only when its files are there, its keys are made and its database is as new as it needs', () => {
    const { initContainers } = api(objects()).spec!;
    expect(initContainers!.map(({ name }) => name)).toEqual(['prepare', 'fernet-keys']);
    expect(initContainers![0]!.args).toContain(`--job=${objects().job}`);
  });

  test('finishes its requests before it ends, and never has fewer pods than before during an upgrade', () => {
    expect(containerOf(api(objects()), 'api').lifecycle?.preStop?.exec?.command).toEqual(drain(5));
    expect(api(objects()).spec?.terminationGracePeriodSeconds).toBe(85);
    expect(objects().get('Deployment', 'keystone-api').spec?.strategy?.rollingUpdate).toEqual({
      maxSurge: 1,
      maxUnavailable: 0,
    });
  });

  test.each([
    [0, false],
    [1, false],
    [2, true],
    [3, true],
  ])('with %d replicas has a disruption budget: %s', (replicas, budget) => {
    const all = objects({ api: { replicas } });
    expect(all.has('PodDisruptionBudget/keystone-api')).toBe(budget);
    if (budget) {
      expect(all.get('PodDisruptionBudget', 'keystone-api').spec).toMatchObject({
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      });
    }
  });

  test('may be reached by services that have said so and from nodes, and reaches the database, the cache and DNS', () => {
    const { ingress, egress } = objects().get('NetworkPolicy', 'keystone-api').spec!;
    expect(ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { 'keystone-client': 'true' } } }],
        ports: [{ protocol: 'TCP', port: 5000 }],
      },
      // Of host agents, which no label tells from others there.
      { from: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [{ protocol: 'TCP', port: 5000 }] },
    ]);
    expect(egress!.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual([53, 53, 3306, 11211]);
  });
});

describe('keystone.conf', () => {
  test('has Fernet tokens, the cache, and no password but as a hole', () => {
    expect(conf('token')).toEqual({ provider: 'fernet', expiration: '86400', allow_expired_window: '172800' });
    expect(conf('fernet_tokens')).toEqual({ key_repository: '/etc/keystone/fernet-keys' });
    expect(conf('credential')).toEqual({ key_repository: '/etc/keystone/credential-keys' });
    expect(conf('cache')).toMatchObject({ enabled: 'true', memcache_servers: 'memcached-0.memcached:11211' });
    expect(conf('database')['connection']).toBe(
      'mysql+pymysql://keystone@mariadb:3306/keystone?read_default_file=/etc/keystone/database-keystone.cnf',
    );
  });

  test('believes what the load balancer says of the request', () => {
    expect(conf('oslo_middleware')).toEqual({ enable_proxy_headers_parsing: 'true' });
  });

  test('sends notifications only where they are wanted', () => {
    expect(conf('oslo_messaging_notifications')).toEqual({ driver: 'noop' });
    const wanted = { notifications: { enabled: true } };
    const url = 'rabbit://openstack:@url:rabbitmq_password@@rabbitmq-0.rabbitmq:5672//';
    expect(conf('oslo_messaging_notifications', wanted)).toEqual({ driver: 'messagingv2', transport_url: url });
    expect(conf('DEFAULT', wanted)).toEqual({ debug: 'false', transport_url: url });
    expect(conf('oslo_messaging_rabbit', wanted)).toMatchObject({ rabbit_quorum_queue: 'true' });
  });
});

describe('a policy of the user', () => {
  const policy = { 'identity:get_user': 'role:reader' };
  const filesOf = (all: Objects, pod = api(all)) =>
    pod.spec!.containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ mountPath }) => mountPath));

  test('is a file of the API alone, of which keystone.conf tells', () => {
    const all = objects({ policy });
    expect(all.file('keystone-policy.yaml', 'policy.yaml')).toBe('"identity:get_user": "role:reader"\n');
    expect(conf('oslo_policy', { policy })).toEqual({ policy_file: '/etc/keystone/policy.yaml' });
    expect(filesOf(all)).toContain('/etc/keystone/policy.yaml');
    expect(filesOf(all, all.pod('Job', all.job))).not.toContain('/etc/keystone/policy.yaml');
  });

  test('is not there where nothing is set', () => {
    expect(objects().has('ConfigMap/keystone-policy.yaml')).toBe(false);
    expect(conf('oslo_policy')).toEqual({});
    expect(filesOf(objects())).not.toContain('/etc/keystone/policy.yaml');
  });

  test('rolls the API, and runs no Job when it changes', () => {
    const [one, other] = ['role:reader', 'role:member'].map((check) =>
      objects({ policy: { 'identity:get_user': check } }),
    );
    expect(JSON.stringify(api(one!))).not.toBe(JSON.stringify(api(other!)));
    expect(one!.job).toBe(other!.job);
  });
});

test('endpoints are registered by the Job where clients find Keystone: inside, and where the user says', () => {
  const job = (values: JsonMap = {}) => containerOf(objects(values).pod('Job', objects(values).job), 'bootstrap').args!;
  const internal = 'http://keystone-api.openstack.svc.cluster.local:5000';
  const register = (values?: JsonMap) =>
    job(values)
      .find((arg) => arg.includes('keystone_identity.py'))!
      .split(' ');
  expect(register()).toEqual(
    expect.arrayContaining(['--region=RegionOne', `--internal-url=${internal}`, `--public-url=${internal}`]),
  );
  expect(register({ global: { identity: { public: { url: 'https://id.example.org' } } } })).toEqual(
    expect.arrayContaining([`--internal-url=${internal}`, '--public-url=https://id.example.org']),
  );
  expect(job().map((arg) => arg.replace(/=.*/s, ''))).toEqual([
    '--database',
    '--admin',
    '--fingerprint',
    '--install',
    '--upgrade',
    '--upgrade',
    '--run',
  ]);
});

test('the key that encrypts credentials is number 1; during a rotation the one before it is number 0', () => {
  const keysOf = (values: JsonMap) =>
    containerOf(api(objects(values)), 'api')
      .volumeMounts!.map(({ mountPath }) => mountPath)
      .filter((path) => path.startsWith('/etc/keystone/credential-keys/'));
  expect(keysOf({})).toEqual(['/etc/keystone/credential-keys/1']);
  expect(keysOf({ credential: { previousKey: true } })).toEqual([
    '/etc/keystone/credential-keys/1',
    '/etc/keystone/credential-keys/0',
  ]);
});

test('the key before it is asked for, for none can be made', () => {
  const { passwords, ...global } = required['global'] as { readonly passwords: JsonMap };
  const { keystone_credential_key_previous: _, ...others } = passwords;
  const values = { global: { ...global, passwords: others }, credential: { previousKey: true } };
  expect(() => cloud.renderService(keystone, values)).toThrow(
    'global.passwords.keystone_credential_key_previous: is required; give it, or name a Secret of your own in',
  );
});

describe('a change', () => {
  const template = (values: JsonMap) => JSON.stringify(api(objects(values)));
  /** Names of the annotations of the API's pods that differ. */
  const changed = (values: JsonMap): string[] => {
    const [before, after] = [{}, values].map((v) => api(objects(v)).metadata!.annotations as Record<string, string>);
    return Object.keys({ ...before, ...after }).filter((name) => before![name] !== after![name]);
  };

  test('of nothing changes nothing', () => {
    expect(objects()).toEqual(objects());
  });

  test('of the replicas makes no new Job and rolls no pod', () => {
    expect(objects({ api: { replicas: 3 } }).job).toBe(objects().job);
    expect(template({ api: { replicas: 3 } })).toBe(template({}));
  });

  test('of an option of keystone.conf rolls the API and makes a new Job, for both read it', () => {
    const values = { conf: { 'keystone.conf': { identity: { max_password_length: 128 } } } };
    expect(changed(values)).toEqual(['checksum/keystone.conf']);
    expect(objects(values).job).not.toBe(objects().job);
  });

  test('of an option of uwsgi rolls the API, and the Job has nothing to do with it', () => {
    const values = { conf: { 'uwsgi.ini': { uwsgi: { threads: 2 } } } };
    expect(changed(values)).toEqual(['checksum/api-uwsgi.ini']);
    expect(objects(values).job).toBe(objects().job);
  });

  test.each([
    ['keystone_database_password', true],
    ['keystone_fernet_master_key', true],
    ['keystone_admin_password', false],
    ['nova_keystone_password', false],
  ])('of %s rolls the API: %s', (name, rolls) => {
    const values = { global: { passwords: { [name]: 'another one, of more than 32 characters' } } };
    // The administrator's password is set by the Job; the API's pods only wait for that.
    expect(changed(values)).toEqual(rolls ? ['checksum/passwords'] : []);
  });
});

describe('under start mode `kolla`', () => {
  const mode = { global: { startMode: 'kolla' } };

  test('the API is started by kolla_start, which puts each file in its place', () => {
    const container = containerOf(api(objects(mode)), 'api');
    expect(container.command).toEqual(['dumb-init', '--single-child', '--', 'kolla_start']);
    expect(container.volumeMounts).toContainEqual({
      name: 'config',
      mountPath: '/var/lib/kolla/config_files',
      readOnly: true,
    });
    const config = JSON.parse(objects(mode).file('keystone-api.json', 'api.json')) as JsonMap;
    expect(config['command']).toBe('uwsgi --ini /etc/keystone/keystone-api-uwsgi.ini');
    expect((config['config_files'] as JsonMap[]).map(({ dest, owner }) => [dest, owner])).toEqual([
      ['/etc/keystone/keystone.conf', 'keystone'],
      ['/etc/keystone/policy.yaml', 'keystone'],
      ['/etc/keystone/credential-keys/1', 'keystone'],
      ['/etc/keystone/credential-keys/0', 'keystone'],
      ['/etc/keystone/keystone-api-uwsgi.ini', 'keystone'],
      ['/etc/keystone/database-keystone.cnf', 'keystone'],
    ]);
  });

  test('the Job is the same as before: it never needs kolla_start', () => {
    expect(objects(mode).job).toBe(objects().job);
  });
});

test('every pod mounts only volumes that it has, each of them once, and nothing twice in one place', () => {
  const sets: JsonMap[] = [{}, { global: { startMode: 'kolla' } }, { credential: { previousKey: true } }];
  for (const values of sets) {
    const all = objects(values);
    const workloads = all.ids
      .map((id) => /^(Deployment|Job|CronJob)\/(.*)$/.exec(id))
      .filter((found) => found !== null);
    for (const [, kind, name] of workloads) {
      const { initContainers = [], containers, volumes = [] } = all.pod(kind as 'Job', name!).spec!;
      const names = volumes.map((volume) => volume.name);
      expect(new Set(names).size).toBe(names.length);
      for (const { volumeMounts = [] } of [...initContainers, ...containers]) {
        expect(names).toEqual(expect.arrayContaining(volumeMounts.map((mount) => mount.name)));
        expect(new Set(volumeMounts.map(({ mountPath }) => mountPath)).size).toBe(volumeMounts.length);
      }
    }
  }
});

test('its smoke test looks in the catalog for what the bootstrap has registered', () => {
  const publicUrl = 'https://identity.example.org';
  const values: JsonMap = mergeLayers(required, {
    global: { identity: { public: { url: publicUrl }, port: 5001 }, region: 'north' },
  });
  const all = new Objects(cloud.renderService(keystone, values, { tests: true }));
  const { env, volumeMounts } = containerOf(all.get('Pod', 'keystone-smoke-test'), 'smoke-test');
  expect(Object.fromEntries(env!.map(({ name, value }) => [name, value]))).toEqual({
    OS_AUTH_URL: 'http://keystone-api.openstack.svc.cluster.local:5001',
    OS_USERNAME: 'admin',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_NAME: 'admin',
    OS_REGION_NAME: 'north',
    PASSWORD_NAME: 'keystone_admin_password',
    INTERNAL_URL: 'http://keystone-api.openstack.svc.cluster.local:5001',
    PUBLIC_URL: publicUrl,
  });
  expect(volumeMounts!.map(({ name }) => name)).toEqual(['secrets', 'tmp']);
});
