"""like and similar: sounds that find themselves and each other, arithmetic, parts, matrices, and what is wrong usage."""
import csv
import io
import json
import pathlib
import shutil
import struct
import wave

from harness import SAMPLES, Case, main, noise, read_npy, tone, write_wav


class LikeCase(Case):
    def prepare(self):
        for name, hz in (("low", 220), ("lower", 200), ("high", 2000)):
            tone(self.music / f"{name}.wav", hz, seconds=1.0 if name != "high" else 26.0)
        noise(self.music / "noise.wav", seed=1, seconds=26)
        self.index(self.music, "--threads", "1")  # so that their numbers follow their names
        self.ids = {pathlib.Path(t["path"]).name: t["id"] for t in self.similar()["tracks"]}

    def like(self, *arguments, status=0):
        return self.valid("like", self.hearken("like", "--json", *arguments, status=status))

    def similar(self, *arguments, status=0):
        return self.valid("similar", self.hearken("similar", "--all", "--json", *arguments, status=status))

    def names(self, report):
        return [pathlib.Path(r["path"]).name for r in report["results"]]

    def refused(self, *arguments, status, says):
        done = self.hearken(*arguments, status=status)
        self.assertEqual(done.out, "")
        self.one_line(done.err, *says)
        return done


class LikeTest(LikeCase):
    def test_a_file_of_the_library_is_told_apart(self):
        for name in self.ids:
            with self.subTest(name=name):
                report = self.like(self.music / name)
                self.assertEqual([(own["id"], own["path"]) for own in report["self"]], [(self.ids[name], str(self.music / name))])
                self.assertNotIn(name, self.names(report))
                self.assertEqual(report["results"][0]["score"], 1.0)  # the best of the others
                report = self.like(self.music / name, "--include-self")
                best = report["results"][0]
                self.assertEqual(pathlib.Path(best["path"]).name, name)
                self.assertEqual(best["score"], 1.0)
                self.assertEqual(best["id"], self.ids[name])
                self.assertLess(best["moments"][0]["matches"][0]["distance"], 0.00005)
                self.assertEqual([r["rank"] for r in report["results"]], list(range(1, len(report["results"]) + 1)))
                scores = [r["score"] for r in report["results"]]
                self.assertEqual(scores, sorted(scores, reverse=True))
        shutil.copy(self.music / "low.wav", self.cwd / "elsewhere.wav")
        self.assertEqual([own["id"] for own in self.like("elsewhere.wav")["self"]], [self.ids["low.wav"]])
        tone(self.cwd / "same.wav", 220, channels=2)  # the same sound in other bytes: it finds the track
        same = self.like("same.wav")
        self.assertEqual((self.names(same)[0], same["self"]), ("low.wav", []))
        self.assertEqual([r["score"] for r in same["results"]][:2], [1.0, 1.0])  # the others have a scale of their own

    def test_output_for_people(self):
        done = self.hearken("like", self.music / "high.wav", "--inputs", "1", "--clips", "1")
        lines = done.out.splitlines()
        self.assertEqual(lines[0], f"  —  itself  high.wav  (in the library as id:{self.ids['high.wav']}; the others are ranked without it)")
        self.assertRegex(lines[1], r"^  1  HIGH      +\d\d %  1\.0000  (low|lower)\.wav$")
        self.assertIn(" votes, total similarity ", lines[2])
        self.assertRegex(lines[3], r"^ +input sample at 0:\d\d → match at 0:\d\d, distance 0\.\d{4}$")
        done = self.hearken("like", self.music / "high.wav", "--inputs", "1", "--clips", "1", "--include-self")
        lines = done.out.splitlines()
        self.assertEqual(lines[0], "  1  HIGH      100 %  1.0000  high.wav")
        self.assertIn(str(self.music / "high.wav") + "  ", lines[1])
        self.assertRegex(lines[2], r"^ +input sample at 0:\d\d → match at 0:\d\d, distance 0\.0000$")
        self.assertIn("searched in", done.err)
        self.assertEqual(self.hearken("like", self.music / "low.wav", "--quiet").err, "")

    def test_says_how_sure_it_is(self):
        # Tones are alike, noise is like none of them; the best of each has the same score.
        for by in ("votes", "mean"):
            tones = self.like(self.music / "low.wav", "--by", by)
            of = {n: r["likelihood"] for n, r in zip(self.names(tones), tones["results"])}
            self.assertEqual((tones["answer"], tones["results"][0]["level"]), ("clear", "HIGH"))
            self.assertGreater(min(of["lower.wav"], of["high.wav"]), 0.7)
            self.assertLess(of["noise.wav"], 0.4)
            nothing = self.like(self.music / "noise.wav", "--by", by)
            self.assertEqual((nothing["answer"], len(nothing["results"])), ("none", 3))
            for r in nothing["results"]:
                self.assertEqual((r["likelihood"] < 0.4, r["level"]), (True, "LOW"))
            self.assertEqual(self.like(self.music / "low.wav", "--by", by, "-k", "1")["results"][0]["likelihood"], tones["results"][0]["likelihood"])
        self.assertEqual(nothing["results"][0]["rank"], 1)
        said = self.hearken("like", self.music / "noise.wav").out.splitlines()
        self.assertEqual(said[0], "Nothing here sounds like that. Nearest:")
        self.assertEqual(len([line for line in said if "LOW" in line]), 3)
        self.assertNotIn("input sample", "".join(said))
        self.assertNotIn("Nothing here", self.hearken("like", self.music / "low.wav").out)
        # The likelihood is about the sounds; words and what counts against move the order.
        with_words = self.like(self.music / "low.wav", "--text", "a beep", "--not-text", "noise")
        self.assertEqual((with_words["answer"], with_words["results"][0]["level"]), ("clear", "HIGH"))
        # The same sound in other bytes is there, whatever else is.
        tone(self.cwd / "same.wav", 220, channels=2)
        self.assertGreater(self.like("same.wav")["results"][0]["likelihood"], 0.95)
        self.assertEqual(self.like(self.music / "low.wav", "--where", "path ~ 'noise'")["answer"], "none")

    def test_a_track_leaves_itself_out(self):
        track = f"id:{self.ids['low.wav']}"
        report = self.like(track)
        self.assertNotIn("low.wav", self.names(report))
        nearest = min(report["results"], key=lambda r: r["moments"][0]["matches"][0]["distance"])
        self.assertEqual(pathlib.Path(nearest["path"]).name, "lower.wav")
        self.assertEqual(report["query"], [{"id": self.ids["low.wav"], "path": str(self.music / "low.wav"),
                                            "negative": False, "windows": 1}])
        self.assertEqual(self.names(self.like(track, "--include-self"))[0], "low.wav")
        by_mean = self.like(track, "--include-self", "--by", "mean")
        self.assertEqual(self.names(by_mean)[:2], ["low.wav", "lower.wav"])
        self.assertAlmostEqual(by_mean["results"][0]["score"], 1.0, delta=1e-3)
        self.assertIsNone(by_mean["results"][0]["votes"])
        self.assertEqual(len(by_mean["results"]), 4)

    def test_where_and_under(self):
        for by in ("votes", "mean"):
            some = self.like(self.music / "low.wav", "--where", "path ~ 'low' and duration < 2", "--by", by)
            self.assertEqual(self.names(some), ["lower.wav"])
            both = self.like(self.music / "low.wav", "--where", "path ~ 'low'", "--by", by, "--include-self")
            self.assertEqual(self.names(both), ["low.wav", "lower.wav"])
        self.assertEqual(self.names(self.like(self.music / "low.wav", "--under", self.music / "noise.wav")), ["noise.wav"])
        pairs = self.similar("--where", "path ~ 'low'")["pairs"]
        self.assertEqual([{p["a"], p["b"]} for p in pairs], [{self.ids["low.wav"], self.ids["lower.wav"]}])
        self.assertEqual(len(self.similar("--under", self.music)["tracks"]), 4)
        nothing = self.hearken("like", "id:1", "--where", "id = 1")
        self.one_line(nothing.err, "no other track is as --where and --under say")
        for command in (["like", "id:1"], ["similar", "--all"]):
            self.refused(*command, "--where", "id", status=2, says=["--where: at 3"])
            self.assertIn("is empty", self.hearken(*command, "--where", "", status=2).err)

    def test_votes_add_up(self):
        report = self.like(self.music / "noise.wav", "--neighbours", "3", "-k", "100")
        self.assertEqual(report["windows"], 5)  # 26 s in windows of 10 s every 5 s, and one that ends at the end
        self.assertEqual([r["votes"] for r in report["results"]], [5] * 3)  # each window votes once for every other track
        votes, total = (max(r[k] for r in report["results"]) for k in ("votes", "total_similarity"))
        for r in report["results"]:
            self.assertAlmostEqual(r["score"], 0.2 * r["votes"] / votes + 0.8 * r["total_similarity"] / total)
        only_votes = self.like(self.music / "noise.wav", "--votes-weight", "1", "--similarity-weight", "0")
        self.assertEqual(only_votes["results"][0]["score"], 1.0)

    def test_moments(self):
        report = self.like(self.music / "noise.wav", "--inputs", "3", "--clips", "2", "--neighbours", "100", "--include-self")
        for r in report["results"]:
            self.assertEqual(len(r["moments"]), 3)
            for moment in r["moments"]:
                self.assertEqual(moment["input"], 0)
                self.assertLessEqual(moment["end"], 26.0)
                self.assertEqual(len(moment["matches"]), 2 if "high" in r["path"] or "noise" in r["path"] else 1)
                distances = [m["distance"] for m in moment["matches"]]
                self.assertEqual(distances, sorted(distances))
        self.assertEqual(self.like(self.music / "low.wav", "--inputs", "0")["results"][0]["moments"], [])

    def test_parts(self):
        # A beep after noise: the part of it is the beep.
        samples = [(i * 7919 % 18001) - 9000 for i in range(16000 * 3)]
        with wave.open(str(self.music / "high.wav")) as file:
            beep = list(struct.unpack("<16000h", file.readframes(16000)))
        both = write_wav(self.cwd / "both.wav", samples + beep)
        report = self.like(both, "--start", "3", "--duration", "1")
        self.assertEqual(report["windows"], 1)
        self.assertEqual(self.names(report)[0], "high.wav")
        self.assertEqual(report["results"][0]["moments"][0]["start"], 3)
        self.assertAlmostEqual(report["results"][0]["moments"][0]["end"], 4, delta=0.01)
        track = f"id:{self.ids['noise.wav']}"
        self.assertEqual(self.like(track, "--start", "5", "--duration", "15")["windows"], 2)
        self.refused("like", both, "--start", "9", status=2, says=["both.wav", "from 9 s on", "4.000 s"])
        self.refused("like", track, "--start", "27", status=2, says=[track, "26.000 s"])
        self.refused("like", both, track, "--start", "1", status=2, says=["--start and --duration"])

    def test_arithmetic(self):
        low, high = f"id:{self.ids['low.wav']}", f"id:{self.ids['high.wav']}"
        report = self.like(low, high)
        self.assertEqual(sorted(self.names(report)), ["lower.wav", "noise.wav"])
        self.assertEqual(report["windows"], 1 + 5)
        self.assertEqual({m["input"] for r in report["results"] for m in r["moments"]} - {0, 1}, set())
        score = {}
        for extra in ((), ("--not", self.music / "noise.wav"), ("--text", "noise"), ("--not-text", "noise")):
            report = self.like(low, "--by", "mean", *extra)
            score[str(extra[:1])] = {n: r["score"] for n, r in zip(self.names(report), report["results"])}["noise.wav"]
            self.assertEqual(len(report["query"]), 2 if extra else 1)
        self.assertLess(score["('--not',)"], score["()"])
        self.assertLess(score["('--not-text',)"], score["('--text',)"])
        both = self.like(low, "--text", "a beep", "--not-text", "noise")
        for said in (self.like(low, "--text", "a beep, no noise"), self.like(low, "--text", "a beep but without noise"),
                     self.like(low, "--text", "a beep", "--text", "no noise"), self.like(low, "--text", "a beep", "--not-text", "no noise")):
            self.assertEqual(said["results"], both["results"])
            self.assertEqual([(q["text"], q["negative"]) for q in said["query"][1:]], [("a beep", False), ("noise", True)])
        shown = self.hearken("like", low, high, "--clips", "1", "--inputs", "6").out
        self.assertRegex(shown, "input sample at 0:00 of .*low.wav → match at")
        self.refused("like", low, "--not", self.music / "low.wav", status=2, says=["cancel"])

    def test_precision_of_the_query(self):
        # The library is at the first run's precision; a query by --model NAME follows it.
        self.index(self.music, "--library", "fp32.db", "--precision", "fp32")
        tone(self.cwd / "same.wav", 220, channels=2)  # other bytes, the same sound
        for model in ((), ("--model", "starter")):
            report = self.like("same.wav", "--library", "fp32.db", *model)
            self.assertEqual(self.names(report)[0], "low.wav")
            self.assertLess(report["results"][0]["moments"][0]["matches"][0]["distance"], 0.00005)
        exact = self.like(self.music / "low.wav", "--library", "fp32.db", "--precision", "bf16", "--include-self")
        self.assertLess(exact["results"][0]["moments"][0]["matches"][0]["distance"], 0.00005)

    def test_the_librarys_windows(self):
        self.index(self.music, "--window", "2", "--hop", "1")
        report = self.like(self.music / "noise.wav", "--include-self")
        self.assertEqual((report["window"], report["hop"], report["windows"]), (2, 1, 25))
        self.assertLess(report["results"][0]["moments"][0]["matches"][0]["distance"], 0.00005)

    def test_paths_that_look_like_something_else(self):
        (self.cwd / "id:7").write_bytes((self.music / "low.wav").read_bytes())
        (self.cwd / "[a, b].wav").write_bytes((self.music / "low.wav").read_bytes())
        self.assertEqual(self.names(self.like("./id:7", "--include-self"))[0], "low.wav")
        self.assertEqual(self.names(self.like("[a, b].wav", "--include-self"))[0], "low.wav")
        self.refused("like", "id:seven", status=2, says=["id:seven", "./id:seven"])

    def test_wrong_input(self):
        self.refused("like", "id:999", status=1, says=["id:999", str(self.library)])
        self.refused("like", "nowhere.wav", status=1, says=["nowhere.wav", "No such file"])
        self.refused("like", self.music, status=1, says=[str(self.music)])
        self.refused("like", str(self.music / "low.wav"), "--not", "gone.wav", status=1, says=["gone.wav"])
        (self.cwd / "text.wav").write_text("hello")
        self.refused("like", "text.wav", status=1, says=["text.wav"])
        write_wav(self.cwd / "empty.wav", [])
        self.refused("like", "empty.wav", status=1, says=["empty.wav", "no sound"])
        self.refused("like", status=2, says=["which file or track"])
        self.refused("like", "--text", "piano", status=2, says=["which file or track"])
        self.refused("like", self.music / "low.wav", "--text", " ", status=2, says=["text is empty"])
        low = self.music / "low.wav"
        for wrong in (("-k", "0"), ("--neighbours", "0"), ("--start", "-1"), ("--start", "nan"), ("--by", "ear"),
                      ("--votes-weight", "-1"), ("--clips", "-1")):
            self.hearken("like", low, *wrong, status=2)
        self.refused("like", low, "--votes-weight", "0", "--similarity-weight", "0", status=2, says=["weights"])
        self.refused("like", low, "--library", "none.db", status=1, says=["none.db"])
        (self.music / "low.wav").unlink()
        self.index(self.music)
        self.refused("like", f"id:{self.ids['low.wav']}", status=1, says=["low.wav", "not there at present"])

    def test_a_library_of_one_track(self):
        self.index(self.music / "low.wav", "--library", "one.db")
        done = self.hearken("like", "id:1", "--library", "one.db", "--json")
        self.assertEqual(done.json["results"], [])
        self.assertIn("no other track", done.err)

    def test_damaged_query(self):
        cut = self.cwd / "cut.wav"
        cut.write_bytes((self.music / "noise.wav").read_bytes()[:400_000])
        report = self.like(cut)
        self.assertEqual(self.names(report)[0], "noise.wav")
        self.assertIn("ends early", report["warnings"][0])


class SimilarTest(LikeCase):
    def test_pairs(self):
        report = self.similar()
        self.assertEqual(report["pairs_compared"], 6)
        self.assertEqual(len(report["pairs"]), 6)
        best = report["pairs"][0]
        self.assertEqual({best["a"], best["b"]}, {self.ids["low.wav"], self.ids["lower.wav"]})
        similarities = [p["similarity"] for p in report["pairs"]]
        self.assertEqual(similarities, sorted(similarities, reverse=True))
        self.assertTrue(all(p["a"] < p["b"] for p in report["pairs"]))
        for pair in report["pairs"]:  # as `like` says, pair by pair
            results = self.like(f"id:{pair['a']}", "--by", "mean")["results"]
            [score] = [r["score"] for r in results if r["id"] == pair["b"]]
            self.assertAlmostEqual(score, pair["similarity"], delta=2e-6)
        self.assertEqual(len(self.similar("-k", "2")["pairs"]), 2)

    def test_needs_no_audio_and_no_model(self):
        shutil.rmtree(self.music)
        self.env["HEARKEN_MODELS"] = str(self.dir / "nowhere")
        self.assertEqual(len(self.similar()["pairs"]), 6)

    def test_csv(self):
        tone(self.music / 'a "b", c.wav', 300)
        self.index(self.music)
        out = self.hearken("similar", "--all", "--csv", "--quiet").out
        rows = list(csv.DictReader(io.StringIO(out, newline="")))
        pairs = self.similar()["pairs"]
        self.assertEqual(len(rows), 10)
        paths = {t["id"]: t["path"] for t in self.similar()["tracks"]}
        for row, pair in zip(rows, pairs):
            self.assertEqual((int(row["id_a"]), int(row["id_b"])), (pair["a"], pair["b"]))
            self.assertEqual((row["path_a"], row["path_b"]), (paths[pair["a"]], paths[pair["b"]]))
            self.assertAlmostEqual(float(row["similarity"]), pair["similarity"], delta=1e-6)

    def test_matrix(self):
        for ending in ("csv", "json", "npy"):
            report = self.similar("--matrix", f"m.{ending}")
            self.assertEqual(report["matrix"], f"m.{ending}")
        ids = [t["id"] for t in report["tracks"]]
        shape, npy = read_npy(self.cwd / "m.npy")
        self.assertEqual(shape, (4, 4))
        document = json.loads((self.cwd / "m.json").read_text())
        self.assertEqual(document["ids"], ids)
        self.assertEqual(document["paths"], [t["path"] for t in report["tracks"]])
        with open(self.cwd / "m.csv", newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0], ["id", "path"] + [f"id:{i}" for i in ids])
        by_pair = {(p["a"], p["b"]): p["similarity"] for p in report["pairs"]}
        for i, a in enumerate(ids):
            self.assertEqual(rows[i + 1][:2], [f"id:{a}", report["tracks"][i]["path"]])
            for j, b in enumerate(ids):
                expected = 1 if a == b else by_pair[min(a, b), max(a, b)]
                for value in (npy[i][j], document["similarity"][i][j], float(rows[i + 1][j + 2])):
                    self.assertAlmostEqual(value, expected, delta=1.1e-6)
        self.assertEqual([p.name for p in self.cwd.glob("*.partial")], [])

    def test_output_for_people(self):
        done = self.hearken("similar", "--all", "-k", "1")
        self.assertRegex(done.out, r"^  1  0\.9\d{3}  low.wav  \(id:\d\)\n +lower.wav  \(id:\d\)\n$")
        self.assertIn("1 of 6 pairs of 4 tracks", done.err)

    def test_wrong_usage(self):
        self.refused("similar", status=2, says=["--all"])
        self.refused("similar", "--all", "--matrix", "m.txt", status=2, says=["m.txt", ".csv, .json or .npy"])
        self.refused("similar", "--all", "--csv", "--json", status=2, says=["exclude"])
        self.refused("similar", "--all", "--matrix", "no/where.csv", status=1, says=["no/where.csv"])
        self.refused("similar", "--all", "--model", "other", status=1, says=["'other'", "'starter'"])
        self.refused("similar", "--all", "--library", "none.db", status=1, says=["none.db"])
        self.hearken("similar", "--all", "-k", "0", status=2)


if __name__ == "__main__":
    main()
