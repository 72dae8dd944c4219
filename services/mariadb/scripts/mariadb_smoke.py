"""Smoke test of MariaDB: clients write and read, and every member is in step with the others."""
import os
import subprocess
import urllib.request

from smoke import check

ENV = os.environ
SQL = """CREATE OR REPLACE DATABASE kolla_smoke_test;
CREATE TABLE kolla_smoke_test.rows (id INT PRIMARY KEY);
INSERT INTO kolla_smoke_test.rows VALUES (42);
SELECT id FROM kolla_smoke_test.rows;
DROP DATABASE kolla_smoke_test;
"""


def query():
    """As the administrator, at the address of all clients."""
    with open('/run/kolla/secrets/database_password') as file:
        password = file.read()
    client = ['mariadb', '--no-defaults', '--host=mariadb', f'--port={ENV["PORT"]}', f'--user={ENV["ADMIN"]}',
              '--batch', '--skip-column-names', '--connect-timeout=10']
    client += [f'--ssl-ca={ENV["CA"]}', '--ssl-verify-server-cert'] if ENV['CA'] else ['--skip-ssl']
    done = subprocess.run(client, input=SQL, capture_output=True, text=True, timeout=30,
                          env={**ENV, 'MYSQL_PWD': password})
    if done.stdout != '42\n':
        raise ValueError((done.stderr or f'it gives {done.stdout!r}').strip())


def synced(member):
    urllib.request.urlopen(f'http://{member}:4570/synced', timeout=5).close()


check(f'{ENV["ADMIN"]} writes and reads a row at mariadb:{ENV["PORT"]}', query)
for ordinal in range(int(ENV['MEMBERS'])):
    member = f'mariadb-{ordinal}.mariadb-members'
    check(f'{member} is in step', synced, member)
