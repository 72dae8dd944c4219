import { z } from 'zod';
import { sampleService } from '../../test/support/sample';
import type { Objects } from '../../test/support/sample';
import type { JsonMap } from '../values/expression';
import { mergeLayers } from '../values/merge';
import { group, port } from '../values/types';
import { TextFile } from '../config/text-file';
import { HttpComponent, httpValues } from './http-component';
import { IdentityRegistration, identityUrls } from './identity';
import { serviceValues } from './service';

const novaValues = serviceValues('nova', ['nova-api', 'nova-novncproxy'], {
  api: group({ ...httpValues(), port: port().default(8774) }),
  novncproxy: group({ ...httpValues(), port: port().default(6080) }),
});

/** A service with an API and a proxy of consoles. A file says where users find each of them. */
const { render } = sampleService(novaValues, (nova) => {
  const { api, novncproxy } = nova.values;
  const component = (id: string, image: string, values: typeof api) =>
    new HttpComponent(nova, id, { image, user: 'nova', command: [image], probes: {}, values, port: values.port });
  const server = component('api', 'nova-api', api);
  const proxy = component('novncproxy', 'nova-novncproxy', novncproxy);
  const { internalUrl, publicUrl } = server.endpoints('/v2.1');
  new TextFile(nova, 'urls', {
    path: '/etc/nova/urls',
    template: {
      text: [internalUrl, publicUrl, proxy.publicUrl, identityUrls.public].map((url) => `<${url}>\n`).join(''),
    },
  });
});

const given = (publicEndpoints: JsonMap, more: JsonMap = {}): Objects =>
  render(mergeLayers({ global: { publicEndpoints } }, more));
/** Where the API is inside of the cluster, and where users find it, the proxy and Keystone. */
const urlsOf = (objects: Objects): string[] =>
  objects
    .file('nova-urls', 'urls')
    .trim()
    .split('\n')
    .map((line) => line.slice(1, -1));
const publicUrls = (publicEndpoints: JsonMap, more?: JsonMap) => urlsOf(given(publicEndpoints, more)).slice(1);
/** What leads users in. */
const entries = (objects: Objects) => objects.ids.filter((id) => id.endsWith('-public'));
const ingressOf = (objects: Objects) => objects.get('NetworkPolicy', 'nova-api').spec!.ingress;

const labels = { 'app.kubernetes.io/name': 'nova', 'app.kubernetes.io/component': 'api' };
const clients = {
  from: [{ podSelector: { matchLabels: { 'nova-client': 'true' } } }],
  ports: [{ protocol: 'TCP', port: 8774 }],
};
const fromNamespace = (name: string) => ({
  from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } }],
  ports: [{ protocol: 'TCP', port: 8774 }],
});
const fromAnywhere = { ports: [{ protocol: 'TCP', port: 8774 }] };
const lettingIn = (clients: JsonMap): JsonMap => ({ global: { networkPolicy: { clients } } });

test('without a type nothing leads in, and public URLs are the internal ones', () => {
  const objects = given({ domain: 'cloud.example.org' });
  expect(entries(objects)).toEqual([]);
  expect(urlsOf(objects)).toEqual([
    'http://nova-api.openstack.svc.cluster.local:8774/v2.1',
    'http://nova-api.openstack.svc.cluster.local:8774/v2.1',
    'http://nova-novncproxy.openstack.svc.cluster.local:6080',
    'http://keystone-api.openstack.svc.cluster.local:5000',
  ]);
  expect(ingressOf(objects)).toEqual([clients]);
});

test('nothing ever leads to what has no such values', () => {
  const { public: _, ...internal } = httpValues();
  const model = serviceValues('nova', ['nova-api'], { metadata: group({ ...internal, port: port().default(8775) }) });
  const { render } = sampleService(model, (nova) => {
    const { metadata } = nova.values;
    const props = { image: 'nova-api', user: 'nova', command: ['nova-api'], probes: {}, values: metadata } as const;
    const { internalUrl, publicUrl } = new HttpComponent(nova, 'metadata', {
      ...props,
      port: metadata.port,
    }).endpoints();
    expect(publicUrl).toBe(internalUrl);
  });
  const publicEndpoints = { type: 'LoadBalancer', domain: 'cloud.example.org' };
  expect(entries(render({ global: { publicEndpoints } }))).toEqual([]);
});

test('nothing leads to what is not there, and nothing is asked of it', () => {
  const console = group({ ...httpValues(), port: port().default(6080), enabled: z.boolean().default(false) });
  const { render } = sampleService(serviceValues('nova', ['nova-novncproxy'], { console }), (nova) => {
    const { console: values } = nova.values;
    const props = { image: 'nova-novncproxy', user: 'nova', command: ['nova-novncproxy'], probes: {}, values } as const;
    new HttpComponent(nova, 'console', { ...props, port: values.port, test: values.enabled });
  });
  const global = { publicEndpoints: { type: 'NodePort', host: '192.0.2.10' } };
  expect(entries(render({ global }))).toEqual([]);
  expect(() => render({ global, console: { enabled: true } })).toThrow('console.public.nodePort: is required');
});

describe('LoadBalancer', () => {
  const balanced = { type: 'LoadBalancer', domain: 'cloud.example.org' };

  test('is a Service for each, at the port that it listens on, which lets in any address', () => {
    const objects = given(balanced);
    expect(entries(objects)).toEqual(['Service/nova-api-public', 'Service/nova-novncproxy-public']);
    expect(objects.get('Service', 'nova-api-public').spec).toEqual({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Cluster',
      selector: labels,
      ports: [{ name: 'http', port: 8774, targetPort: 'http' }],
    });
    expect(publicUrls(balanced)).toEqual([
      'http://nova.cloud.example.org:8774/v2.1',
      'http://nova-novncproxy.cloud.example.org:6080',
      'http://keystone.cloud.example.org:5000',
    ]);
    expect(ingressOf(objects)).toEqual([clients, fromAnywhere]);
  });

  test('may be of a class, see the addresses of users, end TLS and listen on another port', () => {
    const service = { loadBalancerClass: 'example.org/balancer', externalTrafficPolicy: 'Local' };
    const more = { api: { public: { port: 443, annotations: { 'example.org/size': 'small' } } } };
    const publicEndpoints = { ...balanced, scheme: 'https', service, annotations: { 'example.org/tls': 'cloud' } };
    const { metadata, spec } = given(publicEndpoints, more).get('Service', 'nova-api-public');
    expect(metadata!.annotations).toEqual({ 'example.org/tls': 'cloud', 'example.org/size': 'small' });
    expect(spec).toMatchObject({ ...service, ports: [{ port: 443, targetPort: 'http' }] });
    expect(publicUrls(publicEndpoints, more)[0]).toBe('https://nova.cloud.example.org:443/v2.1');
  });

  test('has an address instead of a name where there is no domain: one for all, or its own', () => {
    const api = { public: { host: '[2001:db8::10]' } };
    expect(publicUrls({ type: 'LoadBalancer', host: '192.0.2.10' }, { api })).toEqual([
      'http://[2001:db8::10]:8774/v2.1',
      'http://192.0.2.10:6080',
      'http://192.0.2.10:5000',
    ]);
    expect(() => given({ type: 'LoadBalancer' })).toThrow(
      "global.publicEndpoints.host: is required for a LoadBalancer or a NodePort without a 'domain'",
    );
  });

  test('lets in only the addresses that the operator names', () => {
    const objects = given(balanced, lettingIn({ cidrs: ['192.0.2.0/24'] }));
    expect(ingressOf(objects)).toEqual([
      clients,
      { from: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [{ protocol: 'TCP', port: 8774 }] },
    ]);
    // Namespaces say nothing of those who come through a Service.
    const both = given(balanced, lettingIn({ namespaces: ['monitoring'] }));
    expect(ingressOf(both)).toEqual([clients, fromNamespace('monitoring'), fromAnywhere]);
  });
});

describe('NodePort', () => {
  const nodes = { type: 'NodePort', host: '192.0.2.10' };
  const nodePort = (port: number): JsonMap => ({ public: { nodePort: port } });
  const ports = { api: nodePort(30774), novncproxy: nodePort(30680), global: { identity: nodePort(30500) } };

  test('is a Service at a port of all nodes, which the URL names', () => {
    const objects = given(nodes, ports);
    expect(objects.get('Service', 'nova-api-public').spec).toEqual({
      type: 'NodePort',
      externalTrafficPolicy: 'Cluster',
      selector: labels,
      ports: [{ name: 'http', port: 8774, targetPort: 'http', nodePort: 30774 }],
    });
    expect(publicUrls(nodes, ports)).toEqual([
      'http://192.0.2.10:30774/v2.1',
      'http://192.0.2.10:30680',
      'http://192.0.2.10:30500',
    ]);
    expect(ingressOf(objects)).toEqual([clients, fromAnywhere]);
  });

  test('may have a balancer of somebody else in front of the nodes', () => {
    const api = { public: { nodePort: 30774, host: 'nova.example.org', port: 8774 } };
    const novncproxy = { public: { nodePort: 30680, url: 'https://console.example.org/vnc' } };
    expect(publicUrls(nodes, { ...ports, api, novncproxy })).toEqual([
      'http://nova.example.org:8774/v2.1',
      'https://console.example.org/vnc',
      'http://192.0.2.10:30500',
    ]);
  });

  test('needs to know the port', () => {
    expect(() => given(nodes, { ...ports, novncproxy: {} })).toThrow(
      'novncproxy.public.nodePort: is required for a NodePort, for the public URL names it',
    );
  });
});

describe('Ingress', () => {
  const byIngress = { type: 'Ingress', domain: 'cloud.example.org' };
  const nginx = lettingIn({ namespaces: ['ingress-nginx'] });
  const ingress = (publicEndpoints: JsonMap, more: JsonMap = {}) =>
    given({ ...byIngress, ...publicEndpoints }, mergeLayers(nginx, more)).get('Ingress', 'nova-api-public');

  test('leads a name to the Service inside of the cluster, by https, with a certificate for that name', () => {
    const objects = given(byIngress, nginx);
    expect(entries(objects)).toEqual(['Ingress/nova-api-public', 'Ingress/nova-novncproxy-public']);
    expect(ingress({}).spec).toEqual({
      rules: [
        {
          host: 'nova.cloud.example.org',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'nova-api', port: { name: 'http' } } } },
            ],
          },
        },
      ],
      tls: [{ hosts: ['nova.cloud.example.org'], secretName: 'nova-api-public-tls' }],
    });
    expect(publicUrls(byIngress, nginx)).toEqual([
      'https://nova.cloud.example.org/v2.1',
      'https://nova-novncproxy.cloud.example.org',
      'https://keystone.cloud.example.org',
    ]);
    expect(ingressOf(objects)).toEqual([clients, fromNamespace('ingress-nginx')]);
  });

  test('may have a class, one certificate for all, annotations, another name', () => {
    const annotations = { 'cert-manager.io/cluster-issuer': 'letsencrypt', 'example.org/timeout': '60' };
    const shared = { annotations, ingress: { className: 'nginx', tlsSecretName: 'wildcard' } };
    const more = { api: { public: { host: 'compute.example.org', annotations: { 'example.org/timeout': '600' } } } };
    const { metadata, spec } = ingress(shared, more);
    expect(metadata!.annotations).toEqual({ ...annotations, 'example.org/timeout': '600' });
    expect(spec).toMatchObject({
      ingressClassName: 'nginx',
      rules: [{ host: 'compute.example.org' }],
      tls: [{ hosts: ['compute.example.org'], secretName: 'wildcard' }],
    });
  });

  test('has no certificate where users come by http', () => {
    expect(ingress({ scheme: 'http' }).spec).not.toHaveProperty('tls');
    expect(publicUrls({ ...byIngress, scheme: 'http' }, nginx)[0]).toBe('http://nova.cloud.example.org/v2.1');
  });

  test('may be at another port', () => {
    const more = mergeLayers(nginx, { api: { public: { port: 8443 } } });
    expect(publicUrls(byIngress, more)[0]).toBe('https://nova.cloud.example.org:8443/v2.1');
  });

  test('needs names, and a network policy that lets its controller in', () => {
    expect(() => given({ type: 'Ingress', host: '192.0.2.10' }, nginx)).toThrow(
      'global.publicEndpoints.domain: is required for an Ingress or an HTTPRoute',
    );
    expect(() => given(byIngress)).toThrow('global.networkPolicy.clients.namespaces: is required for an Ingress');
    // A controller on the network of its nodes has their addresses.
    expect(() => given(byIngress, lettingIn({ cidrs: ['192.0.2.0/24'] }))).not.toThrow();
    expect(() => given(byIngress, { global: { networkPolicy: { enabled: false } } })).not.toThrow();
  });
});

describe('HTTPRoute', () => {
  const byGateway = { type: 'HTTPRoute', domain: 'cloud.example.org', gateway: { name: 'public' } };
  const envoy = lettingIn({ namespaces: ['envoy-gateway-system'] });
  const route = (gateway: JsonMap) => given({ ...byGateway, gateway }, envoy).get('HTTPRoute', 'nova-api-public');

  test('leads a name of a Gateway to the Service inside of the cluster', () => {
    expect(entries(given(byGateway, envoy))).toEqual(['HTTPRoute/nova-api-public', 'HTTPRoute/nova-novncproxy-public']);
    expect(route({ name: 'public' }).spec).toEqual({
      parentRefs: [{ name: 'public' }],
      hostnames: ['nova.cloud.example.org'],
      // Envoy would end a request after 15 seconds: an upload, a console.
      rules: [{ backendRefs: [{ name: 'nova-api', port: 8774 }], timeouts: { request: '0s' } }],
    });
    expect(publicUrls(byGateway, envoy)).toEqual([
      'https://nova.cloud.example.org/v2.1',
      'https://nova-novncproxy.cloud.example.org',
      'https://keystone.cloud.example.org',
    ]);
  });

  test('may be of a Gateway elsewhere, at one of its listeners', () => {
    const gateway = { name: 'public', namespace: 'gateways', sectionName: 'https' };
    expect(route(gateway).spec.parentRefs).toEqual([gateway]);
    expect(route({ ...gateway, requestTimeout: '' }).spec.rules![0]).not.toHaveProperty('timeouts');
  });

  test('needs a Gateway', () => {
    expect(() => route({})).toThrow('global.publicEndpoints.gateway.name: is required for an HTTPRoute');
  });
});

test('each endpoint may have a way of its own, and none at all', () => {
  const nginx = lettingIn({ namespaces: ['ingress-nginx'] });
  const more = mergeLayers(nginx, {
    api: { public: { type: 'None', url: 'https://proxy.example.org/compute' } },
    novncproxy: { public: { type: 'NodePort', host: '192.0.2.10', nodePort: 30680 } },
  });
  const publicEndpoints = { type: 'Ingress', domain: 'cloud.example.org' };
  expect(entries(given(publicEndpoints, more))).toEqual(['Service/nova-novncproxy-public']);
  expect(publicUrls(publicEndpoints, more)).toEqual([
    'https://proxy.example.org/compute/v2.1',
    'http://192.0.2.10:30680',
    'https://keystone.cloud.example.org',
  ]);
});

describe("Keystone's", () => {
  const byIngress = { type: 'Ingress', domain: 'cloud.example.org' };
  const keystone = (identity: JsonMap) =>
    publicUrls(byIngress, mergeLayers(lettingIn({ namespaces: ['ingress-nginx'] }), { global: { identity } })).at(-1);

  test('values are in `global`, so that every chart says the same', () => {
    expect(keystone({ public: { host: 'id.example.org', port: 8443 } })).toBe('https://id.example.org:8443');
  });

  test('public URL is the internal one where Keystone is not ours, unless it is given', () => {
    const internalUrl = 'https://id.internal.example.org';
    expect(keystone({ internalUrl })).toBe(internalUrl);
    expect(keystone({ internalUrl, public: { url: 'https://id.example.org' } })).toBe('https://id.example.org');
    expect(keystone({ internalUrl, public: { type: 'Ingress' } })).toBe('https://keystone.cloud.example.org');
  });

  test('port of the nodes is needed by each service that registers itself', () => {
    const values = serviceValues('glance', [], {});
    const { render } = sampleService(values, (glance) => {
      const registration = new IdentityRegistration(glance, 'registration', { type: 'image' });
      registration.file({ internalUrl: 'http://a', publicUrl: 'http://b' });
    });
    const passwords = { glance_keystone_password: 'a', keystone_admin_password: 'b' };
    const publicEndpoints = { type: 'NodePort', host: '192.0.2.10' };
    expect(() => render({ global: { passwords, publicEndpoints } })).toThrow(
      '  global.identity.public.nodePort: is required for a NodePort',
    );
  });
});
