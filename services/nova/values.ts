import { z } from 'zod';
import { iniOverrides, osloOptions, policyOverrides } from '../../lib/config';
import { replicas, schedule } from '../../lib/kubernetes';
import {
  agentValues,
  apiValues,
  bootstrapValues,
  httpValues,
  passwordsRevision,
  poolValues,
  publicValues,
  serviceValues,
  workerValues,
} from '../../lib/openstack';
import { baseUrl, count, fileText, group, nodeAddress, poolName, port, seconds } from '../../lib/values/types';
import { cellValues } from './cell-values';

const sizes = { cpu: '50m', memory: '256Mi', memoryLimit: '2Gi' };
const { public: _, ...internal } = apiValues(sizes);
const workers = (what: string) =>
  z.int().min(1).max(100).default(2).describe(`Processes of each ${what}, each with connections of its own.`);

const images = [
  ...(['nova-api', 'nova-conductor', 'nova-scheduler'] as const),
  ...(['nova-novncproxy', 'nova-spicehtml5proxy', 'nova-serialproxy'] as const),
  ...(['nova-compute', 'nova-libvirt', 'nova-ssh'] as const),
] as const;

export const novaValues = serviceValues('nova', images, {
  api: group(apiValues(sizes)).describe('The API.'),
  metadata: group(internal).describe('The API that servers ask about themselves, through Neutron.'),
  conductor: group({ ...workerValues(sizes), workers: workers('conductor') }).describe(
    'The conductors, which alone work on the database for the computes.',
  ),
  scheduler: group({
    ...workerValues(sizes),
    workers: workers('scheduler'),
    discoverHostsInterval: seconds()
      .default(60)
      .describe('Seconds between two looks for computes that are not in a cell yet.'),
  }).describe('The schedulers, which find a compute for each server.'),
  console: group({
    type: z
      .enum(['novnc', 'spice', 'serial', 'none'])
      .default('novnc')
      .describe('How users see the console of a server: by a proxy for VNC, SPICE or a serial line, or not at all.'),
    ...httpValues({ cpu: '20m', memory: '128Mi', memoryLimit: '1Gi' }),
    // A serial line is a WebSocket without a page.
    public: publicValues(baseUrl({ webSocket: true })),
  }).describe('The console of servers, and its proxy.'),
  compute: group(agentValues({ cpu: '50m', memory: '256Mi', memoryLimit: '2Gi' })).describe(
    'The compute service, on each node that runs servers.',
  ),
  libvirt: group(agentValues({ cpu: '50m', memory: '128Mi', memoryLimit: '2Gi' })).describe(
    'libvirt, on each node that runs servers. Servers are none of its pod: keep memory of the node free for them.',
  ),
  ssh: group({
    enabled: z
      .boolean()
      .default(true)
      .describe('Servers can move from node to node, live or stopped. A cloud with one compute does not need it.'),
    port: port().default(8022).describe('Of the nodes, at the addresses of `pools`.'),
    ...agentValues({ cpu: '10m', memory: '32Mi', memoryLimit: '512Mi' }),
  }).describe('SSH between the nodes that run servers, by which servers move.'),
  fakeComputes: group({
    ...workerValues({ cpu: '500m', memory: '1Gi', memoryLimit: '2Gi' }),
    replicas: replicas(0),
    perPod: z.int().min(1).max(200).default(25).describe('Computes of each pod: 35 MiB each, beside 100 MiB of all.'),
  }).describe(
    "Computes with Nova's fake driver, for tests of many: their servers are rows in a database. Not in a cloud with real\n" +
      'servers: these would be on them, too.',
  ),
  cells: cellValues(),
  pools: poolValues({
    cell: poolName().optional().describe('The cell that its computes belong to: one of `cells`. Default: cell1.'),
    virtType: z.enum(['kvm', 'qemu']).optional().describe('`qemu`: processors are emulated. Default: kvm.'),
    address: nodeAddress()
      .optional()
      .describe("Where consoles are, and other nodes: an interface, or a block of addresses. Default: the node's own."),
    migrationAddress: nodeAddress().optional().describe('Where servers move to. Default: the same.'),
    'nova.conf': osloOptions('nova/nova.conf').optional(),
  }),
  notifications: group({
    enabled: z.boolean().default(false).describe('Send notifications to the message broker, for telemetry and audit.'),
  }),
  archive: group({
    schedule: schedule('what was deleted is removed from the databases').default(''),
    days: count().default(90).describe('Days for which deleted servers stay in the databases.'),
  }).describe('The operation nova-archive.'),
  bootstrap: bootstrapValues(),
  passwordsRevision: passwordsRevision(),
  conf: group({
    'nova.conf': osloOptions('nova/nova.conf'),
    'api-uwsgi.ini': iniOverrides(),
    'metadata-uwsgi.ini': iniOverrides(),
  }).describe('Options over those of the config files.'),
  policy: policyOverrides('nova'),
  files: group({
    'nova.conf': fileText().optional().describe('The whole file, instead of ours.'),
    'vendordata.json': fileText().optional().describe('What every server finds in its metadata as vendor_data.json.'),
  }).describe(
    'Config files of your own; `conf` is not used for them. Passwords stand in them as @ini:nova_keystone_password@,\n' +
      'in a URL as @url:rabbitmq_password@.',
  ),
});

/** The handles of Nova's values. */
export type NovaValues = (typeof novaValues)['handles'];
