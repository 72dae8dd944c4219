import { Construct } from 'constructs';
import { join } from 'node:path';
import { IniFile, PolicyFile, TextFile } from '../../lib/config';
import {
  ApiComponent,
  Bootstrap,
  Cache,
  Database,
  FernetKeys,
  Messaging,
  Service,
  identityAddress,
  identityUrls,
} from '../../lib/openstack';
import { Value, when } from '../../lib/values';
import { addSmokeTest } from './smoke';
import { keystoneValues } from './values';

/** OpenStack Identity: users, projects, roles, tokens, and the catalog of all services. */
export class Keystone extends Service<typeof keystoneValues> {
  constructor(scope: Construct) {
    super(scope, keystoneValues, {
      description: 'Keystone: OpenStack Identity',
      home: 'https://docs.openstack.org/keystone/latest/',
      sources: ['https://opendev.org/openstack/keystone', 'https://opendev.org/openstack/kolla'],
    });
    const { values, global } = this;
    const notify = values.notifications.enabled;
    const database = new Database(this, 'database', { name: 'keystone' });
    const messaging = new Messaging(this, 'messaging', { test: notify });
    const cache = new Cache(this, 'cache');
    const fernetKeys = new FernetKeys(this, 'fernet-keys', {
      image: 'keystone',
      path: '/etc/keystone/fernet-keys',
      master: 'keystone_fernet_master_key',
      period: values.fernet.period,
      lifetime: [values.token.expiration, values.token.allowExpiredWindow],
      generation: values.fernet.generation,
    });

    const policy = new PolicyFile(this, values.policy);
    const conf = new IniFile(this, 'keystone.conf', {
      path: '/etc/keystone/keystone.conf',
      overrides: values.conf['keystone.conf'],
      replacement: values.files['keystone.conf'],
      sections: {
        DEFAULT: { debug: global.debug, transport_url: when(notify, messaging.url) },
        cache: cache.options,
        credential: { key_repository: '/etc/keystone/credential-keys' },
        database: database.options,
        fernet_receipts: { key_repository: '/etc/keystone/fernet-keys' },
        fernet_tokens: { key_repository: '/etc/keystone/fernet-keys' },
        oslo_messaging_notifications: {
          driver: when(notify, 'messagingv2', 'noop'),
          transport_url: when(notify, messaging.url),
        },
        oslo_messaging_rabbit: messaging.options,
        oslo_middleware: { enable_proxy_headers_parsing: true },
        oslo_policy: policy.options,
        token: {
          provider: 'fernet',
          expiration: values.token.expiration,
          allow_expired_window: values.token.allowExpiredWindow,
        },
      },
    });

    // Keystone encrypts with the key of the highest number, and reads what any of them has encrypted.
    const credentialKey = (number: number, key: string, test?: Value<boolean>) =>
      new TextFile(this, `credential-key-${number}`, {
        path: `/etc/keystone/credential-keys/${number}`,
        template: { text: `${this.password(key, test)}\n` },
        ...(test && { test }),
      });
    const credentialKeys = [
      credentialKey(1, 'keystone_credential_key'),
      credentialKey(0, 'keystone_credential_key_previous', values.credential.previousKey),
    ];

    const api = new ApiComponent(this, 'api', {
      image: 'keystone',
      user: 'keystone',
      values: { ...values.api, public: identityAddress },
      port: global.identity.port,
      wsgi: 'keystone.wsgi.api:application',
      uwsgi: values.conf['uwsgi.ini'],
      probe: '/healthcheck',
      files: [conf, policy, ...credentialKeys],
      parts: [fernetKeys],
      connectsTo: [database, cache, messaging],
    });
    const bootstrap = new Bootstrap(this, 'bootstrap', {
      image: 'keystone',
      user: 'keystone',
      database,
      values: values.bootstrap,
      files: [conf],
      connections: [cache],
    });
    // Keystone's commands make no token, but don't start without a key repository; so Jobs don't get the master key.
    const repository = '/etc/keystone/credential-keys';
    const env = { OS_FERNET_TOKENS__KEY_REPOSITORY: repository, OS_FERNET_RECEIPTS__KEY_REPOSITORY: repository };
    const withKeys = { files: credentialKeys, env };
    const user = ['--keystone-user=keystone', '--keystone-group=keystone'];
    bootstrap.step(['keystone-manage', 'db_sync'], { only: 'installing' });
    bootstrap.step(['keystone-manage', 'db_sync', '--expand'], { only: 'upgrading' });
    bootstrap.step(['keystone-manage', 'db_sync', '--migrate'], { only: 'upgrading' });
    // The administrator, the roles, the region and Keystone's own endpoints, before any API answers.
    const register = [
      ...this.program(join(__dirname, 'scripts', 'keystone_identity.py')),
      `--region=${global.region}`,
      `--internal-url=${identityUrls.internal}`,
      `--public-url=${identityUrls.public}`,
      `--admin-user=${global.identity.adminUser}`,
      `--admin-project=${global.identity.adminProject}`,
    ];
    bootstrap.step(register, { ...withKeys, secrets: ['keystone_admin_password'] });
    bootstrap.operation('contract', ['keystone-manage', 'db_sync', '--contract']);
    bootstrap.operation('credential-migrate', ['keystone-manage', 'credential_migrate', ...user], withKeys);
    api.after(bootstrap);
    addSmokeTest(this);
  }
}
