"""The programs that `helm test` runs: Keystone's with the real one, others with servers that answer as theirs do."""
import contextlib
import http.server
import json
import pathlib
import socketserver
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import support


class Keystone(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        process, url = support.serve(support.new_keystone(cls.folder))
        cls.url = url.removesuffix('/v3')
        cls.addClassCleanup(process.stdout.close)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)

    def smoke(self, seconds=0, password=support.ADMIN_PASSWORD, **env):
        (self.folder / 'keystone_admin_password').write_text(password)
        return support.smoke('keystone_smoke.py', seconds, {'/run/kolla/secrets': self.folder}, **{
            **support.admin(self.url),
            'INTERNAL_URL': 'http://internal:5000/v3', 'PUBLIC_URL': 'http://public:5000/v3', **env})

    def test_a_keystone_as_it_should_be(self):
        self.assertEqual(self.smoke(), (0, [
            f'ok: admin gets a token at {self.url}', 'ok: the token is valid',
            'ok: the catalog of RegionOne has the internal endpoint http://internal:5000/v3',
            'ok: the catalog of RegionOne has the public endpoint http://public:5000/v3'], []))

    def test_a_password_that_is_not_the_one(self):
        code, said, failed = self.smoke(password='another')
        self.assertEqual((code, said), (1, []))
        self.assertRegex(failed[0], f'^FAILED: admin gets a token at {self.url}: HTTPError: HTTP Error 401: UNAUTHORIZED: '
                                    '.*The request you have made requires authentication')

    def test_endpoints_that_are_not_there_or_others(self):
        code, said, failed = self.smoke(OS_REGION_NAME='RegionTwo')
        self.assertEqual((code, len(said)), (1, 2))
        self.assertEqual(failed, ['FAILED: the catalog of RegionTwo has the internal endpoint http://internal:5000/v3: '
                                  'ValueError: there is []'])
        code, said, failed = self.smoke(PUBLIC_URL='https://cloud.example.org')
        self.assertEqual((code, len(said)), (1, 3))
        self.assertEqual(failed, ['FAILED: the catalog of RegionOne has the public endpoint https://cloud.example.org: '
                                  "ValueError: there is ['http://public:5000/v3']"])

    def test_nobody_there(self):
        began = time.monotonic()
        code, said, failed = self.smoke(1, OS_AUTH_URL='http://127.0.0.1:1')
        self.assertEqual((code, said), (1, []))
        self.assertRegex(failed[0], '^FAILED: admin gets a token at http://127.0.0.1:1: URLError: .*refused')
        self.assertGreater(time.monotonic() - began, 1)


def api(token_only=('/things',)):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            known = self.path not in token_only or self.headers.get('X-Auth-Token')
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(b'{}')

        def log_message(self, *_):
            pass
    return Handler


class Api(unittest.TestCase):
    """The smoke test of any API, with the real Keystone."""

    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cls.at = f'http://127.0.0.1:{stack.enter_context(support.serving(api()))}'
        conf = support.new_keystone(cls.folder)
        support.register(conf, internal=cls.at)
        process, url = support.serve(conf)
        cls.url = url.removesuffix('/v3')
        for end in process.stdout.close, process.wait, process.terminate:
            cls.addClassCleanup(end)

    def smoke(self, password=support.ADMIN_PASSWORD, **env):
        (self.folder / 'admin_password').write_text(password)
        return support.smoke('api_smoke.py', 0, {'/run/kolla/secrets': self.folder}, **{
            **support.admin(self.url), 'PASSWORD_NAME': 'admin_password', 'SERVICE_TYPE': 'identity',
            'URL': self.at, 'OPEN_PATHS': '/ /healthcheck', 'PATHS': '/things', **env})

    def test_an_api_as_it_should_be(self):
        self.assertEqual(self.smoke(), (0, [
            f'ok: {self.at}/ answers', f'ok: {self.at}/healthcheck answers', f'ok: admin gets a token at {self.url}',
            f'ok: the catalog of RegionOne has identity at {self.at}',
            f'ok: {self.at}/things answers with the token'], []))
        self.assertEqual(self.smoke(OS_AUTH_URL=f'{self.url}/v3/')[0], 0)

    def test_one_that_is_not_registered(self):
        code, said, failed = self.smoke(SERVICE_TYPE='image')
        self.assertEqual((code, len(said)), (1, 3))
        self.assertEqual(failed, [f'FAILED: the catalog of RegionOne has image at {self.at}: ValueError: there is []'])

    def test_one_that_wants_a_token_or_refuses_it(self):
        self.assertEqual(self.smoke(OPEN_PATHS='/things')[::2], (
            1, [f'FAILED: {self.at}/things answers: HTTPError: HTTP Error 401: Unauthorized: {{}}']))
        code, _, failed = self.smoke(password='another')
        self.assertRegex(failed[0], '^FAILED: admin gets a token at .*: HTTPError: HTTP Error 401')

    def test_nobody_there(self):
        code, said, failed = self.smoke(URL='http://127.0.0.1:1')
        self.assertEqual((code, said), (1, []))
        self.assertRegex(failed[0], '^FAILED: http://127.0.0.1:1/ answers: URLError: .*refused')


def memcached(forgets=False):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            kept = {}
            for line in self.rfile:
                command, *words = line.decode().split()
                if command == 'set':
                    kept[words[0]] = self.rfile.readline()
                found = kept.get(words[0]) if words and not forgets else None
                value = f'VALUE {words[0]} 0 {len(found) - 2}\r\n'.encode() + found if found else b''
                self.wfile.write({'version': b'VERSION 1.6\r\n', 'set': b'STORED\r\n', 'get': value + b'END\r\n',
                                  'delete': b'DELETED\r\n'}[command])
    return Handler


class Memcached(unittest.TestCase):
    def smoke(self, port, seconds=0):
        return support.smoke('memcached_smoke.py', seconds, {'memcached-{ordinal}.memcached': '127.0.0.{ordinal + 1}'},
                     MEMBERS='1', PORT=str(port))

    def test_a_server_as_it_should_be(self):
        with support.serving(memcached()) as port:
            self.assertEqual(self.smoke(port), (0, [f'ok: 127.0.0.1:{port} keeps a value'], []))

    def test_a_server_that_forgets(self):
        with support.serving(memcached(forgets=True)) as port:
            code, said, failed = self.smoke(port)
        self.assertEqual((code, said), (1, []))
        self.assertRegex(failed[0], f'^FAILED: 127.0.0.1:{port} keeps a value: ValueError: to .* it says .*END')

    def test_one_that_comes_later(self):
        with support.serving(memcached()) as port:
            pass
        later = contextlib.ExitStack()
        self.addCleanup(later.close)
        threading.Timer(1, lambda: later.enter_context(support.serving(memcached(), port=port))).start()
        code, said, failed = self.smoke(port, 30)
        self.assertEqual((code, len(said), failed), (0, 1, []))

    def test_no_server(self):
        with support.serving(memcached()) as port:
            pass
        code, said, failed = self.smoke(port)
        self.assertEqual((code, said), (1, []))
        self.assertRegex(failed[0], f'^FAILED: 127.0.0.1:{port} keeps a value: ConnectionRefusedError')


def amqp(answer):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(answer if self.rfile.read(8) == b'AMQP\0\0\x09\x01' else b'')
    return Handler


# Connection.Start as RabbitMQ begins it: a method frame of channel 0, of 500 octets, class 10, method 10.
START = b'\x01\0\0\0\0\x01\xf4\0\x0a\0\x0a\0\x09'


class Rabbitmq(unittest.TestCase):
    def smoke(self, state=b'{"running": true}', answer=START, context=None, ca=''):
        with support.serving(support.member(state)) as at, support.serving(amqp(answer), context) as port:
            code, *said = support.smoke('rabbitmq_smoke.py', 0, {'rabbitmq-{ordinal}.rabbitmq': 'localhost', '25673': at},
                                MEMBERS='1', PORT=str(port), CA=ca)
        return code, [[line.replace(str(port), 'PORT') for line in lines] for lines in said]

    def test_a_member_as_it_should_be(self):
        self.assertEqual(self.smoke(), (0, [['ok: localhost runs', 'ok: localhost:PORT speaks AMQP'], []]))

    def test_a_member_that_does_not_run(self):
        code, (said, failed) = self.smoke(state=b'{"running": false}')
        self.assertEqual((code, said), (1, []))
        self.assertEqual(failed, ["FAILED: localhost runs: ValueError: it says {'running': False}"])

    def test_what_is_no_broker(self):
        code, (said, failed) = self.smoke(answer=b'AMQP\0\0\x09\x01')
        self.assertEqual((code, said), (1, ['ok: localhost runs']))
        self.assertRegex(failed[0], '^FAILED: localhost:PORT speaks AMQP: ValueError: it says')

    def test_tls_and_a_certificate_of_somebody_else(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('own', 'other'):
                subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost',
                                '-addext', 'subjectAltName=DNS:localhost', '-keyout', f'{folder}/{name}.key',
                                '-out', f'{folder}/{name}.crt'], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f'{folder}/own.crt', f'{folder}/own.key')
            self.assertEqual(self.smoke(context=context, ca=f'{folder}/own.crt')[0], 0)
            code, (_, failed) = self.smoke(context=context, ca=f'{folder}/other.crt')
        self.assertEqual(code, 1)
        self.assertRegex(failed[0], '^FAILED: localhost:PORT speaks AMQP: SSLCertVerificationError')


def openstack(services):
    """Keystone and Nova at one address, with these states of Nova's services."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, body):
            self.send_response(200)
            self.send_header('X-Subject-Token', 'a token')
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def do_POST(self):
            self.answer({'token': {}})

        def do_GET(self):
            binary = self.path.partition('?binary=')[2]
            if self.headers['X-Auth-Token'] != 'a token':
                return self.send_error(401)
            if self.path == '/v3/auth/catalog':
                return self.answer(support.catalog(compute=f'http://{self.headers["Host"]}/v2.1'))
            if not self.path.startswith('/v2.1/'):
                return self.send_error(404)
            self.answer({'flavors': [], 'services': [{'host': f'{binary}-{number}', 'state': state}
                                                     for number, state in enumerate(services.get(binary, []))]})

        def log_message(self, *_):
            pass
    return Handler


class Nova(unittest.TestCase):
    def smoke(self, services):
        with support.serving(openstack(services)) as port, tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, 'keystone_admin_password').write_text('secret')
            url = f'http://127.0.0.1:{port}'
            code, said, failed = support.smoke('nova_smoke.py', 0, {'/run/kolla/secrets': folder}, **support.admin(url))
            return code, [line.replace(url, 'URL') for line in said], failed

    def test_all_is_up(self):
        self.assertEqual(self.smoke({'nova-conductor': ['down', 'up'], 'nova-scheduler': ['up']}), (0, [
            'ok: admin gets a token at URL', 'ok: the catalog of RegionOne has the internal endpoint',
            'ok: URL/v2.1 lists flavors', 'ok: a nova-conductor is up', 'ok: a nova-scheduler is up'], []))

    def test_a_scheduler_that_is_down(self):
        code, said, failed = self.smoke({'nova-conductor': ['up'], 'nova-scheduler': ['down']})
        self.assertEqual((code, len(said)), (1, 4))
        self.assertEqual(failed, [
            "FAILED: a nova-scheduler is up: ValueError: there is [('nova-scheduler-0', 'down')]"])
