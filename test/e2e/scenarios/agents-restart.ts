import { until } from '../../support/until';
import { equal } from '../assert';
import { AGENTS } from '../running';
import type { Scenario } from '../scenario';
import { Server } from '../server';

/** How long a server may be without its network, after its agent has ended. */
const SECONDS = 30;
/** A switch passes its flows on: nobody has to make them anew first, which takes longer than this. */
const SWITCH_SECONDS = 15;

export const agentsRestart: Scenario = {
  name: 'agents restart',
  holds: `each pod of a host agent is deleted: the server keeps its process, its network is back within ${SECONDS} s`,
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const { cloud, client, around, server } = await gate.running();
    await server.checkNetwork();
    const qemu = await server.process();
    for (const agent of AGENTS) {
      const [pod] = await cloud.podsOf(agent);
      await gate.kubernetes.kubectl(['delete', 'pod', pod!.metadata.name, '--namespace', cloud.namespace]);
      const seconds = agent === 'openvswitch/vswitchd' ? SWITCH_SECONDS : SECONDS;
      const what = `network of ${server.name} after ${agent} was deleted`;
      await gate.timed(`network after ${agent}`, () =>
        until(what, seconds, () => server.checkNetwork().then(() => true as const)),
      );
      await cloud.ready(120);
      equal(await server.process(), qemu, `process of ${server.name} after ${agent} was deleted`);
    }
    // They do not just leave alone what there was.
    const another = await gate.timed('another server', () => Server.boot(cloud, client, around, 'another'));
    await gate.timed('booted', () => another.booted());
    await another.checkNetwork();
    await another.remove();
  },
};
