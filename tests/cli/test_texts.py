"""Names and tags of strangers: bytes that are no UTF-8, characters that XML, a spreadsheet or a terminal take for more than text."""
import csv
import io
import json
import shutil
import sqlite3
import xml.etree.ElementTree

from harness import main, tone
from serve_case import ServeCase

HIDDEN = "\u202egpj\u200b.\u2066x"


class TextsTest(ServeCase):
    def setUp(self):
        super().setUp()
        tone(self.music / "low.wav", 220)
        tone(self.music / "high.wav", 880)
        self.index(self.music)

    def stored(self, *statements):
        with sqlite3.connect(self.library) as database:
            for statement, values in statements:
                database.execute(statement, values)

    def test_what_is_no_utf8_is_refused(self):
        for arguments in (("tag", "id:1", "--add", b"\xff"), ("rate", "id:1", "up", "--for", b"rain\xed\xa0\x80")):
            self.one_line(self.hearken(*arguments, status=2).err, "\\x", "no UTF-8")
        server = self.serve()
        for query in ("name=%ff", "name=a%c0%afb", "name=%ed%a0%80"):
            self.assertIn(b"no UTF-8", server.get(f"/rest/createPlaylist?{query}").body)
        for query, reason in (("name=" + "x" * 501, b"500 bytes"), ("name=%20", b"is empty"), ("", b"missing")):
            self.assertIn(reason, server.get(f"/rest/createPlaylist?{query}").body)
        self.assertEqual(self.good(server, "GET", "/api/v1/playlists")["playlists"], [])
        self.assertEqual(server.get("/rest/createPlaylist?name=" + "x" * 500).body.count(b'status="ok"'), 1)

    def test_what_is_stored_breaks_no_answer(self):
        """As a program without these checks has left it."""
        self.stored(("UPDATE tracks SET title = CAST(? AS TEXT), artist = CAST(? AS TEXT), genre = CAST(? AS TEXT) WHERE id = 1",
                     (b"t\xff", b"a\xc0\xaf", b"g\xf5")),
                    ("UPDATE tracks SET title = ?, album = ? WHERE id = 2", ("x\ufffe\uffff\x01<&\"", "\ufffe")),
                    ("INSERT INTO tags (track_id, label, label_set, model, verdict) VALUES (1, CAST(? AS TEXT), '', '', 1)", (b"tag\xff",)),
                    ("INSERT INTO ratings VALUES (1, CAST(? AS TEXT), 1, 0)", (b"\xff",)),
                    ("INSERT INTO playlists (name, added_at, changed_at) VALUES (CAST(? AS TEXT), 0, 0)", (b"list\xff\xef\xbf\xbe",)),
                    ("INSERT INTO playlist_tracks VALUES (1, 0, 1)", ()), ("INSERT INTO playlist_tracks VALUES (1, 1, 2)", ()))
        server = self.serve()
        for path in ("tracks", "tracks/1", "tracks/1/similar", "tracks/2", "search?q=beep", "playlists", "playlists/1", "ratings", "facets", "info",
                     "playlists/1/export", "playlists/1/export?format=xspf"):
            answer = server.get(f"/api/v1/{path}")
            self.assertEqual(answer.status, 200, f"{path}: {answer}")
            answer.body.decode()
            self.check("GET", f"/api/v1/{path}", answer)
        track = self.good(server, "GET", "/api/v1/tracks/1")
        self.assertEqual((track["title"], track["tags"]), ("t\ufffd", ["tag\ufffd"]))
        for call in ("search3?query=", "getSong?id=1", "getSong?id=2", "getPlaylists", "getPlaylist?id=1", "getRandomSongs", "getSimilarSongs?id=1",
                     "getSong?id=%ff", "nothing?x=%ef%bf%be"):
            answer = server.get(f"/rest/{call}")
            self.assertEqual(answer.status, 200 if not call.startswith("nothing") else answer.status)
            xml.etree.ElementTree.fromstring(answer.body)
            json.loads(server.get(f"/rest/{call}{'&' if '?' in call else '?'}f=json").body.decode())
        xml.etree.ElementTree.fromstring(server.get("/api/v1/playlists/1/export?format=xspf").body)
        for arguments in (("find", "beep", "--json"), ("info", "id:1", "--json"), ("rate", "--list", "--json"), ("find", "beep")):
            self.hearken(*arguments)  # whose output is UTF-8, or the harness says so

    def test_formulas_in_a_csv_file(self):
        self.stored(("UPDATE tracks SET title = ?, artist = ? WHERE id = 1", ("=HYPERLINK(\"http://x\")", "-2+3")))
        self.hearken("rate", "id:1", "up", "--for", "@SUM(1)")
        self.hearken("rate", "--export", "ratings.csv")
        [row] = csv.DictReader(io.StringIO((self.cwd / "ratings.csv").read_text()))
        self.assertEqual((row["title"], row["artist"], row["query"]), ("'=HYPERLINK(\"http://x\")", "'-2+3", "'@SUM(1)"))

    def test_hidden_characters_are_seen_on_a_terminal_only(self):
        shutil.copy(self.music / "low.wav", self.music / f"{HIDDEN}.wav")
        self.index(self.music)
        self.stored(("UPDATE tracks SET title = ?, artist = ? WHERE id = 1", ("a\u202eb\x1b[31m", "\u05d0\u200d\ufeff")))
        status, shown = self.on_a_terminal("find", "beep", "--json")
        self.assertEqual(status, 0, shown)
        status, plain = self.on_a_terminal("find", "beep")
        for text in (shown, plain):
            self.assertNotRegex(text, "[\u202e\u2066\u200b\ufeff]")
        self.assertIn("\\u{202e}gpj\\u{200b}.\\u{2066}x.wav", plain)
        self.assertIn("a\\u{202e}b\\x1b[31m", plain)
        self.assertIn("\u05d0\u200d\\u{feff}", plain)  # a joiner is a letter's
        status, wrong = self.on_a_terminal("find", "beep", "--where", HIDDEN)
        self.assertNotIn("\u202e", wrong)
        paths = [r["path"] for r in self.find("beep")["results"]]  # into a pipe
        self.assertIn(str(self.music / f"{HIDDEN}.wav"), paths)


if __name__ == "__main__":
    main()
