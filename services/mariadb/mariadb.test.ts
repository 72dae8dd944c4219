import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import type { MariaDB } from '../../lib/kubernetes/crds/mariadb';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { InvalidValues } from '../../lib/values/problem';

const cloud = cloudOf();
const mariadb = cloud.services.find((service) => service.node.id === 'mariadb')!;
const objects = (...layers: JsonMap[]): Objects =>
  new Objects(cloud.renderService(mariadb, layers.reduce(mergeLayers, required)));
const refused = (values: JsonMap): string[] => {
  try {
    cloud.renderService(mariadb, values);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidValues)) throw error;
    return error.problems.map(({ path }) => path.join('.'));
  }
};

const inDatabase = (values: JsonMap): JsonMap => ({ global: { database: values } });
const three = inDatabase({ replicas: 3 });
const tls = inDatabase({ tls: { enabled: true, secretName: 'certificate' } });
const external = inDatabase({ provider: 'external', host: 'db.example.org' });
const operator = inDatabase({ provider: 'operator' });
const kolla: JsonMap = { global: { startMode: 'kolla' } };
const backup = (values: JsonMap = {}): JsonMap => ({ backup: { enabled: true, ...values } });
const s3: JsonMap = {
  ...backup({ s3: { enabled: true } }),
  passwords: { mariadb_backup_s3_access_key: 'access', mariadb_backup_s3_secret_key: 'secret' },
};

const member = (...layers: JsonMap[]) => objects(...layers).pod('StatefulSet', 'mariadb');
const server = (...layers: JsonMap[]) => containerOf(member(...layers), 'server');
const volumesOf = (pod: ReturnType<typeof member>) => pod.spec!.volumes!.map(({ name }) => name);
const mountsOf = (container: ReturnType<typeof server>) =>
  Object.fromEntries(container.volumeMounts!.map(({ mountPath, name, subPath }) => [mountPath, subPath ?? name]));
const conf = (...layers: JsonMap[]): string[] =>
  objects(...layers)
    .file('mariadb-my.cnf', 'my.cnf')
    .split('\n');

const ONE_MEMBER = [
  'ConfigMap/mariadb-my.cnf',
  'ConfigMap/mariadb-scripts',
  'CronJob/mariadb-drop-old-passwords',
  'NetworkPolicy/mariadb',
  'NetworkPolicy/mariadb-drop-old-passwords',
  'NetworkPolicy/mariadb-smoke-test',
  'Secret/mariadb',
  'Service/mariadb',
  'Service/mariadb-members',
  'StatefulSet/mariadb',
];
const WITH_PROXY = [
  'ConfigMap/mariadb-haproxy.cfg',
  'Deployment/mariadb-proxy',
  'NetworkPolicy/mariadb-proxy',
  'PodDisruptionBudget/mariadb',
  'PodDisruptionBudget/mariadb-proxy',
];
const BACKUPS = [
  'CronJob/mariadb-backup-full',
  'CronJob/mariadb-backup-incremental',
  'CronJob/mariadb-restore',
  'NetworkPolicy/mariadb-backup-full',
  'NetworkPolicy/mariadb-backup-incremental',
  'NetworkPolicy/mariadb-restore',
  'PersistentVolumeClaim/mariadb-backups',
];

describe('what there is', () => {
  test.each<[string, JsonMap, string[]]>([
    ['with one member', {}, ONE_MEMBER],
    ['with three: proxies before them', three, [...ONE_MEMBER, ...WITH_PROXY]],
    ['with backups', backup(), [...ONE_MEMBER, ...BACKUPS]],
    [
      'of an operator: only what it reads',
      operator,
      ['ConfigMap/mariadb-operator.cnf', 'MariaDB/mariadb', 'Secret/mariadb'],
    ],
    ['of an external server: nothing', external, []],
    ['… whatever else is asked for', mergeLayers(external, s3), []],
    [
      'without network policies',
      { global: { networkPolicy: { enabled: false } } },
      ONE_MEMBER.filter((id) => !id.startsWith('Net')),
    ],
  ])('%s', (_, values, ids) => {
    expect(objects(values).ids).toEqual([...ids].sort());
  });

  test.each<[string, JsonMap, string[]]>([
    ['our server', {}, ['global.passwords.database_password']],
    ['backups', backup(), ['global.passwords.database_password', 'global.passwords.mariadb_backup_database_password']],
    ['an S3 store without backups', { backup: { s3: { enabled: true } } }, ['global.passwords.database_password']],
    [
      'backups in an S3 store',
      backup({ s3: { enabled: true } }),
      [
        'global.passwords.database_password',
        'global.passwords.mariadb_backup_database_password',
        'passwords.mariadb_backup_s3_access_key',
        'passwords.mariadb_backup_s3_secret_key',
      ],
    ],
    ['the server of an operator', operator, ['global.passwords.database_password']],
    ['an external server', mergeLayers(external, backup({ s3: { enabled: true } })), []],
  ])('%s asks for its passwords', (_, values, paths) => {
    expect(refused(values)).toEqual(paths);
    expect(refused(mergeLayers(values, { global: { passwords: { existingSecret: 'mine' } } }))).toEqual([]);
  });

  test('the Secret has just those', () => {
    const keys = (...layers: JsonMap[]) => Object.keys(objects(...layers).get('Secret', 'mariadb').data!);
    expect(keys()).toEqual(['database_password']);
    expect(keys(operator)).toEqual(['database_password']);
    expect(keys(s3)).toEqual([
      ...['database_password', 'mariadb_backup_database_password'],
      ...['mariadb_backup_s3_access_key', 'mariadb_backup_s3_secret_key'],
    ]);
  });
});

describe('clients', () => {
  const selector = (...layers: JsonMap[]) => objects(...layers).get('Service', 'mariadb').spec!.selector;

  test('reach the only member, or one of the proxies, by one name and port', () => {
    expect(selector()).toEqual({ 'app.kubernetes.io/name': 'mariadb', 'app.kubernetes.io/component': 'server' });
    expect(selector(three)).toEqual({ 'app.kubernetes.io/name': 'mariadb', 'app.kubernetes.io/component': 'proxy' });
    const { spec } = objects(three, inDatabase({ port: 3307 })).get('Service', 'mariadb');
    expect(spec).toMatchObject({ ports: [{ port: 3307, targetPort: 'mysql' }] });
    expect(spec).not.toHaveProperty('publishNotReadyAddresses');
  });

  test('are sent by the proxies to each member by its own name, at the port that all have', () => {
    const text = objects(three, inDatabase({ port: 3307 }), { global: { clusterDomain: 'example.org' } }).file(
      'mariadb-haproxy.cfg',
      'haproxy.cfg',
    );
    expect(text.split('\n').filter((line) => line.includes('server mariadb-'))).toEqual(
      [0, 1, 2].map((i) => `    server mariadb-${i} mariadb-${i}.mariadb-members.openstack.svc.example.org:3307 check`),
    );
    expect(text).toContain('bind "${POD_IP}:3307"');
    expect(text).toContain('check port 4570');
    expect(objects(three, { files: { 'haproxy.cfg': 'mine\n' } }).file('mariadb-haproxy.cfg', 'haproxy.cfg')).toBe(
      'mine\n',
    );
  });
});

describe('a member', () => {
  test('finds the others before any of them is ready', () => {
    const { spec } = objects(three).get('Service', 'mariadb-members');
    expect(spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(spec!.ports!.map(({ name, port }) => [name, port])).toEqual([
      ['mysql', 3306],
      ['galera', 4567],
      ['ist', 4568],
      ['sst', 4444],
      ['state', 4570],
    ]);
    expect(objects(three).get('StatefulSet', 'mariadb').spec).toMatchObject({
      replicas: 3,
      serviceName: 'mariadb-members',
      podManagementPolicy: 'Parallel',
    });
  });

  test('knows how many there are, its own address, its volume, its memory and the administrator', () => {
    const { env, command } = server(three, inDatabase({ adminUser: 'admin' }), { server: { extraEnv: { A: 'b' } } });
    expect(env).toEqual([
      { name: 'MEMBERS', value: '3' },
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'VOLUME_SIZE', value: '20Gi' },
      { name: 'MEMORY_LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
      { name: 'A', value: 'b' },
    ]);
    expect(command).toEqual(['python3', '/run/kolla/config/member.py', 'run', '--admin=admin']);
  });

  test('is ready when it is in step with the others, and has two minutes to stop', () => {
    const { readinessProbe, livenessProbe } = server();
    expect([readinessProbe, livenessProbe].map((probe) => probe!.httpGet)).toEqual([
      { path: '/synced', port: 'state' },
      { path: '/alive', port: 'state' },
    ]);
    expect(member().spec!.terminationGracePeriodSeconds).toBe(120);
  });

  test('has its programs, passwords and a place for each thing that it writes', () => {
    expect(mountsOf(server())).toEqual({
      '/etc/mysql/my.cnf': 'my.cnf',
      '/run/kolla/config': 'config',
      '/run/kolla/secrets': 'secrets',
      '/run/mysqld': 'run',
      '/tmp': 'tmp',
      '/var/lib/mysql': 'data',
    });
    expect(containerOf(member(), 'prepare').args).toEqual([
      ...['--file=my.cnf:0440', '--file=galera.py:0440', '--file=member.py:0440', '--file=pod.py:0440'],
      '--file=volume.py:0440',
    ]);
    // The claims of a StatefulSet are volumes of its pods.
    expect(volumesOf(member())).toEqual(['source', 'secrets', 'config', 'tmp', 'run']);
  });

  test('under start mode `kolla` has the same, its command and its file where kolla_start looks for them', () => {
    expect(mountsOf(server(kolla))).toEqual({
      '/run/kolla/config': 'config',
      '/run/kolla/secrets': 'secrets',
      '/run/mysqld': 'run',
      '/tmp': 'tmp',
      '/var/lib/kolla/config_files': 'config',
      '/var/lib/mysql': 'data',
      '/var/log/kolla': 'logs',
    });
    expect(JSON.parse(objects(kolla).file('mariadb-server.json', 'server.json'))).toEqual({
      command: 'python3 /run/kolla/config/member.py run --admin=root',
      config_files: [
        { source: '/var/lib/kolla/config_files/my.cnf', dest: '/etc/mysql/my.cnf', owner: 'mysql', perm: '0440' },
      ],
    });
  });

  test('keeps its data on a claim that depends on nothing but what its user says of it', () => {
    const claims = (...layers: JsonMap[]) =>
      objects(...layers).get('StatefulSet', 'mariadb').spec!.volumeClaimTemplates;
    const metadata = {
      name: 'data',
      labels: { 'app.kubernetes.io/name': 'mariadb', 'app.kubernetes.io/component': 'server' },
    };
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } };
    expect(claims()).toEqual([{ metadata, spec: claim }]);
    const others: JsonMap[] = [three, tls, kolla, s3, { release: '2025.1', server: { annotations: { a: 'b' } } }];
    for (const other of others) expect(claims(other)).toEqual(claims());
    expect(claims({ server: { storage: { size: '1Ti', storageClass: 'fast' } } })).toEqual([
      { metadata, spec: { ...claim, storageClassName: 'fast', resources: { requests: { storage: '1Ti' } } } },
    ]);
  });

  test('rolls with what it reads, and with nothing else', () => {
    const annotations = (...layers: JsonMap[]) => member(...layers).metadata!.annotations;
    expect(annotations({ proxy: { replicas: 3 } })).toEqual(annotations());
    expect(annotations({ conf: { 'my.cnf': { mariadbd: { max_connections: 10 } } } })).not.toEqual(annotations());
    expect(annotations({ global: { passwords: { database_password: 'other' } } })).not.toEqual(annotations());
    expect(annotations(backup())).not.toEqual(annotations());
    const otherBackup = { global: { passwords: { mariadb_backup_database_password: 'other' } } };
    expect(annotations(otherBackup)).toEqual(annotations());
    expect(annotations(backup(), otherBackup)).not.toEqual(annotations(backup()));
  });
});

describe('my.cnf', () => {
  test("has the user's options over ours, or is the user's", () => {
    expect(conf()).toContain('max_allowed_packet = 64M');
    const mine = conf({ conf: { 'my.cnf': { mariadbd: { max_allowed_packet: '1G', event_scheduler: 'ON' } } } });
    expect(mine).toEqual(expect.arrayContaining(['max_allowed_packet = 1G', 'event_scheduler = ON', 'wsrep_on = ON']));
    expect(mine).not.toContain('max_allowed_packet = 64M');
    expect(conf({ files: { 'my.cnf': '[mariadbd]\n' } })).toEqual(['[mariadbd]', '']);
  });

  test('says nothing of TLS unless it is wanted', () => {
    expect(conf(three).filter((line) => /ssl|secure|encrypt|tls|\[sst\]/.test(line))).toEqual([]);
  });

  test('with TLS lets nobody in without, neither clients nor members', () => {
    expect(conf(tls)).toEqual(
      expect.arrayContaining([
        'require_secure_transport = ON',
        'ssl_ca = /run/kolla/tls/mariadb/ca.crt',
        'ssl_cert = /run/kolla/tls/mariadb/tls.crt',
        'ssl_key = /run/kolla/tls/mariadb/tls.key',
        '[sst]',
        'encrypt = 3',
        'tkey = /run/kolla/tls/mariadb/tls.key',
      ]),
    );
    // The traffic of Galera is member.py's: it adds to the options of the provider, ours or the user's.
    expect(conf(tls)).toContain('wsrep_provider_options = "gcache.size=256M"');
  });
});

test('the key of the certificate is in the members alone; who backs up has the authority', () => {
  const all = objects(tls, three, s3);
  const keysOf = (kind: 'CronJob' | 'Deployment' | 'StatefulSet', name: string) =>
    all
      .pod(kind, name)
      .spec!.volumes!.filter(({ secret }) => secret?.secretName === 'certificate')
      .flatMap(({ secret }) => secret!.items!.map(({ key }) => key));
  expect(keysOf('StatefulSet', 'mariadb')).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  expect(keysOf('CronJob', 'mariadb-backup-full')).toEqual(['ca.crt']);
  expect(keysOf('Deployment', 'mariadb-proxy')).toEqual([]);
});

describe('who may reach what', () => {
  /** `who: ports` of a policy's rules. */
  const rulesOf = (policy: string, direction: 'ingress' | 'egress', ...layers: JsonMap[]): string[] => {
    const rules = (objects(...layers).get('NetworkPolicy', policy).spec![direction] ?? []) as {
      from?: {
        podSelector?: { matchLabels: Record<string, string> };
        namespaceSelector?: object;
        ipBlock?: { cidr: string };
      }[];
      to?: {
        podSelector?: { matchLabels: Record<string, string> };
        namespaceSelector?: object;
        ipBlock?: { cidr: string };
      }[];
      ports: { port?: number }[];
    }[];
    return rules.map(({ from, to, ports }) => {
      const peers = (from ?? to ?? []).map(({ podSelector, namespaceSelector, ipBlock }) => {
        const labels = podSelector?.matchLabels ?? {};
        return (
          labels['app.kubernetes.io/component'] ??
          Object.keys(labels)[0] ??
          ipBlock?.cidr ??
          (namespaceSelector ? 'namespace' : '')
        );
      });
      return `${peers.join('+') || 'any'}: ${ports.map(({ port }) => port ?? 'all').join(' ')}`;
    });
  };
  const OPERATIONS = ['backup-full', 'backup-incremental', 'restore'];

  test('a member: clients and proxies its port, members those of Galera', () => {
    expect(rulesOf('mariadb', 'ingress', inDatabase({ port: 3307 }))).toEqual([
      'mariadb-client: 3307',
      'proxy: 3307 4570',
      'server: 4567 4568 4444 4570',
      'smoke-test: 4570',
    ]);
    expect(
      rulesOf('mariadb', 'ingress', backup(), { global: { passwords: { mariadb_backup_database_password: 'b' } } }),
    ).toEqual([
      'mariadb-client: 3306',
      'proxy: 3306 4570',
      'server: 4567 4568 4444 4570',
      'smoke-test: 4570',
      ...OPERATIONS.map((operation) => `${operation}: 3306 4570`),
    ]);
    expect(rulesOf('mariadb', 'egress')).toEqual(['namespace: 53 53', 'server: 4567 4568 4444 4570']);
  });

  test('a proxy: clients its port, and users of the cloud its metrics', () => {
    expect(rulesOf('mariadb-proxy', 'ingress', three)).toEqual(['mariadb-client: 3306']);
    const users = { global: { networkPolicy: { clients: { cidrs: ['192.0.2.0/24'] } } } };
    expect(rulesOf('mariadb-proxy', 'ingress', three, users)).toEqual(['mariadb-client: 3306', '192.0.2.0/24: 8404']);
    expect(rulesOf('mariadb-proxy', 'egress', three)).toEqual(['namespace: 53 53', 'server: 3306 4570']);
  });

  test('backups and the restore: nobody; they reach members, and an S3 store where there is one', () => {
    for (const operation of OPERATIONS) {
      expect(rulesOf(`mariadb-${operation}`, 'ingress', backup())).toEqual([]);
      expect(rulesOf(`mariadb-${operation}`, 'egress', backup())).toEqual(['namespace: 53 53', 'server: 3306 4570']);
      expect(rulesOf(`mariadb-${operation}`, 'egress', s3)).toEqual([
        ...['namespace: 53 53', 'server: 3306 4570', 'any: all'],
      ]);
    }
  });
});

describe('backups', () => {
  const cronJob = (name: string, ...layers: JsonMap[]) => objects(...layers).get('CronJob', `mariadb-${name}`).spec!;
  const podOf = (name: string, ...layers: JsonMap[]) => objects(...layers).pod('CronJob', `mariadb-${name}`);
  const stepsOf = (name: string, ...layers: JsonMap[]) => {
    const { initContainers = [], containers } = podOf(name, ...layers).spec!;
    return [...initContainers, ...containers].map(({ name: step }) => step);
  };

  test('run when their schedules say so, one at a time, or when somebody runs them', () => {
    expect(cronJob('backup-full', backup())).toMatchObject({
      suspend: false,
      schedule: '30 2 * * 0',
      concurrencyPolicy: 'Forbid',
    });
    expect(cronJob('backup-incremental', backup({ incremental: '@hourly' }))).toMatchObject({ schedule: '@hourly' });
    expect(cronJob('backup-full', backup({ full: '' }))).toMatchObject({ suspend: true, schedule: '0 0 31 2 *' });
    expect(cronJob('restore', backup())).toMatchObject({ suspend: true, schedule: '0 0 31 2 *' });
  });

  test('are of one member, on its node: the last one, which is rarely the writer', () => {
    const beside = (...layers: JsonMap[]) =>
      podOf('backup-full', ...layers).spec!.affinity!.podAffinity!.requiredDuringSchedulingIgnoredDuringExecution;
    const on = (name: string) => [
      {
        topologyKey: 'kubernetes.io/hostname',
        labelSelector: { matchLabels: { 'statefulset.kubernetes.io/pod-name': name } },
      },
    ];
    expect(beside(backup())).toEqual(on('mariadb-0'));
    expect(beside(backup(), three)).toEqual(on('mariadb-2'));
    const { command } = containerOf(podOf('backup-full', backup(), three, inDatabase({ port: 3307 })), 'backup');
    expect(command).toEqual([
      ...['python3', '/run/kolla/source/backup.py', 'full', '--host=mariadb-2.mariadb-members', '--port=3307'],
    ]);
    expect(containerOf(podOf('backup-incremental', backup(), tls), 'backup').command!.at(-1)).toBe(
      '--ca=/run/kolla/tls/database/ca.crt',
    );
  });

  test("read the member's data and write to a claim of their own", () => {
    const { volumes } = podOf('backup-full', backup(), three).spec!;
    const claims = volumes!.flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
    expect(claims).toEqual(['data-mariadb-2', 'mariadb-backups']);
    const mounts = (name: string, step: string) =>
      containerOf(podOf(name, backup()), step)
        .volumeMounts!.filter(({ mountPath }) => ['/var/lib/mysql', '/backups'].includes(mountPath))
        .map(({ mountPath, readOnly = false }) => [mountPath, readOnly]);
    expect(mounts('backup-full', 'backup')).toEqual([
      ['/var/lib/mysql', true],
      ['/backups', false],
    ]);
    expect(mounts('restore', 'restore')).toEqual([
      ['/var/lib/mysql', false],
      ['/backups', false],
    ]);
    const claim = objects(backup({ storage: { size: '1Ti', storageClass: 'slow' } })).any(
      'PersistentVolumeClaim',
      'mariadb-backups',
    ) as PersistentVolumeClaim;
    expect(claim.spec).toMatchObject({ storageClassName: 'slow', resources: { requests: { storage: '1Ti' } } });
  });

  test('are copied to S3 where there is a store, with the passwords for it', () => {
    expect(stepsOf('backup-full', backup())).toEqual(['make-room', 'backup', 'retain']);
    expect(stepsOf('backup-full', s3)).toEqual(['make-room', 'backup', 'upload', 'retain']);
    expect(stepsOf('restore', backup())).toEqual(['restore']);
    expect(stepsOf('restore', s3)).toEqual(['download', 'restore']);
    const read = (...layers: JsonMap[]) =>
      podOf('backup-full', ...layers)
        .spec!.volumes!.find(({ name }) => name === 'secrets')!
        .secret!.items!.map(({ key }) => key);
    expect(read(backup())).toEqual(['mariadb_backup_database_password']);
    expect(read(s3)).toEqual([
      ...['mariadb_backup_database_password', 'mariadb_backup_s3_access_key', 'mariadb_backup_s3_secret_key'],
    ]);
    const store = { endpoint: 'https://s3.example.org', region: 'north', bucket: 'a/b', prefix: 'cloud' };
    const upload = containerOf(podOf('backup-full', s3, { backup: { keep: 7, s3: store } }), 'upload');
    expect(upload.image).toContain('/glance-api:');
    expect(upload.command!.slice(1)).toEqual([
      ...['/run/kolla/source/s3.py', 'upload', '--endpoint=https://s3.example.org', '--region=north'],
      ...['--bucket=a/b', '--prefix=cloud', '--keep=7'],
    ]);
    const trusting = podOf('backup-full', s3, { backup: { s3: { ...store, caSecretName: 'ours' } } });
    expect(containerOf(trusting, 'upload').command).toContain('--ca=/run/kolla/tls/s3/ca.crt');
    expect(trusting.spec!.volumes).toContainEqual(expect.objectContaining({ name: 's3-tls' }));
  });

  test('are restored from the last one, or the one that is named', () => {
    const restore = (...layers: JsonMap[]) => containerOf(podOf('restore', s3, ...layers), 'restore').command!.slice(1);
    expect(restore()).toEqual([
      ...['/run/kolla/source/restore.py', '--backup=latest', '--members=1', '--service=mariadb-members'],
    ]);
    const named = restore(three, { restore: { backup: '20260101T023000Z' } });
    expect(named).toEqual(expect.arrayContaining(['--backup=20260101T023000Z', '--members=3']));
    // It runs when the members are down, and so beside nobody.
    expect(podOf('restore', s3).spec).not.toHaveProperty('affinity');
    const download = containerOf(podOf('restore', s3, { restore: { backup: 'a' } }), 'download');
    expect(download.command).toEqual(expect.arrayContaining(['download', '--backup=a']));
  });
});

test('the old passwords of the administrator are dropped through the address of all clients, when somebody says so', () => {
  const all = objects(three, tls, inDatabase({ port: 3307, adminUser: 'admin' }));
  const pod = all.pod('CronJob', 'mariadb-drop-old-passwords');
  expect(all.get('CronJob', 'mariadb-drop-old-passwords').spec!.suspend).toBe(true);
  expect(pod.metadata!.labels).toMatchObject({ 'mariadb-client': 'true' });
  expect(containerOf(pod, 'drop').command).toEqual([
    ...['python3', '/run/kolla/source/member.py', 'drop-old-passwords', '--host=mariadb', '--port=3307'],
    ...['--admin=admin', '--ca=/run/kolla/tls/database/ca.crt'],
  ]);
  const read = pod.spec!.volumes!.find(({ name }) => name === 'secrets')!.secret!.items!.map(({ key }) => key);
  expect(read).toEqual(['database_password']);
});

describe('the server of an operator', () => {
  const spec = (...layers: JsonMap[]) => (objects(operator, ...layers).any('MariaDB', 'mariadb') as MariaDB).spec;

  test('has the password, the port and the storage that ours would have', () => {
    const storage = { size: '1Ti', storageClass: 'fast' };
    expect(spec(inDatabase({ port: 3307 }), { server: { storage } })).toMatchObject({
      rootPasswordSecretKeyRef: { name: 'mariadb', key: 'database_password' },
      port: 3307,
      replicas: 1,
      storage: { size: '1Ti', storageClassName: 'fast' },
      tls: { enabled: false },
    });
    expect(spec({ global: { passwords: { existingSecret: 'mine' } } }).rootPasswordSecretKeyRef!.name).toBe('mine');
  });

  test('is a Galera cluster with three members, whose helpers have the image that is named', () => {
    expect(spec()).not.toHaveProperty('galera');
    expect(spec(three).galera).toEqual({ enabled: true });
    const { galera } = spec(three, { operator: { image: 'registry.example.org/operator:1.0' } });
    for (const helper of [galera!.agent, galera!.initContainer]) {
      expect(helper).toMatchObject({
        image: 'registry.example.org/operator:1.0',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      });
    }
  });

  test('with TLS has the certificate that ours would have, and lets nobody in without', () => {
    const certificate = { name: 'certificate' };
    expect(spec(tls).tls).toEqual({
      enabled: true,
      required: true,
      serverCertSecretRef: certificate,
      serverCASecretRef: certificate,
    });
  });

  test("has the user's options over ours, and runs where ours would", () => {
    const text = objects(operator, { conf: { 'my.cnf': { mariadb: { max_allowed_packet: '1G' } } } }).file(
      'mariadb-operator.cnf',
      'operator.cnf',
    );
    expect(text).toContain('max_allowed_packet = 1G\n');
    const { name, key } = spec().myCnfConfigMapKeyRef!;
    expect(objects(operator).file(name!, key)).toContain('[mariadb]\n');
    expect(spec({ global: { nodeRoles: { control: { a: 'b' } } } }).nodeSelector).toEqual({ a: 'b' });
    expect(
      spec({ global: { nodeRoles: { control: { a: 'b' } } }, server: { nodeSelector: { c: 'd' } } }).nodeSelector,
    ).toEqual({ c: 'd' });
    expect(spec().podSecurityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  });

  test('is backed up by the operator, and not by us', () => {
    expect(refused(mergeLayers(required, mergeLayers(operator, backup())))).toEqual(['backup.enabled']);
    expect(refused(mergeLayers(required, mergeLayers(external, backup())))).toEqual([]);
  });
});

test.each([
  ['30 2 * * 0', true],
  ['*/5 0-6,22 1 jan mon-fri', true],
  ['@daily', true],
  ['', true],
  ['@reboot', false],
  ['30 2 * *', false],
  ['30 2 * * 0 root', false],
])('the schedule %j is taken: %s', (full, taken) => {
  expect(refused(mergeLayers(required, backup({ full })))).toEqual(taken ? [] : ['backup.full']);
});

test('its smoke test asks at the address of all clients, and each member, with TLS where that is on', () => {
  const env = (...layers: JsonMap[]) => {
    const values = [required, ...layers].reduce(mergeLayers);
    const all = new Objects(cloud.renderService(mariadb, values, { tests: true }));
    const test = containerOf(all.get('Pod', 'mariadb-smoke-test'), 'smoke-test');
    return Object.fromEntries(test.env!.map(({ name, value }) => [name, value]));
  };
  expect(env(three)).toEqual({ ADMIN: 'root', CA: '', MEMBERS: '3', PORT: '3306' });
  expect(env(tls, inDatabase({ port: 3307, adminUser: 'admin' }))).toEqual({
    ADMIN: 'admin',
    CA: '/run/kolla/tls/mariadb/ca.crt',
    MEMBERS: '1',
    PORT: '3307',
  });
});
