"""Exit code 0 if a process of this container is connected to a server, the message broker: broker_connection.py PORT.

Looks at what the kernel says of connections, so it asks nobody. On the host's network there are those of others, too:
only sockets that a process of this user in this container has open are counted.
"""
import glob
import os
import sys

ESTABLISHED = '01'


def established(port):
    """Inodes of sockets that are connected to a port of any address."""
    for table in '/proc/net/tcp', '/proc/net/tcp6':
        try:
            with open(table) as file:
                next(file)
                for line in file:
                    fields = line.split()
                    if fields[3] == ESTABLISHED and int(fields[2].rsplit(':', 1)[1], 16) == port:
                        yield f'socket:[{fields[9]}]'
        except FileNotFoundError:
            pass


def is_ours(sockets):
    for link in glob.iglob('/proc/[0-9]*/fd/*'):
        try:
            if os.readlink(link) in sockets:
                return True
        except OSError:
            pass  # It has ended, or is somebody else's.
    return False


def main():
    port = int(sys.argv[1])
    if not is_ours(set(established(port))):
        sys.exit(f'no connection to a server at port {port}')


if __name__ == '__main__':
    main()
