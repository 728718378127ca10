"""playlist, journey and radio: what is chosen, its order, the files that players read, and what is wrong usage."""
import json
import os
import pathlib
import shutil
import urllib.parse
import xml.etree.ElementTree

from harness import SAMPLES, Case, main, noise, tone

NASTY = ["with space.ogg", "Größe.ogg", "100% real.ogg", "#hash.ogg", "what?.ogg", "it's \"so\".ogg", "-dash.ogg", "a&b<c>.ogg",
         "50%41.ogg", "co:lon.ogg"]


class ListCase(Case):
    def prepare(self):
        music = sorted((SAMPLES / "music").iterdir())
        for i, source in enumerate(music):
            shutil.copy(source, self.music / (NASTY[i] if i < len(NASTY) else source.name))
        self.index(self.music, "--threads", "1")
        self.count = len(music)

    def listed(self, command, *arguments, status=0):
        report = self.valid(command, self.hearken(command, "--json", *arguments, status=status))
        self.assertEqual([t["position"] for t in report["tracks"]], list(range(1, len(report["tracks"]) + 1)))
        self.assertEqual(len({t["id"] for t in report["tracks"]}), len(report["tracks"]), "a track comes twice")
        self.assertAlmostEqual(report["duration"], sum(t["duration"] for t in report["tracks"]), delta=0.001)
        return report

    def ids(self, report):
        return [t["id"] for t in report["tracks"]]

    def refused(self, *arguments, status, says):
        done = self.hearken(*arguments, status=status)
        self.assertEqual(done.out, "")
        self.one_line(done.err, *says)


class PlaylistTest(ListCase):
    def test_fits_the_words_and_the_time(self):
        report = self.listed("playlist", "calm cello", "--minutes", "1")
        self.assertGreater(report["duration"], 30)
        self.assertLessEqual(report["duration"], 66)
        best = self.find("calm cello", "-k", "1")["results"][0]
        self.assertEqual(report["tracks"][0]["id"], best["id"])
        self.assertAlmostEqual(report["tracks"][0]["score"], best["score"])
        self.assertEqual(report["tracks"][0]["step"], 0)
        again = self.listed("playlist", "calm cello", "--minutes", "1", "--threads", "2")
        self.assertEqual(again["tracks"], report["tracks"])
        longer = self.listed("playlist", "music", "--minutes", "600")
        self.assertGreaterEqual(len(longer["tracks"]), self.count - 3)  # those that are one recording come once
        # What does not sound like it is left out, and it is said how long the list became.
        few = self.hearken("playlist", "calm cello", "--minutes", "600")
        self.one_line(few.err, "of 600 minutes: nothing else sounds like that")
        self.assertEqual(self.listed("playlist", "calm cello", "--minutes", "600")["answer"], "clear")
        self.one_line(self.hearken("playlist", "a lawn mower", status=1).err, "nothing in the library sounds like that")
        for a, b in zip(longer["tracks"][:5], longer["tracks"][1:6]):
            self.assertTrue(a["artist"] == "" or a["artist"] != b["artist"], (a, b))

    def test_what_is_not_wanted(self):
        split = self.listed("playlist", "electronic, no drums", "--minutes", "2")
        self.assertEqual((split["wanted"], split["without"]), ("electronic", ["drums"]))
        given = self.listed("playlist", "electronic", "--not", "drums", "--minutes", "2")
        self.assertEqual(given["tracks"], split["tracks"])
        plain = self.listed("playlist", "electronic", "--minutes", "2")
        self.assertNotEqual([t["score"] for t in plain["tracks"]], [t["score"] for t in split["tracks"]])
        told = self.hearken("playlist", "electronic, no drums", "--minutes", "2")
        self.one_line(told.err, 'understood as "electronic" without "drums"')

    def test_output_for_people(self):
        done = self.hearken("playlist", "calm cello", "--minutes", "1")
        lines = done.out.splitlines()
        self.assertRegex(lines[0], r"^  1     0:\d\d  \S")
        self.assertRegex(lines[1], r"^ {14}\S.*  score 0\.\d{3}, step 0\.00$")
        self.assertRegex(done.err, r"\d+ tracks?, [01]:\d\d")

    def test_where_under_genre(self):
        some = self.listed("playlist", "music", "--where", "id <= 3", "--minutes", "60")
        self.assertLessEqual(set(self.ids(some)), {1, 2, 3})
        self.assertEqual(some["searched"], 3)
        self.refused("playlist", "music", "--genre", "no' such", status=1, says=["no track is as"])
        self.refused("playlist", "music", "--where", "id <=", status=2, says=["where", "at 6"])

    def test_wrong_usage(self):
        self.refused("playlist", "", status=2, says=["empty"])
        self.refused("playlist", "no drums", status=2, says=["only says what is not wanted"])
        self.refused("playlist", "calm", "-o", "list.txt", status=2, says=["list.txt", ".m3u8, .xspf or .jspf"])
        self.refused("playlist", "calm", "-o", "no/where.m3u8", status=1, says=["no/where.m3u8"])
        self.refused("playlist", "calm", "--absolute", status=2, says=["--absolute"])
        self.refused("playlist", "calm", "--library", "none.db", status=1, says=["none.db"])
        self.refused("playlist", "calm", "--minutes", "0.1", status=1, says=["as short as 0.1 minutes"])
        self.hearken("playlist", "calm", "--minutes", "nan", status=2)
        self.assertEqual(list(self.cwd.iterdir()), [])


class FilesTest(ListCase):
    def paths_in(self, file):
        """What a list says, read without Hearken."""
        base = file.parent
        if file.suffix == ".m3u8":
            lines = file.read_text().splitlines()
            self.assertEqual(lines[0], "#EXTM3U")
            found = [urllib.parse.unquote(line.removeprefix("file://")) if line.startswith("file://") else line
                     for line in lines if not line.startswith("#")]
            self.assertEqual(len(found), sum(line.startswith("#EXTINF:") for line in lines))
        elif file.suffix == ".xspf":
            root = xml.etree.ElementTree.parse(file).getroot()
            found = [urllib.parse.unquote(e.text.removeprefix("file://")) for e in root.iter("{http://xspf.org/ns/0/}location")]
        else:
            found = [urllib.parse.unquote(t["location"][0].removeprefix("file://"))
                     for t in json.loads(file.read_text())["playlist"]["track"]]
        return found, [pathlib.Path(os.path.normpath(base / path)) for path in found]

    def test_three_formats(self):
        (self.music / "lists").mkdir()
        tracks = {r["id"]: pathlib.Path(r["path"]) for r in self.find("music", "-k", "1000")["results"]}
        for place in (self.music, self.music / "lists", self.cwd):
            for ending in ("m3u8", "xspf", "jspf"):
                for absolute in ((), ("--absolute",)):
                    file = place / f"a list.{ending}"
                    done = self.hearken("playlist", "music", "--minutes", "600", "--where", "id > 2", "-o", file, *absolute)
                    self.assertEqual(done.out, "")
                    self.assertIn("a list." + ending, done.err)
                    written, paths = self.paths_in(file)
                    self.assertGreaterEqual(len(paths), len(NASTY))
                    for path in paths:
                        self.assertTrue(path.is_file(), path)
                    whole = {pathlib.Path(p).is_absolute() for p in written if not {"?", "#"} & set(p) and "%41" not in p}
                    self.assertEqual(whole, {bool(absolute)})
                    report = self.listed("radio", file, "-k", "1")  # which reads it again
                    self.assertEqual(paths, [tracks[i] for i in report["seeds"]])
                    file.unlink()
        self.assertEqual(list(self.cwd.iterdir()), [])

    def test_with_json_too(self):
        report = self.listed("playlist", "music", "--minutes", "2", "-o", "x.xspf")
        self.assertEqual(report["out"], "x.xspf")
        self.assertEqual(len(self.paths_in(self.cwd / "x.xspf")[1]), len(report["tracks"]))


class JourneyTest(ListCase):
    def test_from_one_to_another(self):
        report = self.listed("journey", "id:1", "id:9", "--steps", "4")
        self.assertEqual(len(report["tracks"]), 5)
        self.assertEqual((report["from"], report["to"], report["steps"]), (1, 9, 4))
        self.assertEqual((self.ids(report)[0], self.ids(report)[-1]), (1, 9))
        way = [t["score"] for t in report["tracks"]]
        self.assertEqual((way[0], way[-1]), (0, 1))
        self.assertEqual(way, sorted(way))
        by_name = self.listed("journey", report["tracks"][0]["path"], pathlib.Path(report["tracks"][-1]["path"]).name, "--steps", "4")
        self.assertEqual(by_name["tracks"], report["tracks"])
        # Between the two that are least alike, a stop on the way makes the greatest step smaller.
        far = self.hearken("similar", "--all", "--json", "-k", "1000").json["pairs"][-1]
        one, two = (self.listed("journey", f"id:{far['a']}", f"id:{far['b']}", "--steps", n)["tracks"] for n in "12")
        self.assertAlmostEqual(one[1]["step"], 1 - far["similarity"], delta=1e-5)
        self.assertLess(max(t["step"] for t in two), one[1]["step"])
        done = self.hearken("journey", "id:1", "id:9", "--steps", "999")
        self.one_line(done.err, "no more than", "through what sounds like them", "not 999")
        self.assertIn("100 % of the way", done.out)

    def test_on_from_a_list(self):
        self.hearken("journey", "id:1", "id:9", "--steps", "2", "-o", "a.m3u8")
        report = self.listed("journey", "a.m3u8", "id:2", "--steps", "2")
        self.assertEqual((report["from"], report["to"]), (9, 2))

    def test_wrong_usage(self):
        self.refused("journey", "id:1", status=2, says=["TO is required"])
        self.refused("journey", "id:1", "id:1", status=2, says=["two different recordings"])
        self.refused("journey", "id:1", "id:999", status=1, says=["id:999"])
        self.refused("journey", "id:1", "no such.ogg", status=1, says=["no such.ogg", "hearken index"])
        self.refused("journey", "id:1", "none.xspf", status=1, says=["none.xspf"])
        self.refused("journey", "id:1", "id:2", "--steps", "0", status=2, says=["--steps"])


class RadioTest(ListCase):
    def test_goes_on(self):
        report = self.listed("radio", "id:1", "-k", "5")
        self.assertEqual(len(report["tracks"]), 5)
        self.assertNotIn(1, self.ids(report))
        self.assertEqual(self.listed("radio", "id:1", "-k", "5", "--threads", "1")["tracks"], report["tracks"])
        self.assertEqual(self.ids(self.listed("radio", "id:1", "-k", "3")), self.ids(report)[:3])
        self.hearken("radio", "id:1", "-k", "5", "-o", "list.m3u8")
        more = self.listed("radio", "list.m3u8", "-k", "5")
        self.assertEqual(more["seeds"], self.ids(report))
        self.assertFalse(set(self.ids(more)) & set(self.ids(report)))
        minutes = self.listed("radio", "id:1", "--minutes", "1")
        self.assertGreaterEqual(minutes["duration"], 60)
        self.assertLess(minutes["duration"] - minutes["tracks"][-1]["duration"], 60)
        self.one_line(self.hearken("radio", "id:1", "--minutes", "600").err, "of 600 minutes: nothing else sounds like that")
        self.one_line(self.hearken("radio", "id:1", "-k", "600").err, "of 600 tracks: nothing else sounds like that")

    def test_a_file_that_is_not_in_the_library(self):
        track = self.listed("radio", "id:1", "-k", "1")
        shutil.copy(self.music / "with space.ogg", self.cwd / "copy.ogg")
        report = self.listed("radio", "copy.ogg", "-k", "3")
        self.assertEqual(report["seeds"], [None])
        self.assertNotIn("with space.ogg", [pathlib.Path(t["path"]).name for t in report["tracks"]])
        tone(self.cwd / "tone.wav", seconds=11)
        self.assertEqual(len(self.listed("radio", "tone.wav", "id:1", "-k", "3")["tracks"]), 3)
        self.assertEqual(track["seeds"], [1])

    def test_entries_that_are_not_there(self):
        noise(self.cwd / "other.wav")
        first = self.listed("radio", "id:1", "-k", "1")["tracks"][0]["path"]
        (self.cwd / "l.m3u8").write_text(f"#EXTM3U\n{first}\nother.wav\nhttp://radio.example/x\n")
        done = self.hearken("radio", "--json", "l.m3u8", "-k", "2", status=3)
        self.one_line(done.err, "l.m3u8", "line 3", "other.wav", "not a track of the library")
        self.one_line(done.err, "l.m3u8", "line 4", "http://radio.example/x")
        self.assertEqual(len(self.valid("radio", done)["skipped"]), 2)
        (self.cwd / "l.m3u8").write_text("other.wav\n")
        self.refused("radio", "l.m3u8", status=1, says=["l.m3u8", "none of its entries"])
        (self.cwd / "l.xspf").write_text("<playlist>\n<trackList>")
        self.refused("radio", "l.xspf", status=1, says=["l.xspf", "line 2", "not XML"])

    def test_wrong_usage(self):
        self.refused("radio", status=2, says=["SEED is required"])
        self.refused("radio", "id:999", status=1, says=["id:999"])
        self.refused("radio", "no such.ogg", status=1, says=["no such.ogg"])
        self.refused("radio", "id:1", "-k", "2", "--minutes", "3", status=2, says=["exclude"])
        self.refused("radio", "id:1", "--where", "id = 1", status=1, says=["nothing to play"])
        self.refused("radio", "id:1", "--where", "id = 999", status=1, says=["nothing to play"])


class MixedTest(Case):
    """Music and noises in one library."""

    def setUp(self):
        super().setUp()
        self.index(SAMPLES, "--threads", "1")
        self.path = {r["id"]: r["path"] for r in self.find("sound", "-k", "100")["results"]}
        self.music = {i for i, p in self.path.items() if "/music/" in p}
        self.noises = set(self.path) - self.music

    def ids(self, command, *arguments):
        return [t["id"] for t in self.valid(command, self.hearken(command, "--json", *arguments))["tracks"]]

    def named(self, part):
        return next(i for i, p in self.path.items() if part in p)

    def test_radio_keeps_to_its_kind(self):
        longest = 0
        for seed in sorted(self.path):
            process = self.start("radio", f"id:{seed}", "-k", "30", "--json")
            done = self.finish(process, process.wait())
            if done.status != 0:
                self.one_line(done.err, "nothing to play", "sounds like that")
                continue
            listed = {t["id"] for t in done.json["tracks"]}
            self.assertLessEqual(listed, self.music if seed in self.music else self.noises, self.path[seed])
            longest = max(longest, len(listed))
        self.assertGreater(longest, 4)
        # Asked for both, both are played.
        both = self.ids("radio", f"id:{self.named('Gachopin')}", f"id:{self.named('recording-01')}", "-k", "30")
        self.assertTrue(set(both) & self.music and set(both) & self.noises)

    def test_a_journey_through_music_takes_music(self):
        calm, loud = self.named("John Michel - Ave Maria.opus"), self.named("Muldjord - Armygeddon")
        way = self.ids("journey", f"id:{calm}", f"id:{loud}", "--steps", "38")
        self.assertLessEqual(set(way), self.music)
        self.assertGreater(len(way), 3)


if __name__ == "__main__":
    main()
