import { z } from 'zod';
import { iniOverrides, osloOptions, policyOverrides } from '../../lib/config';
import { apiValues, bootstrapValues, passwordsRevision, serviceValues } from '../../lib/openstack';
import { fileText, group, seconds } from '../../lib/values/types';

// Every service names Keystone's public URL, so what it follows from is in `global`.
const { public: _, ...api } = apiValues();

export const keystoneValues = serviceValues('keystone', ['keystone'], {
  api: group(api).describe('The API. Its port and URLs are in `global.identity`, for clients need them.'),
  token: group({
    expiration: seconds().default(86400).describe('Seconds for which a token is valid.'),
    allowExpiredWindow: seconds()
      .default(172800)
      .describe('Seconds for which services may still finish, with an expired token, what was begun with a valid one.'),
  }),
  fernet: group({
    period: seconds().default(86400).describe('Seconds for which tokens are made with the same key.'),
    generation: z.int().min(1).default(1).describe('Another number makes other keys: every token ends at once.'),
  }).describe('The keys of tokens, which each pod derives from passwords.keystone_fernet_master_key and the clock.'),
  credential: group({
    previousKey: z
      .boolean()
      .default(false)
      .describe('During a rotation: passwords.keystone_credential_key_previous is there too.'),
  }).describe('The key that encrypts stored credentials, passwords.keystone_credential_key.'),
  notifications: group({
    enabled: z.boolean().default(false).describe('Send notifications to the message broker, for telemetry and audit.'),
  }),
  bootstrap: bootstrapValues(),
  passwordsRevision: passwordsRevision(),
  conf: group({
    'keystone.conf': osloOptions('keystone/keystone.conf'),
    'uwsgi.ini': iniOverrides(),
  }).describe('Options over those of the config files.'),
  policy: policyOverrides('keystone'),
  files: group({
    'keystone.conf': fileText().optional().describe('The whole file, instead of ours.'),
  }).describe(
    'Config files of your own; `conf` is not used for them. The only password for them is rabbitmq_password, with\n' +
      'notifications.enabled: as @ini:rabbitmq_password@, in a URL as @url:rabbitmq_password@.',
  ),
});
