#!/usr/bin/env python3
"""Write fuzz/corpus/stream: streams of vectors (first byte 0) and lines of requests (first byte 1), good and broken.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
import base64
import json
import struct
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "stream"
VECTORS = struct.pack("<8f", 0.6, 0.8, 0, 0, 0, 0, -1, 0)
EMBEDDING = {"model": "starter", "fingerprint": "6cb9744bb4ff47d48a7876bc93c6911c", "precision": "bf16", "dimension": 4, "window": 10.0,
             "hop": 5.0, "path": "/m/größe.ogg", "title": "T", "artist": "", "album": "", "genre": "", "duration": 12.5, "size": 123,
             "mtime_ns": 1700000000123456789, "content_hash": "0123456789abcdef0123456789abcdef", "starts": [0.0, 2.5]}
ROW = {"id": 7, "path": "größe.ogg", "embedding": EMBEDDING}
ODD = [None, True, -1, 0, 1.5, 1e308, 2**63, "", "x", "a\0b", [], [0, 1, 2], {}, "/", "relative", "\ud800", 65537, [0.0, "x"], [0.0, 1e999]]


def line(row, vectors=VECTORS):
    embedding = row["embedding"] | {"vectors": base64.b64encode(vectors).decode()}
    return json.dumps(row | {"embedding": embedding}).encode() + b"\n"


def record(row, vectors=VECTORS, mark=b"HKNV", claim=0):
    text = row if isinstance(row, bytes) else json.dumps(row).encode()
    return struct.pack("<4sIQ", mark, len(text), len(vectors) + claim) + text + vectors


def streams():
    yield "nothing", b""
    yield "blank", b"\n \r\n\t"
    yield "line", line(ROW)
    yield "record", record(ROW)
    yield "mixed", line(ROW) + b"\n" + record(ROW) + line(ROW) + record(ROW)
    yield "cut_line", line(ROW)[:-20]
    yield "cut_record", record(ROW)[:-3]
    yield "cut_header", record(ROW)[:9]
    yield "claims", record(ROW, claim=1 << 29)
    yield "claims_all", struct.pack("<4sIQ", b"HKNV", 2**32 - 1, 2**64 - 1) + b"{}"
    yield "mark", record(ROW, mark=b"HKNX")
    yield "no_vectors", record(ROW, b"") + line(ROW, b"")
    yield "odd_vectors", record(ROW, VECTORS[:-2])
    yield "more_vectors", record(ROW, VECTORS * 2)
    yield "nan", record(ROW, struct.pack("<8f", *[float("nan")] * 8))
    yield "long", record(ROW, struct.pack("<8f", *[3.0] * 8))
    yield "not_base64", json.dumps(ROW | {"embedding": EMBEDDING | {"vectors": "=x!"}}).encode()
    yield "no_base64", json.dumps(ROW).encode()
    yield "text", line({"text": "rain\n", "embedding": {"model": "starter"}})
    yield "http", line({"url": "http://example.org/x", "embedding": {"content_hash": ""}})
    yield "error", b'{"line":3,"error":{"code":"corrupt","message":"is\\nnot JSON"}}\n' + record({"error": {"code": 5}}, b"")
    yield "error_path", b'{"path":[],"error":{"code":"io","message":""}}'
    yield "deep", b"[" * 5000
    yield "array", b"[]\n"
    for key, value in EMBEDDING.items():
        yield f"without_{key}", record(ROW | {"embedding": {k: v for k, v in EMBEDDING.items() if k != key}})
        for i, odd in enumerate(ODD):
            if (i + len(key)) % 4 == 0 and odd != value:
                yield f"{key}_{i}", record(ROW | {"embedding": EMBEDDING | {key: odd}})
    yield "hex", record(ROW | {"embedding": EMBEDDING | {"path_hex": "2f6d2fff"}})
    yield "starts_fall", record(ROW | {"embedding": EMBEDDING | {"starts": [0.0, 0.0]}})
    yield "starts_gap", record(ROW | {"embedding": EMBEDDING | {"starts": [0.0, 9.0]}})
    yield "ends_early", record(ROW | {"embedding": EMBEDDING | {"duration": 99.0}})


def lines():
    for name, text in (("path", '{"id":1,"path":"a.ogg"}'), ("url", ' {"url" : "file:///m/%ff"} '), ("text", '{"text":""}'), ("both", '{"path":"a","text":"b"}'),
                       ("neither", "{}"), ("spaces", '{ "a" : [1 , {"b":"}"}] , "path" : "x" }\r'), ("again", '{"path":"x","error":{"a":[]},"embedding":[{}]}'),
                       ("escaped", '{"\\u0065rror":1,"\\\\":"\\"}","path":"x"}'), ("only_error", '{"error":{}}'), ("number", '{"n":1.10e-5,"path":"x"}'),
                       ("twice", '{"path":1,"path":"x"}'), ("kind", '{"path":5}'), ("empty", '{"path":""}'), ("zero", '{"path":"a\\u0000"}'),
                       ("bom", '\ufeff{"path":"x"}'), ("cut", '{"path":"x'), ("list", "[1]"), ("infinite", '{"a":1e999}'), ("deep", '{"a":' * 900 + "1" + "}" * 900),
                       ("bare", '"x"'), ("surrogate", '{"path":"\\ud800"}'), ("tail", '{"path":"x"} x')):
        yield name, text.encode()
    yield "bytes", b'{"path":"\xff"}'


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for kind, contents in ((0, streams()), (1, lines())):
        for name, data in contents:
            (CORPUS / f"{('stream', 'line')[kind]}_{name}").write_bytes(bytes([kind]) + data)


main()
