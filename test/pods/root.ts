// Root file systems of Debian that stand in for Kolla's images: see `root.sh`.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KOLLA_USERS } from '../../lib/kolla/users';
import { install } from './packages';

const RECIPE = join(__dirname, 'root.sh');
const ROOTS = join(__dirname, '..', '..', '.cache', 'roots');

/** Who runs in the pods of these tests. */
const USERS = (['mysql', 'rabbitmq', 'haproxy', 'memcached'] as const).map((name) => `${name}=${KOLLA_USERS[name]}`);

/**
 * trixie has MariaDB 11.8 and RabbitMQ 4.0, as Kolla's images of 2026.1 nearly have; bookworm has MariaDB 10.11, as
 * those of 2025.1 have, and no RabbitMQ.
 */
export type Suite = 'trixie' | 'bookworm';

/**
 * The folder of a root, made at the first call (half a minute) from the mirror in DEBIAN_MIRROR, else from Debian's
 * public one.
 */
export async function debianRoot(suite: Suite): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(RECIPE)).update(USERS.join(' ')).digest('hex').slice(0, 12);
  const root = join(ROOTS, `${suite}-${hash}`);
  if (existsSync(root)) return root;

  install({ mmdebstrap: 'mmdebstrap' });
  mkdirSync(ROOTS, { recursive: true });
  const folder = mkdtempSync(join(ROOTS, `.${suite}-`));
  try {
    const args = [RECIPE, suite, folder, mirror(), ...USERS];
    await promisify(execFile)('bash', args, { timeout: 600_000, maxBuffer: 1 << 26, cwd: '/' });
    chmodSync(folder, 0o755);
    renameSync(folder, root);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Somebody else has been faster.
    if (existsSync(root)) return root;
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(`no root of ${suite}: ${stderr.split('\n').slice(-15).join('\n')}`, { cause: error });
  }
  return root;
}

/** Debian's mirror in DEBIAN_MIRROR; empty for mmdebstrap's own, the public one. */
export function mirror(): string {
  return process.env['DEBIAN_MIRROR'] ?? '';
}
