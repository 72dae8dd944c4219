"""identity.py registers a service in a Keystone that runs."""
import contextlib
import copy
import io
import json
import pathlib
import sys
import tempfile
import threading
import unittest
from unittest import mock

import support
import identity
from keystoneauth1 import exceptions

GLANCE = {
    'region': 'RegionOne', 'region_ids': ['RegionOne', 'RegionTwo'],
    'services': [{'name': 'glance', 'type': 'image', 'description': 'Images',
                  'endpoints': {'internal': 'http://glance:9292', 'public': 'http://images/v1/%(tenant_id)s'}}],
    'projects': ['service'], 'roles': ['admin', 'service', 'creator'],
    'users': [{'name': 'glance', 'password': 'gl@nce "$', 'project': 'service', 'roles': ['admin', 'service']}],
}


class Registration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        conf = support.new_keystone(cls.folder)
        process, cls.url = support.serve(conf)
        cls.addClassCleanup(process.stdout.close)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        cls.auth = {'url': cls.url, 'username': 'admin', 'password': support.ADMIN_PASSWORD, 'project': 'admin',
                    'domain': 'Default'}
        cls.keystone = identity.Keystone(cls.auth)

    def register(self, wanted, timeout=5):
        """Run the program's main(); what it said, line by line."""
        file = self.folder / f'{threading.get_ident()}.json'
        file.write_text(json.dumps({'auth': self.auth, **wanted}))
        said = io.StringIO()
        with mock.patch.object(sys, 'argv', ['identity.py', '--registration', str(file), '--timeout', str(timeout)]), \
                contextlib.redirect_stdout(said):
            identity.main()
        return said.getvalue().splitlines()

    def wanted(self, name, **user):
        wanted = copy.deepcopy(GLANCE)
        wanted['services'][0].update(name=name, type=f'type-of-{name}')
        wanted['users'][0].update(name=name, **user)
        return wanted

    def endpoints(self, name):
        service, = self.keystone.list('service', type=f'type-of-{name}')
        return sorted((one['region_id'], one['interface'], one['url'], one['enabled'])
                      for one in self.keystone.list('endpoint', service_id=service['id']))

    def test_first_run_and_second(self):
        wanted = self.wanted('one')
        said = self.register(wanted)
        self.assertEqual(self.endpoints('one'), [('RegionOne', 'internal', 'http://glance:9292', True),
                                                 ('RegionOne', 'public', 'http://images/v1/%(tenant_id)s', True)])
        self.assertIn('created user one', said)
        self.assertIn('granted role admin to one in service', said)
        self.assertEqual([one['id'] for one in self.keystone.list('region')], ['RegionOne', 'RegionTwo'])
        self.assertTrue(self.keystone.list('role', name='creator'))
        self.assertTrue(self.keystone.login('one', 'gl@nce "$', 'Default', 'service').get_token())
        self.assertEqual(self.register(wanted), [])

    def test_what_differs_is_changed(self):
        self.register(self.wanted('two'))
        user, = self.keystone.list('user', name='two')
        service, = self.keystone.list('service', type='type-of-two')
        self.keystone.change('user', user, {'enabled': False})
        self.keystone.change('service', service, {'enabled': False, 'description': 'x'})
        self.keystone.call('POST', '/endpoints', {'endpoint': {
            'service_id': service['id'], 'region_id': 'RegionOne', 'interface': 'public', 'url': 'http://second'}})
        self.keystone.call('POST', '/endpoints', {'endpoint': {
            'service_id': service['id'], 'region_id': 'RegionTwo', 'interface': 'public', 'url': 'http://elsewhere'}})
        wanted = self.wanted('two', password='changed')
        wanted['services'][0]['endpoints']['internal'] = 'https://glance:9292'
        self.register(wanted)
        self.assertEqual(self.endpoints('two'), [('RegionOne', 'internal', 'https://glance:9292', True),
                                                 ('RegionOne', 'public', 'http://images/v1/%(tenant_id)s', True),
                                                 ('RegionTwo', 'public', 'http://elsewhere', True)])
        self.assertTrue(self.keystone.login('two', 'changed', 'Default', 'service').get_token())
        with self.assertRaises(exceptions.Unauthorized):
            self.keystone.login('two', 'gl@nce "$', 'Default').get_token()
        self.assertEqual(self.register(wanted), [])

    def test_somebody_else_creates_the_same_at_the_same_time(self):
        """The list is empty at first, then creating it conflicts: the other's is taken."""
        self.register(self.wanted('three'))
        real, hidden = identity.Keystone.list, set()

        def late(keystone, kind, **filters):
            # (Not roles: this Keystone on SQLite locks itself up on their conflict.)
            first = kind in ('user', 'project') and (kind, filters['name']) not in hidden
            hidden.add((kind, filters.get('name')))
            return [] if first else real(keystone, kind, **filters)
        with mock.patch.object(identity.Keystone, 'list', late):
            self.assertEqual(self.register(self.wanted('three')), [])
        self.assertIn(('user', 'three'), hidden)

    def test_keystone_is_not_there(self):
        registration = self.folder / 'nowhere.json'
        registration.write_text(json.dumps({'auth': {**self.auth, 'url': 'http://127.0.0.1:1'}, **GLANCE}))
        done = support.run('identity.py', '--registration', registration, '--timeout', '0', check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r'^identity.py: gave up after 0 s: http://127.0.0.1:1: [^\n]*\n$')

    def test_the_administrators_password_arrives_later(self):
        """Keystone's own Job may set it after this one starts."""
        login, tries = identity.Keystone.login, []

        def refused_once(keystone, user, *rest):
            tries.append(user)
            return login(keystone, user, 'wrong', *rest[1:]) if len(tries) == 1 else login(keystone, user, *rest)
        with mock.patch.object(identity.Keystone, 'login', refused_once), mock.patch.object(identity.time, 'sleep'):
            said = self.register(self.wanted('four'))
        self.assertIn('waiting for Keystone', said[0])
        self.assertIn('created user four', said)
