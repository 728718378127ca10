#!/bin/sh
# Embeds one shard: rows-N.jsonl becomes vectors-N.bin beside it, whole or not at all. What is there already stays, so that
# running all shards again does those that are missing. Further arguments go to hearken embed (--model, --threads …).
set -eu
rows=$1
shift
out=$(dirname "$rows")/$(basename "$rows" .jsonl | sed 's/^rows/vectors/').bin
[ ! -e "$out" ] || exit 0
trap 'rm -f "$out.$$.partial"' EXIT
status=0
hearken embed --stream --binary "$@" < "$rows" > "$out.$$.partial" || status=$?
# 3: all rows were answered, some of them with errors.
[ "$status" = 0 ] || [ "$status" = 3 ] || exit "$status"
mv "$out.$$.partial" "$out"
