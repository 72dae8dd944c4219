"""Nova's bootstrap and operations, with the real Nova on a real MariaDB."""
import json
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
BROKERS = 'mq-1.north:5672', 'mq-2.north:5672'


def north(port, number):
    """How the cell of the values is registered: as cell1 is, at its own places. `number`: of cell1's brokers the first."""
    login = f'{{username{number}}}:{{password{number}}}'
    return ('north', '{scheme}://' + ','.join(f'{login}@{broker}' for broker in BROKERS) + '//',
            f'{{scheme}}://{{username}}@127.0.0.1:{port}/nova_north?{{query}}')


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
        cls.cells_file = cls.folder / 'cells.json'
        place = f'127.0.0.1:{cls.port}/nova_north'
        cls.cells_file.write_text(json.dumps({'north': {'database': place, 'brokers': BROKERS}}))
        cls.bootstrap(brokers=1, password='pa%40ss')
        cls.with_one_broker = cls.cells()
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
        cells, in_each_cell = (f'{sys.executable} {ROOT}/services/nova/scripts/{name}.py'
                               for name in ('nova_cells', 'nova_in_each_cell'))
        config = f'--config-file={cls.conf}'
        cls.cells_options = f'--cells={cls.cells_file}', '--cell0-database=nova_cell0'
        return cls.program(
            'bootstrap.py', f'--database=nova_api@{at}/nova_api', '--admin=root', f'--also=nova@{at}/nova',
            f'--also=nova@{at}/nova_cell0', f'--also=nova@{at}/nova_north', f'--fingerprint={brokers}', f'--secrets={cls.folder}',
            f'--run=nova-manage {config} api_db sync', f'--run={cells} {config} {" ".join(cls.cells_options)}',
            f'--run={in_each_cell} {config} --cells={cls.cells_file} db sync --local_cell')

    @classmethod
    def query(cls, statement):
        connection = pymysql.connect(host='127.0.0.1', port=cls.port, user='root', password=mariadb.ROOT_PASSWORD,
                                     autocommit=True)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    @classmethod
    def cells(cls):
        return cls.query('SELECT name, transport_url, database_connection FROM nova_api.cell_mappings ORDER BY name')

    def test_cells_are_templates_that_each_process_fills(self):
        self.assertEqual(self.with_one_broker, (CELL0, CELL1, north(self.port, '')))
        self.assertEqual(self.cells(), (CELL0, CELL1, north(self.port, 1)))
        listed = self.run_in_pod('nova-manage', f'--config-file={self.conf}', 'cell_v2', 'list_cells', '--verbose')
        at = f'mysql+pymysql://nova@127.0.0.1:{self.port}'
        of_north = 'rabbit://' + ','.join(f'openstack:an{{other@{broker}' for broker in BROKERS) + '//'
        for url in self.transport_url, of_north, f'{at}/nova?', f'{at}/nova_cell0?', f'{at}/nova_north?':
            self.assertIn(f' {url}', listed)
        for database in 'nova', 'nova_cell0', 'nova_north', 'nova_api':
            self.assertGreater(len(self.query(f'SHOW TABLES FROM {database}')), 30)

    def test_the_cell_of_kolla_ansible_has_no_name_and_is_taken_over(self):
        uuid = self.query("SELECT uuid FROM nova_api.cell_mappings WHERE name = 'cell1'")
        self.query("UPDATE nova_api.cell_mappings SET name = NULL, transport_url = 'rabbit://a:b@c:1//' "
                   "WHERE name = 'cell1'")
        self.program('nova_cells.py', f'--config-file={self.conf}', *self.cells_options)
        self.assertEqual(self.cells(), (CELL0, CELL1, north(self.port, 1)))
        self.assertEqual(self.query("SELECT uuid FROM nova_api.cell_mappings WHERE name = 'cell1'"), uuid)

    def test_a_cell_that_leaves_the_values_stays_and_is_told_of(self):
        before = self.cells()
        none = self.folder / 'none.json'
        none.write_text('{}')
        done = self.program('nova_cells.py', f'--config-file={self.conf}', f'--cells={none}', self.cells_options[1])
        self.assertIn('kept north ', done)
        self.assertEqual(self.cells(), before)
        told = self.program('nova_in_each_cell.py', f'--config-file={self.conf}', f'--cells={none}', 'db', 'version')
        self.assertEqual(told.count('nova-manage db version'), 2)

    def test_operations(self):
        config = f'--config-file={self.conf}'
        migrated = self.program('nova_in_each_cell.py', config, f'--cells={self.cells_file}',
                                'db', 'online_data_migrations')
        self.assertEqual(migrated.count('nova-manage db online_data_migrations'), 3)
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
