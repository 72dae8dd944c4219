#!/bin/bash
# A node with the server of SSH, for one who comes from another: ssh.sh FOLDER COMMAND…, with the key, folders and rights
# of the pod. FOLDER has the files of the pod in `etc` and `config`; mounts and processes end with COMMAND.
set -euo pipefail
cd "$1"
export CAPABILITIES SERVER
shift
exec unshare --mount --pid --fork --kill-child --mount-proc bash --norc -euc '
  mkdir -p /run/sshd /run/kolla/config /run/libvirt /var/lib/nova/instances
  mount --bind etc /etc/ssh
  mount --bind config /run/kolla/config
  mount -t tmpfs libvirt /run/libvirt
  mount -t tmpfs nova /var/lib/nova/instances
  # Nothing that a shell of root reads on this machine.
  mount -t tmpfs root /root
  # What is said to libvirt comes back.
  /usr/bin/python3 -c "
import socket
listening = socket.create_server(\"/run/libvirt/libvirt-sock\", family=socket.AF_UNIX)
while True:
    with listening.accept()[0] as peer:
        while said := peer.recv(65536):
            peer.sendall(said)
" &
  setpriv --bounding-set "$CAPABILITIES" --no-new-privs $SERVER 2>server.log &
  for _ in $(seq 100); do ssh self true 2>/dev/null && break; sleep 0.1; done
  "$@"' bash "$@"
