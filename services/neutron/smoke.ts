import { join } from 'node:path';
import { ADMIN_PASSWORD, SmokeTest, adminEnv, identityConnection, serviceApi } from '../../lib/openstack';
import type { Neutron } from '.';

/** Who needs a network asks for it: the API knows a token, its plugins are there, and so are the agents it was told of. */
export function addSmokeTest(neutron: Neutron): void {
  new SmokeTest(neutron, 'smoke-test', {
    image: 'neutron-server',
    user: 'neutron',
    placement: neutron.values.bootstrap,
    program: join(__dirname, 'scripts', 'neutron_smoke.py'),
    env: adminEnv,
    secrets: [ADMIN_PASSWORD],
    connectsTo: [identityConnection, serviceApi('neutron')],
  });
}
