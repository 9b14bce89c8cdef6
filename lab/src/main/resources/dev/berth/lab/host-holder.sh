# Makes the inside of one lab host and holds it, as the first process of its PID namespace. Prints "up" and its pid outside.
#   $1 the host's name   $2 the host's directory   $3... directories under /run that stay visible
# `mount -n`: without it mount leaves a directory under the machine's own /run.
set -e
name=$1 home=$2
shift 2

# While /proc is still the machine's, this is the pid that the machine knows.
read -r pid _ </proc/self/stat
printf %s "$name" >/proc/sys/kernel/hostname
mount -n -t proc proc /proc

# A /run of its own, lost with the power: engines would find the machine's containerd there, and one another's locks.
mkdir -p "$home/run" "$home/sys"
mount -n -t tmpfs -o mode=755 run "$home/run"
mkdir -m 1777 "$home/run/lock"
for kept in "$@"; do
  mkdir -p "$home$kept"
  mount -n --rbind "$kept" "$home$kept"
done
mount -n --rbind "$home/run" /run

# A /sys of its own network devices. A fresh one comes without what is mounted in it, and an engine needs the cgroups.
if mount -n -t sysfs sysfs "$home/sys" 2>/dev/null; then
  for part in fs/cgroup fs/bpf kernel/security kernel/debug kernel/tracing; do
    if grep -q " /sys/$part " /proc/self/mounts; then
      mount -n --rbind "/sys/$part" "$home/sys/$part"
    fi
  done
  umount -n -R -l /sys
  mount -n --move "$home/sys" /sys
fi

# Names: only the lab's own hosts. On many machines resolv.conf leads into /run, which is empty now.
for file in hosts resolv.conf; do
  target=$(readlink -m "/etc/$file")
  case $target in
  /run/*) mkdir -p "${target%/*}" && : >"$target" ;;
  esac
  if [ -e "$target" ]; then
    mount -n --bind "$home/$file" "$target"
  fi
done

# As on a machine under systemd, so that binds with propagation work; it ends at this namespace's edge.
mount -n --make-rshared /

echo "up $pid"
exec >/dev/null 2>&1
# `wait` reaps every orphan, its own child or not.
while :; do
  sleep infinity &
  wait
done
