import { PassThrough } from 'node:stream';
import { withProgress } from './progress';

/** A terminal of 20 columns, and all that was written to it. */
function terminal(isTTY = true) {
  const written: string[] = [];
  const stream = new PassThrough().on('data', (bytes: Buffer) => written.push(bytes.toString()));
  return { written, stream: Object.assign(stream, { isTTY, columns: 20 }) };
}

/** What a terminal shows: each line with its cursor. Only what is needed here is known. */
function shown(written: readonly string[]): string {
  let line = '';
  let at = 0;
  for (const [, code, text = ''] of written.join('').matchAll(/\u001b\[(\d*[A-Z])|([^\u001b]+)/g)) {
    if (code === '1G') at = 0;
    else if (code === '0K') line = line.slice(0, at);
    else if (code !== undefined) throw new Error(`a code that is not known here: ${code}`);
    line = line.slice(0, at) + text + line.slice(at + text.length);
    at += text.length;
  }
  return line;
}

test('what is done stands in one line, which is gone in the end', async () => {
  const { written, stream } = terminal();
  const seen: string[] = [];
  const result = await withProgress(
    (say) => {
      for (const text of ['10 of 12 images', '11 of 12', 'a text that is too long for the line\nand its second']) {
        say(text);
        seen.push(shown(written));
      }
      return 'done';
    },
    stream,
    {},
  );
  expect(result).toBe('done');
  expect(seen).toEqual(['10 of 12 images', '11 of 12', 'a text that is too ']);
  expect(shown(written)).toBe('');
  expect(written.join('')).not.toContain('\n');
});

test('it is gone after an error too', async () => {
  const { written, stream } = terminal();
  const work = (say: (text: string) => void): never => {
    say('asking');
    throw new Error('no answer');
  };
  await expect(withProgress(work, stream, {})).rejects.toThrow('no answer');
  expect(shown(written)).toBe('');
});

test.each([
  ['no terminal', false, {}],
  ['CI', true, { CI: 'true' }],
  ['a terminal that cannot go back in a line', true, { TERM: 'dumb' }],
])('%s: nothing is written', async (_, isTTY, env) => {
  const { written, stream } = terminal(isTTY);
  expect(
    await withProgress(
      (say) => {
        say('asking');
        return 1;
      },
      stream,
      env,
    ),
  ).toBe(1);
  expect(written).toEqual([]);
});
