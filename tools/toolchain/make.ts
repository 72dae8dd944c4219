import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { readFileSync, renameSync, rmSync } from 'fs';
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
  if (!go) return false;
  const target = `${go.package}@v${version}`;
  const args = ['install', ...(go.ldflags ? ['-ldflags', go.ldflags] : []), target];
  const GOFLAGS = `${process.env.GOFLAGS ?? ''} -trimpath`.trim();
  run('go', args, `go install ${target}`, { GOFLAGS, GOBIN: directory });
  return true;
};

const officialRelease: Way = ({ release, program }, directory) => {
  if (!release) return false;
  const base = (process.env[release.baseEnv] ?? release.base).replace(/\/+$/, '');
  const url = `${base}/${release.path(platform, goArch)}`;
  const archive = path.join(directory, 'archive.tar.gz');
  download(url, archive);
  const sum = createHash('sha256').update(readFileSync(archive)).digest('hex');
  const expected = release.sha256?.[`${platform}-${goArch}`] ?? publishedSum(`${url}${release.checksum}`, directory);
  if (sum !== expected) throw new Error(`${url}: its sha256 is ${sum}, expected ${expected}`);
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
export const make: readonly Way[] = [goInstall, officialRelease, npmInstall];

/** The first word of a published checksum file: `<sha256>  <file name>`. */
function publishedSum(url: string, directory: string): string {
  const file = path.join(directory, 'checksum');
  download(url, file);
  const sum = readFileSync(file, 'utf8').trim().split(/\s+/)[0] ?? '';
  rmSync(file);
  if (!/^[0-9a-f]{64}$/.test(sum)) throw new Error(`${url}: holds no sha256`);
  return sum;
}

function run(command: string, args: string[], title: string, env: NodeJS.ProcessEnv = {}): void {
  try {
    // Not in the working copy: its go.work, .npmrc or package.json must not matter.
    execFileSync(command, args, {
      cwd: tmpdir(),
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
