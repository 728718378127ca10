#!/usr/bin/env python3
"""Lays a folder of tagged music out as the FMA dataset is: for docs/TUNE.md's figures of `tune --recipe fma-small`.

    bench/fma_layout.py SOURCE OUT

SOURCE: a folder per album or package, Ogg files with Vorbis comments. OUT gets fma_metadata/tracks.csv, genres.csv and
fma_small/000/000002.mp3 … as links. Tags are the folder's name and the words of the file's. The figures are of Debian's asc-music,
extremetuxracer-data, frozen-bubble-data, hedgewars-data, lincity-ng-data, lordsawar-data, pingus-data,
singularity-music, warzone2100-music, wesnoth-1.16-music and xmoto-data.
"""
import csv
import re
import struct
import sys
from pathlib import Path

LEAST_BYTES = 200_000  # shorter ones are jingles


def comments(path):
    """Vorbis comments of an Ogg file by their names; nothing where there are none."""
    data = path.read_bytes()[:65536]
    at, head = data.find(b"\x03vorbis"), 7
    if at < 0: at, head = data.find(b"OpusTags"), 8
    if at < 0: return {}
    tags = {}
    try:
        at += head
        at += 4 + struct.unpack_from("<I", data, at)[0]  # who wrote it
        count = struct.unpack_from("<I", data, at)[0]
        at += 4
        for _ in range(count):
            size = struct.unpack_from("<I", data, at)[0]
            key, _, value = data[at + 4:at + 4 + size].decode("utf-8", "replace").partition("=")
            at += 4 + size
            tags.setdefault(key.lower(), value.strip())
    except struct.error:
        return {}
    return tags


def main():
    if len(sys.argv) != 3: sys.exit(__doc__)
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    rows, genres = [], {}
    files = sorted(p for p in source.rglob("*") if p.suffix in (".ogg", ".mp3", ".opus") and p.is_file()
                   and not p.is_symlink() and p.stat().st_size > LEAST_BYTES)
    for number, path in enumerate(files, 2):
        tags = comments(path)
        genre = tags.get("genre") or "Game"
        if genre.isdigit(): genre = "Game"
        genres.setdefault(genre, len(genres) + 1)
        album = path.relative_to(source).parts[0].removesuffix("-data").removesuffix("-music").replace("-1.16", "")
        words = [w for w in re.split(r"[\s_\-]+", path.stem.lower()) if w.isalpha() and len(w) > 2]
        rows.append((number, tags.get("artist") or tags.get("composer") or "", "training", "small", genre, f"[{genres[genre]}]",
                     repr([album, *dict.fromkeys(words)]), tags.get("title") or re.sub("[_-]", " ", path.stem)))
        clip = out / "fma_small" / f"{number:06}"[:3] / f"{number:06}.mp3"
        clip.parent.mkdir(parents=True, exist_ok=True)
        if not clip.exists(): clip.symlink_to(path.resolve())
    (out / "fma_metadata").mkdir(parents=True, exist_ok=True)
    with open(out / "fma_metadata/tracks.csv", "w", newline="", encoding="utf-8") as file:
        write = csv.writer(file)
        write.writerow(["", "artist", "set", "set", "track", "track", "track", "track"])
        write.writerow(["", "name", "split", "subset", "genre_top", "genres", "tags", "title"])
        write.writerow(["track_id"] + [""] * 7)
        write.writerows(rows)
    with open(out / "fma_metadata/genres.csv", "w", newline="", encoding="utf-8") as file:
        write = csv.writer(file)
        write.writerow(["genre_id", "#tracks", "parent", "title", "top_level"])
        write.writerows([i, 1, 0, genre, i] for genre, i in genres.items())
    print(f"{len(rows)} tracks, {len({r[1] for r in rows})} artists, genres {genres}")


main()
