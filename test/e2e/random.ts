import { randomInt } from 'node:crypto';

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

/** mulberry32: numbers from 0 to 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
