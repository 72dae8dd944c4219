"""What our programs share.

Passwords are files under Kolla's key names, mounted from a Secret: nothing secret is ever in an
argument, an environment or a ConfigMap. Standard library only.
"""
import difflib
import os
import signal
import sys
import unicodedata


# With a message for the person who wrote the cloud file or looks after the cluster.
class Refused(Exception):
    pass


def labels(path):
    """The pod's labels from a file of the downward API: lines of key="value"."""
    try:
        with open(path, encoding='utf-8') as file:
            return {key: value.strip('"') for key, _, value in (line.strip().partition('=') for line in file)}
    except FileNotFoundError:
        return {}


def main(program):
    """Run `program`; a Refused or a file that can't be had becomes one line and exit code 1. SIGTERM
    ends the process at once: as process 1 of a container Python would otherwise ignore it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.stdout.reconfigure(line_buffering=True)
    try:
        sys.exit(program())
    except (Refused, OSError) as refusal:
        sys.exit(f'{os.path.basename(sys.argv[0])}: {refusal}')


def nearest(name, known):
    near = difflib.get_close_matches(name, known, 1)
    return f'; did you mean {near[0]}?' if near else f'; there are: {", ".join(sorted(known)) or "none"}'


def password(directory, key, lines=False):
    """The password `key` as text, of several lines if `lines`, refused where it could not be used as one."""
    try:
        with open(os.path.join(directory, key), 'rb') as file:
            value = file.read().decode()
    except FileNotFoundError:
        known = [name for name in os.listdir(directory) if not name.startswith('.')] if os.path.isdir(directory) else []
        raise Refused(f'no password {key} in {directory}{nearest(key, known)}') from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f'password {key} in {directory} cannot be read: {error}') from None
    if not value:
        raise Refused(f'password {key} in {directory} is empty')
    for position, character in enumerate(value, 1):
        if unicodedata.category(character) in ('Cc', 'Zl', 'Zp') and not (lines and character == '\n'):
            raise Refused(f'password {key} in {directory} holds the control character U+{ord(character):04X} at '
                          f'position {position} of {len(value)} (was it stored with a newline at its end?)')
    return value


def reason(error):
    """A database error in one line, without pymysql's error number."""
    return ' '.join(str(error.args[-1] if error.args else error).split()) or type(error).__name__
