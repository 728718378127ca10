#!/usr/bin/env python3
"""Write fuzz/corpus/engine: an engine's answers whole, cut and bent, addresses, and texts; the first byte says which.

Takes the messages of tests/golden/weaviate; needs the standard library alone. The same bytes come out each time.
"""
from pathlib import Path

HERE = Path(__file__).parent
CORPUS = HERE / "corpus" / "engine"
GOLDEN = HERE.parent / "tests" / "golden" / "weaviate"

CORPUS.mkdir(parents=True, exist_ok=True)
for kind, name in enumerate(("search", "put", "erase", "count")):
    message = (GOLDEN / f"{name}_reply.bin").read_bytes()
    (CORPUS / name).write_bytes(bytes([kind]) + message)
    for part in 1, 2, 3:
        (CORPUS / f"{name}_cut{part}").write_bytes(bytes([kind]) + message[:len(message) * part // 4])
    bent = bytearray(message)
    for at in range(0, len(bent), 7):
        bent[at] ^= 0x81
    (CORPUS / f"{name}_bent").write_bytes(bytes([kind]) + bent)
    (CORPUS / f"{name}_length").write_bytes(bytes([kind]) + b"\x12\xff\xff\xff\xff\x0f" + message)
ADDRESSES = ("weaviate://a/B", "weaviates://a:1:2,b.c:3,[::1]:4/B_9", "weaviate://", "weaviate:///x", "weaviate://a:0/x", "weaviate://a:1:2:3/x",
             "weaviate://a:99999999999/x", "weaviate://[::1/x", "weaviate://[::1]x/x", "weaviate://a,,b/x", "weaviate://a/9", "weaviate://a/x/y", "http://a/x", "")
for number, address in enumerate(ADDRESSES):
    (CORPUS / f"address{number}").write_bytes(b"\x04" + address.encode())
for number, text in enumerate((b"/a*b?c%d", b"%2A%zz%", b"\xff\xc3 \x01\x1f", "Ärger+@=".encode(), b"%")):
    (CORPUS / f"text{number}").write_bytes(b"\x05" + text)
