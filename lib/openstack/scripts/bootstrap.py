"""What must happen once before a service's pods start: its database, its schema, its marker.

Runs in the service's bootstrap Job, and is run again until it succeeds; so every step is idempotent:

    --admin     create the database and its user, or give the user a new password; the same for
                each that --also names, whose locks and markers are those of the first
    --run, --install, --upgrade
                commands in the order given; --install only if the database was empty when the
                installation began, --upgrade only if it was not
    --fingerprint
                at the end, leave the marker for which the pods of the service wait

Kept in the service's own database, so that a restored backup restores it too:

    kolla_bootstrap       markers, never removed: after a rollback the old one still holds. One row
                          'installing' stands from an empty database until the first marker.
    kolla_bootstrap_jobs  the Jobs, in the order they came. One that is not the newest is superseded:
                          its remaining steps do nothing and it leaves no marker.

A lock of the database server lets one Job of a service run at a time. Without --fingerprint it is
an operation (contract, drop old passwords): it takes the lock, but supersedes no Job.
"""
import argparse
import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time

import pod
from database import Database

TABLES = '''
CREATE TABLE IF NOT EXISTS kolla_bootstrap (
    fingerprint VARCHAR(128) NOT NULL PRIMARY KEY, time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS kolla_bootstrap_jobs (
    uid VARCHAR(64) NOT NULL PRIMARY KEY, fingerprint VARCHAR(128) NOT NULL,
    sequence BIGINT NOT NULL AUTO_INCREMENT UNIQUE, time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE=InnoDB'''

# What alembic says of a schema that this image does not know; the latter to Neutron, which looks before it migrates.
NEWER_SCHEMA = b"Can't locate revision identified by", b'ResolutionError: No such revision or branch'
PAUSE = float(os.environ.get('BOOTSTRAP_PAUSE', 5))


class Superseded(Exception):
    pass


def query(connection, statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def bootstrap(target, secret, options):
    if options.admin:
        connection = target.connect(pod.password(options.secrets, options.admin_password), user=options.admin)
        create(connection, target)
        connection.select_db(target.name)
    else:
        connection = target.connect(secret, database=target.name)
    take_turn(connection, target.name, options)
    if options.admin:
        allow_user(connection, target, secret, options)
        for other in options.also:
            other = Database(other)
            create(connection, other)
            allow_user(connection, other, pod.password(options.secrets, key_of(other)), options)
    first = bool(query(connection, "SELECT 1 FROM kolla_bootstrap WHERE fingerprint = 'installing'"))
    for only, line in options.commands:
        stop_if_superseded(connection, options)
        if only and (only == 'install') != first:
            print(f'{options.job}: not to {only}, so nothing to do: {line}')
        else:
            step(connection, line, first, target.name, options)
    if options.fingerprint:
        mark(connection, options)


def create(admin, target):
    # Kolla-Ansible's MariaDB gives new databases this character set and collation.
    query(admin, f'CREATE DATABASE IF NOT EXISTS `{target.name}` CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci')


def key_of(target):
    return f'{target.user}_database_password'


def take_turn(connection, name, options):
    """Return when this Job alone works on the database `name`, and is the newest there. The lock
    lives as long as the connection."""
    for statement in TABLES.split(';'):
        query(connection, statement)
    if options.job_uid:
        query(connection, 'INSERT IGNORE INTO kolla_bootstrap_jobs (uid, fingerprint) VALUES (%s, %s)',
              options.job_uid, options.fingerprint)
    lock, waiting = f'kolla_bootstrap/{name}'[:64], False
    while not query(connection, 'SELECT GET_LOCK(%s, 10)', lock)[0][0]:
        if not waiting:
            print(f'{options.job}: waiting, another Job of this service is running')
            waiting = True
    stop_if_superseded(connection, options)
    foreign = query(connection, 'SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() '
                    "AND table_name NOT IN ('kolla_bootstrap', 'kolla_bootstrap_jobs') LIMIT 1")
    if not foreign and not query(connection, 'SELECT 1 FROM kolla_bootstrap LIMIT 1'):
        query(connection, "INSERT INTO kolla_bootstrap (fingerprint) VALUES ('installing')")


def stop_if_superseded(connection, options):
    newer = options.job_uid and query(
        connection, 'SELECT fingerprint, uid FROM kolla_bootstrap_jobs WHERE sequence > (SELECT sequence '
        'FROM kolla_bootstrap_jobs WHERE uid = %s) ORDER BY sequence DESC LIMIT 1', options.job_uid)
    if newer:
        raise Superseded('superseded by the Job with fingerprint {} (uid {})'.format(*newer[0]))


def allow_user(admin, target, secret, options):
    """The user keeps the newest of its old passwords beside the new one, because pods that still
    run log in with it, until --drop-old-passwords."""
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


def step(connection, line, first, name, options):
    print(f'{options.job}: {line}')
    with held(connection, options.job):
        code, newer_schema = run(shlex.split(line))
    if code and newer_schema:
        print(f'{options.job}: the schema is newer than this image (a rollback): left as it is')
    elif code:
        cure = f'; if an interrupted first run left half a schema, DROP DATABASE `{name}` starts it over'
        raise pod.Refused(f'{options.job}: exit code {code} of: {line}{cure if first else ""}')


@contextlib.contextmanager
def held(connection, job):
    """A connection that is silent for long would be cut by proxies, and the lock with it."""
    import pymysql
    done = threading.Event()

    def ping():
        try:
            while not done.wait(15):
                query(connection, 'SELECT 1')
        except pymysql.MySQLError as error:
            print(f'{job}: the database cut the connection that holds the lock ({pod.reason(error)})')
    thread = threading.Thread(target=ping, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def run(command):
    """Run a command, show its output, and tell whether it says that the schema is newer."""
    try:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise pod.Refused(f'cannot run {command[0]}: {error.strerror}') from None
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    newer_schema = False
    for line in child.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        newer_schema = newer_schema or any(words in line for words in NEWER_SCHEMA)
    return child.wait(), newer_schema


def mark(connection, options):
    stop_if_superseded(connection, options)
    connection.begin()
    query(connection, 'INSERT INTO kolla_bootstrap (fingerprint) VALUES (%s) '
          'ON DUPLICATE KEY UPDATE time = CURRENT_TIMESTAMP', options.fingerprint)
    query(connection, "DELETE FROM kolla_bootstrap WHERE fingerprint = 'installing'")
    connection.commit()
    print(f'{options.job}: marked {options.fingerprint}')


class Command(argparse.Action):
    """Keeps commands in the order given, each with the option's name: (None, 'install' or 'upgrade'; the line)."""

    def __call__(self, parser, options, line, option):
        options.commands = [*options.commands, (None if option == '--run' else option.lstrip('-'), line)]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    # USER@HOST:PORT/NAME; its password is USER_database_password
    parser.add_argument('--database', required=True)
    # The same, repeated: more databases of the service, on the same server.
    parser.add_argument('--also', action='append', default=[])
    # Of the Job; without it this is an operation.
    parser.add_argument('--fingerprint')
    # Creates the database and its user.
    parser.add_argument('--admin')
    parser.add_argument('--drop-old-passwords', action='store_true')
    for option in ('--run', '--install', '--upgrade'):
        parser.add_argument(option, action=Command, dest='commands', default=[])
    parser.add_argument('--database-password')
    # The certificate authority of the database server: TLS only.
    parser.add_argument('--ca')
    parser.add_argument('--admin-password', default='database_password')
    # The labels of the pod, in a file.
    parser.add_argument('--labels', default='/run/kolla/source/labels')
    parser.add_argument('--secrets', default='/run/kolla/secrets')
    options = parser.parse_args()
    labels = pod.labels(options.labels)
    options.job = labels.get('batch.kubernetes.io/job-name', 'bootstrap')
    options.job_uid = labels.get('batch.kubernetes.io/controller-uid') if options.fingerprint else None
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
    target = Database(options.database, options.ca)
    key = options.database_password or key_of(target)
    reachable(target, options.job)
    try:
        bootstrap(target, pod.password(options.secrets, key), options)
    except Superseded as newer:
        print(f'{options.job}: {newer}: nothing more to do')
    except pymysql.MySQLError as error:
        raise pod.Refused(f'{options.job}: database {target.host}:{target.port}: {pod.reason(error)}') from None


if __name__ == '__main__':
    pod.main(main)
