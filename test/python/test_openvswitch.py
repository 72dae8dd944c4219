"""Open vSwitch on a node, with commands that only write down how they were called."""
import contextlib
import io
import os
import pathlib
import tempfile
import unittest
from unittest import mock

import support  # noqa: F401
import openvswitch
import pod

# Writes down how it was called; fails as a file of its name says, once for each line, and answers as one says of its
# name, or of its name and last word.
FAKE = '''#!/bin/sh
name=$(basename "$0")
echo "$name $*" >> "$FAKES/called"
if [ -s "$FAKES/$name.fails" ]; then
    head -n 1 "$FAKES/$name.fails" >&2
    sed -i 1d "$FAKES/$name.fails"
    exit 1
fi
for last; do :; done
cat "$FAKES/$name.says" "$FAKES/$name.$last.says" 2>/dev/null || true
'''
COMMANDS = ['ovs-appctl', 'ovs-ofctl', 'ovs-vsctl', 'ovsdb-client', 'ovsdb-tool']


class Became(Exception):
    """The process is another program now."""


class Openvswitch(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in COMMANDS:
            (self.folder / name).write_text(FAKE)
            (self.folder / name).chmod(0o755)
        path = f'{self.folder}:{os.environ["PATH"]}'
        self.enterContext(mock.patch.dict(os.environ, PATH=path, FAKES=str(self.folder)))
        names = {'RUN': '', 'SOCKET': '/db.sock', 'FILE': '/conf.db', 'SCHEMA': '/schema', 'SAVED': '/saved',
                 'POD_LOG': '/log'}
        self.enterContext(mock.patch.multiple(
            openvswitch, **{name: f'{self.folder}{end}' for name, end in names.items()}))
        self.enterContext(mock.patch('time.sleep'))

    def enterContext(self, context):
        """unittest's own is only of Python 3.11."""
        entered = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return entered

    def call(self, *arguments, **environment):
        """What it became, what it called before that, and what it said; paths in the folder are without it."""
        became = []

        def execvp(_, words):
            became.extend(words)
            raise Became

        said = io.StringIO()
        with mock.patch('os.execvp', execvp), mock.patch('sys.argv', ['openvswitch.py', *arguments]), \
                mock.patch.dict(os.environ, environment), contextlib.redirect_stdout(said):
            with contextlib.suppress(Became):
                openvswitch.main()
        called = self.folder / 'called'
        lines = called.read_text() if called.exists() else ''
        return [' '.join(became).replace(str(self.folder), ''), lines.replace(str(self.folder), '').splitlines(),
                said.getvalue().splitlines()]

    def test_a_database_is_made_where_there_is_none(self):
        became, called, _ = self.call('database')
        self.assertEqual(called, ['ovsdb-tool create /conf.db /schema'])
        self.assertRegex(became, '^ovsdb-server /conf.db .*--remote=punix:/db.sock --remote=ptcp:6640:127.0.0.1 ')

    def test_a_database_of_an_older_version_is_converted_and_one_of_this_left_alone(self):
        (self.folder / 'conf.db').touch()
        asked = 'ovsdb-tool needs-conversion /conf.db /schema'
        (self.folder / 'ovsdb-tool.says').write_text('no\n')
        self.assertEqual(self.call('database')[1], [asked])
        (self.folder / 'ovsdb-tool.says').write_text('yes\n')
        self.assertEqual(self.call('database')[1], [asked, asked, 'ovsdb-tool convert /conf.db /schema'])

    def test_what_a_server_that_has_ended_left_is_no_hindrance(self):
        for name in 'db.sock', 'ovsdb-server.pid':
            (self.folder / name).touch()
        self.call('database')
        self.assertEqual([(self.folder / name).exists() for name in ('db.sock', 'ovsdb-server.pid')], [False, False])

    def test_a_database_that_cannot_be_converted_is_not_served(self):
        (self.folder / 'conf.db').touch()
        (self.folder / 'ovsdb-tool.fails').write_text('not a database\n')
        with self.assertRaisesRegex(pod.Refused, 'needs-conversion .*: not a database'):
            self.call('database')

    def switch(self, bridges='', options='', datapath='system'):
        became, called, said = self.call('switch', NODE_NAME='node-1', DATAPATH=datapath, BRIDGES=bridges,
                                         OPTIONS=options)
        start = 'ovs-vsctl --db=unix:/db.sock --no-wait --timeout=20 '
        self.assertTrue(all(line.startswith(start) for line in called))
        return became, [line[len(start):] for line in called], said

    def test_the_switch_waits_for_the_database_and_says_who_it_is(self):
        (self.folder / 'ovs-vsctl.fails').write_text('no database\n' * 2)
        became, called, said = self.switch()
        self.assertEqual(called, ['show'] * 3 + [
            'set Open_vSwitch . external_ids:system-id=node-1 external_ids:hostname=node-1 external_ids:rundir=',
            'list-br'])
        self.assertRegex(said[0], '^waiting for the database: .*no database$')
        self.assertRegex(became, '^ovs-vswitchd unix:/db.sock .*--mlockall ')

    def test_bridges_take_over_their_interfaces_and_options_are_set(self):
        _, called, _ = self.switch('br-ex=eth1 br-inside=', 'hw-offload=true\nn-revalidator-threads=2', 'netdev')
        self.assertEqual(called[2:-1], [
            'set Open_vSwitch . other_config:userspace-tso-enable=true',
            'set Open_vSwitch . other_config:hw-offload=true',
            'set Open_vSwitch . other_config:n-revalidator-threads=2',
            '--may-exist add-br br-ex -- set Bridge br-ex datapath_type=netdev fail_mode=standalone',
            '--may-exist add-port br-ex eth1',
            '--may-exist add-br br-inside -- set Bridge br-inside datapath_type=netdev fail_mode=standalone'])

    def test_bridges_keep_the_id_by_which_neutron_knows_them(self):
        (self.folder / 'ovs-vsctl.list-br.says').write_text('br-ex\nbr-int\n')
        (self.folder / 'ovs-vsctl.datapath_id.says').write_text('"00006e1d5c0b2a4f"\n')
        keeps = [words for bridge in ('br-ex', 'br-int') for words in (
            f'get Bridge {bridge} datapath_id',
            f'set Bridge {bridge} other_config:datapath-id=00006e1d5c0b2a4f')]
        self.assertEqual(self.switch()[1][2:], ['list-br', *keeps])
        # It never ran: nobody knows it yet.
        (self.folder / 'ovs-vsctl.datapath_id.says').write_text('[]\n')
        self.assertEqual(self.switch()[1][-2:], [
            'get Bridge br-ex datapath_id', 'get Bridge br-int datapath_id'])

    def save(self):
        (self.folder / 'ovs-vsctl.list-br.says').write_text('br-ex\nbr-int\n')
        (self.folder / 'ovs-vsctl.protocols.says').write_text('["OpenFlow10", "OpenFlow13", "OpenFlow15"]\n')
        (self.folder / 'ovs-ofctl.says').write_text(
            ' cookie=0x1, table=23, priority=0 actions=drop\n cookie=0x1, table=230, priority=0 actions=group:7\n'
            'OFPST_GROUP_DESC reply (OF1.5) (xid=0x2):\n group_id=7,type=all,bucket=actions=output:1\n')
        called = self.call('save')[1]
        (self.folder / 'called').unlink()
        return called

    def saved(self):
        return {str(file.relative_to(self.folder / 'saved')): file.read_text().splitlines()
                for file in sorted((self.folder / 'saved').glob('*/*'))}

    def test_a_switch_that_stops_writes_down_its_flows_but_that_by_which_the_agent_knows_it(self):
        called = self.save()
        self.assertEqual(called[-2:], [
            'ovs-vsctl --db=unix:/db.sock --no-wait --timeout=20 get Bridge br-int protocols',
            'ovs-ofctl --protocols=OpenFlow15 --timeout=10 dump-flows br-int --no-stats'])
        flows = [' cookie=0x1, table=230, priority=0 actions=group:7', ' group_id=7,type=all,bucket=actions=output:1']
        self.assertEqual(self.saved(), {f'{bridge}/{kind}': flows[-1:] if kind == 'groups' else flows
                                        for bridge in ('br-ex', 'br-int') for kind in ('flows', 'groups')})

    def test_the_next_switch_gets_them(self):
        self.save()
        # It is asked until it is there.
        (self.folder / 'ovs-appctl.fails').write_text('connection refused\n' * 2)
        (self.folder / 'ovs-appctl.says').write_text('br-int\nbr-ex\n')
        called = self.call('restore')[1]
        self.assertEqual(called[:3], ['ovs-appctl --target=/ovs-vswitchd.ctl ofproto/list'] * 3)
        self.assertEqual([line for line in called if line.startswith('ovs-ofctl') and 'br-int' in line], [
            f'ovs-ofctl --protocols=OpenFlow15 --timeout=10 --bundle add-{kind} br-int /saved/br-int/{kind}'
            for kind in ('groups', 'flows')])
        self.assertFalse((self.folder / 'saved').exists())

    def test_flows_that_are_not_taken_keep_no_switch_from_working(self):
        self.save()
        (self.folder / 'ovs-appctl.says').write_text('br-int\nbr-ex\n')
        (self.folder / 'ovs-ofctl.fails').write_text('no such meter\n')
        self.call('restore')
        self.assertRegex((self.folder / 'log').read_text(), '^flows of the switch before this one are lost: .*no such meter$')
        self.assertFalse((self.folder / 'saved').exists())

    def test_a_switch_without_its_bridges_is_not_waited_for_for_ever(self):
        self.save()
        (self.folder / 'ovs-appctl.says').write_text('br-int\n')
        with mock.patch('openvswitch.SAVED_SECONDS', 1):
            self.call('restore')
        self.assertRegex((self.folder / 'log').read_text(), ': the switch has not made all of br-(ex, br-int|int, br-ex)$')
        self.assertFalse((self.folder / 'saved').exists())

    def test_after_a_crash_or_long_ago_there_are_none_to_restore(self):
        self.assertEqual(self.call('restore')[1], [])
        self.save()
        os.utime(self.folder / 'saved', (0, 0))
        self.assertEqual(self.call('restore')[1], [])

    def test_a_check_asks_the_one_or_the_other(self):
        self.call('check', 'database')
        self.assertEqual(self.call('check', 'switch')[1], [
            'ovsdb-client list-dbs unix:/db.sock', 'ovs-appctl --target=/ovs-vswitchd.ctl version'])
        (self.folder / 'ovs-appctl.fails').write_text('connection refused\n')
        with self.assertRaisesRegex(pod.Refused, 'connection refused'):
            self.call('check', 'switch')


if __name__ == '__main__':
    unittest.main()
