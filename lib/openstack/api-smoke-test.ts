import { join } from 'node:path';
import { KollaUser } from '../kolla/users';
import { PlacementValues } from '../kubernetes/values';
import type { ApiComponent } from './api-component';
import { apiConnection } from './service-api';
import type { IdentityRegistration } from './identity';
import { Service } from './service';
import { SmokeTest } from './smoke-test';

export interface ApiSmokeTestProps {
  /** One of the chart's images. */
  readonly image: string;
  readonly user: KollaUser;
  /** Where the pod may run. */
  readonly placement: PlacementValues;
  readonly api: ApiComponent;
  readonly registration: IdentityRegistration;
  /** Paths that answer 200 without a token. */
  readonly open: readonly string[];
  /** Paths that answer 200 with a token of the service's own user. */
  readonly paths: readonly string[];
}

/**
 * What `helm test` asks of any API: it answers, its user gets a token, the catalog has it where it is, and the token
 * serves there.
 */
export class ApiSmokeTest extends SmokeTest {
  constructor(scope: Service, id: string, props: ApiSmokeTestProps) {
    const { api, registration, image, user, placement } = props;
    super(scope, id, {
      image,
      user,
      placement,
      program: join(__dirname, 'scripts', 'api_smoke.py'),
      env: {
        ...registration.userEnv,
        SERVICE_TYPE: registration.type,
        URL: `${api.url}`,
        OPEN_PATHS: props.open.join(' '),
        PATHS: props.paths.join(' '),
      },
      secrets: [registration.passwordName],
      connectsTo: [registration, apiConnection(scope.node.id, api.port)],
    });
  }
}
