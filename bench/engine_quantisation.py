#!/usr/bin/env python3
"""What Weaviate's quantisations cost in recall and take in memory and on disk, beside the exact neighbours (numpy).

    bench/engine_quantisation.py --cluster weaviate://HOST:PORT:GRPC,…/Name --library FILE [--processes PID,…] [--data FOLDER]

Vectors as in engine.py. A collection for each, beginning with Name, otherwise as Hearken makes them (maxConnections 32,
efConstruction 128, ef 256, dot, 3 replicas), written by Weaviate's own Python client and deleted when measured.
`--processes`, `--data`: the nodes' process ids and the folder of their data, where they run on this machine."""
import argparse
import pathlib
import re
import subprocess
import tempfile
import time
import uuid

import numpy
import weaviate
from weaviate.classes.config import Configure, Property, DataType, VectorDistances
from weaviate.classes.query import MetadataQuery

from engine import HEARKEN, insert, windows_of

Quantizer = Configure.VectorIndex.Quantizer
KINDS = {"none": Quantizer.none(), "RQ, 8 bits": Quantizer.rq(bits=8), "RQ, 1 bit": Quantizer.rq(bits=1),
         "SQ": Quantizer.sq(training_limit=1000), "BQ": Quantizer.bq()}


def resident(processes):
    """Megabytes of memory that are the processes' own, without pages of files."""
    return sum(int(re.search(r"RssAnon:\s+(\d+)", pathlib.Path(f"/proc/{p}/status").read_text())[1]) for p in processes) / 1000


def on_disk(folder):
    return int(subprocess.run(["du", "-sk", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.split()[0]) / 1000 if folder else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cluster", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--windows", type=int, default=20000)
    parser.add_argument("--hearken", default=HEARKEN)
    parser.add_argument("--processes", type=lambda text: text.split(","), default=[])
    parser.add_argument("--data")
    args = parser.parse_args()
    hosts, name = re.fullmatch(r"weaviate://(.*)/(\w+)", args.engine).groups()
    host, port, grpc = hosts.split(",")[0].split(":")
    with tempfile.TemporaryDirectory() as folder:
        _, vectors = windows_of(args.hearken, args.library, args.windows, pathlib.Path(folder))
    objects = [(str(uuid.uuid5(uuid.NAMESPACE_OID, str(i))), {"number": i}, v.tolist()) for i, v in enumerate(vectors)]
    random = numpy.random.default_rng(3)
    asked = vectors[random.integers(len(vectors), size=200)]
    asked = asked + random.normal(scale=0.5 / vectors.shape[1] ** 0.5, size=asked.shape)  # none is in the collection
    exact = numpy.argsort(-(asked @ vectors.T), axis=1, kind="stable")[:, :10]
    client = weaviate.connect_to_custom(http_host=host, http_port=int(port), http_secure=False, grpc_host=host,
                                        grpc_port=int(grpc), grpc_secure=False)
    try:
        print("| quantisation | recall of the best 10 | ms a query | memory, KB a window and replica | disk, KB a window and replica | in use |")
        print("|---|---|---|---|---|---|")
        for n, (kind, quantizer) in enumerate(KINDS.items()):
            before = resident(args.processes), on_disk(args.data)
            collection = client.collections.create(
                f"{name}Q{n}", properties=[Property(name="number", data_type=DataType.INT, index_filterable=False)],
                replication_config=Configure.replication(factor=3, async_enabled=True),
                vector_config=Configure.Vectors.self_provided(vector_index_config=Configure.VectorIndex.hnsw(
                    max_connections=32, ef_construction=128, ef=256, distance_metric=VectorDistances.DOT, quantizer=quantizer)))
            insert(collection, objects)
            time.sleep(2)
            spent, right = [], 0
            for query, best in zip(asked, exact):
                begun = time.perf_counter()
                found = collection.query.near_vector(query.tolist(), limit=10, return_metadata=MetadataQuery(distance=True)).objects
                spent.append((time.perf_counter() - begun) * 1000)
                right += len({int(o.properties["number"]) for o in found} & set(best.tolist()))
            after = resident(args.processes), on_disk(args.data)
            replicas = 3 * len(vectors) / 1000
            used = {shard.compressed for node in client.cluster.nodes(collection.name, output="verbose") for shard in node.shards}
            print(f"| {kind} | {right / 10 / len(asked):.4f} | {numpy.median(spent):.1f} | {(after[0] - before[0]) / replicas:.1f} | "
                  f"{(after[1] - before[1]) / replicas:.1f} | {used} |", flush=True)
            client.collections.delete(collection.name)
    finally:
        client.collections.delete([n for n in client.collections.list_all() if n.startswith(name)])
        client.close()


if __name__ == "__main__":
    main()
