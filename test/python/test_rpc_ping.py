"""Whether a server of RPC answers, by oslo.messaging's own fake broker, which is in this process."""
import contextlib
import io
import os
import tempfile
import unittest
from unittest import mock

import support  # noqa: F401
import neutron_agent
import oslo_messaging
import rpc_ping
from oslo_config import cfg


class RpcPing(unittest.TestCase):
    def setUp(self):
        self.config = self.config_file()
        for patch in (mock.patch.object(rpc_ping, 'SECONDS', 0.2), contextlib.redirect_stdout(io.StringIO())):
            self.said = patch.__enter__()
            self.addCleanup(patch.__exit__, None, None, None)

    def config_file(self, knows='true'):
        file = tempfile.NamedTemporaryFile('w', suffix='.conf')
        self.addCleanup(file.close)
        file.write(f'[DEFAULT]\ntransport_url = fake://\nhost = node-1\nrpc_ping_enabled = {knows}\nunknown = option\n')
        file.flush()
        return f'--config-file={file.name}'

    def serve(self, topic, host='somebody', knows='true'):
        conf = cfg.CONF
        oslo_messaging.set_transport_defaults(control_exchange='nova')
        conf([self.config_file(knows)], project='rpc', default_config_files=[], default_config_dirs=[])
        self.addCleanup(conf.clear)
        target = oslo_messaging.Target(topic=topic, server=host)
        server = oslo_messaging.get_rpc_server(oslo_messaging.get_rpc_transport(conf), target, [], executor='threading')
        server.start()
        self.addCleanup(server.wait)
        self.addCleanup(server.stop)

    def why_not(self, topic, *arguments, project='nova'):
        ping = rpc_ping.Ping(project, topic, [self.config, *arguments], 'test')
        self.addCleanup(ping.close)
        return ping.why_not()

    def test_it_answers_where_it_listens(self):
        self.serve('compute', 'node-1')
        self.assertIsNone(self.why_not('compute'))
        self.assertIsNone(self.why_not('compute', '--of-host'))
        self.assertIn('topic=compute', self.why_not('compute', project='neutron'))

    def test_who_listens_to_something_else_or_is_another_host_is_no_answer(self):
        self.serve('compute', 'node-2')
        self.assertIn("topic=conductor", self.why_not('conductor'))
        self.assertIn("server=node-1", self.why_not('compute', '--of-host'))

    def test_a_server_that_does_not_know_the_question_is_there(self):
        self.serve('old', knows='false')
        self.assertIsNone(self.why_not('old'))

    def test_answers_come_to_a_queue_of_its_own_as_long_as_it_asks(self):
        ping = rpc_ping.Ping('neutron', 'q-plugin', [self.config], 'neutron-dhcp-agent')
        # What the driver of the broker reads.
        name = cfg.StrOpt('processname', default='rpc_ping.py')
        cfg.CONF.register_opt(name, group='oslo_messaging_rabbit')
        self.assertEqual(cfg.CONF.oslo_messaging_rabbit.processname, 'ping-for-neutron-dhcp-agent')
        ping.close()
        self.assertNotIn(rpc_ping.NAME, os.environ)

    def test_its_exit_code_says_it(self):
        with mock.patch('sys.argv', ['rpc_ping.py', 'nova', 'nobody', self.config]), \
                mock.patch.dict(os.environ), self.assertRaises(SystemExit) as ended:
            rpc_ping.main()
        self.assertIn('topic=nobody', ended.exception.code)

    def test_an_agent_starts_when_its_server_answers(self):
        became = []
        reasons = iter(['no answer', 'no answer', None])
        with mock.patch.object(rpc_ping.Ping, 'why_not', lambda ping: next(reasons)), \
                mock.patch.object(os, 'execvp', lambda program, words: became.extend(words)), \
                mock.patch('sys.argv', ['neutron_agent.py', 'q-plugin', 'neutron-dhcp-agent', self.config]):
            neutron_agent.main()
        self.assertEqual(became, ['neutron-dhcp-agent', self.config])
        self.assertEqual(self.said.getvalue(), 'waiting for the server: no answer\n' * 2)


if __name__ == '__main__':
    unittest.main()
