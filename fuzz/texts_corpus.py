#!/usr/bin/env python3
"""Write fuzz/corpus/texts: lists of texts (first byte 0) and of wordings (first byte 1), good ones and broken ones.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "texts"
GOOD = "# voices\nfemale vocals: female vocalist | female voice | woman singing\n\nmood: calm | 穏やか\n".encode()


def contents():
    return {
        "good": GOOD, "bom_crlf": b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"), "no_end": GOOD[:-1], "nothing": b"",
        "bom": b"\xef\xbb\xbf", "bom_half": b"\xef\xbb", "comments": b"#\n # a\n\t\n", "blank": b"\n \n\t\n\r\n",
        "utf16": b"\xff\xfe" + GOOD.decode().encode("utf-16-le"), "utf16_big": b"\xfe\xff" + GOOD.decode().encode("utf-16-be"),
        "latin1": "Für Elise: für | elise".encode("latin-1"), "surrogate": b"a: \xed\xa0\x80", "overlong": b"a: \xc0\xaf",
        "cut_off": GOOD + b"\xe7\xa9", "nul": b"a: b\0c\n", "escape": b"a: \x1b[31mred\n", "old_mac": b"a: b\rc: d\r",
        "next_line": b"a: b\xc2\x85c: d", "tabs": b"\ta\t:\tb\t|\tc\t\n", "no_colon": b"female voice | woman\n",
        "no_name": b": a\n", "no_wording": b"a:\n", "empty_wording": b"a: b || c\n", "empty_last": b"a: b |\n",
        "colons": b"a: b: c | d:e\n", "name_twice": b"a: b\nc: d\na : e\n", "wording_twice": b"a: b | c | b\n",
        "pipes": b"a:" + b"|" * 3000, "many_wordings": b"a:" + b"|".join(b"%d" % i for i in range(900)),
        "longest_line": b"a:" + b"b" * 4094, "line_too_long": b"a:" + b"b" * 4095, "one_line": b"x" * 70000,
        "many_lines": b"".join(b"%d:a\n" % i for i in range(9000)), "too_many": b"".join(b"%d:a\n" % i for i in range(10100)),
        "wide": "雨: 雨の音 | 🎵🎵 | e\u0301\n".encode(), "spaces": b"   a   :   b   |   c   \n",
    }


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for name, data in contents().items():
        for kind in (0, 1):
            (CORPUS / f"{name}_{kind}").write_bytes(bytes([kind]) + data)


main()
