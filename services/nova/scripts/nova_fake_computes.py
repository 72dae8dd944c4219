"""Become so many of Nova's compute services, of hosts `<name of the pod>-<number>`: for its fake driver.

Each is a process of its own, for all of a process has one name of a host in Nova. They are forked from one that has
imported Nova, so that they share what that takes of memory. One starts when the last one is up: all at once they would
get neither processors nor an answer from Keystone and Placement in time. One that has ended starts again.
"""
import argparse
import gc
import importlib.metadata
import os
import signal
import socket
import sys
import tempfile
import time
import uuid

import pod
# First, as in `nova-compute`: it makes the standard library eventlet's where the release does so.
import nova.cmd.compute
import nova.compute.manager
import nova.virt.fake
from eventlet import hubs
from nova import objects, service

STATE = os.path.join(tempfile.gettempdir(), 'nova')
# From one that is up, from one that has ended, and from who wants all to end.
UP = signal.SIGUSR1
AWAITED = {UP, signal.SIGCHLD, signal.SIGTERM}
# Seconds until the next one starts though the last one is not up, and until one that has ended starts again.
PATIENCE, PAUSE = 30, 10


def identify(host, folder):
    """The id of its node, the same in each pod: Nova starts no host that has been there before and has lost it."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'compute_id'), 'w') as file:
        file.write(str(uuid.uuid5(uuid.NAMESPACE_DNS, host)))


def become(host, arguments):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)
    # A hub of its own: what it waits with would wake all others too, for whatever comes for one of them.
    hubs.use_hub()
    folder = os.path.join(STATE, host)
    identify(host, folder)
    os.environ.update(OS_DEFAULT__HOST=host, OS_DEFAULT__STATE_PATH=folder)
    sys.argv = ['nova-compute', *arguments]
    sys.exit(nova.cmd.compute.main())


def say_when_up(process):
    """To that process, by a signal."""
    start = service.Service.start

    def start_and_say(started):
        start(started)
        os.kill(process, UP)
    service.Service.start = start_and_say


def load():
    """What each would import by itself: so one has 20 MiB less of its own."""
    objects.register_all()
    nova.cmd.compute.os_vif.initialize()
    for driver in importlib.metadata.entry_points(group='oslo.messaging.drivers', name='rabbit'):
        driver.load()
    # What is there now is never collected, so the collector writes to no page of it.
    gc.collect()
    gc.freeze()


def start(host, arguments):
    """@return its process"""
    process = os.fork()
    if process == 0:
        become(host, arguments)
    return process


def ended():
    """Processes that have ended, others that came to process 1 among them."""
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if process == 0:
            return
        yield process, os.waitstatus_to_exitcode(status)


def run(hosts, arguments):
    """Until told to end, and all have. @return the exit code"""
    # When each that does not run may start, and any.
    due = dict.fromkeys(hosts, 0)
    free = 0
    processes = {}
    told = False
    while processes or not told:
        now = time.monotonic()
        host = min(due, key=due.get, default=None)
        wait = 3600 if told or host is None else max(0, free - now, due[host] - now)
        if wait == 0:
            del due[host]
            processes[start(host, arguments)] = host
            free = now + PATIENCE
            continue
        signaled = signal.sigtimedwait(AWAITED, wait)
        if signaled and signaled.si_signo == UP:
            free = 0
        if signaled and signaled.si_signo == signal.SIGTERM:
            told = True
            for process in processes:
                os.kill(process, signal.SIGTERM)
        for process, status in ended():
            host = processes.pop(process, None)
            if host and not told:
                print(f'the compute service of {host} has ended with {status}, and starts again')
                due[host] = time.monotonic() + PAUSE
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--config-file', action='append', default=[])
    parser.add_argument('--count', type=int, required=True)
    options = parser.parse_args()
    arguments = [f'--config-file={path}' for path in options.config_file]
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    # By their group they find the count of their queues (source: oslo.messaging, `use_queue_manager`); one from outside
    # of the container would be none.
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    name = socket.gethostname()
    load()
    say_when_up(os.getpid())
    return run([f'{name}-{i}' for i in range(options.count)], arguments)


if __name__ == '__main__':
    pod.main(main)
