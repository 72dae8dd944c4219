import { Construct } from 'constructs';
import { join } from 'node:path';
import { ServerComponent, Service, SmokeTest, clientLabel, egressToComponent } from '../../lib/openstack';
import { memcachedValues } from './values';

/** The cache that services keep validated tokens and other answers in. Nothing in it is worth keeping. */
export class Memcached extends Service<typeof memcachedValues> {
  constructor(scope: Construct) {
    super(scope, memcachedValues, {
      description: 'Memcached: the cache of OpenStack services',
      home: 'https://memcached.org',
      sources: ['https://github.com/memcached/memcached', 'https://opendev.org/openstack/kolla'],
    });
    const { server } = this.values;
    const { provider, replicas, port } = this.global.memcached;
    this.thereIf(provider.is('kolla'));

    const check = { tcpSocket: { port: 'memcache' } };
    new ServerComponent(this, 'server', {
      image: 'memcached',
      user: 'memcached',
      // Listens on all addresses, IPv4 and IPv6, and not on UDP.
      command: ['memcached', '-v', '-p', `${port}`, '-U', '0', '-c', `${server.connections}`, '-m', `${server.memory}`],
      values: server,
      replicas,
      ports: { memcache: port },
      probes: { readinessProbe: { ...check, periodSeconds: 5 }, livenessProbe: { ...check, periodSeconds: 20 } },
    });
    new SmokeTest(this, 'smoke-test', {
      image: 'memcached',
      user: 'memcached',
      placement: server,
      program: join(__dirname, 'scripts', 'memcached_smoke.py'),
      env: { MEMBERS: `${replicas}`, PORT: `${port}` },
      connectsTo: [
        {
          description: 'servers',
          egress: egressToComponent('memcached', 'server', port),
          clientLabels: clientLabel('memcached'),
        },
      ],
    });
  }
}
