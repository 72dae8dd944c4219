// What the images are made of, for each release.
import type { OpenStackRelease } from '../../../tools/openstack-python';
import type { Suite } from '../../pods/root';

/**
 * Kolla's package on PyPI, and what its image `<project>-base` of the release has from there. Stable branches, so the
 * newest of each.
 */
export const RECIPES = {
  '2025.1': {
    kolla: '20.6.0',
    suite: 'bookworm',
    openstack: {
      glance: 'glance~=30.0',
      keystone: 'keystone~=27.0',
      neutron: 'neutron~=26.0',
      nova: 'nova~=31.0',
      placement: 'openstack-placement~=13.0',
    },
  },
  '2026.1': {
    kolla: '22.2.0',
    suite: 'trixie',
    openstack: {
      glance: 'glance~=32.0',
      keystone: 'keystone~=29.0',
      neutron: 'neutron~=28.0',
      nova: 'nova~=33.0',
      placement: 'openstack-placement~=15.0',
    },
  },
} as const satisfies Record<OpenStackRelease, { kolla: string; suite: Suite; openstack: Record<Project, string> }>;

export type Project = 'glance' | 'keystone' | 'neutron' | 'nova' | 'placement';

/** What Kolla's Dockerfile of a project installs beside it; with that of Glance comes boto3. */
const BESIDE: Partial<Record<Project, readonly string[]>> = {
  glance: ['glance_store[cinder,vmware,swift,s3]'],
};

/** What the Dockerfile of an image of Kolla's installs from PyPI, if it is that of a project. */
export function pythonOf(release: OpenStackRelease, image: string): readonly string[] {
  const { openstack } = RECIPES[release];
  const project = image.replace(/-base$/, '');
  const isProject = (name: string): name is Project => name in openstack;
  return image.endsWith('-base') && isProject(project) ? [openstack[project], ...(BESIDE[project] ?? [])] : [];
}

/** A command of OpenStack's client for tests, which none of Kolla's images has. */
export const CLIENT_PLUGINS: readonly string[] = ['osc-placement'];

/** Packages of Kolla's openstack-base that need libraries to compile; the extra postgresql is another. */
export const LEFT_OUT_OF_VENV: readonly string[] = ['python-qpid-proton', 'pyngus'];

/** Packages of Debian that images of several projects need: in one layer, right above Kolla's `base`. */
export const NETWORKING = {
  images: ['neutron-base', 'nova-base', 'nova-libvirt', 'openvswitch-base'],
  packages: [
    ...[
      'conntrack',
      'dnsmasq-base',
      'dnsmasq-utils',
      'ebtables',
      'ethtool',
      'ipset',
      'iptables',
      'iputils-arping',
      'iputils-ping',
    ],
    ...['keepalived', 'net-tools', 'openssh-client', 'openvswitch-switch', 'python3-libvirt', 'python3-openvswitch'],
    ...['radvd', 'tcpdump', 'uuid-runtime'],
  ],
} as const;

/**
 * Packages of Debian that one of Kolla's Dockerfiles installs, of those that tests need. With `=` without what they
 * depend on: noVNC's are pages for a browser, and would bring Node.js.
 */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'nova-compute': ['dosfstools', 'genisoimage', 'parted', 'qemu-utils'],
  'nova-libvirt': ['libvirt-clients', 'libvirt-daemon-system', 'qemu-system-x86', 'qemu-utils', 'usermode'],
  'nova-novncproxy': ['novnc='],
  'nova-spicehtml5proxy': ['spice-html5='],
  'nova-ssh': ['openssh-server'],
};

export const packagesOf = (image: string): readonly string[] => PACKAGES[image] ?? [];

/** The services whose programs an image keeps: a root has all. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  'mariadb-server': ['mariadb'],
  'mariadb-clustercheck': ['mariadb'],
  haproxy: ['haproxy'],
  memcached: ['memcached'],
  rabbitmq: ['rabbitmq'],
};

/** Agents of Neutron have HAProxy for metadata. */
export const servicesOf = (image: string): readonly string[] =>
  SERVICES[image] ?? (image.startsWith('neutron-') ? ['haproxy'] : []);

/** Debian's suite below an image: the one in its tag. But RabbitMQ of bookworm is far older than Kolla's. */
export function suiteOf(release: OpenStackRelease, image: string): Suite {
  return image === 'rabbitmq' ? 'trixie' : RECIPES[release].suite;
}

/** The name under which charts ask for an image, with the default registry and tag. */
export function imageName(release: OpenStackRelease, image: string): string {
  return `quay.io/openstack.kolla/${image}:${release}-debian-${RECIPES[release].suite}`;
}
