// The volumes of a pod as folders on the node, written and owned as kubelet does it.
import type { DownwardAPIVolumeFile, KeyToPath, Pod, Volume, VolumeProjection } from 'kubernetes-types/core/v1';
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fieldOf, quantity, resourceOf } from './fields';
import type { Node } from './node';
import type { Objects } from './objects';

/** Files by their path in the volume. */
type Files = Map<string, { readonly content: Buffer; readonly mode: number }>;

/** How large a claim's file system is; one without a size is a folder on this machine's disk. */
export interface ClaimOptions {
  readonly size?: string;
}

/** Folders of claims: they stay when their pods go. */
export class Claims {
  private readonly mounted = new Set<string>();

  constructor(
    private readonly node: Node,
    private readonly options: Readonly<Record<string, ClaimOptions>>,
  ) {}

  folder(claim: string): string {
    return join(this.node.folder, 'claims', claim);
  }

  async provide(claim: string): Promise<string> {
    const folder = this.folder(claim);
    mkdirSync(this.node.path(folder), { recursive: true });
    const size = this.options[claim]?.size;
    if (size !== undefined && !this.mounted.has(claim)) {
      this.mounted.add(claim);
      await tmpfs(this.node, folder, size, '755');
    }
    return folder;
  }

  /** Makes a claim with a size larger, or smaller, as an administrator does. */
  async resize(claim: string, size: string): Promise<void> {
    await this.node.sh('mount -o "remount,size=$1" "$2"', String(quantity(size)), this.folder(claim));
  }
}

const tmpfs = (node: Node, folder: string, size: string | undefined, mode: string): Promise<string> =>
  node.sh('mount -t tmpfs -o "$1" tmpfs "$2"', `mode=${mode}${size ? `,size=${quantity(size)}` : ''}`, folder);

/** Makes the volumes of a pod below a folder; the folder of each on the node, by name. */
export async function makeVolumes(
  pod: Pod,
  where: { readonly node: Node; readonly folder: string; readonly claims: Claims; readonly objects: Objects },
): Promise<Map<string, string>> {
  const { node, claims, objects } = where;
  const made = new Map<string, string>();
  const { fsGroup, fsGroupChangePolicy } = pod.spec!.securityContext ?? {};
  for (const volume of pod.spec!.volumes ?? []) {
    const claim = volume.persistentVolumeClaim?.claimName;
    const folder = claim === undefined ? join(where.folder, volume.name) : await claims.provide(claim);
    made.set(volume.name, folder);
    const path = node.path(folder);
    if (claim === undefined) {
      mkdirSync(path, { recursive: true });
      if (volume.emptyDir?.medium === 'Memory') await tmpfs(node, folder, sizeOf(volume), '777');
      chmodSync(path, 0o777);
      const files = filesOf(pod, volume, objects);
      if (files) writeAtOnce(path, files);
    }
    if (fsGroup === undefined) continue;
    if (claim !== undefined && fsGroupChangePolicy === 'OnRootMismatch' && belongs(path, fsGroup)) continue;
    give(path, fsGroup, volume.emptyDir || claim !== undefined ? 0o660 : 0o440);
  }
  return made;
}

const sizeOf = ({ emptyDir }: Volume): string | undefined => emptyDir?.sizeLimit;

function filesOf(pod: Pod, volume: Volume, objects: Objects): Files | undefined {
  const { configMap, secret, downwardAPI, projected, emptyDir } = volume;
  if (emptyDir) return undefined;
  const mode = (configMap ?? secret ?? downwardAPI ?? projected)?.defaultMode ?? 0o644;
  if (projected) return new Map(projected.sources!.flatMap((source) => [...sourceFiles(pod, source, mode, objects)]));
  const named = secret && { ...secret, name: secret.secretName! };
  return sourceFiles(pod, { configMap, secret: named, downwardAPI }, mode, objects, volume.name);
}

function sourceFiles(pod: Pod, source: VolumeProjection, mode: number, objects: Objects, name = 'projected'): Files {
  const { configMap, secret, downwardAPI } = source;
  if (downwardAPI) return new Map((downwardAPI.items ?? []).map((item) => downward(pod, item, mode)));
  const ref = configMap ?? secret;
  if (!ref) throw new Error(`volume ${name} is of a kind that is not known here: ${Object.keys(source).join(', ')}`);
  const kind = configMap ? 'ConfigMap' : 'Secret';
  const data = objects.data(kind, ref.name!, ref.optional) ?? new Map<string, Buffer>();
  const items: readonly KeyToPath[] = ref.items ?? [...data.keys()].map((key) => ({ key, path: key }));
  const files: Files = new Map();
  for (const { key, path, mode: own } of items) {
    const content = data.get(key);
    if (content) files.set(path, { content, mode: own ?? mode });
    else if (ref.optional !== true) throw new Error(`volume ${name}: no key ${key} in ${kind}/${ref.name}`);
  }
  return files;
}

function downward(pod: Pod, { path, fieldRef, resourceFieldRef, mode }: DownwardAPIVolumeFile, usual: number) {
  const text = fieldRef ? fieldOf(pod, fieldRef) : resourceOf(pod, undefined, resourceFieldRef!);
  return [path, { content: Buffer.from(text), mode: mode ?? usual }] as const;
}

/** Files behind a link to their folder, which kubelet turns when they change. */
function writeAtOnce(path: string, files: Files): void {
  const folder = '..data_0';
  mkdirSync(join(path, folder));
  symlinkSync(folder, join(path, '..data'));
  for (const [name, { content, mode }] of files) {
    const file = join(path, folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
  for (const top of new Set([...files.keys()].map((name) => name.split('/')[0]!)))
    symlinkSync(join('..data', top), join(path, top));
}

const belongs = (path: string, group: number): boolean => {
  const { gid, mode } = lstatSync(path);
  return gid === group && (mode & 0o2770) === 0o2770;
};

/** What `fsGroup` means: all belongs to the group, and what is made in a folder will. */
function give(path: string, group: number, bits: number): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  chownSync(path, found.uid, group);
  // After the owner: a new one takes the bits for setuid and setgid away.
  chmodSync(path, (found.mode & 0o7777) | bits | (found.isDirectory() ? 0o2110 : 0));
  if (found.isDirectory()) for (const name of readdirSync(path)) give(join(path, name), group, bits);
}
