// What a node leaves on a machine when its processes are gone.
import { existsSync, readFileSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './command';

const CGROUPS = '/sys/fs/cgroup';

/** Kills what is left in the cgroups of this name, and removes them. */
export async function removeCgroups(name: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const cgroups = cgroupsOf(name);
    if (cgroups.length === 0) return;
    for (const pid of cgroups.flatMap(processesOf)) kill(pid);
    // Those inside others first. One is busy for a moment after its last process has ended.
    for (const cgroup of cgroups.reverse()) attempt(() => rmdirSync(cgroup));
    if (tries === 100) throw new Error(`cgroups can't be removed: ${cgroupsOf(name).join(', ')}`);
    await sleep(50);
  }
}

/** All of a node, in every hierarchy, the outer ones first. */
export function cgroupsOf(name: string): string[] {
  const hierarchies = [CGROUPS, ...foldersIn(CGROUPS).map((folder) => join(CGROUPS, folder))];
  const within = (cgroup: string): string[] => [
    cgroup,
    ...foldersIn(cgroup).flatMap((folder) => within(join(cgroup, folder))),
  ];
  return hierarchies
    .map((hierarchy) => join(hierarchy, name))
    .flatMap((root) => (existsSync(root) ? within(root) : []));
}

function foldersIn(folder: string): string[] {
  return attempt(() => readdirSync(folder, { withFileTypes: true }))
    .flatMap((entries) => entries)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

const processesOf = (cgroup: string): number[] =>
  attempt(() => readFileSync(join(cgroup, 'cgroup.procs'), 'utf8')).flatMap((text) =>
    text.split('\n').filter(Boolean).map(Number),
  );

// 0 is a process of another pid namespace, which this one does not see.
const kill = (pid: number): unknown => pid > 0 && attempt(() => process.kill(pid, 'SIGKILL'));

/** The result, or nothing: processes and cgroups go while they are looked at. */
function attempt<T>(work: () => T): T[] {
  try {
    return [work()];
  } catch {
    return [];
  }
}

/** Mounts on this machine below a folder, the outer ones first. */
export function mountsBelow(folder: string): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
  const paths = lines.map((line) => line.split(' ')[4]!.replace(/\\(\d{3})/g, (_, code: string) => octal(code)));
  return paths.filter((path) => path.startsWith(`${folder}/`));
}

const octal = (code: string): string => String.fromCharCode(parseInt(code, 8));

/** Removes parts of a folder; first it unmounts what somebody has mounted there, so that nothing of that is removed. */
export async function removeParts(folder: string, parts: readonly string[]): Promise<void> {
  for (const part of parts) {
    const path = join(folder, part);
    const mounts = mountsBelow(folder).filter((mount) => mount === path || mount.startsWith(`${path}/`));
    for (const mount of mounts.reverse()) await run(['umount', mount]);
    rmSync(path, { recursive: true, force: true });
  }
}
