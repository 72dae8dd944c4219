import { assert, equal } from '../assert';
import type { OpenStack } from '../openstack';
import type { Scenario } from '../scenario';
import type { Server } from '../server';

/** What the project is for. */
export const boot: Scenario = {
  name: 'boot',
  holds:
    'image, network, router, key, flavor, server: it has its address by DHCP and its id by metadata, answers ping and ' +
    'SSH from its router, and at its floating address; post-deploy-smoke makes another one and removes it; the compute ' +
    'reaches a node as it does to move a server there: its folder of servers by SSH, and its libvirt',
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
    await reachesNode(cloud, server);
  },
};

/** By the key of the cloud: what Nova copies a disk with, and where libvirt moves a server to. The node is its own peer. */
async function reachesNode(cloud: OpenStack, server: Server): Promise<void> {
  const podOf = async (component: string): Promise<string> =>
    (await cloud.podsOf(`nova/${component}`))[0]!.metadata.name;
  const compute = (command: readonly string[]) => podOf('compute').then((pod) => cloud.exec(pod, 'compute', command));
  const options = await compute(['cat', '/etc/nova/nova.conf']);
  const optionOf = (name: string): string => new RegExp(`^${name} = (.*)$`, 'm').exec(options)?.[1] ?? '';
  const address = optionOf('live_migration_inbound_addr');
  const folder = '/var/lib/nova/instances/e2e';
  await compute(['ssh', address, 'mkdir', '-p', folder]);
  await compute(['scp', '-r', '/etc/ssh/ssh_config', `${address}:${folder}/copy`]);
  equal(await compute(['cat', `${folder}/copy`]), await compute(['cat', '/etc/ssh/ssh_config']), `scp to ${address}`);
  await compute(['ssh', address, 'rm', '-rf', folder]);
  const uri = optionOf('live_migration_uri').replace('%s', address);
  const list = await cloud.exec(await podOf('libvirt'), 'libvirt', ['virsh', '--connect', uri, 'list', '--uuid']);
  assert(list.includes(server.id), `no ${server.id} at ${uri}:\n${list}`);
}
