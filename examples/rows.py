#!/usr/bin/env python3
"""Rows for `hearken embed --stream`: one for each sound file below the folders named.

    examples/rows.py ~/Music > rows.jsonl
    examples/rows.py --shards 64 work ~/Music      work/rows-00000.jsonl … of about the same number of rows each
"""
import argparse
import json
import os
import pathlib
import sys
import urllib.parse

SOUNDS = {".mp3", ".flac", ".wav", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"}


def sounds(folders):
    for folder in folders:
        for place, below, names in os.walk(os.path.realpath(os.fsencode(folder))):
            below.sort()
            for name in sorted(names):
                if os.path.splitext(os.fsdecode(name))[1].lower() in SOUNDS:
                    yield os.path.join(place, name)


def row(number, path):
    try:
        return json.dumps({"id": number, "path": path.decode()})
    except UnicodeDecodeError:  # a URL carries any bytes
        return json.dumps({"id": number, "url": "file://" + urllib.parse.quote(path)})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", nargs=2, metavar=("N", "FOLDER"), help="N files in FOLDER instead of standard output")
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    rows = [row(number, path) for number, path in enumerate(sounds(options.folders))]
    if options.shards is None:
        sys.stdout.writelines(line + "\n" for line in rows)
        return
    count, folder = int(options.shards[0]), pathlib.Path(options.shards[1])
    folder.mkdir(parents=True, exist_ok=True)
    for shard in range(count):
        (folder / f"rows-{shard:05}.jsonl").write_text("".join(line + "\n" for line in rows[shard::count]))


if __name__ == "__main__":
    main()
