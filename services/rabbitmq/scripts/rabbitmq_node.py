"""A member of the RabbitMQ cluster: process 1 of its container, which starts, watches and stops the server.

    rabbitmq_node.py              until the pod is to end
    rabbitmq_node.py force-boot   said by the operator: this member goes on without those that are missing

A member is new until it has been ready once: nothing on its volume is worth anything. Whether it may start is
decided with the others, each of which answers on a port of its own (/state; /ready for the kubelet):

    it has been ready before   it starts, and RabbitMQ waits for those that ran when it ended
    all members are new        all start, and RabbitMQ's peer discovery makes one cluster of them
    a member runs              it joins: who was known before and comes with an empty volume is forgotten first
    anything else              it waits: it must not make a cluster beside one that is only down

A member that has lost the majority of the members ends its connections, so that clients go to the others: with the
store Mnesia RabbitMQ does that itself (pause_minority); with Khepri it would keep them, and serve nothing.
"""
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import broker
import pod

VOLUME = os.environ.get('RABBITMQ_VOLUME', '/var/lib/rabbitmq/mnesia')
# On the volume: the member has been ready; what is there is to go; it is to go on alone.
JOINED, RESET, FORCE = (f'{VOLUME}/{name}' for name in ('joined', 'reset', 'force-boot'))
MEBIBYTE = 1 << 20
# Seconds. Who is alone finds out later than RabbitMQ, whose net_ticktime is 20 and may take 25.
PAUSE, PATIENCE, ALONE, CURE_AFTER = 1, 20, 30, 120


def log(text):
    print(f'member: {text}')


def decide(name, new, peers):
    """What a member does: 'start', 'form', 'join' or 'wait', and why, or whom it joins. `peers` are states by name."""
    if not new:
        return 'start', 'it has been a member before'
    running = sorted(peer for peer, state in peers.items() if state and state['running'])
    if running:
        # One after the other: two that come at the same time would see each other, and maybe nobody else.
        first = min([name] + [peer for peer, state in peers.items() if state and state['new'] and not state['running']])
        return ('join', running[0]) if first == name else ('wait', f'{first} joins first')
    silent = sorted(peer for peer, state in peers.items() if not state)
    if silent:
        return 'wait', f'its volume is empty, and {" and ".join(silent)} cannot be asked whether there is a cluster'
    known = sorted(peer for peer, state in peers.items() if not state['new'])
    if known:
        return 'wait', f'its volume is empty, and {" and ".join(known)} will run again'
    return 'form', 'all members are new'


class Member:
    def __init__(self):
        self.name = os.environ['POD_NAME']
        self.peers = [name for name in broker.members() if name != self.name]
        self.port = broker.setting('AMQP_PORT')
        self.data = f'{VOLUME}/{broker.node(self.name)}'
        self.stopping = threading.Event()
        self.server = None
        self.said = None
        self.flags_at = self.look_at = 0
        self.alone_since = None

    # What others know of it

    def listening(self):
        """RabbitMQ opens its port when it is booted, and closes it when it loses the majority or is drained."""
        try:
            socket.create_connection(('localhost', self.port), timeout=2).close()
            return True
        except OSError:
            return False

    def state(self):
        running = self.server is not None and not self.stopping.is_set() and self.listening()
        return {'name': self.name, 'new': not os.path.exists(JOINED), 'running': running,
                'stopping': self.stopping.is_set()}

    def others(self):
        return {peer: broker.state(peer) for peer in self.peers}

    def majority(self, others):
        """Whether enough members are there, this one among them, by what their programs say."""
        return 2 * (1 + sum(state is not None for state in others.values())) > 1 + len(others)

    def say(self, text):
        """Once, and again each minute."""
        if (text, int(time.monotonic() / 60)) != self.said:
            self.said = (text, int(time.monotonic() / 60))
            log(text)

    # From start to end

    def run(self):
        failures = 0
        while self.may_start():
            began = time.monotonic()
            code = self.watch()
            if self.stopping.is_set():
                break
            if self.alone_since:
                self.alone_since = None
                while not self.majority(self.others()) and not self.stopping.wait(PAUSE):
                    self.say('paused: the majority of the members does not answer')
                continue
            failures = 0 if time.monotonic() - began > 300 else failures + 1
            pause = min(30, 2 ** failures)
            # Mnesia may fail where several members start at once after a crash. The next time it does not.
            cure = f'. To begin anew with what the other members have: {self.kubectl(f"touch {RESET}")}'
            log(f'the server ended with exit code {code}, see above why; starting again in {pause} s'
                f'{cure if failures > 2 else ""}')
            self.stopping.wait(pause)
        log('stopped')

    def may_start(self):
        """Wait until the server may start, with its volume as it has to be. False where the pod is to end."""
        while not self.stopping.is_set():
            if os.path.exists(RESET):
                log('reset: all that was on the volume is deleted')
                wipe()
            action, why = decide(self.name, not os.path.exists(JOINED), self.others())
            self.say(f'{action}: {why}')
            if action in ('form', 'join'):
                wipe()
            if action in ('start', 'form') or (action == 'join' and self.forgotten(why)):
                return True
            self.stopping.wait(PAUSE)
        return False

    def forgotten(self, peer):
        """Whether the cluster of `peer` knows nothing of a former life of this member."""
        own = broker.node(self.name)
        try:
            if own in broker.ask('rabbitmqctl', 'cluster_status', target=peer)['disk_nodes']:
                log(f'{peer} knows this member from before; it is asked to forget it, for the volume is empty')
                broker.call('rabbitmqctl', 'forget_cluster_node', own, target=peer)
            return True
        except broker.Failed as failure:
            self.say(f'cannot join {peer} yet: {failure}')
            return False

    def watch(self):
        """Start the server and follow it until it ends, or is to. Returns its exit code."""
        room = shutil.disk_usage(VOLUME)
        limit = reserve(room.total)
        self.server = subprocess.Popen([f'{broker.TOOLS}/rabbitmq-server'], stdin=subprocess.DEVNULL,
                                       start_new_session=True, env={
                                           **os.environ, 'HOME': '/var/lib/rabbitmq', 'RABBITMQ_LOG_BASE': '/tmp',
                                           # Passwords would be in it, and gigabytes.
                                           'ERL_CRASH_DUMP_SECONDS': '0',
                                           'RABBITMQ_SERVER_START_ARGS': f'-rabbit disk_free_limit {limit}'})
        silent_since = time.monotonic()
        while self.server.poll() is None and not self.stopping.is_set():
            if self.listening():
                if silent_since:
                    self.arrived(silent_since)
                silent_since = None
                self.tell_of_flags()
                if self.is_alone():
                    log('lost the majority of the members: pauses, and clients go to the others')
                    self.server.terminate()
                    break
            else:
                silent_since = silent_since or time.monotonic()
                self.explain(time.monotonic() - silent_since)
            free = shutil.disk_usage(VOLUME).free
            if free < limit:
                self.say(f'publishers are blocked: {free // MEBIBYTE} MiB of the volume are free, {limit // MEBIBYTE} '
                         'have to be. Have consumers take messages, purge queues, or enlarge its PersistentVolumeClaim')
            reap(self.server.pid)
            self.stopping.wait(PAUSE)
        if self.stopping.is_set():
            self.stop()
        return self.server.wait()

    def arrived(self, since):
        log(f'ready after {time.monotonic() - since:.0f} s')
        with open(JOINED, 'w'):
            pass
        # Said for an outage that is over.
        if os.path.exists(FORCE):
            os.remove(FORCE)
        self.flags_at = 0

    def explain(self, seconds):
        """What the server waits for, where it takes longer."""
        if os.path.exists(FORCE):
            log('going on without the members that are missing, as the operator said')
            os.remove(FORCE)
            with open(f'{self.data}/force_load', 'w'):
                pass
            self.server.terminate()
        if seconds < PATIENCE or int(seconds) % 10:
            return
        others = self.others()
        if seconds > ALONE and self.waits_for_lost(others):
            log('all members are there, none runs, and some have lost their volumes: going on without what those had')
            with open(FORCE, 'w'):
                pass
        text = f'not ready: {", ".join(f"{peer} {status(state)}" for peer, state in others.items()) or "see above"}'
        if seconds > CURE_AFTER and not all(others.values()):
            text += ('. If who is missing never comes back: ' + self.kubectl(f'python3 {sys.argv[0]} force-boot'))
        self.say(text)

    def waits_for_lost(self, others):
        """Whether Mnesia waits for a member that has nothing any more, while that one waits for a cluster to join. One of
        those that have something goes on then."""
        if not all(others.values()) or any(state['running'] for state in others.values()):
            return False
        kept = [peer for peer, state in others.items() if not state['new']]
        return len(kept) < len(others) and self.name == min([self.name, *kept])

    def kubectl(self, command):
        return f'kubectl exec {self.name} -- {command}'

    def is_alone(self):
        """Whether this member has lost the majority for some time, by what their programs and its own server say."""
        if time.monotonic() < self.look_at:
            return False
        self.look_at = time.monotonic() + 5
        if self.majority(self.others()):
            self.alone_since = None
            return False
        self.alone_since = self.alone_since or time.monotonic()
        if time.monotonic() - self.alone_since < ALONE:
            return False
        try:
            connected = broker.call('rabbitmqctl', 'eval', 'erlang:nodes().', timeout=30)
        except broker.Failed:
            return False
        return 2 * (1 + sum(f"'{broker.node(peer)}'" in connected for peer in self.peers)) <= 1 + len(self.peers)

    def tell_of_flags(self):
        """After an upgrade: what the newer version can do is off, so that the older one could still come back."""
        if time.monotonic() < self.flags_at:
            return
        self.flags_at = float('inf')
        try:
            if broker.disabled_flags(self.name):
                log('feature flags of this version of RabbitMQ are off. When the older one is not to come back: kubectl '
                    'create job --from=cronjob/rabbitmq-enable-feature-flags enable-feature-flags')
        except broker.Failed as failure:
            self.say(f'feature flags: {failure}')
            self.flags_at = time.monotonic() + 60

    def stop(self):
        """Without a queue that loses its majority, and with its leaders handed over first."""
        deadline = time.monotonic() + broker.setting('STOP_SECONDS') - 5
        if self.peers and self.listening() and self.may_leave(time.monotonic() + broker.setting('STOP_SECONDS') // 2):
            try:
                broker.call('rabbitmq-upgrade', 'drain', timeout=20)
                log('drained: clients are with other members')
            except broker.Failed as failure:
                log(f'not drained: {failure}')
        self.server.terminate()
        try:
            self.server.wait(max(1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log('the server does not stop: killed')
            os.killpg(self.server.pid, signal.SIGKILL)

    def may_leave(self, until):
        """Wait until no queue needs this member for its majority. False where there is none to keep, and nobody to
        hand over to: all members stop, or most are gone."""
        log('stopping, when no queue needs this member for its majority')
        while True:
            others = [state for state in self.others().values() if state]
            running = 1 + sum(state['running'] for state in others)
            if any(state['stopping'] for state in others) or 2 * running <= 1 + len(self.peers):
                log('does not wait: other members stop, too, or are gone')
                return False
            try:
                broker.call('rabbitmq-upgrade', 'await_online_quorum_plus_one', '--timeout', '5', timeout=20)
                return True
            except broker.Failed as failure:
                if time.monotonic() > until:
                    log(f'stopping anyway: {failure}')
                    return True


def reserve(total):
    """Bytes of the volume that stay free: quorum queues copy what they have just logged, up to 512 MiB, into segments. On a
    small volume without room for that the server would end before it blocks anybody. Of a disk that volumes share, what
    counts is how much was asked for."""
    total = min(total, broker.size('VOLUME_SIZE'))
    return max(total * broker.setting('DISK_FREE_PERCENT') // 100, min(1 << 30, total // 2))


def status(state):
    if not state:
        return 'does not answer'
    return 'runs' if state['running'] else 'is new' if state['new'] else 'is not ready'


def wipe():
    """Delete all on the volume; the request to do so last."""
    for name in sorted(os.listdir(VOLUME), key=lambda name: (name == os.path.basename(RESET), name)):
        path = os.path.join(VOLUME, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=name == 'lost+found')
        else:
            os.remove(path)


def reap(own):
    """Collect ended processes that nobody waits for, as process 1 has to."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid == own:
            return
        os.waitpid(ended.si_pid, 0)


def serve(member):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = member.state()
            code = 200 if self.path == '/state' or (self.path == '/ready' and found['running']) else 503
            body = json.dumps(found).encode()
            self.send_response(code)
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6 if socket.has_ipv6 and os.path.exists('/proc/net/if_inet6') else socket.AF_INET
        daemon_threads = True

    threading.Thread(target=Server(('', broker.STATE), Handler).serve_forever, daemon=True).start()


def main():
    if sys.argv[1:] == ['force-boot']:
        with open(FORCE, 'w'):
            pass
        return
    if sys.argv[1:]:
        raise pod.Refused(f'{" ".join(sys.argv[1:])}: only force-boot, or nothing')
    member = Member()
    signal.signal(signal.SIGTERM, lambda *_: member.stopping.set())
    serve(member)
    member.run()


if __name__ == '__main__':
    pod.main(main)
