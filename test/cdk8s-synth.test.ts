import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARKER } from '../lib/cloud/write';

const root = join(__dirname, '..');
const copy = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-synth-'));
afterAll(() => rmSync(copy, { recursive: true }));

// What a clone holds, for `cdk8s synth` writes into the project.
const SOURCES = ['cdk8s.yaml', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'index.ts', 'main.ts'];
const FOLDERS = ['data', 'lib', 'services', 'cli', 'clouds', 'tools', 'charts-out/README.md'];
for (const name of [...SOURCES, ...FOLDERS]) cpSync(join(root, name), join(copy, name), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

// Neither npx nor cdk8s asks a server for anything.
const env = { ...process.env, npm_config_offline: 'true', CDK8S_CHECK_UPGRADE: 'false' };
const cdk8s = (...args: string[]): string =>
  execFileSync('npx', ['--no-install', 'cdk8s', 'synth', ...args], { cwd: copy, env, encoding: 'utf8', stdio: 'pipe' });

/** The text of every file of a folder. */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

test('cdk8s synth gives the manifests that main.ts writes', () => {
  const listed = cdk8s().match(/charts-out\/\S+\.yaml/g);
  const given = contentOf(join(copy, 'charts-out', 'manifests'));
  const manifests = Object.keys(given).filter((name) => name !== MARKER);
  expect(listed?.sort()).toEqual(manifests.map((name) => join('charts-out', 'manifests', name)));

  const out = join(copy, 'out');
  execFileSync(process.execPath, ['build/main.js'], { cwd: copy, env: { ...env, CDK8S_OUTDIR: out } });
  expect(Object.keys(given)).toContain('keystone/deployment-api.yaml');
  expect(given).toEqual(contentOf(join(out, 'manifests')));
  expect(contentOf(join(copy, 'charts-out', 'secrets'))).toEqual(contentOf(join(out, 'secrets')));
  expect(existsSync(join(copy, 'charts-out', 'README.md'))).toBe(true);
}, 60_000);

test('--output gets them too, and nothing else', () => {
  cdk8s('--output', 'elsewhere');
  expect(contentOf(join(copy, 'elsewhere'))).toEqual(contentOf(join(copy, 'charts-out', 'manifests')));
}, 60_000);
