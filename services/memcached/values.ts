import { workload } from '../../lib/kubernetes/values';
import { serviceValues } from '../../lib/openstack';
import { group } from '../../lib/values/types';
import { z } from 'zod';

export const memcachedValues = serviceValues('memcached', ['memcached'], {
  server: group({
    memory: z.int().min(64).default(256).describe('MiB for items. Keep the memory limit about 128 MiB above it.'),
    connections: z.int().min(1).default(5000).describe('Connections that a server takes at the same time.'),
    ...workload({ cpu: '20m', memory: '128Mi', memoryLimit: '384Mi' }),
  }).describe('The servers. Their number and port are global, for clients need to know them: `global.memcached`.'),
});
