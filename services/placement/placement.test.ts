import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';

const cloud = cloudOf();
const placement = cloud.services.find((service) => service.node.id === 'placement')!;
const objects = (values: JsonMap = {}, tests = false): Objects =>
  new Objects(cloud.renderService(placement, mergeLayers(required, values), { tests }));
const linesOf = (all: Objects): string[] => all.file('placement-placement.conf', 'placement.conf').split('\n');

test('it is an API, its database and its place in the catalog, and nothing else', () => {
  const all = objects();
  expect(all.ids.filter((id) => !id.startsWith('ConfigMap/'))).toEqual([
    'CronJob/placement-drop-old-passwords',
    'CronJob/placement-online-data-migrations',
    'Deployment/placement-api',
    `Job/${all.job}`,
    'NetworkPolicy/placement-api',
    'NetworkPolicy/placement-bootstrap',
    'NetworkPolicy/placement-smoke-test',
    'Secret/placement',
    'Service/placement-api',
  ]);
});

test('the API listens on its port, and is asked for its versions, which it tells anybody', () => {
  const { ports, readinessProbe, livenessProbe } = containerOf(objects().pod('Deployment', 'placement-api'), 'api');
  expect(ports).toEqual([{ name: 'http', containerPort: 8780 }]);
  expect([readinessProbe, livenessProbe].map((probe) => probe?.httpGet)).toEqual(
    Array(2).fill({ path: '/', port: 'http' }),
  );
  expect(objects().file('placement-api-uwsgi.ini', 'api-uwsgi.ini')).toContain(
    'module = placement.wsgi.api:application\n',
  );
});

test('its database has a section of its own name, and the user of Keystone validates tokens', () => {
  const lines = linesOf(objects());
  const section = lines.slice(lines.indexOf('[placement_database]'));
  expect(section[1]).toMatch(/^connection = mysql\+pymysql:\/\/placement@mariadb:3306\/placement\?/);
  expect(lines).not.toContain('[database]');
  // Placement has no other cache than that of tokens.
  expect(lines).not.toContain('[cache]');
  expect(lines).toEqual(
    expect.arrayContaining(['service_type = placement', 'memcached_servers = memcached-0.memcached:11211']),
  );
});

test('the Job makes the schema and registers it where users find it; data follows when an operator says so', () => {
  const argsOf = (values: JsonMap = {}) => {
    const all = objects(values);
    return containerOf(all.pod('Job', all.job), 'bootstrap').args!.filter((arg) => arg.startsWith('--run='));
  };
  expect(argsOf().map((arg) => arg.split(' ').slice(0, 2).join(' '))).toEqual([
    '--run=placement-manage db',
    '--run=python3 /run/kolla/source/identity.py',
  ]);
  const url = 'https://placement.example.org';
  const endpoints = (values: JsonMap) => {
    const registration = JSON.parse(objects(values).file('placement-registration.json', 'registration.json')) as {
      services: [{ endpoints: object }];
    };
    return registration.services[0].endpoints;
  };
  const internal = 'http://placement-api.openstack.svc.cluster.local:8780';
  expect(endpoints({})).toEqual({ internal, public: internal });
  expect(endpoints({ api: { public: { url } } })).toEqual({ internal, public: url });
  const operation = containerOf(objects().pod('CronJob', 'placement-online-data-migrations'), 'online-data-migrations');
  expect(operation.args).toContain('--run=placement-manage db online_data_migrations');
});

test('a rule of the policy is checked, and rolls the API', () => {
  const policy = { 'placement:resource_providers:list': 'role:reader' };
  expect(objects({ policy }).file('placement-policy.yaml', 'policy.yaml')).toBe(
    '"placement:resource_providers:list": "role:reader"\n',
  );
  expect(() => objects({ policy: { 'placement:resource_provider:list': '' } })).toThrow('is not known; did you mean');
});

test('its smoke test asks with its own user, who may list resource providers', () => {
  const { env } = containerOf(objects({}, true).get('Pod', 'placement-smoke-test'), 'smoke-test');
  expect(Object.fromEntries(env!.map(({ name, value }) => [name, value]))).toEqual({
    OS_AUTH_URL: 'http://keystone-api.openstack.svc.cluster.local:5000',
    OS_USERNAME: 'placement',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_NAME: 'service',
    OS_REGION_NAME: 'RegionOne',
    PASSWORD_NAME: 'placement_keystone_password',
    SERVICE_TYPE: 'placement',
    URL: 'http://placement-api.openstack.svc.cluster.local:8780',
    OPEN_PATHS: '/',
    PATHS: '/resource_providers',
  });
});
