// A tar with an OCI image layout: every layer once, whatever images share it.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { arch } from 'node:process';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Config, Layer } from './layers';

export interface Image {
  /** With registry and tag. */
  readonly name: string;
  readonly config: Config;
  /** The lowest first. */
  readonly layers: readonly Layer[];
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const TYPES = {
  config: 'application/vnd.oci.image.config.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+zstd',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
} as const;

const PLATFORM = { os: 'linux', architecture: arch === 'x64' ? 'amd64' : arch };
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export async function writeLayout(path: string, images: readonly Image[]): Promise<void> {
  const blobs = new Map<string, string>();
  const blob = (mediaType: string, content: object): Descriptor => {
    const text = JSON.stringify(content);
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    blobs.set(digest, text);
    return { mediaType, digest, size: Buffer.byteLength(text) };
  };
  const manifests = images.map((image) => ({
    ...blob(TYPES.manifest, manifest(image, blob(TYPES.config, configOf(image)))),
    platform: PLATFORM,
    annotations: { 'io.containerd.image.name': image.name, 'org.opencontainers.image.ref.name': image.name },
  }));

  const tar = pack();
  const done = pipeline(tar, createWriteStream(path));
  tar.entry({ name: 'oci-layout' }, JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  tar.entry({ name: 'index.json' }, JSON.stringify({ schemaVersion: 2, mediaType: TYPES.index, manifests }));
  for (const [digest, text] of blobs) tar.entry({ name: blobPath(digest) }, text);
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layer.digest, layer])));
  for (const { digest, size, blob: file } of layers.values()) {
    const entry = tar.entry({ name: blobPath(digest), size });
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), entry);
  }
  tar.finalize();
  await done;
}

const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

const manifest = ({ layers }: Image, config: Descriptor) => ({
  schemaVersion: 2,
  mediaType: TYPES.manifest,
  config,
  layers: layers.map(({ digest, size }): Descriptor => ({ mediaType: TYPES.layer, digest, size })),
});

const configOf = ({ config, layers }: Image) => ({
  ...PLATFORM,
  config: {
    Env: Object.entries({ PATH, ...config.env }).map((pair) => pair.join('=')),
    Labels: config.label,
    User: config.user,
    ...(config.entrypoint && { Entrypoint: config.entrypoint }),
    ...(config.cmd && { Cmd: config.cmd }),
  },
  rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  history: layers.map(({ name }) => ({ created_by: name })),
});
