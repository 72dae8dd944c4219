// The mariadb chart's own objects, run as pods, with a client beside them.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cloud } from '../../lib/cloud';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { Mariadb } from '../../services/mariadb';
import { PodCluster } from '../pods/cluster';
import type { ClusterOptions } from '../pods/cluster';
import type { Result } from '../pods/node';
import type { Pod } from '../pods/pod';
import { debianRoot } from '../pods/root';
import { until } from '../support/until';

export const PASSWORDS = { database_password: 'admin "1" \\ $x', mariadb_backup_database_password: 'backup "1" \\' };

const LOAD = readFileSync(join(__dirname, 'load.py'), 'utf8');

/** The chart's objects with three members, small enough for a test, and a Deployment of a client. */
export function objectsOf(values: JsonMap = {}, others: readonly object[] = []): object[] {
  const cloud = new Cloud();
  const small: JsonMap = {
    global: { database: { replicas: 3 }, passwords: PASSWORDS },
    server: { resources: { limits: { memory: '768Mi' } } },
    conf: {
      'my.cnf': { mariadbd: { innodb_log_file_size: '48M', wsrep_provider_options: '"gcache.size=32M"' } },
    },
  };
  const merged = mergeLayers(small, values);
  return [...cloud.renderService(new Mariadb(cloud), merged), ...client(merged), ...store(), ...others];
}

/** What the tests' own S3 store asks for. */
export const S3 = { accessKey: 'access', secretKey: 'secret/+=$"', bucket: 'backups', port: 7070, tls: 's3-tls' };

/** An S3 store: the program is put into its volume before it starts. */
function store(): object[] {
  const labels = { app: 's3' };
  const command = ['/data/versitygw', '--port', `:${S3.port}`, '--access', S3.accessKey, '--secret', S3.secretKey];
  const tls = ['--cert', '/tls/tls.crt', '--key', '/tls/tls.key'];
  return [
    { kind: 'Service', metadata: { name: 's3' }, spec: { selector: labels, ports: [{ port: S3.port }] } },
    {
      kind: 'StatefulSet',
      metadata: { name: 's3' },
      spec: {
        replicas: 1,
        serviceName: 's3',
        podManagementPolicy: 'Parallel',
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [
              {
                name: 's3',
                image: 's3',
                command: [...command, ...tls, 'posix', '--nometa', '/data/store'],
                readinessProbe: { tcpSocket: { port: S3.port } },
                volumeMounts: [
                  { name: 'data', mountPath: '/data' },
                  { name: 'tls', mountPath: '/tls' },
                ],
              },
            ],
            volumes: [{ name: 'tls', secret: { secretName: S3.tls } }],
          },
        },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      },
    },
  ];
}

/** Where the client has the certificate authority, if there is one. */
export const CA = '/tls/ca.crt';

/** Who may reach the server: a pod with the label of its clients. It idles; tests run programs in it. */
function client(values: JsonMap): object[] {
  const { passwords } = (values as unknown as { global: { passwords: typeof PASSWORDS } }).global;
  return [
    { kind: 'ConfigMap', metadata: { name: 'load' }, data: { 'load.py': LOAD } },
    {
      kind: 'Deployment',
      metadata: { name: 'client' },
      spec: {
        replicas: 1,
        template: {
          metadata: { labels: { app: 'client', 'mariadb-client': 'true' } },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [
              {
                name: 'client',
                image: 'client',
                command: ['sleep', 'infinity'],
                env: [{ name: 'PASSWORD', value: passwords.database_password }],
                volumeMounts: [
                  { name: 'load', mountPath: '/load' },
                  { name: 'out', mountPath: '/out' },
                  { name: 'tls', mountPath: '/tls' },
                ],
              },
            ],
            volumes: [
              { name: 'load', configMap: { name: 'load' } },
              { name: 'out', emptyDir: {} },
              { name: 'tls', secret: { secretName: 'mariadb-tls', optional: true } },
            ],
          },
        },
      },
    },
  ];
}

/** The cluster as its operator and its clients see it. */
export class Database {
  /** What the pods of the members have said when the test began. */
  private readonly marks = new Map<string, number>();

  private constructor(
    readonly cluster: PodCluster,
    private values: JsonMap,
    private readonly others: readonly object[],
  ) {}

  /** @param others objects that the chart does not make: a Secret of the user's */
  static async of(values: JsonMap = {}, more: Partial<ClusterOptions> = {}, others: object[] = []): Promise<Database> {
    const cluster = await PodCluster.start({
      root: await debianRoot('trixie'),
      objects: objectsOf(values, others),
      namespace: 'openstack',
      // To look at after a failure.
      ...(process.env['POD_LOGS'] && { logs: process.env['POD_LOGS'] }),
      ...more,
    });
    return new Database(cluster, values, others);
  }

  get members(): Pod[] {
    const objects = objectsOf(this.values) as { kind: string; spec: { replicas: number } }[];
    const { replicas } = objects.find(({ kind }) => kind === 'StatefulSet')!.spec;
    return Array.from({ length: replicas }, (_, i) => this.cluster.pod(`mariadb-${i}`));
  }

  get proxies(): string[] {
    return ['mariadb-proxy-0', 'mariadb-proxy-1'];
  }

  /** Starts what does not run, and waits until all members are in step. */
  async start(milliseconds = 120_000): Promise<Pod[]> {
    await this.cluster.startStatefulSet('mariadb');
    if (!this.cluster.pod('client-0').isRunning) await this.cluster.startDeployment('client');
    if (this.members.length > 1 && !this.cluster.pod(this.proxies[0]!).isRunning) {
      await this.cluster.startDeployment('mariadb-proxy');
    }
    return this.ready(milliseconds);
  }

  async ready(milliseconds = 120_000): Promise<Pod[]> {
    return Promise.all(this.members.map((pod) => pod.ready(milliseconds)));
  }

  /** Other values: what is started from now on has them. */
  change(values: JsonMap): void {
    this.values = mergeLayers(this.values, values);
    this.cluster.set(objectsOf(this.values, this.others));
  }

  /** As a client, through the address of all clients; waits until it is answered. */
  async sql(statement: string, password = PASSWORDS.database_password, seconds = 30): Promise<string> {
    let answer = { code: 1, stdout: '', stderr: '' };
    const command = ['mariadb', '--no-defaults', '--host=mariadb', '--user=root', '--batch', '--skip-column-names'];
    await until(
      'an answer',
      seconds,
      async () => {
        answer = await this.inClient(['env', `MYSQL_PWD=${password}`, ...command, ...this.tls, '--execute', statement]);
        return answer.code === 0;
      },
      () => answer.stderr,
    );
    return answer.stdout.trimEnd();
  }

  /** On a member itself, as its administrator. */
  async local(member: string, statement: string): Promise<string> {
    const client = ['mariadb', '--no-defaults', '--socket=/run/mysqld/mysqld.sock', '--batch', '--skip-column-names'];
    const { code, stdout, stderr } = await this.cluster.pod(member).exec('server', [...client, '--execute', statement]);
    if (code !== 0) throw new Error(`${member}: ${statement}: ${stderr}`);
    return stdout.trimEnd();
  }

  async inClient(command: readonly string[]): Promise<Result> {
    return this.cluster.pod('client-0').exec('client', command);
  }

  /** The member that clients write to, once there is just one. */
  async writer(among = this.members.map(({ name }) => name)): Promise<string> {
    let writers: string[] = [];
    await until(
      'just one writer',
      60,
      async () => {
        const url = (name: string) => `http://${name}.mariadb-members:4570/writer`;
        const asked = await Promise.all(
          among.map(async (name) => [name, (await this.inClient(['curl', '-sfm2', url(name)])).code === 0] as const),
        );
        writers = asked.flatMap(([name, yes]) => (yes ? [name] : []));
        return writers.length === 1;
      },
      () => `writers: ${writers.join(', ') || 'none'}`,
    );
    return writers[0]!;
  }

  /** The same, once it is another. */
  async otherWriter(than: string): Promise<string> {
    return this.writer(this.members.map(({ name }) => name).filter((name) => name !== than));
  }

  /** Writes without a pause, through the address of all clients, into a table of its own. */
  async load(table: string): Promise<Load> {
    await this.sql('CREATE DATABASE IF NOT EXISTS load_test');
    await this.sql(`CREATE TABLE load_test.${table} (number INT PRIMARY KEY, text TEXT)`);
    await this.inClient(['sh', '-c', `exec python3 -u /load/load.py ${table} >/out/${table} 2>&1 &`]);
    const load = new Load(this, table, join(this.cluster.pod('client-0').volume('out'), table));
    await load.goesOn();
    return load;
  }

  /** What members say from now on. */
  mark(): void {
    for (const { name } of this.members) this.marks.set(name, this.cluster.pod(name).logs('server').length);
  }

  said(member: string, pattern: RegExp): boolean {
    return pattern.test(
      this.cluster
        .pod(member)
        .logs('server')
        .slice(this.marks.get(member) ?? 0),
    );
  }

  async says(member: string, pattern: RegExp, seconds = 60): Promise<void> {
    await until(
      `${member} says ${pattern}`,
      seconds,
      () => this.said(member, pattern),
      () => this.cluster.pod(member).logs('server').split('\n').slice(-15).join('\n'),
    );
  }

  /** Runs an operation to its end. @throws with what it said, unless it ends as expected */
  async operation(name: string, exitCode = 0): Promise<string> {
    const done = await this.cluster.runJob(`cronjob/mariadb-${name}`);
    if (done.exitCode !== exitCode)
      throw new Error(`${name} ended with ${done.exitCode}:\n${done.logs}\n${done.pod.describe()}`);
    return done.logs;
  }

  /** As `kubectl scale --replicas=0`. */
  async stop(): Promise<void> {
    await Promise.all(this.members.filter((pod) => pod.isRunning).map((pod) => pod.stop()));
  }

  async lead(member: string): Promise<void> {
    const { code, stderr } = await this.cluster
      .pod(member)
      .exec('server', ['python3', '/run/kolla/config/member.py', 'lead']);
    expect([stderr, code]).toEqual(['', 0]);
  }

  /** The folder of a member's volume. */
  volume(member: string): string {
    return this.cluster.pod(member).volume('data');
  }

  private get tls(): string[] {
    const { global = {} } = this.values as { global?: { database?: { tls?: { enabled?: boolean } } } };
    return global.database?.tls?.enabled === true ? [`--ssl-ca=${CA}`, '--ssl-verify-server-cert'] : ['--skip-ssl'];
  }
}

/** What a client has written, and of which the server said that it is safe. */
export class Load {
  constructor(
    private readonly database: Database,
    private readonly table: string,
    private readonly file: string,
  ) {}

  /** Waits until writes are acknowledged, after now. */
  async goesOn(seconds = 60): Promise<void> {
    const before = this.acknowledged.length;
    await until(
      `writes to ${this.table}`,
      seconds,
      () => this.acknowledged.length > before + 20,
      () => this.text.split('\n').slice(-3).join('\n'),
    );
  }

  async stop(): Promise<void> {
    await this.database.inClient(['pkill', '-f', `load.py ${this.table}$`]);
  }

  /** Ends it once it works again, and looks whether all that was acknowledged is there, on every member. */
  async end(): Promise<{ readonly longestPause: number }> {
    await this.goesOn();
    await this.stop();
    await this.isThere();
    const times = this.lines.filter(([word]) => word === 'ack').map(([, , time]) => Number(time));
    const refused = this.lines.filter(([word]) => word === 'no').length;
    const longestPause = Math.max(...times.slice(1).map((time, i) => time - times[i]!));
    report(`${this.table}: ${times.length} writes, ${refused} refused, longest pause ${longestPause.toFixed(1)} s`);
    return { longestPause };
  }

  async isThere(): Promise<void> {
    expect(this.acknowledged.length).toBeGreaterThan(20);
    for (const { name } of this.database.members) {
      // What was replicated is applied a moment later on the others.
      const statement = `SET SESSION wsrep_sync_wait = 1; SELECT number FROM load_test.${this.table}`;
      const numbers = new Set((await this.database.local(name, statement)).split('\n').map(Number));
      expect([name, this.acknowledged.filter((number) => !numbers.has(number))]).toEqual([name, []]);
    }
  }

  /** How many writes were acknowledged. */
  get count(): number {
    return this.acknowledged.length;
  }

  private get text(): string {
    return existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
  }

  private get lines(): string[][] {
    return this.text.split('\n').map((line) => line.split(' '));
  }

  private get acknowledged(): number[] {
    return this.lines
      .filter(([word, , time]) => word === 'ack' && time !== undefined && time !== '')
      .map(([, number]) => Number(number));
  }
}

/** A figure of a test, for whoever reads its output. */
export const report = (text: string): void => void process.stderr.write(`  ${text}\n`);

/** A volume that was lost and made anew. */
export function empty(volume: string): void {
  for (const name of readdirSync(volume)) rmSync(join(volume, name), { recursive: true });
}

/** Data that the server cannot recover, so that its position is not known. */
export function spoil(volume: string): void {
  writeFileSync(join(volume, 'data', 'ibdata1'), Buffer.alloc(1 << 20, 'x'));
}
