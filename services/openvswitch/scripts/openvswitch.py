"""Open vSwitch on a node: its database, its switch, and whether they answer.

    database   make the database, or convert one of an older version, and become its server
    switch     say in the database what this node has (its name, options, bridges), and become the switch
    save       write down the flows of a switch that is about to be stopped
    restore    give them to the one that has started after it
    check      exit code 0 if the one or the other answers

Both are processes of their own pods, and meet by sockets in a folder of the node. What is in the
database of a bridge that nobody names any more stays there: its ports may be in use.

A switch starts with no flows, and Neutron's agent, which makes them, needs a while to see that: until then no server
has a network. So a switch passes its flows on to the next one. After a crash there are none to pass on.

Open vSwitch's own ovs-ctl has the new switch wait for them (flow-restore-wait). Tried with 3.5, they were restored, and
gone again once the wait was over and the bridge had its controller, Neutron's agent.
"""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time

import pod

RUN = '/run/openvswitch'
SOCKET = f'{RUN}/db.sock'
FILE = '/var/lib/openvswitch/conf.db'
SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema'
LOG = ['-vconsole:info', '-vsyslog:off', '-vfile:off']
MINUTE = 60
# What is passed on, by what each of its lines has, in this order: flows are for groups.
KINDS = {'groups': 'group_id=', 'flows': 'actions='}
# A folder for each bridge, with a file for each of them.
SAVED = f'{RUN}/saved'
# Ports that come and go meanwhile are the agent's to say: what is older is of no use.
SAVED_SECONDS = 2 * MINUTE
# By the flow in this table, Neutron's agent sees that it is the switch that it knows. It has to see that it is not.
CANARY = re.compile(r'\btable=23,')
# Where what hooks say can be read.
POD_LOG = '/proc/1/fd/1'


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTE)
    if done.returncode:
        raise pod.Refused(f'{" ".join(command)}: {done.stderr.strip() or done.stdout.strip()}')
    return done.stdout.strip()


def become(*command):
    os.execvp(command[0], command)


def database():
    if not os.path.exists(FILE):
        run('ovsdb-tool', 'create', FILE, SCHEMA)
    elif run('ovsdb-tool', 'needs-conversion', FILE, SCHEMA) == 'yes':
        run('ovsdb-tool', 'convert', FILE, SCHEMA)
    # Of a server that has ended: it would keep this one from making its own.
    for left in (SOCKET, f'{RUN}/ovsdb-server.pid'):
        if os.path.lexists(left):
            os.remove(left)
    become('ovsdb-server', FILE, *LOG, f'--remote=punix:{SOCKET}', '--remote=ptcp:6640:127.0.0.1',
           '--remote=db:Open_vSwitch,Open_vSwitch,manager_options', f'--pidfile={RUN}/ovsdb-server.pid',
           f'--unixctl={RUN}/ovsdb-server.ctl')


def switch():
    while True:
        try:
            vsctl('show')
            break
        except pod.Refused as refusal:
            print(f'waiting for the database: {refusal}')
            time.sleep(2)
    node, datapath = os.environ['NODE_NAME'], os.environ['DATAPATH']
    vsctl('set', 'Open_vSwitch', '.', f'external_ids:system-id={node}', f'external_ids:hostname={node}',
          'external_ids:rundir=' + RUN)
    # In the userspace, else, it takes what a server sends without checksums, for a network card to fill in, for broken.
    ours = ['userspace-tso-enable=true'] if datapath == 'netdev' else []
    for option in ours + os.environ['OPTIONS'].splitlines():
        vsctl('set', 'Open_vSwitch', '.', f'other_config:{option}')
    for bridge, port in pairs(os.environ['BRIDGES']):
        # Standalone: it forwards packets before Neutron's agent has told it how.
        vsctl('--may-exist', 'add-br', bridge, '--', 'set', 'Bridge', bridge, f'datapath_type={datapath}',
              'fail_mode=standalone')
        if port:
            vsctl('--may-exist', 'add-port', bridge, port)
    keep_ids()
    become('ovs-vswitchd', f'unix:{SOCKET}', *LOG, '--mlockall', f'--pidfile={RUN}/ovs-vswitchd.pid',
           f'--unixctl={RUN}/ovs-vswitchd.ctl')


def keep_ids():
    """Neutron's agent knows a bridge by its id, which would be made of other addresses at the next start.

    It would wait for the old one for minutes (of_connect_timeout), with no flow in the bridge.
    """
    for bridge in vsctl('list-br').split():
        known = vsctl('get', 'Bridge', bridge, 'datapath_id').strip('[]"')
        if known:
            vsctl('set', 'Bridge', bridge, f'other_config:datapath-id={known}')


def save():
    shutil.rmtree(SAVED, ignore_errors=True)
    new = f'{SAVED}.new'
    shutil.rmtree(new, ignore_errors=True)
    for bridge in vsctl('list-br').split():
        os.makedirs(f'{new}/{bridge}')
        for kind, mark in KINDS.items():
            answer = ofctl(bridge, f'dump-{kind}', bridge, *(['--no-stats'] if kind == 'flows' else []))
            lines = [line for line in answer.splitlines() if mark in line and not CANARY.search(line)]
            with open(f'{new}/{bridge}/{kind}', 'w', encoding='utf-8') as file:
                file.writelines(f'{line}\n' for line in lines)
    os.rename(new, SAVED)


def restore():
    if not os.path.exists(SAVED) or time.time() - os.path.getmtime(SAVED) > SAVED_SECONDS:
        return
    try:
        bridges = os.listdir(SAVED)
        wait_for(bridges)
        for bridge in bridges:
            for kind in KINDS:
                ofctl(bridge, '--bundle', f'add-{kind}', bridge, f'{SAVED}/{bridge}/{kind}')
    except pod.Refused as refusal:
        # Neutron's agent makes them, as after a crash.
        with open(POD_LOG, 'w', encoding='utf-8') as log:
            print(f'flows of the switch before this one are lost: {refusal}', file=log)
    shutil.rmtree(SAVED)


def wait_for(bridges):
    """Until the switch has them: it answers before."""
    end = time.time() + SAVED_SECONDS
    while True:
        with contextlib.suppress(pod.Refused):
            if set(bridges) <= set(appctl('ofproto/list').split()):
                return
        if time.time() > end:
            raise pod.Refused(f'the switch has not made all of {", ".join(bridges)}')
        time.sleep(0.2)


def ofctl(bridge, *words):
    """In the newest protocol that the bridge speaks, for older ones have no groups, and take no bundle of flows."""
    spoken = re.findall(r'OpenFlow1\d', vsctl('get', 'Bridge', bridge, 'protocols'))
    return run('ovs-ofctl', f'--protocols={max(spoken, default="OpenFlow14")}', '--timeout=10', *words)


def vsctl(*words):
    """What is said is taken at once; the switch does it when it runs."""
    return run('ovs-vsctl', f'--db=unix:{SOCKET}', '--no-wait', '--timeout=20', *words)


def appctl(command):
    return run('ovs-appctl', f'--target={RUN}/ovs-vswitchd.ctl', command)


def pairs(text):
    return [pair.split('=', 1) for pair in text.split()]


def check(what):
    if what == 'database':
        run('ovsdb-client', 'list-dbs', f'unix:{SOCKET}')
    else:
        appctl('version')


def main():
    action, *what = sys.argv[1:]
    actions = {'database': database, 'switch': switch, 'save': save, 'restore': restore, 'check': check}
    actions[action](*what)


if __name__ == '__main__':
    pod.main(main)
