import type { PolicyFile, SectionsOf } from '../../lib/config';
import { PublicAddress } from '../../lib/openstack';
import type { Cache, Database, IdentityRegistration, Messaging, Service } from '../../lib/openstack';
import { release } from '../../lib/kubernetes';
import { Value, isSet, named, when } from '../../lib/values';
import type { TextFile } from '../../lib/config';
import type { Cell } from './cells';
import type { novaValues } from './values';

/** What the config files of all parts of Nova tell of. */
export interface CommonParts {
  readonly nova: Service<typeof novaValues>;
  readonly messaging: Messaging;
  readonly registration: IdentityRegistration;
  readonly policy: PolicyFile;
  readonly vendordata: TextFile;
}

/** What differs from cell to cell. */
export interface CellParts {
  readonly transportUrl: string;
  /** What a user's browser opens. */
  consoleUrl(type: keyof typeof CONSOLES): string;
}

/** What only the control plane talks to. */
export interface ControlParts extends CommonParts {
  readonly database: Database;
  readonly apiDatabase: Database;
  readonly cache: Cache;
}

/** Seconds in which a worker finishes what it has begun. */
export const STOP_SECONDS = 60;

type Sections = SectionsOf<'nova/nova.conf'>;

/** What each console proxy is in Nova's own terms. */
export const CONSOLES = {
  novnc: { component: 'novncproxy', port: 6080, schemes: ['http', 'https'], page: '/vnc_lite.html' },
  spice: { component: 'spicehtml5proxy', port: 6082, schemes: ['http', 'https'], page: '/spice_auto.html' },
  serial: { component: 'serialproxy', port: 6083, schemes: ['ws', 'wss'], page: '/' },
} as const;

/** What cell1 has of that: the cloud's own broker. */
const firstCell = ({ nova, messaging }: CommonParts): CellParts => ({
  transportUrl: messaging.url,
  consoleUrl: (type) => consolePage(nova, type),
});

/** The sections that all parts of Nova read alike, computes among them: nothing of databases and users' tokens. */
export function commonSections(parts: CommonParts, cell: CellParts = firstCell(parts)) {
  const { nova, messaging, registration, policy, vendordata } = parts;
  const { values, global } = nova;
  const consoleUrl = (type: keyof typeof CONSOLES) => when(isConsole(nova, type), cell.consoleUrl(type));
  const notify = values.notifications.enabled;
  // Nova's own user everywhere: its roles, admin and service, let it do all that the users of the other services may.
  const login = registration.login();
  const client = { ...login, valid_interfaces: 'internal' };
  const { region_name: _, ...serviceUser } = login;
  return {
    DEFAULT: {
      debug: global.debug,
      transport_url: cell.transportUrl,
      allow_resize_to_same_host: true,
      instance_usage_audit: when(notify, true),
      instance_usage_audit_period: when(notify, 'hour'),
    },
    api: { vendordata_jsonfile_path: when(isSet(values.files['vendordata.json']), vendordata.path) },
    glance: { region_name: global.region, valid_interfaces: 'internal', num_retries: 3 },
    neutron: { ...client, service_metadata_proxy: true },
    notifications: { notify_on_state_change: when(notify, 'vm_and_task_state') },
    oslo_messaging_notifications: {
      driver: when(notify, 'messagingv2', 'noop'),
      // Of all cells in one broker, where telemetry looks for them.
      transport_url: when(notify, messaging.url),
    },
    oslo_messaging_rabbit: messaging.options,
    oslo_policy: policy.options,
    placement: client,
    serial_console: { enabled: isConsole(nova, 'serial'), base_url: consoleUrl('serial') },
    service_user: { ...serviceUser, send_service_user_token: true },
    spice: { enabled: isConsole(nova, 'spice'), html5proxy_base_url: consoleUrl('spice') },
    // During an upgrade, all speak as the oldest compute does.
    upgrade_levels: { compute: 'auto' },
    vnc: { enabled: isConsole(nova, 'novnc'), novncproxy_base_url: consoleUrl('novnc') },
  } satisfies Sections;
}

/** nova.conf of the control plane: APIs, workers and console proxies. */
export function controlSections(parts: ControlParts, cell?: CellParts) {
  const { nova, registration, database, apiDatabase, cache } = parts;
  const { values } = nova;
  const common = commonSections(parts, cell);
  // An API serves one request at a time, a worker many: so beside those kept open, there may be others for a while.
  const pool = { max_pool_size: 5, max_overflow: 50 };
  return {
    ...common,
    DEFAULT: {
      ...common.DEFAULT,
      state_path: '/tmp/nova',
      graceful_shutdown_timeout: STOP_SECONDS,
      // A scheduler sleeps for so long before it ends, whatever it has to do; 160 seconds by default.
      manager_shutdown_timeout: when(nova.release.is('2026.1'), 20),
    },
    api_database: { ...apiDatabase.options, ...pool },
    cache: cache.options,
    conductor: { workers: values.conductor.workers },
    database: { ...database.options, ...pool },
    keystone_authtoken: registration.authToken(cache),
    neutron: { ...common.neutron, metadata_proxy_shared_secret: nova.password('metadata_secret') },
    oslo_concurrency: { lock_path: '/tmp/nova/lock' },
    oslo_middleware: { enable_proxy_headers_parsing: true },
    scheduler: {
      discover_hosts_in_cells_interval: values.scheduler.discoverHostsInterval,
      max_attempts: 10,
      workers: values.scheduler.workers,
    },
  } satisfies Sections;
}

/** Whether the console is of this type. */
export const isConsole = (nova: Service<typeof novaValues>, type: keyof typeof CONSOLES): Value<boolean> =>
  nova.values.console.type.is(type);

/** Where users find the proxy of a type of console: that of cell1, or of another cell. */
export function consoleAddress(
  nova: Service<typeof novaValues>,
  type: keyof typeof CONSOLES,
  cell?: Cell,
): PublicAddress {
  const { component, port, schemes } = CONSOLES[type];
  const id = cell ? `cell-${component}` : component;
  const name = cell ? `nova-${id}-${cell.instance.name}` : `nova-${id}`;
  const host = `${name}.${release.namespace}.svc.${nova.global.clusterDomain}`;
  const { public: values } = nova.values.console;
  const own = cell?.entry;
  return new PublicAddress(id, {
    name,
    values: own ? { ...values, host: own.consoleHost, nodePort: own.consoleNodePort, url: own.consoleUrl } : values,
    port,
    internalUrl: named(`${id}.url`, `${schemes[0]}://${host}:${port}`),
    test: isConsole(nova, type),
    schemes,
  });
}

/** What a user's browser opens for a server in cell1. */
export const consolePage = (nova: Service<typeof novaValues>, type: keyof typeof CONSOLES): string =>
  `${consoleAddress(nova, type).url}${CONSOLES[type].page}`;
