"""Smoke test of memcached: every server keeps a value and gives it back."""
import os
import socket

from smoke import check

PORT = int(os.environ['PORT'])
KEY = b'kolla-cdk8s-smoke-test'


def serves(server):
    with socket.create_connection((server, PORT), timeout=5) as connection, connection.makefile('rwb') as stream:
        def ask(command, *wanted):
            stream.write(command + b'\r\n')
            stream.flush()
            for line in wanted:
                found = stream.readline()
                if not found.startswith(line):
                    raise ValueError(f'to {command} it says {found}')

        ask(b'version', b'VERSION ')
        ask(b'set ' + KEY + b' 0 60 2\r\nok', b'STORED\r\n')
        ask(b'get ' + KEY, b'VALUE ' + KEY + b' 0 2\r\n', b'ok\r\n', b'END\r\n')
        ask(b'delete ' + KEY, b'DELETED\r\n')


for ordinal in range(int(os.environ['MEMBERS'])):
    server = f'memcached-{ordinal}.memcached'
    check(f'{server}:{PORT} keeps a value', serves, server)
