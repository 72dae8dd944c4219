import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A temporary folder, with the process that made it. */
const TEMPORARY = /^\.new-([1-9]\d*)-\w+$/;

/**
 * Removes the temporary folders that stopped runs left in `folder`: those with our marker, older than this process, of
 * a process that is gone. Another run may be writing beside this one, and its folder stays.
 */
export function sweep(folder: string, marker: string): void {
  const started = Date.now() - process.uptime() * 1000;
  for (const name of readdirSync(folder)) {
    const [, pid] = TEMPORARY.exec(name) ?? [];
    const path = join(folder, name);
    if (pid === undefined || !isGone(Number(pid)) || !existsSync(join(path, marker))) continue;
    const stat = lstatSync(path);
    if (stat.isDirectory() && stat.mtimeMs < started) rmSync(path, { recursive: true, force: true });
  }
}

export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
