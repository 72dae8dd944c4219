// The machine that pods run on, seen from outside: commands, signals, network cards and partitions in its namespaces.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { install } from './packages';

/** What a command has said, and its exit code; 137 where it was killed, also for being too slow. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export type Running = ChildProcessByStdio<Writable, Readable, Readable>;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The node's own address on the bridge. */
export const ADDRESS = '10.88.0.1';

/** An address that no card has: what is sent there is lost without a word. */
const NOWHERE = '02:00:00:00:00:01';

export class Node {
  /** All children that run, so that none outlives `end()`. */
  private readonly running = new Set<Promise<unknown>>();
  private readonly cuts = new Map<string, Set<string>>();
  private readonly addresses = new Map<string, string>();
  private cards = 1;
  private resolver = Promise.resolve();

  private constructor(
    readonly folder: string,
    /** The name of its cgroups. */
    readonly name: string,
    private readonly pid: string,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<Node> {
    install({ runc: 'runc', dnsmasq: 'dnsmasq-base', ip: 'iproute2', curl: 'curl', unshare: 'util-linux' });
    const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-pods-'));
    const name = `kolla-cdk8s-pods-${randomBytes(4).toString('hex')}`;
    const child = spawn('sh', [join(__dirname, 'node.sh'), folder, name], { env: { PATH }, stdio: 'pipe' });
    const said: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
    const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
    const pid = await new Promise<string>((started, failed) => {
      child.stdout.once('data', (chunk: Buffer) => started(chunk.toString('utf8').trim()));
      void ended.then(() => failed(new Error(`no namespaces for pods (root is needed): ${said.join('')}`)));
    });
    const stop = async (): Promise<void> => {
      child.stdin.end();
      await ended;
    };
    return new Node(folder, name, pid, stop);
  }

  /** Answers by DNS with these names; `hosts` as /etc/hosts has them. What was known before is forgotten. */
  async answer(hosts: string): Promise<void> {
    const [file, pid] = [join(this.folder, 'names'), join(this.folder, 'dns.pid')];
    const options = ['--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--local-ttl=1', '--user=root'];
    const files = [`--addn-hosts=${file}`, `--pid-file=${pid}`, `--listen-address=${ADDRESS}`];
    this.resolver = this.resolver.then(async () => {
      writeFileSync(file, hosts);
      await this.sh(
        'if test -e "$1"; then kill -s HUP "$(cat "$1")"; else shift; dnsmasq "$@"; fi',
        pid,
        ...options,
        ...files,
      );
    });
    await this.resolver;
  }

  /** A path of the node as the test sees it: mounts in the node are not those of the test. */
  path(path: string): string {
    return `/proc/${this.pid}/root${path}`;
  }

  /** Starts a command on the node. */
  spawn(command: readonly string[]): Running {
    const into = ['--target', this.pid, '--net', '--mount', '--pid', '--wd=/', '--'];
    const child = spawn('nsenter', [...into, ...command], { env: { PATH }, stdio: 'pipe' });
    const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
    this.running.add(closed);
    void closed.then(() => this.running.delete(closed));
    // Who does not read its input is no error of ours.
    child.stdin.on('error', () => {});
    return child;
  }

  /** Runs a command on the node. */
  async try(command: readonly string[], input = ''): Promise<Result> {
    const child = this.spawn(command);
    child.stdin.end(input);
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const code = await exitOf(child);
    return { code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
  }

  /** Runs a shell script on the node. @throws where it fails */
  async sh(script: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(['sh', '-ec', script, 'sh', ...args]);
    if (code !== 0) throw new Error(`${script} (${args.join(' ')}): exit code ${code}: ${stderr}`);
    return stdout;
  }

  /** Sends a signal to processes, by their ids on the node, all at once. Who is gone already is not missed. */
  async signal(signal: string, pids: readonly string[]): Promise<void> {
    if (pids.length > 0) await this.try(['sh', '-c', 'kill -s "$@"', 'sh', signal, ...pids]);
  }

  /** Makes a network namespace with a card on the bridge; its address, which nobody had before. */
  async attach(pod: string): Promise<string> {
    this.cards += 1;
    const address = `10.88.${this.cards >> 8}.${this.cards & 255}`;
    await this.sh(
      `ip netns add "$1"
       ip link add "$2" type veth peer name eth0 netns "$1"
       ip link set "$2" master pods up
       ip -n "$1" address add "$3/16" dev eth0
       ip -n "$1" link set lo up
       ip -n "$1" link set eth0 up`,
      ...[pod, `pod${this.cards}`, address],
    );
    this.addresses.set(pod, address);
    for (const other of this.cuts.get(pod) ?? []) await this.lose(pod, other);
    return address;
  }

  async detach(pod: string): Promise<void> {
    this.addresses.delete(pod);
    await this.sh('ip netns delete "$1"', pod);
  }

  /** Has two pods lose what they send to each other, on connections that are open too, until `heal()`. */
  async cut(one: string, other: string): Promise<void> {
    this.cuts.set(one, (this.cuts.get(one) ?? new Set()).add(other));
    this.cuts.set(other, (this.cuts.get(other) ?? new Set()).add(one));
    await this.lose(one, other);
  }

  private async lose(one: string, other: string): Promise<void> {
    const [here, there] = [this.addresses.get(one), this.addresses.get(other)];
    if (here === undefined || there === undefined) return;
    const away = 'ip -n "$1" neighbour replace "$2" lladdr "$3" dev eth0 nud permanent';
    await Promise.all([this.sh(away, one, there, NOWHERE), this.sh(away, other, here, NOWHERE)]);
  }

  async heal(): Promise<void> {
    this.cuts.clear();
    const flush = 'for pod; do ip -n "$pod" neighbour flush all nud permanent; done';
    await this.sh(flush, ...this.addresses.keys());
  }

  /** Nothing of it is left then. */
  async end(): Promise<void> {
    await this.stop();
    await Promise.all(this.running);
  }
}

/** The exit code of a command. */
export const exitOf = (child: Running): Promise<number> =>
  new Promise((resolve, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
  });
