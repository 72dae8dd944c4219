"""keystone_identity.py registers Keystone in its own database, before any API runs."""
import pathlib
import sqlite3
import tempfile
import unittest

import support


class Registration(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.conf = support.new_keystone(self.folder)

    def rows(self, query):
        connection = sqlite3.connect(self.folder / 'keystone.db')
        self.addCleanup(connection.close)
        return connection.execute(query).fetchall()

    def change(self, statement):
        connection = sqlite3.connect(self.folder / 'keystone.db')
        connection.execute(statement)
        connection.commit()
        connection.close()

    def everything(self):
        tables = [name for name, in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {table: sorted(self.rows(f'SELECT * FROM "{table}"'), key=repr) for table in tables}

    def test_first_run_second_run_and_changes(self):
        first = self.everything()
        endpoints = "SELECT interface, url, region_id, enabled FROM endpoint ORDER BY interface"
        self.assertEqual(self.rows(endpoints), [('internal', 'http://internal:5000/v3', 'RegionOne', 1),
                                                ('public', 'http://public:5000/v3', 'RegionOne', 1)])
        self.assertEqual(self.rows("SELECT name FROM project WHERE domain_id = 'default' ORDER BY name"),
                         [('admin',), ('service',)])
        self.assertLessEqual({'admin', 'manager', 'member', 'reader', 'service'},
                             {name for name, in self.rows('SELECT name FROM role')})

        support.register(self.conf)
        self.assertEqual(self.everything(), first)

        # Endpoints there twice and disabled, another URL, another password: one run mends all.
        self.change("INSERT INTO endpoint SELECT lower(hex(randomblob(16))), legacy_endpoint_id, interface, "
                    "service_id, url, extra, 0, region_id FROM endpoint WHERE interface = 'internal'")
        self.change("UPDATE endpoint SET enabled = 0 WHERE interface = 'public'")
        done = support.register(self.conf, internal='https://internal:5000/v3', password='another')
        self.assertIn('deleted second internal endpoint', done.stdout)
        self.assertEqual(self.rows(endpoints), [('internal', 'https://internal:5000/v3', 'RegionOne', 1),
                                                ('public', 'http://public:5000/v3', 'RegionOne', 1)])
        changed = {table for table, rows in self.everything().items() if rows != first[table]}
        self.assertLessEqual({'endpoint', 'password'}, changed)
        self.assertLessEqual(changed, {'endpoint', 'password', 'revocation_event', 'user'})
