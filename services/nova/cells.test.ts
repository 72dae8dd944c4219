import { InvalidValues } from '../../lib/values';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';

const cloud = cloudOf();
const nova = cloud.services.find((service) => service.node.id === 'nova')!;
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(nova, mergeLayers(required, values)));

/** A cell, and two pools of which one is in it. */
const north: JsonMap = {
  global: { pools: { default: { nodeSelector: { cell: 'cell1' } }, far: { nodeSelector: { cell: 'north' } } } },
  cells: {
    north: {
      database: { host: 'db.north', cidrs: ['198.51.100.1/32'] },
      messaging: { hosts: ['mq-1.north', 'mq-2.north'], port: 5673, cidrs: ['198.51.100.2/32'] },
    },
  },
  pools: { far: { cell: 'north' } },
};
const withNorth = (values: JsonMap = {}): Objects => objects(mergeLayers(north, values));

const BROKERS = ['mq-1.north:5673', 'mq-2.north:5673'];
const TRANSPORT = `rabbit://${BROKERS.map((at) => `openstack:@url:rabbitmq_password@@${at}`).join(',')}//`;
const DATABASE = 'mysql+pymysql://nova@db.north:3306/nova?read_default_file=/etc/nova/database-nova.cnf';

const ofCells = ({ ids }: Objects) => ids.filter((id) => id.includes('nova-cell-') || id.includes('nova-cell.conf'));

test('none but cell1 unless the values say so', () => {
  expect(ofCells(objects())).toEqual([]);
  expect(JSON.parse(objects().file('nova-cells.json', 'cells.json'))).toEqual({});
});

describe('a cell has', () => {
  test('conductors and a console proxy of its own', () => {
    expect(ofCells(withNorth())).toEqual([
      'ConfigMap/nova-nova-cell.conf-north',
      'Deployment/nova-cell-novncproxy-north',
      'NetworkPolicy/nova-cell-conductor-north',
      'NetworkPolicy/nova-cell-novncproxy-north',
      'Service/nova-cell-novncproxy-north',
      'StatefulSet/nova-cell-conductor-north',
    ]);
  });

  test('a database and a broker of its own in the config of these, and the API database of all', () => {
    const conf = withNorth().file('nova-nova-cell.conf-north', 'nova-cell.conf');
    expect(conf).toContain(`\ntransport_url = ${TRANSPORT}\n`);
    expect(conf).toContain(`\nconnection = ${DATABASE}\n`);
    expect(conf).toContain('\nconnection = mysql+pymysql://nova_api@mariadb:3306/nova_api?');
  });

  test('as many conductors and processes as cell1, unless it says so', () => {
    const replicas = (values: JsonMap) =>
      withNorth(values).get('StatefulSet', 'nova-cell-conductor-north').spec!.replicas;
    const conf = (values: JsonMap) => withNorth(values).file('nova-nova-cell.conf-north', 'nova-cell.conf');
    const own = { cells: { north: { conductorReplicas: 3, conductorWorkers: 7 } } };
    expect([replicas({ conductor: { replicas: 2 } }), replicas(own)]).toEqual([2, 3]);
    expect(conf({ conductor: { workers: 5 } })).toContain('[conductor]\nworkers = 5\n');
    expect(conf(own)).toContain('[conductor]\nworkers = 7\n');
  });

  test('conductors that are ready when they are connected to its broker', () => {
    const { readinessProbe } = containerOf(
      withNorth().pod('StatefulSet', 'nova-cell-conductor-north'),
      'cell-conductor',
    );
    expect(readinessProbe!.exec!.command!.at(-1)).toBe('5673');
  });

  test('no passwords of its own', () => {
    expect(withNorth().get('Secret', 'nova')).toEqual(objects().get('Secret', 'nova'));
  });

  test('what the bootstrap registers and migrates', () => {
    const all = withNorth();
    expect(JSON.parse(all.file('nova-cells.json', 'cells.json'))).toEqual({
      north: { database: 'db.north:3306/nova', brokers: BROKERS },
    });
    expect(all.job).not.toBe(objects().job);
  });
});

test('network policies let those out to it who need it', () => {
  const egress = (kind: string) =>
    withNorth()
      .get('NetworkPolicy', `nova-${kind}`)
      .spec!.egress!.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []));
  const [database, broker] = ['198.51.100.1/32', '198.51.100.2/32'];
  for (const name of ['api', 'metadata', 'conductor', 'scheduler', 'cell-conductor-north']) {
    expect(egress(name)).toEqual([database, broker]);
  }
  expect(egress('bootstrap')).toEqual([database]);
  expect(egress('novncproxy')).not.toContain(database);
});

describe('computes of a pool', () => {
  const conf = (pool: string, values: JsonMap = {}) =>
    withNorth(values).file(`nova-nova-compute.conf-${pool}`, 'nova-compute.conf');

  test('belong to cell1, and those of a pool that says so to its cell', () => {
    expect(conf('default')).toContain(
      '\ntransport_url = rabbit://openstack:@url:rabbitmq_password@@rabbitmq-0.rabbitmq:5672//',
    );
    expect(conf('default', { pools: { default: { cell: 'cell1' } } })).toBe(conf('default'));
    expect(conf('far')).toContain(`\ntransport_url = ${TRANSPORT}\n`);
    expect(conf('far')).toContain('\ntrack_instance_changes = false\n');
  });

  test('send notifications to the broker of all, where telemetry looks for them', () => {
    const sent = conf('far', { notifications: { enabled: true } });
    expect(sent).toMatch(
      /\[oslo_messaging_notifications\]\ndriver = messagingv2\ntransport_url = .*@rabbitmq-0\.rabbitmq:5672/,
    );
  });

  test('have consoles at the proxy of their cell', () => {
    const below = { global: { publicEndpoints: { type: 'LoadBalancer', domain: 'example.org' } } };
    expect(conf('far', below)).toContain(' = http://nova-cell-novncproxy-north.example.org:6080/vnc_lite.html\n');
    const own = { cells: { north: { consoleUrl: 'https://north.example.org' } } };
    expect(conf('far', own)).toContain(' = https://north.example.org/vnc_lite.html\n');
    expect(conf('default', own)).toContain(' = http://nova-novncproxy.openstack.svc.cluster.local:6080/');
  });

  test('are ready when they are connected to the broker of their cell', () => {
    const port = (pool: string) =>
      containerOf(withNorth().pod('DaemonSet', `nova-compute-${pool}`), 'compute').readinessProbe!.exec!.command!.at(
        -1,
      );
    expect([port('default'), port('far')]).toEqual(['5672', '5673']);
  });
});

describe('refused:', () => {
  const over = (values: JsonMap) => () => withNorth(values);

  test('a pool in a cell that there is not', () => {
    expect(over({ pools: { far: { cell: 'south' } } })).toThrow('pools: names a cell that cells does not have');
  });

  test.each(['cell0', 'cell1'])('a cell %s, which is there already', (name) => {
    expect(over({ cells: { [name]: (north['cells'] as JsonMap)['north']! } })).toThrow('cells: names cell0 or cell1');
  });

  test('a cell without a database or a broker', () => {
    expect(() => objects({ cells: { south: {} } })).toThrow(InvalidValues);
    expect(over({ cells: { north: { messaging: { hosts: [] } } } })).toThrow('cells.north.messaging.hosts');
  });

  test('a console behind a port of nodes without that port, for any cell', () => {
    const ports = { console: { public: { type: 'NodePort', host: '192.0.2.1', nodePort: 30600 } } };
    expect(over(mergeLayers(ports, { global: { publicEndpoints: { host: '192.0.2.1' } } }))).toThrow(
      'cells["*"].consoleNodePort: is required for a NodePort',
    );
  });
});
