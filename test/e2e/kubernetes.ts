// A Kubernetes cluster as its operator sees it: kubectl and helm, with a kubeconfig.
import { dirname, join } from 'node:path';
import { tool } from '../../tools/toolchain';
import { until } from '../support/until';
import { run, type RunOptions } from './command';

/** As much of any object as is read here. */
export interface KubeObjectOf<Spec = Record<string, unknown>, Status = Record<string, unknown>> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: Spec;
  readonly status?: Status;
}

export class Kubernetes {
  /** What every kubectl is given. */
  readonly login: readonly string[];

  constructor(readonly kubeconfig: string) {
    // Without a home folder it would keep what it finds out in the current one.
    this.login = ['--kubeconfig', kubeconfig, '--cache-dir', join(dirname(kubeconfig), 'kubectl')];
  }

  /** @throws where it fails */
  async kubectl(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return run([tool('kubectl'), ...this.login, ...args], options);
  }

  /** @throws where it fails */
  async helm(major: 3 | 4, args: readonly string[], options: RunOptions = {}): Promise<string> {
    return run([tool(`helm${major}`), '--kubeconfig', this.kubeconfig, ...args], { seconds: 900, ...options });
  }

  /** Objects of some kinds, `deployments,jobs`, in a namespace. */
  async list<T extends KubeObjectOf>(namespace: string, kinds: string, ...more: readonly string[]): Promise<T[]> {
    const text = await this.kubectl(['get', kinds, '--namespace', namespace, '--output', 'json', ...more]);
    return (JSON.parse(text) as { items: T[] }).items;
  }

  /** One object, `deployment/keystone-api`. @throws where it is not there */
  async get<T extends KubeObjectOf>(namespace: string, object: string): Promise<T> {
    return JSON.parse(await this.kubectl(['get', object, '--namespace', namespace, '--output', 'json'])) as T;
  }

  /** Makes objects, or makes those that are there like this, in the order given. */
  async apply(namespace: string, objects: readonly object[], ...more: readonly string[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await this.kubectl(['apply', '--server-side', '--namespace', namespace, '--filename=-', ...more], { input });
  }

  /** A namespace that admits what `enforced` says, made where it is not there. */
  async namespace(name: string, enforced: 'restricted' | 'baseline' | 'privileged'): Promise<void> {
    const labels = { 'pod-security.kubernetes.io/enforce': enforced };
    await this.apply(name, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }], '--force-conflicts');
    // No pod without it is admitted, and a controller makes it.
    await until(`namespace ${name}`, 30, () => this.kubectl(['get', 'serviceaccount/default', '--namespace', name]));
  }

  /** Removes a namespace and waits until it is gone. */
  async removeNamespace(name: string): Promise<void> {
    const which = ['namespace', name, '--ignore-not-found'];
    // What has its own time to stop is not waited for: nobody uses it any more.
    await this.kubectl(['delete', 'pods', '--all', '--namespace', name, '--grace-period=1', '--wait=false']).catch(
      () => {},
    );
    await this.kubectl(['delete', ...which, '--timeout=180s'], { seconds: 200 });
  }
}
