"""Open vSwitch on a node: its database, its switch, and whether they answer.

    database   make the database, or convert one of an older version, and become its server
    switch     say in the database what this node has (its name, options, bridges), and become the switch
    check      exit code 0 if the one or the other answers

Both are processes of their own pods, and meet by sockets in a folder of the node. What is in the
database of a bridge that nobody names any more stays there: its ports may be in use.
"""
import os
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


def vsctl(*words):
    """What is said is taken at once; the switch does it when it runs."""
    return run('ovs-vsctl', f'--db=unix:{SOCKET}', '--no-wait', '--timeout=20', *words)


def pairs(text):
    return [pair.split('=', 1) for pair in text.split()]


def check(what):
    if what == 'database':
        run('ovsdb-client', 'list-dbs', f'unix:{SOCKET}')
    else:
        run('ovs-appctl', f'--target={RUN}/ovs-vswitchd.ctl', 'version')


def main():
    action, *what = sys.argv[1:]
    {'database': database, 'switch': switch, 'check': check}[action](*what)


if __name__ == '__main__':
    pod.main(main)
