"""A service's database: where it is, and whether its bootstrap Job has left its marker.

Needs pymysql where the database is asked.
"""
import os
import re
import time

import pod

# Seconds in which the database answers but has no marker.
CURE_AFTER = float(os.environ.get('PREPARE_CURE_AFTER', 120))


class Database:
    """A service's database, written USER@HOST:PORT/NAME. With `ca`, a file of certificates, only TLS is spoken, and
    only with the server that the address names."""

    def __init__(self, address, ca=None):
        parts = re.fullmatch(r'([\w.-]+)@\[?([^/@\]]+)\]?:(\d+)/([\w-]+)', address)
        if not parts:
            raise pod.Refused(f'--database {address}: not of the form USER@HOST:PORT/NAME')
        self.user, self.host, port, self.name = parts.groups()
        self.port = int(port)
        self.tls = {'ca': ca} if ca else None

    def connect(self, secret, user=None, database=None, read_timeout=None):
        """A connection that commits each statement. Errors are pymysql.MySQLError."""
        import pymysql
        return pymysql.connect(
            host=self.host, port=self.port, user=user or self.user, password=secret, database=database,
            charset='utf8mb4', autocommit=True, connect_timeout=10,
            read_timeout=read_timeout, ssl=self.tls)


def missing(database, secret, fingerprint):
    """Why the marker cannot be seen, and whether the database answered; None when it is there."""
    import pymysql
    try:
        # A proxy may keep a connection for which it has no server.
        connection = database.connect(secret, database=database.name, read_timeout=30)
    except (pymysql.MySQLError, OSError) as error:
        # 1044, 1045, 1049: access denied to the database, to the user; unknown database.
        if error.args and error.args[0] in (1044, 1045, 1049):
            return f'database refuses {database.user} ({pod.reason(error)})', True
        return f'database refuses connections ({pod.reason(error)})', False
    try:
        with connection, connection.cursor() as cursor:
            if cursor.execute('SELECT 1 FROM kolla_bootstrap WHERE fingerprint = %s', [fingerprint]):
                return None
            return f'database {database.name} has no marker {fingerprint} yet', True
    except pymysql.MySQLError as error:
        if error.args and error.args[0] == 1146:
            return f'database {database.name} has no table kolla_bootstrap yet', True
        return f'database {database.name} fails ({pod.reason(error)})', False


def wait(database, secret, options):
    said, said_at, answered_at = None, 0, None
    while True:
        found = missing(database, secret, options.wait_for)
        if not found:
            return
        why, answered = found
        now = time.monotonic()
        answered_at = (answered_at or now) if answered else None
        if why != said or now - said_at >= 30:
            said, said_at = why, now
            print(f'waiting for Job {options.job}: {why}')
            if answered and now - answered_at >= CURE_AFTER:
                kubectl = f'kubectl -n {options.namespace}'
                print(f'  what it does: {kubectl} logs job/{options.job}\n'
                      f'  if it has ended, or the database was restored from an older backup: '
                      f'{kubectl} delete job {options.job}, then apply again')
        time.sleep(2)
