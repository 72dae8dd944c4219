#!/bin/bash
# A small disk image that boots: build.sh MIRROR SUITE ARCHIVES OUT, in overlay.sh. All of it is in one file for the boot
# loader to read, the kernel's first root, which is its last one too: nothing else is to be found, checked and mounted.
set -euo pipefail
here=$(dirname "$0")
. "$here/../network.sh"
with_apt "$1" "$2" "$3"
out=$4

apt install --yes --no-install-recommends busybox dropbear-bin kmod syslinux mtools dosfstools cpio qemu-utils openssl xz-utils
kernel=$(in_root apt-cache depends linux-image-cloud-amd64 | awk '$1 == "Depends:" { print $2; exit }')
in_root sh -euc 'mkdir /tmp/kernel; cd /tmp; apt-get -qq -o APT::Sandbox::User=root download "$1"
  dpkg-deb -x "$1"_*.deb kernel' sh "$kernel"
in_root mkdir /tmp/guest
cp -r "$here/root/." "$ROOT/tmp/guest/"
cp "$here/syslinux.cfg" "$ROOT/tmp/"
in_root bash -s <"$here/assemble.sh"
mv "$ROOT/tmp/guest.qcow2" "$out"
