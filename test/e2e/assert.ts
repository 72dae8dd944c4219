import { deepStrictEqual } from 'node:assert';

/** @throws with `otherwise` where it does not hold */
export function assert(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** @throws with what it is about, and the difference */
export function equal(found: unknown, expected: unknown, what: string): void {
  try {
    deepStrictEqual(found, expected);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
}

/** Nothing has failed of what clients asked meanwhile. */
export function unharmed(
  { requests, failures }: { readonly requests: number; readonly failures: readonly string[] },
  least = 20,
): void {
  assert(requests >= least, `only ${requests} requests were made`);
  assert(
    failures.length === 0,
    `${failures.length} of ${requests} requests failed:\n  ${failures.slice(0, 10).join('\n  ')}`,
  );
}
