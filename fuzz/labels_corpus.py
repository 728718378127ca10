#!/usr/bin/env python3
"""Write fuzz/corpus/labels: files of labels, good ones and broken ones.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "labels"
GOOD = "# sounds\nA recording of {}.\nrain\ndog_bark: a dog barking | dogs howling\nAnimal > cat\nAnimal > Bird > owl [ANMLOwl]: an owl | 梟\n".encode()


def contents():
    return {
        "good": GOOD, "bom_crlf": b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"), "nothing": b"", "comments": b"# a\n", "templates": b"a {}\nthe {}\n",
        "utf16": b"\xff\xfe" + GOOD.decode().encode("utf-16-le"), "latin1": "Türe".encode("latin-1"), "nul": b"a\0b\n", "cut": GOOD[:-4],
        "twice": b"a\nb\na: c\n", "gap_twice": b"{} and {}\na\n", "two_parents": b"a > c\nb > c\n", "under_itself": b"a > b\nb > c\nc > a\n",
        "own_parent": b"a > a\n", "no_name": b": b\n", "no_child": b"a >\n", "no_parent": b"> a\n", "arrows": b">" * 4000, "empty_wording": b"a: b || c\n",
        "wording_twice": b"a: b | b\n", "code": b"a [B1]\n", "code_empty": b"a []\n", "code_bad": b"a [b c]\n", "code_open": b"a [b\n", "code_alone": b"[b]\n",
        "late_parent": b"a > b\na: c\n", "deep": " > ".join(f"n{i}" for i in range(600)).encode(), "long": b"a" * 5000,
        "chain": b"".join(b"n%d > n%d\n" % (i, i + 1) for i in range(900)), "too_many": b"".join(b"%d\n" % i for i in range(10001)),
    }


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for name, data in contents().items():
        (CORPUS / name).write_bytes(data)


main()
