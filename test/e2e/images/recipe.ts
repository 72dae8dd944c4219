// What the images are made of, for each release.
import type { OpenStackRelease } from '../../../tools/openstack-python';
import type { Suite } from '../../pods/root';

/** Kolla's package on PyPI, and what its images of the release have from there. Stable branches, so the newest of each. */
export const RECIPES = {
  '2025.1': { kolla: '20.6.0', suite: 'bookworm', openstack: ['keystone~=27.0', 'glance~=30.0'] },
  '2026.1': { kolla: '22.2.0', suite: 'trixie', openstack: ['keystone~=29.0', 'glance~=32.0'] },
} as const satisfies Record<OpenStackRelease, { kolla: string; suite: Suite; openstack: readonly string[] }>;

/** What Kolla's glance-base installs beside Glance; with it comes boto3. */
export const GLANCE_STORE = 'glance_store[cinder,vmware,swift,s3]';

/** Packages of Kolla's openstack-base that need libraries to compile; the extra postgresql is another. */
export const LEFT_OUT_OF_VENV: readonly string[] = ['python-qpid-proton', 'pyngus'];

/** The services whose programs an image keeps: a root has all. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  'mariadb-server': ['mariadb'],
  'mariadb-clustercheck': ['mariadb'],
  haproxy: ['haproxy'],
  memcached: ['memcached'],
  rabbitmq: ['rabbitmq'],
};

export const servicesOf = (image: string): readonly string[] => SERVICES[image] ?? [];

/** Debian's suite below an image: the one in its tag. But RabbitMQ of bookworm is far older than Kolla's. */
export function suiteOf(release: OpenStackRelease, image: string): Suite {
  return image === 'rabbitmq' ? 'trixie' : RECIPES[release].suite;
}

/** The name under which charts ask for an image, with the default registry and tag. */
export function imageName(release: OpenStackRelease, image: string): string {
  return `quay.io/openstack.kolla/${image}:${release}-debian-${RECIPES[release].suite}`;
}
