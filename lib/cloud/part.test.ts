import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { cloudOf, required } from '../../test/support/clouds';
import type { OutputOptions } from './output';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-part-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const synth = (options: OutputOptions, values: Parameters<typeof cloudOf>[0] = {}) =>
  cloudOf({ outdir: folder, ...values, values: [required, ...(values.values ?? [])] }).synth(options);
const inside = (...path: string[]): string[] =>
  readdirSync(join(folder, ...path))
    .filter((name) => !name.startsWith('.'))
    .sort();
const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');
const debug = { values: [{ global: { debug: true } }] };

test('one service alone: what is there of others stays as it is', () => {
  synth({ services: ['placement', 'memcached'] });
  expect(inside('manifests')).toEqual(['memcached', 'placement']);
  const memcached = read('manifests/memcached/statefulset-server.yaml');
  const before = read('manifests/placement/configmap-placement.conf.yaml');

  synth({ services: ['placement'] }, debug);
  expect(inside('manifests')).toEqual(['memcached', 'placement']);
  expect(inside('secrets')).toEqual(['placement']);
  expect(read('manifests/memcached/statefulset-server.yaml')).toBe(memcached);
  expect(read('manifests/placement/configmap-placement.conf.yaml')).not.toBe(before);

  expect(inside('charts')).toEqual(['memcached', 'placement']);
  expect(inside('repository')).toEqual(['index.yaml', 'memcached-0.1.0.tgz', 'placement-0.1.0.tgz']);
  const index = load(read('repository/index.yaml')) as { entries: object };
  expect(Object.keys(index.entries)).toEqual(['memcached', 'placement']);
});

test('one that is switched off has nothing any more', () => {
  synth({ services: ['placement', 'memcached'] });
  synth({ services: ['placement'] }, { values: [{ placement: { enabled: false } }] });
  expect(inside('manifests')).toEqual(['memcached']);
  expect(existsSync(join(folder, 'secrets'))).toBe(false);
});

test('manifests or charts alone: the other stays', () => {
  synth({ services: ['placement'] });
  writeFileSync(join(folder, 'charts', 'mine'), '');
  const chart = read('charts/placement/Chart.yaml');
  synth({ services: ['memcached'], only: 'manifests' });
  expect(inside('manifests')).toEqual(['memcached', 'placement']);
  expect(inside('charts')).toEqual(['mine', 'placement']);
  expect(read('charts/placement/Chart.yaml')).toBe(chart);
  synth({ services: ['memcached'], only: 'charts' });
  expect(inside('charts')).toEqual(['memcached', 'mine', 'placement']);
  expect(inside('manifests')).toEqual(['memcached', 'placement']);
});

test('kustomizations are over all that is there', () => {
  synth({ services: ['placement'], only: 'manifests', gitops: { tool: 'kustomize' } });
  synth({ services: ['memcached'], only: 'manifests', gitops: { tool: 'kustomize' } });
  expect(load(read('manifests/kustomization.yaml'))).toMatchObject({ resources: ['memcached', 'placement'] });
  expect(load(read('manifests/memcached/kustomization.yaml'))).toMatchObject({
    namespace: 'openstack',
    resources: expect.arrayContaining(['statefulset-server.yaml', 'service-server.yaml']) as unknown,
  });
  // Those that are not asked for any more go.
  synth({ services: ['memcached', 'placement'], only: 'manifests' });
  expect(readdirSync(folder, { recursive: true })).not.toContainEqual(expect.stringContaining('kustomization'));
});

test('a service that is not known', () => {
  expect(() => synth({ services: ['keystnoe', 'nova', 'x'] })).toThrow(
    new Error(
      `the service "keystnoe" is not known; did you mean 'keystone'?
the service "x" is not known
there are glance, keystone, mariadb, memcached, neutron, nova, openvswitch, placement, post-deploy, rabbitmq`,
    ),
  );
  expect(readdirSync(folder)).toEqual([]);
});
