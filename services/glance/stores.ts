import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import type { IniSections } from '../../lib/config';
import { KEPT, KubeObject, claimSpec } from '../../lib/kubernetes';
import { egressToAny, egressToCidrs, serviceApi, tlsPart } from '../../lib/openstack';
import type { PodPart, Service, ServiceConnection } from '../../lib/openstack';
import { Value, all, any, choose, isSet, not, onlyIf, when } from '../../lib/values';
import type { glanceValues } from './values';

type Glance = Service<typeof glanceValues>;

const IMAGES = '/var/lib/glance/images';
const S3_TLS = '/run/kolla/tls/s3';

/** Where images are: what glance-api.conf says of it, and what pods need for it. */
export interface Stores {
  /** What `enabled_backends` is. */
  readonly enabled: string;
  readonly sections: IniSections;
  readonly parts: readonly PodPart[];
  readonly connections: readonly ServiceConnection[];
  /** Two pods can't both have the volume of the images, unless they are on one node. */
  readonly exclusive: Value<boolean>;
}

export function storesOf(glance: Glance): Stores {
  const { rbd, s3, cinder, http } = glance.values.stores;
  requireStores(glance);
  const ca = all(s3.enabled, isSet(s3.caSecretName));
  return {
    enabled: listOf(Object.entries(glance.values.stores).map(([name, { enabled }]) => [`${name}:${name}`, enabled])),
    exclusive: all(glance.values.stores.file.enabled, glance.values.stores.file.accessMode.is('ReadWriteOnce')),
    parts: [
      fileStore(glance),
      cephPart(glance),
      tlsPart({ name: 's3-tls', path: S3_TLS, values: { enabled: ca, secretName: s3.caSecretName } }),
    ],
    connections: [
      { description: 'Ceph', egress: egressToCidrs(rbd.cidrs), test: rbd.enabled },
      { description: 'S3', egress: egressToCidrs(s3.cidrs), test: s3.enabled },
      { ...serviceApi('cinder'), test: cinder.enabled },
      { description: 'images in the web', egress: egressToAny(), test: http.enabled },
    ],
    sections: {
      file: { filesystem_store_datadir: when(glance.values.stores.file.enabled, IMAGES) },
      rbd: {
        rbd_store_ceph_conf: when(rbd.enabled, '/etc/ceph/ceph.conf'),
        rbd_store_pool: when(rbd.enabled, rbd.pool),
        rbd_store_user: when(rbd.enabled, rbd.user),
      },
      s3: {
        s3_store_access_key: when(s3.enabled, glance.password('glance_backend_s3_access_key', s3.enabled)),
        s3_store_bucket: when(s3.enabled, s3.bucket),
        s3_store_bucket_url_format: when(s3.enabled, s3.bucketUrlFormat),
        s3_store_cacert: when(ca, `${S3_TLS}/ca.crt`),
        s3_store_create_bucket_on_put: when(s3.enabled, s3.createBucket),
        s3_store_host: when(s3.enabled, s3.host),
        s3_store_secret_key: when(s3.enabled, glance.password('glance_backend_s3_secret_key', s3.enabled)),
      },
      cinder: {
        cinder_catalog_info: when(cinder.enabled, 'block-storage:cinder:internalURL'),
        cinder_os_region_name: when(cinder.enabled, glance.global.region),
        cinder_volume_type: when(all(cinder.enabled, isSet(cinder.volumeType)), cinder.volumeType),
      },
    },
  };
}

/** Names of what is switched on, parted by commas. */
export const listOf = (names: readonly (readonly [string, Value<boolean>])[]): string =>
  names
    .map(([name, on], i) => {
      const before = names.slice(0, i).map(([, test]) => test);
      return `${when(on, i === 0 ? name : `${when(any(...before), ',')}${name}`)}`;
    })
    .join('');

function requireStores(glance: Glance): void {
  const { stores, defaultStore, api } = glance.values;
  for (const name of ['file', 'rbd', 's3', 'cinder'] as const) {
    glance.require(
      any(not(defaultStore.is(name)), stores[name].enabled),
      ['defaultStore'],
      `is ${name}, which is not enabled: set stores.${name}.enabled, or name another store`,
    );
  }
  const { enabled, accessMode } = stores.file;
  glance.require(
    any(not(enabled), accessMode.is('ReadWriteMany'), api.replicas.is(0), api.replicas.is(1)),
    ['stores', 'file', 'accessMode'],
    'is ReadWriteOnce, and there is more than one replica of the API, on other nodes: use a StorageClass for ' +
      'ReadWriteMany and say so here, keep images in rbd or s3, or set api.replicas to 1',
  );
}

/** The volume of the images: a claim that outlives the chart, or the user's. */
function fileStore(glance: Glance): PodPart {
  const { enabled, existingClaim, accessMode, storage } = glance.values.stores.file;
  const claim = new KubeObject<PersistentVolumeClaim>(glance, 'images', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { ...glance.metadata('images'), annotations: KEPT },
    spec: claimSpec(storage, accessMode),
  });
  onlyIf(claim, all(enabled, not(isSet(existingClaim))));
  const claimName = choose(isSet(existingClaim), existingClaim, 'glance-images');
  return {
    volumes: [when(enabled, { name: 'images', persistentVolumeClaim: { claimName } })],
    mounts: [when(enabled, { name: 'images', mountPath: IMAGES })],
  };
}

/** ceph.conf and the user's keyring, where librados looks for them. */
function cephPart(glance: Glance): PodPart {
  const { enabled, user, secretName, configMapName } = glance.values.stores.rbd;
  const only = (key: string) => [{ key, path: key }];
  const sources = [
    { secret: { name: secretName, items: only(`ceph.client.${user}.keyring`) } },
    when(
      isSet(configMapName),
      { configMap: { name: configMapName, items: only('ceph.conf') } },
      { secret: { name: secretName, items: only('ceph.conf') } },
    ),
  ];
  return {
    volumes: [when(enabled, { name: 'ceph', projected: { sources, defaultMode: 0o440 } })],
    mounts: [when(enabled, { name: 'ceph', mountPath: '/etc/ceph', readOnly: true })],
  };
}
