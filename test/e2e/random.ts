import { randomInt } from 'node:crypto';
import { generator } from '../support/random';

/** A random order, by SEED if that is set; the seed is said, so that it can be had again. */
export function shuffled<T>(items: readonly T[], say: (what: string) => void): T[] {
  const seed = Number(process.env['SEED'] ?? randomInt(1 << 30));
  say(`SEED=${seed}`);
  const next = generator(seed);
  return items
    .map((item) => ({ item, place: next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
