"""Several of Nova's compute services of the real Nova, forked from one process, up to where they wait for a conductor."""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / 'lib/kolla/scripts', ROOT / 'services/nova/scripts']
# The program, with a word from each process on what it is when it makes its service.
PROGRAM = '''
import json
import nova_fake_computes as program, pod
from nova import service
from nova.conf import CONF
from nova.virt import node
create = service.Service.create
def say_and_create(**options):
    print(json.dumps([CONF.host, CONF.state_path, node.read_local_node_uuid()]))
    return create(**options)
service.Service.create = say_and_create
pod.main(program.main)
'''
# With services that are up at once, and wait for clients.
UP_AT_ONCE = '''
import os
import time
import eventlet
import nova_fake_computes as program, pod
from nova import service
from nova.conf import CONF
class Quiet(service.Service):
    def __init__(self):
        super(service.Service, self).__init__()
    def wait(self):
        time.sleep(3600)
def start(_):
    eventlet.spawn(eventlet.listen(('127.0.0.1', 0)).accept)
    print('up', os.getpid(), CONF.host, time.monotonic(), flush=True)
service.Service.create = lambda **_: Quiet()
service.Service.start = start
pod.main(program.main)
'''
COUNT = 3
HOSTS = [f'{socket.gethostname()}-{i}' for i in range(COUNT)]


class FakeComputes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        conf = self.folder / 'nova.conf'
        conf.write_text('[DEFAULT]\ntransport_url = fake://\ncompute_driver = fake.FakeDriverWithoutFakeNodes\n')
        self.said = self.folder / 'said'
        with open(self.said, 'w') as said:
            self.process = subprocess.Popen(
                [sys.executable, '-c', self.program(), f'--config-file={conf}', f'--count={COUNT}'],
                env={**os.environ, 'PYTHONPATH': os.pathsep.join(map(str, SCRIPTS)), 'TMPDIR': folder.name},
                stdout=said, stderr=said, start_new_session=True)
        self.addCleanup(self.end)

    def end(self):
        """It, and those that it has forked: they are one group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def program(self):
        return UP_AT_ONCE if 'up' in self.id().split('_') else PROGRAM

    def waiting(self, since=0):
        """Ids of the processes that wait for a conductor, when all do, by what was said since then."""
        latest = time.monotonic() + 240
        while time.monotonic() < latest and self.process.poll() is None:
            found = re.findall(r'^\S+ \S+ (\d+) WARNING nova\.conductor\.api .*Timed out waiting for nova-conductor',
                               self.said.read_text()[since:], re.MULTILINE)
            if len(set(found)) == COUNT:
                return sorted(set(map(int, found)))
            time.sleep(0.5)
        raise AssertionError(self.said.read_text())

    def memory(self, process):
        """Pages that it has written to, or another one of them, by whether it has them alone."""
        lines = pathlib.Path(f'/proc/{process}/smaps_rollup').read_text()
        return {kind: int(re.search(rf'^{kind}_Dirty: *(\d+)', lines, re.MULTILINE)[1]) for kind in ('Private', 'Shared')}

    def test_each_is_a_host_of_its_own_with_an_id_that_stays(self):
        processes = self.waiting()
        told = [json.loads(line) for line in self.said.read_text().splitlines() if line.startswith('["')]
        states = [f'{self.folder}/nova/{host}' for host in HOSTS]
        ids = [str(uuid.uuid5(uuid.NAMESPACE_DNS, host)) for host in HOSTS]
        self.assertEqual(sorted(told), list(map(list, zip(HOSTS, states, ids))))
        for process in processes:
            memory = self.memory(process)
            self.assertGreater(memory['Shared'], memory['Private'])
        self.process.terminate()
        self.assertEqual(self.process.wait(60), 0)
        self.assertFalse([process for process in processes if os.path.exists(f'/proc/{process}')])

    def test_one_that_has_ended_starts_again_and_nothing_happens_to_the_others(self):
        first, *others = self.waiting()
        os.kill(first, signal.SIGKILL)
        again, *same = sorted(self.waiting(self.said.stat().st_size), key=lambda process: process in others)
        self.assertNotEqual(again, first)
        self.assertEqual(same, others)
        self.assertRegex(self.said.read_text(), r'the compute service of \S+-\d has ended with -9, and starts again\n')

    def up(self):
        """Of each that is up: its process, its host and when that was."""
        latest = time.monotonic() + 60
        while time.monotonic() < latest and self.process.poll() is None:
            found = re.findall(r'^up (\d+) (\S+) (\S+)$', self.said.read_text(), re.MULTILINE)
            if len(found) == COUNT:
                return found
            time.sleep(0.2)
        raise AssertionError(self.said.read_text())

    def test_the_next_one_is_started_when_the_last_one_is_up(self):
        (_, _, first), *_, (_, _, last) = up = self.up()
        self.assertEqual([host for _, host, _ in up], HOSTS)
        # With PATIENCE alone it would be a minute.
        self.assertLess(float(last) - float(first), 20)

    def test_each_that_is_up_waits_for_what_comes_for_itself(self):
        for process, *_ in self.up():
            awaited = []
            latest = time.monotonic() + 10
            while not awaited and time.monotonic() < latest:
                awaited = list(self.awaited(process))
                time.sleep(0.2)
            own = {path.stat().st_ino for path in pathlib.Path(f'/proc/{process}/fd').iterdir()}
            self.assertEqual([file for file in awaited if file not in own], [])
            self.assertGreater(len(awaited), 0)

    def awaited(self, process):
        """The inodes of files that it waits for."""
        for path in pathlib.Path(f'/proc/{process}/fd').iterdir():
            if os.readlink(path) == 'anon_inode:[eventpoll]':
                info = pathlib.Path(f'/proc/{process}/fdinfo/{path.name}').read_text()
                yield from (int(inode, 16) for inode in re.findall(r'^tfd:.* ino:([0-9a-f]+)', info, re.MULTILINE))


if __name__ == '__main__':
    unittest.main()
