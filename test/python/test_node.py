"""node.py finds the addresses of the node, as prepare.py writes them into files: `@node:my_ip@`."""
import pathlib
import socket
import tempfile
import unittest

import support
import node
import pod

NODE = {'NODE_NAME': 'compute-1', 'NODE_IP': '192.0.2.7'}


class Addresses(unittest.TestCase):
    def test_the_nodes_own_where_nothing_is_said(self):
        self.assertEqual(node.facts(['my_ip='], NODE), {'name': 'compute-1', 'my_ip': '192.0.2.7'})

    def test_that_of_an_interface(self):
        self.assertEqual(node.facts(['tunnel_ip=lo'], NODE)['tunnel_ip'], '127.0.0.1')

    def test_the_one_in_a_block(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            # Sends nothing, but says from where it would.
            try:
                asking.connect(('198.51.100.1', 9))
            except OSError:
                self.skipTest('this machine has no route')
            own = asking.getsockname()[0]
        self.assertEqual(node.facts([f'my_ip={own}/32'], NODE)['my_ip'], own)

    def test_refused(self):
        for wanted, message in {
            'my_ip': 'not of the form NAME=WHERE',
            'my_ip=lo0': 'no interface lo0; did you mean lo?',
            'my_ip=203.0.113.0/24': 'no address in 203.0.113.0/24; it has ',
        }.items():
            with self.subTest(wanted), self.assertRaisesRegex(pod.Refused, message.replace('?', r'\?')):
                node.facts([wanted], NODE)


class Filled(unittest.TestCase):
    def prepare(self, text, *arguments, check=True):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name)
        (path / 'nova.conf').write_text(text)
        (path / 'out').mkdir()
        places = ['--source', path, '--output', path / 'out', '--secrets', path]
        done = support.run('prepare.py', *places, '--file', 'nova.conf:0440', *arguments, check=check, **NODE)
        return done, path / 'out' / 'nova.conf'

    def test_facts_stand_in_a_file(self):
        _, file = self.prepare('host = @node:name@\nmy_ip = @node:my_ip@\n', '--node=my_ip=lo')
        self.assertEqual(file.read_text(), 'host = compute-1\nmy_ip = 127.0.0.1\n')

    def test_one_that_nobody_knows(self):
        done, file = self.prepare('my_ip = @node:my_pi@\n', '--node=my_ip=lo', check=False)
        self.assertIn('nova.conf: no fact my_pi of the node; did you mean my_ip?', done.stderr)
        self.assertFalse(file.exists())
