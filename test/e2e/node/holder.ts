// The namespaces of a node, found again by whoever comes later: see `holder.sh`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATH } from './command';

/** A process, told from a later one that has the same id. */
interface Identity {
  readonly pid: number;
  /** In clock ticks since the machine started. */
  readonly start: string;
}

export class Holder {
  private constructor(
    private readonly identity: Identity,
    private readonly folder: string,
    private readonly name: string,
  ) {}

  /** That of the node in this folder, if it runs. */
  static find(folder: string, name: string): Holder | undefined {
    const holder = Holder.recorded(folder, name);
    // While it ends it is there still, but has no network any more.
    return holder?.isThere && namespaceOf(holder.pid, 'net') !== undefined ? holder : undefined;
  }

  private static recorded(folder: string, name: string): Holder | undefined {
    const file = join(folder, 'holder');
    if (!existsSync(file)) return undefined;
    const [pid = '', start = ''] = readFileSync(file, 'utf8').trim().split(' ');
    return new Holder({ pid: Number(pid), start }, folder, name);
  }

  /** Makes the namespaces and cgroups; nothing runs in them yet. */
  static async start(folder: string, name: string): Promise<Holder> {
    await Holder.recorded(folder, name)?.kill();
    rmSync(join(folder, 'holder'), { force: true });
    for (const part of ['kubelet', 'log/pods']) mkdirSync(join(folder, part), { recursive: true });
    const log = join(folder, 'log', 'holder.log');
    const output = openSync(log, 'w');
    const args = [join(__dirname, 'holder.sh'), folder, name];
    const child = spawn('sh', args, { cwd: '/', env: { PATH }, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    child.once('error', () => {}).unref();
    for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
      const holder = Holder.find(folder, name);
      if (holder) return holder;
      await sleep(50);
    }
    const said = readFileSync(log, 'utf8').trim();
    throw new Error(`no namespaces for a node (it takes root, on Linux, with all of cgroups writable): ${said}`);
  }

  get pid(): number {
    return this.identity.pid;
  }

  private get isThere(): boolean {
    const [state] = stateOf(this.pid);
    return startOf(this.pid) === this.identity.start && state !== 'Z';
  }

  /** A command as it is run in the node's network alone: with the machine's files and processes. */
  inNetwork(command: readonly string[]): string[] {
    return ['nsenter', '--target', String(this.pid), '--net', '--', ...command];
  }

  /** A command as it is run on the node. */
  inside(command: readonly string[]): string[] {
    return ['nsenter', '--target', String(this.pid), '--net', '--mount', '--pid', '--wd=/', '--', ...command];
  }

  /** A command that starts another, which goes on by itself in the node's cgroup, with its output in a file. */
  detached(command: readonly string[], log: string): string[] {
    const join = `
      for procs in /sys/fs/cgroup/"$1"/daemons/cgroup.procs /sys/fs/cgroup/*/"$1"/daemons/cgroup.procs; do
        if [ -e "$procs" ]; then echo $$ >"$procs"; fi
      done
      shift
      exec "$@"`;
    const start = 'log=$1; shift; setsid "$@" </dev/null >>"$log" 2>&1 &';
    return ['sh', '-ec', join, 'sh', this.name, ...this.inside(['sh', '-c', start, 'sh', log, ...command])];
  }

  /** The ids, as the machine sees them, of programs that were started detached, by their names. */
  daemons(): Map<string, number> {
    const own = namespaceOf(this.pid, 'pid');
    const found = new Map<string, number>();
    for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
      // A process of a container has another parent, whatever it calls itself.
      if (namespaceOf(pid, 'pid') !== own || parentOf(pid) !== this.pid) continue;
      const program = commandOf(pid)[0];
      if (program) found.set(basename(program), pid);
    }
    return found;
  }

  /** Ends all processes of the node at once, and what they had mounted and connected; returns when they are gone. */
  async kill(): Promise<void> {
    if (this.isThere) process.kill(this.pid, 'SIGKILL');
    for (let tries = 0; this.isThere; tries += 1) {
      if (tries === 600)
        throw new Error(`process ${this.pid} of ${this.folder} does not end half a minute after SIGKILL`);
      await sleep(50);
    }
  }
}

/** The fields of a process' state from the third on; none where there is no such process. */
function stateOf(pid: number): string[] {
  const text = tried(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '';
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const startOf = (pid: number): string | undefined => stateOf(pid)[19];
const parentOf = (pid: number): number => Number(stateOf(pid)[1]);
const namespaceOf = (pid: number, kind: 'pid' | 'net'): string | undefined =>
  tried(() => readlinkSync(`/proc/${pid}/ns/${kind}`));
const commandOf = (pid: number): string[] =>
  (tried(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').split('\0');

/** Processes end while they are looked at. */
function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
