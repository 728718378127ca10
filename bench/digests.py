"""What digests cost: find over 100,000 windows, by a program of before them on its library and by this one on the same, brought up to date.

    python3 bench/digests.py WORK --before OLD/hearken [--program build/hearken]

Needs 0.5 GiB in WORK. Tracks are 50 windows drawn from 5,000 made-up ones. Each figure is the least of 15 whole processes that take turns; the ratio is of one run.
"""
import argparse
import array
import json
import math
import pathlib
import random
import shutil
import sqlite3
import struct
import subprocess
import time

DIMENSION, TRACK = 512, 50
SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "samples"

SEARCHES = {"by means": ["find", "calm piano", "-k", "50"], "by windows": ["find", "calm piano", "--moments", "-k", "50"],
            "top3": ["find", "calm piano", "--rank", "top3", "-k", "50"]}


def fill(program, library, tracks):
    subprocess.run([program, "index", next((SAMPLES / "music").iterdir()), "--quiet", "--library", library], check=True)
    draw = random.Random(1)
    pool = []
    for _ in range(5000):
        row = [draw.gauss(0, 1) for _ in range(DIMENSION)]
        length = math.sqrt(sum(x * x for x in row))
        pool.append(([x / length for x in row], struct.pack(f"<{DIMENSION}e", *(x / length for x in row))))
    database = sqlite3.connect(library)
    starts = array.array("d", [5.0 * w for w in range(TRACK)]).tobytes()
    for id in range(10, 10 + tracks):
        rows = draw.choices(pool, k=TRACK)
        mean = [sum(column) / TRACK for column in zip(*(row for row, _ in rows))]
        database.execute("INSERT INTO tracks VALUES (?,?,1,1,1,?,255,'','','','',0,1)", (id, b"/made-up/%09d.wav" % id, id.to_bytes(16, "little")))
        embedding = database.execute("INSERT INTO embeddings (track_id, model_id, window_count, mean_length, mean) VALUES (?,1,?,?,?)",
                                     (id, TRACK, math.hypot(*mean), array.array("f", mean).tobytes())).lastrowid
        database.execute("INSERT INTO windows VALUES (?,?,?)", (embedding, starts, b"".join(packed for _, packed in rows)))
    database.commit()
    database.close()


def search_ms(program, library, arguments):
    started = time.perf_counter()
    out = subprocess.run([program, *arguments, "--json", "--library", str(library)], capture_output=True, check=True).stdout
    return json.loads(out)["timings_ms"]["search"], 1e3 * (time.perf_counter() - started)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work")
    parser.add_argument("--before", required=True)
    parser.add_argument("--program", default="build/hearken")
    options = parser.parse_args()
    before, now = (pathlib.Path(options.work) / name for name in ("without_digests.db", "with_digests.db"))
    for left in pathlib.Path(options.work).glob("with*_digests.db*"):
        left.unlink()
    fill(options.before, before, 2000)
    shutil.copy(before, now)
    started = time.perf_counter()
    search_ms(options.program, now, SEARCHES["by means"])
    print(f"brought up to date, and its codes made: {time.perf_counter() - started:.1f} s")
    search_ms(options.before, before, SEARCHES["by means"])
    for name, arguments in SEARCHES.items():
        times = {program: [search_ms(program, library, arguments) for _ in range(15)]
                 for program, library in ((options.before, before), (options.program, now))}
        old, new = ([min(t) for t in zip(*times[p])] for p in (options.before, options.program))
        print(f"{name}: search {old[0]:.2f} ms before, {new[0]:.2f} ms with digests ({new[0] / old[0]:.2f}); "
              f"whole process {old[1]:.0f} and {new[1]:.0f} ms ({new[1] / old[1]:.2f})")
    print(f"bytes: {before.stat().st_size / 2**20:.1f} MiB before, {now.stat().st_size / 2**20:.1f} with digests and copies")


if __name__ == "__main__":
    main()
