// Programs that build, which end with this process.
import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { CACHE } from './cache';

const OVERLAY = join(__dirname, 'overlay.sh');

/**
 * What a program prints. It ends when this process does, however that comes.
 *
 * @throws Error with the last lines that a failing one has written.
 */
export async function run(command: readonly string[], options: { cwd?: string; input?: string } = {}): Promise<string> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { cwd: options.cwd ?? '/' });
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  child.stdin.on('error', () => {}).end(options.input ?? '');
  const [code, out, error] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return out;
  const last = `${out}${error}`.trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(`${command.slice(0, 8).join(' ')} … ended with code ${code}:\n${last}`);
}

/** Runs a program with ROOT, a file system of layers, the lowest first; what it writes goes to `folder`/upper. */
export function inOverlay(folder: string, layers: readonly string[], command: readonly string[], input = '') {
  const lower = layers.map((layer) => relative(CACHE, layer)).reverse();
  return run(['sh', OVERLAY, relative(CACHE, folder), lower.join(':'), ...command], { cwd: CACHE, input });
}
