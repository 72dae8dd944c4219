// A Kubernetes of one node, with all that a real one has, on a Linux machine where there is no container engine.
import { createHash } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tool } from '../../../tools/toolchain';
import { install } from '../../pods/packages';
import { removeCgroups, removeParts } from './cleanup';
import { run, type CommandOptions } from './command';
import { CNI_PLUGINS, CONTAINERD_SOCKET, writeConfig, type NodeOfCluster } from './config';
import { commandOf, controlPlane, DAEMONS, NETWORK_POLICIES, PROGRAMS, runtime, workers, type Daemon } from './daemons';
import { Holder } from './holder';
import { BUSYBOX, contentOf, COREDNS, LOCAL_PATH_PROVISIONER, nodeImages } from './images';
import { addressesAt, connect, disconnect, freePlace, type Addresses } from './network';
import type { PodOnNetwork } from './network-policies/cluster';
import { flowsOf, forget, LIST_FLOWS, type Flows } from './network-policies/flows';
import { makePki } from './pki';

/** What a node makes in its folder. */
const PARTS = [
  'host',
  'config',
  'containerd',
  'etcd',
  'kubectl',
  'kubelet',
  'pki',
  '.pki',
  'volumes',
  'holder',
  '.holder',
  'place',
  'log',
];

/** Folders that a node has its own of. */
const HIDDEN = ['/run', '/var/run', '/var/log', '/var/lib/cni', '/var/lib/kubelet'];

const PACKAGES = {
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  nft: 'nftables',
  nsenter: 'util-linux',
  openssl: 'openssl',
  busybox: 'busybox-static',
  [join(CNI_PLUGINS, 'ptp')]: 'containernetworking-plugins',
};

/** A pod that is there, or was. */
export type PodWithAddress = Omit<PodOnNetwork, 'ports'>;

export type Progress = (what: string) => void;

export class KubernetesNode {
  readonly name: string;
  readonly addresses: Addresses;
  /** The path of a kubeconfig that may do all and works on this machine as it is. */
  readonly kubeconfig: string;

  private constructor(
    private readonly holder: Holder,
    private readonly setting: NodeOfCluster,
  ) {
    this.name = setting.nodeName;
    this.addresses = setting.addresses;
    this.kubeconfig = join(setting.folder, 'pki', 'admin.kubeconfig');
  }

  /**
   * Starts what of a node does not run yet, and waits until the node, its DNS and its volumes are ready. It runs on when
   * this process ends. All its files are in the folder, the logs of its daemons in `log/` there.
   *
   * @param folder is made where it is not there; not below /run or /var/log, of which a node has its own
   * @throws where it is not run as root on Linux, a program is missing, or the node does not get ready
   */
  static async up(folder: string, progress: Progress = () => {}): Promise<KubernetesNode> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      throw new Error('a Kubernetes node is made on Linux by root; this is another system or user');
    progress('programs');
    install(PACKAGES);
    PROGRAMS.forEach(tool);

    mkdirSync(folder, { recursive: true });
    const path = realpathSync(folder);
    const hidden = HIDDEN.find((one) => `${path}/`.startsWith(`${one}/`));
    if (hidden !== undefined) throw new Error(`${path}: a node's folder can't be below ${hidden}; take another`);
    const names = namesOf(path);
    const place = await placeOf(path);
    const setting = { folder: path, nodeName: 'node1', cgroup: names.cgroup, addresses: addressesAt(place) };
    await makePki(path, setting.nodeName, setting.addresses);
    writeConfig(setting);
    mkdirSync(join(path, 'volumes'), { recursive: true });

    progress('control plane');
    const holder = Holder.find(path, names.cgroup) ?? (await startHolder(path, names.cgroup));
    await connect(holder, names.cable, place);
    const node = new KubernetesNode(holder, setting);
    await node.start([...controlPlane(setting), runtime(setting)]);
    await node.until('the API server is ready', 60, 'kube-apiserver', () => node.kubectl(['get', '--raw', '/readyz']));

    progress('images');
    await node.until('containerd is ready', 30, 'containerd', () => node.ctr(['version']));
    await node.importImages(...(await nodeImages()));

    progress('node, DNS and volumes');
    // What was written of a node that ran before counts no more.
    const since = node.daemons.has('kubelet') ? 0 : Math.floor(Date.now() / 1000) * 1000;
    await node.apply('network-policies');
    await node.start(workers(setting));
    for (const manifest of ['coredns', 'local-path']) await node.apply(manifest);
    await node.until('the node is ready', 60, 'kubelet', () => node.readySince(since));
    await node.until('the DNS answers', 60, 'kubelet', () => node.resolves('kubernetes.default.svc.cluster.local'));
    for (const [namespace, name] of [
      ['kube-system', 'coredns'],
      ['local-path-storage', 'local-path-provisioner'],
    ] as const) {
      const available = () =>
        node.kubectl(['rollout', 'status', '-n', namespace, `deployment/${name}`, '--timeout=10s']);
      await node.until(`${name} is available`, 60, 'kubelet', available);
    }
    return node;
  }

  /**
   * Ends a node and all its pods at once and removes all of it, but for the folder's `cache/`, if there is one. Does
   * what is left to do where a node is half there, and nothing where none is.
   */
  static async down(folder: string): Promise<void> {
    const path = existsSync(folder) ? realpathSync(folder) : resolve(folder);
    const { cgroup, cable } = namesOf(path);
    await Holder.find(path, cgroup)?.kill();
    // Whatever has no part in the node's namespaces, such as a command that was to start a daemon just then.
    await removeCgroups(cgroup);
    await disconnect(cable);
    await removeParts(path, PARTS);
    if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
  }

  /** The processes of the node's daemons, by the names of their programs. */
  get daemons(): ReadonlyMap<string, number> {
    return new Map([...this.holder.daemons()].filter(([name]) => DAEMONS.has(name)));
  }

  /**
   * Gives pods the images of archives, in the layout of OCI or as `docker save` writes them. Those that are there
   * already are passed over, if the archive has OCI's layout.
   */
  async importImages(...archives: readonly string[]): Promise<void> {
    const lines = (await this.ctr(['images', 'list'])).split('\n');
    const present = new Set(lines.map((line) => line.split(/\s+/)).map(([name, , digest]) => `${name} ${digest}`));
    for (const archive of archives) {
      const content = await contentOf(archive);
      const isThere = content.length > 0 && content.every(({ name, digest }) => present.has(`${name} ${digest}`));
      if (!isThere) await this.ctr(['images', 'import', resolve(archive)], { seconds: 900 });
    }
  }

  /** Runs a command in the node's network, with this machine's files; what it has printed. @throws where it fails */
  async exec(command: readonly string[], options: CommandOptions = {}): Promise<string> {
    return run(this.holder.inNetwork(command), options);
  }

  /** What pods have tried to reach, and have reached, since the last `forgetFlows`. */
  async flows(): Promise<Flows> {
    return flowsOf(await this.exec(['nft', ...LIST_FLOWS]));
  }

  async forgetFlows(): Promise<void> {
    await this.exec(['nft', '--file', '-'], { input: forget() });
  }

  /** Who has, or was the last to have, an address; of pods that ended long ago, too. */
  podsByAddress(): ReadonlyMap<string, PodWithAddress> {
    const lines = readFileSync(this.log(NETWORK_POLICIES), 'utf8').split('\n');
    const told = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as PodWithAddress);
    return new Map(told.map((pod) => [pod.ip, pod]));
  }

  /** @throws where it fails */
  async kubectl(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const cache = join(this.setting.folder, 'kubectl');
    return run([tool('kubectl'), '--kubeconfig', this.kubeconfig, '--cache-dir', cache, ...args], options);
  }

  private async ctr(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const login = ['--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io'];
    return run(this.holder.inside([tool('ctr'), ...login, ...args]), options);
  }

  private async start(daemons: readonly Daemon[]): Promise<void> {
    const running = this.daemons;
    for (const daemon of daemons.filter(({ name }) => !running.has(name))) {
      await run(this.holder.detached(commandOf(daemon), this.log(daemon.name)));
      // It has its name when it is read from the disk, which may be busy.
      const latest = Date.now() + 30_000;
      while (!this.daemons.has(daemon.name)) {
        if (Date.now() > latest)
          throw new Error(`${daemon.name} has not started, or has ended: ${this.lastOf(daemon.name)}`);
        await sleep(50);
      }
    }
  }

  private async apply(manifest: string): Promise<void> {
    const values: Readonly<Record<string, string>> = {
      dns: this.addresses.dns,
      volumes: join(this.setting.folder, 'volumes'),
      busybox: BUSYBOX,
      coredns: COREDNS,
      'local-path-provisioner': LOCAL_PATH_PROVISIONER,
    };
    const text = readFileSync(join(__dirname, 'manifests', `${manifest}.yaml`), 'utf8');
    const input = text.replace(/\$\{([a-z-]+)\}/g, (_, name: string) => values[name]!);
    await this.kubectl(['apply', '--server-side', '--force-conflicts', '--filename=-'], { input });
  }

  /** @throws where kubelet has not said since then that the node is ready */
  private async readySince(milliseconds: number): Promise<void> {
    const path =
      'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.lastHeartbeatTime} {.message}{end}';
    const said = await this.kubectl(['get', 'node', this.name, '-o', path]);
    const [status, time = ''] = said.split(' ');
    if (status !== 'True' || Date.parse(time) < milliseconds) throw new Error(`condition Ready: ${said}`);
  }

  /** Asks as a pod would, but from this machine. @throws where there is no such name, or no answer */
  private async resolves(name: string): Promise<void> {
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([this.addresses.dns]);
    await resolver.resolve4(name);
  }

  /** Tries until it succeeds. @throws with the last error and the end of a daemon's log where that lasts too long */
  private async until(what: string, seconds: number, daemon: string, attempt: () => Promise<unknown>): Promise<void> {
    const latest = Date.now() + seconds * 1000;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        const ended = !this.daemons.has(daemon);
        if (Date.now() < latest && !ended) {
          await sleep(200);
          continue;
        }
        const why = ended ? `${daemon} has ended` : `not so after ${seconds} s`;
        throw new Error(`${what}: ${why}: ${String(error)}\n${this.lastOf(daemon)}`);
      }
    }
  }

  private lastOf(daemon: string): string {
    const lines = readFileSync(this.log(daemon), 'utf8').trimEnd().split('\n');
    return [`${this.log(daemon)} ends with:`, ...lines.slice(-15)].join('\n');
  }

  private log(daemon: string): string {
    return join(this.setting.folder, 'log', `${daemon}.log`);
  }
}

/** Names on the machine, of which each folder has others. */
export function namesOf(path: string): { readonly cgroup: string; readonly cable: string } {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return { cgroup: `kolla-cdk8s-node-${hash}`, cable: `kolla-${hash}` };
}

/** Without cgroups of pods that died with the one before: kubelet would look for their containers, for half a minute. */
async function startHolder(path: string, cgroup: string): Promise<Holder> {
  await removeCgroups(cgroup);
  return Holder.start(path, cgroup);
}

/** Where the node's addresses are among those that a machine has for nodes: once found, it stays. */
async function placeOf(path: string): Promise<number> {
  const file = join(path, 'place');
  if (!existsSync(file)) writeFileSync(file, String(await freePlace()));
  return Number(readFileSync(file, 'utf8'));
}
