// Stand-ins for Kolla's images, for machines without a registry: Kolla's own scripts, users and environment over
// Debian's services and OpenStack from PyPI.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenStackRelease } from '../../../tools/openstack-python';
import { install } from '../../pods/packages';
import { cached, keyOf } from './cache';
import { type Kolla, chainOf, kollaOf } from './kolla';
import { type Config, type Layer, type Progress, type Replayed } from './layers';
import { packagesLayer, projectLayer, replayedLayer, rootLayer, toolsLayer, venvLayer } from './layers';
import { type Image, writeLayout } from './layout';
import { NETWORKING, imageName, packagesOf, pythonOf, servicesOf, suiteOf } from './recipe';

const NONE: Config = { env: {}, label: {}, user: '' };

/**
 * The path of a tar with an OCI image layout, for `ctr -n k8s.io images import`: the images of a release under the names
 * that charts ask for. Beside it, `left-out.txt` has the steps of Kolla's Dockerfiles that were not carried out.
 *
 * Needs root, Debian's packages and PyPI: the first call takes some minutes, one with the same recipe a tenth of a second.
 * A changed recipe makes those layers anew that depend on it. To free the disk, delete `.cache/images`.
 */
export async function buildImages(
  release: OpenStackRelease,
  names: readonly string[],
  progress: Progress = () => {},
): Promise<string> {
  if (process.getuid?.() !== 0) throw new Error('images are built as root, on Debian: layers are mounted');
  install({ zstd: 'zstd', setpriv: 'util-linux' });
  const kolla = await kollaOf(release);
  const built: (Image & { readonly leftOut: readonly string[] })[] = [];
  for (const name of [...new Set(names)].sort()) built.push(await imageOf(release, kolla, name, progress));

  const key = keyOf(...built.flatMap(({ name, layers }) => [name, ...layers.map((layer) => layer.digest)]));
  const folder = await cached(`openstack-${release}-${key}`, async (made) => {
    progress(`writes ${names.length} images of ${release}`);
    await writeLayout(join(made, 'images.tar'), built);
    const lines = [...new Set(built.flatMap(({ leftOut }) => leftOut))];
    writeFileSync(join(made, 'left-out.txt'), lines.map((line) => `${line}\n`).join(''));
  });
  return join(folder, 'images.tar');
}

/** What a Dockerfile of Kolla installs comes below the layer of the rest of it. */
async function imageOf(release: OpenStackRelease, kolla: Kolla, image: string, progress: Progress) {
  const suite = suiteOf(release, image);
  const root = await rootLayer(suite, progress);
  const below: Layer[] = [root, await toolsLayer(root, suite, progress)];
  const debian = [...below];
  const leftOut: string[] = [];
  let config = NONE;
  let base = debian;
  let venv: Layer | undefined;
  for (const name of chainOf(kolla, image)) {
    if ((NETWORKING.images as readonly string[]).includes(name)) {
      below.push(await packagesLayer('networking', NETWORKING.packages, base, suite, progress));
    }
    const packages = packagesOf(name);
    if (packages.length > 0) below.push(await packagesLayer(`packages-${name}`, packages, below, suite, progress));
    if (name === 'openstack-base') below.push((venv = await venvLayer(release, kolla, debian, progress)));
    const python = pythonOf(release, name);
    if (venv && python.length > 0) below.push(await projectLayer(name, release, python, debian, venv, progress));
    const task = { folder: kolla.images.get(name)!, config, services: name === image ? servicesOf(name) : null };
    const layer: Layer & Replayed = await replayedLayer(task, below, progress);
    below.push(layer);
    leftOut.push(...layer.leftOut);
    config = layer.config;
    if (name === 'base') base = [...below];
  }
  return { name: imageName(release, image), config, layers: below, leftOut };
}
