import { equal } from '../assert';
import type { OpenStack } from '../openstack';
import type { Scenario } from '../scenario';

/** What would show that something was made anew, or touched. */
const stateOf = async (cloud: OpenStack) => ({
  pods: (await cloud.pods()).map(({ metadata }) => metadata.uid).sort(),
  jobs: (await cloud.jobs()).sort(),
  generations: (await cloud.kubernetes.list(cloud.namespace, 'deployments,statefulsets'))
    .map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.generation}`)
    .sort(),
});

/** Of openstack-helm's 30 workloads, 22 get a new pod template here. */
export const noOp: Scenario = {
  name: 'no-op',
  holds: '`helm upgrade` with the same values restarts no pod and makes no Job',
  run: async (gate) => {
    const cloud = await gate.shared();
    const before = await stateOf(cloud);
    for (const major of [4, 3] as const) {
      await gate.timed(`helm ${major} upgrade`, () => cloud.helm([], { major }));
      equal(await stateOf(cloud), before, `after helm ${major} upgrade`);
    }
  },
};
