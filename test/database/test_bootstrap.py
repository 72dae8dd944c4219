"""bootstrap.py's steps, and prepare.py waiting for their marker, against a real MariaDB."""
import contextlib
import io
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

import mariadb
import pymysql
import support
import database

PASSWORD = 'first p@ss%40"w\'ord$\\'


class Job:
    """A bootstrap Job of a service whose database is `name`, or an operation on it."""

    def __init__(self, test, name, fingerprint, uid, key='database_password'):
        self.name, self.fingerprint = name, fingerprint
        labels = test.folder / f'labels-{uid}'
        labels.write_text(f'batch.kubernetes.io/job-name="{name}-bootstrap-{fingerprint}"\n'
                          f'batch.kubernetes.io/controller-uid="{uid}"\n')
        self.common = ['--database', f'{name}@127.0.0.1:{test.port}/{name}', '--database-password', key,
                       '--secrets', test.secrets]
        self.labels = ['--labels', labels]
        self.admin = ['--admin', 'root', '--admin-password', 'root_password']

    def run(self, *arguments, check=True, operation=False):
        """The whole of it: database, commands, marker."""
        fingerprint = [] if operation else ['--fingerprint', self.fingerprint]
        return support.run('bootstrap.py', *self.common, *self.labels, *fingerprint, *arguments, check=check)

    def install(self, *arguments, **options):
        return self.run(*self.admin, *arguments, **options)


class Database(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = mariadb.start(cls)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.secrets = cls.folder / 'secrets'
        cls.secrets.mkdir()
        (cls.secrets / 'root_password').write_text(mariadb.ROOT_PASSWORD)
        (cls.secrets / 'database_password').write_text(PASSWORD)

    def query(self, statement, user='root', password=mariadb.ROOT_PASSWORD, database=None):
        connection = pymysql.connect(host='127.0.0.1', port=self.port, user=user, password=password,
                                     database=database, autocommit=True)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def can_log_in(self, name, password):
        try:
            return bool(self.query('SELECT 1', name, password, name))
        except pymysql.OperationalError as error:
            self.assertEqual(error.args[0], 1045)
            return False

    def grant(self, name):
        password = pymysql.converters.escape_item(PASSWORD, 'utf8')
        self.query(f"GRANT ALL ON `{name}`.* TO {name}@'%' IDENTIFIED BY {password}")

    def eventually(self, statement, rows):
        for _ in range(100):
            with contextlib.suppress(pymysql.MySQLError):
                if self.query(statement) == rows:
                    return
            time.sleep(0.1)
        self.fail(f'never {rows}: {statement}')

    def job(self, name, fingerprint='f1', uid='uid-1', **options):
        return Job(self, name, fingerprint, uid, **options)

    def markers(self, name):
        return {row[0] for row in self.query(f'SELECT fingerprint FROM `{name}`.kolla_bootstrap')}


class Bootstrap(Database):
    # The database and its user

    def test_database_and_user(self):
        job = self.job('nova_api')
        job.install()
        job.install()
        self.assertTrue(self.can_log_in('nova_api', PASSWORD))
        self.assertEqual(self.query("SELECT default_character_set_name, default_collation_name FROM "
                                    "information_schema.schemata WHERE schema_name = 'nova_api'"),
                         (('utf8mb3', 'utf8mb3_general_ci'),))
        self.assertEqual({row[0] for row in self.query('SHOW DATABASES', 'nova_api', PASSWORD)},
                         {'information_schema', 'nova_api'})

    def test_a_database_that_others_made(self):
        self.query('CREATE DATABASE theirs')
        self.grant('theirs')
        done = self.job('theirs').run('--install', 'echo installed', '--upgrade', 'echo upgraded')
        self.assertIn('installed\n', done.stdout)
        self.assertEqual(self.markers('theirs'), {'f1'})

    def test_rotation_of_the_password_refuses_nobody(self):
        self.job('rotation').install()
        for number, new in enumerate(['second', 'third $"\'']):
            (self.secrets / f'password_{number}').write_text(new)
            done = self.job('rotation', key=f'password_{number}', uid=f'uid-{number + 2}').install()
            self.assertIn('2 password(s)', done.stdout)
            self.assertTrue(self.can_log_in('rotation', new))
            self.assertTrue(self.can_log_in('rotation', [PASSWORD, 'second'][number]))
        self.assertFalse(self.can_log_in('rotation', PASSWORD))
        # Back to the second, with which pods run: it becomes the newest, the third stays.
        job = self.job('rotation', key='password_0', uid='uid-4')
        job.install()
        self.assertTrue(self.can_log_in('rotation', 'second') and self.can_log_in('rotation', 'third $"\''))
        job.install('--drop-old-passwords', operation=True)
        self.assertTrue(self.can_log_in('rotation', 'second'))
        self.assertFalse(self.can_log_in('rotation', 'third $"\''))

    def test_databases_beside_it(self):
        also = [f'--also={user}@127.0.0.1:{self.port}/{name}' for user, name in
                (('cells', 'cells'), ('cells', 'cells_cell0'))]
        for number, password in enumerate(['first', 'second']):
            (self.secrets / 'cells_database_password').write_text(password)
            done = self.job('cells_api', uid=f'uid-{number}').install(*also, '--run', 'echo step')
        self.assertIn('user cells with 2 password(s)', done.stdout)
        self.assertEqual({row[0] for row in self.query('SHOW DATABASES', 'cells', 'second')},
                         {'information_schema', 'cells', 'cells_cell0'})
        self.assertTrue(self.can_log_in('cells', 'first'))
        self.assertFalse(self.query("SHOW TABLES FROM cells LIKE 'kolla%'"))
        self.job('cells_api', uid='uid-2').install(*also, '--drop-old-passwords', operation=True)
        self.assertTrue(self.can_log_in('cells', 'second'))
        self.assertFalse(self.can_log_in('cells', 'first'))

    # Steps

    def test_a_step_shows_its_output_and_fails_as_its_command(self):
        job = self.job('glance')
        done = job.install('--run', """sh -c 'echo shown; echo "too" >&2'""")
        self.assertIn('\nshown\ntoo\n', done.stdout)
        failed = job.install('--run', "sh -c 'echo why; exit 3'", '--run', 'echo never', check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertIn('\nwhy\n', failed.stdout)
        self.assertNotIn('never', failed.stdout)
        self.assertIn('glance-bootstrap-f1: exit code 3 of: sh -c', failed.stderr)
        self.assertIn('no-such-command', job.install('--run', 'no-such-command', check=False).stderr)

    def test_a_schema_that_is_newer_than_the_image(self):
        newer = """sh -c 'echo "ERROR: Can\'"'"'t locate revision identified by abc"; exit 1'"""
        neutron = "sh -c 'echo alembic.script.revision.ResolutionError: No such revision or branch abc; exit 1'"
        done = self.job('newer').install('--run', newer, '--run', neutron, '--run', 'echo further')
        self.assertEqual(done.stdout.count('the schema is newer than this image'), 2)
        self.assertIn('\nfurther\n', done.stdout)
        self.assertEqual(self.markers('newer'), {'f1'})
        other = self.job('newer').install('--run', "sh -c 'echo disk full; exit 1'", check=False)
        self.assertEqual(other.returncode, 1)

    def test_a_first_installation_and_an_upgrade_take_different_steps(self):
        steps = ('--install', 'echo installed', '--upgrade', 'echo upgraded', '--run', 'echo both')

        def ran(job, *more, check=True):
            words = job.install(*steps, *more, check=check).stdout.splitlines()
            return [word for word in words if word in ('installed', 'upgraded', 'both')]
        # Interrupted half-way it is still the first installation.
        failed = self.job('steps').install(*steps, '--run', 'false', check=False)
        self.assertIn('DROP DATABASE `steps` starts it over', failed.stderr)
        self.query('CREATE TABLE steps.images (id INT)')
        self.assertEqual(self.markers('steps'), {'installing'})
        self.assertEqual(ran(self.job('steps')), ['installed', 'both'])
        self.assertEqual(ran(self.job('steps', 'f2', 'uid-2')), ['upgraded', 'both'])
        self.assertEqual(self.markers('steps'), {'f1', 'f2'})
        # A database that another tool filled is never taken for a first installation.
        self.query('CREATE DATABASE adopted')
        self.query('CREATE TABLE adopted.images (id INT)')
        self.assertEqual(ran(self.job('adopted')), ['upgraded', 'both'])

    # Jobs beside each other

    def test_a_superseded_job_does_nothing_more(self):
        old, new = self.job('cinder', 'old', 'uid-old'), self.job('cinder', 'new', 'uid-new')
        go_on = self.folder / 'go-on'
        outcome = {}

        def install(name, job, *steps):
            outcome[name] = job.install(*steps).stdout
        # Which of the two threads ends first is open: the old Job lets go of the lock before it has ended.
        first = threading.Thread(target=install, args=(
            'old', old, '--run', f"sh -c 'until test -e {go_on}; do sleep 0.1; done'", '--run', 'echo ran'))
        first.start()
        self.eventually('SELECT fingerprint FROM cinder.kolla_bootstrap_jobs', (('old',),))
        second = threading.Thread(target=install, args=('new', new, '--run', 'echo ran'))
        second.start()
        self.eventually('SELECT fingerprint FROM cinder.kolla_bootstrap_jobs ORDER BY sequence', (('old',), ('new',)))
        go_on.touch()
        first.join()
        second.join()
        superseded = 'cinder-bootstrap-old: superseded by the Job with fingerprint new (uid uid-new): ' \
                     'nothing more to do'
        self.assertEqual(outcome['old'].splitlines()[-1], superseded)
        self.assertNotIn('\nran', outcome['old'])
        self.assertIn('\nran', outcome['new'])
        self.assertEqual(self.markers('cinder'), {'new'})
        self.assertEqual(old.install().stdout.splitlines(), [superseded])
        # Rolled back: the old fingerprint in a new Job. Both markers hold.
        self.job('cinder', 'old', 'uid-back').install()
        self.assertEqual(self.markers('cinder'), {'new', 'old'})
        # An operation supersedes nobody and is not superseded.
        self.assertIn('\ncontracted\n', new.run('--run', 'echo contracted', operation=True).stdout)
        self.job('cinder', 'old', 'uid-back').install()

    def test_jobs_of_a_service_never_run_at_once(self):
        job = self.job('heat')
        job.install()
        log = self.folder / 'log'
        program = f"sh -c 'echo begin >> {log}; sleep 0.5; echo end >> {log}'"
        threads = [threading.Thread(target=job.run, args=('--run', program), kwargs={'operation': operation})
                   for operation in (False, False, True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(log.read_text().split(), ['begin', 'end'] * 3)

    def test_sigterm_ends_the_command(self):
        job = self.job('sigterm')
        job.install()
        arguments = [sys.executable, support.ROOT / 'lib/openstack/scripts/bootstrap.py', *job.common, *job.labels,
                     '--fingerprint', 'f1', '--run', "sh -c 'echo started; exec sleep 60'"]
        process = subprocess.Popen(list(map(str, arguments)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env={**os.environ, 'PYTHONPATH': os.pathsep.join(map(str, support.SCRIPTS))})
        self.assertIn('sleep 60', process.stdout.readline())
        self.assertEqual(process.stdout.readline(), 'started\n')
        process.send_signal(signal.SIGTERM)
        self.assertIn('exit code -15', process.communicate(timeout=5)[1])

    def test_a_database_that_is_not_there_is_one_line(self):
        done = self.job('absent').run('--run', 'true', check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertRegex(done.stderr, r'^bootstrap.py: absent-bootstrap-f1: database 127.0.0.1:\d+: Access denied.*\n$')

    # The pods that wait

    def wait(self, job, fingerprint, **environment):
        arguments = [sys.executable, support.ROOT / 'lib/kolla/scripts/prepare.py', '--wait-for', fingerprint,
                     *job.common[:4], '--job', f'{job.name}-bootstrap-{fingerprint}', '--namespace', 'openstack',
                     '--secrets', self.secrets]
        process = subprocess.Popen(list(map(str, arguments)), stdout=subprocess.PIPE, text=True,
                                   env={**os.environ, **environment})
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_pod_waits_for_its_marker_and_says_for_what(self):
        job = self.job('neutron', 'f7')
        process = self.wait(job, 'f7')
        self.assertIn('waiting for Job neutron-bootstrap-f7: database refuses neutron (Access denied',
                      process.stdout.readline())
        self.query('CREATE DATABASE neutron')
        self.grant('neutron')
        self.assertIn('database neutron has no table kolla_bootstrap yet', process.stdout.readline())
        job.install('--run', 'false', check=False)
        self.assertIn('database neutron has no marker f7 yet', process.stdout.readline())
        job.install()
        self.assertEqual(process.wait(60), 0)
        self.assertEqual(self.wait(job, 'f7').wait(60), 0)

    def test_a_restored_older_database_is_waited_for_and_the_printed_cure_works(self):
        old, new = self.job('trove', 'f1'), self.job('trove', 'f2', 'uid-2')
        old.install('--install', 'echo made')
        dump = ['mariadb-dump', '--no-defaults', '--skip-ssl', '--host=127.0.0.1', f'--port={self.port}', '--user=root',
                '--databases', 'trove', '--add-drop-database']
        server = {**os.environ, 'MYSQL_PWD': mariadb.ROOT_PASSWORD}
        backup = subprocess.run(dump, env=server, stdout=subprocess.PIPE, check=True).stdout
        new.install('--upgrade', 'echo upgraded')
        self.assertEqual(self.wait(new, 'f2').wait(60), 0)
        subprocess.run(['mariadb', *dump[1:6]], env=server, input=backup, check=True)
        # A pod that starts now, with the release of before the restore.
        process = self.wait(new, 'f2', PREPARE_CURE_AFTER='0')
        self.assertIn('waiting for Job trove-bootstrap-f2: database trove has no marker f2 yet',
                      process.stdout.readline())
        self.assertIn('kubectl -n openstack logs job/trove-bootstrap-f2', process.stdout.readline())
        cure = 'the database was restored from an older backup: kubectl -n openstack delete job trove-bootstrap-f2, ' \
               'then apply again'
        self.assertIn(cure, process.stdout.readline())
        # Applied again it is another Job of the same name.
        done = self.job('trove', 'f2', 'uid-3').install('--upgrade', 'echo upgraded')
        self.assertIn('\nupgraded\n', done.stdout)
        self.assertEqual(process.wait(60), 0)

    def test_a_pod_that_waits_ends_at_once_on_sigterm(self):
        process = self.wait(self.job('nowhere'), 'f1')
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(1), 143)

    def test_after_two_minutes_it_prints_the_cure(self):
        job = self.job('restored')
        job.install()
        clock, said = [0.0], io.StringIO()

        def sleep(seconds):
            clock[0] += seconds
            if clock[0] > 170:
                raise KeyboardInterrupt
        options = mock.Mock(wait_for='f2', job='restored-bootstrap-f2', namespace='cloud')
        with mock.patch.object(database.time, 'monotonic', lambda: clock[0]), \
                mock.patch.object(database.time, 'sleep', sleep), contextlib.redirect_stdout(said), \
                self.assertRaises(KeyboardInterrupt):
            database.wait(database.Database(job.common[1]), PASSWORD, options)
        lines = said.getvalue().splitlines()
        self.assertEqual(lines[:5],
                         ['waiting for Job restored-bootstrap-f2: database restored has no marker f2 yet'] * 5)
        self.assertEqual(lines[5:8], [
            lines[0], '  what it does: kubectl -n cloud logs job/restored-bootstrap-f2',
            '  if it has ended, or the database was restored from an older backup: '
            'kubectl -n cloud delete job restored-bootstrap-f2, then apply again'])


class KeystoneSchema(Database):
    """The steps of Keystone's Job, with its real migrations."""

    def test_install_upgrade_and_a_password_with_percent(self):
        job = self.job('keystone')
        options = self.folder / 'database.cnf'
        options.write_text(f'[client]\npassword = "{PASSWORD}"\n')
        conf = self.folder / 'keystone.conf'
        url = f'mysql+pymysql://keystone@127.0.0.1:{self.port}/keystone'
        conf.write_text(f'[database]\nconnection = {url}?read_default_file={options}\n')
        manage = str(pathlib.Path(sys.executable).with_name('keystone-manage'))
        db_sync = f'{manage} --config-file {conf} db_sync'
        steps = ('--install', db_sync, '--upgrade', f'{db_sync} --expand', '--upgrade', f'{db_sync} --migrate')
        done = job.install(*steps)
        self.assertIn(f'keystone-bootstrap-f1: {db_sync}\n', done.stdout)
        self.job('keystone', 'f2', 'uid-2').install(*steps)
        self.assertEqual(self.markers('keystone'), {'f1', 'f2'})
        job.run('--run', f'{db_sync} --check', operation=True)  # 0: nothing is left to contract

        # A percent-encoded password in the URL is beyond keystone-manage: hence the option file.
        conf.write_text(f'[database]\nconnection = {url.replace("@", ":p%40ss@", 1)}\n')
        failed = subprocess.run([manage, '--config-file', conf, 'db_sync', '--expand'], capture_output=True, text=True)
        self.assertIn('invalid interpolation syntax', failed.stdout + failed.stderr, failed)
