import { z } from 'zod';
import { iniOverrides, osloOptions, policyOverrides } from '../../lib/config';
import { placement, resources, schedule, scratch, storage } from '../../lib/kubernetes';
import { apiValues, bootstrapValues, ownPasswords, passwordsRevision, serviceValues } from '../../lib/openstack';
import { cidr, count, fileText, group, identifier, objectName, seconds, url } from '../../lib/values/types';

const cidrs = (of: string) =>
  z.array(cidr()).default([]).describe(`Addresses of ${of}, for network policies. Empty: any.`);

const stores = group({
  file: group({
    enabled: z.boolean().default(true),
    accessMode: z
      .enum(['ReadWriteOnce', 'ReadWriteMany'])
      .default('ReadWriteOnce')
      .describe('Of the volume. More than one replica of the API needs ReadWriteMany.'),
    storage: storage('100Gi', 'the images'),
    existingClaim: objectName().optional().describe('A PersistentVolumeClaim of your own, instead of ours.'),
  }).describe('Files on a volume.'),
  rbd: group({
    enabled: z.boolean().default(false),
    pool: identifier().default('images'),
    user: identifier().default('glance').describe("Ceph's name of the user, without `client.`."),
    secretName: objectName()
      .default('glance-ceph')
      .describe('A Secret of yours with the keys ceph.client.<user>.keyring and, without configMapName, ceph.conf.'),
    configMapName: objectName().optional().describe('A ConfigMap of yours with the key ceph.conf.'),
    cidrs: cidrs('the monitors and OSDs'),
  }).describe('Ceph. Kubernetes has it from Rook, or it is where you have it.'),
  s3: group({
    enabled: z.boolean().default(false),
    host: url().default('https://s3.amazonaws.com').describe('Where the store is.'),
    bucket: identifier().default('images'),
    bucketUrlFormat: z
      .enum(['auto', 'virtual', 'path'])
      .default('auto')
      .describe("How the bucket is named in URLs. Stores that are not Amazon's often know `path` only."),
    createBucket: z.boolean().default(false).describe('Make the bucket when the first image comes.'),
    caSecretName: objectName()
      .optional()
      .describe("A Secret whose ca.crt vouches for the store's certificate. Default: the public authorities."),
    cidrs: cidrs('the store'),
  }).describe('An S3 store, with passwords.glance_backend_s3_access_key and …_secret_key.'),
  cinder: group({
    enabled: z.boolean().default(false),
    volumeType: identifier().optional().describe("Default: Cinder's own."),
  }).describe(
    'A volume of Cinder for each image, in the project of services. Pods have no right to attach devices, so only for\n' +
      'volumes in Ceph.',
  ),
  http: group({
    enabled: z.boolean().default(false),
  }).describe('Images that are somewhere in the web, read where they are.'),
}).describe('Where images are. Several at once: users choose with `--store`.');

export const glanceValues = serviceValues('glance', ['glance-api'], {
  api: group({
    ...apiValues({ memory: '256Mi', memoryLimit: '3Gi' }),
    threads: z
      .int()
      .min(1)
      .max(100)
      .default(4)
      .describe('Requests that each process serves at the same time: an upload is one for as long as it takes.'),
    scratch: scratch('20Gi', 'images that are being imported, as large as these are'),
  }),
  stores,
  defaultStore: z.enum(['file', 'rbd', 's3', 'cinder']).default('file').describe('Where images go unless users say.'),
  import: group({
    'glance-direct': z.boolean().default(true).describe('Users upload, then import.'),
    'web-download': z.boolean().default(true).describe('Glance fetches from a URL that users name.'),
    'copy-image': z.boolean().default(true).describe('From one store to another.'),
    cidrs: cidrs('what `web-download` may fetch from'),
  }).describe('Interoperable import: its methods.'),
  imageCache: group({
    enabled: z.boolean().default(false).describe('Keep images that were asked for beside each API.'),
    maxSize: z
      .int()
      .min(1048576)
      .max(Number.MAX_SAFE_INTEGER)
      .default(10737418240)
      .describe('Bytes to which it is cut back. Between two cuts it grows beyond, so its volume has to be larger.'),
    interval: seconds().default(300).describe('Seconds from one cut to the next.'),
    scratch: scratch('20Gi', 'the cache'),
  }),
  purge: group({
    schedule: schedule('what was deleted is removed from the database').default(''),
    days: count()
      .default(30)
      .describe('Days after which it is removed. Images themselves are never, but see the docs.'),
    imageDays: count().default(180).describe('The same of images, in the operation glance-purge-images.'),
    resources: resources('20m', '128Mi', '512Mi'),
    ...placement,
  }).describe('Removes what was deleted long ago from the database.'),
  notifications: group({
    enabled: z.boolean().default(false).describe('Send notifications to the message broker, for telemetry and audit.'),
  }),
  bootstrap: bootstrapValues(),
  passwordsRevision: passwordsRevision(),
  passwords: ownPasswords('glance_backend_s3_access_key', 'glance_backend_s3_secret_key'),
  conf: group({
    'glance-api.conf': osloOptions('glance/glance-api.conf'),
    'glance-image-import.conf': osloOptions('glance/glance-image-import.conf'),
    'uwsgi.ini': iniOverrides(),
  }).describe('Options over those of the config files.'),
  policy: policyOverrides('glance'),
  files: group({
    'glance-api.conf': fileText().optional().describe('The whole file, instead of ours.'),
    'property-protections-rules.conf': fileText()
      .optional()
      .describe('Who may create, read, change and delete which properties of images. Default: nothing is protected.'),
  }).describe(
    'Config files of your own; `conf` is not used for them. Passwords for them: memcache_secret_key,\n' +
      'glance_keystone_password, and those of what is enabled, each as @ini:name@.',
  ),
});
