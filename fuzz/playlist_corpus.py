#!/usr/bin/env python3
"""Write fuzz/corpus/playlist: lists in four formats, good ones and broken ones, each read in every format (first byte).

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "playlist"

XSPF = (b'<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>t</title><trackList>'
        b"<track><location>file:///m/a%20b.ogg</location><title>x &amp; y</title></track><track><location>c.ogg</location>"
        b"<location>d.ogg</location></track><track/></trackList></playlist>\n")
JSPF = b'{"playlist": {"title": "t", "track": [{"location": ["file:///m/a%20b.ogg"]}, {"location": "b.ogg"}, {}]}}'
M3U = "#EXTM3U\n#EXTINF:3,a - b\nsub/größe.ogg\n/m/x.ogg\n../up.ogg\nfile:///m/%25.ogg\nhttp://a/b\n".encode()
PLS = b"[playlist]\nFile2=b.ogg\nTitle1=x\nFile1=/m/a.ogg\nNumberOfEntries=2\n"


def contents():
    bomb = b"<!DOCTYPE p [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (c, b"&%c;" % (c - 1) * 10) for c in range(ord("b"), ord("k"))) + b"]><playlist>&j;</playlist>"
    wrap = lambda inside: b"<playlist><trackList>" + inside + b"</trackList></playlist>"
    return {
        "m3u": M3U, "m3u_bom_crlf": b"\xef\xbb\xbf" + M3U.replace(b"\n", b"\r\n"), "m3u_many": b"a\n" * 8000,
        "m3u_too_many": b"a\n" * 100001, "m3u_nul": b"a\nb\0c\n", "m3u_long": b"x" * 66000, "m3u_slashes": b"/" * 5000 + b"a",
        "m3u_dots": b"../" * 3000 + b"a", "utf16": M3U.decode().encode("utf-16"), "latin1": b"Gr\xf6\xdfe.ogg\n",
        "uris": b"file:\nfile:/\nfile://\nfile:///\nfile://h/a\nfile:a\nfile:///%00\nfile:///%\n://\na://\n:\n%2\n%zz\n",
        "xspf": XSPF, "xspf_cut": XSPF[:200], "xspf_utf16": XSPF.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "xspf_latin1": XSPF.replace(b"UTF-8", b"ISO-8859-1").replace(b"c.ogg", b"\xe9.ogg"), "xspf_bad_utf8": XSPF.replace(b"c.ogg", b"\xff"),
        "xspf_odd_encoding": XSPF.replace(b"UTF-8", b"EBCDIC-9"), "xspf_bomb": bomb, "xspf_external":
        b'<!DOCTYPE p SYSTEM "file:///etc/passwd"><playlist/>', "xspf_entity": wrap(b"<track><location>&x;</location></track>"),
        "xspf_deep": b"<a>" * 5000, "xspf_deep_in": wrap(b"<track><location>" + b"<b>" * 100), "xspf_long":
        wrap(b"<track><location>" + b"a" * 66000 + b"</location></track>"), "xspf_many": wrap(b"<track/>" * 4000),
        "xspf_cdata": wrap(b"<track><location><![CDATA[a&b]]></location></track>"), "xspf_numbers":
        wrap(b"<track><location>&#65;&#x10FFFF;&#0;</location></track>"), "xspf_attributes": b"<playlist " + b"a='b' " * 1000 + b"/>",
        "xspf_attributes_many": b"<playlist " + b"".join(b"a%d='' " % i for i in range(3000)) + b"/>", "xspf_other_root": b"<rss/>",
        "xspf_prefix": b"<x:playlist xmlns:x='u|v'><x:trackList><x:track><x:location>a</x:location></x:track></x:trackList></x:playlist>",
        "xspf_nested": wrap(b"<track><playlist><trackList><track><location>a</location></track></trackList></playlist></track>"),
        "jspf": JSPF, "jspf_cut": JSPF[:60], "jspf_deep": b"[" * 16000, "jspf_deep_objects": b'{"playlist":' * 1300,
        "jspf_number": b'{"playlist": {"track": [{"location": 5}]}}', "jspf_null": b'{"playlist": {"track": [null, 1, "a", []]}}',
        "jspf_empty": b'{"playlist": {"track": [{"location": []}, {"location": [[]]}]}}', "jspf_bad_utf8": JSPF.replace(b"b.ogg", b"\xff"),
        "jspf_surrogate": JSPF.replace(b"b.ogg", b"\\ud800"), "jspf_nul": JSPF.replace(b"b.ogg", b"a\\u0000b"), "jspf_huge":
        b'{"playlist": {"track": [1e999999]}}', "jspf_many": b'{"playlist": {"track": [' + b"{}," * 5000 + b"{}]}}",
        "pls": PLS, "pls_capitals": PLS.upper(), "pls_no_head": PLS[11:], "pls_file_x": b"[playlist]\nFilex=a\n", "pls_huge":
        b"[playlist]\nFile99999999999=a\n", "pls_same": b"[playlist]\nFile1=b\nFile1=a\n", "pls_no_value": b"[playlist]\nFile1\nFile2=\n",
        "pls_comments": b"; c\n[playlist]\n# d\n;e\nFile1=a\n", "nothing": b"", "nul": b"\0", "bom": b"\xef\xbb\xbf",
    }


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    kinds = {"m3u": 0, "xspf": 1, "jspf": 2, "pls": 3}
    for name, data in contents().items():
        own = kinds.get(name.split("_")[0])
        # What is of one format is read as that and as the next; what is of none, as all of them.
        for kind in range(4) if own is None else (own,) if len(data) > 20000 else (own, (own + 1) % 4):
            (CORPUS / f"{name}_{kind}").write_bytes(bytes([kind]) + data)


main()
