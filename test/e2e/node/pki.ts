// The cluster's certificates, and the kubeconfigs of those who log in with them.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command';
import type { Addresses } from './network';

/** Who logs in to the API server; `admin` may do all. */
const USERS = ['admin', 'kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'network-policies'];

/**
 * Makes what is not there yet: `<folder>/pki/` with certificates, keys and `<user>.kubeconfig`.
 *
 * @throws where it is there, but of a node that knew fewer users
 */
export async function makePki(folder: string, nodeName: string, addresses: Addresses): Promise<void> {
  const pki = join(folder, 'pki');
  if (existsSync(pki)) {
    const unknown = USERS.filter((user) => !existsSync(join(pki, `${user}.kubeconfig`)));
    if (unknown.length === 0) return;
    throw new Error(`${folder}: its node is of an older version, without ${unknown.join(', ')}; end it first`);
  }
  const partial = join(folder, '.pki');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  await run(['sh', join(__dirname, 'pki.sh'), partial, nodeName, addresses.node, addresses.api]);
  const data = (file: string): string => readFileSync(join(partial, file)).toString('base64');
  for (const user of USERS) {
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: nodeName,
          cluster: { server: `https://${addresses.node}:6443`, 'certificate-authority-data': data('ca.crt') },
        },
      ],
      users: [
        {
          name: user,
          user: { 'client-certificate-data': data(`${user}.crt`), 'client-key-data': data(`${user}.key`) },
        },
      ],
      contexts: [{ name: nodeName, context: { cluster: nodeName, user } }],
      'current-context': nodeName,
    };
    writeFileSync(join(partial, `${user}.kubeconfig`), JSON.stringify(kubeconfig, null, 2), { mode: 0o600 });
  }
  renameSync(partial, pki);
}
