"""The smoke test of a whole cloud, with APIs that answer as Keystone's, Glance's, Neutron's and Nova's do."""
import contextlib
import http.server
import itertools
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

import support

NAME = 'kolla-cdk8s-smoke'
COMPUTE = {'host': 'node-1', 'state': 'up', 'status': 'enabled'}
MADE = ['images', 'networks', 'subnets', 'security-groups', 'ports', 'flavors', 'servers']
REMOVED = ['servers', 'ports', 'networks', 'security-groups', 'flavors', 'images']


class Cloud:
    """What there is, by the name of its list, and what was done. `server` and `port` change what is made."""

    def __init__(self, services=('compute', 'image', 'network'), computes=(COMPUTE,), server={}, port={}, keeps=()):
        self.services, self.computes, self.keeps = services, list(computes), keeps
        self.changes = {'servers': server, 'ports': port}
        self.lists = {name: {} for name in MADE}
        self.made, self.removed, self.uploads = [], [], {}
        self.ids = map(str, itertools.count(1))

    def add(self, kind, **body):
        one = {'name': NAME, **body, 'id': next(self.ids)}
        self.lists[kind][one['id']] = one
        return one

    def create(self, kind, body):
        asked = body if kind == 'images' else next(iter(body.values()))
        if kind == 'images':
            asked['status'] = 'queued'
        if kind == 'ports':
            asked.update(status='ACTIVE', fixed_ips=[{'ip_address': '198.18.0.5'}])
        if kind == 'servers':
            assert asked['imageRef'] in self.lists['images'] and asked['flavorRef'] in self.lists['flavors'], asked
            assert asked['networks'][0]['port'] in self.lists['ports'], asked
            # The first look finds it in the making.
            asked.update(status='ACTIVE', looks=1, addresses={NAME: [{'addr': '198.18.0.5'}]})
        self.made.append(kind)
        return self.add(kind, **{**asked, **self.changes.get(kind, {})})

    def look(self, one):
        if one.get('looks', 0) > 0:
            one['looks'] -= 1
            return {**one, 'status': 'BUILD'}
        return one

    def remove(self, kind, which):
        if kind in self.keeps:
            return 409
        if kind == 'servers' and not self.lists[kind][which].get('deleting'):
            self.lists[kind][which]['deleting'] = True
            return 204
        if kind == 'networks' and self.lists['ports']:
            return 409
        del self.lists[kind][which]
        self.removed.append(kind)
        return 204


def apis(cloud):
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, status, body=None):
            self.send_response(status)
            self.send_header('X-Subject-Token', 'a-token')
            self.end_headers()
            self.wfile.write(b'' if body is None else json.dumps(body).encode())

        def body(self):
            return self.rfile.read(int(self.headers['Content-Length']))

        def parts(self):
            """The list that a path is in, and which one of it."""
            path = urllib.parse.urlsplit(self.path).path
            found = re.fullmatch(r'/(?:compute|network/v2\.0|image/v2)/([a-z-]+)(?:/(\w+))?', path)
            return found.groups() if self.headers['X-Auth-Token'] == 'a-token' else None

        def do_POST(self):
            if self.path == '/v3/auth/tokens':
                return self.answer(201, {'token': {}})
            kind, _ = self.parts()
            one = cloud.create(kind, json.loads(self.body()))
            self.answer(201, one if kind == 'images' else {kind[:-1].replace('-', '_'): one})

        def do_PUT(self):
            image = self.path.split('/')[-2]
            cloud.uploads[image] = len(self.body())
            cloud.lists['images'][image]['status'] = 'active'
            self.answer(204)

        def do_GET(self):
            if self.path == '/v3/auth/catalog':
                url = f'http://{self.headers["Host"]}'
                return self.answer(200, support.catalog(**{name: f'{url}/{name}' for name in cloud.services}))
            kind, which = self.parts()
            if kind == 'os-services':
                return self.answer(200, {'services': cloud.computes})
            if which:
                one = cloud.look(cloud.lists[kind][which])
                return self.answer(200, one if kind == 'images' else {kind[:-1].replace('-', '_'): one})
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            listed = [one for one in cloud.lists[kind].values() if query['name'][0] in one['name']]
            self.answer(200, {kind.replace('-', '_'): listed})

        def do_DELETE(self):
            self.answer(cloud.remove(*self.parts()))

        def log_message(self, *_):
            pass
    return Handler


class Server(unittest.TestCase):
    @contextlib.contextmanager
    def running(self, cloud, timeout=1, image=''):
        with support.serving(apis(cloud)) as port, tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, 'keystone_admin_password').write_text(support.ADMIN_PASSWORD)
            changes = {'/run/kolla/secrets': folder, 'PAUSE = 2': 'PAUSE = 0.05'}
            with support.changed('server_smoke.py', 0, changes) as program:
                env = {**support.admin(f'http://127.0.0.1:{port}'), 'TIMEOUT': str(timeout), 'IMAGE': image,
                       'RAM': '64', 'DISK': '1'}
                with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      text=True, env=env) as process:
                    yield process

    def smoke(self, cloud, **options):
        with self.running(cloud, **options) as process:
            said, failed = process.communicate()
        return process.returncode, re.sub(r'\d+\.\d s', 'S s', said).splitlines(), failed.splitlines()

    def test_a_cloud_as_it_should_be(self):
        cloud = Cloud()
        code, said, failed = self.smoke(cloud)
        self.assertEqual((code, failed), (0, []))
        self.assertEqual(said[1:], [
            'ok: the catalog of RegionOne has what a server needs', 'ok: a nova-compute is up',
            'ok: nothing is left of an earlier run: S s', 'ok: an image: S s', 'ok: a network with a subnet: S s',
            'ok: a security group: S s', 'ok: a port: S s', 'ok: a flavor: S s', 'ok: a server: S s',
            'ok: the server is active: S s', 'ok: its port is active, with one address in Nova and Neutron: S s',
            'it had 198.18.0.5', 'ok: all of it is removed: S s'])
        self.assertEqual(cloud.made, MADE)
        self.assertEqual(cloud.removed, REMOVED)
        self.assertEqual(list(cloud.uploads.values()), [1 << 20])

    def test_what_a_killed_run_has_left_is_removed_and_nothing_else(self):
        cloud, others = Cloud(), f'{NAME}-of-others'
        for kind in REMOVED:
            cloud.add(kind)
        for kind in 'servers', 'flavors', 'images':
            cloud.add(kind, name=others)
        code, _, failed = self.smoke(cloud)
        self.assertEqual((code, failed), (0, []))
        self.assertEqual(cloud.removed, [*REMOVED, *REMOVED])
        left = {kind: [one['name'] for one in cloud.lists[kind].values()] for kind in REMOVED}
        self.assertEqual(left, {'servers': [others], 'ports': [], 'networks': [], 'security-groups': [],
                                'flavors': [others], 'images': [others]})

    def test_a_server_that_fails_is_removed(self):
        cloud = Cloud(server={'status': 'ERROR', 'fault': {'message': 'No valid host was found.'}})
        code, said, failed = self.smoke(cloud)
        self.assertEqual((code, said[-1]), (1, 'ok: all of it is removed: S s'))
        self.assertRegex(failed[0], r'^FAILED: the server is active, after \d\.\d s: ValueError: No valid host was found\.$')
        self.assertEqual((len(failed), cloud.removed), (1, REMOVED))

    def test_what_takes_too_long(self):
        for changes, wanted in (
                ({'server': {'looks': 1000}}, 'the server is active, after .*: NotYet: it is BUILD'),
                ({'port': {'status': 'DOWN'}}, 'its port is active, .*: NotYet: it is DOWN'),
                ({'port': {'fixed_ips': [{'ip_address': '198.18.0.6'}]}},
                 r"its port is active, .*: NotYet: Nova says \['198.18.0.5'\], Neutron \['198.18.0.6'\]")):
            with self.subTest(changes):
                cloud = Cloud(**changes)
                code, _, failed = self.smoke(cloud)
                self.assertEqual((code, len(failed), cloud.removed), (1, 1, REMOVED))
                self.assertRegex(failed[0], f'^FAILED: {wanted}$')

    def test_services_that_are_not_there(self):
        cloud = Cloud(services=['network'])
        code, _, failed = self.smoke(cloud)
        self.assertEqual((code, failed, cloud.made), (1, [
            'FAILED: the catalog of RegionOne has what a server needs: ValueError: '
            'of compute there is []; of image there is []'], []))

    def test_no_compute_that_takes_a_server(self):
        cloud = Cloud(computes=[{**COMPUTE, 'state': 'down'}, {**COMPUTE, 'status': 'disabled'}])
        code, _, failed = self.smoke(cloud)
        self.assertEqual((code, failed, cloud.made), (1, [
            "FAILED: a nova-compute is up: ValueError: there is "
            "[('node-1', 'down', 'enabled'), ('node-1', 'up', 'disabled')]"], []))

    def test_an_image_of_the_users_own_stays(self):
        cloud = Cloud()
        cloud.add('images', name='a guest', status='active')
        code, said, failed = self.smoke(cloud, image='a guest')
        self.assertEqual((code, failed), (0, []))
        self.assertIn('ok: the image a guest: S s', said)
        self.assertEqual([one['name'] for one in cloud.lists['images'].values()], ['a guest'])
        code, _, failed = self.smoke(cloud, image='another')
        self.assertEqual(code, 1)
        self.assertRegex(failed[0], '^FAILED: the image another, .*: ValueError: there are 0 of this name$')

    def test_what_cannot_be_removed_is_said_and_keeps_none_of_the_others(self):
        cloud = Cloud(keeps=['images'])
        code, _, failed = self.smoke(cloud)
        self.assertEqual((code, cloud.removed), (1, REMOVED[:-1]))
        self.assertRegex(failed[0], '^FAILED: all of it is removed, .*: ValueError: image: HTTP Error 409: Conflict')

    def test_a_pod_that_is_ended_removes_what_it_has_made(self):
        cloud = Cloud(server={'looks': 1000})
        with self.running(cloud, timeout=30) as process:
            ends = time.monotonic() + 20
            while 'servers' not in cloud.made and time.monotonic() < ends:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            _, failed = process.communicate()
        self.assertEqual((process.returncode, failed, cloud.removed), (1, 'FAILED: told to stop\n', REMOVED))
