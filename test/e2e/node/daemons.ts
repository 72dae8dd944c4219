// The programs that make a cluster of one node, in the order they are started.
import { dirname, join } from 'node:path';
import { tool } from '../../../tools/toolchain';
import { PATH } from './command';
import type { NodeOfCluster } from './config';

/** Ours, in TypeScript: see `network-policies/main.ts`. */
export const NETWORK_POLICIES = 'network-policies';

export interface Daemon {
  /** The name of the program, in the toolchain too, unless it is one of ours. */
  readonly name: string;
  readonly args: readonly string[];
}

const OTHERS = 'etcd kube-apiserver containerd kubelet kube-controller-manager kube-scheduler kube-proxy'.split(' ');

/** The names of all that run on a node by themselves. */
export const DAEMONS: ReadonlySet<string> = new Set([...OTHERS, NETWORK_POLICIES]);

/** The programs of the toolchain that a node takes. */
export const PROGRAMS = [...OTHERS, 'kubectl', 'containerd-shim-runc-v2', 'ctr', 'coredns', 'local-path-provisioner'];

export function commandOf({ name, args }: Daemon): string[] {
  // A containerd that starts again finds what it had started before only with the help of a shim on its PATH.
  const path = `${dirname(tool('containerd-shim-runc-v2'))}:${PATH}`;
  return ['env', `PATH=${path}`, ...(name === NETWORK_POLICIES ? [process.execPath] : [tool(name)]), ...args];
}

/** What other daemons only wait for. Its etcd is quick and would not survive a loss of power. */
export function controlPlane({ folder, addresses }: NodeOfCluster): Daemon[] {
  const pki = (file: string): string => join(folder, 'pki', file);
  const clients = 'http://127.0.0.1:2379';
  const peers = 'http://127.0.0.1:2380';
  return [
    {
      name: 'etcd',
      args: [
        ...[`--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync', '--log-level=warn'],
        ...[`--listen-client-urls=${clients}`, `--advertise-client-urls=${clients}`],
        ...[`--listen-peer-urls=${peers}`, `--initial-advertise-peer-urls=${peers}`],
        `--initial-cluster=default=${peers}`,
      ],
    },
    {
      name: 'kube-apiserver',
      args: [
        ...[`--etcd-servers=${clients}`, `--service-cluster-ip-range=${addresses.ranges.services}`],
        ...['--bind-address=0.0.0.0', `--advertise-address=${addresses.node}`, '--secure-port=6443'],
        `--client-ca-file=${pki('ca.crt')}`,
        `--tls-cert-file=${pki('kube-apiserver.crt')}`,
        `--tls-private-key-file=${pki('kube-apiserver.key')}`,
        `--kubelet-certificate-authority=${pki('ca.crt')}`,
        `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
        `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
        '--kubelet-preferred-address-types=InternalIP',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        `--service-account-key-file=${pki('service-accounts.pub')}`,
        `--service-account-signing-key-file=${pki('service-accounts.key')}`,
        ...['--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction', '--allow-privileged=true'],
      ],
    },
  ];
}

export const runtime = ({ folder }: NodeOfCluster): Daemon => ({
  name: 'containerd',
  args: [config(folder, 'containerd.toml')],
});

/** What asks the API server for work. */
export function workers({ folder, nodeName, addresses }: NodeOfCluster): Daemon[] {
  const pki = (file: string): string => join(folder, 'pki', file);
  const login = (name: string): string => `--kubeconfig=${pki(`${name}.kubeconfig`)}`;
  return [
    {
      name: 'kubelet',
      args: [
        ...[config(folder, 'kubelet.json'), login('kubelet')],
        ...[`--hostname-override=${nodeName}`, `--node-ip=${addresses.node}`],
      ],
    },
    {
      name: 'kube-controller-manager',
      args: [
        ...[login('kube-controller-manager'), '--leader-elect=false', '--bind-address=127.0.0.1'],
        ...['--use-service-account-credentials', `--root-ca-file=${pki('ca.crt')}`],
        `--service-account-private-key-file=${pki('service-accounts.key')}`,
        ...[`--cluster-signing-cert-file=${pki('ca.crt')}`, `--cluster-signing-key-file=${pki('ca.key')}`],
        // Half of the default 20 and 30 requests a second would be spent on one large release.
        ...['--kube-api-qps=100', '--kube-api-burst=200'],
      ],
    },
    { name: 'kube-scheduler', args: [login('kube-scheduler'), '--leader-elect=false', '--bind-address=127.0.0.1'] },
    {
      name: 'kube-proxy',
      // No file of configuration: it would end by itself when that is written again. What is 0 stays as it is.
      args: [
        ...[login('kube-proxy'), `--hostname-override=${nodeName}`],
        ...['--proxy-mode=iptables', `--cluster-cidr=${addresses.ranges.pods}`],
        ...['max-per-core', 'min', 'tcp-timeout-established', 'tcp-timeout-close-wait'].map(
          (name) => `--conntrack-${name}=0`,
        ),
      ],
    },
    {
      name: NETWORK_POLICIES,
      args: [
        // By its title it is found again.
        ...[`--title=${NETWORK_POLICIES}`, '--require', join(ROOT, 'tools', 'typescript.cjs')],
        ...[join(__dirname, 'network-policies', 'main.ts'), pki(`${NETWORK_POLICIES}.kubeconfig`)],
      ],
    },
  ];
}

const ROOT = join(__dirname, '..', '..', '..');
const config = (folder: string, file: string): string => `--config=${join(folder, 'config', file)}`;
