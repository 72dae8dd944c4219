import type { ConfigMap } from 'kubernetes-types/core/v1';
import { z } from 'zod';
import { messageOf } from '../../test/support/message-of';
import { sampleChart, sampleService } from '../../test/support/sample';
import { KubeObject } from '../kubernetes';
import { Service, ServerComponent, serviceValues } from '../openstack';
import { workload } from '../kubernetes/values';
import { group, not, onlyIf } from '../values';
import { ValuesModel } from '../values/model';
import { Cloud } from './cloud';

const info = { description: 'Sample', home: 'https://example.org', sources: [] };
const etcdValues = serviceValues('etcd', ['etcd'], {
  server: group(workload({ cpu: '10m', memory: '16Mi', memoryLimit: '32Mi' })),
});

function server(etcd: Service<typeof etcdValues>, id: string): void {
  new ServerComponent(etcd, id, {
    image: 'etcd',
    user: 'etcd',
    command: ['etcd'],
    values: etcd.values.server,
    replicas: etcd.global.memcached.replicas,
    ports: { client: etcd.global.memcached.port },
    probes: {},
  });
}

test('two servers of one service would have one name', () => {
  const { render } = sampleService(etcdValues, (etcd) => {
    server(etcd, 'server');
    server(etcd, 'proxy');
  });
  expect(messageOf(() => render())).toBe(`names in etcd:
  etcd/proxy/statefulset: makes the StatefulSet etcd, as etcd/server/statefulset does
  etcd/proxy/service: makes the Service etcd, as etcd/server/service does`);
});

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }) as const;

test('two objects of which only one is there may share a name', () => {
  const { render } = sampleChart({ debug: z.boolean().default(false) }, (chart) => {
    onlyIf(new KubeObject<ConfigMap>(chart, 'a', configMap('notes')), chart.values.debug);
    onlyIf(new KubeObject<ConfigMap>(chart, 'b', configMap('notes')), not(chart.values.debug));
  });
  expect(render().ids).toEqual(['ConfigMap/notes']);
});

test('what Kubernetes would refuse as a name is refused before', () => {
  const { render } = sampleChart({}, (chart) => {
    new KubeObject<ConfigMap>(chart, 'a', configMap('Some_File.conf'));
  });
  expect(messageOf(() => render())).toBe(
    "names in sample:\n  sample/a: 'Some_File.conf' is no name for a ConfigMap: lower-case letters, digits, '-' and '.'",
  );
});

test.each(['openstack', 'global', 'my_service', '1st'])('no chart is called %s', (name) => {
  const cloud = new Cloud();
  const service = new Service(cloud, new ValuesModel(name, etcdValues.schema, ['global']), info);
  expect(messageOf(() => cloud.templates(service))).toBe(
    `names in ${name}:\n  '${name}' is no name for a chart: lower-case letters, digits and '-', and neither openstack nor global`,
  );
});
