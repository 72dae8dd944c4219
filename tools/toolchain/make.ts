import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { download } from './download';
import type { Tool } from './table';

/**
 * Makes a tool in an empty directory, as `<directory>/<program>`.
 *
 * @returns false when the table does not give this way
 * @throws with the way and the reason when it fails
 */
export type Way = (tool: Tool, directory: string) => boolean;

/** Platform and architecture in Go's words, which release archives use. */
const platform = process.platform;
const goArch = process.arch === 'x64' ? 'amd64' : process.arch;

const goInstall: Way = ({ go, version }, directory) => {
  if (!go || go.module) return false;
  const target = `${go.package}@v${version}`;
  const args = ['install', ...(go.ldflags ? ['-ldflags', go.ldflags] : []), target];
  const GOFLAGS = `${process.env.GOFLAGS ?? ''} -trimpath`.trim();
  run('go', args, `go install ${target}`, { GOFLAGS, GOBIN: directory, ...(go.static && { CGO_ENABLED: '0' }) });
  return true;
};

/**
 * A build in a module of its own that requires the package's. Where that one replaces modules by folders of its own
 * repository, which the proxy does not publish with it, they are replaced by what is published of them.
 */
const goBuild: Way = ({ go, version, program }, directory) => {
  if (!go?.module) return false;
  const target = `${go.module}@v${version}`;
  const title = `go build ${go.package} of ${target}`;
  const own = path.join(directory, 'module');
  mkdirSync(own);
  writeFileSync(path.join(own, 'go.mod'), 'module own\n');
  const flags = `${process.env.GOFLAGS ?? ''} -mod=mod -trimpath`.trim();
  const env = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: flags };
  const goIn = (...args: string[]): string => run('go', args, title, env, own);
  const { GoMod } = JSON.parse(goIn('mod', 'download', '-json', target)) as { GoMod: string };
  const lines = readFileSync(GoMod, 'utf8').split('\n');
  const replaced = lines.flatMap((line) => /^(?:replace)?\s*(\S+) => \.\.?\//.exec(line)?.[1] ?? []);
  const replacements = go.siblings ? replaced.map((name) => `replace ${name} => ${name} ${go.siblings}`) : [];
  const language = lines.filter((line) => line.startsWith('go '));
  const requirement = `require ${go.module} v${version}`;
  writeFileSync(path.join(own, 'go.mod'), ['module own', ...language, requirement, ...replacements, ''].join('\n'));
  const options = Object.entries({ tags: go.tags, ldflags: go.ldflags }).filter(([, value]) => value !== undefined);
  const args = options.map(([option, value]) => `-${option}=${value}`);
  goIn('build', '-o', path.join(directory, program), ...args, go.package);
  rmSync(own, { recursive: true });
  return true;
};

const officialRelease: Way = ({ release, program }, directory) => {
  if (!release) return false;
  const base = (process.env[release.baseEnv] ?? release.base).replace(/\/+$/, '');
  const url = `${base}/${release.path(platform, goArch)}`;
  const archive = path.join(directory, 'archive.tar.gz');
  download(url, archive);
  const sum = createHash('sha256').update(readFileSync(archive)).digest('hex');
  const expected = release.sha256?.[`${platform}-${goArch}`] ?? publishedSum(url, release.checksum, directory);
  if (sum !== expected) throw new Error(`${url}: its sha256 is ${sum}, expected ${expected}`);
  if (!release.member) {
    renameSync(archive, path.join(directory, program));
    chmodSync(path.join(directory, program), 0o755);
    return true;
  }
  const member = release.member(platform, goArch);
  run('tar', ['-xzf', archive, '-C', directory, member], `tar -xzf ${path.basename(url)} ${member}`);
  rmSync(archive);
  if (member !== program) {
    renameSync(path.join(directory, member), path.join(directory, program));
    rmSync(path.join(directory, path.dirname(member)), { recursive: true });
  }
  return true;
};

const npmInstall: Way = ({ npm, version, program }, directory) => {
  if (!npm) return false;
  const name = npm.package(platform, process.arch);
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', '--prefix', directory, ...options, `${name}@${version}`], `npm install ${name}@${version}`);
  renameSync(path.join(directory, 'node_modules', name, npm.member), path.join(directory, program));
  rmSync(path.join(directory, 'node_modules'), { recursive: true });
  return true;
};

/** In the order they are tried: what proves its own origin first. */
export const make: readonly Way[] = [goInstall, goBuild, officialRelease, npmInstall];

/** What is published as the sum of a file: `<sha256>  <file name>`, in a line among others, or the sum alone. */
function publishedSum(ofUrl: string, checksum: string, directory: string): string {
  const url = checksum.startsWith('.') ? `${ofUrl}${checksum}` : new URL(checksum, ofUrl).href;
  const file = path.join(directory, 'checksum');
  download(url, file);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  rmSync(file);
  const line = lines.length === 1 ? lines[0] : lines.find((one) => one.endsWith(` ${path.basename(ofUrl)}`));
  const sum = line?.split(/\s+/)[0] ?? '';
  if (!/^[0-9a-f]{64}$/.test(sum)) throw new Error(`${url}: holds no sha256`);
  return sum;
}

// Not in the working copy: its go.work, .npmrc or package.json must not matter.
function run(command: string, args: string[], title: string, env: NodeJS.ProcessEnv = {}, cwd = tmpdir()): string {
  try {
    return execFileSync(command, args, {
      cwd,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 << 20,
    });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') throw new Error(`${title}: ${command} is not installed`);
    throw new Error(`${title}: ${(stderr || String(error)).trim().split('\n').slice(-3).join(' | ')}`);
  }
}
