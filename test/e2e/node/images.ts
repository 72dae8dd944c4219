// Images that a node needs before any registry or other image is there.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../../../tools/toolchain';
import { run } from './command';
import { archiveOf, type Image } from './oci';

const ARCHIVES = join(__dirname, '..', '..', '..', '.cache', 'images');

/** Holds a pod's namespaces. */
export const PAUSE = 'localhost/pause:1';
/** A shell and what goes with it. */
export const BUSYBOX = 'localhost/busybox:1';
export const COREDNS = 'localhost/coredns:1';
export const LOCAL_PATH_PROVISIONER = 'localhost/local-path-provisioner:1';

/** Archives of all of them, made of programs of this machine and the toolchain. */
export async function nodeImages(): Promise<string[]> {
  const busybox = staticBusybox();
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const links = applets
    .filter((name) => name !== 'busybox')
    .map((name) => [`bin/${name}`, { link: 'busybox' }] as const);
  const shell: Image = {
    name: BUSYBOX,
    files: { 'bin/busybox': { program: busybox }, ...Object.fromEntries(links) },
    entrypoint: ['/bin/sh'],
  };
  // containerd ends it by SIGKILL; and nothing is left to it as a child, unless a pod's containers share processes.
  const pause = { ...shell, name: PAUSE, entrypoint: ['/bin/sleep', '2147483647'] };
  const own = [
    [COREDNS, 'coredns'],
    [LOCAL_PATH_PROVISIONER, 'local-path-provisioner'],
  ] as const;
  const programs = own.map(([name, program]): Image => ({
    name,
    files: { [`bin/${program}`]: { program: tool(program) } },
    entrypoint: [`/bin/${program}`],
  }));
  return Promise.all([pause, shell, ...programs].map((image) => archiveOf(image, ARCHIVES)));
}

/** Debian has it in the package busybox-static; that of the package busybox would find no C library in an image. */
function staticBusybox(): string {
  const found = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  const needsLibraries = found !== undefined && readFileSync(found).subarray(0, 4096).includes('/ld-');
  if (found !== undefined && !needsLibraries) return found;
  throw new Error(
    `${found ?? '/bin/busybox'} ${found ? 'needs shared libraries' : 'is not there'}: install busybox-static`,
  );
}

/** Names and digests of the images in an archive; none where it is not OCI's layout, but that of `docker save`. */
export async function contentOf(archive: string): Promise<{ name: string; digest: string }[]> {
  const text = await run(['tar', '-xOf', archive, '--occurrence=1', 'index.json']).catch(() => '{}');
  const { manifests = [] } = JSON.parse(text) as { manifests?: { digest: string; annotations?: Annotations }[] };
  return manifests.map(({ digest, annotations }) => ({
    name: annotations?.['io.containerd.image.name'] ?? annotations?.['org.opencontainers.image.ref.name'] ?? '',
    digest,
  }));
}

type Annotations = Readonly<Record<string, string | undefined>>;
