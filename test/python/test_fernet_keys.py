"""fernet_keys.py against Keystone's own fernet_utils and token formatter.

`now` is a clock in seconds; a replica is a repository made for such a time.
"""
import builtins
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

import support
import fernet_keys
import keystone.conf
from keystone import exception
from keystone.common import fernet_utils
from keystone.token import token_formatters

CONF = keystone.conf.CONF
keystone.conf.configure()
CONF([], project='keystone', default_config_files=[])
PERIOD = 1000
START = 5_000_000  # the first second of an epoch, for each period used here


class Replica:
    """A Keystone with its repository, refreshed as by `run` at the times its clock shows."""

    def __init__(self, test, period=PERIOD, lifetime=3 * PERIOD, generation=1, master=support.MASTER):
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'keys')
        self.keys = fernet_keys.Keys(master.encode(), generation, period, lifetime)

    def at(self, now):
        fernet_keys.write(self.path, self.keys.repository(self.keys.epoch(now)))
        return self

    def formatter(self):
        CONF.set_override('key_repository', self.path, group='fernet_tokens')
        return token_formatters.TokenFormatter()

    def load(self):
        return fernet_utils.FernetUtils(self.path, 0, 'fernet_tokens').load_keys()

    def token(self):
        return self.formatter().create_token(
            'a' * 32, '2030-01-01T00:00:00.000000Z', ['audit-id-of-a-token123'], token_formatters.UnscopedPayload,
            methods=['password'])

    def accepts(self, token):
        try:
            return self.formatter().validate_token(token)[0] == 'a' * 32
        except exception.ValidationError:
            return False


class Tokens(unittest.TestCase):
    def test_keys_are_a_function_of_master_generation_period_and_time(self):
        first = Replica(self).at(START)
        self.assertEqual(Replica(self).at(START + PERIOD - 1).load(), first.load())
        for other in (Replica(self, master='x' * 40), Replica(self, generation=2), Replica(self, period=500)):
            self.assertFalse(other.at(START).accepts(first.token()))

    def test_a_token_validates_until_its_last_second_and_not_forever(self):
        for period, lifetime in itertools.product((1000, 500), (1, 499, 500, 501, 1000, 2500, 3001)):
            for issued in (START, START + 1, START + period - 1):
                with self.subTest(period=period, lifetime=lifetime, issued=issued):
                    replica = Replica(self, period, lifetime)
                    token = replica.at(issued).token()
                    for now in {*range(issued, issued + lifetime, period), issued + lifetime}:
                        self.assertTrue(replica.at(now).accepts(token))
                    self.assertFalse(replica.at(issued + lifetime + 3 * period).accepts(token))

    def test_replicas_with_clocks_a_period_apart_accept_each_other(self):
        one, other = Replica(self), Replica(self)
        for now in range(START, START + 2 * PERIOD, 250):
            for skew in (-PERIOD, -PERIOD + 1, -1, 0, 1, PERIOD - 1, PERIOD):
                # The other may also refresh late, by up to a period.
                for late in (0, 1, PERIOD):
                    with self.subTest(now=now, skew=skew, late=late):
                        one.at(now)
                        other.at(now + skew - late)
                        self.assertTrue(other.accepts(one.token()))
                        self.assertTrue(one.accepts(other.token()))
                        # Until its end, by the clock of who validates it (it bears that of who made it).
                        token = other.token()
                        self.assertTrue(one.at(now + skew + 3 * PERIOD).accepts(token))

    def test_a_longer_or_shorter_lifetime_is_the_same_series(self):
        short, long = Replica(self, lifetime=PERIOD).at(START), Replica(self, lifetime=9 * PERIOD).at(START)
        self.assertTrue(short.accepts(long.token()) and long.accepts(short.token()))

    def test_how_many_files(self):
        replica = Replica(self, lifetime=2 * PERIOD + 1).at(START)
        self.assertEqual(len(os.listdir(replica.path)), 3 + 6)


class Refresh(unittest.TestCase):
    """Keystone reads while the writer renames: each rename falls between any two steps of a read."""

    def interleavings(self, lifetime, before, after):
        replica = Replica(self, lifetime=lifetime)
        old, new = replica.keys.repository(before), replica.keys.repository(after)
        fernet_keys.write(replica.path, old)
        renames = []
        with mock.patch.object(fernet_keys.os, 'rename', lambda *paths: renames.append(paths)):
            fernet_keys.write(replica.path, new)
        self.assertEqual(fernet_keys.read(replica.path), old, 'nothing but renames touches the repository')
        self.assertEqual({os.path.dirname(source) for source, _ in renames}, {replica.path + '.new'})
        contents = [(target, pathlib.Path(source).read_bytes()) for source, target in renames]

        steps = 1 + 2 * len(old)  # listdir, then isfile and open of each file
        if len(contents) <= 3:
            schedules = itertools.combinations_with_replacement(range(steps + 1), len(contents))
        else:  # too many: let the writer pause once, anywhere, for any part of the read
            schedules = ((first,) * count + (second,) * (len(contents) - count) for count in range(1, len(contents))
                         for first, second in itertools.combinations(range(steps + 1), 2))
        for schedule in schedules:
            fernet_keys.write(replica.path, old)
            yield replica, self.read(replica, contents, schedule), set(old.values()), set(new.values())

    def read(self, replica, contents, schedule):
        """load_keys() with the rename i done before its step schedule[i]."""
        pending, step = list(zip(schedule, contents)), 0

        def interposed(original):
            def call(*arguments, **options):
                nonlocal step
                while pending and pending[0][0] <= step:
                    target, content = pending.pop(0)[1]
                    with original_open(target + '.put', 'wb') as file:
                        file.write(content)
                    os.rename(target + '.put', target)
                step += 1
                return original(*arguments, **options)
            return call

        original_open = builtins.open
        with mock.patch.object(os, 'listdir', interposed(os.listdir)), \
                mock.patch.object(os.path, 'isfile', interposed(os.path.isfile)), \
                mock.patch.object(fernet_utils, 'open', interposed(open), create=True):
            return [key.encode() for key in replica.load()]

    def test_next_epoch(self):
        """All keys that are right before and after are seen, whatever the order of events."""
        for lifetime in (PERIOD, 2 * PERIOD + 1):
            for replica, seen, old, new in self.interleavings(lifetime, 5000, 5001):
                self.assertLessEqual(old & new, set(seen))
                self.assertIn(seen[0], (replica.keys.key(5000), replica.keys.key(5001)))
                # A token of any age, and of replicas a period ahead or behind.
                for epoch in range(5001 - replica.keys.past, 5003):
                    self.assertIn(replica.keys.key(epoch), seen)

    def test_a_primary_is_known_before_it_is_used(self):
        """A worker that sees the new primary makes a token: a read that begins then has its key."""
        for after in (5001, 5002, 5010, 4999):
            replica = Replica(self, lifetime=PERIOD)
            fernet_keys.write(replica.path, replica.keys.repository(5000))
            done = []

            def rename(source, target):
                os.replace(source, target)
                done.append(target)
                held = [key.encode() for key in replica.load()]
                if held[0] == replica.keys.key(after):
                    self.assertIn(held[0], held[1:])
            with mock.patch.object(fernet_keys.os, 'rename', rename):
                fernet_keys.write(replica.path, replica.keys.repository(after))
            highest = max(map(int, os.listdir(replica.path)))
            self.assertEqual(done[-1], os.path.join(replica.path, str(highest)))

    def test_a_gap_of_epochs_or_a_clock_set_back(self):
        for after in (5002, 4999, 5010):
            for replica, seen, old, new in self.interleavings(1, 5000, after):
                self.assertLessEqual(old & new, set(seen))
                self.assertIn(seen[0], (replica.keys.key(5000), replica.keys.key(after)))

    def test_after_a_pause_of_ten_epochs_it_is_as_if_never_paused(self):
        paused, other = Replica(self).at(START), Replica(self)
        for now in (START + 10 * PERIOD, START + 9 * PERIOD, START + 30 * PERIOD + 7):
            self.assertTrue(paused.at(now).accepts(other.at(now).token()))
            self.assertEqual(paused.load(), other.load())

    def test_an_interrupted_write_is_finished_by_the_next(self):
        replica = Replica(self)
        for stop in itertools.count(1):
            replica.at(START)
            renames = 0

            def rename(*paths):
                nonlocal renames
                renames += 1
                if renames == stop:
                    raise KeyboardInterrupt
                os.replace(*paths)
            try:
                with mock.patch.object(fernet_keys.os, 'rename', rename):
                    replica.at(START + PERIOD)
                break
            except KeyboardInterrupt:
                self.assertEqual(replica.at(START + PERIOD).load(), Replica(self).at(START + PERIOD).load())
        self.assertEqual(stop, 4, 'an epoch is three renames: a new key, the staged one, the primary')

    def test_keystone_logs_nothing_about_the_repository(self):
        replica = Replica(self).at(START)
        with self.assertNoLogs('keystone.common.fernet_utils', 'INFO'):
            replica.load()
        self.assertEqual(os.stat(replica.path).st_mode & 0o777, 0o700)
        self.assertEqual({os.stat(os.path.join(replica.path, name)).st_mode & 0o777
                          for name in os.listdir(replica.path)}, {0o600})


class Program(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_check_says_how_stale(self):
        settings = support.fernet_settings(self.folder, period=3600)
        keys = fernet_keys.Keys(support.MASTER.encode(), 1, 3600, 7200)
        empty = support.run('fernet_keys.py', 'check', check=False, **settings)
        self.assertEqual((empty.returncode, empty.stderr), (1, f'fernet_keys.py: {self.folder}/keys is empty\n'))
        epoch = keys.epoch(time.time())
        fernet_keys.write(f'{self.folder}/keys', keys.repository(epoch - 2))
        stale = support.run('fernet_keys.py', 'check', check=False, **settings)
        self.assertEqual(stale.returncode, 1)
        self.assertRegex(stale.stderr, rf'stale: .* should have left epoch {epoch - 2} \d+ s ago')
        fernet_keys.write(f'{self.folder}/keys', keys.repository(keys.epoch(time.time())))
        support.run('fernet_keys.py', 'check', **settings)

    def test_run_follows_the_clock_and_ends_on_sigterm(self):
        settings = support.fernet_settings(self.folder, period=1, lifetime='1 + 1')
        process = subprocess.Popen([sys.executable, fernet_keys.__file__, 'run'], stdout=subprocess.PIPE, text=True,
                                   env={**os.environ, **settings, 'PYTHONPATH': os.pathsep.join(sys.path)})
        self.addCleanup(process.stdout.close)
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(1), 143)
        epochs = [int(line.split()[3]) for line in lines]
        self.assertEqual(epochs, [epochs[0], epochs[0] + 1])

    def test_a_repository_of_other_settings_or_a_weak_master_is_refused(self):
        keys = fernet_keys.Keys(support.MASTER.encode(), 1, 3600, 36000)
        fernet_keys.write(f'{self.folder}/keys', keys.repository(keys.epoch(time.time())))
        settings = support.fernet_settings(self.folder)
        other = support.run('fernet_keys.py', 'run', check=False, **settings)
        self.assertEqual(other.returncode, 1)
        self.assertIn('which is not of these keys', other.stderr)
        for wrong in ('0', '', 'day'):
            done = support.run('fernet_keys.py', 'run', check=False, **{**settings, 'FERNET_PERIOD': wrong})
            self.assertRegex(done.stderr, r'^fernet_keys.py: FERNET_PERIOD is a whole number, 1 or more, not \w+\n$')
        (self.folder / 'master').write_text('short')
        weak = support.run('fernet_keys.py', 'run', check=False, **settings)
        self.assertIn('has 5 characters', weak.stderr)
