#!/usr/bin/env python3
"""Write fuzz/corpus/exchange: rows of catalogue.jsonl (first byte 0) and export.json (first byte 1), good and broken.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
import json
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "exchange"
ROW = {"chunk_id": "42-7", "track_id": 42, "filename": "a.ogg", "start": 35.0, "end": 45.0, "path": "/m/größe.ogg", "title": "T",
       "artist": "A", "album": "", "genre": "Jazz", "duration": 180.25, "size": 123456, "mtime_ns": 1700000000123456789,
       "content_hash": "0123456789abcdef0123456789abcdef"}
MANIFEST = {"format": "hearken export", "version": 1, "by": "window", "rows": 13, "tracks": 3, "dimension": 512, "model": "starter",
            "fingerprint": "6cb9744bb4ff47d48a7876bc93c6911c", "precision": "fp32", "window": 10.0, "hop": 5.0}
ODD = [None, True, -1, 0, 1.5, 1e308, 2**63, 2**64, -2**63, "", "x", "a\0b", "ff", "FF", "0" * 9000, [], {}, "/", "/a/../b", "relative",
       "\ud800", "auto", "track", "/m/a\nb"]


def contents():
    yield "nothing", b""
    for name, data in (("deep", b"[" * 8000), ("deep_objects", b'{"a":' * 3000), ("cut", json.dumps(ROW).encode()[:80]), ("array", b"[]"),
                       ("nul", b"\0"), ("bad_utf8", b'{"path": "\xff"}'), ("twice", b'{"path": "/a", "path": "/b"}')):
        yield name, data
    for what, base in (("row", ROW), ("manifest", MANIFEST)):
        yield what, json.dumps(base).encode()
        yield what + "_hex", json.dumps(base | {"path_hex": "2f6d2fff"}).encode()
        yield what + "_hex_nul", json.dumps(base | {"path_hex": "2f6d2f00"}).encode()
        yield what + "_more", json.dumps(base | {"more": [1, {"a": None}]}).encode()
        for key in base:
            yield f"{what}_no_{key}", json.dumps({k: v for k, v in base.items() if k != key}).encode()
            for i, value in enumerate(ODD):
                if (i + len(key)) % 3 == 0:
                    yield f"{what}_{key}_{i}", json.dumps(base | {key: value}).encode()
        yield what + "_infinite", json.dumps(base).replace("10.0", "1e999").replace("35.0", "1e999").encode()


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for name, data in contents():
        for kind in (0, 1):
            if name.startswith("row_") and kind == 1 or name.startswith("manifest_") and kind == 0:
                continue
            (CORPUS / f"{name}_{kind}").write_bytes(bytes([kind]) + data)


main()
