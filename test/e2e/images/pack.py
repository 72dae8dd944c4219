"""A layer of an image: pack.py FOLDER BLOB writes the folder as a tar with zstd.

FOLDER is a root, or what an overlay has written (its "upper"): then what was deleted becomes whiteouts, as the
image specification of OCI wants them. Prints {"diffId": …, "digest": …, "size": …}.
"""

import hashlib
import json
import os
import stat
import subprocess
import sys
import tarfile
import threading

CAPABILITY = "security.capability"
OPAQUE = "trusted.overlay.opaque"
# In a root these are the engine's: mounted, or written for each container.
EMPTY = {"dev", "proc", "sys", "tmp"}


class Hashed:
    """A file to write that hashes what it passes on."""

    def __init__(self, file):
        self.file = file
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data):
        self.hash.update(data)
        self.size += len(data)
        return self.file.write(data)

    @property
    def digest(self):
        return f"sha256:{self.hash.hexdigest()}"


def attribute(path, name):
    try:
        return os.getxattr(path, name, follow_symlinks=False)
    except OSError:
        return None


def is_whiteout(status):
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0


def paths(folder):
    """Each path below the folder, parents first, in a fixed order."""
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(folders + files):
            yield os.path.join(parent, name)
        if parent == folder:
            folders[:] = [name for name in folders if name not in EMPTY]


def add(tar, path, name):
    status = os.lstat(path)
    if is_whiteout(status):
        parent, own = os.path.split(name)
        tar.addfile(tarfile.TarInfo(os.path.join(parent, f".wh.{own}")))
        return
    if stat.S_ISSOCK(status.st_mode):
        return
    info = tar.gettarinfo(path, name)
    # Whole seconds: byte code holds those of its source.
    info.mtime = int(info.mtime)
    info.uname = info.gname = ""
    capability = attribute(path, CAPABILITY)
    if capability is not None:
        info.pax_headers[f"SCHILY.xattr.{CAPABILITY}"] = capability.decode("utf-8", "surrogateescape")
    if info.isreg():
        with open(path, "rb") as file:
            tar.addfile(info, file)
    else:
        tar.addfile(info)
    if info.isdir() and attribute(path, OPAQUE) == b"y":
        tar.addfile(tarfile.TarInfo(f"{name}/.wh..wh..opq"))


def write_tar(folder, out):
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 20) as tar:
        for path in paths(folder):
            add(tar, path, os.path.relpath(path, folder))


def copy(source, target):
    while data := source.read(1 << 20):
        target.write(data)


def pack(folder, blob):
    # Level 1 is no faster: reading files takes the time.
    zstd = subprocess.Popen(["zstd", "-q", "-3", "-T0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with open(blob, "wb") as file:
        packed = Hashed(file)
        reader = threading.Thread(target=copy, args=(zstd.stdout, packed))
        reader.start()
        plain = Hashed(zstd.stdin)
        write_tar(folder, plain)
        zstd.stdin.close()
        reader.join()
    if zstd.wait() != 0:
        raise SystemExit(f"zstd ended with code {zstd.returncode}, packing {folder}")
    return {"diffId": plain.digest, "digest": packed.digest, "size": packed.size}


if __name__ == "__main__":
    print(json.dumps(pack(*sys.argv[1:])))
