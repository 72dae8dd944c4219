import { Construct } from 'constructs';
import { join } from 'node:path';
import {
  ADMIN_PASSWORD,
  Operation,
  SOURCE,
  Service,
  SmokeTest,
  adminEnv,
  identityAddress,
  identityConnection,
  serviceApi,
  sharedProgram,
} from '../../lib/openstack';
import { addCloudsYaml } from './clouds-yaml';
import { postDeployValues } from './values';

/** What an administrator wants of a cloud that is up: a file to log in with, and proof that a server boots. */
export class PostDeploy extends Service<typeof postDeployValues> {
  constructor(scope: Construct) {
    super(scope, postDeployValues, {
      description: 'Post-deploy: clouds.yaml, and a smoke test of the whole cloud',
      home: 'https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html',
      sources: ['https://opendev.org/openstack/kolla'],
      use: {
        'Secret/clouds-yaml':
          "get secret clouds-yaml -o jsonpath='{.data.clouds\\.yaml}' | base64 --decode > clouds.yaml",
      },
    });
    const { smoke } = this.values;
    identityAddress.require(this);
    addCloudsYaml(this, this.password(ADMIN_PASSWORD));

    const program = join(__dirname, 'scripts', 'server_smoke.py');
    const env = {
      ...adminEnv,
      IMAGE: `${smoke.image.or('')}`,
      RAM: `${smoke.ram}`,
      DISK: `${smoke.disk}`,
      TIMEOUT: `${smoke.timeout}`,
    };
    const common = {
      // One that is on the nodes already: the program needs just Python.
      image: 'keystone',
      user: 'keystone',
      secrets: [ADMIN_PASSWORD],
      connectsTo: [identityConnection, serviceApi('glance'), serviceApi('neutron'), serviceApi('nova')],
    } as const;
    new Operation(this, 'smoke', {
      ...common,
      values: smoke,
      programs: [program, sharedProgram('session'), sharedProgram('smoke')],
      schedule: smoke.schedule,
      retries: 0,
      steps: {
        smoke: {
          command: ['python3', `${SOURCE}/server_smoke.py`],
          env: Object.entries(env).map(([name, value]) => ({ name, value })),
        },
      },
    });
    new SmokeTest(this, 'smoke-test', { ...common, placement: smoke, program, env });
  }
}
