import { textOf } from '../render/plain/expression';
import { Json, JsonMap } from '../values/expression';
import { isMap, mergeLayers } from '../values/merge';
import type { Cloud, CloudObject } from './cloud';

/** What an image's name says. */
export interface ImageName {
  /** As container runtimes read it: `docker.io` where the name has none. */
  readonly registry: string;
  readonly repository: string;
  /** Missing where there is a digest, and no tag. */
  readonly tag?: string;
  readonly digest?: string;
}

/** Who runs an image. */
export interface ImageUse {
  readonly service: string;
  /** `Deployment/keystone-api` */
  readonly object: string;
  /** Of an operator's object, where it names the image: `spec.galera.agent`. */
  readonly container: string;
}

/** An image of a cloud. */
export interface CloudImage extends ImageName {
  /** As the objects name it. */
  readonly image: string;
  /** Sorted. */
  readonly services: readonly string[];
  readonly usedBy: readonly ImageUse[];
}

/** An operator that runs images which no object of ours names. */
export interface UnknownImages {
  readonly object: string;
  /** `k8s.mariadb.com`, whose operator it is. */
  readonly group: string;
}

/** What there is to copy, and how the cloud takes it from there. */
export interface Mirror {
  readonly copies: readonly { readonly source: string; readonly target: string }[];
  /** Values over those of the cloud. */
  readonly values: JsonMap;
  /** Images that no value replaces. */
  readonly fixed: readonly string[];
}

/** Every image that some objects name, sorted. */
export function imagesIn(objects: readonly CloudObject[]): CloudImage[] {
  const uses = new Map<string, ImageUse[]>();
  for (const { service, object } of objects) {
    for (const { image, container } of namedIn(object))
      uses.set(image, [...(uses.get(image) ?? []), { service, object: idOf(object), container }]);
  }
  return [...uses]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([image, usedBy]) => ({
      image,
      ...imageNameOf(image),
      services: [...new Set(usedBy.map(({ service }) => service))].sort(),
      usedBy,
    }));
}

const idOf = ({ kind, metadata }: JsonMap): string =>
  `${textOf(kind ?? '')}/${textOf((isMap(metadata) ? metadata['name'] : undefined) ?? '')}`;

interface Named {
  readonly image: string;
  readonly container: string;
}

/** Wherever a spec names an image: in containers of pods, in whatever object their template stands, and as an operator's. */
function namedIn({ kind, spec }: JsonMap): Named[] {
  return spec === undefined || kind === 'ConfigMap' || kind === 'Secret' ? [] : namedAt(spec, 'spec');
}

function namedAt(value: Json, path: string): Named[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => namedAt(item, `${path}[${i}]`));
  if (!isMap(value)) return [];
  const { image, name } = value;
  const inside = Object.entries(value)
    // Labels and annotations may have any name.
    .filter(([key]) => key !== 'metadata')
    .flatMap(([key, one]) => namedAt(one, `${path}.${key}`));
  return typeof image === 'string' ? [{ image, container: typeof name === 'string' ? name : path }, ...inside] : inside;
}

/** Objects of operators that name none: the operator chooses. */
export function unknownImagesIn(objects: readonly CloudObject[]): UnknownImages[] {
  return objects.flatMap(({ object }) => {
    const group = textOf(object['apiVersion'] ?? '').split('/')[0]!;
    const spec = isMap(object['spec']) ? object['spec'] : {};
    const isOperators = group.includes('.') && !group.endsWith('.k8s.io') && 'replicas' in spec;
    return isOperators && typeof spec['image'] !== 'string' ? [{ object: idOf(object), group }] : [];
  });
}

/**
 * The parts of an image's name (source: the grammar of github.com/distribution/reference, and its normalization: what
 * comes first is a registry only if it has a dot, a colon, or is `localhost`).
 */
export function imageNameOf(image: string): ImageName {
  const [name = '', digest] = image.split('@');
  const [, path = name, tag] = /^(.*):([^:/\]]+)$/.exec(name) ?? [];
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(slash, 0));
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const repository = hasRegistry ? path.slice(slash + 1) : path;
  const registry = hasRegistry ? first : 'docker.io';
  return {
    registry,
    repository: registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository,
    ...(tag !== undefined ? { tag } : digest === undefined && { tag: 'latest' }),
    ...(digest !== undefined && { digest }),
  };
}

/** The name of an image elsewhere: its repository, tag and digest stay. */
const inMirror = ({ repository, tag, digest }: ImageName, mirror: string): string =>
  `${mirror}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;

/**
 * What a mirror has to have, and the values by which a cloud takes its images from there.
 *
 * @param layers the values of the cloud
 * @param mirror a registry, maybe with a path: `registry.example.org/mirror`
 * @throws Error where two images would have one name there
 */
export function mirrorOf(cloud: Cloud, layers: readonly JsonMap[], mirror: string): Mirror {
  const images = imagesIn(cloud.render(layers, { tests: true }));
  const copies = images.map((image) => ({ source: sourceOf(image), target: inMirror(image, mirror) }));
  assertApart(copies);
  const values = mirrorValues(cloud, layers, images, mirror);
  const targets = new Set(copies.map(({ target }) => target));
  const after = imagesIn(cloud.render([...layers, values], { tests: true }));
  const fixed = after.filter((image) => !targets.has(sourceOf(image))).map(({ image }) => image);
  return { copies, values, fixed };
}

/** Without the tag where there is a digest: whoever copies takes one of them. */
const sourceOf = (image: ImageName): string => inMirror(image, image.registry);

function assertApart(copies: Mirror['copies']): void {
  const sources = new Map<string, string>();
  for (const { source, target } of copies) {
    const other = sources.get(target);
    if (other !== undefined) throw new Error(`${other} and ${source} would both be ${target}; mirror one by itself`);
    sources.set(target, source);
  }
}

function mirrorValues(
  cloud: Cloud,
  layers: readonly JsonMap[],
  images: readonly CloudImage[],
  mirror: string,
): JsonMap {
  const moved = new Map(
    images.flatMap((image): (readonly [string, string])[] => [
      [image.image, inMirror(image, mirror)],
      // `repository` of an image, beside its tag and digest.
      [image.image.replace(/(:[^:/\]]+)?(@.*)?$/, ''), `${mirror}/${image.repository}`],
    ]),
  );
  const [registry = '', ...path] = mirror.split('/');
  let values: JsonMap = {};
  for (const [service, { global, ...own }] of cloud.findings(layers).values) {
    const namespace = isMap(global) ? textOf(global['namespace'] ?? '') : '';
    const shared = { registry, ...(path.length > 0 && { namespace: [...path, namespace].join('/') }) };
    const replaced = replacedIn(own, moved);
    values = mergeLayers(values, { global: shared, ...(isMap(replaced) && { [service.node.id]: replaced }) });
  }
  return values;
}

/** The values that name an image, with its name in the mirror. */
function replacedIn(value: Json, moved: ReadonlyMap<string, string>): Json | undefined {
  if (typeof value === 'string') return moved.get(value);
  if (!isMap(value)) return undefined;
  const replaced = Object.entries(value).flatMap(([key, one]): [string, Json][] => {
    const other = replacedIn(one, moved);
    return other === undefined ? [] : [[key, other]];
  });
  return replaced.length > 0 ? Object.fromEntries(replaced) : undefined;
}
