"""What the tests share: the folders of the programs, and a real Keystone on SQLite."""
import atexit
import contextlib
import functools
import http.server
import os
import pathlib
import shutil
import socketserver
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / 'lib/kolla/scripts', ROOT / 'lib/openstack/scripts', *ROOT.glob('services/*/scripts')]
sys.path[:0] = map(str, SCRIPTS)
import fernet_keys  # noqa: E402
if os.access('/dev/shm', os.W_OK):
    tempfile.tempdir = '/dev/shm'  # memory: databases that nobody needs to be safe on a disk

MASTER = 'the master secret of all Fernet keys'
ADMIN_PASSWORD = 'p@ss w%rd$"\''


def run(script, *arguments, check=True, **environment):
    """Run one of the programs as a pod does: a process of its own, all programs importable."""
    path = next(folder / script for folder in SCRIPTS if (folder / script).exists())
    done = subprocess.run([sys.executable, path, *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, 'PYTHONPATH': os.pathsep.join(map(str, SCRIPTS)), **environment})
    if check and done.returncode:
        raise AssertionError(f'{script} ended with {done.returncode}:\n{done.stdout}{done.stderr}')
    return done


def fernet_settings(folder, period=3600, lifetime=7200, generation=1):
    (folder / 'master').write_text(MASTER)
    return {'FERNET_REPOSITORY': str(folder / 'keys'), 'FERNET_MASTER': str(folder / 'master'),
            'FERNET_PERIOD': str(period), 'FERNET_LIFETIME': str(lifetime), 'FERNET_GENERATION': str(generation)}


def configure(folder):
    (folder / 'keystone.conf').write_text(f'''
[database]
connection = sqlite:///{folder}/keystone.db
[fernet_tokens]
key_repository = {folder}/keys
[fernet_receipts]
key_repository = {folder}/keys
[identity]
password_hash_rounds = 4
[cache]
enabled = true
backend = dogpile.cache.memory
''')
    return folder / 'keystone.conf'


def temporary_folder():
    """One that lives as long as this process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return pathlib.Path(folder.name)


@functools.cache
def migrated():
    """A folder with Keystone's empty schema, made once for all tests: migrations are slow."""
    folder = temporary_folder()
    manage = pathlib.Path(sys.executable).with_name('keystone-manage')
    subprocess.run([manage, '--config-file', configure(folder), 'db_sync'], check=True, capture_output=True)
    # Otherwise a reader locks the writer out: Keystone has a connection for each.
    with contextlib.closing(sqlite3.connect(folder / 'keystone.db')) as connection:
        connection.execute('PRAGMA journal_mode = WAL')
    return folder


def register(conf, internal='http://internal:5000/v3', public='http://public:5000/v3', password=ADMIN_PASSWORD):
    (conf.parent / 'keystone_admin_password').write_text(password)
    return run('keystone_identity.py', '--config-file', conf, '--region', 'RegionOne', '--internal-url', internal,
               '--public-url', public, '--secrets', conf.parent)


@functools.cache
def registered():
    """A folder with a Keystone that is registered: run once for all tests."""
    folder = temporary_folder()
    shutil.copy(migrated() / 'keystone.db', folder)
    keys = fernet_keys.Keys(MASTER.encode(), 1, 3600, 7200)
    fernet_keys.write(str(folder / 'keys'), keys.repository(keys.epoch(time.time())))
    register(configure(folder))
    return folder


def new_keystone(folder):
    """A copy of the registered Keystone in `folder`: its keystone.conf."""
    shutil.copytree(registered(), folder, dirs_exist_ok=True)
    return configure(folder)


def serve(conf):
    """A Keystone API on a loopback port: the process and its URL."""
    program = '''
import wsgiref.simple_server as simple
class Handler(simple.WSGIRequestHandler):
    def log_message(self, *_): pass
from keystone.wsgi.api import application
server = simple.make_server('127.0.0.1', 0, application, handler_class=Handler)
print(server.server_port, flush=True)
server.serve_forever()
'''
    process = subprocess.Popen([sys.executable, '-c', program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               text=True, env={**os.environ, 'OS_KEYSTONE_CONFIG_DIR': str(conf.parent)})
    return process, f'http://127.0.0.1:{process.stdout.readline().strip()}/v3'


@contextlib.contextmanager
def changed(name, seconds, changes):
    """A copy of a program with so many seconds to succeed, and texts in it changed: names and folders that only pods
    have. Those that do not stand in it do in the client of OpenStack that it imports."""
    source = next(at / name for at in SCRIPTS if (at / name).exists()).read_text()
    of_program = {text: other for text, other in changes.items() if text in source}
    of_client = {text: other for text, other in changes.items() if text not in source}
    checks = {'+ 60': f'+ {seconds}', 'sleep(2)': 'sleep(0.1)'}
    with tempfile.TemporaryDirectory() as folder:
        for file, texts in (('smoke.py', checks), ('session.py', of_client), (name, of_program)):
            program = next(at / file for at in SCRIPTS if (at / file).exists()).read_text()
            for text, other in texts.items():
                if program.count(text) != 1:
                    raise AssertionError(f'{text} stands {program.count(text)} times in {file}')
                program = program.replace(text, str(other))
            pathlib.Path(folder, file).write_text(program)
        yield pathlib.Path(folder, name)


def smoke(name, seconds, changes, **env):
    """Run such a copy: its exit code, and the lines that it said."""
    with changed(name, seconds, changes) as program:
        done = subprocess.run([sys.executable, program], capture_output=True, text=True, env=env)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def admin(url):
    """The environment of a program that logs in as the administrator, with the password in a file of that name."""
    return {'OS_AUTH_URL': url, 'OS_USERNAME': 'admin', 'OS_USER_DOMAIN_NAME': 'Default', 'OS_PROJECT_NAME': 'admin',
            'OS_REGION_NAME': 'RegionOne', 'PASSWORD_NAME': 'keystone_admin_password'}


def catalog(**urls):
    """The catalog of a cloud with these services, each at one address for all."""
    return {'catalog': [{'type': service, 'endpoints': [
        {'url': url, 'interface': 'internal', 'region_id': 'RegionOne'}]} for service, url in urls.items()]}


@contextlib.contextmanager
def serving(handler, context=None, port=0):
    """A server on a loopback port."""
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

        def handle_error(self, *_):
            pass

    with Server(('127.0.0.1', port), handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def member(answer, status=200):
    """The program of a member, on the port of its state."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass
    return Handler
