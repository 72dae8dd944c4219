import type { JsonMap } from '../../../lib/values/expression';
import type { Scenario } from '../scenario';

/** Keystone's chart alone, against servers that somebody else runs: here, those of another namespace. */
export const oneChartAlone: Scenario = {
  name: 'one chart alone',
  holds: 'the chart keystone, installed alone, works with a database, a broker and a cache of others',
  run: async (gate) => {
    const theirs = await gate.cloud('external', [
      { global: { networkPolicy: { enabled: false } }, keystone: { enabled: false } },
    ]);
    await theirs.helm();
    const at = (name: string): string => `${name}.${theirs.namespace}.svc.cluster.local`;
    const { database_password, rabbitmq_password } = theirs.passwords;
    const external: JsonMap = {
      global: {
        database: { provider: 'external', host: at('mariadb') },
        messaging: { provider: 'external', hosts: [at('rabbitmq-0.rabbitmq')] },
        memcached: { provider: 'external', servers: [`${at('memcached-0.memcached')}:11211`] },
        passwords: { database_password: database_password!, rabbitmq_password: rabbitmq_password! },
      },
      keystone: { notifications: { enabled: true } },
    };
    const ours = await gate.cloud('alone', [external]);
    await gate.timed('helm install keystone', () => ours.helm([], { chart: 'keystone' }));
    const client = await ours.client();
    await client.token();
  },
};
