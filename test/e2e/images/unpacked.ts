// An OCI image layout as an engine takes it: each digest and size is checked, and each layer unpacked.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { IMAGES } from './cache';
import { inOverlay } from './process';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface ImageConfig {
  readonly config: {
    readonly Env: readonly string[];
    readonly User: string;
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
  };
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

interface Blob {
  readonly digest: string;
  readonly size: number;
  /** Of a JSON document. */
  readonly text?: string;
  /** Of a layer: its plain tar's, and where it is unpacked. */
  readonly diffId?: string;
  readonly folder?: string;
}

/** The user, and files for kolla_start, of a program that runs in an image. */
export interface RunOptions {
  readonly user?: string;
  readonly env?: readonly string[];
  readonly configFiles?: string;
}

/** What containerd leaves to a container of a chart that starts with `kolla_start`. */
const CAPABILITIES = ['audit_write', 'chown', 'dac_override', 'fowner', 'setgid', 'setuid'];

/** Mounts what a container would have, and runs its command. */
const ENTER = `
  mkdir -p "$ROOT/var/lib/kolla/config_files"
  [ -z "$1" ] || mount --bind "$1" "$ROOT/var/lib/kolla/config_files"
  shift
  exec chroot "$ROOT" "$@" 2>&1`;

export class Unpacked {
  private constructor(
    private readonly folder: string,
    /** What is wrong with it. */
    readonly problems: readonly string[],
    readonly configs: ReadonlyMap<string, ImageConfig>,
    private readonly layers: ReadonlyMap<string, readonly string[]>,
  ) {}

  static async of(tar: string): Promise<Unpacked> {
    const folder = mkdtempSync(join(IMAGES, `.${process.pid}-`));
    const files = await read(tar, folder);
    const problems: string[] = [];
    const json = (descriptor: Descriptor): unknown => JSON.parse(blobOf(descriptor).text ?? 'null');
    const blobOf = ({ digest, size }: Descriptor): Blob => {
      const blob = files.get(`blobs/${digest.replace(':', '/')}`);
      if (blob?.digest !== digest) problems.push(`${digest} is ${blob?.digest}`);
      if (blob?.size !== size) problems.push(`${digest} has ${blob?.size} bytes instead of ${size}`);
      return blob ?? { digest, size };
    };
    const index = JSON.parse(files.get('index.json')?.text ?? '{}') as {
      manifests: (Descriptor & { annotations: Record<string, string> })[];
    };
    const configs = new Map<string, ImageConfig>();
    const layers = new Map<string, string[]>();
    for (const descriptor of index.manifests) {
      const manifest = json(descriptor) as Manifest;
      const config = json(manifest.config) as ImageConfig;
      const name = descriptor.annotations['io.containerd.image.name'] ?? '';
      const blobs = manifest.layers.map(blobOf);
      if (blobs.map(({ diffId }) => diffId).join() !== config.rootfs.diff_ids.join())
        problems.push(`${name}: other diff_ids than its layers have`);
      configs.set(name, config);
      layers.set(
        name,
        blobs.map((blob) => blob.folder ?? ''),
      );
    }
    return new Unpacked(folder, problems, configs, layers);
  }

  /** What a program writes that runs in an image: as its user, with its environment. @throws if it fails */
  async run(image: string, command: readonly string[], options: RunOptions = {}): Promise<string> {
    const { User, Env } = this.configs.get(image)!.config;
    const user = options.user ?? (User || 'root');
    const folder = mkdtempSync(join(this.folder, 'run-'));
    const allowed = CAPABILITIES.map((name) => `+${name}`).join(',');
    const who = [
      'setpriv',
      '--reuid',
      user,
      '--regid',
      user,
      '--init-groups',
      '--reset-env',
      `--bounding-set=-all,${allowed}`,
    ];
    const env = ['env', ...Env, ...(options.env ?? [])];
    const entered = ['sh', '-euc', ENTER, 'sh', options.configFiles ?? '', ...who, ...env, ...command];
    return inOverlay(folder, this.layers.get(image)!, entered).finally(() => rmSync(folder, { recursive: true }));
  }

  /** A folder that goes with this. */
  newFolder(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Each file of the tar; a layer is unpacked while it is read. */
async function read(tar: string, folder: string): Promise<Map<string, Blob>> {
  const files = new Map<string, Blob>();
  const entries = extract();
  const done = pipeline(createReadStream(tar, { highWaterMark: 1 << 20 }), entries);
  for await (const entry of entries) {
    const blob = await blobFrom(entry as AsyncIterable<Buffer>, join(folder, `${files.size}`));
    files.set(entry.header.name, blob);
  }
  await done;
  return files;
}

async function blobFrom(content: AsyncIterable<Buffer>, folder: string): Promise<Blob> {
  const hash = createHash('sha256');
  let size = 0;
  const chunks = content[Symbol.asyncIterator]();
  let chunk = await chunks.next();
  const isText = !chunk.done && chunk.value.toString('latin1', 0, 1) === '{';
  const hashed = async function* () {
    for (; !chunk.done; chunk = await chunks.next()) {
      hash.update(chunk.value);
      size += chunk.value.length;
      yield chunk.value;
    }
  };
  const whole = Readable.from(hashed());
  const found = isText ? { text: await text(whole) } : { diffId: await unpack(whole, folder), folder };
  return { ...found, digest: `sha256:${hash.digest('hex')}`, size };
}

async function unpack(layer: Readable, folder: string): Promise<string> {
  const child = spawn('python3', ['-B', join(__dirname, 'unpack.py'), folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [printed] = await Promise.all([text(child.stdout), pipeline(layer, child.stdin)]);
  return printed.trim();
}
