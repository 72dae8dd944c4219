#!/bin/sh
# Holds the namespaces of a node, for mounts, processes and network, as their first process: holder.sh FOLDER NAME
# It runs until it is killed, and with it go all processes of the node, their mounts and their network. Once all is made,
# FOLDER/holder has its id and its start time, as the machine sees them; NAME is that of the node's cgroups.
set -eu
folder=$1 name=$2

# Cgroups of version 1, one hierarchy a controller, or of version 2, or both. kubelet makes its pods' ones beside
# `daemons`. Whoever started this may have a cgroup that ends with its command; the node must not be in it.
share() {
  mkdir -p "$1/$name/daemons"
  if [ -e "$1/cgroup.subtree_control" ]; then
    for controller in $(cat "$1/cgroup.controllers"); do
      echo "+$controller" >"$1/cgroup.subtree_control" || true
      echo "+$controller" >"$1/$name/cgroup.subtree_control" || true
    done 2>/dev/null
  elif [ -e "$1/cpuset.cpus" ]; then
    for set in cpuset.cpus cpuset.mems; do
      cat "$1/$set" >"$1/$name/$set"
      cat "$1/$set" >"$1/$name/daemons/$set"
    done
  fi
  echo $$ >"$1/$name/daemons/cgroup.procs"
}
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  if [ -e "$hierarchy/cgroup.procs" ] && { [ "$hierarchy" = /sys/fs/cgroup ] || mountpoint -q "$hierarchy"; }; then
    share "$hierarchy"
  fi
done

# Mounts of the machine that come later are seen, and none made here is seen by the machine.
exec unshare --mount --propagation slave --pid --net --fork sh -euc '
  folder=$1
  read -r pid _ </proc/self/stat
  set -- $(cat "/proc/$pid/stat")
  start=${22}

  mount --make-rshared /
  mount -t proc proc /proc
  mount -t tmpfs -o mode=755 tmpfs /run
  mount -t tmpfs -o mode=755 tmpfs /var/log
  # What CNI plugins remember of addresses ends with the network that has them.
  mkdir -p /run/netns /var/log/pods /var/lib/cni /var/lib/kubelet
  mount -t tmpfs tmpfs /var/lib/cni
  mount --bind "$folder/kubelet" /var/lib/kubelet
  mount --bind "$folder/log/pods" /var/log/pods
  # What host agents keep on their node.
  for state in libvirt neutron nova openvswitch; do
    mkdir -p "$folder/host/$state" "/var/lib/$state"
    mount --bind "$folder/host/$state" "/var/lib/$state"
  done

  # kubelet would set these for the whole machine; so it finds them as it wants them.
  mkdir /run/tunables
  for tunable in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    file=/proc/sys/${tunable%=*} copy=/run/tunables/$(basename "${tunable%=*}")
    echo "${tunable#*=}" >"$copy"
    mount --bind "$copy" "$file"
  done

  ip link set lo up
  echo 1 >/proc/sys/net/ipv4/ip_forward
  for interfaces in all default; do
    echo 0 >"/proc/sys/net/ipv4/conf/$interfaces/rp_filter"
    echo 0 >"/proc/sys/net/ipv4/conf/$interfaces/send_redirects"
  done

  echo "$pid $start" >"$folder/.holder"
  mv "$folder/.holder" "$folder/holder"
  # As their first process it inherits who has lost its parent, and has to see to it that they end.
  while :; do
    sleep 1000000 &
    wait $! || true
  done' sh "$folder"
