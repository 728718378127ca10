"""A library of a million windows: what a search of it costs beside the goals, in time and memory.

    python3 bench/search_library.py WORK [--windows 1000000] [--program build/hearken]

Needs numpy and 2 GiB in WORK. The library is the starter's, its vectors are made up (cosine 0.3 between tracks of 50 windows, 0.8 within
one). Every figure is the least of several whole processes; ratios are of one run.
"""
import argparse, json, os, pathlib, sqlite3, subprocess, time

import numpy

DIMENSION, TRACK = 512, 50
SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "samples"


def rounds(count, measure):
    return min(measure() for _ in range(count))


class Bench:
    def __init__(self, options):
        self.program, self.library = options.program, pathlib.Path(options.work) / "search_library.db"
        for old in self.library.parent.glob(self.library.name + "*"):
            old.unlink()
        self.random = numpy.random.default_rng(1)
        self.common = self.random.standard_normal(DIMENSION, numpy.float32)
        self.run("index", next((SAMPLES / "music").iterdir()), "--quiet")

    def run(self, *arguments):
        """Standard output, milliseconds and the highest memory in bytes of a whole process."""
        started = time.perf_counter()
        process = subprocess.Popen([self.program, *map(str, arguments), "--library", str(self.library)],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0, arguments
        return out, 1e3 * (time.perf_counter() - started), usage.ru_maxrss * 1024

    def add(self, windows):
        """Tracks of TRACK windows, as indexing would leave them; seconds that the writing took."""
        database = sqlite3.connect(self.library, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        first = database.execute("SELECT max(id) FROM tracks").fetchone()[0]
        starts = (5.0 * numpy.arange(TRACK)).tobytes()
        spent = 0
        for begin in range(0, windows // TRACK, 500):
            count = min(500, windows // TRACK - begin)
            rows = 0.45 * self.random.standard_normal((count, TRACK, DIMENSION), numpy.float32) + 0.55 * self.common
            rows += 0.7 * self.random.standard_normal((count, 1, DIMENSION), numpy.float32)
            rows = (rows / numpy.linalg.norm(rows, axis=2, keepdims=True)).astype(numpy.float16)
            means = rows.astype(numpy.float32).mean(axis=1)
            started = time.perf_counter()
            database.execute("BEGIN IMMEDIATE")
            for i in range(count):
                track = first + begin + i + 1
                database.execute("INSERT INTO tracks VALUES (?,?,1,1,1,?,255,'','','',?,0,1)",
                                 (track, b"/made-up/%09d.wav" % track, track.to_bytes(16, "little"), f"genre {track % 7}"))
                embedding = database.execute("INSERT INTO embeddings (track_id, model_id, window_count, mean_length, mean) "
                                             "VALUES (?,1,?,?,?)", (track, TRACK, float(numpy.linalg.norm(means[i])),
                                                                    means[i].tobytes())).lastrowid
                database.execute("INSERT INTO windows VALUES (?,?,?)", (embedding, starts, rows[i].tobytes()))
            database.execute("COMMIT")
            spent += time.perf_counter() - started
        database.close()
        return spent

    def forget(self, share):
        database = sqlite3.connect(self.library)
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(f"DELETE FROM tracks WHERE id > 1 AND id % {round(1 / share)} = 0")
        database.commit()
        database.close()

    def search_ms(self, *arguments):
        return json.loads(self.run(*arguments, "--json")[0])["timings_ms"]["search"]

    def find_ms(self):
        return rounds(5, lambda: json.loads(self.run("find", "calm piano", "--json")[0])["timings_ms"]["total"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work")
    parser.add_argument("--windows", type=int, default=1_000_000)
    parser.add_argument("--program", default="build/hearken")
    options = parser.parse_args()
    bench = Bench(options)

    bench.add(100_000)
    bench.run("find", "calm piano")  # makes the cache
    print(f"find over 100,000 windows, cache there: {bench.find_ms() / 1e3:.3f} s from start to answer (goal 0.2)", flush=True)

    written = bench.add(options.windows - 100_000)
    made = bench.run("find", "calm piano")[1]
    codes = sum(f.stat().st_size for f in bench.library.parent.glob(bench.library.name + ".codes-*"))
    moments = ["find", "calm piano", "--moments", "-k", "10"]
    memory = min(bench.run(*moments)[2] for _ in range(3))
    least = min(bench.run("find", "calm piano", "--where", "id = 1")[2] for _ in range(3))
    print(f"{options.windows} windows: written in {written:.1f} s, codes of them made in {made / 1e3:.1f} s, {codes / 2**20:.0f} MiB")
    print(f"memory of find --moments: {memory / 2**20:.0f} MiB, {memory / codes:.2f} of the codes (goal 1.2); "
          f"{least / 2**20:.0f} MiB of it without a scan", flush=True)

    whole = rounds(9, lambda: bench.search_ms(*moments))
    added = bench.add(10_000)
    first = bench.search_ms(*moments)
    print(f"10,000 windows more: written in {1e3 * added:.0f} ms; the next search takes {first - whole:+.0f} ms", flush=True)

    scans = {"everything": moments, "half of it, --where": moments + ["--where", "id < 10000"],
             "all but one track, --where": moments + ["--where", "id != 2"]}
    for name, arguments in scans.items():
        print(f"{name}: {rounds(9, lambda: bench.search_ms(*arguments)):.1f} ms", flush=True)
    bench.forget(0.1)
    after_forgetting = bench.search_ms(*moments)
    print(f"a tenth of it deleted: {rounds(9, lambda: bench.search_ms(*moments)):.1f} ms (first {after_forgetting:.1f})")


if __name__ == "__main__":
    main()
