import { Construct } from 'constructs';
import type { IniSections } from '../config/ini-file';
import { clientLabel } from '../kubernetes/labels';
import { Connection, EgressRule } from '../kubernetes/network-policy';
import { named } from '../values/named';
import { Value, each, isSet, times, when } from '../values/value';
import { global } from './global';
import { egressToAddresses, egressToComponent } from './network';

const { memcached } = global;

/** Addresses of the memcached servers, each by its own name: clients spread keys over all of them. */
const servers = (): Value<string> => {
  const theirs = each(memcached.servers, (server) => `${server}`, ',');
  const ours = times(memcached.replicas, (i) => `memcached-${i}.memcached:${memcached.port}`, ',');
  return named('memcached.servers', `${when(isSet(memcached.servers), `${theirs}`, `${ours}`)}`);
};

/** The memcached servers that services keep tokens and other answers in. */
export class Cache extends Construct implements Connection {
  readonly description = 'cache';
  readonly clientLabels = clientLabel('memcached');
  readonly servers = servers();

  /** To our own servers, or to the user's. */
  get egress(): EgressRule {
    return when(
      isSet(memcached.servers),
      egressToAddresses(memcached.cidrs, memcached.port),
      egressToComponent('memcached', 'server', memcached.port),
    );
  }

  /** Options of the `[cache]` section. */
  get options(): IniSections[string] {
    return { enabled: true, backend: 'oslo_cache.memcache_pool', memcache_servers: this.servers };
  }
}
