#!/usr/bin/env python3
"""A cluster by way of Hearken beside Weaviate's own Python client: import and queries, in turns, as ratios of one run.

    bench/engine.py --cluster weaviate://HOST:PORT:GRPC,…/Name --library FILE [--windows 20000] [--processes PID,PID,…]

Vectors are the library's windows, each with noise on it, as often as is needed, 48 to a track. Hearken writes a part of
them, then the client writes the same objects (ids, properties, vectors, QUORUM) into collections with the same settings,
and so on. Needs weaviate-client and numpy. Collections beginning with Name are made, and deleted at the end.
`--processes`: the nodes', for their CPU seconds, where they run on this machine."""
import argparse
import concurrent.futures
import hashlib
import http.client
import json
import logging
import os
import pathlib
import re
import resource
import struct
import subprocess
import sys
import tempfile
import time

import numpy
import weaviate
from weaviate.classes.config import ConsistencyLevel
from weaviate.classes.data import DataObject
from weaviate.classes.query import Filter, MetadataQuery
from weaviate.exceptions import WeaviateInsertManyAllFailedError

logging.getLogger("weaviate-client").setLevel(logging.CRITICAL)  # it prints what it could not write, vectors and all
WINDOWS_A_TRACK, AT_ONCE, OBJECTS_A_CALL = 48, 4, 250  # the last two: as Hearken's client has them
HEARKEN = pathlib.Path(__file__).resolve().parent.parent / "build/hearken"
K, EQUALS = 10, 16  # results, and what Hearken asks for beyond them, to order equal ones


def cpu_of(processes):
    ticks = 0
    for process in processes:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def cpu_here():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class Clock:
    """Wall and CPU seconds of a `with` block: here (with children that ended) and of the nodes."""

    def __init__(self, processes):
        self.processes = processes

    def __enter__(self):
        self.begun = time.perf_counter(), cpu_here(), cpu_of(self.processes)
        return self

    def __exit__(self, *_):
        now = time.perf_counter(), cpu_here(), cpu_of(self.processes)
        self.spent = numpy.array(now) - self.begun


def windows_of(hearken, library, count, work):
    """(description of the vectors, [count, dimension] unit vectors)"""
    subprocess.run([hearken, "export", "--quiet", "--library", library, "--by", "window", "--format", "npy+jsonl", "--out",
                    work / "real"], check=True, stdout=subprocess.DEVNULL)
    real = numpy.load(work / "real/vectors.npy")
    random = numpy.random.default_rng(1)
    vectors = real[numpy.arange(count) % len(real)]
    vectors = vectors + random.normal(scale=0.5 / vectors.shape[1] ** 0.5, size=vectors.shape).astype(numpy.float32)
    return json.loads((work / "real/export.json").read_text()), vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def write_stream(file, about, vectors, first_track):
    """Records as `embed --stream --binary` writes them (docs/STREAM.md)."""
    hop, window = about["hop"], about["window"]
    for number, at in enumerate(range(0, len(vectors), WINDOWS_A_TRACK), first_track):
        some = vectors[at:at + WINDOWS_A_TRACK].astype("<f4")
        path = f"/bench/artist {number % 97}/track {number}.flac"
        row = {"id": number, "embedding": {
            "model": about["model"], "fingerprint": about["fingerprint"], "precision": about["precision"],
            "dimension": some.shape[1], "window": window, "hop": hop, "path": path, "title": f"track {number}",
            "artist": f"artist {number % 97}", "album": f"album {number % 311}", "genre": "noise",
            "duration": window + hop * (len(some) - 1), "size": 1000000 + number, "mtime_ns": 1700000000000000000,
            "content_hash": hashlib.md5(path.encode()).hexdigest(), "starts": [hop * i for i in range(len(some))]}}
        text, data = json.dumps(row).encode(), some.tobytes()
        file.write(struct.pack("<4sIQ", b"HKNV", len(text), len(data)) + text + data)


def objects_of(collection, seen):
    """What the collection has beyond `seen`, ready to be written again."""
    out = []
    for found in collection.iterator(include_vector=True):
        if found.uuid in seen:
            continue
        seen.add(found.uuid)
        vector = found.vector["default"] if list(found.vector) == ["default"] else found.vector
        out.append((found.uuid, {name: value for name, value in found.properties.items() if value is not None}, vector))
    return out


def insert(collection, objects):
    # Not the client's own batching: it takes two seconds to end, whatever there is to do.
    writer = collection.with_consistency_level(ConsistencyLevel.QUORUM)

    def put(some):
        for _ in range(10):  # nodes that are busy refuse some; Hearken's client writes those again as well
            try:
                result = writer.data.insert_many([DataObject(properties=p, uuid=u, vector=v) for u, p, v in some])
            except WeaviateInsertManyAllFailedError:
                continue
            some = [some[i] for i in result.errors]
            if not some:
                return
        sys.exit("the client could not write")

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(put, (objects[at:at + OBJECTS_A_CALL] for at in range(0, len(objects), OBJECTS_A_CALL))))


def twin(client, name, as_name):
    config = client.collections.export_config(name).to_dict()
    config["class"] = as_name
    client.collections.create_from_dict(config)
    return client.collections.get(as_name)


def imports(args, client, about, vectors, work):
    """Both in turns; returns (the collections of windows and of tracks, theirs, the vectors as stored)."""
    parts = 4
    tracks = -(-len(vectors) // WINDOWS_A_TRACK)
    edges = [tracks * i // parts * WINDOWS_A_TRACK for i in range(parts)] + [len(vectors)]
    ours, theirs, seen, sums = None, None, (set(), set()), numpy.zeros((2, 3))
    subprocess.run([args.hearken, "remote", "init", "--quiet", "--library", args.library, "--cluster", args.engine], check=True,
                   stdout=subprocess.DEVNULL)
    names = sorted(n for n in client.collections.list_all() if n.startswith(args.name + "_"))
    ours = [client.collections.get(n) for n in reversed(names)]  # _Windows, _Tracks
    theirs = [twin(client, n, n.replace(args.name, args.name + "Theirs")) for n in reversed(names)]
    for part, (begin, end) in enumerate(zip(edges, edges[1:])):
        stream = work / "part.bin"
        with stream.open("wb") as file:
            write_stream(file, about, vectors[begin:end], begin // WINDOWS_A_TRACK)
        with Clock(args.processes) as clock:
            subprocess.run([args.hearken, "import", "--quiet", "--format", "stream", stream, "--cluster", args.engine],
                           check=True, stdout=subprocess.DEVNULL)
        sums[0] += clock.spent
        again = [objects_of(collection, known) for collection, known in zip(ours, seen)]
        if len(again[0]) != end - begin:
            sys.exit(f"{len(again[0])} windows came back of {end - begin}")
        with Clock(args.processes) as other:
            for collection, objects in zip(theirs, again):
                insert(collection, objects)
        sums[1] += other.spent
        print(f"import, windows {begin}–{end}: Hearken {clock.spent[0]:.1f} s, the client {other.spent[0]:.1f} s, ratio "
              f"{clock.spent[0] / other.spent[0]:.2f}", flush=True)
    for who, spent in zip(("Hearken", "client"), sums):
        print(f"import, {who}: {len(vectors) / spent[0]:.0f} windows/s; CPU {spent[1]:.1f} s beside the nodes' {spent[2]:.1f} s")
    print(f"import, ratio: wall {sums[0][0] / sums[1][0]:.2f}, own CPU {sums[0][1] / sums[1][1]:.2f}", flush=True)
    return ours


def ask(connection, path, body):
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    reply = connection.getresponse()
    data = reply.read()
    if reply.status != 200:
        sys.exit(f"{path}: {reply.status} {data[:300]}")
    return json.loads(data)


def in_turns(what, ours, theirs, count):
    """Medians of two functions of a number, in turns."""
    spent = numpy.zeros((2, count))
    for i in range(-5, count):  # five to warm up
        for which in (0, 1) if i % 2 else (1, 0):
            begun = time.perf_counter()
            (ours, theirs)[which](i % count)
            if i >= 0:
                spent[which, i] = (time.perf_counter() - begun) * 1000
    median, high = numpy.percentile(spent, 50, axis=1), numpy.percentile(spent, 95, axis=1)
    print(f"{what}: Hearken {median[0]:.1f} ms (p95 {high[0]:.1f}), client {median[1]:.1f} ms (p95 {high[1]:.1f}), "
          f"ratio {median[0] / median[1]:.2f} (p95 {high[0] / high[1]:.2f})", flush=True)


def queries(args, client, collections, vectors):
    windows, tracks = (c.with_consistency_level(ConsistencyLevel.ONE) for c in collections)
    numbers = [int(t.properties["number"]) for t in tracks.iterator(return_properties=["number"])]
    random = numpy.random.default_rng(2)
    asked = [vectors[i].tolist() for i in random.integers(len(vectors), size=args.queries)]
    many = [vectors[i:i + WINDOWS_A_TRACK].tolist() for i in random.integers(len(vectors) - WINDOWS_A_TRACK, size=args.queries)]
    one_body = [json.dumps({"vectors": [v], "of": "windows", "k": K}) for v in asked]
    many_body = [json.dumps({"vectors": v, "of": "windows", "k": K}) for v in many]

    def near(vector, limit=K + EQUALS):
        return windows.query.near_vector(vector, limit=limit, return_properties=["number", "start"],
                                         return_metadata=MetadataQuery(distance=True)).objects

    def cards(found):
        ids = {int(o.properties["number"]) for objects in found for o in objects[:K]}
        return tracks.query.fetch_objects(filters=Filter.by_property("number").contains_any(sorted(ids)), limit=len(ids))

    server = subprocess.Popen([args.hearken, "serve", "--cluster", args.engine, "--port", "0"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
    try:
        port = next(int(m[1]) for m in (re.search(r"http://[^/ ]*:(\d+)", line) for line in server.stdout) if m)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        pool = concurrent.futures.ThreadPoolExecutor(WINDOWS_A_TRACK)
        path = "/api/v1/vectors/search"
        in_turns("a vector, beside near_vector alone", lambda i: ask(connection, path, one_body[i]),
                 lambda i: near(asked[i], K), args.queries)
        in_turns("a vector, beside near_vector and the tracks of what it found", lambda i: ask(connection, path, one_body[i]),
                 lambda i: cards([near(asked[i])]), args.queries)
        in_turns("48 vectors, beside 48 near_vector in threads", lambda i: ask(connection, path, many_body[i]),
                 lambda i: cards(list(pool.map(near, many[i]))), args.queries // 4)
        # What the server says it took for a track's 48 windows, voting for tracks.
        spent = []
        for i in range(args.queries // 4):
            body = json.dumps({"items": [{"track": numbers[i * 7 % len(numbers)]}], "k": K})
            spent.append(ask(connection, "/api/v1/search", body)["timings_ms"])
        print("like of a track (48 windows vote), medians in ms:",
              {name: round(float(numpy.median([s[name] for s in spent])), 1) for name in spent[0]}, flush=True)
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cluster", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--windows", type=int, default=20000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--hearken", default=HEARKEN)
    parser.add_argument("--processes", type=lambda text: text.split(","), default=[])
    args = parser.parse_args()
    hosts, args.name = re.fullmatch(r"weaviate://(.*)/(\w+)", args.engine).groups()
    host, port, grpc = hosts.split(",")[0].split(":")
    client = weaviate.connect_to_custom(http_host=host, http_port=int(port), http_secure=False, grpc_host=host,
                                        grpc_port=int(grpc), grpc_secure=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            about, vectors = windows_of(args.hearken, args.library, args.windows, pathlib.Path(folder))
            collections = imports(args, client, about, vectors, pathlib.Path(folder))
            queries(args, client, collections, vectors)
    finally:
        client.collections.delete([n for n in client.collections.list_all() if n.startswith(args.name)])
        client.close()


if __name__ == "__main__":
    main()
