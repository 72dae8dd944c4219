"""Backups of the files of one member, made while it runs.

    backup.py full --host H --port P          everything
    backup.py incremental --host H --port P   what has changed since the last full one
    backup.py retain --keep N                 delete all but the last N full ones and what is based on them

Each is a folder, `20261121T023000Z-full`, that gets its name when it is whole:

    files.mbstream.gz   the files
    checkpoints/        where mariadb-backup goes on from, for an incremental one
    backup.json         kind, base, lineage, version, bytes
"""
import argparse
import contextlib
import datetime
import fcntl
import json
import os
import re
import shutil
import subprocess

import pod

BACKUPS = '/backups'
DATA = '/var/lib/mysql/data'
# Log sequence numbers are compared between backups. They mean something in one copy of the data only.
LINEAGE = f'{DATA}/.lineage'
NAME = re.compile(r'\d{8}T\d{6}Z-(full|incremental)')
PARTIAL = '.partial-'
USER, PASSWORD = 'backup', 'mariadb_backup_database_password'


@contextlib.contextmanager
def alone():
    """Nobody else works on the backups meanwhile."""
    with open(f'{BACKUPS}/.lock', 'w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise pod.Refused('another Job works on the backups; try again when it has ended') from None
        yield


def backups():
    """What backup.json says, by the name of each whole backup, in the order in which they were made."""
    found = {}
    for name in sorted(os.listdir(BACKUPS)):
        if NAME.fullmatch(name):
            with open(f'{BACKUPS}/{name}/backup.json', encoding='utf-8') as file:
                found[name] = json.load(file)
    return found


def outdated(known, keep):
    """Names of backups that are older than the last `keep` full ones, or based on such."""
    full = [name for name, backup in known.items() if backup['kind'] == 'full']
    kept = set(full[-keep:])
    return [name for name, backup in known.items() if (backup['base'] or name) not in kept]


def chain(known, name):
    """The backup `name`, or the latest, and before it what it is based on."""
    if name == 'latest':
        if not known:
            raise pod.Refused('there is no backup')
        name = list(known)[-1]
    if name not in known:
        raise pod.Refused(f'there is no backup {name}{pod.nearest(name, known)}')
    base = known[name]['base']
    if base and base not in known:
        raise pod.Refused(f'backup {name} is based on {base}, which is not there')
    return [base, name] if base else [name]


def base_of(kind, lineage, version):
    """The full backup that an incremental one can go on from."""
    fitting = [name for name, backup in backups().items() if backup['kind'] == 'full'
               and (backup['lineage'], backup['version']) == (lineage, version)]
    if kind == 'incremental' and not fitting:
        print('there is no full backup of this copy of the data yet, so this becomes one')
    return fitting[-1] if kind == 'incremental' and fitting else None


def back_up(options):
    for name in os.listdir(BACKUPS):
        if name.startswith(PARTIAL):
            shutil.rmtree(f'{BACKUPS}/{name}')
    lineage, version = read(LINEAGE), server_version()
    base = base_of(options.action, lineage, version)
    kind = 'incremental' if base else 'full'
    now = datetime.datetime.now(datetime.timezone.utc)
    name = f'{now:%Y%m%dT%H%M%SZ}-{kind}'
    folder = f'{BACKUPS}/{PARTIAL}{name}'
    os.makedirs(f'{folder}/checkpoints')
    command = ['mariadb-backup', '--no-defaults', '--backup', '--stream=mbstream', f'--datadir={DATA}',
               f'--host={options.host}', f'--port={options.port}', f'--user={USER}', '--galera-info',
               '--target-dir=/tmp', f'--extra-lsndir={folder}/checkpoints']
    if base:
        command.append(f'--incremental-basedir={BACKUPS}/{base}/checkpoints')
    if options.ca:
        command += ['--ssl', f'--ssl-ca={options.ca}', '--ssl-verify-server-cert']
    with open(f'{folder}/files.mbstream.gz', 'wb') as file:
        maker = subprocess.Popen(command, stdout=subprocess.PIPE, env={
            **os.environ, 'MYSQL_PWD': pod.password(options.secrets, PASSWORD)})
        packer = subprocess.Popen(['gzip', '-1'], stdin=maker.stdout, stdout=file)
        maker.stdout.close()
        codes = maker.wait(), packer.wait()
        os.fsync(file.fileno())
    if any(codes):
        shutil.rmtree(folder)
        raise pod.Refused(f'no backup: mariadb-backup ended with exit code {codes[0]}, gzip with {codes[1]}; see above')
    if read(LINEAGE) != lineage:
        shutil.rmtree(folder)
        raise pod.Refused('no backup: the member got another copy of the data meanwhile')
    about = {'kind': kind, 'base': base, 'lineage': lineage, 'version': version, 'bytes': size(DATA)}
    with open(f'{folder}/backup.json', 'w', encoding='utf-8') as file:
        json.dump(about, file)
    os.rename(folder, f'{BACKUPS}/{name}')
    print(f'backup {name}: {size(f"{BACKUPS}/{name}") >> 20} MiB' + (f', based on {base}' if base else ''))


def retain(options):
    for name in outdated(backups(), options.keep):
        shutil.rmtree(f'{BACKUPS}/{name}')
        print(f'deleted {name}')
    for name, backup in backups().items():
        print(f'kept {name}' + (f', based on {backup["base"]}' if backup['base'] else ''))


def server_version():
    said = subprocess.run(['mariadb-backup', '--version'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=True)
    return re.search(r'\b(\d+\.\d+)\.\d+-MariaDB', said.stdout).group(1)


def size(folder):
    """Bytes of all files. Those that go away meanwhile count for nothing."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.path.getsize(os.path.join(where, name))
            except FileNotFoundError:
                pass
    return total


def read(path):
    try:
        with open(path, encoding='utf-8') as file:
            return file.read().strip()
    except FileNotFoundError:
        raise pod.Refused(f'no file {path}: is the member running, and in step with the others?') from None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('action', choices=['full', 'incremental', 'retain'])
    parser.add_argument('--host')
    parser.add_argument('--port', type=int)
    parser.add_argument('--ca', metavar='FILE', help='certificate authority of the server: TLS only')
    parser.add_argument('--keep', type=int, default=4)
    parser.add_argument('--secrets', default='/run/kolla/secrets')
    options = parser.parse_args()
    with alone():
        retain(options) if options.action == 'retain' else back_up(options)


if __name__ == '__main__':
    pod.main(main)
