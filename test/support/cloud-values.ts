import fc from 'fast-check';
import type { Cloud } from '../../lib/cloud';
import type { ServiceChart } from '../../lib/kubernetes';
import type { Json, JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { InvalidValues } from '../../lib/values';
import { validValues } from './arbitrary';
import { required } from './clouds';

/** Values that the schema of a chart accepts, with all passwords that it may need. */
export function schemaValues({ model }: ServiceChart): fc.Arbitrary<JsonMap> {
  const { properties = {}, ...schema } = model.jsonSchema;
  const { enabled: _, ...own } = properties;
  const passwords = Object.keys(properties['passwords']?.properties ?? {});
  const needed = mergeLayers(required, {
    ...(passwords.length > 0 && { passwords: Object.fromEntries(passwords.map((name) => [name, `${name}-of-tests`])) }),
  });
  return validValues({ ...schema, properties: own }).map((values) => mergeLayers(needed, values as JsonMap));
}

/** Addresses of external servers are there just where the servers are external, which no schema says. */
const ADDRESSES: readonly (readonly [server: string, key: string, address: Json])[] = [
  ['database', 'host', 'db.example.org'],
  ['messaging', 'hosts', ['mq-1.example.org', 'mq-2.example.org']],
  ['memcached', 'servers', ['cache.example.org:11211']],
];

/** Values of a chart with all addresses that they need. */
export function withAddresses(service: ServiceChart, values: JsonMap): JsonMap {
  const global = { ...(values['global'] as JsonMap) };
  for (const [server, key, address] of ADDRESSES) {
    const { [key]: given, ...others } = (global[server] ?? {}) as JsonMap;
    const isGiven = given !== undefined && !(Array.isArray(given) && given.length === 0);
    global[server] = others['provider'] === 'external' ? { ...others, [key]: isGiven ? given : address } : others;
  }
  const policy = (global['networkPolicy'] ?? {}) as JsonMap;
  const hasNodes = Array.isArray(policy['nodeCidrs']) && policy['nodeCidrs'].length > 0;
  global['networkPolicy'] = { ...policy, ...(!hasNodes && { nodeCidrs: ['192.0.2.0/24'] }) };
  return withEndpoints(service, withPools({ ...values, global }));
}

/** Several pools have nodes of their own each, and a chart says nothing of pools that there are not. */
function withPools(values: JsonMap): JsonMap {
  const { pools: given = {}, ...global } = values['global'] as { readonly pools?: JsonMap };
  const all: JsonMap = { default: {}, ...given };
  const names = Object.entries(all).flatMap(([name, pool]) => (pool === null ? [] : [name]));
  const pools = Object.entries(all).map(([name, pool]) => {
    const { nodeSelector } = { ...(pool as JsonMap | null) };
    const isPlaced = Object.values({ ...(nodeSelector as JsonMap | null) }).some((label) => label !== null);
    const needsPlace = names.length > 1 && names.includes(name) && !isPlaced;
    return [name, needsPlace ? { ...(pool as JsonMap), nodeSelector: { kind: name } } : pool];
  });
  const own = Object.values({ ...(values['pools'] as JsonMap | undefined) })
    .slice(0, names.length)
    .map((pool, i) => [names[i], pool]);
  return {
    ...values,
    global: { ...global, pools: Object.fromEntries(pools) },
    ...(values['pools'] !== undefined && { pools: Object.fromEntries(own) }),
  };
}

/** Endpoints for users have what their types need, whichever of them are there. */
function withEndpoints({ model }: ServiceChart, values: JsonMap): JsonMap {
  const types = JSON.stringify(values);
  const nodePorts = model
    .leaves()
    .filter((path) => path.at(-1) === 'nodePort')
    .map((path) => path.reduceRight<Json>((below, key) => ({ [key]: below }), 30500) as JsonMap);
  const needed: JsonMap[] = [
    ...(/"(LoadBalancer|NodePort)"/.test(types) ? [{ global: { publicEndpoints: { host: '192.0.2.10' } } }] : []),
    ...(types.includes('"NodePort"') ? nodePorts : []),
  ];
  const base = mergeLayers(needed.reduce(mergeLayers, {}), values);
  if (!/"(Ingress|HTTPRoute)"/.test(types)) return base;
  const { publicEndpoints, networkPolicy } = base['global'] as { publicEndpoints?: JsonMap; networkPolicy?: JsonMap };
  const { namespaces } = (networkPolicy?.['clients'] ?? {}) as { namespaces?: Json[] };
  const clients = { namespaces: namespaces?.length ? namespaces : ['ingress-nginx'] };
  const route = { domain: 'cloud.example.org', gateway: { name: 'public' } };
  return mergeLayers(base, {
    global: { publicEndpoints: mergeLayers(route, publicEndpoints ?? {}), networkPolicy: { clients } },
  });
}

/** What services require of values of their own, which no schema says. */
const OWN: { readonly [service: string]: (values: JsonMap) => JsonMap } = {
  /** Images go to a store that is enabled, and several replicas share files on a volume that lets them. */
  glance: (values) => {
    const stores = (values['stores'] ?? {}) as { readonly [name: string]: JsonMap };
    const { replicas = 1 } = (values['api'] ?? {}) as JsonMap;
    const name = (values['defaultStore'] ?? 'file') as string;
    const file = { ...stores['file'], ...(Number(replicas) > 1 && { accessMode: 'ReadWriteMany' }) };
    const all: { readonly [name: string]: JsonMap } = { ...stores, file };
    return { ...values, stores: { ...all, [name]: { ...all[name], enabled: true } } };
  },
  /** Cells have a database and a broker, those of pools are there, and each has a port of nodes and a name for users. */
  nova: (values) => {
    const { cells = {}, pools = {} } = values as { readonly cells?: JsonMap; readonly pools?: JsonMap };
    const needed: JsonMap = {
      database: { host: 'db.example.org' },
      messaging: { hosts: ['mq.example.org'] },
      consoleNodePort: 30600,
      consoleHost: 'console.example.org',
    };
    const all = Object.entries(cells).flatMap(([name, cell]) =>
      cell === null || name === 'cell0' || name === 'cell1'
        ? []
        : [[name, mergeLayers(needed, cell as JsonMap)] as const],
    );
    const known = all.map(([name]) => name);
    const placed = Object.entries(pools).map(([name, pool], i) => {
      const { cell: _, ...others } = pool as JsonMap;
      const cell = known[i % (known.length + 1)];
      return [name, { ...others, ...(cell !== undefined && { cell }) }];
    });
    return {
      ...values,
      ...(values['cells'] !== undefined && { cells: Object.fromEntries(all) }),
      ...(values['pools'] !== undefined && { pools: Object.fromEntries(placed) }),
    };
  },
};

const withOwn = (service: ServiceChart, values: JsonMap): JsonMap => OWN[service.node.id]?.(values) ?? values;

/** Values that the chart of a service accepts, but for what a service requires of values of its own. */
export const chartValues = (service: ServiceChart): fc.Arbitrary<JsonMap> =>
  schemaValues(service).map((values) => withOwn(service, withAddresses(service, values)));

/** Values that the umbrella's schema accepts: a block for each service, `global` at the top, each on or off. */
export const umbrellaSchemaValues = (services: readonly ServiceChart[]): fc.Arbitrary<JsonMap> =>
  fc
    .tuple(...services.map((service) => fc.tuple(schemaValues(service), fc.constantFrom(true, true, false, undefined))))
    .map((all) => {
      const blocks = all.map(([{ global: _, ...block }, enabled], i) => [
        services[i]!.node.id,
        enabled === undefined ? block : { ...block, enabled },
      ]);
      return { global: all[0]![0]['global']!, ...(Object.fromEntries(blocks) as JsonMap) };
    });

/** Values that the umbrella accepts as `chartValues` those of a chart. */
export const umbrellaValues = (services: readonly ServiceChart[]): fc.Arbitrary<JsonMap> =>
  umbrellaSchemaValues(services).map((all) =>
    services.reduce((values, service) => {
      const { [service.node.id]: block, global, ...others } = values;
      const { global: shared, ...own } = withOwn(
        service,
        withAddresses(service, { global: global!, ...(block as JsonMap) }),
      );
      return { ...others, global: shared!, [service.node.id]: own };
    }, all),
  );

/** Of these, the ones that every chart accepts by itself, be it on or off in the umbrella. */
export const acceptedValues = (cloud: Cloud): fc.Arbitrary<JsonMap> =>
  umbrellaValues(cloud.services).filter(({ global, ...blocks }) =>
    cloud.services.every((service) =>
      accepts(cloud, service, { global: global!, ...(blocks[service.node.id] as JsonMap) }),
    ),
  );

function accepts(cloud: Cloud, service: ServiceChart, values: JsonMap): boolean {
  try {
    cloud.renderService(service, values);
    return true;
  } catch (error) {
    if (error instanceof InvalidValues) return false;
    throw error;
  }
}
