"""What `helm test` runs for MariaDB, against a real one."""
import pathlib
import tempfile
import unittest

import mariadb
import support


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = mariadb.start(cls)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def smoke(self, password=mariadb.ROOT_PASSWORD, status=200):
        (self.folder / 'database_password').write_text(password)
        with support.serving(support.member(b'', status)) as at:
            names = {'/run/kolla/secrets': self.folder, '--host=mariadb': '--host=127.0.0.1', '4570': at,
                     'mariadb-{ordinal}.mariadb-members': '127.0.0.{ordinal + 1}'}
            return support.smoke('mariadb_smoke.py', 0, names, PATH='/usr/bin:/bin', ADMIN='root', CA='', MEMBERS='1',
                                 PORT=str(self.port))

    def test_a_database_as_it_should_be_more_than_once(self):
        said = [f'ok: root writes and reads a row at mariadb:{self.port}', 'ok: 127.0.0.1 is in step']
        for _ in range(2):
            self.assertEqual(self.smoke(), (0, said, []))
        with mariadb.pymysql.connect(host='127.0.0.1', port=self.port, user='root', password=mariadb.ROOT_PASSWORD) as root:
            with root.cursor() as cursor:
                cursor.execute("SHOW DATABASES LIKE '%smoke%'")
                self.assertEqual(cursor.fetchall(), ())

    def test_a_password_that_is_not_the_one(self):
        code, said, failed = self.smoke(password='another')
        self.assertEqual((code, said), (1, []))
        self.assertRegex(failed[0], f'^FAILED: root writes and reads a row at mariadb:{self.port}: ValueError: .*denied')

    def test_a_member_that_is_behind(self):
        code, said, failed = self.smoke(status=503)
        self.assertEqual((code, len(said)), (1, 1))
        self.assertEqual(failed, ['FAILED: 127.0.0.1 is in step: HTTPError: HTTP Error 503: Service Unavailable'])
