import { join } from 'node:path';
import { UMBRELLA, chartsOf } from '../lib/cloud';
import type { CloudObject } from '../lib/cloud';
import { helms } from '../tools/toolchain';
import { folderOf } from './support/batch';
import { cloudOf } from './support/clouds';
import { helmTemplate, parseObjects } from './support/helm';
import { passwords } from './support/passwords';
import { profiles } from './support/profiles';

/**
 * What `helm test` makes. That Helm gives it as the plain rendering does is the law's (equality.test.ts), that it keeps
 * to our rules is policy.test.ts's, what its programs do is test/python's; here is whether it is there.
 */
const GLANCE = 'glance: Pod/glance-smoke-test';
const PLACEMENT = 'placement: Pod/placement-smoke-test';
const KEYSTONE = 'keystone: Pod/keystone-smoke-test';
const RABBITMQ = 'rabbitmq: Pod/rabbitmq-smoke-test';
const MARIADB = 'mariadb: Pod/mariadb-smoke-test';
const NOVA = 'nova: Pod/nova-smoke-test';
const MEMCACHED = 'memcached: Pod/memcached-smoke-test';
const POST_DEPLOY = 'post-deploy: Pod/post-deploy-smoke-test';
const NEUTRON = 'neutron: Pod/neutron-smoke-test';
const wanted: { readonly [profile: string]: readonly string[] } = {
  aio: [GLANCE, KEYSTONE, MARIADB, MEMCACHED, NEUTRON, NOVA, PLACEMENT, POST_DEPLOY, RABBITMQ],
  ha: [GLANCE, KEYSTONE, MARIADB, MEMCACHED, NEUTRON, NOVA, PLACEMENT, POST_DEPLOY, RABBITMQ],
  // Whose server others run, others test.
  external: [GLANCE, KEYSTONE, NEUTRON, NOVA, PLACEMENT, POST_DEPLOY],
  operators: [GLANCE, KEYSTONE, MEMCACHED, NEUTRON, NOVA, PLACEMENT, POST_DEPLOY],
  cells: [GLANCE, KEYSTONE, MARIADB, MEMCACHED, NEUTRON, NOVA, PLACEMENT, POST_DEPLOY, RABBITMQ],
  'compute-pools': [GLANCE, KEYSTONE, MARIADB, MEMCACHED, NEUTRON, NOVA, PLACEMENT, POST_DEPLOY, RABBITMQ],
  'kolla-start': [GLANCE, KEYSTONE, MARIADB, MEMCACHED, NEUTRON, NOVA, PLACEMENT, POST_DEPLOY, RABBITMQ],
};

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
const idOf = (object: object): string => `${(object as Named).kind}/${(object as Named).metadata.name}`;
const idsOf = (objects: readonly CloudObject[]) => objects.map(({ service, object }) => `${service}: ${idOf(object)}`);

test('all profiles are here', () => expect(Object.keys(wanted)).toEqual(Object.keys(profiles)));

describe.each(Object.keys(wanted))('%s:', (profile) => {
  const cloud = cloudOf({ values: [...profiles[profile]!, passwords] });
  const plain = cloud.render();

  test('each service that we run has one test, and an install has none', () => {
    const all = cloud.render(undefined, { tests: true });
    const tests = all.filter(({ name }) => name.startsWith('tests/'));
    expect(idsOf(tests).sort()).toEqual(wanted[profile]);
    expect(all.filter((one) => !tests.includes(one))).toEqual(plain);
    for (const { object } of tests) {
      const { annotations } = object['metadata'] as { annotations?: object };
      expect(annotations).toEqual({ 'helm.sh/hook': 'test', 'helm.sh/hook-delete-policy': 'before-hook-creation' });
      // `helm test --logs` asks for a log without naming a container.
      expect(object['spec']).toMatchObject({ restartPolicy: 'Never', containers: [{ name: 'smoke-test' }] });
    }
  });

  test('a name in its network policy is the one of its pods', () => {
    const policies = idsOf(plain).filter((id) => id.endsWith('NetworkPolicy', id.indexOf('/')));
    const own = policies.filter((id) => id.endsWith('-smoke-test'));
    expect(own.map((id) => id.replace('NetworkPolicy', 'Pod')).sort()).toEqual(wanted[profile]);
  });

  test.each(helms())('helm $version template --skip-tests is the plain rendering', ({ path: helm }) => {
    const chart = folderOf(chartsOf(cloudOf()).get(UMBRELLA)!.files);
    const files = [...profiles[profile]!, passwords].map((layer) => folderOf([['a.json', JSON.stringify(layer)]]));
    const args = ['--skip-tests', ...files.flatMap((folder) => ['--values', join(folder, 'a.json')])];
    const rendered = parseObjects(helmTemplate(chart, { helm, release: UMBRELLA, namespace: UMBRELLA, args }));
    expect(rendered.map(idOf).sort()).toEqual(plain.map(({ object }) => idOf(object)).sort());
  });
});

/** What is read of a pod or a network policy. */
interface Asking extends Named {
  readonly spec: {
    readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[];
    readonly egress?: readonly object[];
  };
}

test('each that logs in does so at the Keystone that services use, wherever it is', () => {
  const identity = { internalUrl: 'https://id.example.org', cidrs: ['198.51.100.7/32'] };
  const all = cloudOf({ values: [...profiles['aio']!, passwords, { global: { identity } }] })
    .render(undefined, { tests: true })
    .map(({ object }) => object as unknown as Asking)
    .filter(({ kind }) => kind === 'Pod' || kind === 'NetworkPolicy');
  const urls = all.flatMap(({ metadata, spec: { containers = [] } }) =>
    containers
      .flatMap(({ env = [] }) => env)
      .filter(({ name }) => name === 'OS_AUTH_URL')
      .map(({ value }) => [metadata.name, value]),
  );
  expect(urls.map(([, url]) => url)).toEqual(Array(6).fill(identity.internalUrl));
  for (const [pod] of urls) {
    const policy = all.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === pod)!;
    expect(policy.spec.egress).toContainEqual({
      to: [{ ipBlock: { cidr: identity.cidrs[0] } }],
      ports: [{ protocol: 'TCP' }],
    });
  }
});

// Open vSwitch is on nodes alone, where a test would need the rights of a host agent; its probes ask all there is to ask.
test('a chart has its tests in a folder of their own, as Helm has it', () => {
  for (const service of cloudOf().services) {
    const cloud = cloudOf();
    const own = cloud.services.find(({ node }) => node.id === service.node.id)!;
    const files = [...cloud.chartTemplates(own)].filter(([, text]) => text.includes('helm.sh/hook'));
    const isTested = service.node.id !== 'openvswitch';
    expect(files.map(([path]) => path)).toEqual(isTested ? ['templates/tests/pod-smoke-test.yaml'] : []);
  }
});
