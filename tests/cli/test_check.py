"""check: a sound library, damage of each kind, what --repair makes of it, and hostile libraries."""
import os
import random
import re
import sqlite3

from harness import SOURCE, Case, main, tone
from serve_case import OPENAPI, Server


class CheckCase(Case):
    def setUp(self):
        super().setUp()
        for i in range(3):
            tone(self.music / f"{i}.wav", 200 + 90 * i, 0.4)
        self.index(self.music)

    def check(self, *arguments, status=0):
        return self.valid("check", self.hearken("check", "--json", *arguments, status=status))

    def change(self, sql, *arguments):
        database = sqlite3.connect(self.library)
        database.execute("PRAGMA writable_schema = ON")
        database.executescript(sql) if not arguments else database.execute(sql, arguments)
        database.commit()
        database.close()


class CheckTest(CheckCase):
    def test_a_sound_library(self):
        report = self.check()
        self.assert_counts(report, sound=True, tracks=3, damaged=[], caches=[], changed=[])
        self.assertGreater(report["windows"], 2)
        self.assertEqual(self.hearken("check").out, "sound\n")

    def test_files_that_changed_are_no_damage(self):
        (self.music / "0.wav").unlink()
        os.utime(self.music / "1.wav", (1, 1))
        report = self.check()
        self.assertEqual([(note["path"], note["reason"]) for note in report["changed"]],
                         [(str(self.music / "0.wav"), "is not there"), (str(self.music / "1.wav"), "has changed since it was indexed")])
        self.assertTrue(report["sound"])

    def test_damage_is_named_searched_around_and_repaired(self):
        right = self.find("a beep")["results"]
        self.change("UPDATE windows SET vectors = CAST(x'FFFF' || substr(vectors, 3) AS BLOB) WHERE embedding_id = 2;"
                    "UPDATE embeddings SET mean_length = 17 WHERE id = 1; UPDATE fingerprints SET data = x'00' WHERE track_id = 3;"
                    "INSERT INTO ratings VALUES (1, '', 1, 1700000000);")
        report = self.check(status=1)
        self.assertFalse(report["sound"])
        self.assertEqual({(d["place"], d["track"]) for d in report["damaged"]}, {("windows", 1), ("windows", 2), ("fingerprints", 3)})
        self.one_line(self.hearken("find", "a beep", status=1).err, "track 2 ", "check --repair")
        repaired = self.check("--repair")
        self.assertTrue(repaired["sound"])
        self.assertEqual((repaired["repaired"]["indexed"], repaired["repaired"]["lost"]), (2, []))
        self.assertTrue(self.check()["sound"])
        self.change("DELETE FROM ratings")
        again = self.find("a beep")["results"]
        self.assertEqual([(r["path"], r["score"]) for r in again], [(r["path"], r["score"]) for r in right])

    def test_without_its_file_it_is_lost_and_said(self):
        self.change("UPDATE windows SET vectors = CAST(x'FFFF' || substr(vectors, 3) AS BLOB) WHERE embedding_id = 2;")
        path = self.hearken("info", "--json", "id:2").json["path"]
        os.unlink(path)
        repaired = self.check("--repair")["repaired"]
        self.assertEqual([(d["track"], d["path"]) for d in repaired["lost"]], [(2, path)])
        self.assertEqual(len(self.find("a beep")["results"]), 2)

    def test_a_damaged_cache(self):
        cache = self.library.with_name(self.library.name + ".codes-1")
        cache.write_bytes(b"HRKNCODE" + bytes(500))
        self.assertEqual([note["path"] for note in self.check()["caches"]], [str(cache)])
        self.check("--repair")
        self.assertFalse(cache.exists())


# What no Hearken writes. Each is an error or an answer of every command, and never the end of one by a signal.
HOSTILE = [
    *(f"UPDATE models SET dimension = {n}" for n in (2147483647, -1, 0, 1, 1 << 62, 65537)),
    *(f"UPDATE models SET {c} = {v}" for c in ("window_seconds", "hop_seconds") for v in ("9e999", "-1", "0", "1e300", "1e-300")),
    "UPDATE models SET precision = 'fp7'", "UPDATE models SET name = CAST(x'FF' AS TEXT)", "UPDATE models SET fingerprint = ''",
    "UPDATE models SET state = x''", "UPDATE models SET added_at = -9223372036854775808", "DELETE FROM models",
    *(f"UPDATE tracks SET {c} = {v}" for c in ("added_at", "size", "mtime_ns", "device", "missing")
      for v in ("9223372036854775807", "-9223372036854775808")),
    *(f"UPDATE tracks SET duration_seconds = {v}" for v in ("9e999", "-9e999", "1e308", "-1")),
    "UPDATE tracks SET path = x'00' WHERE id = 1", "UPDATE tracks SET path = zeroblob(100000) WHERE id = 1", "UPDATE tracks SET path = x'' WHERE id = 1",
    "UPDATE tracks SET title = CAST(x'FFFEC0' AS TEXT)", "UPDATE tracks SET title = char(65534) || char(0) || char(8238)",
    "UPDATE tracks SET artist = hex(zeroblob(3000000))", "UPDATE tracks SET content_hash = x'01'", "UPDATE tracks SET id = 9223372036854775807 WHERE id = 3",
    "UPDATE embeddings SET window_count = 9223372036854775807", "UPDATE embeddings SET window_count = -1", "UPDATE embeddings SET window_count = 0",
    "UPDATE embeddings SET window_count = 1000000000000", "UPDATE embeddings SET mean_length = 9e999", "UPDATE embeddings SET mean = x''",
    "UPDATE embeddings SET mean = zeroblob(100000000) WHERE id = 1", "UPDATE embeddings SET digest = NULL, mean = CAST(replace(hex(zeroblob(512)), '00000000', x'0000C07F') AS BLOB)",
    "UPDATE windows SET vectors = x'01'", "UPDATE windows SET starts = x''", "DELETE FROM windows", "DELETE FROM window_digests",
    "DELETE FROM window_digests; UPDATE windows SET vectors = CAST(x'007E' || substr(vectors, 3) AS BLOB)",
    "UPDATE window_digests SET digests = x'00'", "INSERT INTO window_flags VALUES (1, x'')", "INSERT INTO window_flags VALUES (1, zeroblob(1000000))",
    "UPDATE fingerprints SET data = x'01FFFFFFFFFFFFFFFFFF01', digest = NULL", "UPDATE fingerprints SET data = zeroblob(10000000), digest = NULL",
    "UPDATE features SET loudness = 9e999, tempo = -9e999", "UPDATE features SET key = CAST(x'C328' AS TEXT)",
    "UPDATE silence SET windows = -9223372036854775808", "UPDATE silence SET windows = 9223372036854775807",
    "INSERT INTO ratings VALUES (1, CAST(x'FF' AS TEXT), 9223372036854775807, -1)", "INSERT INTO playlists VALUES (1, char(0), -1, 9223372036854775807, char(0))",
    "INSERT INTO playlist_tracks VALUES (77, -1, 88)", "INSERT INTO tags (track_id, label, label_set, model, score, verdict) VALUES (1, CAST(x'FF' AS TEXT), '', '', 9e999, 1)",
    "INSERT INTO sources VALUES (-1, x'00FF', 9223372036854775807)", "INSERT INTO stages VALUES (1, 'nothing', 9223372036854775807, -1)",
    "INSERT INTO renames VALUES (9223372036854775807, 1, x'00', x'00', x'')", "UPDATE sqlite_sequence SET seq = 9223372036854775807",
    "CREATE VIEW v AS SELECT 1", "CREATE TRIGGER t AFTER UPDATE ON tracks BEGIN DELETE FROM tracks; END",
    "CREATE TRIGGER t AFTER INSERT ON ratings BEGIN SELECT load_extension('x'); END", "DROP TABLE windows", "DROP INDEX tracks_by_content", "DROP TRIGGER embeddings_added",
    "ALTER TABLE tracks RENAME TO t2; CREATE VIEW tracks AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
    "ALTER TABLE tracks ADD COLUMN more TEXT", "CREATE TABLE other (x)", "CREATE INDEX other ON tracks (title)",
    "UPDATE sqlite_master SET sql = 'CREATE TABLE tracks (id)' WHERE name = 'tracks'", "UPDATE sqlite_master SET rootpage = 2", "UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'windows'",
    "PRAGMA user_version = 5", "PRAGMA user_version = 0", "PRAGMA user_version = -1", "PRAGMA application_id = 1",
]
COMMANDS = [["find", "a beep"], ["like", "id:1"], ["info"], ["info", "id:1"], ["check"], ["dedupe"], ["rate", "id:1", "--up"], ["playlist", "a beep"],
            ["tag", "id:1", "--add", "x"], ["tag", "--list"], ["classify", "id:1", "--labels", "a, b"], ["cluster"], ["similar"], ["map", "--output", "m.html"],
            ["export", "--output", "out"], ["clean", "--dry-run"], ["index", "."], ["match", "../music/0.wav"], ["check", "--repair"]]


class HostileLibraryTest(CheckCase):
    """Each mutation with some of the commands, drawn by seed; HEARKEN_ALL=1 takes all of them."""

    def test_no_command_ends_by_a_signal(self):
        self.assertGreaterEqual(len(HOSTILE), 60)
        whole = self.library.read_bytes()
        draw = random.Random(4)
        for mutation in HOSTILE:
            commands = COMMANDS if os.environ.get("HEARKEN_ALL") else [COMMANDS[0], *draw.sample(COMMANDS[1:], 1)]
            for command in commands:
                for left in self.library.parent.glob("library.db*"):
                    left.unlink()
                self.library.write_bytes(whole)
                self.change(mutation + ";")
                with self.subTest(mutation=mutation, command=command):
                    process = self.start(*command)
                    out, err = process.communicate(timeout=120)
                    self.assertIn(process.returncode, (0, 1, 2, 3), err)
                    for word in (b"terminate called", b"unexpected:", b"Sanitizer"):
                        self.assertNotIn(word, err)

    def test_no_route_ends_the_server(self):
        whole = self.library.read_bytes()
        routes = get_routes()
        self.assertGreater(len(routes), 40)
        drawn = HOSTILE if os.environ.get("HEARKEN_ALL") else random.Random(5).sample(HOSTILE, 8)
        for mutation in drawn:
            for left in self.library.parent.glob("library.db*"):
                left.unlink()
            self.library.write_bytes(whole)
            self.change(mutation + ";")
            with self.subTest(mutation=mutation):
                try:
                    server = Server(self)
                except AssertionError as refused:  # an error, at once
                    self.assertIn("hearken: ", str(refused))
                    continue
                for route in routes:
                    answer = server.get(route, q="a beep", start="0", end="1", id="1", query="a", size="10", type="newest")
                    self.assertIsNone(server.process.poll(), f"ended by {route}")
                    self.assertIn(answer.status, range(200, 600), route)
                status, out, err = server.stop()
                self.assertEqual(status, 0, err)


def get_routes():
    """All that are asked with GET and end by themselves, of track, upload, playlist and job 1."""
    described = [re.sub(r"{\w+}", "1", path) for path, methods in OPENAPI["paths"].items() if "get" in methods and not path.endswith("/events")]
    source = (SOURCE / "src/server/routes/subsonic_routes.cpp").read_text()
    return described + [f"/rest/{name}" for name in re.findall(r'HEARKEN_REST\("(\w+)"', source)]


if __name__ == "__main__":
    main()
