"""Whether Open vSwitch's agent has made its flows, with a switch that says what it is told to."""
import pathlib
import tempfile
import unittest

import support

THERE = 'NXST_FLOW reply (xid=0x8):\n cookie=0x1, table=23, priority=0 actions=drop'
GONE = 'NXST_FLOW reply (xid=0x8):'


class Flows(unittest.TestCase):
    def ask(self, switch, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            ofctl = pathlib.Path(folder, 'ovs-ofctl')
            ofctl.write_text(f'#!/bin/sh\n{switch}\n')
            ofctl.chmod(0o755)
            done = support.run('openvswitch_flows.py', *arguments, check=False, PATH=f'{folder}:/usr/bin:/bin')
        return done.returncode, done.stderr.strip()

    def test_they_are_there(self):
        for arguments in [], ['--or-no-switch']:
            self.assertEqual(self.ask(f"echo '{THERE}'", *arguments), (0, ''))

    def test_the_switch_has_lost_them(self):
        for arguments in [], ['--or-no-switch']:
            self.assertEqual(self.ask(f"echo '{GONE}'", *arguments), (1, 'the switch has no flows of the agent'))

    def test_there_is_no_switch(self):
        away = 'echo "br-int is not a bridge or a socket" >&2; exit 1'
        self.assertEqual(self.ask(away), (1, 'br-int is not a bridge or a socket'))
        self.assertEqual(self.ask(away, '--or-no-switch'), (0, ''))


if __name__ == '__main__':
    unittest.main()
