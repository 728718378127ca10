#!/usr/bin/env python3
"""Write fuzz/corpus/npy: .npy files, good ones and ones whose headers lie.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
import struct
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "npy"


def npy(header, data=b"", version=1, length=None):
    header = header.encode() if isinstance(header, str) else header
    length = len(header) if length is None else length
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", length) + header + data


def of(shape, descr="'<f4'", order="False", data=b""):
    return npy(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n", data)


def contents():
    good = of("(2, 3)", data=struct.pack("<6f", 1, 2, 3, 4, 5, float("nan")))
    return {
        "good": good, "spaces": npy("{ 'shape' : ( 2 , 3 , ) ,'fortran_order':False,'descr':\"<f4\" }   \n", bytes(24)),
        "version_2": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}", bytes(4), 2),
        "version_3": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}", bytes(4), 3), "version_9": npy("", version=9),
        "empty_rows": of("(0, 512)"), "empty_columns": of("(512, 0)"), "many_empty": of("(18446744073709551615, 0)"),
        "nothing": b"", "magic": good[:6], "cut_header": good[:40], "cut_data": good[:-1], "more_data": good + b"x",
        "huge": of("(4611686018427387904, 1)"), "wraps": of("(4294967296, 4294967296)"), "wraps_4": of("(1073741824, 4294967296)", data=bytes(4)),
        "too_huge": of("(99999999999999999999999999, 1)"), "negative": of("(-2, -3)", data=bytes(24)), "one": of("(6,)", data=bytes(24)),
        "none": of("()", data=bytes(4)), "three": of("(1, 2, 3)", data=bytes(24)), "many": of("(" + "1," * 5000 + ")"),
        "f8": of("(1, 1)", "'<f8'", data=bytes(8)), "f2": of("(1, 1)", "'<f2'", data=bytes(2)), "object": of("(1, 1)", "'|O'", data=bytes(8)),
        "structured": of("(1, 1)", "[('a', '<f4')]", data=bytes(4)), "fortran": of("(2, 3)", order="True", data=bytes(24)),
        "no_keys": npy("{}"), "twice": npy("{'shape': (0, 0), 'shape': (0, 0)}"), "no_end": npy("{'descr': '<f4"), "not_dict": npy("[1, 2]"),
        "trailing": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 0)} x"), "code": npy("__import__('os')"),
        "length_lies": npy("{}", length=65535), "length_huge": npy("{}", version=2, length=0xFFFFFFFF), "controls": npy(b"{\0\x01\xff}"),
        "long_header": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 0)}" + " " * 60000),
    }


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for name, data in contents().items():
        (CORPUS / name).write_bytes(data)


main()
