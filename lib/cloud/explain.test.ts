import { cloudOf } from '../../test/support/clouds';
import { messageOf } from '../../test/support/message-of';
import { explain } from './explain';
import { PlaceInPath, placeAt, readPath, writtenPath } from './value-path';

const cloud = cloudOf();
const said = (path: string) => explain(cloud, path);

test('a value has its help, type, default, and the objects that use it', () => {
  expect(said('keystone.api.replicas')).toEqual({
    path: 'keystone.api.replicas',
    help: 'Number of pods.',
    takes: 'an integer from 0 to 2147483647',
    default: 1,
    required: false,
    secret: false,
    inside: [],
    usedBy: [
      {
        service: 'keystone',
        object: 'Deployment/keystone-api',
        fields: ['spec.replicas'],
        decides: false,
        rolls: false,
      },
      { service: 'keystone', object: 'PodDisruptionBudget/keystone-api', fields: [], decides: true, rolls: false },
    ],
    asked: [],
    setByCharts: [],
  });
});

test('a password is a secret without default, which charts ask for', () => {
  const { secret, default: none, asked, usedBy } = said('global.passwords.keystone_credential_key');
  expect({ secret, none, asked }).toEqual({
    secret: true,
    none: undefined,
    asked: [{ service: 'keystone', message: expect.stringMatching(/^is required; 'kolla-cdk8s genpwd' makes it/) }],
  });
  const secrets = usedBy.filter(({ fields }) => fields.length > 0);
  expect(secrets).toMatchObject([{ object: 'Secret/keystone', fields: ['data.keystone_credential_key'] }]);
});

test.each(['global.pools.<pool>.role', 'global.pools.*.role', 'global.pools.compute.role'])(
  '%s is a value of an open map, used by what there is for each entry',
  (path) => {
    const { path: written, takes, usedBy } = said(path);
    expect({ written, takes }).toEqual({ written: path, takes: 'one of "compute", "network"' });
    expect(usedBy).toContainEqual({
      service: 'nova',
      object: 'DaemonSet/nova-compute-*',
      fields: [],
      decides: true,
      rolls: false,
    });
    expect(usedBy.map(({ service }) => service)).not.toContain('keystone');
  },
);

test('an open map says what its names are, and what is in each entry', () => {
  const { names, inside } = said('global.pools');
  expect(names).toBe("a name of up to 32 lower-case letters, digits and '-'");
  expect(inside.map(({ name }) => name)).toContain('bridges');
});

const DEBUG = 'keystone.conf["keystone.conf"].DEFAULT.debug';

test.each([DEBUG, 'keystone.conf.keystone.conf.DEFAULT.debug', 'keystone.conf.keystone\\.conf.DEFAULT.debug'])(
  'an option of a config file is found as %s',
  (path) => {
    const { usedBy, facts, ...rest } = said(path);
    expect(rest).toMatchObject({
      path: DEBUG,
      file: 'keystone/keystone.conf',
      takes: 'true or false',
      default: 'false',
      setByCharts: [{ service: 'keystone', texts: [], values: ['global.debug'] }],
    });
    expect(facts?.map(({ release }) => release)).toEqual(['2025.1', '2026.1']);
    expect(usedBy.map(({ object, rolls }) => [object, rolls])).toEqual([
      ['ConfigMap/keystone-keystone.conf', false],
      ['Deployment/keystone-api', true],
      ['Job/keystone-bootstrap-*', true],
    ]);
  },
);

test('an option says in which release it is an old name, and of what', () => {
  const { facts } = said('nova.conf.nova.conf.cache.memcache_socket_timeout');
  expect(facts).toMatchObject([
    { release: '2025.1', marks: [], successors: [] },
    {
      release: '2026.1',
      marks: ['is an old name of [cache] socket_timeout'],
      successors: [['cache', 'socket_timeout']],
    },
  ]);
});

test('a section of which a part of the name is free has its options', () => {
  const { path, takes } = said('nova.conf.nova.conf.mdev_nvidia.device_addresses');
  expect(path).toBe('nova.conf["nova.conf"].mdev_nvidia.device_addresses');
  expect(takes).toBe('one text with commas, each item one line of text');
  expect(said('nova.conf["nova.conf"]').inside).toContainEqual({ name: 'mdev_{name}', help: '3 options' });
});

test("a rule of a policy has the service's own check", () => {
  const { default: check, facts } = said('keystone.policy.identity:get_user');
  expect(check).toContain('rule:admin_required');
  expect(facts?.at(-1)).toMatchObject({ release: '2026.1', scopes: ['system', 'domain', 'project'] });
});

test('names with dots of an open map are found as they are written', () => {
  expect(said('rabbitmq.conf.rabbitmq.conf.vm_memory_high_watermark.relative').path).toBe(
    'rabbitmq.conf["rabbitmq.conf"]["vm_memory_high_watermark.relative"]',
  );
});

test('without a path, there are the services and global', () => {
  const { path, inside, usedBy } = said('');
  expect({ path, usedBy }).toEqual({ path: '', usedBy: [] });
  expect(inside[0]?.name).toBe('global');
  expect(inside).toContainEqual({ name: 'keystone', help: 'Keystone: OpenStack Identity' });
});

test('every value of every service is explained', () => {
  for (const { node, model } of cloud.services) {
    for (const leaf of model.leaves()) {
      const path = leaf[0] === 'global' ? leaf : [node.id, ...leaf];
      if (leaf[0] === 'global' && node.id !== 'keystone') continue;
      const { takes, usedBy } = said(writtenPath(path));
      expect({ path, takes }).not.toEqual({ path, takes: 'another value' });
      if (node.id === 'keystone' && leaf[0] !== 'global' && leaf[0] !== 'enabled') expect(usedBy).not.toEqual([]);
    }
  }
});

test.each([
  ['keyston', "keyston: is not known; did you mean 'keystone'?\na cloud file has glance, …"],
  ['horizon', `horizon: is not known; there is ${['global', ...cloud.services.map(({ node }) => node.id)].join(', ')}`],
  [
    'keystone.api.replica',
    "keystone.api.replica: is not known; did you mean 'replicas'?\nkeystone.api has annotations, …",
  ],
  [
    'keystone.api.replicas.x',
    'keystone.api.replicas.x: is not known; what it would be in is an integer from 0 to 2147483647, with nothing inside',
  ],
  [
    'keystone.conf.keystone.cnf.x',
    `keystone.conf["keystone.cnf"]: is not known; did you mean 'keystone.conf'?\nkeystone.conf has keystone.conf, …`,
  ],
  [
    'keystone.conf.keystone.conf.tokn',
    `keystone.conf["keystone.conf"].tokn: is not known; did you mean 'token'?\nkeystone.conf["keystone.conf"] has DEFAULT, …`,
  ],
  [
    'keystone.conf.keystone.conf.token.expiraton',
    `keystone.conf["keystone.conf"].token.expiraton: is not known; did you mean 'expiration'?\nkeystone.conf["keystone.conf"].token has allow_expired_window, …`,
  ],
  [
    'keystone.policy.identity:get_usr',
    `keystone.policy["identity:get_usr"]: is not known; did you mean 'identity:get_user'?\nkeystone.policy has admin_or_owner, …`,
  ],
  [
    'global.pools.Bad!.role',
    'global.pools["Bad!"]: the key "Bad!" is not allowed: a name of up to 32 lower-case letters, digits and \'-\' is needed',
  ],
  ['global.imagePullSecrets.x', 'global.imagePullSecrets.x: a list has items by number: [0], or [*] for any'],
  ['a..b', 'the path a..b: found no name at its character 3'],
  ['a[', 'the path a[: found no name at its character 2; names in brackets are written as ["keystone.conf"]'],
  [
    'a["\\x"]',
    'the path a["\\x"]: found no name at its character 2; names in brackets are written as ["keystone.conf"]',
  ],
])('%s is refused, with the nearest name and what there is', (path, message) => {
  expect(messageOf(() => said(path)).replace(/(\n.* has \S+) .*$/, '$1 …')).toBe(message);
});

test('of what there is, forty are listed', () => {
  class Shelf implements PlaceInPath<Shelf> {
    constructor(
      readonly names: readonly string[],
      readonly path: readonly string[] = [],
    ) {}
    inside = (name: string) => (this.names.includes(name) ? new Shelf([], [...this.path, name]) : undefined);
    refusal = () => 'is not known';
  }
  const books = Array.from({ length: 42 }, (_, i) => `book-${i + 10}`);
  const at = (path: string) => placeAt(new Shelf(books), readPath(path));
  expect(messageOf(() => at('paper'))).toBe(
    `paper: is not known\na cloud file has ${books.slice(0, 40).join(', ')} and 2 more`,
  );
  expect(messageOf(() => at('book-10.page'))).toBe('book-10.page: is not known');
});

test('a path is read in each way that it may be written', () => {
  const whole = { text: 'b.c', whole: true };
  const [a, d] = [
    { text: 'a', whole: false },
    { text: 'd', whole: false },
  ];
  for (const text of ['a["b.c"].d', "a['b.c'].d", 'a.b\\.c.d']) expect(readPath(text)).toEqual([a, whole, d]);
  expect(readPath('a[0].*')).toEqual([a, { text: '0', whole: true }, { text: '*', whole: true }]);
});
