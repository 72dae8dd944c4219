import { clearLine, cursorTo } from 'node:readline';

/** Is told what is done at the moment, in one line. */
export type Say = (text: string) => void;

/** Where it can be seen: standard error. */
type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & NodeJS.WritableStream;

/**
 * Does something that takes a while. What is done at the moment stands in a line of the terminal, which is gone when it
 * is over. Where standard error is no terminal, where it cannot go back in a line, and in CI, nothing is written.
 */
export async function withProgress<T>(
  work: (say: Say) => T | Promise<T>,
  terminal: Terminal = process.stderr,
  { CI, TERM }: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  if (!terminal.isTTY || CI || TERM === 'dumb') return work(() => undefined);
  const say: Say = (text) => {
    // A line that is broken could not be taken back.
    const [line = ''] = text.slice(0, (terminal.columns || 80) - 1).split('\n');
    cursorTo(terminal, 0);
    terminal.write(line);
    clearLine(terminal, 1);
  };
  try {
    return await work(say);
  } finally {
    cursorTo(terminal, 0);
    clearLine(terminal, 1);
  }
}
