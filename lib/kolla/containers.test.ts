import { z } from 'zod';
import type { Container, Volume } from 'kubernetes-types/core/v1';
import { SampleChart, sampleChart, secretOf } from '../../test/support/sample';
import { TextFile } from '../config/text-file';
import { KubeObject } from '../kubernetes/kube-object';
import type { Json, JsonMap } from '../values/expression';
import { group, password, word } from '../values/types';
import { Value, not, when } from '../values/value';
import { DISTROS, START_MODES, imageName, imageValues, kollaTag } from './image';
import { RELEASES } from './releases';
import { configVolume, prepareContainer, secretsVolume, sourceVolume } from './prepare';
import type { PrepareProps, SecretItem, SourceProps } from './prepare';
import { configJson, start } from './start-mode';

/** What a construct gives, as an object of its own: for looking at parts of pods. */
const look = (chart: SampleChart, spec: object) =>
  new KubeObject<object & { metadata?: object }>(chart, 'look', {
    apiVersion: 'example.org/v1',
    kind: 'Look',
    metadata: { name: 'look' },
    spec,
  } as never);

type Looking = { readonly any: (kind: string, name: string) => object };
const lookedAt = (objects: Looking): JsonMap => (objects.any('Look', 'look') as { readonly spec: JsonMap }).spec;

describe('the name of an image', () => {
  const shape = {
    release: z.enum(RELEASES).default('2026.1'),
    distro: z.enum(DISTROS).default('debian'),
    images: imageValues('keystone', 'glance-api'),
  };
  const { chart, render } = sampleChart(shape, (sample) => {
    const { release, distro, images } = sample.values;
    const tag = kollaTag(release, distro);
    const nameOf = (name: 'keystone' | 'glance-api') => imageName(name, images[name], 'quay.io/openstack.kolla', tag);
    look(sample, { keystone: `${nameOf('keystone')}`, glance: `${nameOf('glance-api')}` });
  });
  const keystone = (values: JsonMap): Json => lookedAt(render(values))['keystone']!;

  test.each([
    ['2025.1', 'debian', '2025.1-debian-bookworm'],
    ['2025.1', 'ubuntu', '2025.1-ubuntu-noble'],
    ['2025.1', 'rocky', '2025.1-rocky-9'],
    ['2026.1', 'debian', '2026.1-debian-trixie'],
    ['2026.1', 'ubuntu', '2026.1-ubuntu-noble'],
    ['2026.1', 'rocky', '2026.1-rocky-10'],
  ])("of OpenStack %s on %s has Kolla's tag %s", (release, distro, tag) => {
    expect(keystone({ release, distro })).toBe(`quay.io/openstack.kolla/keystone:${tag}`);
  });

  test('is declared for each image: nothing is said of it unless the user does', () => {
    expect(chart.model.defaults).toMatchObject({ images: { keystone: {}, 'glance-api': {} } });
  });

  const digest = `sha256:${'0'.repeat(64)}`;
  test.each([
    ['a repository', { repository: 'registry:5000/k' }, 'registry:5000/k:2026.1-debian-trixie'],
    ['a tag', { tag: 'mine' }, 'quay.io/openstack.kolla/keystone:mine'],
    ['a digest, which stands for the tag', { digest, tag: 'mine' }, `quay.io/openstack.kolla/keystone@${digest}`],
    ['all of it', { repository: 'r/k', digest }, `r/k@${digest}`],
  ])('may be given by the user: %s', (_, image, name) => {
    expect(keystone({ images: { keystone: image } })).toBe(name);
    expect(lookedAt(render({ images: { keystone: image } }))['glance']).toBe(
      'quay.io/openstack.kolla/glance-api:2026.1-debian-trixie',
    );
  });

  test('takes only a whole SHA-256 for a digest', () => {
    expect(() => keystone({ images: { keystone: { digest: 'sha256:abc' } } })).toThrow('  images.keystone.digest: ');
  });
});

describe('a container starts', () => {
  const { render } = sampleChart({ mode: z.enum(START_MODES).default('direct') }, (chart) => {
    const kolla = chart.values.mode.is('kolla');
    const { command, env, securityContext } = start({ kolla, command: ['uwsgi', '--ini', '/etc/x.ini'] });
    look(chart, { command, env, securityContext });
  });

  test('direct: its own command, under Pod Security `restricted`', () => {
    expect(lookedAt(render())).toEqual({
      command: ['uwsgi', '--ini', '/etc/x.ini'],
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
  });

  test('kolla: `kolla_start`, which copies files through sudo', () => {
    expect(lookedAt(render({ mode: 'kolla' }))).toEqual({
      command: ['dumb-init', '--single-child', '--', 'kolla_start'],
      env: [
        { name: 'KOLLA_CONFIG_STRATEGY', value: 'COPY_ALWAYS' },
        { name: 'KOLLA_SKIP_EXTEND_START', value: 'true' },
      ],
      securityContext: {
        allowPrivilegeEscalation: true,
        readOnlyRootFilesystem: false,
        capabilities: {
          drop: ['ALL'],
          add: ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
        },
      },
    });
  });
});

test('config.json holds the command and where each file goes; a file with a condition is optional', () => {
  const test = new Value<boolean>({ op: 'literal', kind: 'boolean', value: true });
  const shape = { port: word().default('a "quoted" \\ port') };
  const { render } = sampleChart(shape, (chart) => {
    const files = [
      { carriedAs: 'glance.conf', path: '/etc/glance/glance.conf', mode: '0440' },
      { carriedAs: 'policy.yaml', path: '/etc/glance/policy.yaml', mode: '0400', test },
    ];
    const text = configJson(`glance-api --port ${chart.values.port}`, files, 'glance');
    new TextFile(chart, 'config.json', { path: '/config.json', template: { text } });
  });
  const text = render().file('sample-config.json', 'config.json');
  expect(JSON.parse(text)).toEqual({
    command: 'glance-api --port a "quoted" \\ port',
    config_files: [
      {
        source: '/var/lib/kolla/config_files/glance.conf',
        dest: '/etc/glance/glance.conf',
        owner: 'glance',
        perm: '0440',
      },
      {
        source: '/var/lib/kolla/config_files/policy.yaml',
        dest: '/etc/glance/policy.yaml',
        owner: 'glance',
        perm: '0400',
        optional: true,
      },
    ],
  });
  expect(text.split('\n').slice(0, 5)).toEqual([
    '{',
    '  "command": "glance-api --port a \\"quoted\\" \\\\ port",',
    '  "config_files": [',
    '    {',
    '      "source": "/var/lib/kolla/config_files/glance.conf",',
  ]);
  expect(configJson('true', [], 'nova')).toContain('"config_files": []');
});

describe('`prepare`', () => {
  const shape = {
    image: word().default('quay.io/k:1'),
    notify: z.boolean().default(false),
    passwords: group({ a_password: password().optional() }),
  };
  type Values = Parameters<Parameters<typeof sampleChart<typeof shape>>[1]>[0]['values'];
  interface More extends Partial<PrepareProps & SourceProps> {
    readonly secrets?: readonly SecretItem[];
  }
  const pod = (more: (values: Values) => More, values: JsonMap = {}) => {
    const { render } = sampleChart(shape, (chart) => {
      secretOf(chart, chart.values.passwords);
      const { image, notify } = chart.values;
      const files = [
        new TextFile(chart, 'a.conf', { path: '/a.conf', template: { text: 'a\n' } }),
        new TextFile(chart, 'b.conf', {
          path: '/b.conf',
          carriedAs: 'b',
          mode: '0400',
          test: notify,
          template: { text: 'b\n' },
        }),
      ];
      const { secrets = [], copies = [], executables = [], args = [], downward } = more(chart.values);
      const always = { image, imagePullPolicy: image };
      const source = sourceVolume({ files, programs: 'sample-scripts', ...(downward && { downward }) });
      look(chart, {
        initContainers: [prepareContainer({ ...always, files, copies, executables, secrets, args, mounts: [] })],
        volumes: [source, ...(secrets.length > 0 ? [secretsVolume('mine', secrets)] : []), configVolume],
      });
    });
    const { initContainers, volumes } = lookedAt(render(values)) as unknown as {
      readonly initContainers: readonly [Container];
      readonly volumes: readonly Volume[];
    };
    const volume = (name: string) => volumes.find((one) => one.name === name);
    return { container: initContainers[0], volume, volumes: volumes.map(({ name }) => name) };
  };

  test('copies each file with its permissions from its ConfigMap into the memory of the pod', () => {
    const { container, volume, volumes } = pod(() => ({}));
    expect(container).toMatchObject({
      name: 'prepare',
      image: 'quay.io/k:1',
      command: ['python3', '/run/kolla/source/prepare.py'],
      args: ['--file=a.conf:0440'],
      volumeMounts: [
        { name: 'source', mountPath: '/run/kolla/source', readOnly: true },
        { name: 'config', mountPath: '/run/kolla/config' },
      ],
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    });
    expect(volumes).toEqual(['source', 'config']);
    expect(volume('config')).toMatchObject({ emptyDir: { medium: 'Memory' } });
    expect(volume('source')?.projected?.sources).toEqual([
      { configMap: { name: 'sample-a.conf' } },
      { configMap: { name: 'sample-scripts' } },
    ]);
  });

  test('has a file with a condition, its argument and its source only if that holds', () => {
    const { container, volume } = pod(() => ({}), { notify: true });
    expect(container.args).toEqual(['--file=a.conf:0440', '--file=b:0400']);
    expect(volume('source')?.projected?.sources).toContainEqual({
      configMap: { name: 'sample-b.conf', items: [{ key: 'b.conf', path: 'b' }] },
    });
  });

  test('copies programs that go on running, learns of its pod, and waits as it is told', () => {
    const { container, volume } = pod(({ notify }) => ({
      copies: ['keys.py', 'run.py'],
      executables: ['run.py'],
      downward: { file: 'labels', field: 'metadata.labels' },
      args: ['--wait-for=abc', when(not(notify), '--quiet')],
    }));
    expect(container.args).toEqual([
      ...['--file=a.conf:0440', '--file=keys.py:0440', '--file=run.py:0550'],
      ...['--wait-for=abc', '--quiet'],
    ]);
    expect(volume('source')?.projected?.sources?.at(-1)).toEqual({
      downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
    });
  });

  test('sees just the keys of the Secret that its pod needs', () => {
    const { container, volume } = pod(({ notify }) => ({
      secrets: [{ key: 'a_password' }, { key: 'b_password', test: notify }],
    }));
    expect(volume('secrets')).toEqual({
      name: 'secrets',
      secret: { secretName: 'mine', items: [{ key: 'a_password', path: 'a_password' }], defaultMode: 0o440 },
    });
    expect(container.volumeMounts?.map(({ name }) => name)).toEqual(['source', 'secrets', 'config']);
  });

  test('has no Secret at all while none of its keys is needed', () => {
    const needed = ({ notify }: Values): More => ({ secrets: [{ key: 'a_password', test: notify }] });
    expect(pod(needed).volumes).toEqual(['source', 'config']);
    expect(pod(needed).container.volumeMounts).toHaveLength(2);
    expect(pod(needed, { notify: true }).volumes).toEqual(['source', 'secrets', 'config']);
  });
});
