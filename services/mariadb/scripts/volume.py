"""Small files on a member's volume that say what its data is worth: written whole, or not at all."""
import datetime
import os

VOLUME = '/var/lib/mysql'
DATA, BEFORE = f'{VOLUME}/data', f'{VOLUME}/before'
# Since when the data counts for more than what others have: it was restored, or the operator said so.
RESTORED = f'{VOLUME}/restored'
# The first two numbers of the server that used the data last: system tables differ between those.
VERSION = f'{VOLUME}/version'
# Held by who may change the data: the member as long as its program lives, or a restore.
LOCK = f'{VOLUME}/lock'


def claimed():
    """Bytes that the claim asks for."""
    size = os.environ['VOLUME_SIZE']
    return int(size[:-2]) << {'Mi': 20, 'Gi': 30, 'Ti': 40}[size[-2:]]


def read(path):
    try:
        with open(path, encoding='utf-8') as file:
            return file.read().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ''


def write(path, text):
    with open(f'{path}.new', 'w', encoding='utf-8') as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f'{path}.new', path)


def mark(known):
    """Now, or later than the latest mark that is known, whatever the clock says."""
    now = f'{datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%SZ}'
    return now if now > known else f'{known}+'
