import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { helmEnvironment } from './helm';

/** How a program ended, and all that it said. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts a program, and waits for its end without standing in the way of others, or of a server in this process.
 *
 * @throws where it does not start, or is killed
 */
export function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, cwd: tmpdir(), maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error === null) resolve({ status: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr });
      else reject(new Error(`${program}: ${error.message}`));
    });
  });
}

/** Starts a Helm of `helms()`. It knows no cluster but that of the kubeconfig. */
export function startHelm(helm: string, args: readonly string[], kubeconfig?: string): Promise<Ended> {
  // To collect garbage would be a fourth of its work, and it ends before there is any need.
  const env = { ...helmEnvironment, GOGC: 'off', ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }) };
  return start(helm, args, env);
}

/** Does a task for each item, no more than three at the same time. */
export async function threeAtOnce<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await task(item);
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}

/** The manifest in what `helm install --dry-run` prints. */
export const manifestOf = (output: string): string => partOf(output, 'MANIFEST').split('\nNOTES:\n')[0]!;

/** The notes in what `helm install --dry-run` prints. */
export const notesOf = (output: string): string => partOf(output, 'NOTES');

function partOf(output: string, title: string): string {
  const [, part] = output.split(`\n${title}:\n`);
  if (part === undefined) throw new Error(`no ${title} in ${output.slice(0, 500)}`);
  return part;
}
