// Commands on this machine, as root.
import { spawn } from 'node:child_process';

/** Where Debian keeps what a node needs; daemons and CNI plugins look there too. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface CommandOptions {
  readonly input?: string;
  /** After how many seconds it is killed; 60 by default. */
  readonly seconds?: number;
}

/**
 * Runs a command to its end; what it has printed.
 *
 * @throws with the command and what it said where it fails, also for being too slow
 */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { input = '', seconds = 60 } = options;
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { PATH }, stdio: 'pipe', timeout: seconds * 1000, killSignal: 'SIGKILL' });
  const [said, complained]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complained.push(chunk));
  // Who does not read its input is no error of ours.
  child.stdin.on('error', () => {}).end(input);
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? '' : code === null ? `killed by ${String(signal)}` : `exit code ${code}`),
    );
  });
  if (how === '') return Buffer.concat(said).toString('utf8');
  throw new Error(`${command.join(' ')}: ${how}: ${Buffer.concat(complained).toString('utf8').trim()}`);
}

/** Whether a command succeeds. */
export async function succeeds(command: readonly string[]): Promise<boolean> {
  return run(command).then(
    () => true,
    () => false,
  );
}
