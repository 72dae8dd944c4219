// The broker in pods, as its chart has them, and a client beside it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Cloud } from '../../lib/cloud';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { Rabbitmq } from '../../services/rabbitmq';
import { PodCluster, type ClusterOptions } from '../pods/cluster';
import type { Pod } from '../pods/pod';
import { debianRoot } from '../pods/root';

export const PASSWORD = 'p@ss "w%rd\\$';

const passwords: JsonMap = {
  global: {
    passwords: {
      rabbitmq_cluster_cookie: 'cookie-of-the-tests',
      rabbitmq_password: PASSWORD,
      rabbitmq_monitoring_password: 'monitoring',
    },
  },
};

/** The chart's objects. */
export function objectsOf(values: JsonMap): JsonMap[] {
  const cloud = new Cloud();
  const rabbitmq = new Rabbitmq(cloud);
  return [...cloud.renderService(rabbitmq, mergeLayers(passwords, values))];
}

/** Pika, as a zip file that Python imports from. */
function pika(): string {
  const folder = join(__dirname, '..', '..', '.cache', 'pika-1.3.2');
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, 'pika==1.3.2']);
  }
  return readFileSync(join(folder, readdirSync(folder)[0]!)).toString('base64');
}

/** A pod that stays, in which the client is called. */
function clientOf(values: JsonMap): object[] {
  const { messaging = {} } = values['global'] as { messaging?: { replicas?: number; tls?: { enabled: boolean } } };
  const tls = messaging.tls?.enabled ?? false;
  const metadata = { name: 'client' };
  const labels = { app: 'client' };
  return [
    {
      kind: 'ConfigMap',
      metadata,
      data: { 'client.py': readFileSync(join(__dirname, 'client.py'), 'utf8') },
      binaryData: { 'pika.whl': pika() },
    },
    {
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        template: {
          metadata: { labels },
          spec: {
            securityContext: { runAsUser: 42457 },
            containers: [
              {
                name: 'client',
                command: ['sleep', 'infinity'],
                env: [
                  { name: 'MEMBERS', value: String(messaging.replicas ?? 1) },
                  { name: 'PASSWORD', value: PASSWORD },
                ],
                volumeMounts: [
                  { name: 'client', mountPath: '/client' },
                  ...(tls ? [{ name: 'tls', mountPath: '/tls' }] : []),
                ],
              },
            ],
            volumes: [
              { name: 'client', configMap: { name: 'client' } },
              ...(tls
                ? [{ name: 'tls', secret: { secretName: 'rabbitmq-tls', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }]
                : []),
            ],
          },
        },
      },
    },
  ];
}

/** Not this machine's disk: how much of that is free decides whether publishers are blocked. */
const VOLUMES = Object.fromEntries([0, 1, 2].map((i) => [`data-rabbitmq-${i}`, { size: '2Gi' }]));

/** What `load` says at its end. */
export interface Load {
  readonly confirmed: readonly number[];
  readonly errors: readonly string[];
  /** The longest time without a message that was confirmed, in seconds. */
  readonly longest: number;
}

export class Broker {
  private constructor(
    readonly cluster: PodCluster,
    readonly members: readonly Pod[],
    private readonly client: Pod,
    private readonly more: readonly object[],
  ) {}

  /** Starts nothing but the client. */
  static async make(
    values: JsonMap,
    more: readonly object[] = [],
    options: Partial<ClusterOptions> = {},
  ): Promise<Broker> {
    const root = await debianRoot('trixie');
    const others = [...clientOf(values), ...more];
    const cluster = await PodCluster.start({
      ...{ root, namespace: 'openstack', objects: [...objectsOf(values), ...others], volumes: VOLUMES },
      ...options,
    });
    const [client] = await cluster.startDeployment('client');
    await client!.ready();
    const { messaging = {} } = values['global'] as { messaging?: { replicas?: number } };
    const members = Array.from({ length: messaging.replicas ?? 1 }, (_, i) => cluster.pod(`rabbitmq-${i}`));
    return new Broker(cluster, members, client!, others);
  }

  change(values: JsonMap): void {
    this.cluster.set([...objectsOf(values), ...this.more]);
  }

  async start(...members: readonly Pod[]): Promise<void> {
    for (const pod of members.length > 0 ? members : this.members) await pod.start();
  }

  async ready(seconds = 120, members = this.members): Promise<void> {
    await Promise.all(members.map((pod) => pod.ready(seconds * 1000)));
  }

  /** `rabbitmqctl` on a member, as somebody types it. */
  async ctl(member: Pod, ...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await member.exec('server', ['rabbitmqctl', '--quiet', ...words]);
    if (code !== 0) throw new Error(`rabbitmqctl ${words.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  }

  async status(
    member = this.members[0]!,
  ): Promise<{ readonly running_nodes: string[]; readonly disk_nodes: string[] }> {
    return JSON.parse(await this.ctl(member, 'cluster_status', '--formatter', 'json'));
  }

  async call(...words: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const { code, stdout, stderr } = await this.client.exec('client', ['python3', '/client/client.py', ...words], {
      seconds: 600,
    });
    if (code !== 0) throw new Error(`client ${words.join(' ')}: ${stdout}${stderr}`);
    return { stdout, stderr };
  }

  /** Publishes while something happens. Nothing that was confirmed may be lost, in whatever order it comes back. */
  async under(queue: string, happens: () => Promise<void>): Promise<Load> {
    await this.client.exec('client', ['rm', '-f', '/tmp/stop']);
    const load = this.call('load', queue);
    await pause(3);
    await happens();
    await pause(3);
    const { code, stderr } = await this.client.exec('client', ['touch', '/tmp/stop']);
    if (code !== 0) throw new Error(`the client cannot be stopped: ${stderr}`);
    const found = JSON.parse((await load).stdout) as Load;
    const taken = new Set(await this.take(queue));
    expect(found.confirmed.length).toBeGreaterThan(100);
    expect(found.confirmed.filter((number) => !taken.has(number))).toEqual([]);
    return found;
  }

  async take(queue: string): Promise<number[]> {
    return JSON.parse((await this.call('take', queue)).stdout) as number[];
  }

  async end(): Promise<void> {
    await this.cluster.end();
  }
}

export const pause = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1000));
