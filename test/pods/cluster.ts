// Pods of rendered objects as real processes under runc, for tests of faults. Not Kubernetes: see what it leaves out.
import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type { Container, EnvVar, PodTemplateSpec } from 'kubernetes-types/core/v1';
import { existsSync, ftruncateSync, openSync, closeSync, writeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { podTemplateOf } from '../support/pods';
import { Node, type Result } from './node';
import { Objects, type Workload } from './objects';
import { ownNames } from './oci';
import { Pod, type Surroundings } from './pod';
import { Claims, type ClaimOptions } from './volumes';

export interface ClusterOptions {
  /** The root file system of all images, as `debianRoot()` gives it, or of each. It is never written to. */
  readonly root: string | ((image: string) => string);
  /** What a renderer gives. */
  readonly objects: readonly object[];
  readonly namespace: string;
  /** Sizes of claims, by their names: `{ 'data-mariadb-0': { size: '300M' } }`. */
  readonly volumes?: Readonly<Record<string, ClaimOptions>>;
  /** Whether containers that have ended are started again as their pod's restart policy says; they are. */
  readonly restart?: boolean;
  /** A folder for logs that is to stay. */
  readonly logs?: string;
  readonly domain?: string;
}

/** What a Job's container is to have otherwise; `container` where it has several. */
export interface JobOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly container?: string;
}

/** How a Job has ended. */
export interface JobResult {
  readonly exitCode: number;
  /** What all its containers have said. */
  readonly logs: string;
  readonly pod: Pod;
}

/**
 * Each pod has a network namespace on one bridge, and each container its processes, mounts, user, capabilities, limit of
 * memory and file system. Nothing of the machine's own network is touched, and nothing can reach it.
 *
 * What it leaves out: seccomp and AppArmor, NetworkPolicies, limits of CPU, service accounts, changes of a ConfigMap in
 * a running pod, eviction. Names stand in each pod's /etc/hosts, and full ones in a DNS; they follow readiness: that of
 * a ClusterIP Service has the addresses of its ready pods, so its ports have to be those of the pods.
 */
export class PodCluster {
  private readonly pods = new Map<string, Pod>();
  private readonly surroundings: Surroundings & { objects: Objects };
  private jobs = 0;

  private constructor(
    private readonly node: Node,
    private readonly options: ClusterOptions,
  ) {
    const { root, namespace, logs = join(node.folder, 'logs') } = options;
    this.surroundings = {
      node,
      logs,
      claims: new Claims(node, options.volumes ?? {}),
      objects: new Objects(options.objects, namespace),
      restart: options.restart ?? true,
      rootOf: (image) => (typeof root === 'string' ? root : root(image)),
      changed: () => this.writeHosts(),
    };
    mkdirSync(logs, { recursive: true });
  }

  /** Makes the machine for pods; nothing runs on it yet. */
  static async start(options: ClusterOptions): Promise<PodCluster> {
    return new PodCluster(await Node.start(), options);
  }

  /** A member of a StatefulSet or Deployment by its name, running or not, or the pod of a Job that was started. */
  pod(name: string): Pod {
    const found = this.pods.get(name);
    if (found) return found;
    this.objects.member(name);
    return this.add(name, () => this.objects.member(name));
  }

  /** Starts the members of a StatefulSet that do not run: all at once, or one by one as its policy says. */
  async startStatefulSet(name: string): Promise<Pod[]> {
    const { spec } = this.objects.get(`StatefulSet/${name}`) as Workload;
    const pods = this.members(name, spec).filter((pod) => !pod.isRunning);
    if (spec.podManagementPolicy === 'Parallel') await Promise.all(pods.map((pod) => pod.start()));
    else for (const pod of pods) await pod.start().then(() => pod.ready(600_000));
    return pods;
  }

  /** Starts the pods of a Deployment: `memcached-0`, … */
  async startDeployment(name: string): Promise<Pod[]> {
    const pods = this.members(name, (this.objects.get(`Deployment/${name}`) as Workload).spec);
    await Promise.all(pods.map((pod) => pod.start()));
    return pods;
  }

  /**
   * What a StatefulSet's RollingUpdate does: from the last member to the first, those whose template has changed; with
   * `all`, every one, as `kubectl rollout restart`. Each is to be ready before the next. The names of who was restarted.
   */
  async rollout(name: string, { all = false, milliseconds = 180_000 } = {}): Promise<string[]> {
    const members = this.members(name, (this.objects.get(`StatefulSet/${name}`) as Workload).spec).reverse();
    const done = members.filter((pod) => all || pod.isOutdated || !pod.isRunning);
    for (const pod of done) {
      await pod.stop();
      await pod.start();
      await pod.ready(milliseconds);
    }
    return done.map((pod) => pod.name);
  }

  /** Starts the pod of `job/…`, or of a Job that `cronjob/…` would make. It runs once: there is no second try. */
  async startJob(id: string, options: JobOptions = {}): Promise<Pod> {
    const object = this.objects.get(id) as CronJob | Job;
    this.jobs += 1;
    const name = `${object.metadata!.name!}-run-${this.jobs}`;
    const template = changed(podTemplateOf(object)!, options);
    const pod = this.add(name, () => {
      const { metadata, spec } = this.objects.pod(name, template);
      return { metadata, spec: { ...spec!, restartPolicy: 'Never' } };
    });
    await pod.start();
    return pod;
  }

  /** The same, until it has ended. */
  async runJob(id: string, options: JobOptions = {}): Promise<JobResult> {
    const pod = await this.startJob(id, options);
    const { initContainers = [], containers } = pod.current!.spec!;
    const exitCode = await pod.ended();
    return { exitCode, pod, logs: [...initContainers, ...containers].map(({ name }) => pod.logs(name)).join('') };
  }

  /** Has what pods of one side send to those of the other be lost, both ways, until `heal()`; restarts change nothing. */
  async partition(side: readonly string[], other: readonly string[]): Promise<void> {
    await Promise.all(side.flatMap((one) => other.map((two) => this.node.cut(one, two))));
  }

  async heal(): Promise<void> {
    await this.node.heal();
  }

  /** New objects, for pods that are started from now on. */
  set(objects: readonly object[]): void {
    this.surroundings.objects = new Objects(objects, this.options.namespace);
    this.writeHosts();
  }

  /** Makes the file system of a claim that has a size larger or smaller. */
  async resize(claim: string, size: string): Promise<void> {
    await this.surroundings.claims.resize(claim, size);
  }

  /** Runs a command on the node, which reaches all pods by their addresses. */
  async run(command: readonly string[], input?: string): Promise<Result> {
    return this.node.try(command, input);
  }

  /** Events and last logs of all pods, to be printed where a test has failed. */
  describe(): string {
    return [...this.pods.values()].map((pod) => pod.describe()).join('\n');
  }

  /** Kills all; of processes, mounts, namespaces, cgroups and files nothing is left. */
  async end(): Promise<void> {
    await Promise.allSettled([...this.pods.values()].map((pod) => pod.kill()));
    await this.node.end();
  }

  private get objects(): Objects {
    return this.surroundings.objects;
  }

  private add(name: string, manifest: ConstructorParameters<typeof Pod>[2]): Pod {
    const pod = new Pod(this.surroundings, name, manifest);
    this.pods.set(name, pod);
    return pod;
  }

  private members(name: string, { replicas = 1 }: Workload['spec']): Pod[] {
    return Array.from({ length: replicas }, (_, ordinal) => this.pod(`${name}-${ordinal}`));
  }

  /** What a DNS of Kubernetes would answer, for each pod that is there. */
  private writeHosts(): void {
    const { namespace, domain = 'cluster.local' } = this.options;
    const there = [...this.pods.values()].filter((pod) => pod.current);
    const lines = this.objects.services.flatMap(({ metadata, spec }) => {
      const chosen = Object.entries(spec?.selector ?? {});
      const forms = (host: string): string =>
        ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.${domain}`].map((end) => host + end).join(' ');
      const matching = there.filter(({ current, isReady }) => {
        const labels = current!.metadata!.labels ?? {};
        const matches = chosen.length > 0 && chosen.every(([key, value]) => labels[key] === value);
        return matches && (isReady || spec?.publishNotReadyAddresses === true);
      });
      const service = metadata!.name!;
      return matching.flatMap(({ ip, current }) => {
        const { hostname, subdomain } = current!.spec!;
        const own =
          spec!.clusterIP === 'None' && subdomain === service && hostname ? [forms(`${hostname}.${service}`)] : [];
        return [...own, forms(service)].map((names) => `${ip!} ${names}`);
      });
    });
    for (const { current, ip } of there) {
      const own = `${ip!} ${ownNames(current!, domain)}`;
      const file = join(this.node.folder, 'pods', current!.metadata!.uid!, 'hosts');
      if (existsSync(file)) overwrite(file, ['127.0.0.1 localhost', own, ...lines, ''].join('\n'));
    }
    // Where it fails, nodes that are to be found by DNS are not found; while the cluster ends, nobody asks.
    this.node.answer([...lines, ''].join('\n')).catch(() => {});
  }
}

/** In place, since it is mounted, and never empty for who reads it just then. */
function overwrite(file: string, text: string): void {
  const descriptor = openSync(file, 'r+');
  ftruncateSync(descriptor, writeSync(descriptor, text, 0));
  closeSync(descriptor);
}

function changed({ metadata, spec }: PodTemplateSpec, options: JobOptions): PodTemplateSpec {
  const { env = {}, command, args, container = spec!.containers[0]!.name } = options;
  const more: EnvVar[] = Object.entries(env).map(([name, value]) => ({ name, value }));
  const change = (one: Container): Container => {
    if (one.name !== container) return one;
    const others = (one.env ?? []).filter(({ name }) => !(name in env));
    return {
      ...one,
      env: [...others, ...more],
      ...(command && { command: [...command] }),
      ...(args && { args: [...args] }),
    };
  };
  return { ...(metadata && { metadata }), spec: { ...spec!, containers: spec!.containers.map(change) } };
}
