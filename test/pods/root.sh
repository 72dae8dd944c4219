#!/usr/bin/env bash
# Makes a Debian root with the programs that Kolla's images hold, and Kolla's users:
#   root.sh SUITE FOLDER MIRROR USER=ID…
# Changes here, and only those, make a new root: `root.ts` keeps one for each content of this file.
set -euo pipefail
suite=$1 folder=$2 mirror=$3
shift 3

packages=(
  python3 python3-boto3 python3-pymysql
  mariadb-server mariadb-client mariadb-backup galera-4 socat rsync haproxy memcached
  curl iproute2 procps
)
if [ "$suite" != bookworm ]; then packages+=(rabbitmq-server); fi

# Before any package makes a user of its own. Packages refuse a user who is there but no "system" user: Kolla's ids are
# above 42400. And no daemon starts while it is installed.
users=''
for user in "$@"; do
  name=${user%%=*} id=${user##*=}
  users+="echo '$name:x:$id:$id::/var/lib/$name:/usr/sbin/nologin' >>\"\$1/etc/passwd\"; "
  users+="echo '$name:!:20000::::::' >>\"\$1/etc/shadow\"; "
  users+="echo '$name:x:$id:' >>\"\$1/etc/group\"; echo '$name:!::' >>\"\$1/etc/gshadow\"; "
done
before="$users
  printf '%s\n' FIRST_SYSTEM_UID=100 LAST_SYSTEM_UID=59999 FIRST_SYSTEM_GID=100 LAST_SYSTEM_GID=59999 \
    >\"\$1/etc/adduser.conf\"
  printf '%s\n' '#!/bin/sh' 'exit 101' >\"\$1/usr/sbin/policy-rc.d\"; chmod 755 \"\$1/usr/sbin/policy-rc.d\""

# No sample of a configuration stays: a mount that is missing is to fail loudly. Names come from /etc/hosts alone, so
# that one which is not there is unknown, as from a cluster's DNS, and not "try again".
after='cd "$1"
  rm -rf etc/mysql etc/rabbitmq etc/haproxy etc/memcached.conf etc/default/{mariadb,rabbitmq-server,haproxy,memcached}
  rm -rf var/lib/mysql var/lib/rabbitmq var/lib/haproxy var/log/* run/* tmp/* var/cache/apt/* var/lib/apt/lists/*
  rm -f usr/sbin/policy-rc.d; mkdir -p etc/mysql etc/rabbitmq etc/haproxy
  chroot . install -d -o mysql -g mysql /var/lib/mysql
  chroot . install -d -o rabbitmq -g rabbitmq /var/lib/rabbitmq
  sed -i "s/^hosts:.*/hosts: files/" etc/nsswitch.conf
  mkdir -p var/lib/kolla/venv/bin; ln -s /usr/bin/python3 var/lib/kolla/venv/bin/python
  : >etc/resolv.conf; : >etc/machine-id'

mmdebstrap --mode=root --variant=minbase --format=directory --components=main \
  --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
  --dpkgopt=force-unsafe-io --dpkgopt=force-confold --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --essential-hook="$before" --include="$(IFS=,; echo "${packages[*]}")" --customize-hook="$after" \
  "$suite" "$folder" ${mirror:+"$mirror"}
