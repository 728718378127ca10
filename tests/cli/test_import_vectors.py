"""import --vectors: what another program computed as a space of its own, what works in it, and what is refused."""
import csv
import math
import random

from harness import Case, main, noise, read_npy, tone, write_npy


def unit(row):
    length = math.sqrt(sum(x * x for x in row))
    return [x / length for x in row]


def cosine(a, b):
    return sum(x * y for x, y in zip(unit(a), unit(b)))


class ImportVectorsCase(Case):
    names = [f"{i}.wav" for i in range(8)]

    def prepare(self):
        for i, name in enumerate(self.names):
            tone(self.music / name, 200 + 100 * i, seconds=2 + i)
        numbers = random.Random(7)
        # Two groups, far apart, of no length in particular.
        self.rows = [[numbers.gauss(5 * (i % 2 * 2 - 1), 1) * (i + 1) for _ in range(7)] for i in range(8)]
        write_npy(self.cwd / "F.npy", self.rows)
        self.table([{"path": f"{self.music}/{name}", "genre": "ab"[i % 2]} for i, name in enumerate(self.names)])

    def table(self, rows, name="F.csv"):
        with open(self.cwd / name, "w", newline="") as file:
            table = csv.DictWriter(file, rows[0].keys())
            table.writeheader()
            table.writerows(rows)

    def take(self, *arguments, name="openl3", status=0):
        return self.hearken("import", "--json", "--vectors", "F.npy", "--tracks", "F.csv", "--as", name, "--threads", "1",
                            *arguments,
                            status=status)

    def taken(self, *arguments, **options):
        return self.valid("import", self.take(*arguments, **options))

    def refused(self, *says, status=1, name="openl3"):
        done = self.take("--library", "refused.db", status=status, name=name)
        self.assertEqual(done.out, "")
        self.one_line(done.err, *says)


class ImportVectorsTest(ImportVectorsCase):
    def test_a_space_of_its_own(self):
        self.assert_counts(self.taken(), tracks=8, imported=8, unchanged=0, windows=8, model="openl3",
                           fingerprint="foreign-openl3", skipped=[])
        self.assert_counts(self.taken(), tracks=8, imported=0, unchanged=8, windows=0)
        info = self.info()
        self.assertEqual([(m["name"], m["dimension"], m["tracks"]) for m in info["models"]], [("openl3", 7, 8)])
        self.assertEqual((info["measured"], info["fingerprinted"]), (8, 8))
        self.assertTrue(self.hearken("check", "--json").json["sound"])

        similar = self.hearken("similar", "--all", "--json").json
        self.assertEqual(len(similar["pairs"]), 28)
        for pair in similar["pairs"]:
            self.assertAlmostEqual(pair["similarity"], cosine(self.rows[pair["a"] - 1], self.rows[pair["b"] - 1]),
                                   delta=1e-3)
        self.assertEqual(len(self.hearken("map", "--by", "genre", "--json").json["points"]), 8)
        clusters = self.hearken("cluster", "-k", "2", "--json").json["clusters"]
        self.assertEqual({frozenset(m["id"] % 2 for m in c["members"]) for c in clusters},
                         {frozenset({0}), frozenset({1})})
        self.hearken("export", "--out", "out")
        for mine, its in zip(self.rows, read_npy(self.cwd / "out/vectors.npy")[1]):
            self.assertAlmostEqual(cosine(mine, its), 1, delta=1e-6)

    def test_like(self):
        self.taken()
        for arguments in (["id:1"], [self.music / "0.wav"], ["id:1", "--by", "mean"], ["id:1", "--model", "openl3"]):
            like = self.valid("like", self.hearken("like", *arguments, "--json"))
            self.assertEqual((like["model"], like["fingerprint"]), ("openl3", "foreign-openl3"))
            self.assertEqual({r["id"] % 2 for r in like["results"][:3]}, {1}, arguments)
        away = self.valid("like", self.hearken("like", "id:1", "--where", "genre = 'b'", "--json"))
        self.assertEqual({r["id"] % 2 for r in away["results"]}, {0})
        noise(self.music / "new.wav", seconds=2)
        self.one_line(self.hearken("like", self.music / "new.wav", status=1).err, "new.wav", "openl3", "id:42")
        self.one_line(self.hearken("like", "id:1", "--text", "drums", status=1).err, "drums", "openl3")
        self.one_line(self.hearken("like", "id:1", "--start", "1", "--model", "nobody", status=1).err, "nobody")

    def test_it_knows_no_texts(self):
        self.taken()
        for command in (["find", "a beep"], ["find", "a beep", "--model", "openl3"],
                        ["score", "id:1", "--text", "a beep", "--model", "openl3"], ["index", self.music, "--model", "openl3"],
                        ["cluster", "--name-from", "moods"]):
            error = self.hearken(*command, status=1).err
            self.one_line(error, "openl3", "know no texts")

    def test_beside_a_model(self):
        self.taken()
        self.assert_counts(self.index(self.music), indexed=8, unchanged=0)  # its windows are of 10 s, by `starter`
        self.assertEqual([m["name"] for m in self.info()["models"]], ["openl3", "starter"])
        self.assertEqual(self.find("a beep")["model"], "starter")
        self.assertEqual(self.hearken("similar", "--all", "--json").json["model"], "starter")
        self.assertEqual(self.hearken("similar", "--all", "--json", "--model", "openl3").json["model"], "openl3")
        self.assertEqual(self.valid("like", self.hearken("like", "id:1", "--json"))["model"], "starter")
        self.assert_counts(self.taken(name="second"), imported=8)  # and into a library that there is
        self.assertEqual(self.info()["tracks"], 8)
        self.assertEqual(self.hearken("map", "--json", "--model", "second").json["without_vectors"], 0)

    def test_windows(self):
        write_npy(self.cwd / "F.npy", self.rows[:5])
        lines = [(6, 0), (6, 2.5), (6, 5), (7, 0), (7, 4)]
        self.table([{"path": f"{self.music}/{i}.wav", "start": start} for i, start in lines])
        self.assert_counts(self.taken("--window", "3", "--hop", "2.5"), tracks=2, imported=2, windows=5)
        like = self.valid("like", self.hearken("like", "id:1", "--json"))
        self.assertEqual(like["windows"], 3)
        self.assertIn(like["results"][0]["moments"][0]["matches"][0]["start"], (0, 4))
        self.one_line(self.take(status=1).err, "--as openl3", "3 s every 2.5 s", "10 s every 5 s")
        write_npy(self.cwd / "F.npy", self.rows[1:6])
        self.assert_counts(self.taken("--window", "3", "--hop", "2.5"), imported=2, unchanged=0)
        self.table([{"path": f"{self.music}/{i}.wav", "start": start} for i, start in lines[:-1] + [(7, 99)]])
        done = self.take("--window", "3", "--hop", "2.5", status=3)
        self.one_line(done.err, "7.wav", "99 s", "9.000 s")
        self.assertEqual(self.info()["models"][0]["tracks"], 2)

    def test_refused(self):
        good = (self.cwd / "F.csv").read_text()
        self.refused("--as starter", "model's name", name="starter", status=2)
        self.refused("--as a/b", "letters, digits", name="a/b", status=2)
        for bad, says in ((float("nan"), "not finite"), (float("inf"), "not finite")):
            write_npy(self.cwd / "F.npy", self.rows[:3] + [self.rows[3][:6] + [bad]] + self.rows[4:])
            self.refused("F.npy", "row 3", says)
        write_npy(self.cwd / "F.npy", self.rows[:5] + [[0] * 7] + self.rows[6:])
        self.refused("F.npy", "row 5", "length 0")
        write_npy(self.cwd / "F.npy", self.rows[:6])
        self.refused("F.csv", "line 8", "F.npy has 6 rows")
        write_npy(self.cwd / "F.npy", self.rows + self.rows[:1])
        self.refused("F.csv", "ends after 8 rows", "F.npy has 9 rows")
        write_npy(self.cwd / "F.npy", self.rows, shape=(8, 8))
        self.refused("F.npy", "8")
        write_npy(self.cwd / "F.npy", self.rows)
        (self.cwd / "F.csv").write_text(good.replace("4.wav", "gone.wav"))
        self.refused("F.csv", "line 6", "gone.wav", "no such file")
        (self.cwd / "F.csv").write_text(good.replace("4.wav", "3.wav"))
        self.refused("F.csv", "line 6", "that of line 5", "start")
        (self.cwd / "F.csv").write_text(good.replace("path", "file"))
        self.refused("F.csv", "path")
        (self.cwd / "F.csv").unlink()
        self.refused("F.csv")
        done = self.hearken("import", "--vectors", "F.npy", "--as", "x", status=2)
        self.one_line(done.err, "--tracks")
        self.one_line(self.hearken("import", status=2).err, "--vectors")

    def test_a_file_that_does_not_decode(self):
        (self.music / "2.wav").write_bytes(b"no sound")
        done = self.take(status=3)
        self.one_line(done.err, "2.wav")
        self.assert_counts(self.valid("import", done), tracks=8, imported=7)
        self.assertEqual(self.info()["tracks"], 7)


if __name__ == "__main__":
    main()
