import { Cloud } from '../../lib/cloud';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { Objects, containerOf } from '../../test/support/sample';
import { Rabbitmq } from '.';

const cloud = new Cloud();
const rabbitmq = new Rabbitmq(cloud);
const required: JsonMap = {
  global: { passwords: { rabbitmq_cluster_cookie: 'the cookie', rabbitmq_password: 'the password' } },
};
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(rabbitmq, mergeLayers(required, values)));
const pod = (values: JsonMap = {}) => objects(values).pod('StatefulSet', 'rabbitmq');
const server = (values: JsonMap = {}) => containerOf(pod(values), 'server');
const variable = (name: string, values: JsonMap = {}) => server(values).env!.find((one) => one.name === name);
const conf = (values: JsonMap = {}) => objects(values).file('rabbitmq-rabbitmq.conf', 'rabbitmq.conf').split('\n');
const definitions = (values: JsonMap = {}) =>
  JSON.parse(objects(values).file('rabbitmq-definitions.json', 'definitions.json')) as {
    readonly users: { name: string; password: string; tags: string }[];
    readonly permissions: { user: string; configure: string }[];
    readonly policies: { name: string }[];
  };

const three: JsonMap = { global: { messaging: { replicas: 3 } } };
const tls: JsonMap = { global: { messaging: { tls: { enabled: true } } } };
const management: JsonMap = {
  management: { enabled: true },
  global: { passwords: { rabbitmq_monitoring_password: 'the third' } },
};
const second: JsonMap = { secondUser: 'other', passwords: { rabbitmq_second_password: 'the other' } };

test('the broker is a StatefulSet with a headless Service; all else are files and operations', () => {
  expect(objects().ids.filter((id) => !id.startsWith('ConfigMap/'))).toEqual([
    'CronJob/rabbitmq-drop-users',
    'CronJob/rabbitmq-enable-feature-flags',
    'CronJob/rabbitmq-reset',
    'NetworkPolicy/rabbitmq',
    'NetworkPolicy/rabbitmq-drop-users',
    'NetworkPolicy/rabbitmq-enable-feature-flags',
    'NetworkPolicy/rabbitmq-reset',
    'NetworkPolicy/rabbitmq-smoke-test',
    'Secret/rabbitmq',
    'Service/rabbitmq',
    'StatefulSet/rabbitmq',
  ]);
});

describe('members', () => {
  test('all start at once, and find each other before they are ready', () => {
    const { spec } = objects(three).get('StatefulSet', 'rabbitmq');
    expect(spec).toMatchObject({ replicas: 3, serviceName: 'rabbitmq', podManagementPolicy: 'Parallel' });
    expect(objects().get('Service', 'rabbitmq').spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
    expect(conf(three).filter((line) => line.startsWith('cluster_formation.classic_config'))).toEqual([
      'cluster_formation.classic_config.nodes.member0 = rabbit@rabbitmq-0.rabbitmq',
      'cluster_formation.classic_config.nodes.member1 = rabbit@rabbitmq-1.rabbitmq',
      'cluster_formation.classic_config.nodes.member2 = rabbit@rabbitmq-2.rabbitmq',
    ]);
    expect(variable('RABBITMQ_NODENAME')?.value).toBe('rabbit@$(POD_NAME).rabbitmq');
  });

  test('run as the user of Kolla, on a read-only root, with a program of ours as process 1', () => {
    expect(pod().spec?.securityContext).toMatchObject({ runAsUser: 42439, runAsNonRoot: true });
    expect(server()).toMatchObject({
      command: ['python3', '/run/kolla/config/rabbitmq_node.py'],
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
    });
  });

  test('keep their data on a volume each, and the cookie for nobody else to read', () => {
    expect(objects().get('StatefulSet', 'rabbitmq').spec?.volumeClaimTemplates).toMatchObject([
      { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '10Gi' } } } },
    ]);
    const paths = server().volumeMounts!.map(({ mountPath }) => mountPath);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/var/lib/rabbitmq/mnesia',
        '/var/lib/rabbitmq/.erlang.cookie',
        '/etc/rabbitmq/rabbitmq.conf',
      ]),
    );
    expect(containerOf(pod(), 'prepare').args).toContain('--file=erlang.cookie:0400');
  });

  test('are told how much memory and how many processors are theirs', () => {
    expect(variable('MEMORY_LIMIT')?.valueFrom).toEqual({ resourceFieldRef: { resource: 'limits.memory' } });
    expect(variable('RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS', { server: { schedulers: 4 } })?.value).toBe(
      '+S 4:4 +sbwt none +sbwtdcpu none +sbwtdio none -rabbit total_memory_available_override_value $(MEMORY_LIMIT)',
    );
  });

  test('are asked whether they are ready, never whether they live: who waits for others must not be killed', () => {
    expect(server().readinessProbe?.httpGet).toEqual({ path: '/ready', port: 'state' });
    expect(server()).not.toHaveProperty('livenessProbe');
    expect(pod().spec?.terminationGracePeriodSeconds).toBe(Number(variable('STOP_SECONDS')?.value));
  });

  test('let in their clients, each other, the operations and, for metrics, whom the operator names', () => {
    const values = { global: { networkPolicy: { clients: { cidrs: ['192.0.2.0/24'] } } } };
    const { ingress, egress } = objects(mergeLayers(values, management)).get('NetworkPolicy', 'rabbitmq').spec!;
    const ports = ingress!.map(({ ports = [] }) => ports.map(({ port }) => port));
    // Of members, reset, drop-users and enable-feature-flags.
    const ours = Array.from({ length: 4 }, () => [4369, 25672, 25673]);
    expect(ports).toEqual([[5672], ...ours, [25673], [15692], [15672]]);
    expect(ingress![0]!.from).toEqual([{ podSelector: { matchLabels: { 'rabbitmq-client': 'true' } } }]);
    expect(egress!.flatMap((rule) => (rule.ports ?? []).map(({ port }) => port))).toEqual([53, 53, 4369, 25672, 25673]);
  });
});

describe('rabbitmq.conf', () => {
  test('listens where clients look, and takes your lines after ours', () => {
    const lines = conf({
      global: { messaging: { port: 5670 } },
      conf: { 'rabbitmq.conf': { consumer_timeout: '60000' } },
    });
    expect(lines).toContain('listeners.tcp.default = 5670');
    expect(lines.slice(-3)).toEqual(['consumer_timeout = 60000', '# The end.', '']);
  });

  test('can be yours as a whole', () => {
    expect(conf({ files: { 'rabbitmq.conf': 'listeners.tcp.default = 1\n' } })).toEqual([
      'listeners.tcp.default = 1',
      '',
    ]);
  });

  test('with TLS has no plain listener, and members speak it among themselves', () => {
    expect(conf(tls)).toEqual(expect.arrayContaining(['listeners.tcp = none', 'listeners.ssl.default = 5672']));
    const options = '-proto_dist inet_tls -ssl_dist_optfile /etc/rabbitmq/inter-node-tls.config';
    expect(variable('RABBITMQ_CTL_ERL_ARGS', tls)?.value).toBe(options);
    expect(variable('RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS', tls)?.value).toContain(options);
    expect(variable('RABBITMQ_CTL_ERL_ARGS')).toBeUndefined();
  });
});

describe('users', () => {
  test('there is the one whom services log in as, no guest, and no password but as a hole', () => {
    expect(definitions().users).toEqual([
      { name: 'openstack', password: '@json:rabbitmq_password@', tags: 'administrator' },
    ]);
    expect(definitions().permissions).toMatchObject([{ user: 'openstack', configure: '.*' }]);
    expect(definitions().policies).toMatchObject([{ name: 'stream-retention-policy' }]);
  });

  test('during a rotation there are two', () => {
    expect(definitions(second).users.map(({ name, password }) => [name, password])).toEqual([
      ['openstack', '@json:rabbitmq_password@'],
      ['other', '@json:rabbitmq_second_password@'],
    ]);
    expect(() => objects({ secondUser: 'other' })).toThrow(/passwords.rabbitmq_second_password: is required/);
    expect(() => objects({ ...second, secondUser: 'openstack' })).toThrow(/secondUser: is another user/);
  });

  test('one may look where the management is on, which has a Service then', () => {
    expect(definitions(management).users.at(-1)).toMatchObject({ name: 'openstack-monitoring', tags: 'monitoring' });
    expect(definitions(management).permissions.at(-1)).toMatchObject({ configure: '^$' });
    expect(objects(management).get('Service', 'rabbitmq-management').spec?.ports).toMatchObject([{ port: 15672 }]);
    expect(objects(management).file('rabbitmq-enabled-plugins', 'enabled-plugins')).toBe(
      '[rabbitmq_management,rabbitmq_prometheus].\n',
    );
    expect(objects().file('rabbitmq-enabled-plugins', 'enabled-plugins')).toBe('[rabbitmq_prometheus].\n');
  });
});

test('operations reach the members by their names, with the cookie, and dropping users knows who is to stay', () => {
  for (const name of ['reset', 'drop-users']) {
    const container = containerOf(objects(three).pod('CronJob', `rabbitmq-${name}`), name);
    expect(container.command).toEqual(['python3', '/run/kolla/source/rabbitmq_operations.py', name]);
    expect(container.env).toContainEqual({ name: 'MEMBERS', value: '3' });
    const paths = container.volumeMounts!.map(({ mountPath }) => mountPath);
    expect(paths).toContain('/var/lib/rabbitmq/.erlang.cookie');
    expect(paths.includes('/etc/rabbitmq/definitions.json')).toBe(name === 'drop-users');
  }
});

test('under start mode `kolla` the same files go to the same places', () => {
  const kolla: JsonMap = { global: { startMode: 'kolla' } };
  const { command, config_files } = JSON.parse(objects(kolla).file('rabbitmq-server.json', 'server.json')) as {
    command: string;
    config_files: { dest: string; perm: string }[];
  };
  expect(command).toBe('python3 /run/kolla/config/rabbitmq_node.py');
  expect(config_files.map(({ dest, perm }) => [dest, perm])).toEqual([
    ['/var/lib/rabbitmq/.erlang.cookie', '0400'],
    ['/etc/rabbitmq/inter-node-tls.config', '0440'],
    ['/etc/rabbitmq/rabbitmq.conf', '0440'],
    ['/etc/rabbitmq/enabled_plugins', '0440'],
    ['/etc/rabbitmq/definitions.json', '0440'],
  ]);
});

test('where somebody else runs the broker there is nothing', () => {
  const external = { global: { messaging: { provider: 'external', hosts: ['mq.example.org'] } } };
  expect(new Objects(cloud.renderService(rabbitmq, external)).ids).toEqual([]);
});

test('where the operator runs it there are one object for it, and the user in its form', () => {
  const operator: JsonMap = { global: { messaging: { provider: 'operator', replicas: 3, port: 5600 } } };
  const all = objects(operator);
  expect(all.ids).toEqual(['RabbitmqCluster/rabbitmq', 'Secret/rabbitmq', 'Secret/rabbitmq-default-user']);
  const data = all.get('Secret', 'rabbitmq-default-user').data!;
  expect(Buffer.from(data['default_user.conf']!, 'base64').toString()).toBe(
    'default_user = openstack\ndefault_pass = the password\n',
  );
  expect(all.any('RabbitmqCluster', 'rabbitmq')).toMatchObject({
    spec: { replicas: 3, secretBackend: { externalSecret: { name: 'rabbitmq-default-user' } } },
  });
});

describe('a change', () => {
  const changed = (values: JsonMap): string[] => {
    const [before, after] = [{}, values].map((v) => pod(v).metadata!.annotations as Record<string, string>);
    return Object.keys({ ...before, ...after }).filter((name) => before![name] !== after![name]);
  };
  test.each([
    [{ conf: { 'rabbitmq.conf': { consumer_timeout: '60000' } } }, ['checksum/rabbitmq.conf']],
    [second, ['checksum/definitions.json', 'checksum/passwords']],
    [{ server: { nodeSelector: { disk: 'fast' } } }, []],
  ])('of %j rolls members by %j', (values, annotations) => {
    expect(changed(values).sort()).toEqual(annotations);
  });
});

test('its smoke test asks each member, with TLS where that is on', () => {
  const env = (values: JsonMap) => {
    const all = new Objects(cloud.renderService(rabbitmq, mergeLayers(required, values), { tests: true }));
    const test = containerOf(all.get('Pod', 'rabbitmq-smoke-test'), 'smoke-test');
    const mounts = test.volumeMounts!.map(({ mountPath }) => mountPath);
    return { ...Object.fromEntries(test.env!.map(({ name, value }) => [name, value])), mounts };
  };
  expect(env(three)).toEqual({ MEMBERS: '3', PORT: '5672', CA: '', mounts: ['/tmp'] });
  const ca = { CA: '/run/kolla/tls/rabbitmq/ca.crt', mounts: ['/run/kolla/tls/rabbitmq', '/tmp'] };
  expect(env(tls)).toEqual({ MEMBERS: '1', PORT: '5672', ...ca });
});
