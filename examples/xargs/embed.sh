#!/bin/sh
# embed.sh WORKERS FOLDER [OPTION…]: all shards in FOLDER, WORKERS at once. Run it again after a failure.
set -eu
here=$(dirname "$0") workers=$1 folder=$2
shift 2
find "$folder" -name 'rows-*.jsonl' -print0 | sort -z |
  xargs -0 -P "$workers" -I '{}' "$here/../embed_shard.sh" '{}' --quiet "$@"
