import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonMap } from '../../../lib/values/expression';
import { until } from '../../support/until';
import { assert, equal } from '../assert';
import type { Client, Found } from '../client';
import { boundsOf, mostConnections, serverConnections, type Counts } from '../connections';
import { restartsOf, type OpenStack } from '../openstack';
import type { Scenario } from '../scenario';

const PODS = 4;
const PER_POD = 50;
const COMPUTES = PODS * PER_POD;
const SERVERS = 500;
/** Servers of one request; the next one is made when all are ACTIVE. On two processors more wait for each other. */
const TOGETHER = 50;

const VALUES: JsonMap = {
  // No compute of the node's own: all servers are on those that there are for them.
  global: { pools: { default: { role: 'network' } } },
  nova: {
    fakeComputes: {
      replicas: PODS,
      perPod: PER_POD,
      resources: { requests: { cpu: '10m' }, limits: { memory: '4Gi' } },
    },
    conductor: { workers: 2 },
    conf: {
      'nova.conf': {
        // Two processors do all here, and wait for each other.
        DEFAULT: {
          report_interval: 30,
          rpc_response_timeout: 180,
          service_down_time: 180,
          update_resources_interval: 300,
        },
        quota: { cores: -1, instances: -1, ram: -1 },
      },
    },
  },
  // Each compute has queues of its own.
  rabbitmq: { server: { resources: { limits: { memory: '4Gi' } } } },
};

export const scaleOfComputes: Scenario = {
  name: 'scale of computes',
  holds:
    `${COMPUTES} computes in ${PODS} pods are discovered, ${SERVERS} servers are spread over them; connections to the ` +
    'broker and the database stay in their bounds',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const cloud = await gate.kit('scale-of-computes', [VALUES]);
    await gate.timed('install to all ready', async () => {
      await cloud.helm([], { wait: false });
      await cloud.ready(1200);
    });
    const client = await cloud.client();
    await gate.timed(`${COMPUTES} computes up`, () => computesUp(client));
    const body = { imageRef: await image(cloud, client), flavorRef: await flavor(client), networks: 'none' };
    const before = await restarts(cloud);
    const connections = await gate.timed(`${SERVERS} servers ACTIVE`, () =>
      mostConnections(cloud, async () => {
        for (let made = 0; made < SERVERS; made += TOGETHER) {
          const server = { name: `servers-${made}`, min_count: TOGETHER, max_count: TOGETHER, ...body };
          // The first microversion in which networks may be none.
          await client.call('compute', 'POST', '/servers', { server }, '2.37');
          await active(client, made + TOGETHER);
        }
      }),
    );

    const onHosts = await serversOnHosts(client);
    const fullest = Math.max(...Object.values(onHosts));
    const hosts = Object.keys(onHosts).length;
    Object.assign(gate.figures, { 'hosts with servers': hosts, 'servers of the fullest host': fullest });
    // Of equal hosts the emptiest is chosen, so each would have two or three.
    assert(hosts >= COMPUTES / 2 && fullest <= 10, `${hosts} hosts have servers, one of them ${fullest}`);

    const bounds = boundsOf(cloud);
    for (const [who, most] of Object.entries(bounds)) {
      const found = connections[who] ?? 0;
      gate.figures[`connections: ${who}, of ${most}`] = found;
      assert(found > 0 && found <= most, `${who}: ${found} connections, where up to ${most} may be`);
    }
    const [used, allowed, refused] = await serverConnections(cloud);
    Object.assign(gate.figures, { 'connections of the database server': used, 'that it takes': allowed });
    assert(used < allowed && refused === 0, `the database had ${used} connections of ${allowed}, refused ${refused}`);
    equal(await restarts(cloud), before, 'restarts while servers were made');
  },
};

/** Waits until Nova's API knows all as up: the scheduler has put each into its cell. */
async function computesUp(client: Client): Promise<void> {
  let up: Found[] = [];
  await until(
    `${COMPUTES} computes up`,
    900,
    async () => {
      await sleep(3000);
      const { hypervisors } = await client.call<{ hypervisors: Found[] }>('compute', 'GET', '/os-hypervisors');
      up = hypervisors.filter(({ state }) => state === 'up');
      return up.length >= COMPUTES;
    },
    () => `${up.length} are`,
  );
  equal(up.length, COMPUTES, 'computes');
}

/** What Glance takes for an image. No driver looks at it. */
async function image(cloud: OpenStack, client: Client): Promise<string> {
  const { id } = await client.call<Found>('image', 'POST', '/v2/images', {
    ...{ name: 'nothing', disk_format: 'raw', container_format: 'bare', visibility: 'public' },
  });
  const file = join(cloud.folder, 'nothing.raw');
  writeFileSync(file, Buffer.alloc(1 << 20));
  await client.upload(id, file);
  return id;
}

async function flavor(client: Client): Promise<string> {
  const body = { flavor: { name: 'tiny', ram: 128, vcpus: 1, disk: 1 } };
  return (await client.call('compute', 'POST', '/flavors', body))['flavor']!.id;
}

/** Waits until so many servers are. @throws as soon as one is not to be, or there is no other one for five minutes */
async function active(client: Client, servers: number): Promise<void> {
  let [most, latest] = [0, 0];
  for (;;) {
    const [failed] = await serversOf(client, 'ERROR');
    if (failed) throw new Error(`a server is in ERROR: ${JSON.stringify(await faultOf(client, failed.id))}`);
    const found = (await serversOf(client, 'ACTIVE')).length;
    if (found === servers) return;
    if (found > most || latest === 0) [most, latest] = [found, Date.now() + 300_000];
    if (Date.now() > latest) throw new Error(`${found} of ${servers} servers are ACTIVE`);
    await sleep(3000);
  }
}

/** Ids and names alone: all else would be asked of Neutron, for each. */
async function serversOf(client: Client, status: string): Promise<Found[]> {
  return (await client.call<{ servers: Found[] }>('compute', 'GET', `/servers?status=${status}`)).servers;
}

const faultOf = async (client: Client, id: string): Promise<unknown> =>
  (await client.call('compute', 'GET', `/servers/${id}`))['server']!['fault'];

/** How many servers each host has that has any. */
async function serversOnHosts(client: Client): Promise<Counts> {
  const path = '/os-hypervisors/detail';
  const { hypervisors } = await client.call<{ hypervisors: Found[] }>('compute', 'GET', path);
  const counts = hypervisors.map((one) => [String(one['hypervisor_hostname']), Number(one['running_vms'])] as const);
  return Object.fromEntries(counts.filter(([, servers]) => servers > 0));
}

const restarts = async (cloud: OpenStack): Promise<Counts> =>
  Object.fromEntries((await cloud.pods()).map((pod) => [pod.metadata.name, restartsOf(pod)]));
