#!/bin/bash
# Debian's packages that Kolla's base image has beside the services: tools.sh MIRROR SUITE ARCHIVES, in overlay.sh.
# A root for tests of pods is below. What only those tests need goes; and Kolla's users, whom Kolla's Dockerfile makes.
set -euo pipefail
. "$(dirname "$0")/network.sh"

packages=(
  adduser ca-certificates curl dumb-init gawk iproute2 locales lsof netbase openssl patch procps python3-pip
  python3-venv socat sudo systemd-standalone-sysusers tzdata
  expect pv rsync logrotate # mariadb-server, rabbitmq
)
only_for_tests=(python3-boto3 python3-pymysql)

with_apt "$@"
printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d"
chmod 755 "$ROOT/usr/sbin/policy-rc.d"
# uwsgi is linked with the library of this suite's Python.
packages+=("lib$(basename "$(readlink "$ROOT/usr/bin/python3")")")
apt purge --autoremove --yes "${only_for_tests[@]}"
apt install --yes --no-install-recommends "${packages[@]}"
for user in mysql rabbitmq haproxy memcached; do in_root userdel --force "$user"; done

umount "$ROOT/var/cache/apt/archives" "$ROOT/etc/apt/sources.list" "$ROOT/etc/nsswitch.conf"
cd "$ROOT"
rm -rf usr/sbin/policy-rc.d var/lib/apt/lists/* var/cache/apt/* var/cache/debconf/*-old var/log/* run/* var/lib/kolla
rm -rf etc/{passwd,group,shadow,gshadow}-
# As in any image: names by the cluster's DNS too.
sed -i 's/^hosts:.*/hosts: files dns/' etc/nsswitch.conf
