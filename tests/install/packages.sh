#!/usr/bin/env bash
# Tries the Debian packages of FOLDER (./dev package) in a new minimal root with a clone of the project in the current
# folder, and changes that root: installs, searches, runs the command-line tests against /usr/bin/hearken, removes, purges.
#   tests/install/packages.sh FOLDER [TEST...]      # tests: names such as test_find; default: those below
set -euo pipefail
folder=$(realpath "$1")
shift
tests=("$@")
((${#tests[@]})) || tests=(test_index_find test_find test_like test_match test_events test_playlist test_guide test_serve)
apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 "$@"; }
check() { "$@" || { echo "failed: $*" >&2; exit 1; }; }

echo "deb [trusted=yes] file:$folder ./" >/etc/apt/sources.list.d/hearken.list
apt update
apt install --download-only hearken >/dev/null
check test -z "$(command -v g++ cc gcc || true)"
began=$(date +%s.%N)
apt install --no-install-recommends hearken >/dev/null
hearken index --quiet samples
hearken find "a dog barking" -k 3
echo "from the install line, after the download, to the first answer: $(echo "$(date +%s.%N) $began" | awk '{printf "%.1f", $1 - $2}') s"
dpkg -l hearken | tail -1

apt install --no-install-recommends python3 python3-jsonschema openssl bash zsh fish man-db groff >/dev/null
export HEARKEN_PROGRAM=/usr/bin/hearken HEARKEN_MODELS=/usr/share/hearken/models HEARKEN_SOURCE_DIR=$PWD
for one in "${tests[@]}"; do
  echo "$one: $(python3 "tests/cli/$one.py" 2>&1 | tail -n 1)"
done

# Removal leaves the library and no file of the package; purging asks, and keeps the library unless told otherwise.
mkdir -p /var/lib/hearken && touch /var/lib/hearken/library.db
installed=$(dpkg -L hearken | while read -r file; do [[ -d $file ]] || echo "$file"; done)
apt remove hearken >/dev/null
for file in $installed; do check test ! -e "$file"; done
check test -e /var/lib/hearken/library.db
apt install --no-install-recommends hearken >/dev/null
apt purge hearken >/dev/null
check test -e /var/lib/hearken/library.db
apt install --no-install-recommends hearken >/dev/null
echo "hearken hearken/remove-library boolean true" | debconf-set-selections
apt purge hearken >/dev/null
check test ! -e /var/lib/hearken
echo "packages: good"
