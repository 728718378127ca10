#!/usr/bin/env bash
# Builds the image of packaging/Containerfile from the tarball in FOLDER, and starts it: size, user, read-only root,
# health, time to the first answer, memory. Needs root, buildah and debootstrap; no container engine runs here, so the
# base is made by debootstrap and the image is started by chroot as its user.
#   tests/install/container.sh FOLDER
set -euo pipefail
folder=$(realpath "$1")
project=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../..
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
work=$(mktemp -d)
container='' server=''
end() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  for at in proc; do umount "$work/root/$at" 2>/dev/null || true; done
  umount "$work/root" 2>/dev/null || true
  [[ -z $container ]] || buildah rm "$container" >/dev/null || true
  rm -rf "$work"
}
trap end EXIT
check() { "$@" || { echo "failed: $*" >&2; exit 1; }; }

# As Debian's own slim images: no documentation, no translations.
mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' | awk '$2 ~ /^(bookworm|trixie|stable)$/ && $1 ~ /debian\/?$/ {print $1; exit}')
debootstrap --variant=minbase --include=ca-certificates bookworm "$work/base" "$mirror" >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }
rm -rf "$work"/base/var/cache/apt/* "$work"/base/var/lib/apt/lists/* "$work"/base/usr/share/{doc,man,locale,info}/*
scratch=$(buildah from scratch)
buildah add -q "$scratch" "$work/base" / >/dev/null
buildah commit -q "$scratch" hearken-test-base >/dev/null
buildah rm "$scratch" >/dev/null
buildah build -q --format docker --build-arg BASE=localhost/hearken-test-base -f "$project/packaging/Containerfile" -t hearken-test "$folder" >/dev/null
container=$(buildah from --pull-never localhost/hearken-test)
image=$(buildah mount "$container")
echo "image: $(du -sm --apparent-size "$image" | cut -f1) MB, of which Hearken $(du -sm --apparent-size "$image/opt/hearken" | cut -f1) MB"
check test "$(buildah inspect --type image --format '{{.OCIv1.Config.User}}' hearken-test)" = 10001:10001

# Started as its user, nothing but the volume and /tmp writable.
mkdir -p "$work/root" "$work/state" "$work/tmp"
chown 10001:10001 "$work/state"
chmod 1777 "$work/tmp"
mount --bind "$image" "$work/root"
mount -o remount,bind,ro "$work/root"
mount --bind "$work/state" "$work/root/var/lib/hearken"
mount --bind "$work/tmp" "$work/root/tmp"
mount --bind "$project/samples" "$work/root/music"
mount -t proc proc "$work/root/proc"
inside() { chroot --userspec=10001:10001 "$work/root" env -i PATH=/usr/bin:/bin HOME=/var/lib/hearken HEARKEN_LIBRARY=/var/lib/hearken/library.db "$@"; }
hearken=/opt/hearken/bin/hearken
check test "$(inside id -u)" = 10001
began=$(date +%s.%N)
inside $hearken index --quiet /music
inside $hearken find "a dog barking" -k 1
echo "index and first answer: $(echo "$(date +%s.%N) $began" | awk '{printf "%.1f", $1 - $2}') s"
began=$(date +%s.%N)
inside HEARKEN_TOKEN=0123456789abcdef $hearken serve --quiet --host 127.0.0.1 --port 8080 --allow-root /music >"$work/log" &
server=$!
health=$(sed -n 's/^HEALTHCHECK.*CMD \[\(.*\)\]$/\1/p' "$project/packaging/Containerfile" | sed 's/^"bash", "-c", "//; s/"$//; s/\\\\/\\/g')
until inside bash -c "$health" 2>/dev/null; do
  sleep 0.05
  check test "$(echo "$(date +%s) $began" | awk '{print ($1 - $2 < 30)}')" = 1
done
echo "from start to healthy: $(echo "$(date +%s.%N) $began" | awk '{printf "%.2f", $1 - $2}') s"
pid=$(pgrep -f "^$hearken serve" | head -n 1)
echo "memory of the server: $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status") MB"
kill "$pid"
wait "$server" || true
for at in music tmp var/lib/hearken; do umount "$work/root/$at"; done
echo "container: good"
