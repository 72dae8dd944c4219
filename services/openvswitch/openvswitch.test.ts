import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { cloudOf } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';

const cloud = cloudOf();
const openvswitch = cloud.services.find((service) => service.node.id === 'openvswitch')!;
const objects = (values: JsonMap = {}): Objects => new Objects(cloud.renderService(openvswitch, values));

/** What the switch of a pool is told. */
function told(values: JsonMap = {}, pool = 'default'): { readonly [name: string]: string | undefined } {
  const { env } = containerOf(objects(values).pod('DaemonSet', `openvswitch-vswitchd-${pool}`), 'vswitchd');
  return Object.fromEntries(env!.filter(({ valueFrom }) => !valueFrom).map(({ name, value }) => [name, value]));
}

const pools: JsonMap = {
  global: {
    pools: {
      default: null,
      fast: { nodeSelector: { kind: 'fast' }, datapath: 'userspace' },
      routers: { nodeSelector: { kind: 'router' }, role: 'network', bridges: { 'br-ex': 'eth1', 'br-office': '' } },
    },
  },
  otherConfig: { 'hw-offload': 'true' },
};

test('a database and a switch on each node of each pool, and no more: it needs no password and no other service', () => {
  expect(objects().ids).toEqual([
    'ConfigMap/openvswitch-scripts',
    'DaemonSet/openvswitch-db-server-default',
    'DaemonSet/openvswitch-vswitchd-default',
  ]);
  expect(objects(pools).ids.filter((id) => id.startsWith('DaemonSet/'))).toEqual([
    'DaemonSet/openvswitch-db-server-fast',
    'DaemonSet/openvswitch-db-server-routers',
    'DaemonSet/openvswitch-vswitchd-fast',
    'DaemonSet/openvswitch-vswitchd-routers',
  ]);
});

test('bridges are made where the pool has them, each with the interface that it takes over', () => {
  expect(told()).toEqual({ DATAPATH: 'system', BRIDGES: 'br-ex=', OPTIONS: '' });
  expect(told(pools, 'routers')['BRIDGES']).toBe('br-ex=eth1 br-office=');
  expect(told(pools, 'fast')['BRIDGES']).toBe('');
});

test('nodes without the module of the kernel move packets themselves', () => {
  expect(told(pools, 'fast')['DATAPATH']).toBe('netdev');
  expect(told(pools, 'routers')['DATAPATH']).toBe('system');
});

test('options of a pool are over those of all', () => {
  const own = { pools: { fast: { otherConfig: { 'hw-offload': 'false', 'n-handler-threads': '2' } } } };
  const values = mergeLayers(pools, own);
  expect(told(values, 'fast')['OPTIONS']).toBe('hw-offload=false\nn-handler-threads=2');
  expect(told(values, 'routers')['OPTIONS']).toBe('hw-offload=true');
});

test.each(['db-server', 'vswitchd'])('%s is asked itself whether it works', (name) => {
  const pod = objects().pod('DaemonSet', `openvswitch-${name}-default`);
  const { startupProbe, readinessProbe, livenessProbe } = containerOf(pod, name);
  const what = name === 'vswitchd' ? 'switch' : 'database';
  for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
    expect(probe?.exec?.command).toEqual(['python3', '/run/kolla/config/openvswitch.py', 'check', what]);
  }
});

test('a switch passes its flows on to the next one', () => {
  const pod = objects().pod('DaemonSet', 'openvswitch-vswitchd-default');
  const hook = (word: string) => ({ exec: { command: ['python3', '/run/kolla/config/openvswitch.py', word] } });
  expect(containerOf(pod, 'vswitchd').lifecycle).toEqual({ preStop: hook('save'), postStart: hook('restore') });
});

test('the database outlives its pod, and both meet in a folder of the node', () => {
  const paths = (name: string) =>
    objects()
      .pod('DaemonSet', `openvswitch-${name}-default`)
      .spec!.volumes!.flatMap(({ hostPath }) => hostPath?.path ?? []);
  expect(paths('db-server')).toEqual(['/run/openvswitch', '/var/lib/openvswitch']);
  expect(paths('vswitchd')).toEqual(['/run/openvswitch', '/dev/net/tun']);
});

test('a misspelt option is refused', () => {
  expect(() => objects({ otherConfig: { 'HW offload': 'true' } })).toThrow('the key "HW offload" is not allowed');
});
