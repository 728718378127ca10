#!/usr/bin/env python3
"""Write fuzz/corpus/templates: files of caption templates, good ones and broken ones.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "templates"
GOOD = '# mine\n"{title}" by {artist}. Genre: {genre}. Tags: {tags}.\nA {genre} track called "{title}" by {artist}.\n{artist} — {title} (from the album «{album}»)!\n'.encode()


def contents():
    return {
        "good": GOOD, "bom_crlf": b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"), "nothing": b"", "unknown": b"{label}\n", "open": b"{title} by {artist\n",
        "closed": b"title}\n", "doubled": b"{{title}}\n", "no_field": b"some music\n", "twice": b"{title}\n{title}\n", "latin1": "{title} Türe".encode("latin-1"),
        "joined": b"{title}{artist}{album}{genre}{tags}\n", "quotes": b"\"{title}, {artist}\" ('{album}') [{genre}], \"{tags}\n", "words": b"by by {title} the by {artist} and and {tags} - - {genre}: {album}:\n",
        "stops": b"{title}. . .{artist}? ! {album};{genre}; , , {tags}.\n", "commas": b", , {title}, , {artist}, {album},{genre}, ,\n", "spaces": b"a  {title}   by   {artist}  .\n",
        "many": b"{title} by {artist}, " * 190, "long": b"{title}" + b"x" * 5000,
    }


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for name, data in contents().items():
        (CORPUS / name).write_bytes(data)


main()
