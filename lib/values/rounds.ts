import { Construct } from 'constructs';
import { Loop } from './expression';
import { JsonSchema, isClosed } from './json-schema';
import { Handles, Value, entries, handleOf } from './value';

const LOOP = 'kolla-cdk8s:loop';

/** A map of records by name, as `z.record` declares it. */
type Records<V> = Value<Readonly<Record<string, V>>>;

/** What constructs see of a round: the entry's key, the entry, and that of the same key in another map. */
export interface Round<V, O> {
  readonly loop: Loop;
  readonly key: Value<string>;
  readonly entry: Handles<V>;
  readonly beside: Handles<O>;
}

/**
 * The rounds of a loop over a map in which each round makes objects: see `onceFor`.
 *
 * @param name what an entry is, as templates say it: `pool`
 * @param map the entries. Any value of one may be missing
 * @param beside a map that says more of some of them
 */
export function roundsOf<V, O>(name: string, map: Records<V>, beside: Records<O>): Round<V, O> {
  const [variable, key, other] = [`$${name}`, `$${name}Name`, `$${name}Own`];
  const loop: Loop = {
    over: 'map',
    source: map.expression,
    variable,
    key,
    beside: { source: beside.expression, variable: other },
  };
  return {
    loop,
    key: new Value<string>({ op: 'reference', kind: 'string', root: key, path: [] }),
    entry: handleOf<V>(variable, flat(name, entries(map.schema))),
    beside: handleOf<O>(other, flat(name, entries(beside.schema))),
  };
}

/** Any entry may be missing, so that nothing of it is sure to be there, nor what would be inside of that. */
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
