"""broker_connection.py: a worker is ready when it is connected to the broker."""
import socket
import unittest

import support


class Connection(unittest.TestCase):
    def ask(self, port):
        return support.run('broker_connection.py', port, check=False)

    def test_connected(self):
        for family, address in (socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1'):
            with self.subTest(address), socket.socket(family) as broker, socket.socket(family) as worker:
                try:
                    broker.bind((address, 0))
                except OSError:
                    continue  # A machine without IPv6.
                broker.listen()
                port = broker.getsockname()[1]
                self.assertIn(f'no connection to a server at port {port}', self.ask(port).stderr)
                worker.connect((address, port))
                self.assertEqual(self.ask(port).returncode, 0)
