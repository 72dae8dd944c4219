"""libvirt on a node: what it does to cgroups before it is libvirtd."""
import os
import pathlib
import tempfile
import unittest
from unittest import mock

import support  # noqa: F401
import nova_libvirt

VERSION_1 = '12:cpuset:/kubepods/a\n5:pids:/kubepods/a\n3:devices:/kubepods/a\n1:name=systemd:/kubepods/a\n'


class NovaLibvirt(unittest.TestCase):
    def leave(self, lines):
        """The cgroups that it is in then, by their folders."""
        with tempfile.TemporaryDirectory() as folder:
            mine = pathlib.Path(folder, 'mine')
            mine.write_text(lines)
            opened = open
            swapped = mock.patch('builtins.open', lambda path, *mode: opened(
                mine if path == '/proc/self/cgroup' else path, *mode))
            with mock.patch('nova_libvirt.CGROUPS', folder), swapped:
                nova_libvirt.leave_pod()
            return {str(file.parent.relative_to(folder)): file.read_text()
                    for file in pathlib.Path(folder).rglob('cgroup.procs')}

    def test_of_version_1_it_leaves_those_in_which_libvirt_makes_none_for_servers(self):
        me = str(os.getpid())
        self.assertEqual(self.leave(VERSION_1), {'pids/machine': me, 'devices/machine': me, 'systemd/machine': me})

    def test_of_version_2_it_leaves_none_for_libvirt_makes_groups_for_servers(self):
        self.assertEqual(self.leave('0::/kubepods/a\n'), {})


if __name__ == '__main__':
    unittest.main()
