"""find: filters, ranks, moments, pages, what is not wanted, other wordings; over the samples' music."""
import os
import pathlib
import pty
import subprocess

from harness import PROGRAM, SAMPLES, Case, main

MUSIC = SAMPLES / "music"


class FindOptionsTest(Case):
    def prepare(self):
        self.assert_counts(self.index(MUSIC), found=18, indexed=18)

    def names(self, *arguments):
        return [pathlib.Path(hit["path"]).stem for hit in self.find("piano", "-k", "100", *arguments)["results"]]

    def test_every_way_to_say_no_is_one(self):
        plain = self.find("calm piano", "-k", "18")
        self.assert_counts(plain, wanted="calm piano", without=[])
        said = self.find("calm piano", "--not", "drums", "-k", "18")
        self.assert_counts(said, query="calm piano", wanted="calm piano", without=["drums"])
        self.assertNotEqual(said["results"], plain["results"])
        for text in ("calm piano, no drums", "calm piano without drums", "calm piano, but no drums", "no drums, calm piano",
                     "calm piano -drums", "-drums calm piano", "calm piano with no drums", "calm piano. No drums."):
            with self.subTest(text):
                found = self.find("-k", "18", "--", text)
                self.assert_counts(found, query=text, without=["drums"])
                if found["wanted"] == "calm piano":
                    self.assertEqual(found["results"], said["results"])
                self.assertIn('understood as "', self.hearken("find", "--", text).err)
        both = self.find("calm piano, no drums", "--not", "no vocals", "-k", "18")
        self.assertEqual(both["without"], ["drums", "vocals"])
        self.assertEqual(both["results"], self.find("calm piano", "--not", "drums", "--not", "vocals", "-k", "18")["results"])
        for text in ("no wave guitars", "hip-hop", "Nocturne No. 2"):
            self.assert_counts(self.find(text), query=text, wanted=text, without=[])
        for text in ("no drums", "-drums", "without vocals, no drums"):
            self.one_line(self.hearken("find", "--", text, status=2).err, "only says what is not wanted")

    def test_json_says_what_was_asked(self):
        found = self.find("piano", "-k", "3", "--offset", "2", "--rank", "best", "--not", "drums", "--not", "singing")
        self.assert_counts(found, query="piano", without=["drums", "singing"], ranked_by="best", offset=2, searched=18)
        self.assertEqual([hit["rank"] for hit in found["results"]], [3, 4, 5])
        self.assertNotIn("wordings", found)
        self.assert_counts(self.find("piano"), without=[], ranked_by="mean", offset=0)

    def test_where(self):
        hyperrogue = {"Lincoln Domina - Mountain", "NeonCorridor - Graveyard", "NeonCorridor - Hell",
                      "NeonCorridor - Laboratory", "Will Savino - Palace"}
        self.assertEqual(set(self.names("--where", "album = 'hyperROGUE'")), hyperrogue)
        self.assertEqual(set(self.names("--where", "album = 'HyperRogue' and not artist ~ 'neoncorridor'")),
                         {"Lincoln Domina - Mountain", "Will Savino - Palace"})
        self.assertEqual(set(self.names("--where", "artist in ('Garzul', \"lezaarth\") or duration > 15.99")),
                         {"Garzul - garzul", "lezaarth - tabla", "Lincoln Domina - Mountain", "Will Savino - Palace"})
        self.assertEqual(self.names("--where", "added < '2020'"), [])
        self.assertEqual(len(self.names("--where", "added > '2020' and album is not empty or album is empty")), 18)
        found = self.find("piano", "--where", "album = 'HyperRogue'")
        self.assertEqual(found["searched"], 5)
        whole = {hit["id"]: hit["score"] for hit in self.find("piano", "-k", "100")["results"]}
        for hit in found["results"]:
            self.assertEqual(hit["score"], whole[hit["id"]])

    def test_under(self):
        for option in ("--under", "--in"):
            self.assertEqual(self.names(option, MUSIC / "lezaarth - tabla.ogg"), ["lezaarth - tabla"])
        self.cwd = MUSIC.parent
        self.assertEqual(len(self.names("--under", "music")), 18)
        self.assertEqual(self.names("--under", "music", "--where", "title = 'Hell'"), ["NeonCorridor - Hell"])

    def test_where_is_explained(self):
        for text, reason in (("genre = Jazz", "at 9: expected a value in quotes, found 'Jazz'"),
                             ("genre = and", "at 9: expected a value in quotes, found 'and'"),
                             ("1=1; DROP TABLE tracks", "at 1: expected a column"),
                             (b"genre = '\xff", "at 9: the quote that opens here is not closed")):
            with self.subTest(text=text):
                done = self.hearken("find", "piano", "--where", text, status=2)
                self.assertEqual(done.out, "")
                self.one_line(done.err, "hearken: --where: " + reason)
        # before anything else is tried
        self.one_line(self.hearken("find", "x", "--where", "id", "--model", "no/model", status=2).err, "--where: at 3")

    def test_a_terminal_shows_the_place(self):
        ours, theirs = pty.openpty()
        process = subprocess.Popen([PROGRAM, "find", "piano", "--where", "title ~ 'é' and genre = Jazz"], stderr=theirs,
                                   stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=self.env, cwd=self.cwd)
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:  # how the end looks on Linux
            pass
        os.close(ours)
        self.assertEqual(process.wait(), 2)
        lines = shown.decode().splitlines()
        self.assertEqual(lines[1:], ["  title ~ 'é' and genre = Jazz", "  " + " " * 24 + "^"])

    def test_nothing_left_to_search(self):
        for arguments, reason in ((["--where", "id = 0"], "no track is as --where says"),
                                  (["--under", self.music], f"no track at or below {self.music} is in the library"),
                                  (["--under", self.music, "--where", "id = 1"], "is as --where says"),
                                  (["--offset", "18"], "--offset 18 is beyond the last result: 18 tracks")):
            with self.subTest(arguments=arguments):
                done = self.hearken("find", "piano", "--json", *arguments)
                self.assertEqual(self.valid("find", done)["results"], [])
                self.one_line(done.err, reason)

    def test_pages(self):
        whole = self.find("piano", "-k", "18")["results"]
        self.assertEqual([hit["rank"] for hit in whole], list(range(1, 19)))
        pages = [hit for offset in (0, 7, 14)
                 for hit in self.find("piano", "-k", "7", "--offset", str(offset))["results"]]
        self.assertEqual(pages, whole)
        self.assertIn("\n 18  ", self.hearken("find", "piano", "-k", "7", "--offset", "14").out)

    def test_ranks(self):
        by = {rank: {hit["id"]: hit for hit in self.find("piano", "-k", "18", "--rank", rank)["results"]}
              for rank in ("mean", "best", "top3")}
        for track in by["mean"]:
            mean, best, top3 = (by[rank][track] for rank in ("mean", "best", "top3"))
            self.assertGreaterEqual(best["score"], mean["score"] - 1e-6)
            self.assertGreaterEqual(best["score"], top3["score"])
            self.assertEqual((best["start"], best["end"]), (mean["start"], mean["end"]))
        self.assertNotEqual([h["score"] for h in by["mean"].values()], [h["score"] for h in by["best"].values()])

    def test_moments(self):
        found = self.find("piano", "--moments", "-k", "100")
        self.assert_counts(found, ranked_by="moments", searched=18)
        scores = [hit["score"] for hit in found["results"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        starts = {}
        for hit in found["results"]:
            self.assertLess(hit["start"], hit["end"])
            for other in starts.setdefault(hit["id"], []):
                self.assertGreaterEqual(abs(other - hit["start"]), 10)
            starts[hit["id"]].append(hit["start"])
        self.assertEqual(len(starts), 18)
        best = self.find("piano", "--rank", "best", "-k", "1")["results"][0]
        self.assertEqual([found["results"][0][key] for key in ("id", "start", "score")],
                         [best[key] for key in ("id", "start", "score")])

    def test_not_and_ensemble_change_the_question(self):
        plain, away, ensemble = (self.find("piano", "-k", "18", *more)["results"]
                                 for more in ([], ["--not", "piano solo"], ["--ensemble"]))
        self.assertNotEqual([h["score"] for h in plain], [h["score"] for h in away])
        self.assertNotEqual([h["score"] for h in plain], [h["score"] for h in ensemble])

    def test_synonyms(self):
        done = self.hearken("find", "Calm piano", "--try-synonyms", "-k", "3")
        self.one_line(done.out, "Calm piano  (as asked)")
        self.one_line(done.out, "peaceful piano")
        self.one_line(done.out, "Calm solo piano")
        found = self.find("Calm piano", "--try-synonyms", "-k", "3")
        wordings = {w["text"]: w for w in found["wordings"]}
        self.assertGreater(len(wordings), 5)
        asked, results = wordings["Calm piano"], found["results"]
        self.assertEqual(asked["best"], results[0]["score"])
        self.assertAlmostEqual(asked["mean"], sum(hit["score"] for hit in results) / 3)
        best = [w["best"] for w in found["wordings"]]
        self.assertEqual(best, sorted(best, reverse=True))
        self.assertIn("No other wordings", self.hearken("find", "xylophone", "--try-synonyms").out)
        self.assertEqual(self.find("xylophone", "--try-synonyms")["wordings"], [])

    def test_another_wording_that_answers_more_clearly_is_named(self):
        found = self.find("slow keyboard", "-k", "3")
        self.assertIn(found["answer"], ("none", "doubtful"))
        wordings = {w["text"]: w for w in found["wordings"]}
        asked, clearer = wordings["slow keyboard"], wordings[found["clearer"]]
        self.assertEqual(asked["likelihood"], found["results"][0]["likelihood"])
        self.assertEqual(clearer, found["wordings"][0])
        self.assertGreaterEqual(clearer["likelihood"], asked["likelihood"] + 0.2)
        again = self.find(found["clearer"], "-k", "3")
        self.assert_counts(again, answer="clear")
        self.assertEqual(again["results"][0]["likelihood"], clearer["likelihood"])
        self.assertNotIn("wordings", again)  # a clear answer asks nothing more
        self.assertNotIn("clearer", again)
        first = self.hearken("find", "slow keyboard").out.splitlines()[0]
        self.assertRegex(first, "^Nothing here .*; \"" + found["clearer"] + "\" answers clearly \\(likelihood [01]\\.\\d\\d\\)\\. ")
        # No other wording is better, or none is known.
        for text in ("a dog barking", "a rocket launch"):
            with self.subTest(text):
                found = self.find(text)
                self.assertNotEqual(found["answer"], "clear")
                self.assertNotIn("clearer", found)
                self.assertNotIn(";", self.hearken("find", text).out.splitlines()[0])

    def test_wrong_usage(self):
        cases = ((["--rank", "worst"], "--rank"), (["--rank", "best", "--moments"], "--rank excludes --moments"),
                 (["--dir", MUSIC, "--under", MUSIC], "--dir excludes --under"), (["--offset", "-1"], "--offset"),
                 (["--where", ""], "--where: is empty"), (["--under", ""], "--under: is empty"),
                 (["--not", ""], "--not: is empty"), (["--not", " "], "text is empty"))
        for arguments, reason in cases:
            with self.subTest(arguments=arguments):
                done = self.hearken("find", "piano", *arguments, status=2)
                self.assertEqual(done.out, "")
                self.one_line(done.err, reason)

    def test_help_gives_advice(self):
        text = self.hearken("find", "--help").out
        for part in ("music industry", "short", "genres", "--try-synonyms", "--where"):
            self.assertIn(part, text)


if __name__ == "__main__":
    main()
