import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface PackageJson {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly files: string[];
  readonly version: string;
}
const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;

/** What `type` of package.json says of a project. */
const KINDS = ['commonjs', 'module'] as const;

/** The packages of the working copy, and none that the list does not name. */
function linkModules(project: string, names: readonly string[]): void {
  for (const name of names) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
}

/** Packs a copy of the project, as `npm publish` would: nothing of this working copy's build is in it. */
async function pack(): Promise<string> {
  const copy = join(folder, 'source');
  mkdirSync(copy);
  const sources = [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'index.ts',
    'main.ts',
    'README.md',
    'LICENSE',
  ];
  const shipped = ours.files.filter((name) => !name.startsWith('build/'));
  for (const name of [...sources, ...shipped, 'data', 'lib', 'services', 'cli', 'tools']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const { stdout } = await run('npm', ['pack', '--silent', '--offline', '--pack-destination', folder], { cwd: copy });
  return join(folder, basename(stdout.trim().split('\n').at(-1) ?? ''));
}

/** A project of a platform engineer: our Keystone beside a service of their own. */
const MAIN = `
import { Construct } from 'constructs';
import { Cloud, ServerComponent, Service, TextFile, group, line, serviceValues, when, workload } from 'kolla-cdk8s';
import { catalogue } from 'kolla-cdk8s/services';
import { Keystone } from 'kolla-cdk8s/services/keystone';

const noticeValues = serviceValues('notice', ['memcached'], {
  text: line().default('Maintenance on Sunday.'),
  server: group(workload({ cpu: '10m', memory: '16Mi', memoryLimit: '32Mi' })),
});

class Notice extends Service<typeof noticeValues> {
  constructor(scope: Construct) {
    super(scope, noticeValues, { description: 'A notice', home: 'https://example.org', sources: [] });
    const { text, server } = this.values;
    const page = new TextFile(this, 'page.txt', {
      path: '/srv/page.txt',
      template: { text: \`Notice: \${when(this.global.debug, \`debug: \${text}\`, \`\${text}\`)}.\\n\` },
    });
    new ServerComponent(this, 'server', {
      image: 'memcached',
      user: 'memcached',
      command: ['cat', '/srv/page.txt'],
      values: server,
      replicas: this.global.memcached.replicas,
      ports: { http: this.global.memcached.port },
      probes: {},
      files: [page],
    });
  }
}

const passwords = Object.fromEntries(
  ['database_password', 'keystone_admin_password', 'keystone_database_password', 'keystone_fernet_master_key']
    .map((name) => [name, \`\${name} of a test, long enough\`]),
);
passwords['keystone_credential_key'] = \`\${'keystone_credential_key'.padEnd(43, 'A')}=\`;
const values = {
  global: { database: { provider: 'external', host: 'db.example.org' }, passwords },
  keystone: { api: { replicas: 3 } },
  notice: { text: 'It works' },
};
const cloud = new Cloud({ values: [values], outdir: 'out' });
new Keystone(cloud);
new Notice(cloud);
cloud.synth();
console.log(Object.keys(catalogue).join(' '));
console.log(cloud.synthYaml());
`;

/** A folder with the package installed, and a project of each kind in it, compiled as an engineer would. */
async function install(tarball: string): Promise<void> {
  const installed = join(folder, 'node_modules', 'kolla-cdk8s');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  linkModules(folder, [...Object.keys(ours.dependencies), ...Object.keys(ours.peerDependencies), '@types/node']);
  for (const type of KINDS) {
    mkdirSync(join(folder, type));
    writeFileSync(join(folder, type, 'package.json'), JSON.stringify({ name: 'my-cloud', version: '1.0.0', type }));
    writeFileSync(join(folder, type, 'main.ts'), MAIN);
  }
  const compilerOptions = {
    target: 'es2022',
    module: 'node16',
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    types: ['node'],
  };
  const files = KINDS.map((type) => `${type}/main.ts`);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [tsc, '-p', folder]).catch((error: unknown) => {
    throw new Error((error as { readonly stdout: string }).stdout);
  });
}

async function start(type: (typeof KINDS)[number]): Promise<string> {
  const { stdout } = await run(process.execPath, ['main.js'], { cwd: join(folder, type), maxBuffer: 1 << 26 });
  return stdout;
}

let tarball: string;
let names: string[];
let outputs: string[];

beforeAll(async () => {
  tarball = await pack();
  names = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  await install(tarball);
  outputs = await Promise.all(KINDS.map(start));
}, 600_000);

test('the tarball holds what runs and its types, and nothing else', () => {
  expect(names).toEqual(
    expect.arrayContaining([
      'package/LICENSE',
      'package/README.md',
      'package/build/cli/completion/kolla-cdk8s.bash',
      'package/build/cli/completion/kolla-cdk8s.fish',
      'package/build/cli/completion/kolla-cdk8s.zsh',
      'package/build/cli/main.js',
      'package/build/data/oslo/2026.1/keystone.json',
      'package/build/data/policy/2026.1/keystone.json',
      'package/build/index.d.ts',
      'package/build/index.js',
      'package/build/lib/kolla/scripts/prepare.py',
      'package/build/lib/openstack/scripts/bootstrap.py',
      'package/build/services/keystone/index.d.ts',
      'package/build/services/keystone/scripts/keystone_identity.py',
      'package/ci/pull-request.sh',
      'package/clouds/aio.yaml',
    ]),
  );
  const shipped =
    /^package\/((README|CHANGELOG)\.md|LICENSE|package\.json|ci\/pull-request\.sh|clouds\/.*\.yaml|build\/(.*\.(js|d\.ts|py|ejs|bash|fish|zsh)|data\/.*\.json))$/;
  expect(names.filter((name) => !shipped.test(name) || /\btests?\/|\.test\.|\.map$/.test(name))).toEqual([]);
});

test('no file names a folder of the machine that packed it', () => {
  const text = execFileSync('tar', ['-xzOf', tarball], { encoding: 'utf8', maxBuffer: 1 << 26 });
  for (const path of [root, folder, 'sourceMappingURL']) expect(text).not.toContain(path);
});

test('every program and template of the source is there', () => {
  const tracked = execFileSync('git', ['ls-files', 'lib', 'services'], { cwd: root, encoding: 'utf8' }).split('\n');
  const assets = tracked.filter((name) => /\.(py|ejs)$/.test(name)).map((name) => `package/build/${name}`);
  expect(assets.length).toBeGreaterThan(4);
  expect(names).toEqual(expect.arrayContaining(assets));
});

test('CommonJS and ES modules compile against its types, run, and give the same', () => {
  const [commonjs, esm] = outputs;
  const emitted = KINDS.map((type) => readFileSync(join(folder, type, 'main.js'), 'utf8').includes('require('));
  expect(emitted).toEqual([true, false]);
  expect(commonjs).toContain('Notice: It works.');
  expect(commonjs).toContain('name: keystone-api');
  expect(esm).toBe(commonjs);
});

test('what an own service makes is a chart beside ours', () => {
  const values = readFileSync(join(folder, 'module', 'out', 'charts', 'openstack', 'values.yaml'), 'utf8');
  expect(values).toContain('notice:');
  const chart = readFileSync(join(folder, 'module', 'out', 'charts', 'notice', 'templates', '_page.txt.tpl'), 'utf8');
  expect(chart).toContain('.Values.text');
});

test('the command runs from the package', () => {
  const command = join(folder, 'node_modules', 'kolla-cdk8s', 'build', 'cli', 'main.js');
  expect(execFileSync(process.execPath, [command, '--version'], { encoding: 'utf8' }).trim()).toBe(ours.version);
});
