// A pod: made, kept running by its restart policy, and ended as kubelet does it.
import type { Container, Pod as KubePod } from 'kubernetes-types/core/v1';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PodContainer } from './container';
import { variables } from './fields';
import { ADDRESS, type Node } from './node';
import type { Objects } from './objects';
import { makeVolumes, type Claims } from './volumes';

/** What a pod knows of its cluster. */
export interface Surroundings {
  readonly node: Node;
  readonly claims: Claims;
  readonly objects: Objects;
  readonly restart: boolean;
  readonly logs: string;
  rootOf(image: string): string;
  /** Names or readiness have changed. */
  changed(): void;
}

/** A pod from its start to its end; the next of the same name is another one, with another address. */
interface Life {
  readonly manifest: KubePod;
  /** The template that it was made of. */
  readonly template: string;
  readonly folder: string;
  readonly init: readonly PodContainer[];
  readonly main: readonly PodContainer[];
  /** Aborted when it is to end: nothing is started any more. */
  readonly ending: AbortController;
  exit: Promise<number>;
}

const isSidecar = ({ container }: PodContainer): boolean => container.restartPolicy === 'Always';

export class Pod {
  /** What happened to it, one line each, as `kubectl describe` tells it. */
  readonly events: string[] = [];
  /** The exit code of the pod when it has ended by itself: that of the first container that failed. */
  exitCode: number | undefined;
  private life: Life | undefined;

  constructor(
    private readonly cluster: Surroundings,
    readonly name: string,
    private readonly manifest: () => KubePod,
  ) {}

  get isRunning(): boolean {
    return this.life !== undefined && !this.life.ending.signal.aborted;
  }

  /** All its containers are ready, as the pod's condition `Ready`. */
  get isReady(): boolean {
    const { life } = this;
    if (!life || !this.isRunning) return false;
    return [...life.init.filter(isSidecar), ...life.main].every(({ ready }) => ready);
  }

  /** What runs, with its address. */
  get current(): KubePod | undefined {
    return this.life?.manifest;
  }

  get ip(): string | undefined {
    return this.current?.status?.podIP;
  }

  /** Its template is not the one that it runs with. */
  get isOutdated(): boolean {
    return this.life !== undefined && this.life.template !== JSON.stringify(this.manifest());
  }

  /** Makes the pod by the template of now. It is there then; its containers start one after another. */
  async start(): Promise<void> {
    if (this.life) throw new Error(`${this.name} is there already`);
    const { node, claims, objects } = this.cluster;
    const given = this.manifest();
    const uid = randomUUID();
    const folder = join(node.folder, 'pods', uid);
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(this.cluster.logs, this.name), { recursive: true });
    const status = { podIP: await node.attach(this.name), hostIP: ADDRESS };
    const manifest = { ...given, metadata: { ...given.metadata, uid }, status };
    writeFileSync(join(folder, 'hosts'), '');
    writeFileSync(join(folder, 'resolv.conf'), `nameserver ${ADDRESS}\n`);
    writeFileSync(join(folder, 'hostname'), `${given.spec!.hostname ?? this.name}\n`);
    this.exitCode = undefined;
    try {
      const where = { node, claims, objects, folder: join(folder, 'volumes') };
      const volumes = await makeVolumes(manifest, where);
      const make = (container: Container): PodContainer => {
        const root = this.cluster.rootOf(container.image ?? '');
        const env = () => variables(manifest, container, objects);
        const log = join(this.cluster.logs, this.name, `${container.name}.log`);
        const setting = { node, pod: manifest, container, volumes, folder, root, env };
        return new PodContainer(setting, uid, log, (event) => this.tell(event));
      };
      const { initContainers = [], containers } = manifest.spec!;
      const [init, main] = [initContainers.map(make), containers.map(make)];
      const template = JSON.stringify(given);
      const life = { manifest, template, folder, init, main, ending: new AbortController(), exit: Promise.resolve(0) };
      this.life = life;
      this.tell(`starts as ${status.podIP}`);
      life.exit = this.run(life);
    } catch (error) {
      this.life = undefined;
      await node.detach(this.name);
      throw error;
    }
  }

  /** Ends it as `kubectl delete pod`: hooks, SIGTERM, and SIGKILL after the grace period. Its claims stay. */
  async stop(seconds = this.life?.manifest.spec?.terminationGracePeriodSeconds ?? 30): Promise<void> {
    const { life } = this;
    if (!life) return;
    this.end(life, 'stops');
    const deadline = Date.now() + seconds * 1000;
    const sidecars = life.init.filter(isSidecar);
    const others = [...life.init, ...life.main].filter((one) => !sidecars.includes(one));
    await Promise.all(others.map((one) => one.terminate(deadline)));
    for (const sidecar of sidecars.reverse()) await sidecar.terminate(Math.max(deadline, Date.now() + 2000));
    await life.exit;
  }

  /**
   * Without a container: SIGKILL to all of them at once, and nothing starts again before `start()`, as when a node dies.
   * (What was written to a file stays, as no power is lost.) With one: SIGKILL to that, which then restarts by policy.
   */
  async kill(container?: string): Promise<void> {
    const { life } = this;
    if (container !== undefined) return this.signal(container, 'KILL');
    if (!life) return;
    this.end(life, 'is killed');
    const pids = await Promise.all([...life.init, ...life.main].map((one) => one.pids()));
    await this.cluster.node.signal('KILL', pids.flat());
    await life.exit;
  }

  /** Sends a signal to the process of a container: `STOP` has it hang, `CONT` go on. */
  async signal(container: string, signal: string): Promise<void> {
    await this.find(container).signal(signal);
  }

  /** Waits until it is ready. @throws with its events and last logs where that lasts too long, or it has ended */
  async ready(milliseconds = 60_000): Promise<this> {
    const latest = Date.now() + milliseconds;
    while (!this.isReady) {
      const why = Date.now() > latest ? `not ready after ${milliseconds / 1000} s` : !this.isRunning && 'does not run';
      if (why !== false) throw new Error(`${this.name}: ${why}\n${this.describe()}`);
      await sleep(20);
    }
    return this;
  }

  /** Waits until it has ended by itself, as a Job's pod does; its exit code. */
  async ended(): Promise<number> {
    if (this.life) await this.life.exit;
    if (this.exitCode === undefined) throw new Error(`${this.name} did not end by itself\n${this.describe()}`);
    return this.exitCode;
  }

  /** All that a container of this name has said so far, in every life. */
  logs(container: string): string {
    const file = join(this.cluster.logs, this.name, `${container}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** How often a container of this life was restarted. */
  restartsOf(container: string): number {
    return this.find(container).restarts;
  }

  /** Runs a command in a container, as `kubectl exec`. */
  async exec(container: string, command: readonly string[], options: { seconds?: number; input?: string } = {}) {
    return this.find(container).exec(command, options.seconds, options.input);
  }

  /** The folder of a volume of its, as the test can read and write it. That of a claim is there while no pod is, too. */
  volume(name: string): string {
    const { spec } = this.current ?? this.manifest();
    const claim = spec!.volumes?.find((volume) => volume.name === name)?.persistentVolumeClaim?.claimName;
    const { node, claims } = this.cluster;
    if (claim !== undefined) return node.path(claims.folder(claim));
    if (!this.life) throw new Error(`${this.name} is not there, and so is not its volume ${name}`);
    return node.path(join(this.life.folder, 'volumes', name));
  }

  /** Events and the end of each log, for whoever asks why a test failed. */
  describe(): string {
    const { initContainers = [], containers } = (this.current ?? this.manifest()).spec!;
    const logs = [...initContainers, ...containers].map(({ name }) => {
      const lines = this.logs(name).trimEnd().split('\n').slice(-25);
      return `--- ${this.name} ${name}\n${lines.join('\n')}`;
    });
    return [`--- ${this.name}`, ...this.events, ...logs].join('\n');
  }

  private find(name: string): PodContainer {
    const all = [...(this.life?.init ?? []), ...(this.life?.main ?? [])];
    const found = all.find(({ container }) => container.name === name);
    if (!found)
      throw new Error(
        `${this.name} has no container ${name} now; it has ${all.map((c) => c.container.name).join(', ')}`,
      );
    return found;
  }

  private end(life: Life, how: string): void {
    life.ending.abort();
    this.tell(how);
  }

  private tell(event: string): void {
    this.events.push(`${new Date().toISOString().slice(11, 23)} ${event}`);
    this.cluster.changed();
  }

  /** From the first container to the last; the pod is gone when it resolves. */
  private async run(life: Life): Promise<number> {
    const { init, main } = life;
    const goesOn = (): boolean => !life.ending.signal.aborted;
    const sidecars: Promise<number>[] = [];
    let code = 0;
    try {
      for (const one of init) {
        if (!goesOn() || code !== 0) break;
        if (isSidecar(one)) {
          sidecars.push(this.keep(one, life, 'Always'));
          while (!one.started && goesOn()) await sleep(10);
        } else {
          const policy = life.manifest.spec!.restartPolicy === 'Never' ? 'Never' : 'OnFailure';
          code = await this.keep(one, life, policy);
        }
      }
      if (goesOn() && code === 0) {
        const codes = await Promise.all(main.map((one) => this.keep(one, life)));
        code = codes.find((one) => one !== 0) ?? 0;
      }
      if (goesOn()) {
        this.exitCode = code;
        this.end(life, `has ended: exit code ${code}`);
        const grace = Date.now() + (life.manifest.spec!.terminationGracePeriodSeconds ?? 30) * 1000;
        for (const one of init.filter(isSidecar).reverse()) await one.terminate(grace);
      }
      await Promise.all(sidecars);
      return code;
    } finally {
      await this.remove(life);
    }
  }

  /** Runs a container as often as its policy says. */
  private async keep(one: PodContainer, { manifest, ending }: Life, own?: string): Promise<number> {
    const policy = own ?? manifest.spec!.restartPolicy ?? 'Always';
    for (let delay = 1000; ; delay = Math.min(2 * delay, 10_000)) {
      const code = await one.run().catch((error: unknown) => {
        this.tell(`${one.container.name}: ${String(error)}`);
        return 128;
      });
      const again = this.cluster.restart && (policy === 'Always' || (policy === 'OnFailure' && code !== 0));
      if (!again) return code;
      const ended = await sleep(delay, false, { signal: ending.signal }).catch(() => true);
      if (ended) return code;
      one.restarts += 1;
    }
  }

  private async remove(life: Life): Promise<void> {
    const { node } = this.cluster;
    await node.detach(this.name);
    for (const { name, emptyDir } of life.manifest.spec!.volumes ?? [])
      if (emptyDir?.medium === 'Memory') await node.sh('umount "$1"', join(life.folder, 'volumes', name));
    rmSync(life.folder, { recursive: true, force: true });
    this.life = undefined;
    this.cluster.changed();
  }
}
