"""Fernet keys, computed from a master secret and the clock.

Time is cut into epochs of PERIOD seconds. The key of epoch e is HMAC-SHA256(master, generation,
period, e), so every replica has the same keys without talking to another. Tokens are made with the
key of the present epoch (the primary). Each repository also holds the keys of

    the past    as far back as a token can live (LIFETIME, which is [token] expiration +
                allow_expired_window), and one more
    the future  the next two epochs

so that replicas whose clocks differ by up to a period, and which refresh up to a period late,
accept each other's tokens.

Keystone lists the directory and opens each file at every token, at any instant. Hence: names are
fixed and no file is ever removed; the key of epoch k is always in file 1 + (k mod n), n being how
many keys are held, so a key that is needed before and after a refresh is there during it; file 0
repeats the next epoch's key and the highest file the primary, which is renamed last. New files are
made in a sibling directory, because Keystone would open them here and find them gone.

What ends tokens: another master, generation or period starts a new series of keys, and all older
tokens (and those of replicas not yet rolled) are refused. A shorter lifetime ends only the tokens
that are older than it. A longer one ends none.

    run     make the repository right for now, then at each epoch, until SIGTERM
    check   exit 0 if the repository is right for now

Settings stand in the environment: FERNET_REPOSITORY (a directory that this program makes, with mode
0700: mount the volume one level above), FERNET_MASTER (a file), FERNET_PERIOD and FERNET_LIFETIME
(seconds), FERNET_GENERATION (a number). Its files are
LIFETIME / PERIOD (rounded up) + 6: the value for [fernet_tokens] max_active_keys.
"""
import argparse
import base64
import hashlib
import hmac
import os
import re
import time

import pod


class Keys:
    def __init__(self, master, generation, period, lifetime):
        self.master, self.series, self.period = master, f'kolla-cdk8s/fernet/{generation}/{period}', period
        self.past = -(-lifetime // period) + 1

    def epoch(self, now):
        return int(now // self.period)

    def key(self, epoch):
        digest = hmac.new(self.master, f'{self.series}/{epoch}'.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest)

    def repository(self, epoch):
        """Content by file name, in the order to write: what validates tokens first, the primary last."""
        held = range(epoch - self.past, epoch + 3)
        files = {str(1 + k % len(held)): self.key(k) for k in held}
        files['0'] = self.key(epoch + 1)
        files[str(1 + len(held))] = self.key(epoch)
        return files


def read(repository):
    files = {}
    for name in os.listdir(repository) if os.path.isdir(repository) else []:
        with open(os.path.join(repository, name), 'rb') as file:
            files[name] = file.read()
    return files


def write(repository, wanted):
    found = read(repository)
    strange = sorted(set(found) - set(wanted))
    if strange:
        raise pod.Refused(f'{repository} holds {strange[0]}, which is not of these keys '
                          '(another period or lifetime?): give an empty volume')
    new = f'{repository}.new'
    os.makedirs(new, mode=0o700, exist_ok=True)
    changed = [name for name in wanted if found.get(name) != wanted[name]]
    for name in changed:
        with open(os.path.join(new, name), 'wb', opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(wanted[name])
    if not found:
        os.rename(new, repository)  # whole or not at all
    else:
        for name in changed:
            os.rename(os.path.join(new, name), os.path.join(repository, name))
    return changed


def run(keys, repository):
    while True:
        now = time.time()
        epoch = keys.epoch(now)
        if write(repository, keys.repository(epoch)):
            print(f'keys of epoch {epoch} written', flush=True)
        # A short sleep, since the clock may be set while we sleep.
        time.sleep(min(60, max(0.1, (epoch + 1) * keys.period - time.time())))


def check(keys, repository):
    now = time.time()
    epoch, found = keys.epoch(now), read(repository)
    if found == keys.repository(epoch):
        return
    for late in range(1, keys.past + 1):
        if found == keys.repository(epoch - late):
            seconds = now - (epoch - late + 1) * keys.period
            raise pod.Refused(f'stale: {repository} should have left epoch {epoch - late} {seconds:.0f} s ago')
    other = 'is not of this master, generation, period and lifetime'
    raise pod.Refused(f'{repository} {other if found else "is empty"}')


def setting(name):
    """A setting of the keys: they stand in the environment, which the sidecar and its probes share."""
    value = os.environ.get(f'FERNET_{name}', '')
    # A lifetime may be a sum: 86400 + 172800.
    if not re.fullmatch(r'\d+( \+ \d+)*', value) or not sum(map(int, value.split(' + '))):
        raise pod.Refused(f'FERNET_{name} is a whole number, 1 or more, not {value or "empty"}')
    return sum(map(int, value.split(' + ')))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('action', choices=['run', 'check'])
    action = parser.parse_args().action
    repository, file = os.environ['FERNET_REPOSITORY'], os.environ['FERNET_MASTER']
    master = pod.password(*os.path.split(file))
    if len(master) < 32:
        raise pod.Refused(f'{file} has {len(master)} characters: all tokens hang on it, give it 32 or more')
    keys = Keys(master.encode(), setting('GENERATION'), setting('PERIOD'), setting('LIFETIME'))
    return run(keys, repository) if action == 'run' else check(keys, repository)


if __name__ == '__main__':
    pod.main(main)
