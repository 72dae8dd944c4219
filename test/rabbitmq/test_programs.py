"""The rules of the programs, without a broker: python3 -m unittest discover -s test/rabbitmq"""
import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
VOLUME = tempfile.mkdtemp()
os.environ.update(RABBITMQ_VOLUME=VOLUME, RABBITMQ_TOOLS=f'{VOLUME}/tools', MEMBERS='3', POD_NAME='rabbitmq-0', AMQP_PORT='1')
sys.path[:0] = [str(ROOT / folder) for folder in ('services/rabbitmq/scripts', 'lib/kolla/scripts')]
import broker  # noqa: E402
import pod  # noqa: E402
import rabbitmq_node as node  # noqa: E402
import rabbitmq_operations as operations  # noqa: E402

NEW, RUNS, DOWN, GONE = ({'new': True, 'running': False}, {'new': False, 'running': True},
                         {'new': False, 'running': False}, None)


class Decisions(unittest.TestCase):
    """What a member does when it starts."""

    def decide(self, new, one, two, name='rabbitmq-0'):
        others = [other for other in broker.members() if other != name]
        return node.decide(name, new, dict(zip(others, (one, two))))

    def test_a_member_of_before_starts_whatever_the_others_say(self):
        for one in (NEW, RUNS, DOWN, GONE):
            for two in (NEW, RUNS, DOWN, GONE):
                self.assertEqual(self.decide(False, one, two)[0], 'start')

    def test_a_cluster_is_formed_only_by_all_of_its_members(self):
        self.assertEqual(self.decide(True, NEW, NEW)[0], 'form')
        self.assertEqual(node.decide('rabbitmq-0', True, {})[0], 'form')
        for two in (DOWN, GONE):
            for one in (NEW, DOWN, GONE):
                self.assertEqual(self.decide(True, one, two)[0], 'wait')

    def test_who_waits_says_for_whom(self):
        self.assertIn('rabbitmq-2 cannot be asked', self.decide(True, NEW, GONE)[1])
        self.assertIn('rabbitmq-1 and rabbitmq-2 will run again', self.decide(True, DOWN, DOWN)[1])

    def test_a_new_member_joins_one_that_runs(self):
        self.assertEqual(self.decide(True, DOWN, RUNS), ('join', 'rabbitmq-2'))
        self.assertEqual(self.decide(True, GONE, RUNS), ('join', 'rabbitmq-2'))

    def test_new_members_join_one_after_the_other(self):
        self.assertEqual(self.decide(True, RUNS, NEW, 'rabbitmq-1'), ('join', 'rabbitmq-0'))
        self.assertEqual(self.decide(True, RUNS, NEW, 'rabbitmq-2'), ('wait', 'rabbitmq-1 joins first'))
        self.assertEqual(self.decide(True, RUNS, RUNS, 'rabbitmq-2'), ('join', 'rabbitmq-0'))


class Volumes(unittest.TestCase):
    def test_the_request_to_wipe_goes_last(self):
        for name in ('joined', 'reset', 'zoo'):
            pathlib.Path(VOLUME, name).touch()
        pathlib.Path(VOLUME, 'rabbit@x/quorum').mkdir(parents=True)
        removed = []
        remove = os.remove
        with unittest.mock.patch('os.remove', lambda path: (removed.append(os.path.basename(path)), remove(path))):
            node.wipe()
        self.assertEqual(removed, ['joined', 'zoo', 'reset'])
        self.assertEqual(os.listdir(VOLUME), [])


class Tools(unittest.TestCase):
    def tool(self, script):
        folder = pathlib.Path(broker.TOOLS)
        folder.mkdir(exist_ok=True)
        self.addCleanup(node.wipe)
        path = folder / 'rabbitmqctl'
        path.write_text(f'#!/bin/sh\n{script}\n')
        path.chmod(0o755)

    def test_a_member_is_asked_by_its_name(self):
        self.tool('echo "$@"')
        said = broker.call('rabbitmqctl', 'list_users', target='rabbitmq-1')
        self.assertEqual(said, '--quiet --node rabbit@rabbitmq-1.rabbitmq list_users\n')

    def test_a_failure_says_why_in_one_line(self):
        self.tool('echo; echo "Error: no such user"; echo "DIAGNOSTICS"; echo "  * nxdomain"; exit 1')
        with self.assertRaisesRegex(broker.Failed, r'^rabbitmqctl x: Error: no such user \* nxdomain$'):
            broker.call('rabbitmqctl', 'x')

    def test_nobody_waits_for_ever(self):
        self.tool('exec sleep 60')
        with self.assertRaisesRegex(broker.Failed, 'no answer in 0.2 s'):
            broker.call('rabbitmqctl', 'x', timeout=0.2)

    def test_settings_are_numbers(self):
        with unittest.mock.patch.dict(os.environ, {'MEMBERS': 'three'}):
            with self.assertRaisesRegex(pod.Refused, 'MEMBERS is a whole number, 1 or more, not three'):
                broker.members()


class Dropping(unittest.TestCase):
    def drop(self, found, wanted):
        options = unittest.mock.Mock(definitions=f'{VOLUME}/definitions.json')
        pathlib.Path(options.definitions).write_text(json.dumps({'users': [{'name': name} for name in wanted]}))
        self.addCleanup(node.wipe)
        dropped = []
        with unittest.mock.patch.multiple(broker, state=lambda _: RUNS, ask=lambda *_, **__: [{'user': u} for u in found],
                                          call=lambda *words, **__: dropped.append(words[2])):
            operations.drop_users(options)
        return dropped

    def test_who_is_not_in_the_definitions_goes(self):
        self.assertEqual(self.drop(['a', 'old', 'older'], ['a']), ['old', 'older'])

    def test_nobody_goes_before_the_new_ones_are_there(self):
        with self.assertRaisesRegex(pod.Refused, 'not there yet: new'):
            self.drop(['old'], ['new'])


class States(unittest.TestCase):
    def test_two_of_three_are_a_majority_and_one_of_one(self):
        member = node.Member()
        self.assertTrue(member.majority({'rabbitmq-1': RUNS, 'rabbitmq-2': GONE}))
        self.assertFalse(member.majority({'rabbitmq-1': GONE, 'rabbitmq-2': GONE}))
        self.assertTrue(member.majority({}))

    def test_a_member_is_alone_only_if_its_server_says_so_too(self):
        member = node.Member()
        with unittest.mock.patch.multiple(broker, state=lambda _: GONE, call=lambda *_, **__: "['rabbit@rabbitmq-2.rabbitmq']"):
            self.assertFalse(member.is_alone())
            member.alone_since -= node.ALONE
            member.look_at = 0
            self.assertFalse(member.is_alone())
            member.look_at = 0
        with unittest.mock.patch.multiple(broker, state=lambda _: GONE, call=lambda *_, **__: '[]'):
            self.assertTrue(member.is_alone())

    def test_each_member_tells_its_state(self):
        member = node.Member()
        self.assertEqual(member.state(), {'name': 'rabbitmq-0', 'new': True, 'running': False, 'stopping': False})
        pathlib.Path(node.JOINED).touch()
        self.addCleanup(node.wipe)
        self.assertFalse(member.state()['new'])


class Room(unittest.TestCase):
    """What stays free of the volume."""

    def test_a_part_of_it_but_never_less_than_a_copy_of_the_log_needs(self):
        with unittest.mock.patch.dict(os.environ, DISK_FREE_PERCENT='20', VOLUME_SIZE='100Gi'):
            self.assertEqual(node.reserve(100 << 30), 20 << 30)
            self.assertEqual(node.reserve(2 << 30), 1 << 30)
            self.assertEqual(node.reserve(1 << 30), 1 << 29)
            # A disk that volumes share.
            self.assertEqual(node.reserve(1 << 40), 20 << 30)


class Flags(unittest.TestCase):
    """A newer version is used to the full when the operator says so."""

    def enabled(self, *versions, state='disabled'):
        """What was called, and what was said."""
        def ask(_, command, *__, **___):
            if command == 'list_feature_flags':
                return [{'name': 'new', 'state': state, 'stability': 'stable'},
                        {'name': 'later', 'state': 'disabled', 'stability': 'experimental'}]
            return {'versions': {broker.node(name): {'rabbitmq_version': version}
                                 for name, version in zip(broker.members(), versions)}}
        calls, said = [], io.StringIO()
        patched = unittest.mock.patch.multiple(broker, ask=ask, call=lambda *words, **_: calls.append(words))
        with patched, contextlib.redirect_stdout(said):
            operations.enable_feature_flags(None)
        return calls, said.getvalue()

    def test_all_flags_that_are_for_production(self):
        self.assertEqual(self.enabled('4.2.0', '4.2.0', '4.2.0'),
                         ([('rabbitmqctl', 'enable_feature_flag', 'all')], 'enabled: new\n'))

    def test_all_members_have_to_run_the_same_version(self):
        for versions, said in ((('4.2.0', '4.2.0', '4.0.9'), 'rabbitmq-2 4.0.9'),
                               (('4.2.0', '4.2.0'), 'rabbitmq-2 does not run')):
            with self.assertRaisesRegex(pod.Refused, said):
                self.enabled(*versions)

    def test_nothing_is_done_where_nothing_is_left_to_do(self):
        self.assertEqual(self.enabled('4.2.0', '4.2.0', '4.2.0', state='enabled'),
                         ([], 'enabled: none; there was nothing to do\n'))


if __name__ == '__main__':
    unittest.main()
