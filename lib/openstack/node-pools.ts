import { z } from 'zod';
import { RoundBeside, roundsBeside } from '../values/rounds';
import { named } from '../values/named';
import { poolName } from '../values/types';
import { Value, any, choose, eachEntry, hasKey, isSet, not } from '../values/value';
import { global } from './global';
import { Service } from './service';

/** What differs in a chart from pool to pool: `pools` of the chart. Each member is optional. */
export const poolValues = <S extends z.ZodRawShape>(shape: S) =>
  z
    .record(poolName(), z.strictObject(shape))
    .default({})
    .describe('What is otherwise in a pool of `global.pools`, under its name.');

/** The handles of an entry of `global.pools`. */
type PoolEntry = NonNullable<(typeof global.pools extends Value<infer T> ? T : never)['']>;

/** A pool of nodes, as constructs see it. */
export interface NodePool<O> extends Pick<RoundBeside<PoolEntry, O>, 'entry'> {
  readonly name: Value<string>;
  /** What the chart's own `pools` say of it: any of it may be missing. */
  readonly own: RoundBeside<PoolEntry, O>['beside'];
  /** Its nodes run servers. */
  readonly isCompute: Value<boolean>;
  /** Its nodes route and serve DHCP. */
  readonly isNetwork: Value<boolean>;
}

/**
 * Puts into a chart what it has for each pool of nodes.
 *
 * @param own the chart's `pools`; those that `global.pools` does not have are refused
 * @param build what it has for one
 */
export function forEachPool<O>(
  service: Service,
  own: Value<Readonly<Record<string, O>>>,
  build: (pool: NodePool<O>) => void,
): void {
  requirePools(service, own);
  const { loop, key, entry, beside } = roundsBeside('pool', global.pools, own);
  const role = entry.role as Value<string>;
  service.repeat(loop, () =>
    build({
      name: key,
      entry,
      own: beside,
      isCompute: not(role.or('').is('network')),
      isNetwork: not(role.or('').is('compute')),
    }),
  );
}

function requirePools(service: Service, own: Value<Readonly<Record<string, unknown>>>): void {
  const { pools } = global;
  const unknown = eachEntry(own, (name) => `${choose(hasKey(pools, name), '', name)}`);
  service.require(
    not(isSet(named('pools.unknown', `${unknown}`))),
    ['pools'],
    'names a pool that global.pools does not have; add it there, or take it away here',
  );
  const count = named('pools.count', `${eachEntry(pools, () => 'x')}`);
  const everywhere = named(
    'pools.everywhere',
    `${eachEntry(pools, (_, pool) => `${choose(isSet(pool.nodeSelector), '', 'x')}`)}`,
  );
  service.require(
    any(count.is('x'), not(isSet(everywhere))),
    ['global', 'pools'],
    'has several pools, so each needs a nodeSelector, and no node may be in two',
  );
}

/** The type of a pool in a chart with such `pools`: `PoolOf<NovaValues['pools']>`. */
export type PoolOf<P> =
  P extends Value<infer R> ? (R extends Readonly<Record<string, infer O>> ? NodePool<O> : never) : never;
