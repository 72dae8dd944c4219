// A server as a user makes it: an image, a network with a way out, a key, a flavor, and what they are good for.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until';
import type { Client, Found } from './client';
import { testGuest } from './images/guest';
import { type OpenStack, isReady } from './openstack';

/** What comes before a server, by what it is. */
export interface Surroundings {
  readonly image: Found;
  readonly network: Found;
  readonly router: Found;
  readonly flavor: Found;
  readonly key: string;
  /** The private key of the user's pair. */
  readonly privateKey: string;
  readonly securityGroup: Found;
  readonly external: Found;
}

/** The network outside, on the bridge of the node. */
export const OUTSIDE = { cidr: '203.0.113.0/24', gateway: '203.0.113.1' };

/** Uploads the image, and makes all that a server needs. */
export async function surroundings(client: Client): Promise<Surroundings> {
  // Neutron binds no port on a node whose agents have not reported yet, and does not bind it later: a network that is
  // made before has no DHCP for good.
  await until('agents of networks', 180, async () => {
    const { agents } = await client.call<{ agents: Found[] }>('network', 'GET', '/v2.0/agents');
    const alive = agents.filter((agent) => agent['alive']).map((agent) => agent['agent_type']);
    return ['DHCP agent', 'L3 agent', 'Metadata agent', 'Open vSwitch agent'].every((type) => alive.includes(type));
  });
  const make = async (service: string, path: string, kind: string, body: object): Promise<Found> =>
    (await client.call(service, 'POST', path, { [kind]: body }))[kind]!;
  const image = await client.call<Found>('image', 'POST', '/v2/images', {
    ...{ name: 'guest', disk_format: 'qcow2', container_format: 'bare', visibility: 'public' },
    hw_rng_model: 'virtio',
  });
  await client.upload(image.id, await testGuest());
  const external = await make('network', '/v2.0/networks', 'network', {
    ...{ name: 'outside', 'router:external': true },
    ...{ 'provider:network_type': 'flat', 'provider:physical_network': 'physnet1' },
  });
  await make('network', '/v2.0/subnets', 'subnet', {
    ...{ network_id: external.id, ip_version: 4, cidr: OUTSIDE.cidr, gateway_ip: OUTSIDE.gateway, enable_dhcp: false },
    allocation_pools: [{ start: '203.0.113.10', end: '203.0.113.99' }],
  });
  const network = await make('network', '/v2.0/networks', 'network', { name: 'own' });
  const subnet = await make('network', '/v2.0/subnets', 'subnet', {
    ...{ network_id: network.id, ip_version: 4, cidr: '10.77.0.0/24' },
  });
  const router = await make('network', '/v2.0/routers', 'router', {
    ...{ name: 'way-out', external_gateway_info: { network_id: external.id } },
  });
  await client.call('network', 'PUT', `/v2.0/routers/${router.id}/add_router_interface`, { subnet_id: subnet.id });
  const securityGroup = await make('network', '/v2.0/security-groups', 'security_group', { name: 'reachable' });
  for (const rule of [{ protocol: 'icmp' }, { protocol: 'tcp', port_range_min: 22, port_range_max: 22 }]) {
    await make('network', '/v2.0/security-group-rules', 'security_group_rule', {
      ...{ security_group_id: securityGroup.id, direction: 'ingress', ethertype: 'IPv4' },
      ...rule,
    });
  }
  const flavor = await make('compute', '/flavors', 'flavor', { name: 'small', ram: 192, vcpus: 1, disk: 1 });
  const { publicKey, privateKey } = keyPair();
  const key = await make('compute', '/os-keypairs', 'keypair', { name: 'key', public_key: publicKey });
  return { image, network, router, flavor, key: key['name'] as string, privateKey, securityGroup, external };
}

/** A key that dropbear takes. */
function keyPair(): { publicKey: string; privateKey: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-key-'));
  try {
    const file = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'e2e', '-f', file]);
    return { publicKey: readFileSync(`${file}.pub`, 'utf8').trim(), privateKey: readFileSync(file, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A server that runs, and how it is reached. */
export class Server {
  private constructor(
    private readonly cloud: OpenStack,
    private readonly client: Client,
    readonly id: string,
    readonly name: string,
    /** Its address in its network. */
    readonly address: string,
    private readonly around: Surroundings,
  ) {}

  /** Makes one, and waits until it is ACTIVE. @throws with what Nova says of it where it is not */
  static async boot(cloud: OpenStack, client: Client, around: Surroundings, name = 'server'): Promise<Server> {
    await until('a compute that is in its cell', 120, async () => {
      const { hypervisors } = await client.call<{ hypervisors: Found[] }>('compute', 'GET', '/os-hypervisors');
      return hypervisors.length > 0;
    });
    const { server } = await client.call('compute', 'POST', '/servers', {
      server: {
        ...{ name, imageRef: around.image.id, flavorRef: around.flavor.id, key_name: around.key },
        networks: [{ uuid: around.network.id }],
        security_groups: [{ name: around.securityGroup.id }],
      },
    });
    const { id } = server!;
    const active = await until(`server ${name} is made`, 300, async () => {
      const { server: now } = await client.call('compute', 'GET', `/servers/${id}`);
      return now!.status !== 'BUILD' && now!;
    });
    if (active.status !== 'ACTIVE')
      throw new Error(`server ${name}: ${active.status} ${JSON.stringify(active['fault'])}`);
    const [[first]] = Object.values(active['addresses'] as Record<string, [{ addr: string }]>) as [[{ addr: string }]];
    return new Server(cloud, client, id, name, first.addr, around);
  }

  /** What it has printed. */
  async console(): Promise<string> {
    const path = `/servers/${this.id}/action`;
    const { output } = await this.client.call<{ output: string }>('compute', 'POST', path, {
      'os-getConsoleOutput': {},
    });
    return output.replaceAll('\r', '');
  }

  /** Waits until it has booted; what it has printed. */
  async booted(): Promise<string> {
    return until(
      `${this.name} has booted`,
      300,
      async () => {
        const text = await this.console();
        return text.includes('\nready:') && text;
      },
      () => this.console(),
    );
  }

  /** Gives it an address of the network outside. */
  async floatingAddress(): Promise<string> {
    const { ports } = await this.client.call<{ ports: Found[] }>('network', 'GET', `/v2.0/ports?device_id=${this.id}`);
    const { floatingip } = await this.client.call('network', 'POST', '/v2.0/floatingips', {
      floatingip: { floating_network_id: this.around.external.id, port_id: ports[0]!.id },
    });
    return floatingip!['floating_ip_address'] as string;
  }

  /** Whether it answers a ping from the namespace of its router. */
  async answers(): Promise<boolean> {
    return this.onNode([...this.inRouter, 'ping', '-c1', '-W2', this.address]).then(
      () => true,
      () => false,
    );
  }

  /** Runs a command in it over SSH from where its router is. */
  async ssh(command: string, user = 'cirros'): Promise<string> {
    return this.sshFrom(this.inRouter, this.address, command, user);
  }

  /** The same from the node, at an address of the network outside; an agent may take a moment to have it. */
  async sshFromOutside(address: string, command: string): Promise<string> {
    return until(`${this.name} at ${address}`, 60, () => this.sshFrom([], address, command, 'cirros'));
  }

  /** Asks its network for all that it gives: a way in by its router, an address by DHCP, metadata. @throws what is missing */
  async checkNetwork(): Promise<void> {
    const dhcp = 'for path in /sys/class/net/e*; do udhcpc -q -n -t 3 -T 1 -i ${path##*/} -s /bin/true; done';
    const metadata = 'wget -q -T 3 -O - http://169.254.169.254/latest/meta-data/instance-id';
    await this.ssh(`${dhcp} && ${metadata}`, 'root');
  }

  /** Deletes it, and waits until it is gone. */
  async remove(): Promise<void> {
    await this.client.call('compute', 'DELETE', `/servers/${this.id}`);
    await until(`${this.name} is gone`, 120, async () => {
      const { servers } = await this.client.call<{ servers: Found[] }>('compute', 'GET', '/servers');
      return !servers.some(({ id }) => id === this.id);
    });
  }

  /** The id of its process on its node. */
  async process(): Promise<string> {
    const [libvirt] = await this.cloud.podsOf('nova/libvirt');
    const found = await this.cloud.exec(libvirt!.metadata.name, 'libvirt', ['pgrep', '-f', `qemu.* -uuid ${this.id}`]);
    return found.trim();
  }

  private async sshFrom(where: readonly string[], address: string, command: string, user: string): Promise<string> {
    const file = '/tmp/e2e-key';
    await this.onNode(['sh', '-c', `umask 077; cat >${file}`], this.around.privateKey);
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes', 'ConnectTimeout=10'];
    const flags = options.flatMap((option) => ['-o', option]);
    return this.onNode([...where, 'ssh', '-q', ...flags, '-i', file, `${user}@${address}`, command]);
  }

  /** What comes before a command that is run in the namespace of its router. */
  private get inRouter(): string[] {
    return ['ip', 'netns', 'exec', `qrouter-${this.around.router.id}`];
  }

  /** Runs a command on the node, as an agent of networks could: it is on the node's network, and sees all namespaces. */
  private async onNode(command: readonly string[], input = ''): Promise<string> {
    for (const name of ['l3-agent', 'dhcp-agent']) {
      const [agent] = (await this.cloud.podsOf(`neutron/${name}`)).filter(isReady);
      if (agent) return this.cloud.exec(agent.metadata.name, name, command, input);
    }
    throw new Error('no agent of networks is ready');
  }
}
