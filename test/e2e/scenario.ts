// What a scenario is, and what it is given.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonMap } from '../../lib/values/expression';
import { catalogue } from '../../services';
import { OpenStack } from './openstack';
import type { Platform } from './platform';
import { type Running, removeKits, run } from './running';

/** Something that has to hold on a real cluster. Independent of all others. */
export interface Scenario {
  readonly name: string;
  /** What holds then. */
  readonly holds: string;
  /** It needs a node of our own: it looks into the node, or takes from it. Default: false. */
  readonly ownNode?: boolean;
  /** It waits more than it computes: it runs beside others that do, on clouds of its own. Default: false. */
  readonly waits?: boolean;
  /** It runs servers: it needs the images of all services. Default: false. */
  readonly servers?: boolean;
  readonly run: (gate: Gate) => Promise<void>;
}

/** What scenarios find: a cluster, clouds on it, and a place to say what they have measured. */
export class Gate {
  /** Figures of the scenario that runs, in seconds or as they say. */
  figures: Record<string, number> = {};
  private standing: OpenStack | undefined;
  private kitStanding: OpenStack | undefined;
  private kitRunning: Running | undefined;
  private made: OpenStack[] = [];

  constructor(
    readonly platform: Platform,
    readonly say: (what: string) => void,
  ) {}

  get kubernetes() {
    return this.platform.kubernetes;
  }

  /** A cloud of the scenario's own, of which nothing runs yet. It is removed when the scenario has held. */
  async cloud(
    name: string,
    layers: readonly JsonMap[] = [],
    enforced: 'restricted' | 'privileged' = 'restricted',
  ): Promise<OpenStack> {
    return this.of(name, [SMALL, this.platform.values, ...layers], enforced);
  }

  private async of(
    name: string,
    layers: readonly JsonMap[],
    enforced: 'restricted' | 'privileged',
  ): Promise<OpenStack> {
    const namespace = `e2e-${name}`;
    await this.kubernetes.removeNamespace(namespace);
    const folder = join(this.platform.folder, 'e2e', name);
    rmSync(folder, { recursive: true, force: true });
    const cloud = await OpenStack.prepare(this.kubernetes, namespace, folder, [HASH, ...layers], enforced);
    this.made.push(cloud);
    return cloud;
  }

  /** A cloud that runs servers: all services. A node is of one such cloud, so it takes the place of any before it. */
  async kit(name: string, layers: readonly JsonMap[] = []): Promise<OpenStack> {
    await this.endKit();
    this.kitStanding = await this.of(
      name,
      [KIT, this.platform.values, serversOf(this.platform), ...layers],
      'privileged',
    );
    this.made = this.made.filter((cloud) => cloud !== this.kitStanding);
    return this.kitStanding;
  }

  /** The cloud that scenarios share, made by the first of them and brought back to its values by each: all is ready. */
  async shared(): Promise<OpenStack> {
    const folder = join(this.platform.folder, 'e2e', 'shared');
    const layers = [HASH, SMALL, this.platform.values, SHARED];
    const prepare = () => OpenStack.prepare(this.kubernetes, 'e2e-shared', folder, layers);
    this.standing ??= await prepare();
    try {
      await this.standing.helm();
    } catch (error) {
      // A run that was stopped in the middle has left it so that Helm does not touch it any more.
      this.say(`the shared cloud is made anew: ${String(error).split('\n')[1] ?? String(error)}`);
      await this.standing.remove();
      this.standing = await prepare();
      await this.standing.helm();
    }
    return this.standing;
  }

  /** The cloud with a server in it that scenarios share, made by the first of them. */
  async running(): Promise<Running> {
    this.kitRunning ??= await run(this, await this.kit('kit'));
    return this.kitRunning;
  }

  /** Seconds that something takes, as a figure. */
  async timed<T>(figure: string, during: () => Promise<T>): Promise<T> {
    const began = Date.now();
    const result = await during();
    const seconds = (Date.now() - began) / 1000;
    this.figures[figure] = seconds;
    this.say(`${figure}: ${seconds.toFixed(1)} s`);
    return result;
  }

  /** The clouds that a scenario has used. */
  get clouds(): readonly OpenStack[] {
    return [this.standing, this.kitStanding, ...this.made].filter((cloud) => cloud !== undefined);
  }

  /** Removes what the scenario has made. */
  async tidy(): Promise<void> {
    const made = this.made;
    this.made = [];
    await Promise.all(made.map((cloud) => cloud.remove()));
  }

  /** Removes what scenarios share, too. */
  async end(): Promise<void> {
    await Promise.all([this.tidy(), this.standing?.remove(), this.endKit()]);
    this.standing = undefined;
  }

  private async endKit(): Promise<void> {
    const cloud = this.kitStanding;
    this.kitStanding = this.kitRunning = undefined;
    await removeKits(this.kubernetes, this.say);
    await cloud?.remove();
  }
}

/** Keystone and what it needs: enough for what is the same with every service. */
export const FEW = ['keystone', 'mariadb', 'memcached', 'rabbitmq'];
const others = Object.keys(catalogue).filter((name) => !FEW.includes(name));
const allOthers = (enabled: boolean): JsonMap => Object.fromEntries(others.map((name) => [name, { enabled }]));
/** Tokens are asked for so often that the hash of the password would be most of the work. */
const HASH: JsonMap = { keystone: { conf: { 'keystone.conf': { identity: { password_hash_rounds: 4 } } } } };

/** What a container reserves: so little that several clouds of few services find room on two processors. */
const little: JsonMap = { resources: { requests: { cpu: '10m' } } };
const SMALL: JsonMap = {
  ...allOthers(false),
  // No host agent is let in. What clouds/aio.yaml has holds the addresses of pods, too.
  global: { networkPolicy: { nodeCidrs: [] } },
  keystone: { api: little, bootstrap: little },
  mariadb: { server: little, proxy: little, operations: little },
  memcached: { server: little },
  rabbitmq: { server: little, operations: little },
};

/** Every service: what servers need. With room for a pool beside the first one. */
const KIT: JsonMap = {
  ...allOthers(true),
  global: { pools: { default: { nodeSelector: { 'kubernetes.io/os': 'linux' } } } },
  glance: { enabled: true, stores: { file: { storage: { size: '2Gi' } } } },
  nova: { enabled: true, ssh: { enabled: true }, scheduler: { discoverHostsInterval: 10 } },
};

/** What servers need where it runs: a node of our own has no kernel module of Open vSwitch, and no KVM that is of use. */
export const serversOf = ({ node, nodeCidrs }: Platform): JsonMap => ({
  global: { networkPolicy: { nodeCidrs }, ...(node && { pools: { default: { datapath: 'userspace' } } }) },
  ...(node && { nova: { pools: { default: { virtType: 'qemu' } } } }),
});

/** Two of what may be two, as somebody has it who wants no gap. */
const SHARED: JsonMap = { keystone: { api: { replicas: 2 } } };
