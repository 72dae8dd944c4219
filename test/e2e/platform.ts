// Where OpenStack runs: the cluster that KUBECONFIG names, or a node of our own with images of our own.
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { Cloud } from '../../lib/cloud';
import { RELEASES, type OpenStackRelease } from '../../lib/kolla/releases';
import type { JsonMap } from '../../lib/values/expression';
import { catalogue } from '../../services';
import { tool } from '../../tools/toolchain';
import { buildImages } from './images/images';
import { KubernetesNode } from './node/node';
import { Kubernetes } from './kubernetes';
import type { Phases } from './phases';

/** What is made here, all of it, unless another folder is asked for. */
export const FOLDER = join(__dirname, '..', '..', '.cache', 'aio');

/** Kolla's images that the charts of services run. */
const imagesOf = (services: readonly string[]): string[] => {
  const cloud = new Cloud();
  return services.flatMap((name) => [...new catalogue[name]!(cloud).images.keys()]);
};

export const PLATFORM_PHASES = ['programs', 'images', 'node', 'images on the node'];

export interface PlatformOptions {
  /** Default: `.cache/aio`. */
  readonly folder?: string;
  /** Registry and namespace of the images, `quay.io/openstack.kolla`. Default: on a node of our own, our stand-ins. */
  readonly registry?: string | undefined;
  /** Releases whose images are needed. Default: both. */
  readonly releases?: readonly OpenStackRelease[];
  /** Services whose images are needed. Default: all. */
  readonly services?: readonly string[];
}

export class Platform {
  readonly kubernetes: Kubernetes;

  private constructor(
    readonly folder: string,
    kubeconfig: string,
    /** The node, where it is our own. */
    readonly node: KubernetesNode | undefined,
    /** Where the images are, as values of a cloud. */
    readonly values: JsonMap,
  ) {
    this.kubernetes = new Kubernetes(kubeconfig);
  }

  /** The cluster that is there, or one that is made; what is there already stays as it is. */
  static async up(phases: Phases, options: PlatformOptions = {}): Promise<Platform> {
    const { folder = FOLDER, registry, releases = RELEASES, services = Object.keys(catalogue) } = options;
    const own = join(folder, 'node');
    const [given] = (process.env['KUBECONFIG'] ?? '').split(delimiter);
    await phases.run('programs', () => Promise.resolve(['kubectl', 'helm3', 'helm4'].map(tool)));
    const values = registryValues(registry);
    const archives = await phases.run('images', async (say) => {
      if (given || registry !== undefined) {
        say(`from ${registry ?? 'the registry of the values'}`);
        return [];
      }
      const found: string[] = [];
      for (const release of releases) found.push(await buildImages(release, imagesOf(services), say));
      return found;
    });
    const node = await phases.run('node', async (say) => {
      if (!given) return KubernetesNode.up(own, say);
      say(`the cluster of ${given}`);
      return undefined;
    });
    await phases.run('images on the node', async () => node?.importImages(...archives));
    return new Platform(folder, given ? resolve(given) : node!.kubeconfig, node, values);
  }

  /** Where host agents come from: a node of our own has an address on its cable, and one towards its pods. */
  get nodeCidrs(): string[] {
    if (!this.node) return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
    const { ranges, nodePods } = this.node.addresses;
    return [ranges.cable, nodePods.replace(/0\/\d+$/, '1/32')];
  }

  /** Removes the node of our own, and all that ran on it. */
  static async down(folder = FOLDER): Promise<boolean> {
    const own = join(folder, 'node');
    if (!existsSync(own)) return false;
    await KubernetesNode.down(own);
    return true;
  }
}

/** `quay.io/openstack.kolla` as values. @throws where it names no namespace */
function registryValues(registry: string | undefined): JsonMap {
  if (registry === undefined) return {};
  const slash = registry.indexOf('/');
  if (slash < 1 || slash === registry.length - 1)
    throw new Error(`--registry ${registry}: it is a registry and a namespace, such as quay.io/openstack.kolla`);
  return { global: { registry: registry.slice(0, slash), namespace: registry.slice(slash + 1) } };
}
