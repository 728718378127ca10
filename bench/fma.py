#!/usr/bin/env python3
"""How long FMA's metadata takes to load, from a generated tracks.csv of the published size.

    python3 bench/fma.py [--tracks 106574] [--program build/hearken]

Writes fma_metadata/tracks.csv with all 52 columns, three header rows, biographies with line ends and quotation marks, and
genres.csv, into a new folder; then times `hearken eval dataset --look-up`, which reads both and builds the look-up by
title and artist. Nothing of it is FMA's own text. Needs the standard library alone.
"""
import argparse, csv, os, platform, random, subprocess, tempfile, time
from pathlib import Path

COLUMNS = {
    "album": "comments date_created date_released engineer favorites id information listens producer tags title tracks type".split(),
    "artist": "active_year_begin active_year_end associated_labels bio comments date_created favorites id latitude location longitude members name "
              "related_projects tags website wikipedia_page".split(),
    "set": ["split", "subset"],
    "track": "bit_rate comments composer date_created date_recorded duration favorites genre_top genres genres_all information interest language_code "
             "license listens lyricist number publisher tags title".split()}
WORDS = "river stone amber night quiet engine paper garden winter signal copper dust lantern meadow orbit velvet".split()
GENRES = [(1, 0, "Electronic"), (2, 1, "Techno"), (3, 0, "Rock"), (4, 3, "Punk"), (5, 0, "Folk"), (6, 0, "Hip-Hop"), (7, 2, "Minimal")]


def words(source, least, most):
    return " ".join(source.choice(WORDS) for _ in range(source.randint(least, most)))


def row(source, track):
    artist = words(source, 1, 3).title()
    bio = f'<p>"{artist}" plays {words(source, 5, 110)},\n{words(source, 5, 110)}.</p>'
    values = {"id": source.randint(1, 20000), "title": words(source, 1, 5).title(), "name": artist, "bio": bio, "information": bio,
              "tags": str([words(source, 1, 2) for _ in range(source.randint(0, 3))] + (["it's"] if track % 50 == 0 else [])),
              "genres": str([source.randint(1, 7)]), "genres_all": "[1, 2, 7]", "genre_top": source.choice(["Electronic", "Rock", "Folk", ""]),
              "split": source.choices(["training", "validation", "test"], [8, 1, 1])[0], "subset": source.choice(["small", "medium", "large"]),
              "license": "Attribution", "date_created": "2008-11-26 01:44:45", "bit_rate": 256000, "duration": 168, "listens": source.randint(0, 9999)}
    return [track] + [values.get(name, "") for names in COLUMNS.values() for name in names]


def generate(folder, tracks):
    source = random.Random(1)
    metadata = folder / "fma_metadata"
    metadata.mkdir()
    with open(metadata / "tracks.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([""] + [group for group, names in COLUMNS.items() for _ in names])
        writer.writerow([""] + [name for names in COLUMNS.values() for name in names])
        writer.writerow(["track_id"] + [""] * sum(map(len, COLUMNS.values())))
        for i in range(tracks): writer.writerow(row(source, 2 * i + 2))
    with open(metadata / "genres.csv", "w", newline="") as file:
        file.write("genre_id,#tracks,parent,title,top_level\n" + "".join(f"{i},1,{parent},{title},{i}\n" for i, parent, title in GENRES))
    return metadata / "tracks.csv"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tracks", type=int, default=106574)
    parser.add_argument("--program", default="build/hearken")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = generate(Path(folder), options.tracks)
        program = Path(options.program).resolve()
        seconds = []
        for _ in range(3):
            began = time.perf_counter()
            done = subprocess.run([program, "eval", "dataset", "--data", folder, "--look-up", "Amber||Dust"], capture_output=True, text=True)
            seconds.append(time.perf_counter() - began)
            if done.returncode: raise SystemExit(done.stderr)
        print(f"{options.tracks} tracks, {file.stat().st_size / 1e6:.0f} MB: {min(seconds):.2f} s (of three: "
              f"{', '.join(f'{s:.2f}' for s in seconds)}), {os.cpu_count()} CPUs, {platform.machine()}")


main()
