// Configuration files of what runs on a node.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAUSE } from './images';
import type { Addresses } from './network';

/** The same on every node: it is in a mount namespace of its own. */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

/** Where Debian puts the plugins. */
export const CNI_PLUGINS = '/usr/lib/cni';

/** The CNI network that pods are in. */
export const POD_NETWORK = 'pods';

const DOMAIN = 'cluster.local';

export interface NodeOfCluster {
  readonly folder: string;
  /** The node's name in the cluster. */
  readonly nodeName: string;
  /** The name of its cgroups. */
  readonly cgroup: string;
  readonly addresses: Addresses;
}

/** Writes them all into `<folder>/config/`, where they are as they were unless the code is another. */
export function writeConfig(node: NodeOfCluster): void {
  const config = join(node.folder, 'config');
  mkdirSync(join(config, 'cni'), { recursive: true });
  const write = (file: string, content: object | string): void =>
    writeFileSync(join(config, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  write('containerd.toml', containerd(node));
  write('cni/10-pods.conflist', pods(node));
  write('kubelet.json', kubelet(node));
  // Of pods that don't ask for the cluster's names. They have no other way to a DNS.
  write('resolv.conf', `nameserver ${node.addresses.dns}\n`);
}

/** With what stands in for rights that a machine may not give: to lower OOM scores, and AppArmor. */
const containerd = ({ folder }: NodeOfCluster): string => `version = 3
root = '${join(folder, 'containerd')}'
state = '/run/containerd'
disabled_plugins = [
  'io.containerd.snapshotter.v1.blockfile', 'io.containerd.snapshotter.v1.btrfs', 'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.erofs', 'io.containerd.snapshotter.v1.zfs', 'io.containerd.nri.v1.nri',
]

[grpc]
address = '${CONTAINERD_SOCKET}'

[plugins.'io.containerd.cri.v1.images']
snapshotter = 'overlayfs'

[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '${PAUSE}'

[plugins.'io.containerd.cri.v1.runtime']
disable_apparmor = true
restrict_oom_score_adj = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['${CNI_PLUGINS}']
conf_dir = '${join(folder, 'config', 'cni')}'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
SystemdCgroup = false
`;

/** Each pod has a cable of its own to the node, which routes: so the node's packet filter sees all that pods send. */
const pods = ({ addresses }: NodeOfCluster): object => ({
  cniVersion: '1.0.0',
  name: POD_NETWORK,
  plugins: [
    {
      type: 'ptp',
      ipMasq: false,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: addresses.nodePods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

const kubelet = ({ folder, cgroup, addresses }: NodeOfCluster): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: join(folder, 'pki', 'ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  tlsCertFile: join(folder, 'pki', 'kubelet.crt'),
  tlsPrivateKeyFile: join(folder, 'pki', 'kubelet.key'),
  containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${cgroup}`,
  // Version 1 is what some machines have; kubelet refuses it by itself from 1.35 on.
  failCgroupV1: false,
  failSwapOn: false,
  clusterDNS: [addresses.dns],
  clusterDomain: DOMAIN,
  resolvConf: join(folder, 'config', 'resolv.conf'),
  maxPods: 200,
  // The disk is the machine's: that others have nearly filled it is no reason to end pods, or to remove images, which
  // nobody could pull again.
  evictionHard: {
    'memory.available': '100Mi',
    'nodefs.available': '100Mi',
    'nodefs.inodesFree': '1%',
    'imagefs.available': '100Mi',
    'imagefs.inodesFree': '1%',
  },
  imageGCHighThresholdPercent: 100,
  serializeImagePulls: false,
  registryPullQPS: 0,
  syncFrequency: '20s',
});
