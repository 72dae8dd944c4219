import { Construct } from 'constructs';
import { IniFile, PolicyFile, TextFile } from '../../lib/config';
import { scratchVolume } from '../../lib/kubernetes';
import {
  API_PORTS,
  ApiComponent,
  ApiSmokeTest,
  Bootstrap,
  Cache,
  Database,
  IdentityRegistration,
  Messaging,
  Operation,
  Service,
  egressToCidrs,
  serviceApi,
} from '../../lib/openstack';
import { isSet, when } from '../../lib/values';
import { CACHE, imageCache } from './image-cache';
import { listOf, storesOf } from './stores';
import { glanceValues } from './values';

const ROOT = '/var/lib/glance';
const PROTECTIONS = 'property-protections-rules.conf';
const METHODS = ['glance-direct', 'web-download', 'copy-image'] as const;
const PROCESS = { image: 'glance-api', user: 'glance' } as const;

/** OpenStack Image: what servers and volumes are made from. */
export class Glance extends Service<typeof glanceValues> {
  constructor(scope: Construct) {
    super(scope, glanceValues, {
      description: 'Glance: OpenStack Image',
      home: 'https://docs.openstack.org/glance/latest/',
      sources: ['https://opendev.org/openstack/glance', 'https://opendev.org/openstack/kolla'],
    });
    const { values, global } = this;
    const { api: apiValues, imageCache: cacheValues } = values;
    const notify = values.notifications.enabled;
    const database = new Database(this, 'database', { name: 'glance' });
    const messaging = new Messaging(this, 'messaging', { test: notify });
    // Of keystonemiddleware alone: Glance itself keeps nothing there.
    const cache = new Cache(this, 'cache');
    const registration = new IdentityRegistration(this, 'registration', {
      type: 'image',
      description: 'OpenStack Image',
    });
    const stores = storesOf(this);

    const policy = new PolicyFile(this, values.policy);
    const protections = new TextFile(this, PROTECTIONS, {
      path: `/etc/glance/${PROTECTIONS}`,
      template: { text: '# The user has rules of his own.\n' },
      replacement: values.files[PROTECTIONS],
      test: isSet(values.files[PROTECTIONS]),
    });
    const importConf = new IniFile(this, 'glance-image-import.conf', {
      path: '/etc/glance/glance-image-import.conf',
      overrides: values.conf['glance-image-import.conf'],
      sections: { image_import_opts: { image_import_plugins: '[no_op]' } },
    });
    const conf = new IniFile(this, 'glance-api.conf', {
      path: '/etc/glance/glance-api.conf',
      overrides: values.conf['glance-api.conf'],
      replacement: values.files['glance-api.conf'],
      sections: {
        DEFAULT: {
          debug: global.debug,
          enabled_backends: stores.enabled,
          enabled_import_methods: `[${listOf(METHODS.map((name) => [name, values.import[name]]))}]`,
          image_cache_dir: when(cacheValues.enabled, CACHE),
          image_cache_max_size: when(cacheValues.enabled, cacheValues.maxSize),
          property_protection_file: when(isSet(values.files[PROTECTIONS]), protections.path),
          transport_url: when(notify, messaging.url),
        },
        database: database.options,
        glance_store: { default_backend: values.defaultStore },
        keystone_authtoken: registration.authToken(cache),
        os_glance_staging_store: { filesystem_store_datadir: `${ROOT}/staging` },
        os_glance_tasks_store: { filesystem_store_datadir: `${ROOT}/tasks_work_dir` },
        oslo_concurrency: { lock_path: `${ROOT}/tmp` },
        oslo_messaging_notifications: {
          driver: when(notify, 'messagingv2', 'noop'),
          transport_url: when(notify, messaging.url),
        },
        oslo_messaging_rabbit: messaging.options,
        oslo_middleware: { enable_proxy_headers_parsing: true },
        oslo_policy: policy.options,
        paste_deploy: { flavor: when(cacheValues.enabled, 'keystone+cachemanagement', 'keystone') },
      },
      named: stores.sections,
    });

    // What one pod has of an image before its import, the others ask it for.
    const env = [
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'OS_DEFAULT__WORKER_SELF_REFERENCE_URL', value: `http://$(POD_IP):${API_PORTS.glance}` },
    ];
    const scratch = {
      volumes: [scratchVolume('scratch', apiValues.scratch)],
      mounts: [{ name: 'scratch', mountPath: ROOT }],
    };
    const files = [conf, importConf, protections, policy];
    const api = new ApiComponent(this, 'api', {
      ...PROCESS,
      values: apiValues,
      port: API_PORTS.glance,
      wsgi: 'glance.wsgi.api:application',
      uwsgi: values.conf['uwsgi.ini'],
      uwsgiOptions: {
        // In bytes: of `64M` uwsgi reads 64. Its own are 1 MiB and 4 seconds, which no slow client keeps to.
        'chunked-input-limit': 67108864,
        'chunked-input-timeout': 300,
        'socket-timeout': 300,
        threads: apiValues.threads,
      },
      probe: '/healthcheck',
      longRequests: true,
      exclusive: stores.exclusive,
      keepsData: true,
      env,
      files,
      parts: [
        scratch,
        ...stores.parts,
        imageCache(this, { env, files: [...files, ...database.files], parts: [scratch, ...database.parts] }),
      ],
      connectsTo: [
        database,
        cache,
        messaging,
        registration,
        serviceApi('glance'),
        ...stores.connections,
        {
          description: 'images to import',
          egress: egressToCidrs(values.import.cidrs),
          test: values.import['web-download'],
        },
      ],
    });
    const bootstrap = new Bootstrap(this, 'bootstrap', {
      ...PROCESS,
      database,
      values: values.bootstrap,
      files: [conf],
    });
    bootstrap.step(['glance-manage', 'db', 'sync'], { only: 'installing' });
    bootstrap.step(['glance-manage', 'db', 'expand'], { only: 'upgrading' });
    bootstrap.step(['glance-manage', 'db', 'migrate'], { only: 'upgrading' });
    // Those that are there stay as they are, for users may have changed them.
    bootstrap.step(['glance-manage', 'db', 'load_metadefs']);
    bootstrap.register(registration, api.endpoints());
    bootstrap.operation('contract', ['glance-manage', 'db', 'contract']);
    api.after(bootstrap);

    const { purge } = values;
    const command = (action: string, days: typeof purge.days) => [
      ...['glance-manage', 'db', action, `--age_in_days=${days}`],
      // What a cluster of databases takes at once.
      '--max_rows=10000',
    ];
    const purging = { ...PROCESS, values: purge, files: [conf], connectsTo: [database] };
    new Operation(this, 'purge', {
      ...purging,
      schedule: purge.schedule,
      steps: { purge: { command: command('purge', purge.days) } },
    });
    new Operation(this, 'purge-images', {
      ...purging,
      steps: { purge: { command: command('purge_images_table', purge.imageDays) } },
    });
    new ApiSmokeTest(this, 'smoke-test', {
      ...PROCESS,
      placement: values.bootstrap,
      api,
      registration,
      open: ['/healthcheck', '/versions'],
      paths: ['/v2/images?limit=1'],
    });
  }
}
