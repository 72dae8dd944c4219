import { assert } from '../assert';
import type { Scenario } from '../scenario';

export const startModes: Scenario = {
  name: 'start modes',
  holds: 'under start mode `kolla` Keystone and the servers run, started by kolla_start, where the namespace allows it',
  run: async (gate) => {
    const cloud = await gate.cloud('kolla-start', [{ global: { startMode: 'kolla' } }], 'privileged');
    await gate.timed('helm install', () => cloud.helm());
    const client = await cloud.client();
    await client.token();
    for (const [pod, container] of [
      [(await cloud.podsOf('keystone/api'))[0]!.metadata.name, 'api'],
      ['mariadb-0', 'server'],
    ] as const) {
      const said = await gate.kubernetes.kubectl(['logs', pod, '-c', container, '-n', cloud.namespace]);
      assert(
        /kolla_start|Running command|set_configs/.test(said),
        `${pod} was not started by kolla_start:\n${said.slice(0, 500)}`,
      );
    }
  },
};
