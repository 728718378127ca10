"""tag: tags of a real library, found again with --where, corrected by hand, as file names and as sidecars."""
import json
import os
import shutil
import sqlite3

from harness import SAMPLES, Case, main

SOUNDS = {"dog.ogg": "recording-01.ogg", "two_cocks.ogg": "recording-16.ogg", "rain.ogg": "recording-13.ogg"}


class TagTest(Case):
    def prepare(self):
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
        for result in report["results"]:
            self.assertTrue(all(0.7 <= t["likelihood"] <= 1 for t in result["tags"]), result)
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
        with sqlite3.connect(self.library) as database:
            return database.execute("SELECT * FROM tags ORDER BY track_id, label").fetchall()

    def test_a_person_has_the_last_word(self):
        self.tag("--labels", "esc50")
        [result] = self.tag("dog.ogg", "--add", "my favourite", "--add", "[a, b]", "--remove", "dog")["results"]
        self.assertEqual([(t["label"], t["likelihood"]) for t in result["tags"] if t["by"] == "person"], [("[a, b]", 1), ("my favourite", 1)])
        self.assertNotIn("dog", self.tags("dog.ogg"))
        self.tag("--labels", "esc50")  # does not bring it back, and leaves a person's alone
        self.assertNotIn("dog", self.tags("dog.ogg"))
        self.assertEqual(self.tags("dog.ogg")[:2], ["[a, b]", "my favourite"])
        self.assertEqual(self.found("tag = 'dog'"), set())
        self.assertEqual(self.found("tag = 'my favourite'"), {"dog.ogg"})
        self.tag("dog.ogg", "--add", "dog")
        self.assertIn("dog", self.tags("dog.ogg"))

    def test_names_by_ucs(self):
        dog = f"id:{self.tag('dog.ogg', '--add', 'ANIMALS-DOG')['results'][0]['id']}"
        self.tag("two_cocks.ogg", "--add", "BIRDS-FOWL")
        dry = self.tag("--rename")
        self.assertTrue(dry["dry_run"])
        names = self.names(dry)
        first = self.hearken("info", dog, "--json").json["path"].rsplit("/", 1)[1]
        self.assertEqual(names[first], "ANMLDog_" + first.replace("_", " "))
        self.assertTrue((self.music / first).exists())
        taken = self.music / names["two_cocks.ogg"]
        taken.write_text("somebody's")
        report = self.tag("--rename", "--yes", status=3)
        self.assertEqual([r["to"] for r in report["renamed"]], [str(self.music / names[first])])
        self.assertEqual([s["path"] for s in report["skipped"]], [str(self.music / "two_cocks.ogg")])
        self.assertEqual(taken.read_text(), "somebody's")
        self.assertEqual(self.hearken("info", dog, "--json").json["path"], str(self.music / names[first]))
        taken.unlink()
        self.tag("--rename", "--yes")
        self.assertEqual(self.tag("--rename", "--yes")["renamed"], [])  # again changes nothing
        self.assertEqual(self.index(self.music)["unchanged"], 3)

    def names(self, report):
        return {r["from"].rsplit("/", 1)[1]: r["to"].rsplit("/", 1)[1] for r in report["renamed"]}

    def set_likelihood(self, name, likelihood):
        with sqlite3.connect(self.library) as database:
            database.execute("UPDATE tags SET likelihood = ? WHERE track_id = (SELECT id FROM tracks WHERE path = ?)",
                             (likelihood, str(self.music / name).encode()))

    def test_what_is_not_sure_keeps_its_name(self):
        # Of a set of categories one tag: a subcategory where it is sure, else the category.
        by_name = {r["path"].rsplit("/", 1)[1]: [t["label"] for t in r["tags"]] for r in self.tag("--labels", "ucs")["results"]}
        [dog] = by_name["dog.ogg"]
        self.assertTrue(dog.startswith("ANIMALS-"), dog)  # of tame and wild dogs, this one may be either
        self.assertEqual(by_name, {"dog.ogg": [dog], "rain.ogg": ["RAIN-GENERAL"], "two_cocks.ogg": ["BIRDS-FOWL"]})
        for likelihood, name in ((0.79, "dog.ogg"), (0.8, "rain.ogg")):
            self.set_likelihood(name, likelihood)
        self.tag("two_cocks.ogg", "--remove", "BIRDS-FOWL")
        report = self.tag("--rename")
        self.assertEqual(set(self.names(report)), {"rain.ogg"})
        left = {l["path"].rsplit("/", 1)[1]: (l.get("label"), l["likelihood"]) for l in report["left"]}
        self.assertEqual(left, {"dog.ogg": (dog, 0.79), "two_cocks.ogg": (None, 0)})
        said = self.hearken("tag", "--rename").out
        self.one_line(said, "left alone: 1 file: likelihood below 0.8")
        self.one_line(said, "left alone: 1 file: no tag of the set ucs")
        self.one_line(said, dog, "79 %")
        self.assertEqual(set(self.names(self.tag("--rename", "--likelihood", "0.79"))), {"rain.ogg", "dog.ogg"})
        self.assertEqual(set(self.names(self.tag("--rename", "--likelihood", "1"))), set())
        self.tag("dog.ogg", "--add", "ANIMALS-DOG")  # a person is sure
        self.assertEqual(self.names(self.tag("--rename", "--likelihood", "1")), {"dog.ogg": "ANMLDog_dog.ogg"})

    def files(self):
        return {path.name for path in self.music.iterdir()}

    def test_undo_gives_the_old_names_back(self):
        before = self.files()
        self.assertEqual(self.tag("--undo")["renamed"], [])
        for name, label in (("dog.ogg", "ANIMALS-DOG"), ("two_cocks.ogg", "BIRDS-FOWL")):
            self.tag(name, "--add", label)
        renamed = self.names(self.tag("--rename", "--yes"))
        self.tag("rain.ogg", "--add", "RAIN-GENERAL")  # a second run
        self.tag("--rename", "--yes")
        after = self.files()
        self.assertEqual(after, {*renamed.values(), "RAIN_rain.ogg"})
        dry = self.tag("--undo")
        self.assertTrue(dry["dry_run"])
        self.assertEqual(self.names(dry), {"RAIN_rain.ogg": "rain.ogg"})
        self.assertEqual(self.files(), after)
        self.tag("--undo", "--yes")
        self.assertEqual(self.files(), {*renamed.values(), "rain.ogg"})
        self.tag("--undo", "--yes")
        self.assertEqual(self.files(), before)
        self.assertEqual(self.tag("--undo", "--yes")["renamed"], [])
        self.assertEqual(self.index(self.music)["unchanged"], 3)

    def test_undo_leaves_what_is_not_as_it_was(self):
        for name, label in (("dog.ogg", "ANIMALS-DOG"), ("two_cocks.ogg", "BIRDS-FOWL"), ("rain.ogg", "RAIN-GENERAL")):
            self.tag(name, "--add", label)
        self.tag("--rename", "--yes")
        dog, cocks, rain = (self.music / name for name in ("ANMLDog_dog.ogg", "BIRDFowl_two cocks.ogg", "RAIN_rain.ogg"))
        os.utime(dog)  # of the same bytes
        cocks.write_bytes(rain.read_bytes())
        (self.music / "rain.ogg").write_text("somebody's")
        report = self.tag("--undo", "--yes", status=3)
        self.assertEqual(self.names(report), {"ANMLDog_dog.ogg": "dog.ogg"})
        self.assertEqual({s["path"]: s["code"] for s in report["skipped"]}, {str(cocks): "mismatch", str(rain): "mismatch"})
        self.assertEqual((self.music / "rain.ogg").read_text(), "somebody's")
        self.assertTrue(cocks.exists() and rain.exists())
        (self.music / "rain.ogg").unlink()
        self.assertEqual(self.names(self.tag("--undo", "--yes", status=3)), {"RAIN_rain.ogg": "rain.ogg"})

    def test_what_cannot_be_taken_back_is_not_in_the_way(self):
        self.tag("dog.ogg", "--add", "ANIMALS-DOG")
        self.tag("--rename", "--yes")
        self.tag("rain.ogg", "--add", "RAIN-GENERAL")
        self.tag("--rename", "--yes")
        (self.music / "RAIN_rain.ogg").unlink()
        report = self.tag("--undo", "--yes", status=3)
        self.assertEqual(self.names(report), {"ANMLDog_dog.ogg": "dog.ogg"})
        self.assertEqual([(s["path"], s["code"]) for s in report["skipped"]], [(str(self.music / "RAIN_rain.ogg"), "not_found")])

    def test_undo_after_a_run_that_was_cut_short(self):
        """Killed before a file moved, and between its move and the library's: both are written as such a run leaves them."""
        for name, label in (("dog.ogg", "ANIMALS-DOG"), ("two_cocks.ogg", "BIRDS-FOWL")):
            self.tag(name, "--add", label)
        self.tag("--rename", "--yes")
        with sqlite3.connect(self.library) as database:
            database.execute("UPDATE tracks SET path = (SELECT old_path FROM renames WHERE track_id = id) "
                             "WHERE id IN (SELECT track_id FROM renames)")
        (self.music / "ANMLDog_dog.ogg").rename(self.music / "dog.ogg")
        report = self.tag("--undo", "--yes")
        self.assertEqual(self.names(report), {"BIRDFowl_two cocks.ogg": "two_cocks.ogg"})
        self.assertEqual(self.files(), set(SOUNDS))
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
                          ["--rename", "--sidecar"], ["--rename", "--undo"], ["--yes"], ["--likelihood", "0.5"], ["--undo", "--likelihood", "0.5"],
                          ["--rename", "--likelihood", "1.1"], ["--rename", "--likelihood", "-0.1"], ["--rename", "--likelihood", "nan"], ["--rename", "--likelihood", "high"], ["--labels", "esc50", "--rename"], ["--where", "tag = Dog"]):
            with self.subTest(arguments=arguments):
                self.assertTrue(self.hearken("tag", *arguments, status=2).err)
        self.one_line(self.hearken("tag", "none.ogg", "--add", "x", status=1).err, "none.ogg")


if __name__ == "__main__":
    main()
