import { spawnSync } from 'node:child_process';

/** What one process has cost, from its start to its end, with all that it has waited for. */
export interface Run {
  /** Seconds of processor time: of the user and of the system, of all threads. */
  readonly cpu: number;
  /** Seconds that passed. Other work on the machine makes them more: only what ran in turn can be compared. */
  readonly wall: number;
  readonly stdout: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Node itself cannot tell what a child has cost; the `time` of bash asks the system, to a millisecond. */
const TIMED = 'TIMEFORMAT="%3U %3S %3R"; { time "$0" "$@" 2>&4; } 4>&2 2>&3';

/**
 * Runs a command to its end.
 *
 * @throws Error when it fails
 */
export function run(command: readonly string[], { cwd, env }: RunOptions = {}): Run {
  const { status, error, output } = spawnSync('bash', ['-c', TIMED, ...command], {
    cwd,
    env: { ...process.env, ...env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command.join(' ')}: ended with status ${status}`);
  const [user, system, wall] = (output[3] ?? '').trim().split(' ').map(Number);
  return { cpu: user! + system!, wall: wall!, stdout: output[1] ?? '' };
}

/** Runs several commands in turn, A B A B, so that what else the machine does meets all of them. */
export function inTurn<K>(commands: ReadonlyMap<K, () => Run>, rounds: number): ReadonlyMap<K, readonly Run[]> {
  const runs = new Map<K, Run[]>([...commands.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, command] of commands) runs.get(name)!.push(command());
  }
  return runs;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const medianCpu = (runs: readonly Run[]): number => median(runs.map(({ cpu }) => cpu));

/** How many times what `others` cost, of the same round each. */
export const medianRatio = (runs: readonly Run[], others: readonly Run[], of: 'cpu' | 'wall' = 'cpu'): number =>
  median(runs.map((found, round) => found[of] / others[round]![of]));
