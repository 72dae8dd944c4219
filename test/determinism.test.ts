import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf, readValues } from '../lib/cloud';
import type { Output } from '../lib/cloud';
import { markerOf } from '../lib/cloud/folder';
import { MARKER, SYNTH } from '../lib/cloud/write';
import { tool } from '../tools/toolchain';
import { cloudOf } from './support/clouds';
import { passwords } from './support/passwords';
import { compiledProject } from './support/project';

/** Everything that is written has the same bytes wherever, whenever and by whichever Node it is written. */
const root = join(__dirname, '..');
const directory = mkdtempSync(join(tmpdir(), 'determinism-'));
const project = compiledProject();
afterAll(() => rmSync(directory, { recursive: true }));

type Digests = { readonly [file: string]: string };

const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function digestsOf({ yaml: _, ...folders }: Output): Digests {
  const written = Object.entries(folders).filter(([, contents]) => contents.size > 0);
  const files = written.flatMap(([folder, contents]) => {
    const all = folder === 'secrets' ? [['.gitignore', '*\n'] as const, ...contents] : [...contents];
    const marker = markerOf(
      SYNTH,
      all.map(([path]) => path),
    );
    return [...all, [MARKER, marker] as const].map(
      ([path, content]) => [`${folder}/${path}`, digest(content)] as const,
    );
  });
  return Object.fromEntries(files);
}

interface Run {
  /** The folder that it runs in, which the charts are made in. Default: `here`. */
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly node?: () => string;
}

/** Runs the main job in a process of its own, and reads what it has written. */
function synth({ folder = 'here', env = {}, node = () => process.execPath }: Run): Digests {
  const cwd = join(directory, folder);
  mkdirSync(cwd, { recursive: true });
  cpSync(join(root, 'clouds'), join(cwd, 'clouds'), { recursive: true });
  writeFileSync(join(cwd, 'passwords.yaml'), JSON.stringify(passwords));
  const outdir = mkdtempSync(join(cwd, 'out-'));
  const { status, stderr } = spawnSync(node(), [join(project, 'main.js')], {
    cwd,
    env: { ...process.env, CDK8S_OUTDIR: outdir, ...env },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const paths = readdirSync(outdir, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(outdir, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, digest(readFileSync(join(outdir, path)))]));
}

const values = () => [readValues(join(root, 'clouds', 'aio.yaml')), passwords];
const expected = digestsOf(outputOf(cloudOf({ values: values() })));

test('twice in one process', () => {
  const cloud = cloudOf({ values: values() });
  expect(digestsOf(outputOf(cloud))).toEqual(expected);
  expect(digestsOf(outputOf(cloud))).toEqual(expected);
  expect(Object.keys(expected)).toEqual(
    expect.arrayContaining([
      'manifests/keystone/deployment-api.yaml',
      'secrets/keystone/secret.yaml',
      'charts/openstack/Chart.yaml',
      expect.stringMatching(/^repository\/keystone-.*\.tgz$/),
      'repository/index.yaml',
    ]),
  );
});

test.each<[string, Run]>([
  ['another process', {}],
  ['another folder', { folder: 'Ünïcödé and/deeper' }],
  ['another time zone', { env: { TZ: 'Pacific/Kiritimati' } }],
  ['a Turkish locale', { env: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } }],
  ['no locale', { env: { LANG: 'C', LC_ALL: 'C', TZ: 'America/St_Johns' } }],
  ['a newer Node', { node: () => tool('node-next') }],
])(
  '%s',
  (_, run) => {
    expect(synth(run)).toEqual(expected);
  },
  300_000,
);

/** Prints the digests of packages of very different sizes and contents, and of their index. */
const program = `
  const { createHash } = require('crypto');
  const { packChart } = require('./lib/package/archive');
  const { indexYaml } = require('./lib/package/repository');

  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647);
  const words = ['apiVersion: v1\\n', '{{ .Values.replicas | int64 }}', '  - name: keystone-api\\n', 'é', '😀', '\\t'];
  const text = (length) => Array.from({ length }, () => words[random() % 9] ?? random().toString(36)).join('');

  const entries = [0, 1, 7, 300, 9000, 100000].map((length, number) => {
    const chart = { apiVersion: 'v2', name: 'sample', version: '1.0.' + number };
    const files = new Map([['values.yaml', text(length)], ['Chart.yaml', JSON.stringify(chart)], ['charts/a/Chart.yaml', text(3)]]);
    return { chart, bytes: packChart('sample', files) };
  });
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  console.log(JSON.stringify([...entries.map(({ bytes }) => digest(bytes)), digest(indexYaml(entries))]));
`;

test('packages of any size have the same bytes on this Node and on a newer one', () => {
  const file = join(project, 'pack.js');
  writeFileSync(file, program);
  const [here, next] = [process.execPath, tool('node-next')].map((node) => ({
    version: execFileSync(node, ['--version'], { encoding: 'utf8' }),
    digests: JSON.parse(execFileSync(node, [file], { encoding: 'utf8' })) as string[],
  }));
  expect(next?.version).not.toBe(here?.version);
  expect(next?.digests).toEqual(here?.digests);
  expect(new Set(here?.digests).size).toBe(7);
}, 300_000);
