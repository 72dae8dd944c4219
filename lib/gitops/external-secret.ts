import type { JsonMap } from '../values/expression';

/** Where the passwords are, for the External Secrets Operator. */
export interface SecretStore {
  readonly kind: 'ClusterSecretStore' | 'SecretStore';
  readonly name: string;
  /**
   * The entry of the store: one that has the passwords as its properties, under Kolla's names; with a `*` in it, one
   * for each password, with its name in that place.
   */
  readonly key: string;
}

/**
 * An ExternalSecret, by which the operator makes a Secret with these keys.
 *
 * Source: deploy/crds/bundle.yaml of the External Secrets Operator: `external-secrets.io/v1` is there since 0.16.
 */
export const externalSecret = ({ kind, name, key }: SecretStore, secret: string, keys: readonly string[]): JsonMap => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: secret, labels: { 'app.kubernetes.io/part-of': 'openstack' } },
  spec: {
    refreshInterval: '1h',
    secretStoreRef: { kind, name },
    // The Secret stays when this is deleted: without it no pod starts.
    target: { name: secret, creationPolicy: 'Orphan' },
    data: keys.map((own): JsonMap => ({
      secretKey: own,
      remoteRef: { key: key.replace('*', own), ...(!key.includes('*') && { property: own }) },
    })),
  },
});
