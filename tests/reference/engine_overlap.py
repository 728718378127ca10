#!/usr/bin/env python3
"""How near a cluster's answers come to the exact scan's: the ten nearest of 100,000 windows, with conditions and without.

    HEARKEN_PROGRAM=build/hearken HEARKEN_TEST_ENGINE=weaviate://…/Collection PYTHON tests/reference/engine_overlap.py FOLDER [--windows N] [--queries N]

FOLDER holds real sounds (ESC-10's, music), whose windows are there once as they are and then again and again with noise, scaled to length 1. PYTHON needs
NumPy. The library is made row by row, pushed, and searched through `hearken serve --cluster`; the exact scan is NumPy's, in float64 of the stored numbers.
Asked: overlap of the ten best of at least 0.98, scores within 1e-3. Takes the collections of this name away first and at its end."""
import argparse
import json
import os
import pathlib
import sqlite3
import struct
import subprocess
import tempfile
import time
import urllib.request

import numpy as np

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(pathlib.Path(os.environ.get("HEARKEN_PROGRAM", "build/hearken")).resolve())
ENGINE = os.environ["HEARKEN_TEST_ENGINE"]
PER_TRACK, WIDTH, K = 48, 512, 10
SHARES = {"": 1.0, "duration < 500": 0.5, "duration < 100": 0.1, "duration < 10": 0.01}  # durations are from 0 to 1000


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def drop():
    hosts, _, name = ENGINE.rpartition("/")
    rest = "http://" + hosts.split("//")[1].split(",")[0].rpartition(":")[0] + "/v1/schema"
    for entry in json.load(urllib.request.urlopen(rest))["classes"]:
        if entry["class"].startswith(name + "_"):
            urllib.request.urlopen(urllib.request.Request(f"{rest}/{entry['class']}", method="DELETE")).close()


def fill(library, count):
    """Rows until there are `count` windows; returns them, the durations of their tracks, and the row of each (file's name, start)."""
    rng = np.random.default_rng(1)
    db = sqlite3.connect(library)
    model, = db.execute("SELECT id FROM models").fetchone()
    known, lengths, places = [], [], {}
    for path, duration, starts, vectors in db.execute("SELECT t.path, t.duration_seconds, w.starts, w.vectors FROM embeddings e "
                                                      "JOIN tracks t ON t.id = e.track_id JOIN windows w ON w.embedding_id = e.id ORDER BY e.id").fetchall():
        for start in np.frombuffer(starts, "<f8"):
            places[os.path.basename(os.fsdecode(path)), start] = len(places)
        known.append(np.frombuffer(vectors, "<f2").reshape(-1, WIDTH))
        lengths.append(duration)
    real = np.concatenate(known)
    blocks, durations = list(known), [np.full(len(k), d) for k, d in zip(known, lengths)]
    for track in range((count - len(real)) // PER_TRACK):
        rows = real[rng.integers(len(real), size=PER_TRACK)].astype(np.float32)
        rows = unit(rows + rng.normal(0, rng.choice([0.01, 0.02, 0.04]), rows.shape)).astype("<f2")
        duration = rng.uniform(0, 1000)
        mean = rows.astype(np.float64).mean(0)
        id = db.execute("INSERT INTO tracks (path, size, mtime_ns, device, content_hash, duration_seconds, title, artist, album, genre, added_at) "
                        "VALUES (?,1,1,1,?,?,'','','','',1700000000)", (f"/nowhere/{track}.flac".encode(), rng.bytes(16), duration)).lastrowid
        embedding = db.execute("INSERT INTO embeddings (track_id, model_id, window_count, mean_length, mean) VALUES (?,?,?,?,?)",
                               (id, model, PER_TRACK, float(np.linalg.norm(mean)), mean.astype("<f4").tobytes())).lastrowid
        db.execute("INSERT INTO windows (embedding_id, starts, vectors) VALUES (?,?,?)",
                   (embedding, struct.pack(f"<{PER_TRACK}d", *(5.0 * w for w in range(PER_TRACK))), rows.tobytes()))
        for w in range(PER_TRACK):
            places[f"{track}.flac", 5.0 * w] = len(places)
        blocks.append(rows)
        durations.append(np.full(PER_TRACK, duration))
    db.commit()
    db.close()
    return np.concatenate(blocks).astype(np.float64), np.concatenate(durations), places, len(real)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--windows", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hearken_overlap_") as work:
        environment = {"PATH": os.environ["PATH"], "HOME": work, "HEARKEN_MODELS": str(SOURCE / "models")}
        library = pathlib.Path(work) / "library.db"

        def hearken(*words):
            done = subprocess.run([PROGRAM, *map(str, words)], env=environment, capture_output=True, text=True)
            if done.returncode != 0:
                raise SystemExit(f"hearken {words[0]}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
            return done.stdout

        hearken("index", arguments.folder, "--library", library, "--quiet")
        rows, durations, places, real = fill(library, arguments.windows)
        print(f"{len(rows)} windows, {real} of them of real sounds", flush=True)
        drop()
        hearken("remote", "init", "--cluster", ENGINE, "--library", library)
        began = time.monotonic()
        hearken("remote", "push", "--cluster", ENGINE, "--library", library, "--quiet")
        print(f"pushed in {time.monotonic() - began:.0f} s; {hearken('remote', 'verify', '--cluster', ENGINE, '--library', library).strip()}", flush=True)
        rng = np.random.default_rng(2)
        queries = unit(rows[rng.integers(len(rows), size=arguments.queries)] + rng.normal(0, 0.02, (arguments.queries, WIDTH))).astype("<f4")
        server = subprocess.Popen([PROGRAM, "serve", "--cluster", ENGINE, "--port", "0", "--json"], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            text = ""
            while "}" not in text:
                text += server.stdout.readline()
            url = json.loads(text)["url"].split("?")[0].rstrip("/") + "/api/v1/vectors/search"
            for where, share in SHARES.items():
                allowed = np.arange(len(rows)) if not where else np.flatnonzero(durations < float(where.split()[-1]))
                overlap, worst = [], 0.0
                for query in queries:
                    true = rows @ query.astype(np.float64)
                    tenth = np.sort(true[allowed])[::-1][:K][-1]
                    body = {"vectors": [[float(x) for x in query]], "of": "windows", "k": K, **({"where": where} if where else {})}
                    found = json.load(urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})))
                    hits = [(true[places[os.path.basename(hit["track"]["path"]), hit["start"]]], hit["score"]) for hit in found["results"][0]]
                    # Windows that are as near as the tenth are as good.
                    overlap.append(sum(score >= tenth - 1e-6 for score, _ in hits) / min(K, len(allowed)))
                    worst = max([worst, *(abs(score - said) for score, said in hits)])
                print(f"{where or 'all':16} {share:5.0%}: overlap {np.mean(overlap):.4f}, at worst {min(overlap):.1f}; scores within {worst:.1e}", flush=True)
        finally:
            server.terminate()
            server.wait()
        drop()


if __name__ == "__main__":
    main()
