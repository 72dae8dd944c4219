// An OpenStack in a namespace: how it is installed, what it consists of, and whether it is as it should be.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { genpwd } from '../../cli/genpwd';
import { printedPasswords } from '../../cli/print-passwords';
import { Cloud, readValues } from '../../lib/cloud';
import { isPasswordName } from '../../lib/kolla/passwords';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { VERSION } from '../../lib/version';
import { catalogue } from '../../services';
import { until } from '../support/until';
import { Client } from './client';
import type { KubeObjectOf, Kubernetes } from './kubernetes';

const ROOT = join(__dirname, '..', '..');

interface Workload {
  readonly replicas?: number;
}
interface WorkloadStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly desiredNumberScheduled?: number;
  readonly numberReady?: number;
}

/** As much of a pod as is read here. */
export type Pod = KubeObjectOf<
  { readonly containers: readonly { readonly name: string; readonly image: string }[]; readonly nodeName?: string },
  {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  }
>;

interface ContainerStatus {
  readonly name: string;
  readonly containerID: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state: Readonly<Record<string, { readonly reason?: string }>>;
}

/** How many times the containers of a pod have been started again. */
export const restartsOf = ({ status }: Pod): number =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
    .map(({ restartCount }) => restartCount)
    .reduce((sum, count) => sum + count, 0);

export const isReady = ({ status, metadata }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions ?? []).some(({ type, status: holds }) => type === 'Ready' && holds === 'True');

/** A pod of a workload that is to stay, not of a Job. */
const isService = ({ metadata }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  !(metadata.ownerReferences ?? []).some(({ kind }) => kind === 'Job') &&
  !metadata.name.startsWith('e2e-');

export interface HelmOptions {
  readonly major?: 3 | 4;
  /** A chart by its name. Default: the umbrella. */
  readonly chart?: string;
  /** Until all is ready; `legacy`: but for pods of host agents that are old. Default: true. */
  readonly wait?: boolean | 'legacy';
  /** With the passwords of the cloud as values. Default: true. */
  readonly passwords?: boolean;
}

export class OpenStack {
  private connected: Client | undefined;
  /** The values of the last install, but for passwords. */
  values: JsonMap;

  private constructor(
    readonly kubernetes: Kubernetes,
    readonly namespace: string,
    /** Where its values, passwords and charts are. */
    readonly folder: string,
    private readonly base: JsonMap,
  ) {
    this.values = base;
  }

  /**
   * Makes passwords, charts and the namespace; nothing runs yet.
   *
   * @param layers values over those of clouds/aio.yaml
   */
  static async prepare(
    kubernetes: Kubernetes,
    namespace: string,
    folder: string,
    layers: readonly JsonMap[],
    enforced: 'restricted' | 'privileged' = 'restricted',
  ): Promise<OpenStack> {
    mkdirSync(folder, { recursive: true });
    const cloud = cloudOf();
    const names = [...new Set(cloud.services.flatMap((service) => service.passwordNames))].filter(isPasswordName);
    genpwd({ file: join(folder, 'passwords.yaml'), names, print: () => {} });
    const aio = readValues(join(ROOT, 'clouds', 'aio.yaml'));
    const base = [aio, ...layers].reduce(mergeLayers, {});
    const openstack = new OpenStack(kubernetes, namespace, folder, base);
    openstack.render();
    await kubernetes.namespace(namespace, enforced);
    return openstack;
  }

  /** Passwords by their names, as pods read them from a Secret: a pair has two. */
  get passwords(): Readonly<Record<string, string>> {
    return JSON.parse(printedPasswords(join(this.folder, 'passwords.yaml'), 'json')) as Record<string, string>;
  }

  /** The objects of the plain rendering, after all is written: manifests, Secrets, charts. */
  render(...layers: readonly JsonMap[]): JsonMap[] {
    this.values = [this.base, ...layers].reduce(mergeLayers, {});
    const cloud = cloudOf({
      outdir: this.out,
      namespace: this.namespace,
      values: [readValues(join(this.folder, 'passwords.yaml')), this.values],
    });
    cloud.synth();
    writeFileSync(join(this.folder, 'values.json'), JSON.stringify(this.values, null, 2));
    return cloud.render().map(({ object }) => object);
  }

  /** The folder that `synth` writes. */
  get out(): string {
    return join(this.folder, 'out');
  }

  /** `helm upgrade --install`, as an operator types it. What helm has printed. */
  async helm(layers: readonly JsonMap[] = [], options: HelmOptions = {}): Promise<string> {
    const { major = 4, chart = 'openstack', wait = true, passwords = true } = options;
    this.render(...layers);
    const values = chart === 'openstack' ? this.values : blockOf(chart, this.values);
    const file = join(this.folder, `${chart}.values.json`);
    writeFileSync(file, JSON.stringify(values));
    return this.kubernetes.helm(major, [
      ...['upgrade', '--install', chart, join(this.out, 'repository', `${chart}-${VERSION}.tgz`)],
      ...['--namespace', this.namespace],
      // The later file wins.
      ...(passwords ? ['--values', join(this.folder, 'passwords.yaml')] : []),
      ...['--values', file],
      ...(wait !== false ? [wait === true ? '--wait' : `--wait=${wait}`, '--wait-for-jobs', '--timeout', '10m'] : []),
    ]);
  }

  /** Applies the plain manifests, all in one go, in the order given. */
  async apply(objects: readonly object[]): Promise<void> {
    await this.kubernetes.apply(this.namespace, objects, '--force-conflicts', '--field-manager=e2e');
  }

  /** Waits until every workload is rolled out and every Job has ended well. */
  async ready(seconds = 300): Promise<void> {
    let missing: string[] = [];
    await until(
      `OpenStack in ${this.namespace} is ready`,
      seconds,
      async () => {
        missing = await this.missing();
        return missing.length === 0 || false;
      },
      async () => [`Not ready: ${missing.join(', ')}`, ...(await this.withoutNode())].join('\n'),
    );
  }

  /** Pods that no node has room for, or none that they may be on, and why. */
  private async withoutNode(): Promise<string[]> {
    const pods = await this.kubernetes.list<Pod>(this.namespace, 'pods');
    return pods.flatMap(({ metadata, status }) =>
      (status?.conditions ?? [])
        .filter(({ type, status: holds }) => type === 'PodScheduled' && holds === 'False')
        .map(({ message }) => `${metadata.name} has no node: ${message}`),
    );
  }

  /** Workloads that are not rolled out, and Jobs that have not ended. */
  async missing(): Promise<string[]> {
    const found = await this.kubernetes.list(this.namespace, 'deployments,statefulsets,daemonsets,jobs');
    return found.filter((one) => !isDone(one)).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  }

  /** The pods of services, without those of Jobs and of the tests' own client. */
  async pods(...more: readonly string[]): Promise<Pod[]> {
    return (await this.kubernetes.list<Pod>(this.namespace, 'pods', ...more)).filter(isService);
  }

  /** Pods of a component, `keystone/api`. */
  async podsOf(component: string): Promise<Pod[]> {
    const [name, part] = component.split('/');
    const selector = `app.kubernetes.io/name=${name},app.kubernetes.io/component=${part}`;
    return this.pods(`--selector=${selector}`);
  }

  async jobs(): Promise<string[]> {
    return (await this.kubernetes.list(this.namespace, 'jobs')).map(({ metadata }) => metadata.name);
  }

  /** Runs a command in a pod. */
  async exec(pod: string, container: string, command: readonly string[], input = ''): Promise<string> {
    const args = ['exec', '-i', '-n', this.namespace, pod, '-c', container, '--', ...command];
    return this.kubernetes.kubectl(args, { input });
  }

  /** Asks the database as its administrator. */
  async sql(statement: string, pod = 'mariadb-0'): Promise<string> {
    const client = ['mariadb', '--no-defaults', '--socket=/run/mysqld/mysqld.sock', '--batch', '--skip-column-names'];
    return (await this.exec(pod, 'server', [...client, '--execute', statement])).trim();
  }

  /** Runs an operation, a suspended CronJob, to its end; what it has said. @throws with that where it fails */
  async operation(cronJob: string, seconds = 180): Promise<string> {
    const job = `${cronJob}-${Date.now().toString(36)}`;
    await this.kubernetes.kubectl(['create', 'job', '-n', this.namespace, `--from=cronjob/${cronJob}`, job]);
    const logs = (): Promise<string> =>
      this.kubernetes.kubectl(['logs', '-n', this.namespace, `job/${job}`, '--all-containers', '--tail=-1']);
    await until(
      `operation ${cronJob}`,
      seconds,
      async () => isDone(await this.kubernetes.get(this.namespace, `job/${job}`)) || false,
      () => logs().catch(String),
    );
    return logs();
  }

  /** A client in a pod of its own. */
  async client(): Promise<Client> {
    const [api] = await this.kubernetes.list<KubeObjectOf<{ template: { spec: Pod['spec'] } }>>(
      this.namespace,
      'deployments',
      '--selector=app.kubernetes.io/name=keystone',
    );
    if (!api) throw new Error(`${this.namespace} has no Keystone`);
    const { image } = api.spec.template.spec.containers[0]!;
    this.connected?.end();
    this.connected = await Client.start(
      this.kubernetes,
      this.namespace,
      image,
      this.passwords['keystone_admin_password']!,
    );
    return this.connected;
  }

  /** Removes all of it. */
  async remove(): Promise<void> {
    this.connected?.end();
    await this.kubernetes.removeNamespace(this.namespace);
  }
}

function cloudOf(props: ConstructorParameters<typeof Cloud>[0] = {}): Cloud {
  const cloud = new Cloud(props);
  for (const Service of Object.values(catalogue)) new Service(cloud);
  return cloud;
}

/** The values of one chart alone: its own block at the top, beside `global`. */
function blockOf(chart: string, { [chart]: block, global }: JsonMap): JsonMap {
  return { ...(block as JsonMap | undefined), ...(global !== undefined && { global }) };
}

/** A Job has ended well; of a workload every pod is the newest and ready; a host agent is ready on each of its nodes. */
export function isDone(object: KubeObjectOf): boolean {
  if (object.kind === 'Job') return (object.status as { succeeded?: number } | undefined)?.succeeded === 1;
  const status = (object.status ?? {}) as WorkloadStatus;
  if (object.kind === 'DaemonSet') {
    const { desiredNumberScheduled = -1, numberReady = 0 } = status;
    return status.observedGeneration === object.metadata.generation && numberReady === desiredNumberScheduled;
  }
  const { replicas = 1 } = object.spec as Workload;
  return (
    status.observedGeneration === object.metadata.generation &&
    (status.replicas ?? 0) === replicas &&
    (status.updatedReplicas ?? 0) === replicas &&
    (status.readyReplicas ?? 0) === replicas
  );
}
