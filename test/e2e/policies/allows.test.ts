import type { NetworkPolicy, NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { rulesOf } from '../node/network-policies/rules';
import { allows, type Peer } from './allows';

const pod = (
  ip: string,
  labels: Record<string, string>,
  namespace = 'cloud',
  ports?: Record<string, number>,
): Peer => ({
  ip,
  pod: { namespace, namespaceLabels: { name: namespace }, labels, ...(ports && { ports }) },
});
const server = pod('10.0.0.1', { app: 'server' }, 'cloud', { api: 80 });
const client = pod('10.0.0.2', { app: 'client', tier: 'front' });
const stranger = pod('10.0.1.3', { app: 'client' }, 'other');
const outside: Peer = { ip: '192.0.2.7' };

const policy = (spec: NetworkPolicySpec): NetworkPolicy => ({ metadata: { name: 'one', namespace: 'cloud' }, spec });
const ofServer = (spec: Omit<NetworkPolicySpec, 'podSelector'>) =>
  policy({ podSelector: { matchLabels: { app: 'server' } }, ...spec });

/** Who gets to port 80 of the server: `client`, `stranger`, `outside`. */
function whoGetsIn(policies: readonly NetworkPolicy[], port = 80, protocol: 'TCP' | 'UDP' = 'TCP'): string[] {
  const all = { client, stranger, outside };
  return Object.entries(all).flatMap(([name, from]) =>
    allows(policies, from, server, { protocol, port }) ? [name] : [],
  );
}

const everybody = ['client', 'stranger', 'outside'];

test('without a policy that selects it, a pod is open', () => {
  expect(whoGetsIn([])).toEqual(everybody);
  expect(whoGetsIn([policy({ podSelector: { matchLabels: { app: 'another' } } })])).toEqual(everybody);
  const elsewhere = { ...ofServer({}), metadata: { name: 'one', namespace: 'other' } };
  expect(whoGetsIn([elsewhere])).toEqual(everybody);
});

test('a policy without rules closes it; one of egress alone does not', () => {
  expect(whoGetsIn([ofServer({})])).toEqual([]);
  expect(whoGetsIn([policy({ podSelector: {} })])).toEqual([]);
  expect(whoGetsIn([ofServer({ policyTypes: ['Egress'] })])).toEqual(everybody);
  expect(whoGetsIn([ofServer({ ingress: [{}] })])).toEqual(everybody);
});

test('peers: pods of the namespace, of namespaces, addresses', () => {
  const from = (...peers: NonNullable<NonNullable<NetworkPolicySpec['ingress']>[0]['from']>) =>
    whoGetsIn([ofServer({ ingress: [{ from: peers }] })]);
  expect(from({ podSelector: {} })).toEqual(['client']);
  expect(from({ podSelector: { matchLabels: { app: 'server' } } })).toEqual([]);
  expect(from({ namespaceSelector: {} })).toEqual(['client', 'stranger']);
  expect(from({ namespaceSelector: { matchLabels: { name: 'other' } } })).toEqual(['stranger']);
  expect(
    from({ namespaceSelector: { matchLabels: { name: 'other' } }, podSelector: { matchLabels: { no: 'one' } } }),
  ).toEqual([]);
  expect(from({ ipBlock: { cidr: '192.0.2.0/24' } })).toEqual(['outside']);
  expect(from({ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/23'] } })).toEqual(['outside']);
  expect(from({ podSelector: {} }, { ipBlock: { cidr: '192.0.2.7/32' } })).toEqual(['client', 'outside']);
});

test('expressions of selectors', () => {
  const from = (key: string, operator: string, values?: string[]) =>
    whoGetsIn([
      ofServer({
        ingress: [
          {
            from: [
              {
                namespaceSelector: {},
                podSelector: { matchExpressions: [{ key, operator, ...(values && { values }) }] },
              },
            ],
          },
        ],
      }),
    ]);
  expect(from('tier', 'Exists')).toEqual(['client']);
  expect(from('tier', 'DoesNotExist')).toEqual(['stranger']);
  expect(from('tier', 'In', ['front', 'back'])).toEqual(['client']);
  expect(from('tier', 'NotIn', ['front'])).toEqual(['stranger']);
});

test('ports: numbers, ranges, names, protocols', () => {
  const at = (...ports: NonNullable<NonNullable<NetworkPolicySpec['ingress']>[0]['ports']>) => [
    ofServer({ ingress: [{ ports }] }),
  ];
  expect(whoGetsIn(at({ port: 80 }))).toEqual(everybody);
  expect(whoGetsIn(at({ port: 80 }), 81)).toEqual([]);
  expect(whoGetsIn(at({ port: 80, protocol: 'UDP' }))).toEqual([]);
  expect(whoGetsIn(at({ protocol: 'UDP' }), 53, 'UDP')).toEqual(everybody);
  expect(whoGetsIn(at({ port: 79, endPort: 81 }))).toEqual(everybody);
  expect(whoGetsIn(at({ port: 'api' }))).toEqual(everybody);
  expect(whoGetsIn(at({ port: 'api' }), 81)).toEqual([]);
  expect(whoGetsIn(at({ port: 'nothing' }))).toEqual([]);
});

test('both ends have to allow it, and policies add up', () => {
  const shut = policy({ podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'] });
  const out = policy({
    podSelector: { matchLabels: { app: 'client' } },
    egress: [{ to: [{ podSelector: { matchLabels: { app: 'server' } } }], ports: [{ port: 'api' }] }],
    policyTypes: ['Egress'],
  });
  expect(whoGetsIn([shut])).toEqual(['stranger', 'outside']);
  expect(whoGetsIn([shut, out])).toEqual(everybody);
  expect(whoGetsIn([shut, out], 81)).toEqual(['stranger', 'outside']);
  expect(whoGetsIn([out, ofServer({})])).toEqual([]);
});

test('the rules of the node name pods by their addresses, and ports of names by their numbers', () => {
  const spec = (ingress: NetworkPolicySpec['ingress']): NetworkPolicySpec => ({
    podSelector: { matchLabels: { app: 'server' } },
    ...(ingress && { ingress }),
  });
  const rules = (ingress: NetworkPolicySpec['ingress']): string[] =>
    rulesOf({
      namespaces: new Map([['cloud', {}]]),
      pods: [
        {
          namespace: 'cloud',
          name: 'server',
          ip: '10.0.0.1',
          labels: { app: 'server' },
          ports: [{ name: 'api', protocol: 'TCP', port: 80 }],
        },
        { namespace: 'cloud', name: 'client', ip: '10.0.0.2', labels: {}, ports: [] },
      ],
      policies: [{ namespace: 'cloud', name: 'one', spec: spec(ingress) }],
    })
      .match(/.* return$|.*vmap.*|.*drop$/gm)!
      .map((line) => line.trim());
  const always = ['ip daddr vmap { 10.0.0.1 : jump ingress-10.0.0.1 }'];
  expect(rules([])).toEqual(['ip saddr 10.0.0.1 return', 'drop', ...always]);
  expect(
    rules([{ from: [{ podSelector: {} }], ports: [{ port: 'api' }, { port: 1, endPort: 9, protocol: 'UDP' }] }]),
  ).toEqual([
    'ip saddr 10.0.0.1 return',
    'ip saddr { 10.0.0.1, 10.0.0.2 } tcp dport 80 return',
    'ip saddr { 10.0.0.1, 10.0.0.2 } udp dport 1-9 return',
    'drop',
    ...always,
  ]);
  // Who is not there is nobody, not everybody.
  expect(rules([{ from: [{ podSelector: { matchLabels: { no: 'one' } } }] }])).toEqual(rules([]));
  expect(rules([{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }])).toContain(
    'ip saddr 0.0.0.0/0 ip saddr != { 10.0.0.0/8 } return',
  );
});
