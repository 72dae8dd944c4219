// One container of a pod that is there: its process, from one start to its end, as often as it is started.
import type { Container } from 'kubernetes-types/core/v1';
import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Node, Result } from './node';
import { exitOf } from './node';
import type { Setting } from './oci';
import { layerOf, ociConfig } from './oci';
import { ask, watch, type Asked } from './probes';

/** Its file system over the image's, which nobody writes to; gone when the process is. */
const RUN = `
  mkdir -p "$1/upper" "$1/work" "$1/root"
  mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
  code=0; runc --root /run/runc run --bundle "$3" --pid-file "$3/pid" "$4" || code=$?
  umount "$1/root"; rm -rf "$1"; exit "$code"`;

/** A process of the container: its first, from its start to its end. */
interface Attempt {
  readonly id: string;
  readonly bundle: string;
  readonly over: AbortController;
  readonly exit: Promise<number>;
}

export class PodContainer implements Asked {
  readonly node: Node;
  readonly container: Container;
  restarts = 0;
  /** Its startup probe has held. */
  started = false;
  ready = false;
  private attempts = 0;
  private attempt: Attempt | undefined;

  constructor(
    private readonly setting: Omit<Setting, 'id' | 'env'> & { readonly env: () => ReadonlyMap<string, string> },
    private readonly uid: string,
    readonly log: string,
    private readonly tell: (event: string) => void,
  ) {
    this.node = setting.node;
    this.container = setting.container;
  }

  get ip(): string {
    return this.setting.pod.status!.podIP!;
  }

  /** Runs its process once; its exit code. */
  async run(): Promise<number> {
    this.attempts += 1;
    const { name } = this.container;
    const id = `${this.uid}.${name}.${this.attempts}`;
    const bundle = join(this.setting.folder, name, String(this.attempts));
    mkdirSync(bundle, { recursive: true });
    const config = ociConfig({ ...this.setting, env: this.setting.env(), id });
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(config), { mode: 0o600 });

    const child = this.node.spawn(['sh', '-ec', RUN, 'sh', layerOf(id), this.setting.root, bundle, id]);
    child.stdin.end();
    const log = createWriteStream(this.log, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    const attempt = { id, bundle, over: new AbortController(), exit: exitOf(child) };
    this.attempt = attempt;
    void this.supervise(attempt).catch((error: unknown) => {
      this.tell(`${name}: ${String(error)}`);
      return this.signal('KILL');
    });
    const code = await attempt.exit;
    log.end();
    attempt.over.abort();
    this.attempt = undefined;
    this.started = this.ready = false;
    this.tell(`${name}: exit code ${code}`);
    return code;
  }

  /** Sends a signal to its process, if it has one. */
  async signal(signal: string): Promise<void> {
    await this.node.signal(signal, await this.pids());
  }

  /** The id of its process on the node, once it is there. */
  async pids(): Promise<string[]> {
    const { attempt } = this;
    if (!attempt) return [];
    const file = join(attempt.bundle, 'pid');
    while (!existsSync(file) || readFileSync(file).length === 0) {
      if (attempt.over.signal.aborted) return [];
      await sleep(5);
    }
    return [readFileSync(file, 'utf8')];
  }

  /** Ends it as kubelet does: hook, SIGTERM, and SIGKILL at the deadline. */
  async terminate(deadline: number): Promise<void> {
    const { attempt } = this;
    if (!attempt) return;
    this.ready = false;
    const left = (): number => Math.max(0, deadline - Date.now());
    const late = async (): Promise<void> => {
      await sleep(left(), undefined, { signal: attempt.over.signal }).catch(() => {});
    };
    const hook = this.container.lifecycle?.preStop;
    if (hook) {
      const asked = hook.sleep ? sleep(hook.sleep.seconds * 1000) : ask(this, hook, Math.ceil(left() / 1000));
      const why = await Promise.race([asked, attempt.exit.then(() => undefined), late()]);
      if (why !== undefined) this.tell(`${this.container.name}: preStop: ${why}`);
    }
    await this.signal('TERM');
    await Promise.race([attempt.exit, late()]);
    if (!attempt.over.signal.aborted && this.attempt === attempt) {
      this.tell(`${this.container.name}: killed, not ended in time`);
      await this.signal('KILL');
    }
    await attempt.exit;
  }

  /** Runs a command in the container, as its user; it is killed after some seconds. @throws where nothing runs */
  async exec(command: readonly string[], seconds = 60, input = ''): Promise<Result> {
    const { attempt } = this;
    if (!attempt || (await this.pids()).length === 0) throw new Error(`${this.container.name} does not run`);
    const file = join(this.setting.folder, `exec-${randomUUID()}`);
    const over = new AbortController();
    const late = async (): Promise<void> => {
      await sleep(seconds * 1000, undefined, { signal: over.signal });
      while (!existsSync(file)) await sleep(5, undefined, { signal: over.signal });
      await this.node.signal('KILL', [readFileSync(file, 'utf8')]);
    };
    void late().catch(() => {});
    const runc = ['runc', '--root', '/run/runc', 'exec', '--pid-file', file, attempt.id, ...command];
    return this.node.try(runc, input).finally(() => {
      over.abort();
      rmSync(file, { force: true });
    });
  }

  private async supervise({ over, exit }: Attempt): Promise<void> {
    const { name, lifecycle } = this.container;
    if ((await this.pids()).length === 0) return;
    this.tell(`${name}: runs`);
    if (lifecycle?.postStart) {
      const why = await Promise.race([ask(this, lifecycle.postStart, 600), exit.then(() => undefined)]);
      if (why !== undefined) throw new Error(`postStart: ${why}`);
    }
    const grace = this.setting.pod.spec!.terminationGracePeriodSeconds ?? 30;
    const verdicts = {
      started: () => (this.started = true),
      ready: (is: boolean, why = '') => {
        this.ready = is;
        this.tell(`${name}: ${is ? 'ready' : `not ready: ${why}`}`);
      },
      dead: (why: string) => {
        this.tell(`${name}: ${why}`);
        const seconds = this.container.livenessProbe?.terminationGracePeriodSeconds ?? grace;
        void this.terminate(Date.now() + seconds * 1000);
      },
    };
    await watch(this, verdicts, over.signal);
  }
}
