import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:https';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonMap } from '../../lib/values/expression';
import { tool } from '../../tools/toolchain';
import { credentialsOf } from './kubeconfig';

/** What an API server answers. */
export interface Answer {
  readonly status: number;
  /** The texts of its Warning headers. */
  readonly warnings: readonly string[];
  readonly body: { readonly message?: string; readonly [field: string]: unknown };
}

/** A Kubernetes API server: the one that KUBECONFIG names, or one of our own over an empty etcd. */
export class Cluster {
  /** `v1.36.3` */
  version = '';
  private readonly agent: Agent;
  private readonly server: URL;
  private readonly token: string | undefined;
  private readonly plurals = new Map<string, string>();
  private readonly namespaces: string[] = [];
  private readonly crds: string[] = [];

  private constructor(
    readonly kubeconfig: string,
    private readonly end: () => Promise<void>,
  ) {
    const { server, token, ...tls } = credentialsOf(kubeconfig);
    this.server = new URL(server);
    this.token = token;
    this.agent = new Agent({ ...tls, keepAlive: true, maxSockets: 8 });
  }

  /** @param controllers whether one of our own has the controllers of workloads */
  static async start(controllers = false): Promise<Cluster> {
    const [given] = (process.env['KUBECONFIG'] ?? '').split(delimiter);
    const found = given ? { kubeconfig: resolve(given), end: async () => {} } : await controlPlane(controllers);
    const { kubeconfig, end } = found;
    const cluster = new Cluster(kubeconfig, end);
    try {
      cluster.version = String((await cluster.ask('GET', '/version')).body['gitVersion']);
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Makes a namespace, which goes in the end, with the account of its pods. */
  async namespace(enforced: 'restricted' | 'baseline' | 'privileged'): Promise<string> {
    const name = `kolla-cdk8s-test-${randomBytes(4).toString('hex')}`;
    const modes = ['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, enforced]);
    const metadata = { name, labels: Object.fromEntries(modes) as Record<string, string> };
    await this.made('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
    this.namespaces.push(name);
    // No pod without it is admitted. A controller makes it, where there is one.
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await this.made(`/api/v1/namespaces/${name}/serviceaccounts`, account);
    return name;
  }

  /**
   * Makes the kind of a CustomResourceDefinition known, until the end. One that the cluster has is left as it is: there,
   * the operator that people run says what is valid.
   */
  async define(yaml: string): Promise<void> {
    const { status, body } = await this.ask('POST', CRDS, 'application/yaml', yaml);
    if (status === 409) return;
    if (status !== 201) throw new Error(`POST ${CRDS}: ${status} ${body.message ?? ''}`);
    const { metadata, spec } = body as unknown as CustomResourceDefinition;
    // Whatever it says of itself, the kind is known once the API lists it.
    const [{ name: version }] = spec.versions;
    this.crds.push(metadata.name);
    for (let tries = 0; !(await this.lists(`/apis/${spec.group}/${version}`, spec.names.kind)); tries += 1) {
      if (tries === 300) throw new Error(`${metadata.name} is not served after half a minute`);
      await sleep(100);
    }
  }

  /** What `kubectl create --dry-run=server --validate=strict` asks: nothing is kept. */
  async create(namespace: string, object: ObjectHead, yaml: string): Promise<Answer> {
    const path = await this.path(namespace, object);
    return this.ask('POST', `${path}?dryRun=All&fieldValidation=Strict`, 'application/yaml', yaml);
  }

  /** What `kubectl apply --server-side --dry-run=server --validate=strict` asks. */
  async apply(namespace: string, object: ObjectHead, yaml: string): Promise<Answer> {
    const path = `${await this.path(namespace, object)}/${object.metadata.name}`;
    return this.ask('PATCH', `${path}?dryRun=All&${APPLY}`, 'application/apply-patch+yaml', yaml);
  }

  /** What `kubectl apply --server-side --validate=strict` does: the object is kept. */
  async keep(namespace: string, object: ObjectHead, yaml: string): Promise<Answer> {
    const path = `${await this.path(namespace, object)}/${object.metadata.name}`;
    return this.ask('PATCH', `${path}?${APPLY}`, 'application/apply-patch+yaml', yaml);
  }

  /** An object as it is there. */
  async get(namespace: string, object: ObjectHead): Promise<Answer> {
    return this.ask('GET', `${await this.path(namespace, object)}/${object.metadata.name}`);
  }

  /** All objects of a kind that are there. */
  async list(namespace: string, kind: Pick<ObjectHead, 'apiVersion' | 'kind'>): Promise<readonly JsonMap[]> {
    const { items } = (await this.ask('GET', await this.path(namespace, kind))).body as { items: JsonMap[] };
    return items;
  }

  /** Makes a StorageClass: it is in no namespace. For a cluster of our own, which goes with it. */
  async everywhere(storageClass: object): Promise<void> {
    await this.made('/apis/storage.k8s.io/v1/storageclasses', storageClass);
  }

  /** Sets what a controller would: a part of the status of an object that is there. */
  async status(namespace: string, object: ObjectHead, status: object): Promise<Answer> {
    const path = `${await this.path(namespace, object)}/${object.metadata.name}/status`;
    return this.ask('PATCH', path, 'application/merge-patch+json', JSON.stringify({ status }));
  }

  async close(): Promise<void> {
    try {
      for (const name of this.namespaces) await this.ask('DELETE', `/api/v1/namespaces/${name}`);
      for (const name of this.crds) await this.ask('DELETE', `${CRDS}/${name}`);
    } finally {
      this.agent.destroy();
      await this.end();
    }
  }

  private async made(path: string, object: object): Promise<void> {
    const { status, body } = await this.ask('POST', path, 'application/json', JSON.stringify(object));
    if (status !== 201 && status !== 409) throw new Error(`POST ${path}: ${status} ${body.message ?? ''}`);
  }

  /** The path of the objects of a kind, as the API itself tells it. */
  private async path(
    namespace: string,
    { apiVersion, kind }: Pick<ObjectHead, 'apiVersion' | 'kind'>,
  ): Promise<string> {
    const group = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    if (!this.plurals.has(`${group}/${kind}`)) {
      for (const { name, kind: of } of await this.resources(group)) this.plurals.set(`${group}/${of}`, name);
    }
    const plural = this.plurals.get(`${group}/${kind}`);
    if (plural === undefined) throw new Error(`Kubernetes ${this.version} knows no ${apiVersion} ${kind}`);
    return `${group}/namespaces/${namespace}/${plural}`;
  }

  /** What the API serves of a group, but for the parts of objects. */
  private async resources(group: string): Promise<readonly Resource[]> {
    const { resources = [] } = (await this.ask('GET', group)).body as { resources?: Resource[] };
    return resources.filter(({ name }) => !name.includes('/'));
  }

  private async lists(group: string, kind: string): Promise<boolean> {
    return (await this.resources(group)).some((resource) => resource.kind === kind);
  }

  private ask(method: string, path: string, type?: string, content?: string): Promise<Answer> {
    const headers = {
      Accept: 'application/json',
      ...(this.token !== undefined && { Authorization: `Bearer ${this.token}` }),
      ...(type !== undefined && { 'Content-Type': type }),
    };
    const url = new URL(this.server.pathname.replace(/\/$/, '') + path, this.server);
    return new Promise((done, failed) => {
      const asked = request(url, { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', failed);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          done({
            status: response.statusCode ?? 0,
            warnings: warningsIn(response.headers['warning']),
            body: read(text),
          });
        });
      });
      asked.once('error', failed).end(content);
    });
  }
}

const APPLY = 'fieldValidation=Strict&fieldManager=kolla-cdk8s-test';

/** What tells an object from others. */
export interface ObjectHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** As much of one as is read here. */
interface CustomResourceDefinition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly [{ readonly name: string }];
  };
}

interface Resource {
  readonly name: string;
  readonly kind: string;
}

function read(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return { message: text };
  }
}

/** The texts of `299 - "a", 299 - "b"`. */
const warningsIn = (header: string | string[] | undefined): string[] =>
  [...String(header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!.replace(/\\(.)/g, '$1'));

/** An API server and an etcd of our own. They end with this process, however it ends: see `control-plane.mjs`. */
async function controlPlane(controllers: boolean): Promise<{ kubeconfig: string; end: () => Promise<void> }> {
  const programs = ['kube-apiserver', 'etcd', ...(controllers ? ['kube-controller-manager'] : [])].map(tool);
  const args = [join(__dirname, 'control-plane.mjs'), ...programs];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const end = (): Promise<void> => {
    child.stdin.end();
    return ended;
  };
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
  const kubeconfig = await new Promise<string>((ready, failed) => {
    createInterface(child.stdout).once('line', ready);
    void ended.then(() => failed(new Error(`no API server: ${said.join('')}`)));
  });
  return { kubeconfig, end };
}
