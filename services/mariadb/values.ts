import { z } from 'zod';
import { iniOverrides } from '../../lib/config';
import { placement, replicas, resources, schedule, spread, workload } from '../../lib/kubernetes';
import { storage } from '../../lib/kubernetes/storage';
import { ownPasswords, passwordsRevision, serviceValues } from '../../lib/openstack';
import { fileText, group, identifier, imagePath, imageReference, objectName, url } from '../../lib/values/types';

export const mariadbValues = serviceValues('mariadb', ['mariadb-server', 'haproxy', 'glance-api'], {
  server: group({
    ...workload({ cpu: '100m', memory: '1Gi', memoryLimit: '2Gi' }),
    storage: storage('20Gi', 'each member'),
    spread: spread(),
  }).describe(
    'The members. Half of the memory limit becomes the buffer pool, and the number of connections follows from it.\n' +
      'How many members there are is global: `global.database.replicas`.',
  ),
  proxy: group({
    replicas: replicas(2),
    connections: z.int().min(100).max(100000).default(4000).describe('Connections that each takes at the same time.'),
    ...workload({ cpu: '20m', memory: '64Mi', memoryLimit: '256Mi' }),
  }).describe('With three members: the proxies, through which all clients write to the same one.'),
  backup: group({
    enabled: z.boolean().default(false).describe('Back up, to a volume and, if you say so, to S3.'),
    full: schedule('a full backup is made').default('30 2 * * 0'),
    incremental: schedule('what has changed since the last full backup is saved').default('30 2 * * 1-6'),
    keep: z.int().min(1).max(1000).default(4).describe('Full backups to keep, each with its incremental ones.'),
    storage: storage('50Gi', 'the backups'),
    s3: group({
      enabled: z.boolean().default(false).describe('Copy the backups to a bucket, too.'),
      endpoint: url().default('https://s3.amazonaws.com').describe('Where the store is.'),
      region: identifier().default('us-east-1'),
      bucket: imagePath().default('mariadb-backups'),
      prefix: identifier().default('openstack').describe('What the names of all objects begin with.'),
      caSecretName: objectName()
        .optional()
        .describe("A Secret whose ca.crt vouches for the store's certificate. Default: the public authorities."),
    }).describe('An S3 store, with passwords.mariadb_backup_s3_access_key and …_secret_key.'),
    resources: resources('20m', '256Mi', '1Gi'),
    ...placement,
  }).describe('Backups, and the restore.'),
  restore: group({
    backup: identifier()
      .default('latest')
      .describe('The backup that the operation mariadb-restore takes, by the name that its log shows; or `latest`.'),
  }),
  operations: group({ resources: resources('20m', '64Mi', '256Mi'), ...placement }).describe('Pods of operations.'),
  passwordsRevision: passwordsRevision(),
  conf: group({ 'my.cnf': iniOverrides() }).describe('Options over those of the config file.'),
  files: group({
    'my.cnf': fileText().optional().describe('The whole file, instead of ours.'),
    'haproxy.cfg': fileText().optional().describe('The whole file, instead of ours.'),
  }).describe('Config files of your own; `conf` is not used for them.'),
  operator: group({
    image: imageReference()
      .optional()
      .describe("The MariaDB operator's own image, which Galera's helpers run, so that `restricted` admits them."),
  }).describe("Where global.database.provider is operator. The images of the server are the operator's."),
  passwords: ownPasswords('mariadb_backup_s3_access_key', 'mariadb_backup_s3_secret_key'),
});
