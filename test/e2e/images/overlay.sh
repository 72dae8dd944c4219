#!/bin/sh
# Runs a program beside a file system of layers: overlay.sh FOLDER LOWER[:LOWER…] PROGRAM ARGUMENT…
# ROOT is where it is mounted, the highest layer first; what is written to it goes into FOLDER/upper. Paths are relative
# to the current folder. Mounts and processes are in namespaces of their own, which end with whoever called, however he
# ends: no mount outlives this.
set -eu
exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child sh -euc '
  export ROOT="$PWD/$1/root"
  mkdir -p "$1/upper" "$1/work" "$1/root"
  # A layer of an image knows no redirects. One mount(2), as the other call takes no more than 256 characters of layers.
  LIBMOUNT_FORCE_MOUNT2=always mount -t overlay overlay \
    -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work,redirect_dir=off,metacopy=off,index=off" "$ROOT"
  mount -t proc proc /proc
  mount -t proc proc "$ROOT/proc"
  mount --rbind /dev "$ROOT/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
  shift 2
  code=0; "$@" || code=$?
  exit "$code"' sh "$@"
