"""Unpacks a layer from standard input, as containerd's overlay snapshotter does: unpack.py FOLDER

What the image specification calls whiteouts becomes what an overlay mount does. Prints the digest of the plain tar.
"""

import hashlib
import os
import subprocess
import sys

OPAQUE = ".wh..wh..opq"


def unpack(folder):
    os.makedirs(folder)
    zstd = subprocess.Popen(["zstd", "-dq"], stdin=sys.stdin.fileno(), stdout=subprocess.PIPE)
    options = ["--numeric-owner", "--xattrs", "--xattrs-include=security.*"]
    tar = subprocess.Popen(["tar", "-C", folder, "-xp", *options], stdin=subprocess.PIPE)
    plain = hashlib.sha256()
    while data := zstd.stdout.read(1 << 20):
        plain.update(data)
        tar.stdin.write(data)
    tar.stdin.close()
    if zstd.wait() or tar.wait():
        raise SystemExit("the layer can't be unpacked")
    return f"sha256:{plain.hexdigest()}"


def convert(folder):
    for parent, _, files in os.walk(folder):
        for name in files:
            if not name.startswith(".wh."):
                continue
            os.unlink(os.path.join(parent, name))
            if name == OPAQUE:
                os.setxattr(parent, "trusted.overlay.opaque", b"y")
            else:
                os.mknod(os.path.join(parent, name[len(".wh.") :]), 0o020000, os.makedev(0, 0))


if __name__ == "__main__":
    print(unpack(sys.argv[1]))
    convert(sys.argv[1])
