#!/bin/sh
# A machine for pods, in namespaces of its own for network, mounts and processes: node.sh FOLDER NAME
# Prints the id of its first process once its bridge is there. When standard input ends, however that came, so does every
# process in it, and with them go mounts, network namespaces and bridge; then the cgroups called NAME, then FOLDER.
trap '' INT TERM HUP
unshare --net --mount --pid --fork --kill-child sh -ec '
  read -r pid _ </proc/self/stat
  mount -t proc proc /proc
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir /run/netns /run/layers
  ip link set lo up
  ip link add pods type bridge
  ip address add 10.88.0.1/16 dev pods
  ip link set pods up
  echo "$pid"
  cat >/dev/null'
find /sys/fs/cgroup -depth -type d -path "*/$2*" -exec rmdir {} +
rm -rf "$1"
