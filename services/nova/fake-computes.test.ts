import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';

const cloud = cloudOf();
const nova = cloud.services.find((service) => service.node.id === 'nova')!;
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(nova, mergeLayers(required, values)));

const some: JsonMap = { fakeComputes: { replicas: 4, perPod: 50 } };
const NAME = 'nova-fake-computes';

test('there are none unless somebody wants some', () => {
  expect(objects().ids.filter((id) => id.includes('fake-computes'))).toEqual([]);
  expect(objects(some).ids.filter((id) => id.includes('fake-computes'))).toEqual([
    'ConfigMap/nova-nova-fake-computes.conf',
    'NetworkPolicy/nova-fake-computes',
    'PodDisruptionBudget/nova-fake-computes',
    'StatefulSet/nova-fake-computes',
  ]);
});

test('several are in a pod, which has no more rights than any other', () => {
  const all = objects(some);
  expect(all.get('StatefulSet', NAME).spec).toMatchObject({ replicas: 4 });
  const pod = all.pod('StatefulSet', NAME);
  expect(pod.spec!.hostNetwork).toBeUndefined();
  expect(pod.spec!.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 42436 });
  expect(containerOf(pod, 'fake-computes')).toMatchObject({
    image: 'quay.io/openstack.kolla/nova-compute:2026.1-debian-trixie',
    command: [
      ...['python3', '/run/kolla/config/nova_fake_computes.py'],
      ...['--config-file=/etc/nova/nova.conf', '--count=50'],
    ],
  });
  const mounts = containerOf(pod, 'fake-computes').volumeMounts!.map(({ mountPath }) => mountPath);
  expect(mounts).toEqual([...new Set(mounts)]);
});

describe('nova.conf of fake computes', () => {
  const conf = (values: JsonMap = {}) =>
    objects(mergeLayers(some, values)).file('nova-nova-fake-computes.conf', 'nova-fake-computes.conf');

  test('has the driver, and neither a name, which each process has, nor anything of databases', () => {
    expect(conf()).toContain('\ncompute_driver = fake.FakeDriverWithoutFakeNodes\n');
    expect(conf()).toContain('\nlock_path = /tmp/nova/lock\n');
    expect(conf()).not.toMatch(/^(host|state_path) = /m);
    expect(conf()).not.toMatch(/^\[(api_)?database\]/m);
  });

  test('takes options of all of Nova', () => {
    expect(conf({ conf: { 'nova.conf': { DEFAULT: { report_interval: 30 } } } })).toContain('\nreport_interval = 30\n');
  });
});

test('they reach what computes ask: the broker and APIs, no database', () => {
  const { egress } = objects(some).get('NetworkPolicy', NAME).spec!;
  expect(egress!.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual([
    53, 53, 5672, 5000, 9292, 9696, 8780,
  ]);
});
