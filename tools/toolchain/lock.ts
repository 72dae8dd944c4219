import { randomUUID } from 'crypto';
import { lstatSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from 'fs';
import { hostname } from 'os';

/** The longest a build may take, in ms; an older lock is stale whatever its owner. */
const longest = 30 * 60_000;
const pause = 100;

/**
 * Runs `work` while no other process on this file system runs work under the same lock; waits for its turn. A lock
 * whose process has ended, or that is older than 30 minutes, is taken over.
 *
 * The lock is a symbolic link whose target names its owner: made and read in one step each, so that no process ever
 * sees a lock without its owner.
 *
 * @param file the path of the lock; its folder must exist
 */
export function withLock<T>(file: string, work: () => T): T {
  const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
  while (!acquire(file, owner)) {
    removeStale(file);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
  try {
    return work();
  } finally {
    if (ownerOf(file) === owner) unlinkSync(file);
  }
}

function acquire(file: string, owner: string): boolean {
  try {
    symlinkSync(owner, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ownerOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

/** Moves the lock away first: of several that find it stale, one succeeds, and a fresh lock taken by mistake returns. */
function removeStale(file: string): void {
  const owner = ownerOf(file);
  if (!owner || !isStale(file, owner)) return;
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const taken = readlinkSync(aside);
  unlinkSync(aside);
  if (taken !== owner) acquire(file, taken);
}

function isStale(file: string, owner: string): boolean {
  const [host, pid] = owner.split(':');
  try {
    if (Date.now() - lstatSync(file).mtimeMs > longest) return true;
  } catch {
    return false;
  }
  return host === hostname() && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
