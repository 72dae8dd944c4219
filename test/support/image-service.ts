import { Construct } from 'constructs';
import { join } from 'node:path';
import { z } from 'zod';
import { IniFile, TextFile, iniOverrides } from '../../lib/config';
import {
  ApiComponent,
  Bootstrap,
  Cache,
  Database,
  IdentityRegistration,
  Messaging,
  Service,
  apiValues,
  bootstrapValues,
  ownPasswords,
  serviceValues,
} from '../../lib/openstack';
import { eachEntry, fileText, group, identifier, json, line, port, when, word } from '../../lib/values';

const imageValues = serviceValues('image', ['glance-api'], {
  api: group({ ...apiValues({ memory: '512Mi', memoryLimit: '2Gi' }), port: port().default(9292) }),
  notifications: group({ enabled: z.boolean().default(false) }),
  s3: group({
    enabled: z.boolean().default(false).describe('Keep images in an S3 store, not in the pod.'),
    host: word().default('https://s3.example.org'),
    bucket: identifier().default('images'),
    accessKey: line().default(''),
  }),
  policy: group({
    publisher: identifier().default('admin').describe('The role that may publish images.'),
    rules: z.record(identifier(), line()).default({}).describe('More rules of oslo.policy.'),
  }),
  bootstrap: bootstrapValues(),
  conf: group({ 'image.conf': iniOverrides() }),
  files: group({ 'image.conf': fileText().optional() }),
  passwords: ownPasswords('image_database_password', 'image_keystone_password', 'image_s3_secret_key'),
});

/**
 * A service of somebody's own beside ours, with what such a service has: the images and the user of Glance, a name that
 * Kolla doesn't know.
 */
export class Image extends Service<typeof imageValues> {
  constructor(scope: Construct) {
    super(scope, imageValues, {
      description: 'Image: where the images of servers are kept',
      home: 'https://example.org/image',
      sources: ['https://opendev.org/openstack/glance'],
    });
    const { values, global } = this;
    const { api, s3, notifications } = values;

    const database = new Database(this, 'database', { name: 'image' });
    const messaging = new Messaging(this, 'messaging', { test: notifications.enabled });
    const cache = new Cache(this, 'cache');
    const registration = new IdentityRegistration(this, 'registration', {
      type: 'image',
      description: 'Images of "servers"',
    });

    const conf = new IniFile(this, 'image.conf', {
      path: '/etc/image/image.conf',
      overrides: values.conf['image.conf'],
      replacement: values.files['image.conf'],
      sections: {
        DEFAULT: {
          debug: global.debug,
          transport_url: when(notifications.enabled, messaging.url),
          enabled_backends: `file:file${when(s3.enabled, ',s3:s3')}`,
        },
        cache: cache.options,
        database: database.options,
        file: { filesystem_store_datadir: '/tmp/images' },
        keystone_authtoken: registration.authToken(cache),
        oslo_messaging_rabbit: messaging.options,
        s3: {
          s3_store_host: when(s3.enabled, s3.host),
          s3_store_bucket: when(s3.enabled, s3.bucket),
          s3_store_access_key: when(s3.enabled, s3.accessKey),
          s3_store_secret_key: when(s3.enabled, this.password('image_s3_secret_key', s3.enabled)),
        },
      },
    });
    const policy = new TextFile(this, 'policy.yaml', {
      path: '/etc/image/policy.yaml',
      template: { file: join(__dirname, 'image-policy.yaml.ejs') },
      data: {
        publisher: values.policy.publisher,
        rules: eachEntry(values.policy.rules, (name, rule) => `${json(name)}: ${json(rule)}\n`),
      },
    });

    const component = new ApiComponent(this, 'api', {
      image: 'glance-api',
      user: 'glance',
      values: api,
      port: api.port,
      wsgi: 'glance.wsgi.api:application',
      probe: '/healthcheck',
      files: [conf, policy],
      connectsTo: [database, cache, messaging, registration],
    });

    const bootstrap = new Bootstrap(this, 'bootstrap', {
      image: 'glance-api',
      user: 'glance',
      database,
      values: values.bootstrap,
      files: [conf],
      connections: [cache],
    });
    bootstrap.step(['glance-manage', '--config-file=/etc/image/image.conf', 'db', 'sync']);
    bootstrap.register(registration, component.endpoints());
    bootstrap.operation('purge', ['glance-manage', 'db', 'purge']);
    component.after(bootstrap);
  }
}

/** What it needs, as short as can be. */
export const imageRequired = {
  global: {
    passwords: {
      database_password: 'fake-database-password',
      keystone_admin_password: 'fake-keystone-admin-password',
      memcache_secret_key: 'fake-memcache-secret-key',
      rabbitmq_password: 'fake-rabbitmq-password',
    },
  },
  passwords: {
    image_database_password: 'fake-image-database-password',
    image_keystone_password: 'fake-image-keystone-password',
    image_s3_secret_key: 'fake-image-s3-secret-key',
  },
};
