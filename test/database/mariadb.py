"""A real MariaDB on a loopback port, in a folder of its own."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'python'))
import pymysql

ROOT_PASSWORD = 'r00t "$\'@'


def start(case):
    """Start a server for a TestCase class; its port. It ends with the class."""
    path = f'{os.environ["PATH"]}:/usr/sbin'
    server, install = shutil.which('mariadbd', path=path), shutil.which('mariadb-install-db', path=path)
    if not server or not install:
        if os.environ.get('CI'):
            raise AssertionError('mariadbd is not installed (Debian: mariadb-server)')
        raise unittest.SkipTest('mariadbd is not installed (Debian: mariadb-server)')
    folder = tempfile.TemporaryDirectory()
    case.addClassCleanup(folder.cleanup)
    data = f'{folder.name}/data'
    user = ['--user=root'] if os.getuid() == 0 else []
    subprocess.run([install, '--no-defaults', *user, f'--datadir={data}', '--auth-root-authentication-method=normal',
                    '--skip-test-db'], check=True, capture_output=True)
    with socket.create_server(('127.0.0.1', 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([server, '--no-defaults', *user, f'--datadir={data}', f'--socket={folder.name}/socket',
                                f'--port={port}', '--bind-address=127.0.0.1', '--innodb-buffer-pool-size=32M',
                                '--skip-name-resolve'], stderr=subprocess.DEVNULL)
    case.addClassCleanup(process.wait)
    case.addClassCleanup(process.terminate)
    for _ in range(200):
        with contextlib.suppress(pymysql.OperationalError):
            root = pymysql.connect(unix_socket=f'{folder.name}/socket', user='root', autocommit=True)
            break
        time.sleep(0.1)
    else:
        raise AssertionError('mariadbd does not answer')
    with root, root.cursor() as cursor:
        cursor.execute("CREATE USER root@'%%' IDENTIFIED BY %s", [ROOT_PASSWORD])
        cursor.execute("GRANT ALL PRIVILEGES ON *.* TO root@'%' WITH GRANT OPTION")
        # Otherwise root@localhost, without a password, comes before root@'%'.
        cursor.execute("DELETE FROM mysql.global_priv WHERE Host <> '%' AND User IN ('root', '')")
        cursor.execute('FLUSH PRIVILEGES')
    return port
