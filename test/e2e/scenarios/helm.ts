import { assert, equal } from '../assert';
import type { Scenario } from '../scenario';

/** What an operator types first. */
export const helm: Scenario = {
  name: 'helm',
  holds: '`helm install --wait --wait-for-jobs` of the umbrella returns 0, and `helm test` passes; helm 3 and 4',
  run: async (gate) => {
    for (const major of [3, 4] as const) {
      const cloud = await gate.cloud(`helm${major}`);
      await gate.timed(`helm ${major} install`, () => cloud.helm([], { major }));
      equal(await cloud.missing(), [], 'what is still to come after --wait');
      const said = await gate.timed(`helm ${major} test`, () =>
        gate.kubernetes.helm(major, ['test', 'openstack', '--namespace', cloud.namespace, '--logs']),
      );
      assert(/Phase: +Succeeded/.test(said), `helm test ran nothing:\n${said}`);
    }
  },
};
