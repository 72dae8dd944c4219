import { join } from 'node:path';
import { SmokeTest, clientLabel, egressToComponent, serviceApi } from '../../lib/openstack';
import type { Value } from '../../lib/values';
import type { Neutron } from '.';

/** Who needs a network asks for it: the API knows a token, its plugins are there, and so are the agents it was told of. */
export function addSmokeTest(neutron: Neutron, url: Value<string>): void {
  const { values, global } = neutron;
  const { adminUser, adminProject } = global.identity;
  new SmokeTest(neutron, 'smoke-test', {
    image: 'neutron-server',
    user: 'neutron',
    placement: values.bootstrap,
    program: join(__dirname, 'scripts', 'neutron_smoke.py'),
    env: {
      OS_AUTH_URL: `http://keystone-api:${global.identity.port}`,
      OS_USERNAME: `${adminUser}`,
      OS_PROJECT_NAME: `${adminProject}`,
      NETWORK_URL: `${url}`,
    },
    secrets: ['keystone_admin_password'],
    connectsTo: [
      {
        description: 'identity',
        egress: egressToComponent('keystone', 'api', global.identity.port),
        clientLabels: clientLabel('keystone'),
      },
      serviceApi('neutron'),
    ],
  });
}
