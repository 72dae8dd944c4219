import { z } from 'zod';
import { folderOf } from '../../test/support/batch';
import { cloudOf } from '../../test/support/clouds';
import { HelmError, helmTemplate } from '../../test/support/helm';
import { helms } from '../../tools/toolchain';
import { iniOverrides } from '../config/ini-file';
import { placement, replicas, resources, workload } from '../kubernetes/values';
import { schemaJson } from '../package/schema';
import type { Json, JsonMap } from './expression';
import type { JsonSchema } from './json-schema';
import { mergeLayers } from './merge';
import { ValuesModel } from './model';
import { partialSchema, problemsWhileDisabled } from './partial';
import * as types from './types';

/** What breaks a line, or what YAML does not bring back. */
const BREAKS = ['a\nb', 'a\rb', 'a\tb', 'a\u0000', 'a\u007f', 'a\u0085b', 'a\u2028b', 'a\u2029b', '\ufeffa', 'a\ufffe', 'a\uffff']; // prettier-ignore
/** What is only unusual. */
const UNUSUAL = [
  'ä',
  '日本',
  '😀',
  '\u00a0',
  '\u200b',
  '\ue000',
  '{{ .x }}',
  '"',
  '\\',
  '$(X)',
  '@ini:x@',
  'yes',
  '0x1F',
];
const { extraEnv } = workload({ cpu: '50m', memory: '128Mi', memoryLimit: '1Gi' });
/** What Helm takes out of whatever it renders. */
const LOST = ['<no value>', 'a <no value> b'];
const NOT_TEXTS: Json[] = [null, 1, true, [], {}];

/** Each type, what it accepts and what it refuses. */
const table: { readonly [type: string]: readonly [z.ZodType, accepted: readonly Json[], refused: readonly Json[]] } = {
  line: [types.line(), ['', ' ', 'a b', ...UNUSUAL], [...BREAKS, ...LOST, '\n', ...NOT_TEXTS]],
  word: [types.word(), [' ', 'a b', ...UNUSUAL], ['', ...BREAKS, ...LOST, ...NOT_TEXTS]],
  password: [types.password(), ['a', 'p@ss: word', ...UNUSUAL], ['', ...BREAKS, ...LOST, ...NOT_TEXTS]],
  'password of at least 3 characters': [
    types.password(3),
    ['abc', '😀😀😀', 'a b c d'],
    ['', 'ab', '😀😀', 'abc\nabc', '<no value>', null],
  ],
  fernetKey: [
    types.fernetKey(),
    [`${'a'.repeat(43)}=`, `${'-_A9'.repeat(10)}abc=`],
    ['', 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(44)}=`, `${'a'.repeat(42)}+=`, `${'a'.repeat(43)}=\n`, ...NOT_TEXTS], // prettier-ignore
  ],
  fileText: [
    types.fileText(),
    ['a', 'a\n', '[DEFAULT]\ndebug = true\n\n\n', '#\n\tindented', ...UNUSUAL.filter((s) => s !== '\u00a0')],
    ['', '\n', ' a', '\ta', '\u00a0', '\u3000a', ...LOST, ...BREAKS.filter((s) => !/[\n\t]/.test(s)), ...NOT_TEXTS],
  ],
  secretText: [
    types.secretText(),
    ['a', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n'],
    ['', '\n', ' a', ...LOST, ...NOT_TEXTS],
  ],
  port: [types.port(), [1, 5000, 65535], [0, -1, 65536, 1.5, '80', ...NOT_TEXTS.filter((x) => x !== 1)]],
  count: [types.count(), [0, 1, 2147483647], [-1, 0.5, 2147483648, 1e300, '1', null]],
  seconds: [types.seconds(), [1, 86400, 2147483647], [0, -1, 1.5, 2147483648, '60', null]],
  host: [
    types.host(),
    ['a', 'mariadb.openstack.svc', '10.0.0.1', 'A-1', '[fd00::1]', '[::]', '[1:2:3:4:5:6:7:8]', '[fd00::]'],
    ['', '-a', 'a-', 'a.', 'a..b', 'a b', 'a_b', 'a/b', 'user@a', 'a:1', '[a]', '[fd00]', '[::1]:1', '[:::1]', '[::g]', 'fd00::1', '::1', 'a\n', 'ä', null], // prettier-ignore
  ],
  dnsName: [
    types.dnsName(),
    ['a', 'cluster.local', 'A-1.b'],
    ['', '-a', 'a-', '.a', 'a.', 'a..b', 'a:1', '[::1]', 'a_b', 'a\n', null],
  ],
  duration: [
    types.duration(),
    ['', '0s', '30s', '1h30m', '1h2m3s4ms'],
    ['s', '30', '1d', '-1s', '1.5h', '123456s', '1h2h3h4h5h', '30 s', '30s\n', 30, null],
  ],
  domain: [
    types.domain(),
    ['a', 'cloud.example.org', '0.a-b'],
    ['', 'A', 'cloud.Example.org', '-a', 'a-', '.a', 'a.', 'a..b', 'a:1', '[::1]', 'a_b', 'a/b', 'a\n', null],
  ],
  memcachedServer: [
    types.memcachedServer(),
    ['a:1', 'memcached-0.memcached:11211', '10.0.0.1:65535', 'inet6:[::1]:11211', 'inet6:[a.b]:11211'],
    ['', 'a', 'a:', ':1', 'a:0', 'a:01', 'a:65536', 'a:99999', 'a b:1', '[::1]:11211', '::1:11211', 'inet6:a:1', 'a:1\n', null], // prettier-ignore
  ],
  registry: [
    types.registry(),
    ['quay.io', 'localhost:5000', '10.0.0.1:5000', '[fd00::1]:5000', 'A.example.org'],
    ['', 'https://quay.io', 'quay.io/', 'quay.io/kolla', 'a b', 'a:', 'a:70000', 'a_b', 'a\n', null],
  ],
  imagePath: [
    types.imagePath(),
    ['a', 'openstack.kolla', 'cloud/kolla', 'a_b__c--d/0'],
    ['', '/', 'a/', '/a', 'a//b', 'A', 'a b', 'a..b', 'a___b', '-a', 'a-', 'a:b', 'a@b', 'a\n', null],
  ],
  imageRepository: [
    types.imageRepository(),
    ['keystone', 'foo/bar', 'quay.io/openstack.kolla/keystone', 'registry:5000/k', 'A.b/c', '[::1]:5000/k'],
    ['', 'foo/bar:tag', 'foo@sha256', 'https://a/b', 'a/', 'a/B', 'a b', 'registry:5000/', 'foo/bar:5000', 'a\n', null],
  ],
  imageReference: [
    types.imageReference(),
    [
      ...['operator', 'foo/bar:1.0', 'registry.example.org:5000/a/b', `a@sha256:${'0'.repeat(64)}`],
      ...[`quay.io/a/b:v1_2.3-4@sha256:${'9af'.repeat(21)}0`, '[::1]:5000/k:A'],
    ],
    [
      ...['', 'a:', ':1', 'a@sha256:0', `a@sha512:${'0'.repeat(64)}`, `a@sha256:${'0'.repeat(64)}:1`, 'a b', 'a:ä'],
      ...['https://a/b', 'a/B:1', 'registry:5000/', `a:${'a'.repeat(129)}`, 'a:1\n', null],
    ],
  ],
  imageTag: [
    types.imageTag(),
    ['a', '2026.1-debian-trixie', '_', 'V1', 'a'.repeat(128)],
    ['', 'a b', '.a', '-a', 'a:b', 'a/b', 'a+b', 'ä', 'a'.repeat(129), 'a\n', null],
  ],
  identifier: [
    types.identifier(),
    ['a', '_', 'RegionOne', 'a.b_c-d', '0'],
    ['', '-a', 'a-', '.a', 'a b', 'a@b', 'ä', 'a\n', null],
  ],
  poolName: [types.poolName(), ['a', 'gpu-2', 'a'.repeat(32)], ['', 'A', 'a.b', '-a', 'a-', 'a'.repeat(33), null]],
  interfaceName: [
    types.interfaceName(),
    ['eth0', 'br-ex', 'bond0.100'],
    ['', '-a', 'a b', 'a/b', 'a'.repeat(16), null],
  ],
  nodeAddress: [
    types.nodeAddress(),
    ['eth1', '10.0.0.0/8', 'fd00::/64'],
    ['', '10.0.0.0/33', 'a b', 'a'.repeat(16), null],
  ],
  objectName: [types.objectName(), ['a', '0', 'a-b.c'], ['', 'A', 'a_b', '-a', 'a.', 'a b', 'a\n', null]],
  baseUrl: [
    types.baseUrl(),
    ['http://a', 'https://a.b:5000/v3', 'http://[fd00::1]:80', 'http://a_b/~x/y.z'],
    ['', 'a', 'ftp://a', 'http://', 'http://a/', 'http://a/v3/', 'http://a//b', 'http://a?b', 'http://a b', 'http://a\n', null], // prettier-ignore
  ],
  url: [
    types.url(),
    ['http://a', 'https://a.b:5000/v3', 'http://[fd00::1]:80/', 'http://a_b/~x/y.z'],
    [
      '',
      'a',
      'ftp://a',
      'http://',
      'http:///x',
      'http://u:p@a',
      'http://a?b',
      'http://a#b',
      'http://a/b c',
      'http://a\n',
    ],
  ],
  cidr: [
    types.cidr(),
    ['10.0.0.0/8', '0.0.0.0/0', '255.250.199.99/32', 'fd00::/64', '::/0', '::1/128', '1:2:3:4:5:6:7:8/119', '1::8/9'],
    [
      '300.1.1.1/8',
      '256.0.0.0/8',
      '1.2.3/8',
      '10.0.0.0/33',
      '01.0.0.0/8',
      '10.0.0.0/08',
      '::/200',
      '::/129',
      ':/8',
      '1:2/8',
      'fd00:::/8',
      '12345::/8',
      '1:2:3:4:5:6:7:8:9/8',
      '',
      '10.0.0.0',
      '/8',
      '10.0.0.0/',
      '10.0.0.0/1000',
      '10.0.0.0/8 ',
      'a.b/8x',
      'host/8',
      null,
    ],
  ],
  quantity: [
    types.quantity(),
    ['1', '500m', '1.5', '1Gi', '1.5G', '100n', 0, 2],
    ['', 'm', '-1', '1.', '.5', '1 Gi', '1gi', '1Mb', '1e3', -1, 0.5, true, null],
  ],
  labels: [
    types.labels(),
    [{}, { app: '' }, { app: 'x' }, { 'app.kubernetes.io/name': 'A.b_c-1' }, { 'A_b.c': '1' }],
    [[], null, { '': 'x' }, { '-a': 'x' }, { 'A/b': 'x' }, { 'a/b/c': 'x' }, { 'a b': 'x' }, { a: 'x y' }, { a: '-' }, { a: 1 }, { a: null }], // prettier-ignore
  ],
  annotations: [
    types.annotations(),
    [{}, { 'a.b/c': 'any text: {}' }, { a: '' }],
    [{ 'a b': 'x' }, { a: 'x\ny' }, { a: true }, { a: null }],
  ],
  'a map with any keys': [
    z.record(z.string(), types.line()),
    [{}, { a: 'x', '': 'x', 'a b/c\n': 'x', constructor: 'x' }],
    [{ a: 1 }, { a: null }, [], null, 'x'],
  ],
  group: [
    types.group({ a: types.count().default(0), b: types.line().optional() }),
    [{ a: 1 }, { a: 1, b: 'x' }],
    [{ a: 1, c: 1 }, { a: -1 }, { a: 1, b: null }, [], null, 'x'],
  ],
  iniOverrides: [
    iniOverrides(),
    [
      {},
      { DEFAULT: {} },
      { DEFAULT: { debug: true, workers: 4, ratio: 0.5, 'log file': 'a = b; [c]', empty: '' } },
      { 'filter:x': { 'a.b/c-d': ['a', 1, true], list: [] }, 'a @ b': { x: '' } },
    ],
    [
      { 'a]': {} },
      { '[a': {} },
      { '': {} },
      { ' a': {} },
      { 'a\nb': {} },
      { a: { 'b=c': 'x' } },
      { a: { '#b': 'x' } },
      { a: { b: 'x\n[c]' } },
      { a: { b: null } },
      { a: { b: {} } },
      { a: { b: [['x']] } },
      { a: { b: ['x\ny'] } },
      { a: 'x' },
      [],
    ],
  ],
  replicas: [replicas(1), [0, 3], [-1, 1.5, '1', null]],
  resources: [
    resources('50m', '128Mi', '1Gi'),
    [
      { requests: { cpu: 1, 'ephemeral-storage': '4Gi', 'nvidia.com/gpu': 1 }, limits: {} },
      { requests: { 'hugepages-2Mi': '1Gi', 'example.com/SRIOV_net': 1 }, limits: {} },
    ],
    [
      { requests: { cpu: '50 m' }, limits: {} },
      { requests: { 'cpu ': 1 }, limits: {} },
      { requests: { 'Example.com/x': 1 }, limits: {} },
      { requests: { 'a/b/c': 1 }, limits: {} },
      { requests: { 'x-': 1 }, limits: {} },
      { requests: {}, limits: null },
    ],
  ],
  placement: [
    types.group(placement),
    [
      { nodeSelector: {}, tolerations: [] },
      { nodeSelector: { a: 'b' }, tolerations: [{}, { key: 'a', operator: 'Exists', tolerationSeconds: 0 }] },
    ],
    [
      { nodeSelector: {}, tolerations: [{ operator: 'In' }] },
      { nodeSelector: {}, tolerations: [{ effect: 'noSchedule' }] },
      { nodeSelector: {}, tolerations: [{ tolerationSeconds: -1 }] },
      { nodeSelector: {}, tolerations: [{ seconds: 1 }] },
      { nodeSelector: {}, tolerations: {} },
    ],
  ],
  extraEnv: [
    types.group({ extraEnv }),
    [{ extraEnv: { HTTP_PROXY: 'http://a', _x1: '' } }],
    [{ extraEnv: { '1a': '' } }, { extraEnv: { 'a-b': '' } }, { extraEnv: { a: 'x\ny' } }, { extraEnv: { a: 1 } }],
  ],
};

/** A value, the schema that judges it, and the verdict. */
interface Case {
  readonly says: string;
  readonly schema: JsonSchema;
  readonly value: Json;
  readonly accepted: boolean;
}

/** The schema of a value of this type in a chart. */
function schemaOf(type: z.ZodType): JsonSchema {
  const member = type.safeParse(undefined).success ? type : type.optional();
  return new ValuesModel('types', z.strictObject({ member })).jsonSchema.properties!['member']!;
}

const cases: Case[] = Object.entries(table).flatMap(([name, [type, accepted, refused]]) => {
  const schema = schemaOf(type);
  const one = (verdict: boolean) => (value: Json) => ({
    says: `${name} ${verdict ? 'accepts' : 'refuses'} ${JSON.stringify(value)}`,
    schema,
    value,
    accepted: verdict,
  });
  return [...accepted.map(one(true)), ...refused.map(one(false))];
});

/** Every pattern of the charts, each with texts that some pattern here accepts, or that none may. */
function patternsIn(x: unknown): string[] {
  if (typeof x !== 'object' || x === null) return [];
  return Object.entries(x).flatMap(([key, value]) =>
    key === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
  );
}
const patterns = [...new Set(cloudOf().services.flatMap(({ model }) => patternsIn(model.jsonSchema)))];
const texts = [...new Set(cases.map(({ value }) => value).filter((value) => typeof value === 'string'))];
// A PCI address, a range of numbers, where a WebSocket is.
texts.push('0000:07:00.2', '100:200', 'wss://console.example.org');
texts.push(`sha256:${'0a'.repeat(32)}`, `sha256:${'0A'.repeat(32)}`, `sha256:${'0'.repeat(63)}`);
const patternCases: Case[] = patterns.flatMap((pattern) =>
  texts.map((value) => {
    const accepted = new RegExp(pattern, 'u').test(value);
    return { says: `${pattern} and ${JSON.stringify(value)}`, schema: { type: 'string', pattern }, value, accepted };
  }),
);

describe('zod', () => {
  test.each(Object.entries(table))('%s: accepts and refuses what it should', (_, [type, accepted, refused]) => {
    expect(accepted.filter((value) => !type.safeParse(value).success)).toEqual([]);
    expect(refused.filter((value) => type.safeParse(value).success)).toEqual([]);
  });
});

/** zod passes over this key; a values file may hold it, and for Helm it is one like any other. */
describe('a key __proto__ is refused, whatever stands there', () => {
  const model = new ValuesModel(
    'types',
    z.strictObject({
      extraEnv,
      labels: types.labels().default({}),
      any: z.record(z.string(), types.line()).default({}),
      group: types.group({ a: types.line().default('') }),
      list: z.array(z.strictObject({ labels: types.labels() })).default([]),
      ini: iniOverrides().default({}),
    }),
  );
  const proto = (value: Json): JsonMap => Object.fromEntries([['__proto__', value]]);
  const values: JsonMap[] = ['x', 5, null, {}].flatMap((value) => [
    ...['extraEnv', 'labels', 'any', 'group', 'ini'].map((key) => ({ [key]: proto(value) })),
    { list: [{ labels: proto(value) }] },
    { ini: { a: proto(value) } },
    proto(value),
  ]);
  const given = values.map((value) => mergeLayers(model.defaults, value));
  const all = given.map((value) => ({ says: JSON.stringify(value), schema: model.jsonSchema, value, accepted: false }));

  test.each(all.map((one) => [one.says, one] as const))('%s, here', (_, { value }) => {
    const problems = model.problems(value);
    expect(problems.map(({ path }) => path.at(-1))).toEqual(['__proto__']);
  });

  test.each(helms())('all of them, by Helm $version', ({ path: helm }) => {
    expect(refusedBy(helm, all)).toEqual(new Set(all));
  });

  test('also in a chart that is switched off, where null would delete an entry', () => {
    expect(problemsWhileDisabled(model, { extraEnv: { A: null } })).toEqual([]);
    expect(problemsWhileDisabled(model, { extraEnv: proto(null) })).toMatchObject([
      { path: ['extraEnv', '__proto__'] },
    ]);
  });
});

describe.each(helms())('what a chart that is switched off takes, Helm $version takes:', ({ path: helm }) => {
  const entries = {
    line: [types.line(), null, 'x', '<no value>'],
    quantity: [types.quantity(), null, '1', 'x'],
    choice: [z.enum(['a', 'b']), null, 'a', 'c'],
    constant: [z.literal('a'), null, 'a', 'b'],
  } as const;
  test.each(Object.entries(entries))('a null in a map of each type: %s', (_, [type, ...values]) => {
    const model = new ValuesModel('types', z.strictObject({ map: z.record(z.string(), type).default({}) }));
    const judged = values.map((value) => ({
      says: String(value),
      schema: partialSchema(model.jsonSchema),
      value: { map: { x: value } },
      accepted: problemsWhileDisabled(model, { map: { x: value } }).length === 0,
    }));
    expect(judged.map(({ accepted }) => accepted)).toEqual([true, true, false]);
    const refused = refusedBy(helm, judged);
    expect(judged.map((one) => !refused.has(one))).toEqual([true, true, false]);
  });

  test('an entry of a map that lacks what it needs, but none that has null for it', () => {
    const entry = z.strictObject({ needed: types.line() });
    const model = new ValuesModel('types', z.strictObject({ map: z.record(z.string(), entry).default({}) }));
    const judged = ([{}, { needed: null }, { needless: 'a' }] as JsonMap[]).map((x) => ({
      says: JSON.stringify(x),
      schema: partialSchema(model.jsonSchema),
      value: { map: { x } },
      accepted: problemsWhileDisabled(model, { map: { x } }).length === 0,
    }));
    const refused = refusedBy(helm, judged);
    expect(judged.map((one) => [one.accepted, !refused.has(one)])).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });
});

/** The cases that a Helm refuses, in one run: a chart whose values are the cases. */
function refusedBy(helm: string, judged: readonly Case[]): Set<Case> {
  const properties = Object.fromEntries(judged.map((c, i) => [`k${i}`, c.schema]));
  const chart = folderOf([
    ['Chart.yaml', 'apiVersion: v2\nname: types\nversion: 1.0.0\n'],
    ['values.schema.json', schemaJson({ type: 'object', properties })],
  ]);
  try {
    const values = Object.fromEntries(judged.map((c, i) => [`k${i}`, c.value]));
    helmTemplate(chart, { helm, release: 'rel', namespace: 'openstack', values });
    return new Set();
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    const paths = [...error.stderr.matchAll(/at '\/k(\d+)/g)];
    if (paths.length === 0) throw error;
    return new Set(paths.map(([, i]) => judged[Number(i)]!));
  }
}

describe.each(helms())('Helm $version judges alike', ({ path: helm }) => {
  test.each([
    ['every type', cases],
    ['every pattern of the charts', patternCases],
  ])('%s', (_, all) => {
    const [accepted, refused] = [all.filter((c) => c.accepted), all.filter((c) => !c.accepted)];
    expect(accepted.length).toBeGreaterThan(50);
    expect([...refusedBy(helm, accepted)].map(({ says }) => says)).toEqual([]);
    const found = refusedBy(helm, refused);
    expect(refused.filter((c) => !found.has(c)).map(({ says }) => says)).toEqual([]);
  });
});

test('each exported type, and each pattern, is in the tables', () => {
  // What types are made of.
  const parts = ['text', 'qualifiedName', 'isKept', 'kept', 'NOT_TAKEN'];
  expect(Object.keys(types).filter((name) => !Object.hasOwn(table, name) && !parts.includes(name))).toEqual([]);
  expect(patterns.length).toBeGreaterThan(8);
  const judged = (pattern: string) =>
    new Set(patternCases.filter((c) => c.schema.pattern === pattern).map((c) => c.accepted));
  expect(patterns.filter((pattern) => judged(pattern).size < 2)).toEqual([]);
});
