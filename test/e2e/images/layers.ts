// The layers of images: each is made once, from a recipe and the layers below it.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type OpenStackRelease, constraints } from '../../../tools/openstack-python';
import { type Suite, debianRoot, mirror } from '../../pods/root';
import { IMAGES, cached, contentOf, keyOf } from './cache';
import { type Kolla, pythonPackages } from './kolla';
import { inOverlay, run } from './process';
import { CLIENT_PLUGINS, RECIPES } from './recipe';

/** What an image says of its containers, in the words of Dockerfiles. */
export interface Config {
  readonly env: Readonly<Record<string, string>>;
  readonly label: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
}

/** What replay.py answers. */
export interface Replayed {
  readonly config: Config;
  readonly leftOut: readonly string[];
}

export interface Layer {
  readonly name: string;
  readonly key: string;
  /** The files, to be mounted; of any but a root, as an overlay keeps what was written. */
  readonly files: string;
  /** The packed layer, and what OCI's image specification calls it. */
  readonly blob: string;
  readonly diffId: string;
  readonly digest: string;
  readonly size: number;
}

const program = (name: string): string => join(__dirname, name);
const COMMON = contentOf(program('overlay.sh'), program('pack.py'));

/** Tells of what takes long. */
export type Progress = (line: string) => void;

/** The lowest layer: the root that the tests of pods have too. */
export async function rootLayer(suite: Suite, progress: Progress): Promise<Layer> {
  const root = await debianRoot(suite);
  const key = keyOf(basename(root), COMMON);
  const folder = await cached(`root-${suite}-${key}`, async (made) => {
    progress(`packs Debian ${suite}`);
    await pack(root, made);
  });
  return read(folder, root);
}

/** What Kolla's base image has from Debian. */
export function toolsLayer(root: Layer, suite: Suite, progress: Progress): Promise<Layer> {
  return written(`tools-${suite}`, [root], ['tools.sh', 'network.sh'], [], progress, async (folder, lower) => {
    await inOverlay(folder, lower, ['bash', program('tools.sh'), mirror(), suite, archives(suite)]);
  });
}

/** Packages of Debian over the layers below. */
export function packagesLayer(
  name: string,
  packages: readonly string[],
  below: readonly Layer[],
  suite: Suite,
  progress: Progress,
): Promise<Layer> {
  const recipe = ['packages.sh', 'network.sh'];
  return written(`${name}-${suite}`, below, recipe, packages, progress, async (folder, lower) => {
    const command = ['bash', program('packages.sh'), mirror(), suite, archives(suite), ...packages];
    await inOverlay(folder, lower, command);
  });
}

/** Kolla's virtual environment over Debian's layers, with what all services of OpenStack have. */
export function venvLayer(
  release: OpenStackRelease,
  kolla: Kolla,
  debian: readonly Layer[],
  progress: Progress,
): Promise<Layer> {
  const packages = [...pythonPackages(kolla), ...CLIENT_PLUGINS];
  return pythonLayer(`venv-${release}`, release, packages, debian, debian, progress);
}

/** What goes into the virtual environment for a project alone. */
export function projectLayer(
  name: string,
  release: OpenStackRelease,
  packages: readonly string[],
  debian: readonly Layer[],
  venv: Layer,
  progress: Progress,
): Promise<Layer> {
  return pythonLayer(`venv-${name}-${release}`, release, packages, debian, [...debian, venv], progress);
}

async function pythonLayer(
  name: string,
  release: OpenStackRelease,
  packages: readonly string[],
  debian: readonly Layer[],
  below: readonly Layer[],
  progress: Progress,
): Promise<Layer> {
  const limits = constraints(release);
  const what = [limits.startsWith('http') ? limits : contentOf(limits), ...packages];
  return written(name, below, ['venv.sh', 'network.sh'], what, progress, async (folder, lower) => {
    const compiler = await compilerOf(RECIPES[release].suite, debian, progress);
    const command = ['bash', program('venv.sh'), join(IMAGES, 'pip'), limits, ...packages];
    await inOverlay(folder, [...lower, compiler], command);
    only(folder, 'var/lib/kolla/venv');
  });
}

/** A Dockerfile of Kolla over the layers below. `services` for an image that is used, null for one below it. */
export async function replayedLayer(
  task: { readonly folder: string; readonly config: Config; readonly services: readonly string[] | null },
  below: readonly Layer[],
  progress: Progress,
): Promise<Layer & Replayed> {
  const recipe = ['replay.py', 'dockerfile.py'];
  const what = [contentOf(task.folder), JSON.stringify({ ...task, folder: '' })];
  const name = `${task.services ? 'image' : 'base'}-${basename(task.folder)}`;
  const layer = await written(name, below, recipe, what, progress, async (folder, lower) => {
    const command = ['python3', '-B', program('replay.py')];
    const answer = await inOverlay(folder, lower, command, JSON.stringify(task));
    writeFileSync(join(folder, 'replayed.json'), answer);
  });
  const replayed = readFileSync(join(IMAGES, `${name}-${layer.key}`, 'replayed.json'), 'utf8');
  return { ...layer, ...(JSON.parse(replayed) as Replayed) };
}

/** A compiler is in no image: just its files are kept. */
async function compilerOf(suite: Suite, below: readonly Layer[], progress: Progress): Promise<string> {
  const key = keyOf(...below.map((layer) => layer.key), contentOf(program('compiler.sh'), program('network.sh')));
  const folder = await cached(`compiler-${suite}-${key}`, async (made) => {
    progress(`compiler for ${suite}`);
    const command = ['bash', program('compiler.sh'), mirror(), suite, archives(suite)];
    await inOverlay(made, files(below), command);
    tidy(made);
  });
  return join(folder, 'upper');
}

/** Packages of Debian are fetched once. */
export const archives = (suite: Suite): string => join(IMAGES, `debs-${suite}`);

const files = (layers: readonly Layer[]): string[] => layers.map((layer) => layer.files);

/** What `make` writes over the layers below. The recipe is the programs and the words that it is made of. */
async function written(
  name: string,
  below: readonly Layer[],
  programs: readonly string[],
  words: readonly string[],
  progress: Progress,
  make: (folder: string, lower: string[]) => Promise<void>,
): Promise<Layer> {
  const recipe = contentOf(...programs.map(program));
  const key = keyOf(name, COMMON, recipe, ...words, ...below.map((layer) => layer.key));
  const folder = await cached(`${name}-${key}`, async (made) => {
    progress(name);
    await make(made, files(below));
    tidy(made);
    await pack(join(made, 'upper'), made);
  });
  return read(folder, join(folder, 'upper'));
}

async function pack(source: string, folder: string): Promise<void> {
  const packed = await run(['python3', '-B', program('pack.py'), source, join(folder, 'blob')]);
  writeFileSync(join(folder, 'layer.json'), packed);
}

function read(folder: string, files: string): Layer {
  const packed = JSON.parse(readFileSync(join(folder, 'layer.json'), 'utf8')) as Pick<
    Layer,
    'diffId' | 'digest' | 'size'
  >;
  const [, name = '', key = ''] = /^(.*)-(\w+)$/.exec(basename(folder)) ?? [];
  return { ...packed, name, key, files, blob: join(folder, 'blob') };
}

/** Leaves of what was written one folder only. */
function only(folder: string, path: string): void {
  const [upper, whole] = [join(folder, 'upper'), join(folder, 'whole')];
  renameSync(upper, whole);
  mkdirSync(join(upper, path, '..'), { recursive: true, mode: 0o755 });
  renameSync(join(whole, path), join(upper, path));
  rmSync(whole, { recursive: true });
}

function tidy(folder: string): void {
  for (const name of ['work', 'root']) rmSync(join(folder, name), { recursive: true });
}
