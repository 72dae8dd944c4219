"""Puts a backup in the place of a member's data. All members must be stopped:

    kubectl scale statefulset mariadb --replicas=0     then this, then back to as many as before

The data is marked as restored, with the time: when the members start, this one leads, and the others
take over its data. What was there before is kept beside it until the next restore.
"""
import argparse
import contextlib
import fcntl
import glob
import os
import shutil
import subprocess
import urllib.error
import urllib.request

import backup
import pod
import volume
from volume import BEFORE, DATA, RESTORED, VOLUME

WORK, INCREMENT = f'{VOLUME}/restore', f'{VOLUME}/restore-increment'
STATE_PORT = 4570
STOP = ', and a restore needs all members stopped: kubectl scale statefulset mariadb --replicas=0'


def running(options):
    """Members that still answer."""
    found = []
    for ordinal in range(options.members):
        name = f'mariadb-{ordinal}'
        try:
            urllib.request.urlopen(f'http://{name}.{options.service}:{STATE_PORT}/alive', timeout=5).close()
            found.append(name)
        except urllib.error.HTTPError:
            found.append(name)
        except OSError:
            pass
    return found


def in_use():
    """Whether a server on this node has the files open: it holds a lock."""
    try:
        with open(f'{DATA}/ibdata1', 'r+b') as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def unpack(name, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(f'{backup.BACKUPS}/{name}/files.mbstream.gz', 'rb') as file:
        unpacker = subprocess.Popen(['gzip', '-dc'], stdin=file, stdout=subprocess.PIPE)
        reader = subprocess.Popen(['mbstream', '-x', '-C', folder], stdin=unpacker.stdout)
        unpacker.stdout.close()
        codes = unpacker.wait(), reader.wait()
    if any(codes):
        raise pod.Refused(f'backup {name} cannot be unpacked: gzip ended with exit code {codes[0]}, mbstream with '
                          f'{codes[1]}; nothing was changed')


def prepare(*more):
    done = subprocess.run(['mariadb-backup', '--no-defaults', '--prepare', f'--target-dir={WORK}', *more], check=False)
    if done.returncode:
        raise pod.Refused(f'mariadb-backup --prepare ended with exit code {done.returncode}; nothing was changed')


@contextlib.contextmanager
def alone():
    """The member does not start meanwhile: its program holds this lock as long as it lives, and waits for it."""
    with open(volume.LOCK, 'w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise pod.Refused(f'the member still runs{STOP}') from None
        yield


def stopped(options):
    found = running(options)
    if found or in_use():
        raise pod.Refused(f'{" and ".join(found) or "a server"} still runs{STOP}')


def restore(options):
    stopped(options)
    if not os.path.isdir(DATA) and os.path.isdir(BEFORE):
        print('a restore was interrupted: what was there before it is put back first')
        volume.write(RESTORED, volume.read(f'{RESTORED}-before'))
        os.rename(BEFORE, DATA)
    known = backup.backups()
    names = backup.chain(known, options.backup)
    about = known[names[-1]]
    mine, theirs = backup.server_version(), about['version']
    if numbers(theirs) > numbers(mine):
        raise pod.Refused(f'backup {names[-1]} was made by version {theirs}, which this one, {mine}, cannot read')
    for old in (WORK, INCREMENT):
        shutil.rmtree(old, ignore_errors=True)
    # What an earlier restore left is not needed any more; what is there now stays until the new data is whole.
    shutil.rmtree(BEFORE, ignore_errors=True)
    need, free = about['bytes'] * 12 // 10, shutil.disk_usage(VOLUME).free
    if need > free:
        raise pod.Refused(f'backup {names[-1]} needs {need >> 20} MiB beside the data that is there, and {free >> 20} '
                          'MiB are free: enlarge the volume')
    print(f'restoring {names[-1]}')
    unpack(names[0], WORK)
    prepare()
    for name in names[1:]:
        unpack(name, INCREMENT)
        prepare(f'--incremental-dir={INCREMENT}')
        shutil.rmtree(INCREMENT)
    if not os.path.isdir(f'{WORK}/mysql'):
        raise pod.Refused(f'backup {names[-1]} holds no database server; nothing was changed')
    for left in glob.glob(f'{WORK}/*_checkpoints') + glob.glob(f'{WORK}/*_info'):
        os.remove(left)
    # It took its time: nobody may have started meanwhile.
    stopped(options)
    known = volume.read(RESTORED)
    volume.write(f'{RESTORED}-before', known)
    if os.path.isdir(DATA):
        os.rename(DATA, BEFORE)
    # The mark first: restored data without it would count for less than what others hold.
    volume.write(volume.VERSION, theirs)
    volume.write(RESTORED, volume.mark(known))
    os.rename(WORK, DATA)
    print(f'restored {names[-1]}. Now: kubectl scale statefulset mariadb --replicas={options.members}')


def numbers(version):
    return [int(part) for part in version.split('.')]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--backup', default='latest', metavar='NAME')
    parser.add_argument('--members', type=int, required=True)
    parser.add_argument('--service', required=True)
    options = parser.parse_args()
    with alone(), backup.alone():
        restore(options)


if __name__ == '__main__':
    pod.main(main)
