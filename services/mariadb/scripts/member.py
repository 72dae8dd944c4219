"""A member of the MariaDB cluster: process 1 of its container, which starts, watches and stops mariadbd.

    member.py run      find out how to start (galera.py), start, and start over when the server ends
    member.py lead     said by the operator: this member leads, without those that are missing (--anyway: though
                       another one has newer data, or its own cannot be read)
    member.py status   what each member says of itself
    member.py drop-old-passwords   of the administrator and the backup, through the address of all clients

Each member answers its peers, the proxy and the kubelet on a port of its own:

    /state    its state in JSON          /writer   200 if clients write to it; 404 while it hands that over
    /synced   200 if it serves queries   /alive    200 if this program works
"""
import argparse
import concurrent.futures
import fcntl
import contextlib
import glob
import hashlib
import http.server
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid

import galera
import pod
import volume
from volume import BEFORE, DATA, LOCK, RESTORED, VERSION, VOLUME, read, write

# Outside of the data, for a state transfer replaces that as a whole.
INSTALLING, LEAD = f'{VOLUME}/installing', f'{VOLUME}/lead'
# Inside of it, for the same reason: new with each copy of the data, as log sequence numbers are.
LINEAGE = f'{DATA}/.lineage'
SOCKET = '/run/mysqld/mysqld.sock'
DEFAULTS = '/run/mysqld/my.cnf'
CERTIFICATE = '/run/kolla/tls/mariadb/tls.crt'
PORT = 4570
MEBIBYTE = 1 << 20
# Seconds.
PAUSE, PATIENCE = 1, 10
# In which clients are handed over to another member, at most.
HANDOVER = 15
# In which a server that joins shows no sign of work: Galera has been seen to hang there.
STUCK = 40


def log(text):
    print(f'member: {text}')


class Server:
    """mariadbd and its client. Not for more than one thread, but for `state` and `peers`."""

    def __init__(self, options):
        self.options = options
        self.name = socket.gethostname()
        base = self.name.rpartition('-')[0]
        self.names = [f'{base}-{ordinal}' for ordinal in range(options.replicas)]
        self.state = galera.Member(self.name)
        self.peers = {name: None for name in self.names if name != self.name}
        self.stopping = False
        self.leaving = False
        self.child = None
        self.said = None
        # More than there are peers: one that hangs, for a name is not resolved, keeps nobody waiting.
        self.asking = concurrent.futures.ThreadPoolExecutor(16)

    # What others know of it

    def update(self, **changes):
        self.state = self.state._replace(**changes)

    def ask(self):
        """Read the states of the peers."""
        asked = {name: self.asking.submit(fetch, f'{name}.{self.options.service}') for name in self.peers}
        concurrent.futures.wait(asked.values(), timeout=3)
        self.peers = {name: answer.result() if answer.done() else None for name, answer in asked.items()}

    def say(self, text):
        """Once, and again each minute."""
        if (text, int(time.monotonic() / 60)) != self.said:
            self.said = (text, int(time.monotonic() / 60))
            log(text)

    # How it starts

    def run(self):
        failures = 0
        while not self.stopping:
            position = self.prepare()
            action = self.choose(position)
            if not action:
                break
            if action == 'again':
                continue
            began = time.monotonic()
            self.start(action, position)
            code = self.watch()
            if self.stopping:
                break
            reap()
            # A member that ran for a while starts over at once.
            failures = 0 if time.monotonic() - began > 120 else failures + 1
            pause = min(30, 2 ** failures)
            log(f'mariadbd ended with exit code {code}; starting over in {pause} s')
            self.update(phase=galera.STARTING, primary=False, synced=False, writer=False)
            time.sleep(pause)
        log('stopped')

    def prepare(self):
        """Write what mariadbd reads, and find out what is on the volume. Returns (uuid, seqno) or None."""
        self.update(phase=galera.STARTING)
        # Said first: on a full volume the server itself waits, without a word.
        self.measure()
        for folder in (f'{VOLUME}/tmp', os.path.dirname(SOCKET)):
            os.makedirs(folder, exist_ok=True)
        with open(DEFAULTS, 'w') as file:
            file.write(defaults(self.name, self.names, self.options.service, memory_limit()))
        if os.path.exists(INSTALLING):
            log('the first start did not finish: starting it over')
            remove(DATA)
            os.remove(INSTALLING)
        for old in glob.glob(f'{VOLUME}/tmp/*'):
            remove(old)
        # A copy that was not finished counts for nothing.
        empty = not os.path.isdir(f'{DATA}/mysql') or os.path.exists(f'{DATA}/sst_in_progress')
        position = None if empty else recover()
        ended = read(f'{DATA}/grastate.dat')
        left = bool(re.search(r'seqno: +\d', ended) and re.search(r'safe_to_bootstrap: 0', ended))
        self.update(phase=galera.WAITING, empty=empty, uuid=position and position[0],
                    seqno=position[1] if position else -1, restored='' if empty else read(RESTORED), left=left)
        log(f'position: {self.state.position}')
        return position

    def choose(self, position):
        """Wait until it is known how to start: 'join', 'lead', or 'again' where the position is to be read again. None
        where the pod is to stop."""
        began = time.monotonic()
        while not self.stopping:
            if self.state.position == 'unreadable' and time.monotonic() - began > 60:
                return 'again'
            self.ask()
            action, why = galera.decide(self.state, self.peers, forced=os.path.exists(LEAD))
            if action == 'lead':
                # What the others say must still be so when they know of it.
                self.update(phase=galera.LEADING)
                time.sleep(2 * PAUSE)
                self.ask()
                again, why = galera.decide(self.state, self.peers, forced=os.path.exists(LEAD))
                if again != 'lead':
                    self.update(phase=galera.WAITING)
                    self.say(why)
                    time.sleep(PAUSE * (1 + self.state.ordinal))
                    continue
            self.say(f'{action}: {why}')
            if action != 'wait':
                return action
            time.sleep(PAUSE)
        return None

    def start(self, action, position):
        arguments = ['mariadbd', f'--defaults-file={DEFAULTS}', f'--wsrep-cluster-address={self.cluster()}']
        if action == 'lead':
            if self.state.empty:
                install()
            elif os.path.exists(LEAD):
                # What others have counts for nothing from now on: they take over all of this.
                self.mark()
            allow_to_lead()
            arguments.append('--wsrep-new-cluster')
        else:
            self.update(phase=galera.JOINING)
            newest = max(peer.restored for peer in self.peers.values() if peer)
            if self.state.restored < newest or not position:
                # Not what a state transfer could build on.
                remove(f'{DATA}/grastate.dat')
                position = None
        if position:
            arguments.append(f'--wsrep-start-position={position[0]}:{position[1]}')
        if os.path.exists(CERTIFICATE):
            arguments.append(f'--wsrep-provider-options={encrypted(provider_options())}')
        os.makedirs(DATA, exist_ok=True)
        remove(f'{DATA}/gvwstate.dat')
        self.child = subprocess.Popen(arguments)

    def mark(self):
        known = max([peer.restored for peer in self.peers.values() if peer] + [self.state.restored])
        write(RESTORED, volume.mark(known))
        self.update(restored=read(RESTORED))

    def cluster(self):
        return 'gcomm://' + ','.join(f'{name}.{self.options.service}' for name in self.names)

    # How it runs

    def watch(self):
        """Follow mariadbd until it ends. Returns its exit code."""
        client = Client()
        lost_since = None
        users_known = False
        read_only = False
        work = Work(self.child.pid)
        certificate = modified(CERTIFICATE)
        while self.child.poll() is None:
            if self.stopping:
                self.stop(client)
                break
            status = client.status()
            self.ask()
            self.learn(status)
            if self.state.phase == galera.JOINING and work.has_stopped(status.get('wsrep_last_committed')):
                log(f'the server has not got on for {STUCK} s: starting over')
                self.child.kill()
            if self.state.synced and not users_known:
                try:
                    users_known = self.settle(client)
                except (OSError, pod.Refused, subprocess.SubprocessError) as problem:
                    self.say(f'not settled yet: {problem}')
            if status and os.path.exists(LEAD):
                if self.state.primary:
                    remove(LEAD)
                else:
                    log('is to lead without those that are missing: starting over')
                    self.child.terminate()
            if self.state.synced and certificate != modified(CERTIFICATE):
                certificate = modified(CERTIFICATE)
                log('the certificate was renewed')
                client.query('FLUSH SSL')
                # Newer versions have a variable for each of the provider's options, and the one for all is read-only.
                own = client.query("SHOW GLOBAL VARIABLES LIKE 'wsrep_provider_socket_ssl_reload'")
                client.query('SET GLOBAL wsrep_provider_socket_ssl_reload = 1' if own else
                             "SET GLOBAL wsrep_provider_options = 'socket.ssl_reload=1'")
            self.measure()
            if self.state.writer or read_only:
                read_only = self.protect(client, read_only)
            if not galera.is_lost(self.state, self.peers) or self.state.phase != galera.RUNNING:
                lost_since = None
            elif lost_since is None:
                lost_since = time.monotonic()
            elif time.monotonic() - lost_since > PATIENCE:
                log('runs without a majority, and the others wait or have gone on: starting over')
                self.child.terminate()
                lost_since = None
            time.sleep(PAUSE)
        code = self.child.wait()
        client.close()
        return code

    def learn(self, status):
        if not status:
            self.update(synced=False, writer=False)
            return
        primary = status.get('wsrep_cluster_status') == 'Primary'
        synced = primary and status.get('wsrep_ready') == 'ON' and status.get('wsrep_local_state') in ('2', '4')
        phase = galera.RUNNING if primary or self.state.phase == galera.RUNNING else self.state.phase
        if phase == galera.RUNNING and self.state.phase != phase:
            self.update(phase=phase, empty=False)
        if synced and self.state.synced != synced:
            log(f'synced; the cluster has {status.get("wsrep_cluster_size")} members')
        elif not primary and self.state.primary:
            log('lost the majority: no query is answered until the other members are back')
        self.update(primary=primary, synced=synced)
        view = re.findall(r'[\w-]+-\d+(?=[:,]|$)', status.get('wsrep_incoming_addresses', ''))
        writer = galera.is_writer(self.state, view, self.peers, self.stopping)
        if writer != self.state.writer:
            log('clients write to this member' if writer else 'clients write to another member')
        self.update(writer=writer)

    def settle(self, client):
        """Once, when it is in step with the others: what must be in the database. Returns whether it is done."""
        # Before anybody can log in: from here on nothing on the volume is deleted any more.
        remove(INSTALLING)
        newest = max([peer.restored for peer in self.peers.values() if peer and peer.primary] + [self.state.restored])
        if newest != read(RESTORED):
            # A copy of restored data is as old as that may be, whatever ran here before.
            write(VERSION, 'unknown')
            write(RESTORED, newest)
        if read(VERSION) in ('', version()) or upgrade():
            write(VERSION, version())
        known = allow(client, self.options.admin, 'database_password', 'ALL PRIVILEGES', grant=True)
        if os.path.exists(os.path.join(self.options.secrets, BACKUP_PASSWORD)):
            known = allow(client, BACKUP_USER, BACKUP_PASSWORD, BACKUP_PRIVILEGES) and known
        if not os.path.exists(LINEAGE):
            write(LINEAGE, str(uuid.uuid4()))
        self.update(restored=newest)
        return known

    def measure(self):
        """Whether there is room on the volume. What a restore has left behind goes first."""
        room = shutil.disk_usage(VOLUME)
        if low(room) and self.state.synced and os.path.isdir(BEFORE):
            log('the volume is nearly full: the data of before the last restore is deleted')
            remove(BEFORE)
        full = room.free < 2 * reserve(room) if self.state.full else low(room)
        if full != self.state.full:
            free = f'{room.free // MEBIBYTE} of {room.total // MEBIBYTE} MiB are free'
            log(f'the volume is nearly full, {free}. Enlarge its PersistentVolumeClaim' if full else f'{free} again')
        self.update(full=full)

    def protect(self, client, read_only):
        """No write is taken that might not fit, here or on another member: a full volume would end its server."""
        full = [member.name for member in (self.state, *self.peers.values()) if member and member.full]
        if bool(full) != read_only:
            client.query(f'SET GLOBAL read_only = {"ON" if full else "OFF"}')
            log(f'READ ONLY: the volume of {" and ".join(full)} is nearly full' if full else 'takes writes again')
            if client.query('SELECT @@global.read_only') != [[str(int(bool(full)))]]:
                return read_only
        return bool(full)

    def stop(self, client):
        others = any(peer and peer.synced for peer in self.peers.values())
        if self.state.writer and others:
            log('stopping: another member takes over')
            self.hand_over(client)
        self.update(writer=False, synced=False)
        self.child.terminate()

    def hand_over(self, client):
        """New sessions go to another member; those that are here end when nothing of theirs is under way, so that none
        of their clients sees more than a connection that was closed while it was idle."""
        self.leaving = True
        self.update(writer=False, synced=False)
        latest = time.monotonic() + HANDOVER
        while not any(peer and peer.writer for peer in self.peers.values()) and time.monotonic() < latest:
            time.sleep(PAUSE / 4)
            self.ask()
        # The proxies look each second.
        time.sleep(2 * PAUSE)
        sessions = client.query(SESSIONS)
        while sessions and time.monotonic() < latest:
            for session, idle in sessions:
                if idle == '1':
                    client.query(f'KILL {session}')
            time.sleep(PAUSE / 4)
            sessions = client.query(SESSIONS)


# Of clients, and whether nothing is under way. One that has just ended a transaction may be about to begin another.
SESSIONS = ("SELECT id, command = 'Sleep' AND time_ms > 20 AND id NOT IN "
            '(SELECT trx_mysql_thread_id FROM information_schema.innodb_trx) FROM information_schema.processlist '
            "WHERE id <> CONNECTION_ID() AND user <> 'system user' AND command <> 'Daemon'")


BACKUP_USER, BACKUP_PASSWORD = 'backup', 'mariadb_backup_database_password'
BACKUP_PRIVILEGES = 'RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, SLAVE MONITOR, CONNECTION ADMIN'


class Client:
    """One session of the local administrator, who needs no password: the operating system vouches for him."""

    def __init__(self):
        self.process = None

    def query(self, statement):
        """Rows of texts, or None where the server did not answer."""
        try:
            if not self.process:
                self.open()
            self.process.stdin.write(f"{statement};\nSELECT 'end of answer';\n")
            self.process.stdin.flush()
            rows = []
            while True:
                line = self.lines.get(timeout=20)
                if line == 'end of answer\n':
                    return rows
                if not line:
                    break
                rows.append(line.rstrip('\n').split('\t'))
        except (OSError, queue.Empty):
            pass
        self.close()
        return None

    def open(self):
        self.process = subprocess.Popen(
            ['mariadb', '--no-defaults', f'--socket={SOCKET}', '--batch', '--skip-column-names', '--unbuffered',
             '--force', '--connect-timeout=5'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=follow, args=(self.process.stdout, self.lines.put), daemon=True).start()
        threading.Thread(target=follow, args=(self.process.stderr, complain), daemon=True).start()

    def status(self):
        rows = os.path.exists(SOCKET) and self.query("SHOW GLOBAL STATUS LIKE 'wsrep%'")
        return {name: value for name, value in (row for row in rows or () if len(row) == 2)}

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class Work:
    """Whether a process gets on with what it does before it serves: it computes, commits, or has helpers that copy."""

    def __init__(self, pid):
        self.pid = pid
        self.since = time.monotonic()
        self.seen = None
        self.bytes = 0

    def has_stopped(self, committed):
        seconds, helpers = self.look()
        now = time.monotonic()
        if not self.seen or helpers or committed != self.seen[1] or seconds - self.seen[0] > 0.1 * (now - self.since) + 1:
            self.since, self.seen = now, (seconds, committed)
        return now - self.since > STUCK

    def look(self):
        """Seconds of computing, and whether it has children."""
        seconds, helpers = 0, False
        for path in glob.glob('/proc/[0-9]*/stat'):
            # After the name in brackets: state, parent, …, and at 11 and 12 the ticks in user and system mode.
            fields = read(path).rpartition(')')[2].split()
            if path == f'/proc/{self.pid}/stat' and fields:
                seconds = (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
            helpers = helpers or bool(fields) and fields[0] != 'Z' and fields[1] == str(self.pid)
        return seconds, helpers or self.transfers()

    def transfers(self):
        """Whether it has read from the disk, or written to it, since the last look."""
        try:
            found = re.findall(r'^(?:read|write)_bytes: (\d+)', read(f'/proc/{self.pid}/io'), re.M)
        except PermissionError:
            return False
        before, self.bytes = self.bytes, sum(map(int, found))
        return self.bytes - before > MEBIBYTE


def reap():
    """Collect what ended and belongs to nobody any more, as process 1 has to: helpers of a server that was killed."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def follow(stream, take):
    for line in stream:
        take(line)
    take('')


def complain(line):
    # While it starts and stops nobody can connect; that is no news.
    if line and 'ERROR 2' not in line:
        log(line.rstrip())


def allow(client, user, key, privileges, grant=False):
    """Let `user` in, from anywhere, with the password `key` and with the one before: pods that still have that one
    are not refused while they roll. Returns whether it is in the database."""
    way = password_hash(pod.password('/run/kolla/secrets', key))
    account = f"'{user}'@'%'"
    client.query(f"CREATE USER IF NOT EXISTS {account} IDENTIFIED VIA mysql_native_password USING '{way}'")
    rows = client.query(f"SELECT Priv FROM mysql.global_priv WHERE User = '{user}' AND Host = '%'")
    old = re.findall(r'\*[0-9A-F]{40}', rows[0][0]) if rows else []
    new = [way] + [other for other in old if other != way][:1]
    if new != old:
        ways = ' OR '.join(f"mysql_native_password USING '{one}'" for one in new)
        client.query(f'ALTER USER {account} IDENTIFIED VIA {ways}')
    client.query(f'GRANT {privileges} ON *.* TO {account}{" WITH GRANT OPTION" if grant else ""}')
    rows = client.query(f"SELECT Priv FROM mysql.global_priv WHERE User = '{user}' AND Host = '%'")
    return bool(rows) and way in rows[0][0]


def password_hash(password):
    """As mysql_native_password keeps it."""
    inner = hashlib.sha1(password.encode()).digest()
    return '*' + hashlib.sha1(inner).hexdigest().upper()


# What mariadbd starts from

def defaults(name, names, service, memory):
    """Options that follow from the pod. my.cnf comes after them, so its options win."""
    provider = next(iter(glob.glob('/usr/lib*/galera*/libgalera_smm.so')), 'none')
    half = memory // 2
    # Beside the buffer pool: 192 MiB for the server, 1.5 MiB for each connection.
    connections = max(64, min(10000, int((memory - half - 192 * MEBIBYTE) / (1.5 * MEBIBYTE))))
    donors = ','.join([other for other in reversed(names) if other != name] + [''])
    return f"""[mariadbd]
innodb_buffer_pool_size = {max(64, half // MEBIBYTE)}M
max_connections = {connections}
wsrep_node_address = {os.environ.get('POD_IP', '127.0.0.1')}
wsrep_node_incoming_address = {name}
wsrep_node_name = {name}
wsrep_provider = {provider}
wsrep_sst_donor = {donors}
wsrep_sst_receive_address = {name}.{service}
!include /etc/mysql/my.cnf
"""


def provider_options():
    """Of Galera, as my.cnf has them in the end: it takes them as one text, so the last one replaces all others."""
    said = subprocess.run(['my_print_defaults', f'--defaults-file={DEFAULTS}', 'mariadbd'], stdout=subprocess.PIPE,
                          text=True, check=True)
    found = re.findall(r'^--wsrep[_-]provider[_-]options=(.*)$', said.stdout, re.M)
    return found[-1].strip('"') if found else ''


def encrypted(options):
    folder = os.path.dirname(CERTIFICATE)
    return ';'.join([*filter(None, [options]), 'socket.ssl=yes', f'socket.ssl_ca={folder}/ca.crt',
                     f'socket.ssl_cert={CERTIFICATE}', f'socket.ssl_key={folder}/tls.key'])


def memory_limit():
    return int(os.environ.get('MEMORY_LIMIT') or os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'))


def install():
    if os.path.isdir(f'{DATA}/mysql'):
        raise pod.Refused(f'{DATA} holds a copy that was not finished, and no other member has data. Delete it to begin '
                          'anew')
    log('first start: making the system tables')
    write(INSTALLING, '')
    remove(DATA)
    done = subprocess.run(
        ['mariadb-install-db', f'--defaults-file={DEFAULTS}', f'--datadir={DATA}', '--wsrep-on=OFF',
         '--auth-root-authentication-method=socket', '--auth-root-socket-user=mysql', '--skip-test-db'],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise pod.Refused(f'mariadb-install-db failed:\n{done.stdout}')


def recover():
    """The position of the last write: as it was written down at the end, or found by the server itself."""
    position = galera.read_position(re.sub(r'uuid: +(\S+)\s+seqno: +(-?\d+)', r'\1:\2', read(f'{DATA}/grastate.dat')))
    if position:
        return position
    done = subprocess.run(['mariadbd', f'--defaults-file={DEFAULTS}', '--wsrep-recover', '--disable-log-error',
                           '--wsrep-cluster-address=gcomm://127.0.0.1'],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace', check=False)
    lines = [line for line in done.stdout.splitlines() if 'Recovered position' in line]
    position = galera.read_position('\n'.join(lines))
    if not position:
        log('the position cannot be read; mariadbd --wsrep-recover said:\n' + '\n'.join(done.stdout.splitlines()[-15:]))
    return position


def allow_to_lead():
    text = read(f'{DATA}/grastate.dat')
    if text:
        write(f'{DATA}/grastate.dat', re.sub(r'safe_to_bootstrap:.*', 'safe_to_bootstrap: 1', text) + '\n')


def version():
    """The first two numbers of the server's version: system tables differ between those."""
    said = subprocess.run(['mariadbd', '--no-defaults', '--version'], stdout=subprocess.PIPE, text=True, check=True)
    return re.search(r'Ver (\d+\.\d+)', said.stdout).group(1)


def upgrade():
    """Bring the system tables to the version of the server. Returns whether that worked."""
    log(f'mariadb-upgrade: the data was last used by version {read(VERSION)}, this is {version()}')
    command = ['mariadb-upgrade', '--no-defaults', '--user=mysql', f'--socket={SOCKET}', '--silent']
    done = subprocess.run(command, check=False).returncode == 0
    log('mariadb-upgrade: done' if done else 'mariadb-upgrade FAILED, see above: it is tried again at the next start')
    return done


def reserve(room):
    """What has to stay free. Of a disk that volumes share, what counts is how much was asked for."""
    return max(64 * MEBIBYTE, min(room.total, volume.claimed()) // 25)


def low(room):
    return room.free < reserve(room)


def modified(path):
    try:
        return os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return None


def remove(path):
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.remove(path)


# What others ask

def fetch(host):
    """The state of a member, or None."""
    try:
        with urllib.request.urlopen(f'http://{host}:{PORT}/state', timeout=2) as answer:
            found = json.load(answer)
            # A newer one may say more.
            return galera.Member(**{name: found[name] for name in galera.Member._fields if name in found})
    except (OSError, ValueError, TypeError):
        return None


def serve(server):
    class Handler(http.server.BaseHTTPRequestHandler):
        # The answer leaves in one piece: a health check hangs up after the first line.
        wbufsize = -1

        def do_GET(self):
            state = server.state
            answers = {'/state': True, '/alive': True, '/synced': state.synced, '/writer': state.writer}
            found = None if self.path == '/writer' and server.leaving else answers.get(self.path)
            self.send_response(404 if found is None else 200 if found else 503)
            self.end_headers()
            self.wfile.write((json.dumps(state._asdict()) + '\n').encode())

        def log_message(self, *_):
            pass

    class Listener(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
        daemon_threads = True

        def handle_error(self, *_):
            pass

        def server_bind(self):
            if self.address_family == socket.AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            super().server_bind()

    threading.Thread(target=Listener(('', PORT), Handler).serve_forever, daemon=True).start()


# Commands

def run(options):
    server = Server(options)

    def stop(*_):
        server.stopping = True
    signal.signal(signal.SIGTERM, stop)
    serve(server)
    # As long as this program lives, no restore replaces the data.
    with open(LOCK, 'w') as lock:
        while not server.stopping and not locked(lock):
            server.say('waiting: a restore works on this volume')
            time.sleep(PAUSE)
        try:
            server.run()
        finally:
            if server.child and server.child.poll() is None:
                server.child.terminate()
                server.child.wait()


def locked(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def lead(options):
    server = Server(options)
    server.ask()
    why_not = galera.may_lead(fetch('localhost') or server.state, server.peers)
    if why_not and not options.anyway:
        raise pod.Refused(f'{why_not}. Nothing was done; if it has to be: lead --anyway')
    write(LEAD, '')
    log('this member leads as soon as its program looks, within seconds; see its log')


def status(options):
    print(f'{"MEMBER":12} {"PHASE":8} {"SYNCED":7} {"WRITER":7} POSITION AT ITS START')
    for name in Server(options).names:
        member = fetch(f'{name}.{options.service}')
        if not member:
            print(f'{name:12} does not answer')
            continue
        print(f'{name:12} {member.phase:8} {yes(member.synced):7} {yes(member.writer):7} {member.position}'
              + (f' restored {member.restored}' if member.restored else ''))


def drop_old_passwords(options):
    client = ['mariadb', '--no-defaults', f'--host={options.host}', f'--port={options.port}', f'--user={options.admin}']
    client += [f'--ssl-ca={options.ca}', '--ssl-verify-server-cert'] if options.ca else ['--skip-ssl']
    secret = pod.password(options.secrets, 'database_password')
    for user, key in ((options.admin, 'database_password'), (BACKUP_USER, BACKUP_PASSWORD)):
        if not os.path.exists(os.path.join(options.secrets, key)):
            continue
        way = password_hash(pod.password(options.secrets, key))
        statement = f"ALTER USER '{user}'@'%' IDENTIFIED VIA mysql_native_password USING '{way}'"
        done = subprocess.run(client, input=statement, text=True, env={**os.environ, 'MYSQL_PWD': secret}, check=False)
        if done.returncode:
            raise pod.Refused(f'{user}: nothing was dropped; see above')
        print(f'{user} has one password')


def yes(flag):
    return 'yes' if flag else 'no'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('command', choices=['run', 'lead', 'status', 'drop-old-passwords'])
    parser.add_argument('--replicas', type=int, default=int(os.environ.get('MEMBERS', '1')))
    parser.add_argument('--service', default='mariadb-members')
    parser.add_argument('--admin', default='root')
    parser.add_argument('--secrets', default='/run/kolla/secrets')
    parser.add_argument('--anyway', action='store_true', help='lead, whatever the others have')
    parser.add_argument('--host', help='the address of all clients')
    parser.add_argument('--port', type=int, default=3306)
    parser.add_argument('--ca', metavar='FILE', help='certificate authority of the server: TLS only')
    options = parser.parse_args()
    commands = {'run': run, 'lead': lead, 'status': status, 'drop-old-passwords': drop_old_passwords}
    commands[options.command](options)


if __name__ == '__main__':
    pod.main(main)
