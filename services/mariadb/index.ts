import type { Service as KubeService } from 'kubernetes-types/core/v1';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { IniFile, TextFile } from '../../lib/config';
import { KubeObject, release } from '../../lib/kubernetes';
import {
  DeploymentComponent,
  Operation,
  PROGRAMS,
  SOURCE,
  ServerComponent,
  Service,
  SmokeTest,
  clientLabel,
  databaseCa,
  databaseTls,
  egressToChart,
  egressToComponent,
  ingressFromClients,
  ingressFromComponent,
  ingressFromUsers,
  programs,
  tlsPart,
} from '../../lib/openstack';
import { choose, not, times, when } from '../../lib/values';
import { BACKUP_PASSWORD, OPERATIONS, addBackups } from './backups';
import { addMariaDB } from './operator';
import { mariadbValues } from './values';

/** Where the members find each other: `mariadb-0.mariadb-members`. */
const MEMBERS = 'mariadb-members';
/** Galera's ports (source: MariaDB's documentation), and that of our program on each member. */
const PORTS = { galera: 4567, ist: 4568, sst: 4444, state: 4570 };
const METRICS = 8404;
/** Those that the members read. */
const passwords = ['database_password', BACKUP_PASSWORD];
const script = (name: string) => join(__dirname, 'scripts', name);
const TLS = '/run/kolla/tls/mariadb';
/** What each member runs, and what that imports. */
const PROGRAM = ['galera.py', 'member.py', 'volume.py'].map(script);

/** The database of all services: one member, or three behind proxies, through which all write to the same one. */
export class Mariadb extends Service<typeof mariadbValues> {
  constructor(scope: Construct) {
    super(scope, mariadbValues, {
      description: 'MariaDB: the database of OpenStack services',
      home: 'https://mariadb.org',
      sources: ['https://github.com/MariaDB/server', 'https://opendev.org/openstack/kolla'],
    });
    const { provider } = this.global.database;
    this.thereIf(not(provider.is('external')));
    this.password('database_password');
    this.partIf(provider.is('kolla'), () => {
      this.addMembers();
      this.addProxy();
      this.addService();
      this.addPasswordOperation();
      addBackups(this, { members: MEMBERS, state: PORTS.state });
      this.addSmokeTest();
    });
    this.partIf(provider.is('operator'), () => addMariaDB(this));
  }

  /** Each member finds out with the others how to start: `scripts/galera.py` has the rules. */
  private addMembers(): void {
    const { values, global } = this;
    const { port, replicas, tls, adminUser } = global.database;
    const encrypted = (text: string) => when(tls.enabled, text);
    const conf = new IniFile(this, 'my.cnf', {
      path: '/etc/mysql/my.cnf',
      overrides: values.conf['my.cnf'],
      replacement: values.files['my.cnf'],
      sections: {
        mariadbd: {
          bind_address: '*',
          binlog_format: 'ROW',
          character_set_server: 'utf8mb3',
          collation_server: 'utf8mb3_general_ci',
          datadir: '/var/lib/mysql/data',
          default_storage_engine: 'InnoDB',
          innodb_autoinc_lock_mode: 2,
          // What was acknowledged is on the disk of the member that did so.
          innodb_flush_log_at_trx_commit: 1,
          innodb_log_file_size: '512M',
          max_allowed_packet: '64M',
          pid_file: '/run/mysqld/mariadbd.pid',
          port,
          require_secure_transport: encrypted('ON'),
          skip_name_resolve: 'ON',
          socket: '/run/mysqld/mysqld.sock',
          ssl_ca: encrypted(`${TLS}/ca.crt`),
          ssl_cert: encrypted(`${TLS}/tls.crt`),
          ssl_key: encrypted(`${TLS}/tls.key`),
          tmpdir: '/var/lib/mysql/tmp',
          wsrep_cluster_name: 'openstack',
          wsrep_on: 'ON',
          // With TLS the program adds its options to these, whoever has set them.
          wsrep_provider_options: '"gcache.size=256M"',
          wsrep_slave_threads: 4,
          // The local administrator copies the data of a member to one that has none: the system vouches for him.
          wsrep_sst_auth: 'mysql:',
          wsrep_sst_method: 'mariabackup',
        },
        sst: {
          encrypt: encrypted('3'),
          tca: encrypted(`${TLS}/ca.crt`),
          tcert: encrypted(`${TLS}/tls.crt`),
          tkey: encrypted(`${TLS}/tls.key`),
        },
      },
    });
    this.password(BACKUP_PASSWORD, values.backup.enabled);
    const check = (path: string) => ({ httpGet: { path, port: 'state' }, timeoutSeconds: 5 });
    const own = Object.values(PORTS);
    new ServerComponent(this, 'server', {
      image: 'mariadb-server',
      user: 'mysql',
      command: ['python3', `${PROGRAMS}/member.py`, 'run', `--admin=${adminUser}`],
      values: values.server,
      replicas,
      members: MEMBERS,
      peers: true,
      ports: { mysql: port, ...PORTS },
      env: [
        { name: 'MEMBERS', value: `${replicas}` },
        { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'VOLUME_SIZE', value: `${values.server.storage.size}` },
        { name: 'MEMORY_LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
      ],
      files: [conf],
      parts: [
        programs(this, PROGRAM, passwords),
        tlsPart({ name: 'tls', path: TLS, values: tls, keys: ['ca.crt', 'tls.crt', 'tls.key'] }),
        { volumes: [{ name: 'run', emptyDir: {} }], mounts: [{ name: 'run', mountPath: '/run/mysqld' }] },
      ],
      storage: { path: '/var/lib/mysql', values: values.server.storage },
      apart: values.server.spread.is('required'),
      connectsTo: [{ description: 'members', egress: egressToComponent('mariadb', 'server', ...own) }],
      probes: {
        // Ready is who is in step with the others, so a rolling restart waits for it.
        readinessProbe: { ...check('/synced'), periodSeconds: 2 },
        livenessProbe: { ...check('/alive'), periodSeconds: 20, failureThreshold: 6 },
      },
      stopSeconds: 120,
      ingress: [
        // Past the proxies clients could write to a member that is not the writer.
        when(replicas.is(1), ingressFromClients('mariadb', port)),
        ingressFromComponent('mariadb', 'proxy', port, PORTS.state),
        ingressFromComponent('mariadb', 'server', ...own),
        ingressFromComponent('mariadb', 'smoke-test', PORTS.state),
        ...OPERATIONS.map((operation) =>
          when(values.backup.enabled, ingressFromComponent('mariadb', operation, port, PORTS.state)),
        ),
      ],
    });
  }

  /** HAProxy: sends all to the member that says it is the writer, and ends what goes to any other. */
  private addProxy(): void {
    const { values, global } = this;
    const { port, replicas } = global.database;
    const test = replicas.is(3);
    const domain = `${MEMBERS}.${release.namespace}.svc.${global.clusterDomain}`;
    const conf = new TextFile(this, 'haproxy.cfg', {
      path: '/etc/haproxy/haproxy.cfg',
      test,
      replacement: values.files['haproxy.cfg'],
      template: { file: join(__dirname, 'config', 'haproxy.cfg.ejs') },
      data: {
        connections: values.proxy.connections,
        port,
        statePort: PORTS.state,
        metricsPort: METRICS,
        servers: times(replicas, (i) => `    server mariadb-${i} mariadb-${i}.${domain}:${port} check\n`),
      },
    });
    const check = { httpGet: { path: '/alive', port: 'metrics' } };
    new DeploymentComponent(this, 'proxy', {
      test,
      image: 'haproxy',
      user: 'haproxy',
      command: ['haproxy', '-W', '-db', '-f', '/etc/haproxy/haproxy.cfg'],
      values: values.proxy,
      replicas: values.proxy.replicas,
      ports: { mysql: port, metrics: METRICS },
      env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
      files: [conf],
      connectsTo: [{ description: 'members', egress: egressToComponent('mariadb', 'server', port, PORTS.state) }],
      probes: { readinessProbe: { ...check, periodSeconds: 5 }, livenessProbe: { ...check, periodSeconds: 20 } },
      // Kubernetes stops sending it new connections before it ends those that it has.
      drainSeconds: 5,
      ingress: [ingressFromClients('mariadb', port), ingressFromUsers(METRICS)],
    });
  }

  /** Ends a rotation: until then the administrator may come with the old password, too. */
  private addPasswordOperation(): void {
    const { port, adminUser } = this.global.database;
    new Operation(this, 'drop-old-passwords', {
      image: 'mariadb-server',
      user: 'mysql',
      values: this.values.operations,
      programs: PROGRAM,
      secrets: passwords,
      parts: [databaseTls],
      connectsTo: [
        {
          description: 'database',
          egress: egressToChart('mariadb', port),
          clientLabels: clientLabel('mariadb'),
        },
      ],
      steps: {
        drop: {
          command: [
            'python3',
            `${SOURCE}/member.py`,
            'drop-old-passwords',
            '--host=mariadb',
            `--port=${port}`,
            `--admin=${adminUser}`,
            databaseCa,
          ],
        },
      },
    });
  }

  private addSmokeTest(): void {
    const { port, replicas, tls, adminUser } = this.global.database;
    new SmokeTest(this, 'smoke-test', {
      image: 'mariadb-server',
      user: 'mysql',
      placement: this.values.operations,
      program: script('mariadb_smoke.py'),
      env: {
        ADMIN: `${adminUser}`,
        CA: `${choose(tls.enabled, `${TLS}/ca.crt`, '')}`,
        MEMBERS: `${replicas}`,
        PORT: `${port}`,
      },
      secrets: ['database_password'],
      parts: [tlsPart({ name: 'tls', path: TLS, values: tls })],
      connectsTo: [
        {
          description: 'database',
          egress: egressToChart('mariadb', port),
          clientLabels: clientLabel('mariadb'),
        },
        { description: 'members', egress: egressToComponent('mariadb', 'server', PORTS.state) },
      ],
    });
  }

  /** Where clients connect. */
  private addService(): void {
    const { port, replicas } = this.global.database;
    new KubeObject<KubeService>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata('server', 'mariadb'),
      spec: {
        selector: {
          'app.kubernetes.io/name': 'mariadb',
          'app.kubernetes.io/component': choose(replicas.is(3), 'proxy', 'server'),
        },
        ports: [{ name: 'mysql', port, targetPort: 'mysql' }],
      },
    });
  }
}
