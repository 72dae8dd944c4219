// Objects of an API server, as they are now.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

interface KubeObject {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
}

/** With a client's certificate, as the node's own kubeconfigs have it. */
export class ApiServer {
  private readonly agent: Agent;
  private readonly server: string;

  constructor(kubeconfig: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
      clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
      users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }];
    };
    const data = (base64: string): Buffer => Buffer.from(base64, 'base64');
    const [{ cluster }] = clusters;
    const [{ user }] = users;
    this.server = cluster.server;
    this.agent = new Agent({
      keepAlive: true,
      ca: data(cluster['certificate-authority-data']),
      cert: data(user['client-certificate-data']),
      key: data(user['client-key-data']),
    });
  }

  /** @throws with what the server says where it refuses */
  async get(path: string): Promise<IncomingMessage> {
    const answer = await new Promise<IncomingMessage>((answered, failed) => {
      request(`${this.server}${path}`, { agent: this.agent }, answered).once('error', failed).end();
    });
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${await text(answer)}`);
    return answer;
  }
}

/** All objects of a resource, of which only what counts is kept. */
export class Watched<Found extends KubeObject, Kept> {
  private objects: Map<string, Kept> | undefined;

  /**
   * @param path of the resource, in all namespaces: `/api/v1/pods`
   * @param keep what counts of an object; undefined, where it does not
   * @param changed is called after what is kept has become another
   */
  constructor(
    private readonly server: ApiServer,
    private readonly path: string,
    private readonly keep: (object: Found) => Kept | undefined,
    private readonly changed: () => void,
  ) {}

  /** Undefined until the first answer. */
  get kept(): readonly Kept[] | undefined {
    return this.objects && [...this.objects.values()];
  }

  /** Keeps on asking, whatever happens to the server. */
  async follow(): Promise<never> {
    for (;;) {
      try {
        await this.watch(await this.list());
      } catch (error) {
        console.error(String(error));
        await sleep(500);
      }
    }
  }

  private async list(): Promise<string> {
    const list = JSON.parse(await text(await this.server.get(this.path))) as {
      metadata: { resourceVersion: string };
      items: Found[];
    };
    const before = JSON.stringify(this.kept);
    this.objects = new Map();
    for (const item of list.items) this.put(item, this.objects);
    if (JSON.stringify(this.kept) !== before) this.changed();
    return list.metadata.resourceVersion;
  }

  private put(object: Found, objects: Map<string, Kept>): boolean {
    const { uid } = object.metadata;
    const before = objects.get(uid);
    const now = this.keep(object);
    if (now === undefined) return objects.delete(uid);
    objects.set(uid, now);
    return JSON.stringify(before) !== JSON.stringify(now);
  }

  /** Ends when the server ends it, which it does after a while. */
  private async watch(resourceVersion: string): Promise<void> {
    const answer = await this.server.get(`${this.path}?watch=1&resourceVersion=${resourceVersion}&timeoutSeconds=600`);
    for await (const line of createInterface({ input: answer })) {
      const { type, object } = JSON.parse(line) as { type: string; object: Found };
      if (type === 'ERROR') throw new Error(`${this.path}: ${JSON.stringify(object)}`);
      const objects = this.objects!;
      if (type === 'DELETED' ? objects.delete(object.metadata.uid) : this.put(object, objects)) this.changed();
    }
  }
}
