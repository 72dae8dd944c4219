// A pod that uses OpenStack as its clients do, from inside the cluster, under its network policies.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { tool } from '../../tools/toolchain';
import { until } from '../support/until';
import type { Kubernetes } from './kubernetes';

const PROGRAM = readFileSync(join(__dirname, 'client.py'), 'utf8');

/** What became of a load. */
export interface LoadResult {
  readonly requests: number;
  readonly failures: readonly string[];
  /** Seconds. */
  readonly slowest: number;
}

export interface Catalog {
  readonly services: readonly { readonly id: string; readonly name: string; readonly type: string }[];
  readonly endpoints: readonly {
    readonly service_id: string;
    readonly interface: string;
    readonly region: string;
    readonly url: string;
  }[];
}

/** What a client does again and again: the type of a service, a path to read; with a body, it makes that and removes it. */
export type Visit = readonly [service: string, path: string, body?: object];

/** Objects in answers of services, of which little is read. */
export type Found = Readonly<Record<string, unknown>> & { readonly id: string; readonly status?: string };
export type Answer = Readonly<Record<string, Found>>;

export class Client {
  private readonly waiting: ((line: string | undefined) => void)[] = [];
  private said = '';

  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    private readonly kubernetes: Kubernetes,
    private readonly namespace: string,
  ) {
    process.stderr.on('data', (chunk: Buffer) => (this.said += chunk.toString('utf8')));
    createInterface(process.stdout)
      .on('line', (line) => this.waiting.shift()?.(line))
      .once('close', () => this.waiting.splice(0).forEach((answer) => answer(undefined)));
  }

  /**
   * Starts the pod where it does not run, and the program in it.
   *
   * @param image of Keystone, for its Python
   */
  static async start(kubernetes: Kubernetes, namespace: string, image: string, password: string): Promise<Client> {
    await kubernetes.apply(namespace, objects(image, password));
    await kubernetes.kubectl(['rollout', 'status', 'deployment/e2e-client', '-n', namespace, '--timeout=120s']);
    const args = ['exec', '-i', '-n', namespace, 'deployment/e2e-client', '--', 'python3', '/client/client.py'];
    const child = spawn(tool('kubectl'), [...kubernetes.login, ...args]);
    const client = new Client(child, kubernetes, namespace);
    await until('the client', 30, () => client.catalog().then(() => true as const));
    return client;
  }

  /** A token of the administrator. @throws where there is none to be had */
  async token(keystone?: string): Promise<string> {
    return (await this.request({ do: 'token', keystone })) as string;
  }

  /** The status with which Keystone answers for a token: 200 where it holds. */
  async validate(token: string, keystone?: string): Promise<number> {
    return (await this.request({ do: 'validate', token, keystone })) as number;
  }

  async catalog(): Promise<Catalog> {
    return (await this.request({ do: 'catalog' })) as Catalog;
  }

  /** Status and body of an answer of Keystone's API. */
  async ask(method: string, path: string, token: string, body?: object): Promise<[number, unknown]> {
    return (await this.request({ do: 'ask', method, path, token, body })) as [number, unknown];
  }

  /**
   * The body of an answer of a service, by its type in the catalog.
   *
   * @param version a microversion of its API. Default: the oldest
   * @throws where the status says that it failed
   */
  async call<T = Answer>(service: string, method: string, path: string, body?: object, version?: string): Promise<T> {
    const [status, answer] = (await this.request({ do: 'call', service, method, path, body, version })) as [number, T];
    if (status >= 400) throw new Error(`${method} ${path} of ${service}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Uploads a file as the data of an image. */
  async upload(image: string, file: string): Promise<void> {
    const input = readFileSync(file);
    const at = ['-i', '-n', this.namespace, 'deployment/e2e-client'];
    await this.kubernetes.kubectl(['exec', ...at, '--', 'python3', '/client/client.py', 'upload', image], { input });
  }

  /** What the command line client of OpenStack prints. It takes over a second a call. @throws where it fails */
  async openstack(...words: readonly string[]): Promise<string> {
    const at = ['-n', this.namespace, 'deployment/e2e-client'];
    return this.kubernetes.kubectl(['exec', ...at, '--', 'openstack', ...words]);
  }

  /** Asks for tokens, so many a second (default: 10), while something happens; or, with `visits`, does these in turn. */
  async under<T>(during: () => Promise<T>, rate = 10, visits: readonly Visit[] = []): Promise<LoadResult> {
    await this.request({ do: 'load', name: 'load', rate, visits });
    try {
      await during();
    } finally {
      this.last = (await this.request({ do: 'stop', name: 'load' })) as LoadResult;
    }
    return this.last;
  }

  /** What became of the last load. */
  last: LoadResult = { requests: 0, failures: [], slowest: 0 };

  end(): void {
    this.process.kill('SIGKILL');
  }

  private async request(request: object): Promise<unknown> {
    const line = await new Promise<string | undefined>((answered) => {
      if (this.process.exitCode !== null) return answered(undefined);
      this.waiting.push(answered);
      this.process.stdin.write(`${JSON.stringify(request)}\n`);
    });
    if (line === undefined) throw new Error(`the client has ended: ${this.said}`);
    const { answer, error } = JSON.parse(line) as { answer?: unknown; error?: string };
    if (error !== undefined) throw new Error(`client: ${error}`);
    return answer;
  }
}

function objects(image: string, password: string): object[] {
  const servers = ['keystone', 'glance', 'neutron', 'nova', 'placement'];
  const labels = { app: 'e2e-client', ...Object.fromEntries(servers.map((name) => [`${name}-client`, 'true'])) };
  const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true };
  const container = {
    name: 'client',
    image,
    command: ['sleep', 'infinity'],
    env: [
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'e2e-client', key: 'password' } } },
      ...Object.entries({
        OS_AUTH_URL: 'http://keystone-api:5000/v3',
        OS_USERNAME: 'admin',
        OS_PASSWORD: '$(PASSWORD)',
        OS_PROJECT_NAME: 'admin',
        OS_USER_DOMAIN_NAME: 'Default',
        OS_PROJECT_DOMAIN_NAME: 'Default',
        OS_IDENTITY_API_VERSION: '3',
        OS_INTERFACE: 'internal',
        HOME: '/tmp',
      }).map(([name, value]) => ({ name, value })),
    ],
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '256Mi' } },
    securityContext: restricted,
    volumeMounts: [{ name: 'client', mountPath: '/client' }],
  };
  const spec = {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 42425, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: [{ name: 'client', configMap: { name: 'e2e-client' } }],
  };
  const metadata = { name: 'e2e-client' };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'client.py': PROGRAM } },
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: { app: 'e2e-client' } }, template: { metadata: { labels }, spec } },
    },
  ];
}
