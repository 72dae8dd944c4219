import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until `holds` gives something other than false. An error counts as no.
 *
 * @throws with what was waited for, the last error and what `why` says, when that takes too long
 */
export async function until<T>(
  what: string,
  seconds: number,
  holds: () => T | false | Promise<T | false>,
  why: () => Promise<string> | string = () => '',
): Promise<T> {
  const latest = Date.now() + seconds * 1000;
  for (;;) {
    let last = '';
    try {
      const found = await holds();
      if (found !== false) return found;
    } catch (error) {
      last = String(error);
    }
    if (Date.now() > latest) throw new Error(`${what}: not so after ${seconds} s. ${last} ${await why()}`.trim());
    await sleep(500);
  }
}
