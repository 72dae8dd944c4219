import { Construct } from 'constructs';
import type { IniSections } from '../config/ini-file';
import { TextFile } from '../config/text-file';
import { Connection } from '../kubernetes/network-policy';
import { isSet } from '../values/value';
import { global } from './global';
import { egressToAddresses } from './network';
import { Service } from './service';

export interface DatabaseProps {
  /** Name of the database and of its user. Its password is `<name>_database_password`. */
  readonly name: string;
}

/** A service's database on the MariaDB server that all share. The service's own bootstrap Job creates it. */
export class Database extends Construct implements Connection {
  readonly description = 'database';
  readonly egress = egressToAddresses(global.database.cidrs, global.database.port);
  readonly name: string;
  /** The name of the user's password. */
  readonly passwordName: string;
  /** What oslo.db connects to. The password is in `file`: migrations fail on a URL with a `%` in it. */
  readonly url: string;
  /** The options of the MySQL client, with the password: every pod that connects needs the file. */
  readonly file: TextFile;
  /** `user@host:port/name`, for our own programs. */
  readonly address: string;

  constructor(scope: Service, id: string, { name }: DatabaseProps) {
    super(scope, id);
    this.name = name;
    this.passwordName = `${name}_database_password`;
    const password = scope.password(this.passwordName);
    const { host, port } = global.database;
    scope.require(isSet(host), ['global', 'database', 'host'], 'is required: the address of the MariaDB server');
    const at = `${host.or('')}:${port}/${name}`;
    const fileName = `database-${name}.cnf`;
    this.file = new TextFile(scope, fileName, {
      path: `/etc/${scope.node.id}/${fileName}`,
      template: { text: `[client]\npassword = "${password}"\n` },
    });
    this.url = `mysql+pymysql://${name}@${at}?read_default_file=${this.file.path}`;
    this.address = `${name}@${at}`;
  }

  /**
   * Options of the `[database]` section. One connection for each process: an API's processes serve one request at a
   * time (source: Kolla-Ansible's defaults).
   */
  get options(): IniSections[string] {
    return { connection: this.url, connection_recycle_time: 10, max_pool_size: 1, max_retries: -1 };
  }
}
