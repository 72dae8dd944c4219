"""Cuts Glance's image cache back to its size, again and again: image_cache.py SECONDS.

The API only ever adds to it. The cleaner takes away what was broken off, the pruner what was not asked for longest. What
there is they know from the database, which has it by the address of this pod: so the cache must not outlive the pod. Of
files that no row tells of the pruner would look for the oldest for ever; that is what the time limit is for.
"""
import subprocess
import sys
import time

import pod

LIMIT = 600


def cut_back():
    subprocess.run(['glance-cache-cleaner'], timeout=LIMIT, check=True)
    subprocess.run(['glance-cache-pruner'], timeout=LIMIT, check=True)


def main():
    while True:
        time.sleep(int(sys.argv[1]))
        try:
            cut_back()
        except subprocess.SubprocessError as error:
            print(f'tried again in {sys.argv[1]} s: {error}')


if __name__ == '__main__':
    pod.main(main)
