"""The steps of a service's bootstrap Job: its database, its schema, its marker.

Each step is an init container, in order, idempotent, tried again by Kubernetes:

    database    create the database and its user, or give the user a new password
    step        run a command, such as a schema migration; with --only installing if the database was
                empty when the installation began, with --only upgrading if it was not
    mark        leave the fingerprint for which the pods of the service wait

Kept in the service's own database, so that a restored backup restores it too:

    kolla_bootstrap       markers, never removed: after a rollback the old one still holds. One row
                          'installing' stands from an empty database until the first marker.
    kolla_bootstrap_jobs  the Jobs, in the order they came. One that is not the newest is superseded:
                          its remaining steps do nothing and it leaves no marker.

A lock of the database server lets one step of a service run at a time. Without --job-uid a step is
an operation (contract, drop old passwords): it takes the lock, but supersedes no Job.
"""
import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import pod

TABLES = '''
CREATE TABLE IF NOT EXISTS kolla_bootstrap (
    fingerprint VARCHAR(128) NOT NULL PRIMARY KEY, time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS kolla_bootstrap_jobs (
    uid VARCHAR(64) NOT NULL PRIMARY KEY, fingerprint VARCHAR(128) NOT NULL,
    sequence BIGINT NOT NULL AUTO_INCREMENT UNIQUE, time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE=InnoDB'''


PAUSE = float(os.environ.get('BOOTSTRAP_PAUSE', 5))


class Superseded(Exception):
    pass


def query(connection, statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def take_turn(connection, name, options):
    """Return when this Job alone runs a step in the database `name`, and is the newest there. The
    lock lives as long as the connection."""
    for statement in TABLES.split(';'):
        query(connection, statement)
    if options.job_uid:
        query(connection, 'INSERT IGNORE INTO kolla_bootstrap_jobs (uid, fingerprint) VALUES (%s, %s)',
              options.job_uid, options.fingerprint)
    lock, waiting = f'kolla_bootstrap/{name}'[:64], False
    while not query(connection, 'SELECT GET_LOCK(%s, 10)', lock)[0][0]:
        if not waiting:
            print(f'{options.job}: waiting, another step of this service is running')
            waiting = True
    if options.job_uid:
        newer = query(connection, 'SELECT fingerprint, uid FROM kolla_bootstrap_jobs WHERE sequence > (SELECT sequence '
                      'FROM kolla_bootstrap_jobs WHERE uid = %s) ORDER BY sequence DESC LIMIT 1', options.job_uid)
        if newer:
            raise Superseded('superseded by the Job with fingerprint {} (uid {})'.format(*newer[0]))
    foreign = query(connection, 'SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() '
                    "AND table_name NOT IN ('kolla_bootstrap', 'kolla_bootstrap_jobs') LIMIT 1")
    if not foreign and not query(connection, 'SELECT 1 FROM kolla_bootstrap LIMIT 1'):
        query(connection, "INSERT INTO kolla_bootstrap (fingerprint) VALUES ('installing')")


def create_database(target, secret, options):
    """The user keeps the newest of its old passwords beside the new one, because pods that still
    run log in with it, until --drop-old-passwords."""
    admin = target.connect(pod.password(options.secrets, options.admin_password), user=options.admin)
    # Kolla-Ansible's MariaDB gives new databases this character set and collation.
    query(admin, f'CREATE DATABASE IF NOT EXISTS `{target.name}` CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci')
    admin.select_db(target.name)
    take_turn(admin, target.name, options)
    user = f"'{target.user}'@'%'"
    new = ('mysql_native_password', query(admin, 'SELECT PASSWORD(%s)', secret)[0][0])
    old = query(admin, "SELECT Priv FROM mysql.global_priv WHERE Host = '%%' AND User = %s", target.user)
    old = passwords(old[0][0]) if old else []
    kept = [new] + [one for one in old if one != new][:0 if options.drop_old_passwords else 1]
    if kept != old:
        ways = ' OR '.join(f'{plugin} USING {admin.escape(hashed)}' for plugin, hashed in kept)
        query(admin, f'CREATE USER IF NOT EXISTS {user}')
        query(admin, f'ALTER USER {user} IDENTIFIED VIA {ways}')
    pattern = target.name.replace('_', r'\_')
    query(admin, f'GRANT ALL PRIVILEGES ON `{pattern}`.* TO {user}')
    print(f'{options.job}: database {target.name}, user {target.user} with {len(kept)} password(s)')


def passwords(privileges):
    """How a user can log in, as [(plugin, hash)], from its row of mysql.global_priv."""
    first = json.loads(privileges)
    return [(way.get('plugin', ''), way.get('authentication_string', ''))
            for way in ({**first, **other} for other in first.get('auth_or', [{}])) if way.get('plugin')]


def step(target, secret, options):
    command = options.command[1:] if options.command[:1] == ['--'] else options.command
    environment = dict(os.environ)
    for pair in options.secret_env:
        variable, _, key = pair.partition('=')
        environment[variable] = pod.password(options.secrets, key)
    connection = target.connect(secret, database=target.name)
    take_turn(connection, target.name, options)
    first = bool(query(connection, "SELECT 1 FROM kolla_bootstrap WHERE fingerprint = 'installing'"))
    if options.only and (options.only == 'installing') != first:
        print(f'{options.job}: not {options.only}, so nothing to do: {" ".join(command)}')
        return
    threading.Thread(target=hold, args=(connection, options.job), daemon=True).start()
    code, matched = run(command, environment, options.newer_schema)
    if code and matched:
        print(f'{options.job}: the schema is newer than this image (a rollback): left as it is')
    elif code:
        cure = f'; if an interrupted first run left half a schema, DROP DATABASE `{target.name}` starts it over'
        raise pod.Refused(f'{options.job}: exit code {code} of: {" ".join(command)}{cure if first else ""}')


def hold(connection, job):
    """A connection that is silent for long would be cut by proxies, and the lock with it."""
    import pymysql
    try:
        while True:
            time.sleep(15)
            query(connection, 'SELECT 1')
    except pymysql.MySQLError as error:
        print(f'{job}: the database cut the connection that holds the lock ({pod.reason(error)}); going on')


def run(command, environment, pattern):
    """Run a command, show its output, and tell whether a line of it matches."""
    try:
        child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise pod.Refused(f'cannot run {command[0]}: {error.strerror}') from None
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    matched = False
    for line in child.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        matched = matched or bool(pattern and re.search(pattern, line.decode(errors='replace')))
    return child.wait(), matched


def mark(target, secret, options):
    connection = target.connect(secret, database=target.name)
    take_turn(connection, target.name, options)
    connection.begin()
    query(connection, 'INSERT INTO kolla_bootstrap (fingerprint) VALUES (%s) '
          'ON DUPLICATE KEY UPDATE time = CURRENT_TIMESTAMP', options.fingerprint)
    query(connection, "DELETE FROM kolla_bootstrap WHERE fingerprint = 'installing'")
    connection.commit()
    print(f'{options.job}: marked {options.fingerprint}')


def arguments():
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    common.add_argument('--database', required=True, metavar='USER@HOST:PORT/NAME')
    common.add_argument('--database-password', metavar='KEY', help='default: <NAME>_database_password')
    common.add_argument('--fingerprint', help='of the Job; without it the step is an operation')
    common.add_argument('--job', help='default: as the label of the pod says')
    common.add_argument('--labels', default='/run/kolla/source/labels', help='the labels of the pod, in a file')
    common.add_argument('--database-ca')
    common.add_argument('--job-uid')
    common.add_argument('--secrets', default='/run/kolla/secrets')
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    actions = parser.add_subparsers(required=True)
    action = actions.add_parser('database', parents=[common], allow_abbrev=False)
    action.add_argument('--admin', required=True)
    action.add_argument('--admin-password', default='database_password', metavar='KEY')
    action.add_argument('--drop-old-passwords', action='store_true')
    action.set_defaults(action=create_database)
    action = actions.add_parser('step', parents=[common], allow_abbrev=False)
    action.add_argument('--only', choices=['installing', 'upgrading'])
    action.add_argument('--newer-schema', metavar='REGEX', default="Can't locate revision identified by")
    action.add_argument('--secret-env', action='append', default=[], metavar='VAR=KEY')
    action.add_argument('command', nargs=argparse.REMAINDER)
    action.set_defaults(action=step)
    actions.add_parser('mark', parents=[common], allow_abbrev=False).set_defaults(action=mark)
    options = parser.parse_args()
    labels = pod.labels(options.labels)
    options.job = options.job or labels.get('batch.kubernetes.io/job-name', 'bootstrap')
    if options.fingerprint and not options.job_uid:
        options.job_uid = labels.get('batch.kubernetes.io/controller-uid')
    return options


def reachable(target, job):
    """Wait a while for the server: a container that ends is started again only after minutes."""
    for patience in range(60):
        try:
            return socket.create_connection((target.host, target.port), 5).close()
        except OSError as error:
            if patience % 6 == 0:
                print(f'{job}: waiting for the database server {target.host}:{target.port} ({error})')
            time.sleep(PAUSE)


def main():
    import pymysql
    options = arguments()
    target = pod.Database(options.database, options.database_ca)
    key = options.database_password or f'{target.name}_database_password'
    reachable(target, options.job)
    try:
        options.action(target, pod.password(options.secrets, key), options)
    except Superseded as newer:
        print(f'{options.job}: {newer}: nothing more to do')
    except pymysql.MySQLError as error:
        raise pod.Refused(f'{options.job}: database {target.host}:{target.port}: {pod.reason(error)}') from None


if __name__ == '__main__':
    pod.main(main)
