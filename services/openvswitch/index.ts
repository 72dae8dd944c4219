import { Construct } from 'constructs';
import { join } from 'node:path';
import { HostAgent, NodePool, PROGRAMS, Service, forEachPool, programs } from '../../lib/openstack';
import { choose, eachEntry, named } from '../../lib/values';
import { merged } from '../../lib/values/maps';
import { openvswitchValues } from './values';

/** Where its programs meet, on the node: its database's socket. */
const RUN = { why: 'The sockets by which the database, the switch and those who use them meet.' };
const scripts = ['openvswitch.py'].map((name) => join(__dirname, 'scripts', name));

const program = (...words: string[]) => ['python3', `${PROGRAMS}/openvswitch.py`, ...words];

/** A command of ours answers: the database, or the switch itself. */
const probes = (what: string) => {
  const check = { exec: { command: program('check', what) }, timeoutSeconds: 10 };
  return {
    startupProbe: { ...check, periodSeconds: 1, failureThreshold: 120 },
    readinessProbe: { ...check, periodSeconds: 10 },
    livenessProbe: { ...check, periodSeconds: 30, failureThreshold: 4 },
  };
};

/** Open vSwitch on every node that runs servers or their networks: its database and the switch. */
export class Openvswitch extends Service<typeof openvswitchValues> {
  constructor(scope: Construct) {
    super(scope, openvswitchValues, {
      description: 'Open vSwitch: the switch of servers on each node',
      home: 'https://www.openvswitch.org',
      sources: ['https://github.com/openvswitch/ovs', 'https://opendev.org/openstack/kolla'],
    });
    forEachPool(this, this.values.pools, (pool) => {
      this.addDatabase(pool);
      this.addSwitch(pool);
    });
  }

  private addDatabase(pool: OvsPool): void {
    new HostAgent(this, 'db-server', pool, {
      image: 'openvswitch-db-server',
      user: 'root',
      command: program('database'),
      values: this.values.dbServer,
      parts: [programs(this, scripts)],
      probes: probes('database'),
      host: {
        privileges: {
          root: 'Its socket, by which all of the switch can be changed, is for root alone.',
          paths: {
            '/run/openvswitch': RUN,
            '/var/lib/openvswitch': { why: 'The database outlives its pod: bridges and their ports.' },
          },
        },
      },
    });
  }

  private addSwitch(pool: OvsPool): void {
    const { otherConfig } = this.values;
    const { bridges, datapath } = pool.entry;
    const pairs = { bridges, options: merged(otherConfig, pool.own.otherConfig) };
    new HostAgent(this, 'vswitchd', pool, {
      image: 'openvswitch-vswitchd',
      user: 'root',
      command: program('switch'),
      values: this.values.vswitchd,
      env: [
        { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: 'DATAPATH', value: `${choose(datapath.or('kernel').is('userspace'), 'netdev', 'system')}` },
        { name: 'BRIDGES', value: `${named('bridges', `${eachEntry(pairs.bridges, (k, v) => `${k}=${v}`, ' ')}`)}` },
        { name: 'OPTIONS', value: `${named('options', `${eachEntry(pairs.options, (k, v) => `${k}=${v}`, '\n')}`)}` },
      ],
      parts: [programs(this, scripts)],
      probes: probes('switch'),
      // The next switch has the flows of this one.
      lifecycle: {
        preStop: { exec: { command: program('save') } },
        postStart: { exec: { command: program('restore') } },
      },
      host: {
        privileges: {
          root: 'It makes interfaces, and talks to the database by a socket that is for root alone.',
          capabilities: {
            IPC_LOCK: 'Its memory is never swapped out: packets would wait.',
            NET_ADMIN: 'It makes bridges, ports and tunnels.',
            NET_RAW: 'The userspace datapath reads and writes packets of interfaces.',
          },
          paths: {
            '/run/openvswitch': RUN,
            '/dev/net/tun': { why: 'The userspace datapath makes ports of it.', type: 'CharDevice' },
          },
        },
      },
    });
  }
}

type OvsPool = NodePool<{ otherConfig?: Record<string, string> }>;
