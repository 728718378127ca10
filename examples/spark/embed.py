#!/usr/bin/env python3
"""Embed rows on Spark: JSON lines in, Parquet out (columns row, vectors, failed).

    spark-submit examples/spark/embed.py rows.jsonl vectors.parquet [--partitions N] [-- --threads 1 --model NAME …]

Each partition is a `hearken embed --stream --binary` of its own; what stands behind `--` goes to it. A process that dies
fails its task, and Spark tries the task again (spark.task.maxFailures).
"""
import argparse
import json
import struct
import subprocess
import sys
import threading

import pyarrow
from pyspark.sql import SparkSession

HEAD = "<4sIQ"  # of a record: docs/STREAM.md
SCHEMA = "row string, vectors binary, failed boolean"
ROWS_AT_ONCE = 256


def records(stream):
    """(object, vectors) of each record, as bytes."""
    while head := stream.read(struct.calcsize(HEAD)):
        mark, object_bytes, vector_bytes = struct.unpack(HEAD, head)
        if mark != b"HKNV":
            raise ValueError(f"no record: {mark!r}")
        yield stream.read(object_bytes), stream.read(vector_bytes)


def feed(process, lines):
    try:
        with process.stdin as stdin:
            for line in lines:
                stdin.write(line.encode() + b"\n")
    except BrokenPipeError:
        pass  # it died; its exit status says so


def table(rows):
    failed = ["embedding" not in json.loads(row) for row, _ in rows]
    return pyarrow.record_batch([pyarrow.array([row.decode() for row, _ in rows]),
                                 pyarrow.array([vectors for _, vectors in rows], pyarrow.binary()),
                                 pyarrow.array(failed)], names=["row", "vectors", "failed"])


def embed(options):
    def run(batches):
        lines = (line.as_py() for batch in batches for line in batch.column(0))
        with subprocess.Popen(["hearken", "embed", "--stream", "--binary", "--quiet", *options], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            feeder = threading.Thread(target=feed, args=(process, lines), daemon=True)
            feeder.start()
            rows = []
            for record in records(process.stdout):
                rows.append(record)
                if len(rows) == ROWS_AT_ONCE:
                    yield table(rows)
                    rows = []
            feeder.join()
        if process.returncode not in (0, 3):  # 3: some rows are errors
            raise RuntimeError(f"hearken ended with status {process.returncode}")
        if rows:
            yield table(rows)
    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows")
    parser.add_argument("out")
    parser.add_argument("--partitions", type=int, default=64)
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    arguments, options = parser.parse_args(words[:split]), words[split + 1:]
    spark = SparkSession.builder.appName("hearken embed").getOrCreate()
    rows = spark.read.text(arguments.rows).repartition(arguments.partitions)
    rows.mapInArrow(embed(options), SCHEMA).write.parquet(arguments.out)
    done = spark.read.parquet(arguments.out)
    print(f"{done.count()} rows, {done.where('failed').count()} of them errors")
    spark.stop()


if __name__ == "__main__":
    main()
