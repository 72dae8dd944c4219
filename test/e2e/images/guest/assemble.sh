# In the root where packages are: /tmp/guest, with files of ours, and /tmp/kernel become /tmp/guest.qcow2.
set -euo pipefail
cd /tmp/guest
mkdir -p bin dev home/cirros/.ssh lib/modules proc root/.ssh run sys tmp var/log etc/dropbear
chmod 700 home/cirros/.ssh root/.ssh
printf 'root:*:20000::::::\ncirros:%s:20000::::::\n' "$(openssl passwd -6 gocubsgo)" >etc/shadow
chmod 600 etc/shadow

cp $(type -P busybox dropbear) bin/
# For `ping`, `su` and `login`; as any other program it gives that up.
chmod u+s bin/busybox
bin/busybox --list | while read -r applet; do [ -e "bin/$applet" ] || ln -s busybox "bin/$applet"; done
ldd bin/busybox bin/dropbear | grep -o '/lib[^ :]*' | sort -u | while read -r library; do
  [ ! -e "$library" ] || install -D "$library" ".$library"
done

# In the order in which they are loaded.
[ -e /tmp/kernel/lib ] || ln -s usr/lib /tmp/kernel/lib
version=$(ls /tmp/kernel/lib/modules)
depmod -b /tmp/kernel "$version"
modprobe -d /tmp/kernel -S "$version" --show-depends --all virtio_pci virtio_net virtio_blk virtio_rng button evdev |
  awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
  name=$(basename "$module")
  case $name in
    *.xz) xz -dc "$module" >"lib/modules/${name%.xz}" ;;
    *.zst) zstd -qdc "$module" >"lib/modules/${name%.zst}" ;;
    *) cp "$module" lib/modules/ ;;
  esac
  echo "${name%.ko*}.ko" >>lib/modules/order
done
ln -s bin/init init
# Not compressed: an emulated processor takes longer for that than the disk for more of it.
find . | cpio --quiet -o -H newc --owner=0:0 --renumber-inodes >/tmp/initrd

cd /tmp
image=$(echo kernel/boot/vmlinuz-*)
# The disk is the file system, without partitions: its first sector starts the boot loader.
truncate -s $(($(stat -c %s "$image") + $(stat -c %s initrd) + 1048576)) disk
truncate -s %1M disk
mkfs.vfat -n BOOT disk >/dev/null
mcopy -i disk "$image" ::vmlinuz
mcopy -i disk initrd ::initrd
mcopy -i disk syslinux.cfg ::
syslinux --install disk
qemu-img convert -c -O qcow2 disk guest.qcow2
