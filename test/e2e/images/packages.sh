#!/bin/bash
# Debian's packages for an image: packages.sh MIRROR SUITE ARCHIVES PACKAGE[=]…, in overlay.sh. A package with `=` comes
# without those that it depends on.
set -euo pipefail
. "$(dirname "$0")/network.sh"

mirror=$1 suite=$2 archives=$3
shift 3
with_apt "$mirror" "$suite" "$archives"
alone=() whole=()
for package in "$@"; do
  case $package in *=) alone+=("${package%=}") ;; *) whole+=("$package") ;; esac
done

printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d"
chmod 755 "$ROOT/usr/sbin/policy-rc.d"
if [ ${#whole[@]} != 0 ]; then apt install --yes --no-install-recommends "${whole[@]}"; fi
for package in "${alone[@]}"; do
  in_root sh -euc 'cd /tmp; apt-get -qq -o APT::Sandbox::User=root download "$1"; dpkg --force-depends -i "$1"_*.deb' \
    sh "$package"
done

umount "$ROOT/var/cache/apt/archives" "$ROOT/etc/apt/sources.list" "$ROOT/etc/nsswitch.conf"
cd "$ROOT"
rm -rf usr/sbin/policy-rc.d var/lib/apt/lists/* var/cache/apt/* var/cache/debconf/*-old run/*
find var/log -type f -delete
rm -rf etc/{passwd,group,shadow,gshadow}- etc/machine-id
# No sample of a configuration, no database and no key stays: a mount that is missing is to fail loudly.
rm -rf etc/default/{keepalived,libvirt*,openvswitch-switch,radvd,ssh,virt*} etc/openvswitch/* etc/libvirt/*.conf \
  etc/libvirt/qemu/* etc/ssh/{sshd_config,ssh_host_*} var/lib/openvswitch/*
