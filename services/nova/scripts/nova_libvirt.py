"""Become libvirtd, with servers in cgroups of the node: they go on when this pod ends.

Where there are cgroups of version 1, libvirt has groups of its own for servers in some hierarchies,
and leaves them where it is itself in the others: there the kubelet would end them with the pod. So it
goes to the node's `/machine` in those itself; the limits of the pod are in the rest. Of version 2
there is one hierarchy, and servers are in groups of their own in it.
"""
import os

import pod

CGROUPS = '/sys/fs/cgroup'
# In which libvirt makes groups for servers (source: libvirt's src/util/vircgroup.h). Empty: version 2.
OF_LIBVIRT = {'', 'blkio', 'cpu', 'cpuset', 'freezer', 'memory'}
PID = '/run/libvirt/libvirtd.pid'


def hierarchies():
    """Of version 1: the controllers of each, and its folder."""
    with open('/proc/self/cgroup') as mine:
        for line in mine:
            _, controllers, _ = line.rstrip('\n').split(':', 2)
            yield set(controllers.split(',')), os.path.join(CGROUPS, controllers.removeprefix('name='))


def leave_pod():
    for controllers, folder in hierarchies():
        if controllers & OF_LIBVIRT:
            continue
        machine = os.path.join(folder, 'machine')
        os.makedirs(machine, exist_ok=True)
        with open(os.path.join(machine, 'cgroup.procs'), 'w') as members:
            members.write(str(os.getpid()))


def main():
    leave_pod()
    # Of one that has ended: the next would take it for running.
    if os.path.lexists(PID):
        os.remove(PID)
    os.execvp('libvirtd', ['libvirtd', f'--pid-file={PID}'])


if __name__ == '__main__':
    pod.main(main)
