"""The search beside FAISS and USearch: one query and 48 at once over as many vectors, ratios of one run.

    python3 bench/search_peers.py [--windows 1000000] [--rounds 5] [--threads 2] [--program build/hearken]

Needs numpy, faiss-cpu and usearch (PyPI), and 6 KiB of memory for a window. Every candidate answers the same question, the 10
nearest by cosine, over unit vectors made by one recipe (cosine 0.3 between tracks, 0.8 within one). Hearken makes its own, by the
same recipe, in a process of its own, which runs while nobody else is measured; the peers share one array and take turns.
"""
import argparse, json, subprocess, time

import faiss, numpy
from usearch.index import MetricKind, search

DIMENSION, TRACK, BEST = 512, 50, 10


def windows_of(tracks, count, random, common):
    """Unit vectors, float32 [tracks · count, DIMENSION]."""
    x = 0.45 * random.standard_normal((tracks, count, DIMENSION), numpy.float32)
    x += 0.55 * common + 0.7 * random.standard_normal((tracks, 1, DIMENSION), numpy.float32)
    return (x / numpy.linalg.norm(x, axis=2, keepdims=True)).reshape(-1, DIMENSION)


def make(count):
    """count windows in tracks of TRACK, and 48 more windows of some of these tracks."""
    random = numpy.random.default_rng(1)
    common = random.standard_normal(DIMENSION, numpy.float32)
    rows = numpy.empty((count, DIMENSION), numpy.float32)
    queries = []
    for first in range(0, count, 1000 * TRACK):
        some = min(1000 * TRACK, count - first)
        block = windows_of(-(-some // TRACK), TRACK + 1, random, common).reshape(-1, TRACK + 1, DIMENSION)
        queries.append(block[:: max(1, len(block) * -(-count // (1000 * TRACK)) // 48), TRACK])
        rows[first:first + some] = block[:, :TRACK].reshape(-1, DIMENSION)[:some]
    return rows, numpy.ascontiguousarray(numpy.resize(numpy.concatenate(queries), (48, DIMENSION)))


def milliseconds(what):
    start = time.perf_counter()
    what()
    return 1e3 * (time.perf_counter() - start)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--windows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--program", default="build/hearken")
    options = options.parse_args()

    rows, queries = make(options.windows)
    faiss.omp_set_num_threads(options.threads)
    sq8 = faiss.IndexScalarQuantizer(DIMENSION, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    sq8.train(rows[:100_000])
    sq8.add(rows)
    flat = faiss.IndexFlatIP(DIMENSION)
    codes = numpy.clip(numpy.rint(rows * 127), -127, 127).astype(numpy.int8)  # as USearch casts unit vectors
    flat.add(rows)
    del rows
    asked = numpy.clip(numpy.rint(queries * 127), -127, 127).astype(numpy.int8)
    exact = lambda n: search(codes, asked[:n], BEST, MetricKind.Cos, exact=True, threads=options.threads)
    peers = {
        "FAISS flat": lambda n: flat.search(queries[:n], BEST),
        "FAISS SQ8": lambda n: sq8.search(queries[:n], BEST),
        "USearch exact i8": exact,
    }
    print(f"{options.windows} windows of {DIMENSION} dimensions, {options.threads} threads, medians of {options.rounds} rounds\n")
    for n in (1, 48):
        times = {name: [] for name in peers} | {"Hearken": []}
        reports = []
        for _ in range(options.rounds):
            for name, run in peers.items():
                run(n)  # warm, as Hearken is
                times[name].append(milliseconds(lambda: run(n)))
            done = subprocess.run([options.program, "bench", "search", "--windows", str(options.windows), "--queries", str(n),
                                   "--threads", str(options.threads), "--json"], check=True, capture_output=True, text=True)
            reports.append(json.loads(done.stdout))
            times["Hearken"].append(reports[-1]["query_ms"]["median"])
        median = {name: sorted(t)[len(t) // 2] for name, t in times.items()}
        own = median["Hearken"]
        print(f"{n} {'query' if n == 1 else 'queries'}")
        for name, ms in sorted(median.items(), key=lambda item: item[1]):
            print(f"  {name:18}{ms:10.1f} ms   {ms / own:6.1f} ×   least {min(times[name]):.1f}")
        for field, words in (("read_once_ms", "reading the codes"), ("product_ms", "oneDNN's product alone")):
            if field in reports[0]:
                ratios = sorted(r["query_ms"]["median"] / r[field] for r in reports)
                print(f"  Hearken took {ratios[len(ratios) // 2]:.2f} times {words}")
        print(f"  recall of the best {BEST}: {min(r['recall_at_10'] for r in reports):.4f}\n")


if __name__ == "__main__":
    main()
