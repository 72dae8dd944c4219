// Programs that run to their end.
import { execFile } from 'node:child_process';

export interface RunOptions {
  readonly input?: string | Uint8Array;
  /** After which it is killed; 0: never. Default: 120. */
  readonly seconds?: number;
  /** The folder that it runs in. Default: the current one. */
  readonly cwd?: string;
  /** All of its environment. Default: ours. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What a program has printed. @throws with the end of that where it fails, or takes too long */
export function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const [program = '', ...args] = command;
  const { input = '', seconds = 120, ...place } = options;
  const settings = { ...place, timeout: seconds * 1000, killSignal: 'SIGKILL', maxBuffer: 1 << 28 } as const;
  return new Promise((done, failed) => {
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      if (!error) return done(stdout);
      const how = error.killed ? `no end after ${seconds} s` : `ended with ${error.signal ?? error.code}`;
      const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-50);
      failed(new Error([`${command.join(' ')}: ${how}`, ...last].join('\n')));
    });
    // Who does not read its input is no error of ours.
    child.stdin?.on('error', () => {}).end(input);
  });
}
