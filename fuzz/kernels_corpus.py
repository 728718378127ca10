#!/usr/bin/env python3
"""Write fuzz/corpus/kernels: each kernel in each variant, at sizes around those of vectors and blocks.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
import hashlib
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "kernels"
ROWS = {"layer_norm": (0, [0]), "add_bias": (1, range(8)), "accumulate": (2, [0, 1]), "to_bf16": (3, [0]),
        # The size of the numbers: anything, beneath what counts, at its edge, ordinary, at the end of the line.
        "quantize": (4, [0, 10, 28, 29, 130, 255]), "dequantize": (5, [0])}
SIZES = [1, 7, 16, 33, 100, 600]
HEADS = [(1, 1), (5, 32), (8, 16), (17, 3), (33, 31), (64, 24), (64, 32), (70, 70)]  # tokens, width


def write(name, *header):
    (CORPUS / name).write_bytes(bytes(header) + hashlib.sha256(name.encode()).digest())


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for kernel, (number, variants) in ROWS.items():
        for i, variant in enumerate(variants):
            for n in SIZES if len(variants) < 3 else SIZES[i % 2::2]:
                write(f"{kernel}_{variant}_{n}", number, variant, (n - 1) % 256, (n - 1) // 256)
    for i, (tokens, width) in enumerate(HEADS):
        for variant in (i, i + 48, 15 + 16 * i):  # bias, mask, large, what is no number; the stride
            write(f"attend_{variant}_{tokens}_{width}", 6, variant, tokens - 1, width - 1)


main()
