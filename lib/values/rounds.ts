import { Construct } from 'constructs';
import { Loop, walk } from './expression';
import { JsonSchema, isClosed } from './json-schema';
import { named } from './named';
import { Each, Handles, Value, choose, entries, handleOf, isSet, not } from './value';

const LOOP = 'kolla-cdk8s:loop';

/** A map of records by name, as `z.record` declares it. */
type Records<V> = Value<Readonly<Record<string, V>>>;

/** What constructs see of a round: the entry's key, and the entry. */
export interface Round<V> {
  readonly loop: Loop;
  readonly key: Value<string>;
  readonly entry: Handles<V>;
}

/** Such a round with the entry of the same key in another map. */
export interface RoundBeside<V, O> extends Round<V> {
  readonly beside: Handles<O>;
}

/**
 * The rounds of a loop over a map in which each round makes objects: see `onceFor`.
 *
 * @param name what an entry is, as templates say it: `pool`
 * @param map the entries
 */
export function roundsOf<V>(name: string, map: Records<V>): Round<V> {
  const [variable, key] = [`$${name}`, `$${name}Name`];
  return {
    loop: { over: 'map', source: map.expression, variable, key },
    key: new Value<string>({ op: 'reference', kind: 'string', root: key, path: [] }),
    entry: handleOf<V>(variable, entries(map.schema)),
  };
}

/**
 * The same, with a map that says more of some of the entries.
 *
 * @param beside any value of its entries may be missing
 */
export function roundsBeside<V, O>(name: string, map: Records<V>, beside: Records<O>): RoundBeside<V, O> {
  const { loop, ...round } = roundsOf(name, map);
  const variable = `$${name}Own`;
  return {
    ...round,
    loop: { ...loop, beside: { source: beside.expression, variable } },
    beside: handleOf<O>(variable, flat(name, entries(beside.schema))),
  };
}

/** What a text, made of the entry of a round, is for the entry of a key. Nothing where the map has no such entry. */
export const textFor = <V>({ loop, key }: Round<V>, wanted: Value<string>, text: string | Value<string>): string =>
  `${new Each(loop, choose(key.is(wanted), text, ''), '')}`;

/** Whether a value is of the entry of a round. */
export function speaksOf({ expression }: Value<unknown>, { variable, key, beside }: Loop): boolean {
  let found = false;
  walk(expression, (e) => {
    found ||= e.op === 'reference' && [variable, key, beside?.variable].includes(e.root);
  });
  return found;
}

/** Holds if a test, made of the entry of a round, holds for all of them. `name`: unique in the chart. */
export const inAllRounds = (loop: Loop, name: string, test: Value<boolean>): Value<boolean> =>
  not(isSet(named(name, `${new Each(loop, choose(test, '', 'x'), '')}`)));

/** The other map may have no entry of a key, so that nothing of one is sure to be there, nor what would be inside of it. */
function flat(name: string, schema: JsonSchema): JsonSchema {
  const deep = Object.keys(schema.properties ?? {}).filter((key) => isClosed(schema.properties![key]!));
  const [needed] = [...deep, ...(schema.required ?? [])];
  if (needed !== undefined) throw new Error(`${name}: '${needed}' of its entries has to be optional, and no object`);
  return schema;
}

/** Every object at or below `scope` is there once for each round of a loop. */
export function onceFor<C extends Construct>(scope: C, loop: Loop): C {
  scope.node.addMetadata(LOOP, loop);
  return scope;
}

/**
 * The loop that an object stands in.
 *
 * @throws Error where there are two, one in the other
 */
export function loopOf(object: Construct): Loop | undefined {
  const loops = object.node.scopes.flatMap((scope) => scope.node.metadata).filter(({ type }) => type === LOOP);
  if (loops.length > 1) throw new Error(`${object.node.path}: an object stands in one loop, not in ${loops.length}`);
  return loops[0]?.data as Loop | undefined;
}
