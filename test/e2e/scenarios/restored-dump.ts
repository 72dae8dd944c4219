import { until } from '../../support/until';
import { assert } from '../assert';
import type { Scenario } from '../scenario';

export const restoredDump: Scenario = {
  name: 'restored dump',
  holds: 'an older database is restored: services wait and print the cure, and the cure works',
  waits: true,
  run: async (gate) => {
    const cloud = await gate.cloud('restored');
    await cloud.helm();
    const dump = ['mariadb-dump', '--no-defaults', '--socket=/run/mysqld/mysqld.sock', '--databases', 'keystone'];
    const older = await cloud.exec('mariadb-0', 'server', [...dump, '--add-drop-database']);
    // A newer config makes a Job of another fingerprint, of which the older database knows nothing.
    const newer = { keystone: { conf: { 'keystone.conf': { identity: { max_password_length: 100 } } } } };
    await cloud.helm([newer]);
    const client = ['mariadb', '--no-defaults', '--socket=/run/mysqld/mysqld.sock'];
    await cloud.exec('mariadb-0', 'server', client, older);
    await gate.kubernetes.kubectl(['rollout', 'restart', 'deployment/keystone-api', '-n', cloud.namespace]);
    let cure = '';
    // It does after two minutes.
    await until('a pod that waits prints the cure', 200, async () => {
      for (const { metadata } of await cloud.podsOf('keystone/api')) {
        const args = ['logs', metadata.name, '-c', 'prepare', '-n', cloud.namespace];
        const said = await gate.kubernetes.kubectl(args).catch(() => '');
        cure = /kubectl (-n \S+ delete job \S+), then apply again/.exec(said)?.[1] ?? cure;
      }
      return cure !== '';
    });
    gate.say(`kubectl ${cure}, then apply again`);
    await gate.kubernetes.kubectl(cure.split(' '));
    await gate.timed('cured', () => cloud.helm([newer]));
    const asked = await cloud.client();
    assert((await asked.validate(await asked.token())) === 200, 'no token after the cure');
  },
};
