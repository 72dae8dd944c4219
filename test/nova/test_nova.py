"""Nova's bootstrap and operations, with the real Nova on a real MariaDB."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / room) for room in ('database', 'python')]
import mariadb
import pymysql

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / folder for folder in ('lib/kolla/scripts', 'lib/openstack/scripts', 'services/nova/scripts')]
BIN = pathlib.Path(sys.executable).parent
PASSWORDS = {'nova': 'of %40 nova/', 'nova_api': "of nova's API"}
CELL0 = ('cell0', 'none:///', '{scheme}://{username}@{hostname}:{port}/nova_cell0?{query}')
CELL1 = ('cell1', '{scheme}://{username}:{password}@{hostname}:{port}//{path}',
         '{scheme}://{username}@{hostname}:{port}/{path}?{query}')


class Nova(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = mariadb.start(cls)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / 'database_password').write_text(mariadb.ROOT_PASSWORD)
        for user, password in PASSWORDS.items():
            (cls.folder / f'{user}_database_password').write_text(password)
            (cls.folder / f'{user}.cnf').write_text(f'[client]\npassword = "{password}"\n')
        shutil.copy(BIN.parent / 'etc/nova/api-paste.ini', cls.folder)
        # Also that all that is called in a bootstrap may be called again.
        cls.bootstrap(brokers=1, password='pa%40ss')
        cls.bootstrap(brokers=3, password='an{other')

    @classmethod
    def run_in_pod(cls, *command, allowed=(0,), **environment):
        path = f'{BIN}:{os.environ["PATH"]}'
        python_path = os.pathsep.join(map(str, SCRIPTS))
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env={
            **os.environ, 'PATH': path, 'PYTHONPATH': python_path, 'OS_NOVA_CONFIG_DIR': str(cls.folder), **environment})
        if done.returncode not in allowed:
            raise AssertionError(f'{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}')
        return done.stdout

    @classmethod
    def program(cls, name, *options):
        return cls.run_in_pod(sys.executable, next(one / name for one in SCRIPTS if (one / name).exists()), *options)

    @classmethod
    def bootstrap(cls, brokers, password):
        url = ','.join(f'openstack:{password}@rabbitmq-{i}.rabbitmq:5672' for i in range(brokers))
        cls.transport_url = f'rabbit://{url}//'
        at = f'127.0.0.1:{cls.port}'
        cls.conf = cls.folder / 'nova.conf'
        cls.conf.write_text(
            f'[DEFAULT]\ntransport_url = {cls.transport_url}\nstate_path = {cls.folder}/state\n'
            f'[database]\nconnection = mysql+pymysql://nova@{at}/nova?read_default_file={cls.folder}/nova.cnf\n'
            f'[api_database]\n'
            f'connection = mysql+pymysql://nova_api@{at}/nova_api?read_default_file={cls.folder}/nova_api.cnf\n'
            '[keystone_authtoken]\nauth_type = none\n')
        cells = f'{sys.executable} {ROOT}/services/nova/scripts/nova_cells.py'
        config = f'--config-file={cls.conf}'
        return cls.program(
            'bootstrap.py', f'--database=nova_api@{at}/nova_api', '--admin=root', f'--also=nova@{at}/nova',
            f'--also=nova@{at}/nova_cell0', f'--fingerprint={brokers}', f'--secrets={cls.folder}',
            f'--run=nova-manage {config} api_db sync', f'--run={cells} {config} --cell0-database=nova_cell0',
            f'--run=nova-manage {config} db sync')

    def query(self, statement):
        connection = pymysql.connect(host='127.0.0.1', port=self.port, user='root', password=mariadb.ROOT_PASSWORD,
                                     autocommit=True)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def cells(self):
        return self.query('SELECT name, transport_url, database_connection FROM nova_api.cell_mappings ORDER BY name')

    def test_cells_are_templates_that_each_process_fills(self):
        self.assertEqual(self.cells(), (CELL0, CELL1))
        listed = self.run_in_pod('nova-manage', f'--config-file={self.conf}', 'cell_v2', 'list_cells', '--verbose')
        at = f'mysql+pymysql://nova@127.0.0.1:{self.port}'
        for url in self.transport_url, f'{at}/nova?', f'{at}/nova_cell0?':
            self.assertIn(f' {url}', listed)
        for database in 'nova', 'nova_cell0', 'nova_api':
            self.assertGreater(len(self.query(f'SHOW TABLES FROM {database}')), 30)

    def test_the_cell_of_kolla_ansible_has_no_name_and_is_taken_over(self):
        uuid = self.query("SELECT uuid FROM nova_api.cell_mappings WHERE name = 'cell1'")
        self.query("UPDATE nova_api.cell_mappings SET name = NULL, transport_url = 'rabbit://a:b@c:1//' "
                   "WHERE name = 'cell1'")
        self.program('nova_cells.py', f'--config-file={self.conf}', '--cell0-database=nova_cell0')
        self.assertEqual(self.cells(), (CELL0, CELL1))
        self.assertEqual(self.query("SELECT uuid FROM nova_api.cell_mappings WHERE name = 'cell1'"), uuid)

    def test_operations(self):
        config = f'--config-file={self.conf}'
        self.run_in_pod('nova-manage', config, 'db', 'online_data_migrations')
        self.run_in_pod('nova-manage', config, 'cell_v2', 'discover_hosts', '--by-service', '--verbose')
        self.assertIn('Archiving', self.program('nova_archive.py', config, '--days=1'))

    def test_stale_services(self):
        ages = {'nova-conductor-0': 1, 'nova-conductor-1': 30, 'compute-1': 30}
        for host, hours in ages.items():
            binary = 'nova-compute' if host == 'compute-1' else 'nova-conductor'
            self.query('INSERT INTO nova.services (created_at, host, `binary`, topic, uuid, last_seen_up, report_count, '
                       f"disabled, deleted, forced_down, version) VALUES (NOW(), '{host}', '{binary}', 't', UUID(), "
                       f'UTC_TIMESTAMP() - INTERVAL {hours} HOUR, 1, 0, 0, 0, 70)')
        done = self.program('nova_stale_services.py', f'--config-file={self.conf}', '--hours=24')
        self.assertIn('removed nova-conductor on nova-conductor-1', done)
        kept = self.query("SELECT host FROM nova.services WHERE deleted = 0 AND topic = 't' ORDER BY host")
        self.assertEqual(kept, (('compute-1',), ('nova-conductor-0',)))
        self.query("DELETE FROM nova.services WHERE topic = 't'")

    def test_all_pods_of_an_api_have_one_row(self):
        serve = ("import sys; sys.argv = ['uwsgi']; from webob import Request; "
                 "from nova.wsgi.{} import application; print(Request.blank('/').get_response(application).status)")
        for module, host in ('osapi_compute', 'nova-api'), ('osapi_compute', 'nova-api'), ('metadata', 'nova-metadata'):
            self.assertIn('200 OK', self.run_in_pod(sys.executable, '-c', serve.format(module), OS_DEFAULT__HOST=host))
        rows = self.query("SELECT host, `binary` FROM nova.services WHERE topic IS NULL ORDER BY host")
        self.assertEqual(rows, (('nova-api', 'nova-osapi_compute'), ('nova-metadata', 'nova-metadata')))


if __name__ == '__main__':
    unittest.main()
