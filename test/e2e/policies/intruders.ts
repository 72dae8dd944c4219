// Who does not get in: every port of a cloud that a policy names, tried by pods that may reach it and by those that may not.
import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import { equal } from '../assert';
import type { KubernetesNode } from '../node/node';
import type { OpenStack, Pod } from '../openstack';
import type { Gate } from '../scenario';
import { chosen } from './allows';
import { componentOf, policiesOf } from './declared';
import { idle, tries } from './probe';

/** What each may reach, and nothing else. Written down and not computed, so that no policy judges itself. */
const REACHES: Readonly<Record<string, readonly string[]>> = {
  'no label': [],
  'all labels, another namespace': [],
  'mariadb-client': ['mariadb/proxy 3306', 'mariadb:3306'],
  'rabbitmq-client': ['rabbitmq/server 5672', 'rabbitmq:5672'],
  'memcached-client': ['memcached/server 11211', 'memcached:11211'],
  'keystone-client': ['keystone/api 5000', 'keystone-api:5000'],
  'keystone/api': [
    ...['mariadb/proxy 3306', 'mariadb:3306', 'rabbitmq/server 5672', 'rabbitmq:5672'],
    ...['memcached/server 11211', 'memcached:11211'],
  ],
  'memcached/server': [],
  'mariadb/proxy': ['mariadb/server 3306', 'mariadb/server 4570'],
  'mariadb/server': ['mariadb/server 4567', 'mariadb/server 4568', 'mariadb/server 4444', 'mariadb/server 4570'],
  'rabbitmq/server': ['rabbitmq/server 4369', 'rabbitmq/server 25672', 'rabbitmq/server 25673'],
};

const CLIENTS = ['mariadb-client', 'rabbitmq-client', 'memcached-client', 'keystone-client'];

/** Services that clients use, by the names that they use, and the components behind them. */
const SERVICES: Readonly<Record<string, string>> = {
  'mariadb:3306': 'mariadb/proxy',
  'rabbitmq:5672': 'rabbitmq/server',
  'memcached:11211': 'memcached/server',
  'keystone-api:5000': 'keystone/api',
};

interface Target {
  /** As in `REACHES`. */
  readonly name: string;
  /** `host:port` */
  readonly at: string;
}

/** @throws where somebody reaches what is none of its business, or not what is */
export async function nobodyElse(gate: Gate, cloud: OpenStack, node: KubernetesNode): Promise<void> {
  const { kubernetes, namespace } = cloud;
  const elsewhere = `${namespace}-elsewhere`;
  const pods = await cloud.pods();
  const policies = policiesOf(cloud.render(), namespace);
  const keystone = podOf('keystone/api', pods);
  const { image } = keystone.spec.containers[0]!;
  const all = Object.fromEntries(CLIENTS.map((label) => [label, 'true']));
  await kubernetes.namespace(elsewhere, 'restricted');
  try {
    const own = CLIENTS.map((label) => idle(label, image, { [label]: 'true' }));
    await kubernetes.apply(namespace, [idle('no-label', image, {}), ...own]);
    await kubernetes.apply(elsewhere, [idle('all-labels', image, all)]);
    await kubernetes.kubectl(['wait', 'pod/all-labels', '-n', elsewhere, '--for=condition=Ready', '--timeout=60s']);
    const made = ['no-label', ...CLIENTS].map((name) => `pod/${name}`);
    await kubernetes.kubectl(['wait', ...made, '-n', namespace, '--for=condition=Ready', '--timeout=60s']);

    const targets = targetsOf(policies, pods, namespace);
    gate.say(`${targets.length} targets, each tried by ${Object.keys(REACHES).length} pods`);
    const reached: Record<string, string[]> = {};
    for (const who of Object.keys(REACHES)) reached[who] = await reach(cloud, elsewhere, who, pods, targets);
    equal(reached, sorted(REACHES), 'who reaches what');

    // What is outside of the cluster: this machine, where nobody listens.
    const outside = [`${node.addresses.machine}:9`];
    equal(
      await tries(cloud, namespace, ['no-label', 'idle'], outside),
      { [outside[0]!]: 'through' },
      'without a policy',
    );
    for (const who of ['keystone/api', 'mariadb/server', 'rabbitmq/server', 'memcached/server']) {
      const one = podOf(who, pods);
      const tried = await tries(cloud, namespace, at(one), outside);
      equal(tried, { [outside[0]!]: 'cut' }, `${who} and what is outside`);
    }
  } finally {
    await kubernetes.removeNamespace(elsewhere);
  }
}

/** Ports of pods that some policy lets somebody to, and those Services. */
function targetsOf(policies: readonly NetworkPolicy[], pods: readonly Pod[], namespace: string): Target[] {
  const ofPods = pods.flatMap(({ metadata, status }) => {
    const labels = metadata.labels ?? {};
    const own = policies.filter(({ spec }) => chosen(spec!.podSelector, labels));
    const ports = own.flatMap(({ spec }) => (spec!.ingress ?? []).flatMap((rule) => rule.ports ?? []));
    return [...new Set(ports.map(({ port }) => port))].map((port) => ({
      name: `${componentOf(labels)} ${port}`,
      at: `${status!.podIP}:${port}`,
    }));
  });
  const ofServices = Object.keys(SERVICES).map((name) => ({
    name,
    at: name.replace(':', `.${namespace}.svc.cluster.local:`),
  }));
  return [...ofPods, ...ofServices];
}

/** What one reaches; of several replicas it has to be all or none. */
async function reach(
  cloud: OpenStack,
  elsewhere: string,
  who: string,
  pods: readonly Pod[],
  all: readonly Target[],
): Promise<string[]> {
  const isOther = who === 'all labels, another namespace';
  const one = who.includes('/') ? podOf(who, pods) : undefined;
  // Nobody is kept from what is its own, which it may be sent to by its Service, too.
  const targets = all.filter(
    (target) => !one || (!target.at.startsWith(`${one.status!.podIP}:`) && SERVICES[target.name] !== who),
  );
  const from = one ? at(one) : ([isOther ? 'all-labels' : who.replace(' ', '-'), 'idle'] as const);
  const fates = await tries(
    cloud,
    isOther ? elsewhere : cloud.namespace,
    from,
    targets.map((target) => target.at),
  );
  const through = new Set(targets.filter((target) => fates[target.at] === 'through').map(({ name }) => name));
  const half = targets.filter(({ name, at: address }) => through.has(name) && fates[address] !== 'through');
  equal(half, [], `${who}: some replicas are reached, these are not`);
  return [...through].sort();
}

function podOf(component: string, pods: readonly Pod[]): Pod {
  return pods.find(({ metadata }) => componentOf(metadata.labels ?? {}) === component)!;
}

const at = ({ metadata, spec }: Pod): readonly [string, string] => [metadata.name, spec.containers[0]!.name];

const sorted = (table: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(table).map(([who, what]) => [who, [...what].sort()]));
