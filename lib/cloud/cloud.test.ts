import { cloudOf, required } from '../../test/support/clouds';
import { renderBatch } from '../../test/support/batch';
import { helms } from '../../tools/toolchain';
import type { JsonMap } from '../values/expression';
import { InvalidValues } from '../values/problem';
import { chartsOf } from './output';
import { UMBRELLA } from './umbrella';

const cloud = cloudOf();
const keystone = cloud.services.find((service) => service.node.id === 'keystone')!;

/** The paths of what is wrong. */
function refused(render: () => unknown): string[] {
  try {
    render();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidValues)) throw error;
    return error.problems.map(({ path }) => path.join('/')).sort();
  }
}
const refusedBy = (values: JsonMap): string[] => refused(() => cloud.render([required, values]));

test('the values of a service that is off are checked too, for it will be on again', () => {
  expect(refusedBy({ memcached: { enabled: false, server: { memory: 'much' } } })).toEqual(['memcached/server/memory']);
  expect(refusedBy({ memcached: { enabled: false, server: { memory: 64 } } })).toEqual([]);
});

test('what is wrong in several services is told at once, and what they share once', () => {
  expect(
    refusedBy({ global: { debug: 'yes' }, keystone: { api: { replicas: -1 } }, memcached: { server: { memory: 1 } } }),
  ).toEqual(['global/debug', 'keystone/api/replicas', 'memcached/server/memory']);
});

/** The paths that Helm tells of values that it refuses. */
function refusedByHelm(helm: string, name: string, values: JsonMap): string[] {
  const { metadata, files } = chartsOf(cloud).get(name)!;
  const options = { helm, release: 'openstack', namespace: 'openstack' };
  const [verdict] = renderBatch({ name, version: metadata.version, files }, [{ values }], options);
  return verdict && 'refused' in verdict ? [...verdict.refused].sort() : [];
}

describe('what services share is checked though all of them are off', () => {
  const off = Object.fromEntries(cloud.services.map(({ node }) => [node.id, { enabled: false }]));
  const wrong = { ...off, global: { debug: 'yes' } };

  test('here', () => {
    expect(refused(() => cloud.render([off]))).toEqual([]);
    expect(refused(() => cloud.render([wrong]))).toEqual(['global/debug']);
  });

  test.each(helms())('by Helm $version', ({ path: helm }) => {
    expect(refusedByHelm(helm, UMBRELLA, off)).toEqual([]);
    expect(refusedByHelm(helm, UMBRELLA, wrong)).toEqual(['global/debug']);
  });
});

describe('what a chart requires beyond its schema', () => {
  const all = refused(() => cloud.renderService(keystone, {}));
  const passwords = ['global/passwords/database_password', 'global/passwords/keystone_admin_password'];
  const external = { global: { database: { provider: 'external' } } };

  test('is told at once', () => {
    expect(all).toEqual(expect.arrayContaining(passwords));
    expect(refused(() => cloud.renderService(keystone, external))).toEqual(['global/database/host', ...all]);
    expect(refused(() => cloud.render([external]))).toEqual(expect.arrayContaining(['global/database/host', ...all]));
  });

  test('is not asked of values that the schema refuses, if only those of another service', () => {
    const wrong = { global: { debug: 'yes' } };
    expect(refused(() => cloud.renderService(keystone, wrong))).toEqual(['global/debug']);
    expect(refused(() => cloud.render([wrong]))).toEqual(['global/debug']);
    const elsewhere = { memcached: { server: { memory: 1 } } };
    expect(refused(() => cloud.render([elsewhere]))).toEqual(['memcached/server/memory']);
  });

  test.each(helms())('Helm $version tells the same', ({ path: helm }) => {
    expect(refusedByHelm(helm, 'keystone', {})).toEqual(all);
    expect(refusedByHelm(helm, 'keystone', external)).toEqual(['global/database/host', ...all]);
    // The first chart that misses something ends it for all.
    const [password] = refusedByHelm(helm, UMBRELLA, { keystone: { enabled: false } });
    expect(password).toMatch(/^global\/passwords\//);
    expect(refusedByHelm(helm, 'keystone', { global: { debug: 'yes' } })).toEqual(['global/debug']);
  });
});
