import { load } from 'js-yaml';
import { cloudOf, required } from '../../test/support/clouds';
import { messageOf } from '../../test/support/message-of';
import type { JsonMap } from '../values/expression';
import { OutputOptions, outputOf } from './output';

const argocd = {
  tool: 'argocd',
  repo: 'https://git.example.org/cloud.git',
  revision: 'main',
  path: 'clouds/north',
  namespace: 'argocd',
} as const;
const flux = {
  tool: 'flux',
  source: { kind: 'GitRepository', name: 'flux-system' },
  path: 'clouds/north',
  namespace: 'flux-system',
} as const;
const store = { kind: 'ClusterSecretStore', name: 'vault', key: 'openstack/passwords' } as const;
const { networkPolicy } = required['global'] as JsonMap;
/** A cloud whose passwords are in a Secret of the user's. */
const withoutPasswords: JsonMap = { global: { networkPolicy: networkPolicy!, passwords: { existingSecret: 'mine' } } };

const output = (options: OutputOptions, values = withoutPasswords) =>
  outputOf(cloudOf({ name: 'north', namespace: 'north', values: [values] }), options);
const services = ['memcached', 'placement'];
const parsed = (files: ReadonlyMap<string, string>) =>
  Object.fromEntries([...files].map(([path, text]) => [path, load(text)]));

describe('of manifests, each folder has', () => {
  test('an Application of Argo CD', () => {
    const { argocd: files, flux: none } = output({ services, only: 'manifests', gitops: argocd });
    const application = (service: string) => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: `north-${service}`, namespace: 'argocd', labels: { 'app.kubernetes.io/part-of': 'openstack' } },
      spec: {
        project: 'default',
        source: {
          repoURL: 'https://git.example.org/cloud.git',
          targetRevision: 'main',
          path: `clouds/north/manifests/${service}`,
        },
        destination: { server: 'https://kubernetes.default.svc', namespace: 'north' },
        syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
      },
    });
    expect(parsed(files)).toEqual({
      'memcached.yaml': application('memcached'),
      'placement.yaml': application('placement'),
    });
    expect(none.size).toBe(0);
  });

  test('a Kustomization of Flux', () => {
    const { flux: files } = output({ services, only: 'manifests', gitops: flux });
    expect(Object.keys(parsed(files))).toEqual(['memcached.yaml', 'placement.yaml']);
    expect(parsed(files)['placement.yaml']).toEqual({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: {
        name: 'north-placement',
        namespace: 'flux-system',
        labels: { 'app.kubernetes.io/part-of': 'openstack' },
      },
      spec: {
        interval: '10m',
        retryInterval: '1m',
        path: './clouds/north/manifests/placement',
        prune: true,
        deletionPolicy: 'Orphan',
        targetNamespace: 'north',
        sourceRef: { kind: 'GitRepository', name: 'flux-system' },
      },
    });
  });

  test('at the top of the repository', () => {
    const { flux: files } = output({ services, only: 'manifests', gitops: { ...flux, path: '.' } });
    expect(parsed(files)['placement.yaml']).toMatchObject({ spec: { path: './manifests/placement' } });
  });

  test('a kustomization, as the Secrets have', () => {
    const { manifests, secrets } = output({ services, only: 'manifests', gitops: { tool: 'kustomize' } }, required);
    const files = [...manifests.keys()].filter((path) => path.startsWith('memcached/') && !/kustomization/.test(path));
    expect(load(manifests.get('memcached/kustomization.yaml')!)).toEqual({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace: 'north',
      resources: files.map((path) => path.replace('memcached/', '')).sort(),
    });
    expect(load(manifests.get('kustomization.yaml')!)).toMatchObject({ resources: services });
    expect(load(secrets.get('kustomization.yaml')!)).toMatchObject({ resources: ['placement'] });
    expect(load(secrets.get('placement/kustomization.yaml')!)).toMatchObject({ resources: ['secret.yaml'] });
  });
});

describe('of charts alone, the one of all services has', () => {
  const values: JsonMap = { ...withoutPasswords, keystone: { api: { replicas: 3 } } };

  test('an Application of Argo CD, with the values', () => {
    const { argocd: files, manifests } = output({ only: 'charts', gitops: argocd }, values);
    expect(parsed(files)).toMatchObject({
      'openstack.yaml': {
        kind: 'Application',
        metadata: { name: 'north' },
        spec: {
          source: { path: 'clouds/north/charts/openstack', helm: { releaseName: 'north', valuesObject: values } },
        },
      },
    });
    expect(manifests.size).toBe(0);
  });

  test('a HelmRelease of Flux, with the values', () => {
    const { flux: files } = output({ only: 'charts', gitops: flux }, values);
    expect(parsed(files)).toEqual({
      'openstack.yaml': {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'north', namespace: 'flux-system', labels: { 'app.kubernetes.io/part-of': 'openstack' } },
        spec: {
          interval: '10m',
          releaseName: 'north',
          targetNamespace: 'north',
          storageNamespace: 'north',
          chart: {
            spec: {
              chart: './clouds/north/charts/openstack',
              sourceRef: { kind: 'GitRepository', name: 'flux-system' },
              reconcileStrategy: 'Revision',
            },
          },
          install: { disableWait: true },
          upgrade: { disableWait: true },
          values,
        },
      },
    });
  });

  test('no secret among the values', () => {
    const { passwords } = required['global'] as { passwords: JsonMap };
    const message =
      'is a secret, and would stand in the repository: leave it out, and give --secrets external, or name a Secret of yours in global.passwords.existingSecret';
    const said = messageOf(() => output({ only: 'charts', gitops: flux }, required)).split('\n');
    expect(said.sort()).toEqual(
      [
        'the values of openstack are not valid:',
        ...Object.entries(passwords)
          .flatMap(([name, value]) =>
            typeof value === 'string' ? [name] : Object.keys(value as JsonMap).map((half) => `${name}.${half}`),
          )
          .map((name) => `  global.passwords.${name}: ${message}`),
      ].sort(),
    );
  });

  test('nothing for some services', () => {
    expect(messageOf(() => output({ only: 'charts', services, gitops: flux }))).toBe(
      '--only charts with --gitops deploys the chart of all services: leave --service out',
    );
  });
});

describe('an ExternalSecret', () => {
  const data = (files: ReadonlyMap<string, string>, path: string) =>
    (load(files.get(path)!) as { spec: { data: { secretKey: string; remoteRef: JsonMap }[] } }).spec.data;
  const keys = (values: JsonMap): string[] =>
    data(output({ secrets: store, only: 'manifests' }, values).manifests, 'passwords/mine.yaml').map(
      ({ secretKey }) => secretKey,
    );

  test('makes the Secret that all pods read, from one entry of the store', () => {
    const { manifests, secrets, argocd: files } = output({ secrets: store, only: 'manifests', gitops: argocd });
    expect(load(manifests.get('passwords/mine.yaml')!)).toMatchObject({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'mine' },
      spec: {
        secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
        target: { name: 'mine', creationPolicy: 'Orphan' },
      },
    });
    expect(data(manifests, 'passwords/mine.yaml')).toContainEqual({
      secretKey: 'keystone_admin_password',
      remoteRef: { key: 'openstack/passwords', property: 'keystone_admin_password' },
    });
    expect(secrets.size).toBe(0);
    expect(parsed(files)['passwords.yaml']).toMatchObject({
      spec: { source: { path: 'clouds/north/manifests/passwords' } },
    });
  });

  test('or from an entry each', () => {
    const { manifests } = output({ secrets: { ...store, key: 'kolla-*' }, only: 'manifests' });
    expect(data(manifests, 'passwords/mine.yaml')).toContainEqual({
      secretKey: 'metadata_secret',
      remoteRef: { key: 'kolla-metadata_secret' },
    });
  });

  test('has all keys that the Secrets of the charts have, and no more', () => {
    const { secrets } = output({ only: 'manifests' }, required);
    const own = [...secrets.values()].flatMap((text) => Object.keys((load(text) as { data: object }).data));
    expect(keys(withoutPasswords)).toEqual([...new Set(own)].filter((key) => key !== 'clouds.yaml').sort());
  });

  test('has those alone that the values need', () => {
    const { global } = withoutPasswords as { global: JsonMap };
    const elsewhere = { provider: 'external', hosts: ['mq.example.org'] };
    const without = keys({ ...withoutPasswords, global: { ...global, messaging: elsewhere } });
    expect(keys(withoutPasswords)).toContain('rabbitmq_cluster_cookie');
    expect(without).not.toContain('rabbitmq_cluster_cookie');
    expect(without).toContain('rabbitmq_password');
    expect(keys({ ...withoutPasswords, placement: { enabled: false } })).not.toContain('placement_database_password');
  });

  test('beside charts has the namespace of the cloud', () => {
    const { argocd: files } = output({ secrets: store, only: 'charts', gitops: argocd });
    expect(parsed(files)['mine.yaml']).toMatchObject({ kind: 'ExternalSecret', metadata: { namespace: 'north' } });
  });

  test('needs a Secret that it makes', () => {
    expect(messageOf(() => output({ secrets: store }, required))).toBe(
      'glance: its chart makes a Secret of its own; for External Secrets, global.passwords.existingSecret has to name one',
    );
  });
});

test('no Secret at all', () => {
  const { manifests, secrets } = output({ secrets: 'none', services }, required);
  expect(secrets.size).toBe(0);
  expect([...manifests.values()].join('')).not.toContain('kind: Secret\n');
});
