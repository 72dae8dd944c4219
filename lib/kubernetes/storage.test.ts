import type { PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1';
import { sampleChart } from '../../test/support/sample';
import type { JsonMap } from '../values/expression';
import { KubeObject } from './kube-object';
import { claimSpec, scratch, scratchVolume, storage } from './storage';

const { render } = sampleChart({ storage: storage('20Gi', 'the sample') }, (chart) => {
  new KubeObject<PersistentVolumeClaim>(chart, 'claim', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'claim' },
    spec: claimSpec(chart.values.storage),
  });
});
const specOf = (values: JsonMap = {}) =>
  (render({ storage: values }).any('PersistentVolumeClaim', 'claim') as PersistentVolumeClaim).spec;

test("a claim is for one node at a time, of the default size and the cluster's own class", () => {
  expect(specOf()).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } });
});

test('it has the size and the class that are named', () => {
  expect(specOf({ size: '500Mi', storageClass: 'fast.example.org' })).toEqual({
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'fast.example.org',
    resources: { requests: { storage: '500Mi' } },
  });
});

test.each(['0Gi', '10', '10G', '-1Gi', '1.5Ti', '10Gi ', ''])('%j is no size', (size) => {
  expect(() => specOf({ size })).toThrow(`storage.size: found the string "${size}", a size such as 20Gi is needed`);
});

describe('the space of a pod', () => {
  const { render: rendered } = sampleChart({ scratch: scratch('20Gi', 'the sample') }, (chart) => {
    new KubeObject<Pod>(chart, 'pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod' },
      spec: { containers: [], volumes: [scratchVolume('scratch', chart.values.scratch)] },
    });
  });
  const volumeOf = (values: JsonMap) => (rendered({ scratch: values }).any('Pod', 'pod') as Pod).spec!.volumes![0];

  test("is a part of the node's disk", () => {
    expect(volumeOf({ size: '1Gi' })).toEqual({ name: 'scratch', emptyDir: { sizeLimit: '1Gi' } });
  });

  test('is a volume for the life of the pod, where a class is named', () => {
    expect(volumeOf({ storageClass: 'fast' })).toEqual({
      name: 'scratch',
      ephemeral: {
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'fast',
            resources: { requests: { storage: '20Gi' } },
          },
        },
      },
    });
  });
});
