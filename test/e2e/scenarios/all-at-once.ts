import { shuffled } from '../random';
import { restartsOf } from '../openstack';
import type { Scenario } from '../scenario';
import { assert } from '../assert';

/** No order: the law of DESIGN's chapter 7, in the one way that can break it. */
export const allAtOnce: Scenario = {
  name: 'all at once',
  holds: 'every plain manifest, applied in a random order in one go, comes up; nothing goes on crashing',
  run: async (gate) => {
    const cloud = await gate.cloud('all-at-once', [{ keystone: { notifications: { enabled: true } } }]);
    const objects = shuffled(cloud.render(), gate.say);
    await gate.timed('ready', async () => {
      await cloud.apply(objects);
      await cloud.ready();
    });
    for (const pod of await cloud.pods()) {
      const restarts = restartsOf(pod);
      assert(restarts <= 2, `${pod.metadata.name} was restarted ${restarts} times`);
    }
    const client = await cloud.client();
    await client.token();
  },
};
