// Connections to the database and to the broker: how many there are, and how many there may be by the values.
import { setTimeout as sleep } from 'node:timers/promises';
import { Cloud } from '../../lib/cloud';
import type { JsonMap } from '../../lib/values/expression';
import { overDefaults } from '../../lib/values/merge';
import { catalogue } from '../../services';
import type { OpenStack } from './openstack';

/** By whose they are: `database: nova`, a user; `broker: nova/conductor`, a component. */
export type Counts = Readonly<Record<string, number>>;

/** The most connections that each has had at once while something happened. */
export async function mostConnections(cloud: OpenStack, during: () => Promise<void>): Promise<Counts> {
  const most: Record<string, number> = {};
  let ended = false;
  const happens = during().finally(() => (ended = true));
  const look = async () => {
    do {
      for (const [who, count] of Object.entries(await connections(cloud))) most[who] = Math.max(most[who] ?? 0, count);
      await sleep(2000);
    } while (!ended);
  };
  await Promise.all([happens, look()]);
  return most;
}

async function connections(cloud: OpenStack): Promise<Counts> {
  const users = lines(await cloud.sql('SELECT user FROM information_schema.processlist'));
  const list = ['rabbitmqctl', '--silent', 'list_connections', 'peer_host'];
  const peers = lines(await cloud.exec('rabbitmq-0', 'server', list));
  const components = new Map(
    (await cloud.pods()).map(({ status, metadata: { labels = {} } }) => [
      status?.podIP,
      `${labels['app.kubernetes.io/name']}/${labels['app.kubernetes.io/component']}`,
    ]),
  );
  return counted([
    ...users.map((user) => `database: ${user}`),
    ...peers.map((peer) => `broker: ${components.get(peer) ?? peer}`),
  ]);
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

function counted(names: readonly string[]): Counts {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Of the database's server: the most connections since it has started, how many it takes, how many it has refused. */
export async function serverConnections(cloud: OpenStack): Promise<readonly [number, number, number]> {
  const status = (name: string) =>
    `(SELECT variable_value FROM information_schema.global_status WHERE variable_name = '${name}')`;
  const asked = [status('Max_used_connections'), '@@max_connections', status('Connection_errors_max_connections')];
  const [used = NaN, allowed = NaN, refused = NaN] = (await cloud.sql(`SELECT ${asked.join(', ')}`))
    .split('\t')
    .map(Number);
  return [used, allowed, refused];
}

/** Connections that a process opens to a database at most, kept or for a while: those of services, those of Nova. */
const POOL = 1 + 50;
const POOL_OF_NOVA = 5 + 50;
/** Databases that each process of Nova has as the user `nova`: its own, and those of the two cells. */
const DATABASES_OF_NOVA = 3;
/** What a process sends through: `rpc_conn_pool_size` of oslo.messaging. One more is for answers. */
const SENDS = 30 + 1;
/** What a compute listens on: it has two servers since 2026.1 (source: nova/cmd/compute.py). */
const LISTENS = 2;

/**
 * How many connections each may have: its processes, times what each opens at most. Of those of whom the values say how
 * many processes they are.
 */
export function boundsOf({ values }: OpenStack): Counts {
  const all = allValues(values);
  const of = (...path: readonly string[]) => numberAt(all, path);
  const api = (chart: string, component = 'api') =>
    of(chart, component, 'replicas') * of(chart, component, 'processes');
  // Of several, one more looks after them.
  const workers = (component: string) => of('nova', component, 'replicas') * (of('nova', component, 'workers') + 1);
  const [conductors, schedulers] = [workers('conductor'), workers('scheduler')];
  const apis = api('nova') + api('nova', 'metadata');
  const nova = apis + conductors + schedulers + of('nova', 'console', 'replicas');
  const computes = of('nova', 'fakeComputes', 'replicas') * of('nova', 'fakeComputes', 'perPod');
  return {
    ...Object.fromEntries(['keystone', 'glance', 'placement'].map((user) => [`database: ${user}`, api(user) * POOL])),
    'database: nova': nova * DATABASES_OF_NOVA * POOL_OF_NOVA,
    'database: nova_api': nova * POOL_OF_NOVA,
    'broker: nova/api': api('nova') * SENDS,
    'broker: nova/conductor': conductors * (1 + SENDS),
    'broker: nova/scheduler': schedulers * (1 + SENDS),
    'broker: nova/fake-computes': computes * (LISTENS + SENDS),
  };
}

/** The values of each chart, its defaults in them. */
function allValues(values: JsonMap): JsonMap {
  const cloud = new Cloud();
  for (const Service of Object.values(catalogue)) new Service(cloud);
  return Object.fromEntries(
    cloud.services.map(({ node, model }) => [
      node.id,
      overDefaults(model.defaults, (values[node.id] ?? {}) as JsonMap),
    ]),
  );
}

function numberAt(values: unknown, path: readonly string[]): number {
  const found = path.reduce<unknown>((map, key) => (map as JsonMap | undefined)?.[key], values);
  if (typeof found !== 'number') throw new Error(`the value ${path.join('.')} is no number: ${String(found)}`);
  return found;
}
