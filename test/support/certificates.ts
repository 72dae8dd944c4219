import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEYS = ['ca.crt', 'tls.crt', 'tls.key'];

/** A Secret as cert-manager makes it: an authority of its own, and a certificate of it for the names, for two days. */
export function certificateSecret(name: string, names: readonly string[]): object {
  const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-tls-'));
  try {
    const certificate = (to: string, ...options: string[]) =>
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${to}`],
          ...['-keyout', `${to}.key`, '-out', `${to}.crt`, ...options],
        ],
        { cwd: folder, stdio: 'pipe' },
      );
    const extensions = (...texts: string[]) => texts.flatMap((text) => ['-addext', text]);
    certificate('ca', ...extensions('keyUsage=critical,keyCertSign,cRLSign'));
    certificate(
      'tls',
      ...['-CA', 'ca.crt', '-CAkey', 'ca.key'],
      ...extensions('basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'),
      ...extensions('extendedKeyUsage=serverAuth,clientAuth'),
      ...extensions(`subjectAltName=${names.map((one) => `DNS:${one}`).join(',')}`),
    );
    const data = Object.fromEntries(KEYS.map((key) => [key, readFileSync(join(folder, key)).toString('base64')]));
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
