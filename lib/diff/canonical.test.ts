import { canonical } from './canonical';

test.each([
  ['a part of a thousandth', { limits: { cpu: '9861n' } }, { limits: { cpu: '1m' } }],
  [
    'more than Kubernetes keeps',
    { requests: { storage: '33004057Ti' } },
    { requests: { storage: '9223372036854775807' } },
  ],
  ['another way of writing it', { sizeLimit: '1Gi' }, { sizeLimit: '1024Mi' }],
  ['an empty text of a toleration', [{ key: '', operator: 'Exists', effect: '' }], [{ operator: 'Exists' }]],
  ['nothing', { annotations: {}, ports: [], hostNetwork: false }, {}],
])('%s is the same', (_, written, kept) => expect(canonical(written)).toEqual(canonical(kept)));

test.each([
  ['a limit of a volume is not rounded', { sizeLimit: '1500m' }, { sizeLimit: '1501m' }],
  ['an empty text of a label says something', { labels: { key: '' } }, {}],
])('%s', (_, one, other) => expect(canonical(one)).not.toEqual(canonical(other)));
