import { assert, equal } from '../assert';
import { OUTSIDE, Server, surroundings } from '../server';
import type { Scenario } from '../scenario';

/** What the project is for. */
export const boot: Scenario = {
  name: 'boot',
  holds:
    'image, network, router, key, flavor, server: it has its address by DHCP and its id by metadata, answers ping and ' +
    'SSH from its router, and at its floating address',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const cloud = await gate.kit('boot');
    await gate.timed('install to all ready', async () => {
      await cloud.helm([], { wait: false });
      await cloud.ready(900);
    });
    const client = await cloud.client();
    const around = await gate.timed('image, network, router', () => surroundings(client));
    const server = await gate.timed('server ACTIVE', () => Server.boot(cloud, client, around));
    const said = await gate.timed('booted', () => server.booted());
    assert(said.includes(`address: ${server.address}`), `no address by DHCP:\n${said}`);
    assert(/instance-id: i-[0-9a-f]{8}/.test(said), `no instance-id by metadata:\n${said}`);
    assert(await server.answers(), `${server.address} answers no ping from its router`);
    equal((await server.ssh('hostname')).trim(), server.name, 'the name that it has by metadata');
    const floating = await server.floatingAddress();
    const [ovs] = await cloud.podsOf('openvswitch/vswitchd');
    // What is outside is on the bridge of the node.
    const outside = ['ip', 'address', 'replace', `${OUTSIDE.gateway}/24`, 'dev', 'br-ex'];
    await cloud.exec(ovs!.metadata.name, 'vswitchd', outside);
    await cloud.exec(ovs!.metadata.name, 'vswitchd', ['ip', 'link', 'set', 'br-ex', 'up']);
    equal((await server.sshFromOutside(floating, 'hostname')).trim(), server.name, `the server at ${floating}`);
  },
};
