"""tag: tags of a real library, found again with --where, corrected by hand, as file names and as sidecars."""
import json
import shutil

from harness import SAMPLES, Case, main

SOUNDS = {"dog.ogg": "recording-01.ogg", "two_cocks.ogg": "recording-16.ogg", "rain.ogg": "recording-13.ogg"}


class TagTest(Case):
    def setUp(self):
        super().setUp()
        for name, sample in SOUNDS.items():
            shutil.copy(SAMPLES / sample, self.music / name)
        self.index(self.music)

    def tag(self, *arguments, status=0):
        return self.valid("tag", self.hearken("tag", *arguments, "--json", status=status))

    def tags(self, name):
        return self.valid("info_track", self.hearken("info", self.music / name, "--json"))["tags"]

    def found(self, where):
        results = self.find("a sound", "--where", where)["results"]
        return {r["path"].rsplit("/", 1)[1] for r in results}

    def test_tags_are_written_found_and_kept(self):
        dry = self.tag("--labels", "esc50", "--dry-run")
        self.assertEqual(self.tags("dog.ogg"), [])
        report = self.tag("--labels", "esc50")
        self.assertEqual(report["results"], dry["results"])
        by_name = {r["path"].rsplit("/", 1)[1]: [t["label"] for t in r["tags"]] for r in report["results"]}
        self.assertIn("dog", by_name["dog.ogg"])
        self.assertIn("rooster", by_name["two_cocks.ogg"])
        self.assertIn("rain", by_name["rain.ogg"])
        self.assertEqual(self.tags("rain.ogg"), by_name["rain.ogg"])
        self.assertEqual(self.found("tag = 'Dog'"), {"dog.ogg"})
        self.assertEqual(self.found("tag ~ 'ROOST' or tag = 'rain'"), {"two_cocks.ogg", "rain.ogg"})
        self.assertEqual(self.found("tag != 'dog'"), {"two_cocks.ogg", "rain.ogg"})
        self.assertEqual(self.found("tag is empty"), set())
        self.one_line(self.hearken("info", self.music / "dog.ogg").out, "tags", "dog")
        before = self.rows()
        self.tag("--labels", "esc50")
        self.assertEqual(self.rows(), before)
        self.tag("--labels", "esc10")  # its labels join the others
        self.assertIn("dog bark", self.tags("dog.ogg"))
        self.assertIn("dog", self.tags("dog.ogg"))
        only = self.tag("--labels", "esc50", "--where", "tag = 'rain'", "--dry-run")
        self.assertEqual([r["path"] for r in only["results"]], [str(self.music / "rain.ogg")])

    def rows(self):
        import sqlite3
        with sqlite3.connect(self.library) as database:
            return database.execute("SELECT * FROM tags ORDER BY track_id, label").fetchall()

    def test_a_person_has_the_last_word(self):
        self.tag("--labels", "esc50")
        [result] = self.tag("dog.ogg", "--add", "my favourite", "--add", "[a, b]", "--remove", "dog")["results"]
        self.assertEqual([t["label"] for t in result["tags"] if t["by"] == "person"], ["[a, b]", "my favourite"])
        self.assertNotIn("dog", self.tags("dog.ogg"))
        self.tag("--labels", "esc50")  # does not bring it back, and leaves a person's alone
        self.assertNotIn("dog", self.tags("dog.ogg"))
        self.assertEqual(self.tags("dog.ogg")[:2], ["[a, b]", "my favourite"])
        self.assertEqual(self.found("tag = 'dog'"), set())
        self.assertEqual(self.found("tag = 'my favourite'"), {"dog.ogg"})
        self.tag("dog.ogg", "--add", "dog")
        self.assertIn("dog", self.tags("dog.ogg"))

    def test_names_by_ucs(self):
        self.tag("id:1", "--add", "ANIMALS-DOG")
        self.tag("two_cocks.ogg", "--add", "BIRDS-FOWL")
        dry = self.tag("--rename")
        self.assertTrue(dry["dry_run"])
        names = {r["from"].rsplit("/", 1)[1]: r["to"].rsplit("/", 1)[1] for r in dry["renamed"]}
        first = self.hearken("info", "id:1", "--json").json["path"].rsplit("/", 1)[1]
        self.assertEqual(names[first], "ANMLDog_" + first.replace("_", " "))
        self.assertTrue((self.music / first).exists())
        taken = self.music / names["two_cocks.ogg"]
        taken.write_text("somebody's")
        report = self.tag("--rename", "--yes", status=3)
        self.assertEqual([r["to"] for r in report["renamed"]], [str(self.music / names[first])])
        self.assertEqual([s["path"] for s in report["skipped"]], [str(self.music / "two_cocks.ogg")])
        self.assertEqual(taken.read_text(), "somebody's")
        self.assertEqual(self.hearken("info", "id:1", "--json").json["path"], str(self.music / names[first]))
        taken.unlink()
        self.tag("--rename", "--yes")
        self.assertEqual(self.tag("--rename", "--yes")["renamed"], [])  # again changes nothing
        self.assertEqual(self.index(self.music)["unchanged"], 3)

    def test_sidecars(self):
        self.tag("dog.ogg", "--add", "a good dog")
        place = self.music / "dog.ogg.tags.json"
        self.assertEqual(self.tag("--sidecar", "--dry-run")["written"], [str(place)])
        self.assertFalse(place.exists())
        self.assertEqual(self.tag("--sidecar")["written"], [str(place)])
        self.assertEqual(json.loads(place.read_text())["tags"], [{"label": "a good dog", "by": "person"}])
        self.tag("--sidecar")
        place.write_text("[]")
        self.assertEqual(self.tag("--sidecar", status=1)["skipped"][0]["code"], "mismatch")
        self.assertEqual(place.read_text(), "[]")

    def test_wrong_usage(self):
        for arguments in (["dog.ogg"], ["--add", "x"], ["dog.ogg", "--add", ""], ["dog.ogg", "--add", " "], ["dog.ogg", "--add", "a", "--remove", "a"],
                          ["--rename", "--sidecar"], ["--yes"], ["--labels", "esc50", "--rename"], ["--where", "tag = Dog"]):
            with self.subTest(arguments=arguments):
                self.assertTrue(self.hearken("tag", *arguments, status=2).err)
        self.one_line(self.hearken("tag", "none.ogg", "--add", "x", status=1).err, "none.ogg")


if __name__ == "__main__":
    main()
