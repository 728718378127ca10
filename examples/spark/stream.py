#!/usr/bin/env python3
"""The Parquet of embed.py as a stream again, for import:

    examples/spark/stream.py vectors.parquet | hearken import --format stream -
"""
import struct
import sys

import pyarrow.dataset

HEAD = struct.Struct("<4sIQ")  # of a record: docs/STREAM.md

for batch in pyarrow.dataset.dataset(sys.argv[1], format="parquet").to_batches(columns=["row", "vectors"]):
    for row, vectors in zip(batch.column("row"), batch.column("vectors")):
        row, vectors = row.as_py().encode(), vectors.as_py()
        sys.stdout.buffer.write(HEAD.pack(b"HKNV", len(row), len(vectors)) + row + vectors)
