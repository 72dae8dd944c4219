#!/bin/bash
# OpenStack as Kolla's images have it, with the root's own Python: venv.sh CACHE CONSTRAINTS REQUIREMENT…
# A virtual environment that is there gets more into it.
# In overlay.sh. CONSTRAINTS is a file of this machine or an address.
set -euo pipefail
cache=$1 constraints=$2
shift 2
. "$(dirname "$0")/network.sh"

venv=/var/lib/kolla/venv
mkdir -p "$cache"
with_names
lend "$cache" /root/.cache/pip
lend /etc/pip.conf /etc/pip.conf
# What this machine's own settings of pip and TLS name, where it is a file.
for path in "${PIP_CERT-}" "${PIP_FIND_LINKS-}" "${PIP_CONFIG_FILE-}" "${SSL_CERT_FILE-}" "${REQUESTS_CA_BUNDLE-}"; do
  [ -z "$path" ] || lend "$path" "$path"
done
if [ -e "$constraints" ]; then
  cp "$constraints" "$ROOT/tmp/constraints.txt"
  constraints=/tmp/constraints.txt
fi

run() {
  env -u PYTHONPATH -u PYTHONDONTWRITEBYTECODE HOME=/root LC_ALL=C.UTF-8 PATH=$venv/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PIP_CACHE_DIR=/root/.cache/pip chroot "$ROOT" "$@"
}
install() {
  run python3 -m pip --quiet install --upgrade --root-user-action=ignore --no-warn-script-location --compile \
    --constraint "$constraints" "$@"
}

if [ ! -e "$ROOT$venv/lib/python3" ]; then
  mkdir -p "$ROOT/var/lib/kolla"
  run /usr/bin/python3 -m venv --system-site-packages "$venv"
  ln -s "$(basename "$(readlink "$ROOT/usr/bin/python3")")" "$ROOT$venv/lib/python3"
  install pip wheel setuptools
fi
install "$@"
