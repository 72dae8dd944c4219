import { z } from 'zod';
import { placement, resources, spread, workload } from '../../lib/kubernetes';
import { storage } from '../../lib/kubernetes/storage';
import { ownPasswords, passwordsRevision, serviceValues } from '../../lib/openstack';
import { fileText, group, identifier, line, text } from '../../lib/values/types';

/** Keys of rabbitmq.conf: `vm_memory_high_watermark.relative`. */
const confKey = () => text('^[a-z][A-Za-z0-9_.$-]*$', 'a key of rabbitmq.conf such as consumer_timeout');

export const rabbitmqValues = serviceValues('rabbitmq', ['rabbitmq'], {
  server: group({
    schedulers: z
      .int()
      .min(1)
      .max(1024)
      .default(2)
      .describe('Threads that run Erlang. Without a number there would be one for each CPU of the node.'),
    diskFreePercent: z
      .int()
      .min(1)
      .max(90)
      .default(20)
      .describe('Publishers are blocked while less than this part of the volume is free, or less than 1 GiB.'),
    ...workload({ cpu: '100m', memory: '512Mi', memoryLimit: '2Gi' }),
    storage: storage('10Gi', 'each member'),
    spread: spread(),
  }).describe(
    'The members. Publishers are blocked above 60 % of the memory limit.\n' +
      'How many members there are is global: `global.messaging.replicas`.',
  ),
  management: group({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'The management UI and its HTTP API, at rabbitmq-management:15672, for `global.networkPolicy.clients`.',
      ),
  }),
  secondUser: identifier()
    .optional()
    .describe('Another user beside `global.messaging.user`, with passwords.rabbitmq_second_password: for rotations.'),
  operations: group({ resources: resources('20m', '192Mi', '512Mi'), ...placement }).describe('The operations.'),
  passwordsRevision: passwordsRevision(),
  conf: group({
    'rabbitmq.conf': z
      .record(confKey(), line())
      .default({})
      .describe("Keys and their values, such as `consumer_timeout: '3600000'`."),
  }).describe('Options over those of the config file.'),
  files: group({
    'rabbitmq.conf': fileText().optional().describe('The whole file, instead of ours.'),
  }).describe('Config files of your own; `conf` is not used for them.'),
  passwords: ownPasswords('rabbitmq_second_password'),
});
