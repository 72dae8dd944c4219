"""The smoke test of Neutron, with an API that answers as Neutron and Keystone do."""
import http.server
import json
import pathlib
import tempfile
import unittest

import support

AGENT = {'binary': 'neutron-openvswitch-agent', 'host': 'node-1', 'admin_state_up': True, 'alive': True}


def cloud(agents=(), extensions=('router', 'qos')):
    answers = {'/v2.0/networks?fields=id&limit=1': {'networks': []}, '/v2.0/agents': {'agents': list(agents)},
               '/v2.0/extensions': {'extensions': [{'alias': alias} for alias in extensions]}}

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, status, body, **headers):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace('_', '-'), value)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
            password = asked['auth']['identity']['password']['user']['password']
            self.answer(201 if password == support.ADMIN_PASSWORD else 401, {'token': {}}, X_Subject_Token='a-token')

        def do_GET(self):
            known = self.headers['X-Auth-Token'] == 'a-token'
            url = f'http://{self.headers["Host"]}'
            is_catalog = self.path == '/v3/auth/catalog'
            self.answer(200 if known else 401, support.catalog(network=url) if is_catalog else answers[self.path])

        def log_message(self, *_):
            pass
    return Handler


class Neutron(unittest.TestCase):
    def smoke(self, password=support.ADMIN_PASSWORD, **answers):
        with support.serving(cloud(**answers)) as port, tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, 'keystone_admin_password').write_text(password)
            url = f'http://127.0.0.1:{port}'
            code, *said = support.smoke('neutron_smoke.py', 0, {'/run/kolla/secrets': folder}, **support.admin(url))
        return code, *[[line.replace(url, 'URL') for line in lines] for lines in said]

    def test_a_neutron_as_it_should_be(self):
        away = {**AGENT, 'admin_state_up': False, 'alive': False}
        for agents in (), (AGENT,), (AGENT, away):
            self.assertEqual(self.smoke(agents=agents), (0, [
                'ok: admin gets a token at URL', 'ok: the catalog of RegionOne has the internal endpoint',
                'ok: URL lists networks', 'ok: it has the extension router', 'ok: all agents that it knows are alive'],
                []))

    def test_a_password_that_is_not_the_one(self):
        code, said, failed = self.smoke(password='another')
        self.assertEqual((code, said), (1, []))
        self.assertRegex(failed[0], '^FAILED: admin gets a token at URL: HTTPError: HTTP Error 401')

    def test_no_routers(self):
        code, said, failed = self.smoke(extensions=('qos', 'agent'))
        self.assertEqual((code, len(said)), (1, 3))
        self.assertEqual(failed, ['FAILED: it has the extension router: ValueError: there is agent, qos'])

    def test_an_agent_that_is_not_heard_of(self):
        code, _, failed = self.smoke(agents=[AGENT, {**AGENT, 'host': 'node-2', 'alive': False}])
        self.assertEqual(code, 1)
        self.assertEqual(failed, ['FAILED: all agents that it knows are alive: ValueError: not heard of: '
                                  'neutron-openvswitch-agent on node-2'])
