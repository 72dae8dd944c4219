// Programs that build, which end with this process.
import { join, relative } from 'node:path';
import * as programs from '../command';
import { CACHE } from './cache';

const OVERLAY = join(__dirname, 'overlay.sh');

/** As `run` of any program, but it takes what time it needs, and ends when this process does, however that comes. */
export const run = (command: readonly string[], options: programs.RunOptions = {}): Promise<string> =>
  programs.run(['setpriv', '--pdeathsig', 'KILL', ...command], { cwd: '/', seconds: 0, ...options });

/** Runs a program with ROOT, a file system of layers, the lowest first; what it writes goes to `folder`/upper. */
export function inOverlay(folder: string, layers: readonly string[], command: readonly string[], input = '') {
  const lower = layers.map((layer) => relative(CACHE, layer)).reverse();
  return run(['sh', OVERLAY, relative(CACHE, folder), lower.join(':'), ...command], { cwd: CACHE, input });
}
