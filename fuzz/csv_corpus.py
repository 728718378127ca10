#!/usr/bin/env python3
"""Write fuzz/corpus/csv: rows (first byte 0), files with a header (1), FMA's tracks (2) and genres (3), Python's lists (4).

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "csv"
GOOD = 'path,label,fold\na.wav,"dog, ""big""",1\n"b\nc.wav",雨,2\n'.encode()
TRACKS = (",artist,set,set,track,track,track,track\n,name,split,subset,genre_top,genres,tags,title\ntrack_id,,,,,,,\n"
          "2,A,training,small,Rock,\"[1, 21]\",\"['a', \"\"it's\"\", '\\xe9']\",T\n3,a,test,medium,,[],[],t\n").encode()
GENRES = b"genre_id,#tracks,parent,title,top_level\n1,9,0,Rock,1\n21,9,1,Punk,1\n"

TEXTS = {
    "good": GOOD, "bom_crlf": b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"), "no_end": GOOD[:-1], "nothing": b"", "bom": b"\xef\xbb\xbf",
    "empty_lines": b"\n\r\n\na\n\n\nb\n", "commas": b",,,\n,,,", "empty_quoted": b'""\n"",""\n', "quotes": b'""""\n"""a"""\n', "open": b'a,"b\nc',
    "stray": b'a,b"c\n', "behind": b'"a"b\n', "cr": b"a\rb\n", "cr_end": b"a\r", "cr_quoted": b'"a\rb"\r', "utf16": "\ufeffa,b\n".encode("utf-16-le"),
    "utf16_bare": "a,b\n".encode("utf-16-le"), "latin1": "für,b\n".encode("latin-1"), "nul": b"a,b\0\n", "cut": b"a,\xe7\xa9", "twice": b"a,b,a\n",
    "numbers": b"n\n1\n-5\n99999999999999999999\n", "short": b"a,b\n1\n", "long": b"a,b\n1,2,3\n", "many_columns": b"a," * 5000 + b"\n" + b"1," * 5000,
    "many_rows": b"7\n" * 9000, "doubled": b'"' + b'""' * 9000 + b'"', "inner_bom": b'\xef\xbb\xbf"\xef\xbb\xbfa",b\n',
}
LISTS = [b"[]", b"", b"['a', 'b']", b"[1, 2]", b"[", b"['a", b"['\\xe9\\u266b\\U0001f3b5']", b"['\\ud800']", b"[1,]", b"[[1]]", b"['" + b"\\n" * 4000 + b"']"]
FMA = {"good": TRACKS, "no_header": b"track_id,title\n2,T\n", "two_rows": b"\n".join(TRACKS.split(b"\n")[:2]), "no_title": TRACKS.replace(b",title", b",name"),
       "twice": TRACKS + TRACKS.split(b"\n")[4] + b"\n", "bad_list": TRACKS.replace(b"[]", b"[x]"), "bad_id": TRACKS + b"-1,,,,,[],[],\n",
       "many": TRACKS + b"".join(b"%d,A,,,,[],[],T\n" % i for i in range(10, 2000)), "latin1": TRACKS.replace(b"Rock", b"R\xf6ck")}
TREES = {"good": GENRES, "loop": GENRES + b"30,0,31,A,1\n31,0,30,B,1\n", "itself": GENRES + b"30,0,30,A,1\n", "orphan": GENRES + b"30,0,99,A,1\n",
         "twice": GENRES + b"1,0,0,A,1\n", "zero": GENRES + b"0,0,0,A,1\n", "deep": GENRES + b"".join(b"%d,0,%d,A,1\n" % (i, i - 1) for i in range(22, 600))}


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for name, data in TEXTS.items():
        for kind in (0, 1): (CORPUS / f"{name}_{kind}").write_bytes(bytes([kind]) + data)
    for name, data in FMA.items(): (CORPUS / f"tracks_{name}").write_bytes(b"\2" + data)
    for name, data in TREES.items(): (CORPUS / f"genres_{name}").write_bytes(b"\3" + data)
    for i, data in enumerate(LISTS): (CORPUS / f"list_{i}").write_bytes(b"\4" + data)


main()
