import type { Tool } from './table';

/**
 * The Kubernetes that the objects are sent to: the newest that the Go module proxy had when this was written, or
 * another that is asked for, such as the oldest that the charts allow.
 */
const version = process.env.KUBERNETES ?? '1.36.3';
const [, minor = '', patch = ''] = version.split('.');
const ldflags = ['gitMajor=1', `gitMinor=${minor}`, `gitVersion=v${version}`].map(
  (value) => `-X k8s.io/component-base/version.${value}`,
);

const says = (output: string, title: string): boolean => output.trim().split('\n')[0] === `${title} v${version}`;

/** A program of Kubernetes itself. No sums: none could be looked up when this was written. */
function kubernetes(program: string, probe?: Tool['probe']): Tool {
  return {
    env: [program.toUpperCase().replaceAll('-', '_')],
    program,
    version,
    // Those of a cluster have to be of one version, whatever a machine has of each.
    probe: probe ?? { args: ['--version'], accepts: (output) => says(output, 'Kubernetes') },
    go: {
      package: `k8s.io/kubernetes/cmd/${program}`,
      ldflags: `-s -w ${ldflags.join(' ')}`,
      // Up to 1.30 there are cloud providers in it otherwise, with much that they need.
      tags: 'providerless',
      module: 'k8s.io/kubernetes',
      siblings: `v0.${minor}.${patch}`,
    },
    release: {
      base: 'https://dl.k8s.io',
      baseEnv: 'KUBERNETES_DOWNLOAD_URL',
      path: (platform, arch) => `v${version}/bin/${platform}/${arch}/${program}`,
      checksum: '.sha256',
    },
  };
}

/** A program of containerd 2, which kubelet needs from 1.37 on; Debian 12 has 1.6. */
function containerd(program: string, args: readonly string[] = ['--version']): Tool {
  const module = 'github.com/containerd/containerd/v2';
  return {
    env: [program.toUpperCase().replaceAll('-', '_')],
    program,
    version: '2.4.2',
    probe: { args, accepts: /\bv?2\.\d+\.\d+/ },
    go: {
      package: `${module}/cmd/${program}`,
      ldflags: `-s -w -X ${module}/version.Version=v2.4.2`,
      static: true,
    },
    release: {
      base: 'https://github.com/containerd/containerd/releases/download',
      baseEnv: 'CONTAINERD_DOWNLOAD_URL',
      path: (platform, arch) => `v2.4.2/containerd-2.4.2-${platform}-${arch}.tar.gz`,
      member: () => `bin/${program}`,
      checksum: '.sha256sum',
    },
  };
}

/** What a Kubernetes of our own is made of. */
export const kubernetesTools = {
  'kube-apiserver': kubernetes('kube-apiserver', {
    args: ['--version'],
    accepts: (output) => says(output, 'Kubernetes') || (!process.env.KUBERNETES && /^Kubernetes v1\./.test(output)),
  }),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  'kube-proxy': kubernetes('kube-proxy'),
  kubelet: kubernetes('kubelet'),
  kubectl: kubernetes('kubectl', {
    args: ['version', '--client'],
    accepts: (output) => says(output, 'Client Version:'),
  }),

  etcd: {
    env: ['ETCD'],
    program: 'etcd',
    version: '3.6.16',
    probe: { args: ['--version'], accepts: /^etcd Version: 3\./ },
    go: { package: 'go.etcd.io/etcd/server/v3', ldflags: '-s -w', module: 'go.etcd.io/etcd/server/v3' },
    release: {
      base: 'https://github.com/etcd-io/etcd/releases/download',
      baseEnv: 'ETCD_DOWNLOAD_URL',
      path: (platform, arch) => `v3.6.16/etcd-v3.6.16-${platform}-${arch}.tar.gz`,
      member: (platform, arch) => `etcd-v3.6.16-${platform}-${arch}/etcd`,
      checksum: 'SHA256SUMS',
    },
  },

  containerd: containerd('containerd'),
  'containerd-shim-runc-v2': containerd('containerd-shim-runc-v2', ['-v']),
  ctr: containerd('ctr'),

  coredns: {
    env: ['COREDNS'],
    program: 'coredns',
    version: '1.15.0',
    probe: { args: ['-version'], accepts: /^CoreDNS-1\./ },
    go: { package: 'github.com/coredns/coredns', ldflags: '-s -w', static: true },
    release: {
      base: 'https://github.com/coredns/coredns/releases/download',
      baseEnv: 'COREDNS_DOWNLOAD_URL',
      path: (platform, arch) => `v1.15.0/coredns_1.15.0_${platform}_${arch}.tgz`,
      member: () => 'coredns',
      checksum: '.sha256',
    },
  },

  // Published as an image only.
  'local-path-provisioner': {
    env: ['LOCAL_PATH_PROVISIONER'],
    program: 'local-path-provisioner',
    version: '0.0.30',
    probe: { args: ['--version'], accepts: /^local-path-provisioner version v?0\.0\.(?!1$)/m },
    go: {
      package: 'github.com/rancher/local-path-provisioner',
      ldflags: '-s -w -X main.VERSION=v0.0.30',
      static: true,
    },
  },

  // A kubelet that only says that its pods run.
  kwok: {
    env: ['KWOK'],
    program: 'kwok',
    version: '0.8.0',
    probe: { args: ['--version'], accepts: /^kwok version v?0\./ },
    go: { package: 'sigs.k8s.io/kwok/cmd/kwok', ldflags: '-s -w' },
  },
} satisfies Record<string, Tool>;
