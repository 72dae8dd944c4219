import { join } from 'node:path';
import { ADMIN_PASSWORD, SmokeTest, adminEnv, identityConnection, identityUrls } from '../../lib/openstack';
import type { Keystone } from '.';

/** What each service does first: it gets a token, has one validated, and finds an endpoint. */
export function addSmokeTest(keystone: Keystone): void {
  new SmokeTest(keystone, 'smoke-test', {
    image: 'keystone',
    user: 'keystone',
    placement: keystone.values.bootstrap,
    program: join(__dirname, 'scripts', 'keystone_smoke.py'),
    env: { ...adminEnv, INTERNAL_URL: `${identityUrls.internal}`, PUBLIC_URL: `${identityUrls.public}` },
    secrets: [ADMIN_PASSWORD],
    connectsTo: [identityConnection],
  });
}
