import type { KubernetesObject } from '../../lib/diff';
import type { JsonMap } from '../../lib/values/expression';
import { generator } from '../support/random';
import { MUTATIONS } from './mutations';

/** An object, and what becomes of it. */
export interface Sample {
  readonly before: KubernetesObject;
  readonly after: KubernetesObject;
  /** The changes that made each, for a person to read. */
  readonly story: string;
}

/** Pairs of objects, made of some by random changes, the same for a seed. Each has a name of its own. */
export function samples(
  objects: readonly KubernetesObject[],
  runs: number,
  seed: number,
  kinds = [...new Set(MUTATIONS.flatMap(({ kinds: of }) => of))],
): Sample[] {
  const next = generator(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const byKind = new Map(kinds.map((kind) => [kind, objects.filter((object) => object['kind'] === kind)]));
  const mutated = (object: KubernetesObject, count: number): [KubernetesObject, string] => {
    const copy = structuredClone(object);
    const fitting = MUTATIONS.filter(({ kinds: of }) => of.includes(object['kind'] as string));
    const chosen = Array.from({ length: count }, () => pick(fitting));
    for (const { apply } of chosen) apply(copy, pick);
    return [JSON.parse(JSON.stringify(copy)) as KubernetesObject, chosen.map(({ name }) => name).join(', ')];
  };
  return Array.from({ length: runs }, (_, i) => {
    const kind = pick(kinds);
    const object = pick(byKind.get(kind)!);
    const named = { ...object, metadata: { ...(object['metadata'] as JsonMap), name: `run-${i}` } };
    const [before, first] = mutated(named, pick([0, 0, 1, 2, 3]));
    const [after, then] = mutated(before, pick([1, 1, 2, 3]));
    return { before, after, story: `${kind} run-${i}: ${first || 'as it is'}; then ${then}` };
  });
}
