import { join } from 'node:path';
import { cloudOf, required } from '../../test/support/clouds';
import { messageOf } from '../../test/support/message-of';
import { mergeLayers } from '../values/merge';
import { imageNameOf, imagesIn, mirrorOf, unknownImagesIn } from './images';
import { readValues } from './values-file';

const cloud = cloudOf();
const valuesOf = (name: string) =>
  mergeLayers(readValues(join(__dirname, '..', '..', 'clouds', `${name}.yaml`)), required);
const TAG = '2026.1-debian-trixie';
const DIGEST = `sha256:${'0'.repeat(64)}`;

test.each([
  ['quay.io/openstack.kolla/keystone:1.0', { registry: 'quay.io', repository: 'openstack.kolla/keystone', tag: '1.0' }],
  ['registry:5000/keystone', { registry: 'registry:5000', repository: 'keystone', tag: 'latest' }],
  ['localhost/keystone:1', { registry: 'localhost', repository: 'keystone', tag: '1' }],
  ['[::1]:5000/a/b:1', { registry: '[::1]:5000', repository: 'a/b', tag: '1' }],
  ['kolla/keystone:1', { registry: 'docker.io', repository: 'kolla/keystone', tag: '1' }],
  ['memcached', { registry: 'docker.io', repository: 'library/memcached', tag: 'latest' }],
  [`quay.io/a@${DIGEST}`, { registry: 'quay.io', repository: 'a', digest: DIGEST }],
  [`quay.io/a:1@${DIGEST}`, { registry: 'quay.io', repository: 'a', tag: '1', digest: DIGEST }],
])('%s is read as container runtimes read it', (image, name) => expect(imageNameOf(image)).toEqual(name));

test('an image is told once, with all that run it: init containers, CronJobs and pods of helm test too', () => {
  const images = imagesIn(cloud.render([required], { tests: true }));
  expect(images.map(({ image }) => image)).toEqual([...new Set(images.map(({ image }) => image))].sort());
  const keystone = images.find(({ repository }) => repository === 'openstack.kolla/keystone')!;
  expect(keystone).toMatchObject({
    image: `quay.io/openstack.kolla/keystone:${TAG}`,
    registry: 'quay.io',
    tag: TAG,
    services: ['keystone', 'post-deploy'],
  });
  const uses = keystone.usedBy.map(({ object, container }) => `${object} ${container}`);
  expect(uses).toEqual(
    expect.arrayContaining([
      'Deployment/keystone-api prepare',
      'Deployment/keystone-api api',
      'CronJob/keystone-contract contract',
      'Pod/keystone-smoke-test smoke-test',
    ]),
  );
});

test('an image that an operator is given is told; where it chooses, that is told', () => {
  const set = { mariadb: { operator: { image: 'registry.example.org/operator:1' } } };
  const three = { global: { database: { replicas: 3 } } };
  const objects = cloud.render([valuesOf('operators'), three, set], { tests: true });
  const operator = imagesIn(objects).find(({ repository }) => repository === 'operator');
  expect(operator?.usedBy.map(({ object, container }) => `${object} ${container}`)).toEqual([
    'MariaDB/mariadb spec.galera.agent',
    'MariaDB/mariadb spec.galera.initContainer',
  ]);
  expect(unknownImagesIn(objects)).toEqual([
    { object: 'MariaDB/mariadb', group: 'k8s.mariadb.com' },
    { object: 'RabbitmqCluster/rabbitmq', group: 'rabbitmq.com' },
  ]);
});

test.each(['aio', 'cells', 'compute-pools', 'external-infra', 'ha', 'operators'])(
  'with the values of its mirror, clouds/%s.yaml takes every image from there',
  (name) => {
    const layers = [valuesOf(name), { mariadb: { operator: { image: 'ghcr.io/operator/operator:1' } } }];
    const { copies, values, fixed } = mirrorOf(cloud, layers, 'registry.example.org:5000/mirror');
    const after = imagesIn(cloud.render([...layers, values], { tests: true }));
    expect(after.map(({ image }) => image)).toEqual(copies.map(({ target }) => target).sort());
    expect(fixed).toEqual([]);
  },
);

test("an image with a name or digest of the user's own is mirrored with it", () => {
  const own = { repository: 'ghcr.io/team/keystone', digest: DIGEST };
  const layers = [required, { keystone: { images: { keystone: own } } }];
  const { copies, values } = mirrorOf(cloud, layers, 'registry.example.org');
  expect(copies).toContainEqual({
    source: `ghcr.io/team/keystone@${DIGEST}`,
    target: `registry.example.org/team/keystone@${DIGEST}`,
  });
  expect(values).toEqual({
    global: { registry: 'registry.example.org' },
    keystone: { images: { keystone: { repository: 'registry.example.org/team/keystone' } } },
  });
});

test('two images that would have one name in the mirror are refused', () => {
  const own = { repository: 'ghcr.io/openstack.kolla/keystone' };
  const layers = [required, { keystone: { images: { keystone: own } } }];
  expect(messageOf(() => mirrorOf(cloud, layers, 'registry.example.org'))).toBe(
    `ghcr.io/openstack.kolla/keystone:${TAG} and quay.io/openstack.kolla/keystone:${TAG} would both be registry.example.org/openstack.kolla/keystone:${TAG}; mirror one by itself`,
  );
});
