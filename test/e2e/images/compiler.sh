#!/bin/bash
# What Python packages without a wheel are compiled with, in no image: compiler.sh MIRROR SUITE ARCHIVES, in overlay.sh.
set -euo pipefail
. "$(dirname "$0")/network.sh"
with_apt "$@"
apt install --yes --no-install-recommends gcc libc6-dev python3-dev
