import { Construct } from 'constructs';
import type { ServiceChart } from '../lib/kubernetes';
import { Glance } from './glance';
import { Keystone } from './keystone';
import { Mariadb } from './mariadb';
import { Memcached } from './memcached';
import { Openvswitch } from './openvswitch';
import { Placement } from './placement';
import { Neutron } from './neutron';
import { Nova } from './nova';
import { PostDeploy } from './post-deploy';
import { Rabbitmq } from './rabbitmq';

/** Every service there is, by the name of its chart. */
export const catalogue: { readonly [name: string]: new (scope: Construct) => ServiceChart } = {
  glance: Glance,
  keystone: Keystone,
  mariadb: Mariadb,
  memcached: Memcached,
  openvswitch: Openvswitch,
  placement: Placement,
  neutron: Neutron,
  nova: Nova,
  'post-deploy': PostDeploy,
  rabbitmq: Rabbitmq,
};
