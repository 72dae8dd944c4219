/** Releases of OpenStack whose options are in `data/`. */
export const RELEASES = ['2025.1', '2026.1'] as const;
export type Release = (typeof RELEASES)[number];

export interface Project {
  /** Its name on PyPI. */
  readonly package: string;
  /** Extras of it, and other packages, that its list of options imports. */
  readonly with?: readonly string[];
  /** Which versions make up a release, as pip writes them. A release that it is not part of is not here. */
  readonly versions: { readonly [release in Release]?: string };
  /** Why it has no options of a release. */
  readonly missing?: { readonly [release in Release]?: string };
  /** Where its lists of namespaces are, if the package that is installed has them and not the archive of sources. */
  readonly generators?: readonly string[];
}

/** Majors of a project that is released with OpenStack. Release notes in its sources tell whether that is so. */
const majors = (first: number, second: number): Project['versions'] => ({
  '2025.1': `${first}.*`,
  '2026.1': `${second}.*`,
});

/** By the name of their files in `data/`. */
export const PROJECTS: { readonly [name: string]: Project } = {
  aodh: { package: 'aodh', versions: majors(20, 22) },
  barbican: { package: 'barbican', with: ['barbican[kmip]'], versions: majors(20, 22) },
  blazar: { package: 'blazar', versions: majors(15, 17) },
  ceilometer: { package: 'ceilometer', versions: majors(24, 26) },
  cinder: { package: 'cinder', versions: majors(26, 28) },
  cloudkitty: { package: 'cloudkitty', versions: majors(22, 24) },
  cyborg: { package: 'openstack-cyborg', versions: majors(14, 16) },
  designate: { package: 'designate', versions: majors(20, 22) },
  glance: { package: 'glance', with: ['glance_store[cinder,s3,swift,vmware]'], versions: majors(30, 32) },
  // Released on its own; these are the versions that Kolla builds (kolla/common/sources.py).
  gnocchi: {
    package: 'gnocchi',
    versions: { '2025.1': '4.6.4', '2026.1': '4.7.0' },
    generators: ['gnocchi/gnocchi-config-generator.conf'],
  },
  heat: { package: 'openstack-heat', versions: majors(24, 26) },
  ironic: { package: 'ironic', versions: { '2025.1': '29.0.*', '2026.1': '35.*' } },
  'ironic-inspector': {
    package: 'ironic-inspector',
    versions: { '2025.1': '12.4.*' },
    missing: { '2026.1': 'PyPI has no version of it for this release, and Kolla no image' },
  },
  keystone: { package: 'keystone', versions: majors(27, 29) },
  magnum: { package: 'magnum', versions: majors(20, 22) },
  manila: { package: 'manila', versions: majors(20, 22) },
  masakari: { package: 'masakari', versions: majors(19, 21) },
  mistral: { package: 'mistral', versions: majors(20, 22) },
  neutron: { package: 'neutron', versions: majors(26, 28) },
  nova: { package: 'nova', with: ['nova[osprofiler,vmware]'], versions: majors(31, 33) },
  octavia: { package: 'octavia', versions: majors(16, 18) },
  placement: { package: 'openstack-placement', versions: majors(13, 15) },
  trove: { package: 'trove', versions: majors(23, 25) },
  watcher: { package: 'python-watcher', versions: majors(14, 16) },
  zun: { package: 'zun', versions: majors(15, 17) },
};

/** The library whose plugins authenticate services. */
export const KEYSTONEAUTH = 'keystoneauth1';
/** It as it is installed: some plugins can't be imported without its extras. */
export const PLUGINS_PACKAGE = `${KEYSTONEAUTH}[oauth1,saml2]`;
