// OCI images of one layer, made of programs that need nothing else, in archives as container engines take them.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** What an image holds, by path: a program of this machine, or a symbolic link. */
type Files = Readonly<Record<string, { readonly program: string } | { readonly link: string }>>;

export interface Image {
  /** With registry and tag, as pods name it. */
  readonly name: string;
  readonly files: Files;
  readonly entrypoint: readonly string[];
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64' };

/** The archive of an image, in a folder where it is found again as long as its programs stay what they are. */
export async function archiveOf(image: Image, folder: string): Promise<string> {
  const stamps = Object.values(image.files).map((file) => {
    if ('link' in file) return '';
    const { size, mtimeMs } = statSync(file.program);
    return `${size} ${mtimeMs}`;
  });
  const hash = createHash('sha256')
    .update(JSON.stringify([image, stamps]))
    .digest('hex')
    .slice(0, 12);
  const archive = join(folder, `${image.name.replace(/^.*\//, '').replace(':', '-')}-${hash}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(folder, { recursive: true });
  const partial = `${archive}.${process.pid}`;
  writeFileSync(partial, await archiveContent(image));
  renameSync(partial, archive);
  return archive;
}

async function archiveContent({ name, files, entrypoint }: Image): Promise<Buffer> {
  const blobs: Entry[] = [];
  const blob = (content: Buffer): { digest: string; size: number } => {
    const sum = createHash('sha256').update(content).digest('hex');
    blobs.push({ path: `blobs/sha256/${sum}`, content });
    return { digest: `sha256:${sum}`, size: content.length };
  };
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  const entries = Object.entries(files).map(([path, file]) =>
    'link' in file ? { path, link: file.link } : { path, content: readFileSync(file.program) },
  );
  const layer = blob(await tar([...foldersOf(Object.keys(files)), ...entries]));
  const config = blob(
    json({
      architecture: ARCHITECTURES[process.arch] ?? process.arch,
      os: 'linux',
      config: { Entrypoint: entrypoint, Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    }),
  );
  const manifest = blob(
    json({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
    }),
  );
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name };
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest, annotations }],
  };
  // What says what is in it comes first, so that it is found without reading all.
  return tar([
    { path: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', content: json(index) },
    ...blobs,
  ]);
}

interface Entry {
  readonly path: string;
  readonly content?: Buffer;
  readonly link?: string;
}

function foldersOf(paths: readonly string[]): Entry[] {
  const above = (path: string): string[] => (path === '.' ? [] : [...above(dirname(path)), path]);
  return [...new Set(paths.flatMap((path) => above(dirname(path))))].map((path) => ({ path }));
}

/** Without anything of the moment, so that the same files make the same image. */
async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  const whole = buffer(archive);
  const common = { mode: 0o755, mtime: new Date(0) };
  for (const { path, content, link } of entries) {
    if (content) archive.entry({ ...common, name: path }, content);
    else if (link !== undefined) archive.entry({ ...common, name: path, type: 'symlink', linkname: link });
    else archive.entry({ ...common, name: path, type: 'directory' });
  }
  archive.finalize();
  return whole;
}
