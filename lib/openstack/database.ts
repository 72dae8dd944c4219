import { Construct } from 'constructs';
import type { IniSections } from '../config/ini-file';
import { TextFile } from '../config/text-file';
import { clientLabel } from '../kubernetes/labels';
import { EgressRule } from '../kubernetes/network-policy';
import { named } from '../values/named';
import { all, choose, isSet, when } from '../values/value';
import { ServiceConnection, requireAddress, tlsPart } from './connection';
import { global } from './global';
import { egressToAddresses, egressToChart } from './network';
import { PodPart } from './pod';
import { Service } from './service';

const { database } = global;
const external = database.provider.is('external');

/** Where the server is. The operator has a Service of its own for the one member that is written to. */
const serverHost = named(
  'database.host',
  choose(
    external,
    database.host.or(''),
    choose(all(database.provider.is('operator'), database.replicas.is(3)), 'mariadb-primary', 'mariadb'),
  ),
);

/** The certificate authority of the server, in every pod that connects to it. */
export const databaseTls: PodPart = tlsPart({
  name: 'database-tls',
  path: '/run/kolla/tls/database',
  values: database.tls,
});
const CA = '/run/kolla/tls/database/ca.crt';

/** An argument of our programs: how the server is known to be the right one. */
export const databaseCa = when(database.tls.enabled, `--ca=${CA}`);

/** To the server that we run, or to the user's. */
const egress: EgressRule = when(
  external,
  egressToAddresses(database.cidrs, database.port),
  egressToChart('mariadb', database.port),
);

export interface DatabaseProps {
  readonly name: string;
  /** The database whose user it has, too. Default: a user of its own, of the same name. */
  readonly userOf?: Database;
}

/** A service's database on the MariaDB server that all share. The service's own bootstrap Job creates it. */
export class Database extends Construct implements ServiceConnection {
  readonly description = 'database';
  readonly clientLabels = clientLabel('mariadb');
  readonly name: string;
  readonly user: string;
  /** The name of the user's password: `<user>_database_password`. */
  readonly passwordName: string;
  /** What oslo.db connects to. The password is in a file: migrations fail on a URL with a `%` in it. */
  readonly url: string;
  /** The options of the MySQL client, with the password, for every pod that connects. */
  readonly files: readonly TextFile[];
  readonly parts = [databaseTls];
  readonly egress = egress;
  /** `user@host:port/name`, for our own programs. */
  readonly address: string;
  /** Of the file with the password. */
  private readonly path: string;

  constructor(scope: Service, id: string, { name, userOf }: DatabaseProps) {
    super(scope, id);
    this.name = name;
    this.user = userOf?.user ?? name;
    this.passwordName = `${this.user}_database_password`;
    const password = scope.password(this.passwordName);
    requireAddress(scope, { path: ['global', 'database', 'host'], given: isSet(database.host), external });
    const at = `${serverHost}:${database.port}/${name}`;
    const fileName = `database-${this.user.replaceAll('_', '-')}.cnf`;
    const path = `/etc/${scope.node.id}/${fileName}`;
    const ca = when(database.tls.enabled, `ssl-ca = ${CA}\n`);
    this.files = userOf?.files ?? [
      new TextFile(scope, fileName, { path, template: { text: `[client]\n${ca}password = "${password}"\n` } }),
    ];
    this.path = path;
    this.url = this.urlAt(at);
    this.address = `${this.user}@${at}`;
  }

  /** The URL of a database at another place, `host:port/name`, with the same user and password. */
  urlAt(place: string): string {
    return `mysql+pymysql://${this.user}@${place}?read_default_file=${this.path}`;
  }

  /**
   * Options of the `[database]` section. One connection for each process: an API's processes serve one request at a
   * time (source: Kolla-Ansible's defaults).
   */
  get options(): IniSections[string] {
    return { connection: this.url, connection_recycle_time: 10, max_pool_size: 1, max_retries: -1 };
  }
}
