#!/usr/bin/python3
"""Connect who comes by SSH with a socket of the node, as `nc -U SOCKET` does: libvirt runs it so.

It asks first, with `-q` alone, whether that is an option here. It is none.
"""
import os
import socket
import sys
import threading

import pod

CHUNK = 1 << 16


def send(peer):
    while chunk := os.read(sys.stdin.fileno(), CHUNK):
        peer.sendall(chunk)
    peer.shutdown(socket.SHUT_WR)


def main():
    if len(sys.argv) != 3 or sys.argv[1] != '-U':
        raise pod.Refused('not of the form -U SOCKET')
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(sys.argv[2])
        threading.Thread(target=send, args=(peer,), daemon=True).start()
        while chunk := peer.recv(CHUNK):
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()


if __name__ == '__main__':
    pod.main(main)
