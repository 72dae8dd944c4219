import { chartsOf } from '../cloud';
import { IniFile, iniOverrides } from '../config';
import type { JsonMap } from '../values/expression';
import { mergeLayers } from '../values/merge';
import { group, line } from '../values/types';
import { isSet, when } from '../values/value';
import { renderBatch } from '../../test/support/batch';
import { containerOf, sampleService } from '../../test/support/sample';
import { helms } from '../../tools/toolchain';
import { HostAgent, agentValues, hostAgentsOf } from './host-agent';
import { forEachPool, poolValues } from './node-pools';
import { serviceValues } from './service';

const model = serviceValues('nova', ['nova-compute'], {
  compute: group(agentValues()),
  pools: poolValues({
    migrationAddress: line().optional(),
    'nova.conf': iniOverrides().optional(),
  }),
  conf: group({ 'nova.conf': iniOverrides() }),
});

/** A host agent with a config file, once for each pool whose nodes run servers. */
const { cloud, service, render } = sampleService(model, (nova) => {
  const { values } = nova;
  forEachPool(nova, values.pools, (pool) => {
    const conf = new IniFile(nova, 'nova.conf', {
      path: '/etc/nova/nova.conf',
      suffix: pool.name,
      test: pool.isCompute,
      overrides: values.conf['nova.conf'],
      poolOverrides: pool.own['nova.conf'],
      sections: {
        DEFAULT: { host: '@node:name@', my_ip: '@node:my_ip@' },
        libvirt: { live_migration_inbound_addr: when(isSet(pool.own.migrationAddress), '@node:migration@') },
      },
    });
    new HostAgent(nova, 'compute', pool, {
      image: 'nova-compute',
      user: 'nova',
      command: ['nova-compute'],
      values: values.compute,
      files: [conf],
      test: pool.isCompute,
      probes: {},
      host: {
        privileges: {
          capabilities: { NET_ADMIN: 'It makes the interfaces of servers.' },
          paths: { '/run/libvirt': { why: 'The socket of libvirt.', shared: true } },
        },
        addresses: { my_ip: pool.own.migrationAddress, migration: pool.own.migrationAddress },
      },
    });
  });
});

const gpu: JsonMap = {
  global: {
    pools: {
      default: { nodeSelector: { kind: 'plain' } },
      gpu: { nodeSelector: { kind: 'gpu' }, tolerations: [{ key: 'gpu', operator: 'Exists' }] },
      routers: { nodeSelector: { kind: 'router' }, role: 'network' },
    },
  },
  conf: { 'nova.conf': { DEFAULT: { debug: true, rate: 1 } } },
  pools: { gpu: { migrationAddress: '10.0.0.0/8', 'nova.conf': { DEFAULT: { rate: 2 } } } },
};

const idOf = (object: object): string => {
  const { kind, metadata } = object as { kind: string; metadata: { name: string } };
  return `${kind}/${metadata.name}`;
};

test('a DaemonSet on the nodes of the only pool there is', () => {
  const objects = render();
  expect(objects.ids.filter((id) => !id.startsWith('ConfigMap/nova-scripts'))).toEqual([
    'ConfigMap/nova-nova.conf-default',
    'DaemonSet/nova-compute-default',
  ]);
});

test('one for each pool whose nodes run servers, with the options of its own', () => {
  const objects = render(gpu);
  expect(objects.ids.filter((id) => id.startsWith('DaemonSet/'))).toEqual([
    'DaemonSet/nova-compute-default',
    'DaemonSet/nova-compute-gpu',
  ]);
  const { spec } = objects.pod('DaemonSet', 'nova-compute-gpu');
  expect(spec).toMatchObject({
    nodeSelector: { kind: 'gpu' },
    tolerations: [{ key: 'gpu', operator: 'Exists' }],
    hostNetwork: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
  });
  expect(objects.file('nova-nova.conf-default', 'nova.conf')).toMatch(/rate = 1/);
  expect(objects.file('nova-nova.conf-gpu', 'nova.conf')).toMatch(/debug = true[^]*rate = 2/);
});

test('another pool changes nothing of the first', () => {
  const { pools } = gpu['global'] as { pools: JsonMap };
  const alone = render({ ...gpu, global: { pools: { default: pools['default']! } }, pools: {} });
  expect(render(gpu).get('DaemonSet', 'nova-compute-default')).toEqual(alone.get('DaemonSet', 'nova-compute-default'));
});

test('an update waits until a pod is deleted', () => {
  expect(render().get('DaemonSet', 'nova-compute-default').spec!.updateStrategy).toEqual({ type: 'OnDelete' });
});

test('it may do what it lists, and no more', () => {
  const pod = render().pod('DaemonSet', 'nova-compute-default');
  expect(pod.spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsUser: 42436 } });
  expect(containerOf(pod, 'compute').securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
  });
  expect(containerOf(pod, 'compute').volumeMounts).toContainEqual({
    name: 'host-run-libvirt',
    mountPath: '/run/libvirt',
    mountPropagation: 'Bidirectional',
  });
  expect(hostAgentsOf(service).map(({ node }) => node.id)).toEqual(['compute']);
});

test('its files have the name and the addresses of the node', () => {
  const { args, env } = containerOf(render(gpu).pod('DaemonSet', 'nova-compute-gpu'), 'prepare');
  expect(args).toContain('--node=my_ip=10.0.0.0/8');
  expect(containerOf(render().pod('DaemonSet', 'nova-compute-default'), 'prepare').args).toContain('--node=my_ip=');
  expect(env!.map(({ name }) => name)).toEqual(['NODE_NAME', 'NODE_IP']);
});

describe('refused:', () => {
  const over = (values: JsonMap) => () => render(mergeLayers(gpu, values));

  test('settings of a pool that there is not', () => {
    expect(over({ pools: { gup: {} } })).toThrow('pools: names a pool that global.pools does not have');
  });

  test('two pools on the same nodes', () => {
    expect(over({ global: { pools: { second: {} } } })).toThrow(
      'global.pools: has several pools, so each needs a nodeSelector',
    );
  });
});

describe.each(helms())('helm $version:', ({ path: helm }) => {
  test('the same objects', () => {
    const sets = [{}, gpu];
    const chart = chartsOf(cloud).get('nova')!;
    const verdicts = renderBatch(
      { name: 'nova', version: chart.metadata.version, files: chart.files },
      sets.map((values) => ({ values })),
      { helm, release: cloud.release.name, namespace: cloud.release.namespace },
    );
    verdicts.forEach((verdict, i) => {
      if ('refused' in verdict) throw new Error(`refused at ${verdict.refused.join(', ')}`);
      const inOrder = (objects: readonly object[]): object[] =>
        [...objects].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
      expect(inOrder(verdict.objects)).toEqual(inOrder(cloud.renderService(service, sets[i]!)));
    });
  });
});
