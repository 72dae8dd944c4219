import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';

const cloud = cloudOf();
const glance = cloud.services.find((service) => service.node.id === 'glance')!;
const objects = (values: JsonMap = {}, tests = false): Objects =>
  new Objects(cloud.renderService(glance, mergeLayers(required, values), { tests }));
const api = (values: JsonMap = {}) => objects(values).pod('Deployment', 'glance-api');
const mountsOf = (values: JsonMap, container = 'api') =>
  containerOf(api(values), container)
    .volumeMounts!.filter(({ name }) => !['config', 'tmp'].includes(name))
    .map(({ mountPath }) => mountPath);

/** The options of a section of glance-api.conf. */
function conf(section: string, values: JsonMap = {}): { readonly [option: string]: string } {
  const text = objects(values).file('glance-glance-api.conf', 'glance-api.conf');
  const lines = (text.split('\n\n').find((part) => part.startsWith(`[${section}]`)) ?? '').trim().split('\n');
  return Object.fromEntries(lines.slice(1).map((line) => line.split(/ = (.*)/s).slice(0, 2) as [string, string]));
}

const s3Passwords = { glance_backend_s3_access_key: 'access', glance_backend_s3_secret_key: 'secret' };
const s3 = { stores: { s3: { enabled: true, bucket: 'b' } }, passwords: s3Passwords };
const rbd = { stores: { rbd: { enabled: true } } };
const noFile = { stores: { file: { enabled: false } } };
const cephAlone = mergeLayers({ ...rbd, defaultStore: 'rbd' }, noFile);
const twice = { api: { replicas: 2 } };

test('it is an API with a volume for images, and operations', () => {
  const all = objects();
  expect(all.ids.filter((id) => !/^(ConfigMap|NetworkPolicy)\//.test(id))).toEqual([
    'CronJob/glance-contract',
    'CronJob/glance-drop-old-passwords',
    'CronJob/glance-purge',
    'CronJob/glance-purge-images',
    'Deployment/glance-api',
    `Job/${all.job}`,
    'PersistentVolumeClaim/glance-images',
    'Secret/glance',
    'Service/glance-api',
  ]);
});

describe('the API', () => {
  test('takes chunks of 64 MiB and waits for slow clients: what uwsgi does by itself breaks uploads', () => {
    const uwsgi = objects().file('glance-api-uwsgi.ini', 'api-uwsgi.ini').split('\n');
    // `64M` would be 64 bytes, and every chunked upload would fail.
    expect(uwsgi).toEqual(
      expect.arrayContaining(['chunked-input-limit = 67108864', 'chunked-input-timeout = 300', 'socket-timeout = 300']),
    );
    expect(uwsgi).toContain('threads = 4');
  });

  test('is alive while it takes connections, for uploads may keep all of its threads busy', () => {
    const { readinessProbe, livenessProbe } = containerOf(api(), 'api');
    expect(readinessProbe?.httpGet?.path).toBe('/healthcheck');
    expect(livenessProbe).toMatchObject({ tcpSocket: { port: 'http' } });
    expect(livenessProbe).not.toHaveProperty('httpGet');
  });

  test('tells the others its own address, at which they ask it for what was uploaded to it before an import', () => {
    expect(containerOf(api(), 'api').env).toEqual([
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'OS_DEFAULT__WORKER_SELF_REFERENCE_URL', value: 'http://$(POD_IP):9292' },
    ]);
    expect(api().metadata!.labels).toMatchObject({ 'glance-client': 'true' });
    const { ingress, egress } = objects().get('NetworkPolicy', 'glance-api').spec!;
    expect(ingress![0]!.from).toEqual([{ podSelector: { matchLabels: { 'glance-client': 'true' } } }]);
    expect(egress).toContainEqual({
      to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'glance' } } }],
      ports: [{ protocol: 'TCP', port: 9292 }],
    });
  });

  test('writes only to its volumes', () => {
    for (const path of Object.values(conf('os_glance_staging_store')).concat(conf('oslo_concurrency')['lock_path']!)) {
      expect(path).toMatch(/^\/var\/lib\/glance\//);
    }
    expect(mountsOf({})).toEqual(['/var/lib/glance', '/var/lib/glance/images']);
    const scratch = (values: JsonMap) => api(values).spec!.volumes!.find(({ name }) => name === 'scratch');
    expect(scratch({})).toEqual({ name: 'scratch', emptyDir: { sizeLimit: '20Gi' } });
    expect(scratch({ api: { scratch: { storageClass: 'fast', size: '1Ti' } } })).toEqual({
      name: 'scratch',
      ephemeral: {
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'fast',
            resources: { requests: { storage: '1Ti' } },
          },
        },
      },
    });
  });
});

describe('stores', () => {
  test.each<[string, JsonMap, string, string]>([
    ['files', {}, 'file:file', 'file'],
    ['Ceph beside files', { ...rbd, defaultStore: 'rbd' }, 'file:file,rbd:rbd', 'rbd'],
    ['Ceph alone', cephAlone, 'rbd:rbd', 'rbd'],
    ['S3 and the web', mergeLayers(s3, { stores: { http: { enabled: true } } }), 'file:file,s3:s3,http:http', 'file'],
  ])('%s', (_, values, backends, store) => {
    expect(conf('DEFAULT', values)['enabled_backends']).toBe(backends);
    expect(conf('glance_store', values)).toEqual({ default_backend: store });
  });

  test('the default one has to be one that is enabled', () => {
    expect(() => objects({ defaultStore: 's3' })).toThrow(
      'defaultStore: is s3, which is not enabled: set stores.s3.enabled',
    );
    expect(() => objects(noFile)).toThrow('defaultStore: is file, which is not enabled');
  });

  test('files: the claim outlives the chart, and one that is there serves as well', () => {
    const claim = (values: JsonMap) =>
      objects(values).any('PersistentVolumeClaim', 'glance-images') as PersistentVolumeClaim;
    expect(claim({}).metadata!.annotations).toMatchObject({ 'helm.sh/resource-policy': 'keep' });
    expect(claim({}).spec).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } } });
    const own = { stores: { file: { existingClaim: 'mine' } } };
    expect(objects(own).has('PersistentVolumeClaim/glance-images')).toBe(false);
    expect(api(own).spec!.volumes).toContainEqual({
      name: 'images',
      persistentVolumeClaim: { claimName: 'mine' },
    });
  });

  test('files on a volume of one node serve one replica, which gives it up before the next one starts', () => {
    const rolling = (values: JsonMap) => objects(values).get('Deployment', 'glance-api').spec!.strategy!.rollingUpdate;
    expect(() => objects(twice)).toThrow(/stores\.file\.accessMode: is ReadWriteOnce, and there is more than one/);
    expect(rolling({})).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    const shared = mergeLayers(twice, { stores: { file: { accessMode: 'ReadWriteMany' } } });
    expect(rolling(shared)).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    const ceph = mergeLayers(cephAlone, twice);
    expect(rolling(ceph)).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(objects(ceph).has('PersistentVolumeClaim/glance-images')).toBe(false);
  });

  test('Ceph: its files from the objects of the user', () => {
    const sources = (values: JsonMap) =>
      api({ stores: { rbd: { enabled: true, user: 'img', ...values } } }).spec!.volumes!.find(
        ({ name }) => name === 'ceph',
      )!.projected!.sources;
    const keyring = 'ceph.client.img.keyring';
    const secret = (key: string) => ({ secret: { name: 'glance-ceph', items: [{ key, path: key }] } });
    const config = { configMap: { name: 'c', items: [{ key: 'ceph.conf', path: 'ceph.conf' }] } };
    expect(sources({})).toEqual([secret(keyring), secret('ceph.conf')]);
    expect(sources({ configMapName: 'c' })).toEqual([secret(keyring), config]);
    expect(conf('rbd', rbd)).toEqual({
      rbd_store_ceph_conf: '/etc/ceph/ceph.conf',
      rbd_store_pool: 'images',
      rbd_store_user: 'glance',
    });
    expect(mountsOf(rbd)).toContain('/etc/ceph');
  });

  test('S3: its keys are passwords, asked for only where there is S3', () => {
    expect(conf('s3')).toEqual({});
    expect(conf('s3', s3)).toMatchObject({ s3_store_bucket: 'b', s3_store_secret_key: expect.stringMatching(/^@/) });
    expect(() => objects({ stores: { s3: { enabled: true } } })).toThrow(
      'passwords.glance_backend_s3_access_key: is required',
    );
    const withCa = mergeLayers(s3, { stores: { s3: { caSecretName: 'ca' } } });
    expect(conf('s3', withCa)['s3_store_cacert']).toBe('/run/kolla/tls/s3/ca.crt');
    expect(mountsOf(withCa)).toContain('/run/kolla/tls/s3');
  });

  test('each is let out to, and nothing else', () => {
    const out = (values: JsonMap) =>
      objects(mergeLayers({ import: { 'web-download': false } }, values)).get('NetworkPolicy', 'glance-api').spec!
        .egress!;
    const to = (cidr: string) => [{ ipBlock: { cidr } }];
    expect(out({})).toHaveLength(5);
    expect(out({ stores: { rbd: { enabled: true, cidrs: ['192.0.2.0/24'] } } }).at(-1)!.to).toEqual(to('192.0.2.0/24'));
    expect(out(mergeLayers(s3, { stores: { s3: { cidrs: ['192.0.2.1/32'] } } })).at(-1)!.to).toEqual(
      to('192.0.2.1/32'),
    );
    expect(out({ import: { 'web-download': true, cidrs: ['203.0.113.0/24'] } }).at(-1)!.to).toEqual(
      to('203.0.113.0/24'),
    );
    expect(out({ stores: { cinder: { enabled: true } } }).at(-1)!.ports).toEqual([{ protocol: 'TCP', port: 8776 }]);
  });
});

test.each<[string, JsonMap, string]>([
  ['all', {}, '[glance-direct,web-download,copy-image]'],
  ['some', { 'web-download': false }, '[glance-direct,copy-image]'],
  ['none', { 'glance-direct': false, 'web-download': false, 'copy-image': false }, '[]'],
])('methods of import: %s', (_, methods, list) => {
  expect(conf('DEFAULT', { import: methods })['enabled_import_methods']).toBe(list);
});

describe('the image cache', () => {
  const cached = { imageCache: { enabled: true } };

  test('is not there unless it is wanted', () => {
    expect(conf('paste_deploy')).toEqual({ flavor: 'keystone' });
    expect(api().spec!.initContainers!.map(({ name }) => name)).toEqual(['prepare']);
  });

  test('is cut back by a sidecar that sees what the API sees', () => {
    expect(conf('paste_deploy', cached)).toEqual({ flavor: 'keystone+cachemanagement' });
    expect(conf('DEFAULT', cached)).toMatchObject({
      image_cache_dir: '/var/lib/glance/image-cache',
      image_cache_max_size: '10737418240',
    });
    const sidecar = containerOf(api(cached), 'image-cache');
    expect(sidecar).toMatchObject({ restartPolicy: 'Always', env: containerOf(api(cached), 'api').env });
    expect(sidecar.command).toEqual(['python3', '/run/kolla/config/image_cache.py', '300']);
    expect(mountsOf(cached, 'image-cache')).toEqual(['/var/lib/glance', '/var/lib/glance/image-cache']);
    expect(sidecar.volumeMounts!.map(({ mountPath }) => mountPath)).toEqual(
      expect.arrayContaining(['/etc/glance/glance-api.conf', '/etc/glance/database-glance.cnf']),
    );
  });

  test('ends with its pod: the database knows what is in it by the address of the pod', () => {
    const volumes = api(cached).spec!.volumes!;
    expect(volumes.find(({ name }) => name === 'image-cache')).toEqual({
      name: 'image-cache',
      emptyDir: { sizeLimit: '20Gi' },
    });
  });
});

describe('the database', () => {
  test('is made at once on an install, and in steps that old pods bear on an upgrade', () => {
    const args = containerOf(objects().pod('Job', objects().job), 'bootstrap').args!;
    expect(args.filter((arg) => /^--(install|upgrade|run)=/.test(arg)).map((arg) => arg.replace(/ \/.*/, ''))).toEqual([
      '--install=glance-manage db sync',
      '--upgrade=glance-manage db expand',
      '--upgrade=glance-manage db migrate',
      '--run=glance-manage db load_metadefs',
      '--run=python3',
    ]);
  });

  test('is purged by hand, or at times', () => {
    const job = (name: string, values: JsonMap = {}) => objects(values).get('CronJob', name).spec!;
    expect(job('glance-purge').suspend).toBe(true);
    expect(job('glance-purge', { purge: { schedule: '@daily' } })).toMatchObject({
      suspend: false,
      schedule: '@daily',
    });
    // An id that is gone for good could be taken again, by somebody else.
    expect(job('glance-purge-images', { purge: { schedule: '@daily' } }).suspend).toBe(true);
    expect(containerOf(objects({ purge: { days: 7 } }).pod('CronJob', 'glance-purge'), 'purge').command).toEqual([
      ...['glance-manage', 'db', 'purge', '--age_in_days=7', '--max_rows=10000'],
    ]);
  });
});

test('properties are protected by rules of the user', () => {
  const rules = '[x_.*]\ncreate = admin\n';
  const values = { files: { 'property-protections-rules.conf': rules } };
  const path = '/etc/glance/property-protections-rules.conf';
  expect(conf('DEFAULT')).not.toHaveProperty('property_protection_file');
  expect(conf('DEFAULT', values)['property_protection_file']).toBe(path);
  expect(objects(values).file('glance-property-protections-rules.conf', 'property-protections-rules.conf')).toBe(rules);
  expect(containerOf(api(values), 'api').volumeMounts!.map(({ mountPath }) => mountPath)).toContain(path);
});

test('plugins of imports have a file of their own', () => {
  const file = (values: JsonMap = {}) =>
    objects({ conf: { 'glance-image-import.conf': values } }).file(
      'glance-glance-image-import.conf',
      'glance-image-import.conf',
    );
  expect(file()).toBe('[image_import_opts]\nimage_import_plugins = [no_op]\n');
  expect(
    file({
      image_import_opts: { image_import_plugins: '[image_conversion]' },
      image_conversion: { output_format: 'raw' },
    }),
  ).toContain('[image_conversion]\noutput_format = raw\n');
});

test('sends notifications only where they are wanted', () => {
  expect(conf('oslo_messaging_notifications')).toEqual({ driver: 'noop' });
  expect(conf('oslo_messaging_notifications', { notifications: { enabled: true } })).toMatchObject({
    driver: 'messagingv2',
  });
});

test('its smoke test lists images', () => {
  const { env } = containerOf(objects({}, true).get('Pod', 'glance-smoke-test'), 'smoke-test');
  expect(Object.fromEntries(env!.map(({ name, value }) => [name, value]))).toMatchObject({
    OS_USERNAME: 'glance',
    SERVICE_TYPE: 'image',
    OPEN_PATHS: '/healthcheck /versions',
    PATHS: '/v2/images?limit=1',
  });
});
