import { join } from 'node:path';
import { ADMIN_PASSWORD, SmokeTest, adminEnv, identityConnection, serviceApi } from '../../lib/openstack';
import type { Service } from '../../lib/openstack';
import type { novaValues } from './values';

/** What each user does first: a token, flavors; and those without whom no server is made are up. */
export function addSmokeTest(nova: Service<typeof novaValues>): void {
  new SmokeTest(nova, 'smoke-test', {
    image: 'nova-api',
    user: 'nova',
    placement: nova.values.bootstrap,
    program: join(__dirname, 'scripts', 'nova_smoke.py'),
    env: adminEnv,
    secrets: [ADMIN_PASSWORD],
    connectsTo: [identityConnection, serviceApi('nova')],
  });
}
