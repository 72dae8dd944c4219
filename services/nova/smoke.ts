import { join } from 'node:path';
import { SmokeTest, identityUrls, serviceApi } from '../../lib/openstack';
import type { IdentityRegistration, Service } from '../../lib/openstack';
import type { novaValues } from './values';

/** What each user does first: a token, flavors; and those without whom no server is made are up. */
export function addSmokeTest(nova: Service<typeof novaValues>, registration: IdentityRegistration): void {
  const { values, global } = nova;
  new SmokeTest(nova, 'smoke-test', {
    image: 'nova-api',
    user: 'nova',
    placement: values.bootstrap,
    program: join(__dirname, 'scripts', 'nova_smoke.py'),
    env: {
      OS_AUTH_URL: `${identityUrls.internal}`,
      OS_USERNAME: `${global.identity.adminUser}`,
      OS_PROJECT_NAME: `${global.identity.adminProject}`,
      OS_REGION_NAME: `${global.region}`,
    },
    secrets: ['keystone_admin_password'],
    connectsTo: [registration, serviceApi('nova')],
  });
}
