// Commands on this machine, as root.
import * as programs from '../command';

/** Where Debian keeps what a node needs; daemons and CNI plugins look there too. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** By default, a command has a minute. */
export type CommandOptions = Pick<programs.RunOptions, 'input' | 'seconds'>;

/** As `run` of any program, but nothing of our environment gets into a node. */
export const run = (command: readonly string[], options: CommandOptions = {}): Promise<string> =>
  programs.run(command, { seconds: 60, ...options, env: { PATH } });

/** Whether a command succeeds. */
export const succeeds = (command: readonly string[]): Promise<boolean> =>
  run(command).then(
    () => true,
    () => false,
  );
