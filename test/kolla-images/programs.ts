import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** What a program of ours needs of the image that it runs in. */
export interface Program {
  /** Images that it runs in; without any, all. */
  readonly images?: readonly string[];
  /** Commands that it runs. */
  readonly runs?: readonly string[];
  /** Modules that it imports first of all: other programs of ours, and what the image has to have. */
  readonly imports?: readonly string[];
  /** Modules that it imports later, with what an argument of the container looks like where it does. */
  readonly later?: { readonly [module: string]: RegExp };
}
export type ProgramTable = { readonly [file: string]: Program };

/** The database is asked, if one is named. */
const pymysql = /^--database=/;
const always = /^/;
const RABBITMQ = '/usr/lib/rabbitmq/bin';

/** What works on nodes, and is ready when it is connected to the broker. */
const AGENTS = ['dhcp', 'l3', 'metadata', 'openvswitch', 'sriov'].map((name) => `neutron-${name}-agent`);

/** Those of them that call their server when they start. */
const CALLERS = AGENTS.filter((name) => !name.includes('metadata'));

/** All programs in pods. What stands here is what their sources say: see the test. */
export const PROGRAMS: ProgramTable = {
  'api_smoke.py': { images: ['glance-api', 'placement-api'], imports: ['session', 'smoke'] },
  'backup.py': { images: ['mariadb-server'], runs: ['gzip', 'mariadb-backup'], imports: ['pod'] },
  'bootstrap.py': {
    images: ['keystone', 'glance-api', 'neutron-server', 'nova-api', 'placement-api'],
    runs: ['{command}'],
    imports: ['database', 'pod'],
    later: { pymysql },
  },
  'broker.py': { images: ['rabbitmq'], runs: [`${RABBITMQ}/{tool}`], imports: ['pod'] },
  'broker_connection.py': {
    images: [...AGENTS, 'neutron-server', 'nova-compute', 'nova-conductor', 'nova-scheduler'],
  },
  'database.py': { imports: ['pod'], later: { pymysql } },
  'fernet_keys.py': { images: ['keystone'], imports: ['pod'] },
  'galera.py': { images: ['mariadb-server'] },
  'identity.py': {
    images: ['glance-api', 'neutron-server', 'nova-api', 'placement-api'],
    imports: ['keystoneauth1', 'pod'],
  },
  'image_cache.py': {
    images: ['glance-api'],
    runs: ['glance-cache-cleaner', 'glance-cache-pruner'],
    imports: ['pod'],
  },
  'keystone_identity.py': { images: ['keystone'], imports: ['keystone', 'pod'] },
  'keystone_smoke.py': { images: ['keystone'], imports: ['session', 'smoke'] },
  'mariadb_smoke.py': { images: ['mariadb-server'], runs: ['mariadb'], imports: ['smoke'] },
  'member.py': {
    images: ['mariadb-server'],
    runs: ['mariadb', 'mariadb-install-db', 'mariadb-upgrade', 'mariadbd', 'my_print_defaults'],
    imports: ['galera', 'pod', 'volume'],
  },
  'memcached_smoke.py': { images: ['memcached'], imports: ['smoke'] },
  'node.py': { imports: ['pod'] },
  'neutron_agent.py': { images: CALLERS, runs: ['{command[0]}'], imports: ['rpc_ping'] },
  'neutron_smoke.py': { images: ['neutron-server'], imports: ['session', 'smoke'] },
  'nova_archive.py': { images: ['nova-api'], runs: ['nova-manage'], imports: ['pod'] },
  'nova_cells.py': { images: ['nova-api'], imports: ['nova', 'pod'] },
  'nova_fake_computes.py': { images: ['nova-compute'], imports: ['eventlet', 'nova', 'pod'] },
  'nova_in_each_cell.py': { images: ['nova-api'], runs: ['nova-manage'], imports: ['nova', 'pod'] },
  'nova_libvirt.py': { images: ['nova-libvirt'], runs: ['libvirtd'], imports: ['pod'] },
  'nova_netcat.py': { images: ['nova-ssh'], imports: ['pod'] },
  'nova_smoke.py': { images: ['nova-api'], imports: ['session', 'smoke'] },
  'nova_stale_services.py': { images: ['nova-api'], imports: ['nova', 'pod'] },
  'openvswitch.py': {
    images: ['openvswitch-db-server', 'openvswitch-vswitchd'],
    runs: ['ovs-appctl', 'ovs-ofctl', 'ovs-vsctl', 'ovs-vswitchd', 'ovsdb-client', 'ovsdb-server', 'ovsdb-tool'],
    imports: ['pod'],
  },
  'openvswitch_flows.py': { images: ['neutron-openvswitch-agent'], runs: ['ovs-ofctl'] },
  'pod.py': {},
  'prepare.py': { imports: ['pod'], later: { database: pymysql, node: /^--node=/ } },
  'rabbitmq_node.py': {
    images: ['rabbitmq'],
    runs: ['rabbitmq-server', 'rabbitmq-upgrade', 'rabbitmqctl'].map((tool) => `${RABBITMQ}/${tool}`),
    imports: ['broker', 'pod'],
  },
  'rabbitmq_operations.py': { images: ['rabbitmq'], runs: [`${RABBITMQ}/rabbitmqctl`], imports: ['broker', 'pod'] },
  'rabbitmq_smoke.py': { images: ['rabbitmq'], imports: ['smoke'] },
  'restore.py': {
    images: ['mariadb-server'],
    runs: ['gzip', 'mariadb-backup', 'mbstream'],
    imports: ['backup', 'pod', 'volume'],
  },
  'rpc_ping.py': { images: [...CALLERS, 'nova-compute'], imports: ['oslo_config', 'oslo_messaging'] },
  's3.py': { images: ['glance-api'], imports: ['backup', 'pod'], later: { boto3: always, botocore: always } },
  'server_smoke.py': { images: ['keystone'], imports: ['session', 'smoke'] },
  'session.py': {},
  'smoke.py': {},
  'volume.py': { images: ['mariadb-server'] },
};

/** What `programs.py` reads in a program's source. */
export interface Source {
  readonly runs: readonly string[];
  readonly imports: readonly string[];
  readonly later: readonly string[];
  readonly paths: readonly string[];
}

/** What sources say, by the name of their file. */
export function sourcesOf(files: readonly string[]): { readonly [file: string]: Source } {
  const said = execFileSync('python3', ['-B', join(__dirname, 'programs.py'), ...files], { encoding: 'utf8' });
  return JSON.parse(said) as { [file: string]: Source };
}

/** The sources of all programs that run in pods. */
export const programFiles = (): string[] =>
  ['lib', 'services'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.py'))
      .map((file) => join(ROOT, room, file)),
  );

const firstLine = (text: string): string => text.slice(0, text.indexOf('\n'));
let byFirstLine: ReadonlyMap<string, string> | undefined;

/** The name of a program of ours by its text, which stands in a pod: by what it says of itself. */
export function programOf(text: string): string | undefined {
  byFirstLine ??= new Map(programFiles().map((file) => [firstLine(readFileSync(file, 'utf8')), basename(file)]));
  return byFirstLine.get(firstLine(text));
}

/** Programs with all that they import of ours, later too, where they are run with such words: what a container needs. */
export function withImports(
  names: readonly string[],
  table: ProgramTable = PROGRAMS,
  words: readonly string[] = [],
): string[] {
  const found = new Set<string>();
  const add = (name: string) => {
    const program = table[name];
    if (!program || found.has(name)) return;
    found.add(name);
    const late = Object.entries(program.later ?? {}).filter(([, when]) => words.some((word) => when.test(word)));
    for (const module of [...(program.imports ?? []), ...late.map(([module]) => module)]) add(`${module}.py`);
  };
  for (const name of names) add(basename(name));
  return [...found];
}
