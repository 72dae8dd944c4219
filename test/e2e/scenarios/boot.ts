import { assert, equal } from '../assert';
import type { Scenario } from '../scenario';

/** What the project is for. */
export const boot: Scenario = {
  name: 'boot',
  holds:
    'image, network, router, key, flavor, server: it has its address by DHCP and its id by metadata, answers ping and ' +
    'SSH from its router, and at its floating address; post-deploy-smoke makes another one and removes it',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const { cloud, server, said, floating } = await gate.running();
    await gate.timed('post-deploy-smoke', () => cloud.operation('post-deploy-smoke', 600));
    assert(said.includes(`address: ${server.address}`), `no address by DHCP:\n${said}`);
    assert(/instance-id: i-[0-9a-f]{8}/.test(said), `no instance-id by metadata:\n${said}`);
    assert(await server.answers(), `${server.address} answers no ping from its router`);
    equal((await server.ssh('hostname')).trim(), server.name, 'the name that it has by metadata');
    equal((await server.sshFromOutside(floating, 'hostname')).trim(), server.name, `the server at ${floating}`);
    await server.checkNetwork();
  },
};
