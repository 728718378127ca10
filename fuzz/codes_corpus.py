"""Writes fuzz/corpus/codes: segments of the codes' cache (src/search/scan/code_segment.h), sound but for their checksums, which the target
makes right, and unsound in one way each."""
import struct
from pathlib import Path

HEADER = struct.Struct("<8sIIQQQQ16s16s16s16s")
ROWS = 64


def aligned(n): return -(-n // 64) * 64


def segment(dimension=5, windows=(1, 3), gone=(), lies={}):
    """lies: values for the header's fields that are not those of the segment."""
    entries = b"".join(struct.pack("<qqQ16s", 10 + i, 1 + i, n, bytes([i]) * 16) for i, n in enumerate(windows))
    rows, means = (aligned(n) for n in (sum(windows), len(windows)))
    panel = -(-dimension // 4) * 4
    at = aligned(HEADER.size)
    at = aligned(at + len(entries))
    at = aligned(at + 8 * len(gone))
    size = at + rows * (panel + 12) + means * (panel + 24)
    fields = dict(magic=b"HRKNCODE", version=1, dimension=dimension, entries=len(windows), windows=sum(windows), gone=len(gone), bytes=size)
    header = HEADER.pack(*(fields | lies).values(), b"m" * 16, b"", b"s" * 16, b"")
    body = bytearray(size)
    body[:len(header)] = header
    body[aligned(HEADER.size):aligned(HEADER.size) + len(entries)] = entries
    first = aligned(aligned(HEADER.size) + len(entries))
    body[first:first + 8 * len(gone)] = struct.pack(f"<{len(gone)}q", *gone)
    return bytes(body)


def main():
    folder = Path(__file__).parent / "corpus/codes"
    folder.mkdir(parents=True, exist_ok=True)
    inputs = {
        "one": segment(),
        "two": segment() + segment(windows=(2,), gone=(10,)),
        "only_gone": segment(windows=(), gone=(1, 2, 3)),
        "empty": segment(windows=()),
        "dimension_1": segment(dimension=1),
        "cut": segment()[:-1],
        "with_a_tail": segment() + b"tail",
        "no_windows_in_an_entry": segment(windows=(0, 4)),
        "entries_out_of_order": segment()[:128] + segment()[168:208] + segment()[128:168] + segment()[208:],
        "nothing": b"",
    } | {f"lie_{field}_{n:x}": segment(lies={field: value})
         for field in ("dimension", "entries", "windows", "gone", "bytes", "version")
         for n, value in enumerate((0, 2**31, 2**32 - 1) if field in ("dimension", "version") else (0, 5, 2**40, 2**63, 2**64 - 1))}
    for name, data in inputs.items(): (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
