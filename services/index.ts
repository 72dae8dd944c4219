import { Construct } from 'constructs';
import type { ServiceChart } from '../lib/kubernetes';
import { Keystone } from './keystone';
import { Mariadb } from './mariadb';
import { Memcached } from './memcached';
import { Openvswitch } from './openvswitch';
import { Rabbitmq } from './rabbitmq';

/** Every service there is, by the name of its chart. */
export const catalogue: { readonly [name: string]: new (scope: Construct) => ServiceChart } = {
  keystone: Keystone,
  mariadb: Mariadb,
  memcached: Memcached,
  openvswitch: Openvswitch,
  rabbitmq: Rabbitmq,
};
