import { DISTRO_VERSIONS, Distro } from '../../lib/kolla/image';
import type { OpenStackRelease } from '../../lib/kolla/releases';
import type { Draft } from './draft';
import { Variables, textOf } from './variables';

/** Kolla-Ansible's names of images, where they are not those of Kolla with underscores. */
const NAMES: { readonly [image: string]: string } = {
  'mariadb-server': 'mariadb',
  'openvswitch-db-server': 'openvswitch_db',
};

/** The images of each chart. */
export interface ImagesOf {
  readonly [chart: string]: readonly string[];
}

const variableOf = (image: string): string => NAMES[image] ?? image.replaceAll('-', '_');

/** Variables that name images: of each the name, the tag, or both. */
export function imageVariables(images: ImagesOf): string[] {
  return Object.entries(images).flatMap(([chart, names]) => [
    ...names.flatMap((image) => ['image', 'tag', 'image_full'].map((kind) => `${variableOf(image)}_${kind}`)),
    `${chart}_tag`,
  ]);
}

/** Names and tags of images that are not those of Kolla. */
export function mapImages(variables: Variables, draft: Draft, images: ImagesOf): void {
  const all = tagOfAll(variables, draft);
  for (const [chart, names] of Object.entries(images)) {
    const ofChart = variables.text(`${chart}_tag`);
    for (const image of names) {
      const variable = variableOf(image);
      const at = (key: string) => [chart, 'images', image, key];
      const full = variables.text(`${variable}_image_full`);
      const [, repositoryOfFull, tagOfFull] = /^(.*?)(?::([^/:]*))?$/.exec(full ?? '') ?? [];
      const repository = repositoryOfFull || variables.text(`${variable}_image`);
      if (repository)
        draft.put(at('repository'), repository, full === undefined ? `${variable}_image` : `${variable}_image_full`);
      const [tag, from] = [
        [tagOfFull, `${variable}_image_full`],
        [variables.text(`${variable}_tag`), `${variable}_tag`],
        [ofChart, `${chart}_tag`],
        [all, variables.text('openstack_tag') === undefined ? 'openstack_tag_suffix' : 'openstack_tag'],
      ].find(([found]) => found !== undefined && found !== '') ?? [undefined, ''];
      if (tag !== undefined) draft.put(at('tag'), tag, from ?? '');
    }
  }
}

/** The tag of all images, where it is not the one that charts have anyway. */
function tagOfAll(variables: Variables, draft: Draft): string | undefined {
  const release = draft.get(['global', 'release']) as OpenStackRelease;
  const distro = draft.get(['global', 'distro']) ?? 'debian';
  const version = Object.hasOwn(DISTRO_VERSIONS, textOf(distro)) ? DISTRO_VERSIONS[distro as Distro][release] : '';
  const usual = `${release}-${textOf(distro)}-${version}`;
  const suffix = variables.text('openstack_tag_suffix');
  const tag = variables.text('openstack_tag') ?? (suffix === undefined ? usual : `${usual}${suffix}`);
  return tag === usual ? undefined : tag;
}
