import { named } from '../values/named';
import { Value, choose, isSet } from '../values/value';
import { OpenStackRelease, RELEASES } from './releases';
import { group, imageRepository, imageTag, text } from '../values/types';

/** Distributions for which Kolla publishes images. */
export const DISTROS = ['debian', 'ubuntu', 'rocky'] as const;
export type Distro = (typeof DISTROS)[number];

/**
 * How a container starts: its own command as its own user, or `kolla_start`, which needs sudo and a writable root.
 */
export const START_MODES = ['direct', 'kolla'] as const;

/** The version of each distribution in Kolla's tags (source: Kolla's support matrix of each release). */
export const DISTRO_VERSIONS: Record<Distro, Record<OpenStackRelease, string>> = {
  debian: { '2025.1': 'bookworm', '2026.1': 'trixie' },
  ubuntu: { '2025.1': 'noble', '2026.1': 'noble' },
  rocky: { '2025.1': '9', '2026.1': '10' },
};

/** What may be set for each image of a chart. */
export const imageValues = <N extends string>(...names: N[]) => {
  const image = () =>
    group({
      repository: imageRepository()
        .optional()
        .describe('Default: the image of that name in `global.registry` and `global.namespace`.'),
      tag: imageTag()
        .optional()
        .describe("Default: Kolla's tag for the release and distribution, such as 2026.1-debian-trixie."),
      digest: text('^sha256:[0-9a-f]{64}$', 'sha256: and 64 hexadecimal digits')
        .optional()
        .describe('sha256:…, instead of the tag.'),
    });
  const shape = Object.fromEntries(names.map((name) => [name, image()])) as Record<N, ReturnType<typeof image>>;
  return group(shape).describe('The images of the chart.');
};

/** The values that name one image. */
export interface ImageHandles {
  readonly repository: Value<string>;
  readonly tag: Value<string>;
  readonly digest: Value<string>;
}

/** Kolla's tag: `<release>-<distro>-<version>`. */
export function kollaTag(release: Value<string>, distro: Value<string>): Value<string> {
  const version = DISTROS.map((d) => {
    const [oldest, ...newer] = RELEASES.map((r) => ({ r, version: DISTRO_VERSIONS[d][r] }));
    const text = newer.reduce<string>(
      (otherwise, { r, version: v }) => (v === otherwise ? otherwise : `${choose(release.is(r), v, otherwise)}`),
      oldest!.version,
    );
    return { d, text };
  }).reduceRight<string>((rest, { d, text }) => (rest === '' ? text : `${choose(distro.is(d), text, rest)}`), '');
  return named('tag', `${release}-${distro}-${version}`);
}

/** The whole name of an image. */
export function imageName(name: string, handles: ImageHandles, prefix: string, tag: Value<string>): Value<string> {
  const { repository, digest } = handles;
  const where = repository.or(`${prefix}/${name}`);
  const which = choose(isSet(digest), `@${digest}`, `:${handles.tag.or(tag)}`);
  return named(`image.${name}`, `${where}${which}`);
}
