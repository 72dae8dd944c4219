import { Construct } from 'constructs';
import type { IniSections } from '../config/ini-file';
import { clientLabel } from '../kubernetes/labels';
import { EgressRule } from '../kubernetes/network-policy';
import { named } from '../values/named';
import { Value, each, isSet, times, when } from '../values/value';
import { ServiceConnection, requireAddress } from './connection';
import { global } from './global';
import { egressToAddresses, egressToComponent } from './network';
import { Service } from './service';

const { memcached } = global;
const external = memcached.provider.is('external');

/** Addresses of the memcached servers, each by its own name: clients spread keys over all of them. */
const servers = (): Value<string> => {
  const theirs = each(memcached.servers, (server) => `${server}`, ',');
  const ours = times(memcached.replicas, (i) => `memcached-${i}.memcached:${memcached.port}`, ',');
  return named('memcached.servers', `${when(external, `${theirs}`, `${ours}`)}`);
};

/** The memcached servers that services keep tokens and other answers in. */
export class Cache extends Construct implements ServiceConnection {
  readonly description = 'cache';
  readonly clientLabels = clientLabel('memcached');
  readonly servers = servers();

  constructor(scope: Service, id: string) {
    super(scope, id);
    requireAddress(scope, {
      path: ['global', 'memcached', 'servers'],
      given: isSet(memcached.servers),
      external,
      what: 'are the addresses of external servers',
    });
  }

  /** To our own servers, or to the user's. */
  get egress(): EgressRule {
    return when(
      external,
      egressToAddresses(memcached.cidrs, memcached.port),
      egressToComponent('memcached', 'server', memcached.port),
    );
  }

  /** Options of the `[cache]` section. */
  get options(): IniSections[string] {
    // Five minutes otherwise, in which a server that was away for a second is not asked, and every token is work.
    return {
      enabled: true,
      backend: 'oslo_cache.memcache_pool',
      memcache_servers: this.servers,
      memcache_dead_retry: 5,
    };
  }
}
