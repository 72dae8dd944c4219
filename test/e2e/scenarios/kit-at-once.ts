import { assert } from '../assert';
import { restartsOf } from '../openstack';
import { shuffled } from '../random';
import { EVERY_API } from '../running';
import type { Scenario } from '../scenario';

export const kitAtOnce: Scenario = {
  name: 'the kit at once',
  holds: 'every plain manifest of all services, applied in a random order in one go, comes up, and every API answers',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const cloud = await gate.kit('kit-at-once');
    const objects = shuffled(cloud.render(), gate.say);
    await gate.timed('ready', async () => {
      await cloud.apply(objects);
      await cloud.ready(900);
    });
    for (const pod of await cloud.pods()) {
      const restarts = restartsOf(pod);
      assert(restarts <= 2, `${pod.metadata.name} was restarted ${restarts} times`);
    }
    const client = await cloud.client();
    for (const [service, path] of EVERY_API) await client.call(service, 'GET', path);
  },
};
