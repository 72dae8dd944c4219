import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';

const cloud = cloudOf();
const memcached = cloud.services.find((service) => service.node.id === 'memcached')!;
const objects = (values: JsonMap = {}): Objects => new Objects(cloud.renderService(memcached, values));
const pod = (values: JsonMap = {}) => objects(values).pod('StatefulSet', 'memcached');

test('the cache is a StatefulSet with a headless Service, and needs no password and no Job', () => {
  expect(objects().ids).toEqual([
    'NetworkPolicy/memcached',
    'NetworkPolicy/memcached-smoke-test',
    'Service/memcached',
    'StatefulSet/memcached',
  ]);
  expect(objects().get('Service', 'memcached').spec).toMatchObject({ clusterIP: 'None' });
});

test('clients find as many servers as there are: both read the number and the port from `global.memcached`', () => {
  const values: JsonMap = { global: { memcached: { replicas: 2, port: 11300 } } };
  const { spec } = objects(values).get('StatefulSet', 'memcached');
  expect(spec).toMatchObject({ replicas: 2, serviceName: 'memcached', podManagementPolicy: 'Parallel' });
  expect(containerOf(pod(values), 'server').ports).toEqual([{ name: 'memcache', containerPort: 11300 }]);
  const keystone = cloud
    .render([required, values])
    .find(({ object }) => JSON.stringify(object).includes('memcache_servers'))!.object;
  expect(JSON.stringify(keystone)).toContain(
    'memcache_servers = memcached-0.memcached:11300,memcached-1.memcached:11300',
  );
});

test('a server listens on TCP alone, with the memory and connections that it was given', () => {
  expect(containerOf(pod({ server: { memory: 512, connections: 100 } }), 'server').command).toEqual([
    ...['memcached', '-v', '-p', '11211', '-U', '0', '-c', '100', '-m', '512'],
  ]);
});

test('a server is ready when its port is open, and has nothing to prepare', () => {
  const { readinessProbe, livenessProbe } = containerOf(pod(), 'server');
  expect([readinessProbe, livenessProbe].map((probe) => probe?.tcpSocket)).toEqual([
    { port: 'memcache' },
    { port: 'memcache' },
  ]);
  expect(pod().spec).not.toHaveProperty('initContainers');
  expect(pod().spec?.securityContext).toMatchObject({ runAsUser: 42457, runAsNonRoot: true });
});

test.each([
  [1, false],
  [2, true],
])('with %d servers there is a disruption budget: %s', (replicas, budget) => {
  expect(objects({ global: { memcached: { replicas } } }).has('PodDisruptionBudget/memcached')).toBe(budget);
});

test('only those who have said that they are clients are let in, and it reaches nothing but DNS', () => {
  const { ingress, egress } = objects().get('NetworkPolicy', 'memcached').spec!;
  expect(ingress).toEqual([
    {
      from: [{ podSelector: { matchLabels: { 'memcached-client': 'true' } } }],
      ports: [{ protocol: 'TCP', port: 11211 }],
    },
  ]);
  expect(egress!.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual([53, 53]);
});

test('more servers roll none of those that run; more memory rolls all', () => {
  expect(pod({ global: { memcached: { replicas: 3 } } })).toEqual(pod());
  expect(pod({ server: { memory: 512 } })).not.toEqual(pod());
});

test('under start mode `kolla` its command stands in config.json, straight from the ConfigMap', () => {
  const kolla: JsonMap = { global: { startMode: 'kolla' } };
  expect(containerOf(pod(kolla), 'server').command).toContain('kolla_start');
  expect(JSON.parse(objects(kolla).file('memcached-server.json', 'server.json'))).toEqual({
    command: 'memcached -v -p 11211 -U 0 -c 5000 -m 256',
    config_files: [],
  });
  expect(pod(kolla).spec?.volumes?.find(({ name }) => name === 'config')).toEqual({
    name: 'config',
    configMap: { name: 'memcached-server.json', items: [{ key: 'server.json', path: 'config.json' }] },
  });
  // What is in it is on the pods, so that they roll with it.
  expect(pod(kolla).metadata?.annotations).not.toEqual(
    pod(mergeLayers(kolla, { server: { memory: 512 } })).metadata?.annotations,
  );
});

test('its smoke test asks each server, and is no server itself', () => {
  const values: JsonMap = { global: { memcached: { replicas: 2, port: 11300 } } };
  const test = new Objects(cloud.renderService(memcached, values, { tests: true })).get('Pod', 'memcached-smoke-test');
  expect(containerOf(test, 'smoke-test').env).toEqual([
    { name: 'MEMBERS', value: '2' },
    { name: 'PORT', value: '11300' },
  ]);
  expect(test.metadata?.labels).toMatchObject({ 'memcached-client': 'true' });
  expect(test.metadata?.labels).not.toMatchObject(objects().get('Service', 'memcached').spec!.selector!);
});
