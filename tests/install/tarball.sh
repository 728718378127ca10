#!/usr/bin/env bash
# Tries the tarball in FOLDER in a new minimal root with a clone of the project in the current folder: from two places,
# as a user, with the command-line tests.
#   tests/install/tarball.sh FOLDER [TEST...]
set -euo pipefail
folder=$(realpath "$1")
shift
tests=("$@")
((${#tests[@]})) || tests=(test_find test_like test_match test_serve)
check() { "$@" || { echo "failed: $*" >&2; exit 1; }; }
apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 "$@"; }

apt update
apt install --no-install-recommends xz-utils >/dev/null
(cd "$folder" && sha256sum --check --quiet ./*.sha256)
for place in /opt "/tmp/a place"; do
  mkdir -p "$place"
  tar -xf "$folder"/hearken-*.tar.xz -C "$place"
  program=$(echo "$place"/hearken-*/bin/hearken)
  check test -z "$(ldd "$program" | grep 'not found' || true)"
  began=$(date +%s.%N)
  "$program" index --quiet --library "$place/library.db" samples
  "$program" find "a dog barking" -k 1 --library "$place/library.db"
  echo "$place: first answer after $(echo "$(date +%s.%N) $began" | awk '{printf "%.1f", $1 - $2}') s"
done
apt install --no-install-recommends python3 python3-jsonschema openssl >/dev/null
export HEARKEN_PROGRAM=$program HEARKEN_MODELS=${program%/bin/hearken}/share/hearken/models HEARKEN_SOURCE_DIR=$PWD
for one in "${tests[@]}"; do
  echo "$one: $(python3 "tests/cli/$one.py" 2>&1 | tail -n 1)"
done
echo "tarball: good"
