import { z } from 'zod';
import { iniOverrides, osloOptions, policyOverrides } from '../../lib/config';
import { schedule } from '../../lib/kubernetes';
import {
  apiValues,
  bootstrapValues,
  httpValues,
  passwordsRevision,
  serviceValues,
  workerValues,
} from '../../lib/openstack';
import { count, fileText, group, seconds } from '../../lib/values/types';

const sizes = { cpu: '100m', memory: '512Mi', memoryLimit: '2Gi' };
const { public: _, ...internal } = apiValues(sizes);
const workers = (what: string) =>
  z.int().min(1).max(100).default(2).describe(`Processes of each ${what}, each with connections of its own.`);

const images = ['nova-api', 'nova-conductor', 'nova-scheduler', 'nova-novncproxy', 'nova-spicehtml5proxy'] as const;

export const novaValues = serviceValues('nova', [...images, 'nova-serialproxy'], {
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
    ...httpValues({ cpu: '50m', memory: '256Mi', memoryLimit: '1Gi' }),
  }).describe('The console of servers, and its proxy.'),
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
