import type { JsonMap } from '../../../lib/values/expression';
import { assert, unharmed } from '../assert';
import type { Scenario } from '../scenario';

export const passwordRotation: Scenario = {
  name: 'password rotation',
  holds: 'a changed database password makes a new Job and rolls Keystone; no request fails; a Secret of your own too',
  run: async (gate) => {
    const cloud = await gate.cloud('rotation', [{ keystone: { api: { replicas: 2 } } }]);
    await cloud.helm();
    const client = await cloud.client();
    const changed = (name: string): JsonMap => ({ global: { passwords: { keystone_database_password: name } } });

    const jobs = await cloud.jobs();
    unharmed(await client.under(() => gate.timed('rotated', () => cloud.helm([changed('another "password" %s')]))));
    const now = await cloud.jobs();
    assert(!now.some((job) => jobs.includes(job)), `no new Job: ${now.join(', ')}`);

    // The same passwords in a Secret of the operator's: charts make none any more, and pods roll by its revision.
    const secret = 'openstack-passwords';
    const put = (own: JsonMap) =>
      gate.kubernetes.apply(
        cloud.namespace,
        [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret }, stringData: { ...cloud.passwords, ...own } }],
        '--force-conflicts',
      );
    const existing = (revision: string): JsonMap => ({
      global: { passwords: { existingSecret: secret } },
      keystone: { passwordsRevision: revision },
    });
    await put({ keystone_database_password: 'another "password" %s' });
    // Everything reads another Secret now, the one database, too: that is a change of another kind.
    await cloud.helm([existing('1')], { passwords: false });
    await put({ keystone_database_password: 'a third one' });
    unharmed(await client.under(() => cloud.helm([existing('2')], { passwords: false })));
    assert(
      (await cloud.operation('keystone-drop-old-passwords')).length > 0,
      'the old passwords were dropped without a word',
    );
    await client.token();
  },
};
