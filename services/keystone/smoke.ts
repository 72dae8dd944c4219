import { join } from 'node:path';
import { SmokeTest, clientLabel, egressToComponent, identityUrls } from '../../lib/openstack';
import type { Keystone } from '.';

/** What each service does first: it gets a token, has one validated, and finds an endpoint. */
export function addSmokeTest(keystone: Keystone): void {
  const { values, global } = keystone;
  const { port, adminUser, adminProject } = global.identity;
  new SmokeTest(keystone, 'smoke-test', {
    image: 'keystone',
    user: 'keystone',
    placement: values.bootstrap,
    program: join(__dirname, 'scripts', 'keystone_smoke.py'),
    env: {
      OS_AUTH_URL: `http://keystone-api:${port}`,
      OS_USERNAME: `${adminUser}`,
      OS_PROJECT_NAME: `${adminProject}`,
      OS_REGION_NAME: `${global.region}`,
      INTERNAL_URL: `${identityUrls.internal}`,
      PUBLIC_URL: `${identityUrls.public}`,
    },
    secrets: ['keystone_admin_password'],
    connectsTo: [
      {
        description: 'identity',
        egress: egressToComponent('keystone', 'api', port),
        clientLabels: clientLabel('keystone'),
      },
    ],
  });
}
