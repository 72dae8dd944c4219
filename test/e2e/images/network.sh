# For programs in overlay.sh that fetch. $ROOT gets what this machine has for it as mounts: nothing stays in the layer.

# lend FILE PATH: the file or folder of this machine at a path of the root.
lend() {
  [ -e "$1" ] || return 0
  if [ -d "$1" ]; then mkdir -p "$ROOT$2"; elif [ ! -e "$ROOT$2" ]; then
    mkdir -p "$ROOT$(dirname "$2")"
    : >"$ROOT$2"
  fi
  mount --bind "$1" "$ROOT$2"
}

with_names() {
  lend /etc/resolv.conf /etc/resolv.conf
  lend /etc/hosts /etc/hosts
  # The root looks for names in /etc/hosts alone.
  sed 's/^hosts:.*/hosts: files dns/' "$ROOT/etc/nsswitch.conf" >"$ROOT/tmp/nsswitch.conf"
  lend "$ROOT/tmp/nsswitch.conf" /etc/nsswitch.conf
}

# with_apt MIRROR SUITE ARCHIVES: packages come from the mirror, or where it is empty from the one that the root was made
# from, and stay in the folder of archives.
with_apt() {
  mkdir -p "$3/partial"
  with_names
  if [ -n "$1" ]; then echo "deb $1 $2 main"; else cat "$ROOT/etc/apt/sources.list"; fi >"$ROOT/tmp/sources.list"
  lend "$ROOT/tmp/sources.list" /etc/apt/sources.list
  lend "$3" /var/cache/apt/archives
  apt -o Acquire::Languages=none update
}

in_root() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$ROOT" "$@"
}

apt() {
  in_root apt-get -qq -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Acquire::Retries=3 \
    -o APT::Keep-Downloaded-Packages=true "$@"
}
