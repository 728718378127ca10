"""rate: five hidden rules on real sounds are learned from twenty ratings; ratings are listed, exported, forgotten."""
import csv
import json
import pathlib
import sqlite3

from harness import SAMPLES, Case, main

# What is heard in samples/, from its ATTRIBUTION.md.
ANIMALS = {1, 7, 11, 12, 16}
VOICES = {2, 5, 18}
WEATHER_AND_FIRE = {3, 6, 10, 13, 14, 20, 21}
MACHINES = {4, 8, 9, 15, 17, 19}


def number(path):
    name = pathlib.Path(path).stem
    return int(name.split("-")[1]) if name.startswith("recording-") else 0


RULES = {
    "music": lambda path: number(path) == 0,
    "noises of nature": lambda path: number(path) in WEATHER_AND_FIRE,
    "living things": lambda path: number(path) in ANIMALS | VOICES,
    "machines": lambda path: number(path) in MACHINES,
    "electronic music, by one composer": lambda path: pathlib.Path(path).name.startswith("Maxstack"),
}
QUERIES = {"music": "a sound", "noises of nature": "loud", "living things": "outdoors", "machines": "a noise",
           "electronic music, by one composer": "the other day"}


def average_precision(paths, rule):
    right, total = 0, 0.0
    for place, path in enumerate(paths, 1):
        if rule(path):
            right += 1
            total += right / place
    return total / right


class RateTest(Case):
    def prepare(self):
        self.index(SAMPLES, "--threads", "1")
        everything = self.find("sound", "-k", "100")["results"]
        self.assertEqual(len(everything), 39)
        self.tracks = {r["id"]: r["path"] for r in everything}
        self.ids = {pathlib.Path(p).name: i for i, p in self.tracks.items()}

    def rate(self, *arguments):
        return self.valid("rate", self.hearken("rate", "--json", *arguments))

    def like(self, *arguments):
        return self.valid("like", self.hearken("like", "--json", *arguments))

    def plain(self, report):
        return {k: v for k, v in report.items() if k != "timings_ms"}

    def test_five_hidden_rules(self):
        for name, rule in RULES.items():
            for query in ([], ["--for", QUERIES[name]]):
                self.rate("--reset")
                before = self.plain(self.find(QUERIES[name], "-k", "100"))
                some = [i for i in sorted(self.tracks) if rule(self.tracks[i])]
                others = [i for i in sorted(self.tracks) if not rule(self.tracks[i])]
                up = some[::2]
                count = 20 - len(up)
                down = [others[i * len(others) // count] for i in range(count)]  # from all over
                self.assertEqual(len(up) + len(down), 20)
                self.rate(*(f"id:{i}" for i in up), "up", *query)
                self.rate(*(f"id:{i}" for i in down), "down", *query)
                after = self.find(QUERIES[name], "-k", "100")
                unseen = {i for i in self.tracks} - set(up) - set(down)
                precision = [average_precision([r["path"] for r in report["results"] if r["id"] in unseen], rule)
                             for report in (before, after)]
                print(f"{name}{' (for the query)' if query else ''}: average precision {precision[0]:.3f} before, "
                      f"{precision[1]:.3f} after")
                self.assertGreater(precision[1], precision[0], name)
                self.assertEqual(after["ratings"], 20)
                # Only the order changes.
                score = {r["id"]: (r["score"], r["level"], r["start"]) for r in before["results"]}
                self.assertEqual({r["id"]: (r["score"], r["level"], r["start"]) for r in after["results"]}, score)
                self.assertEqual(self.plain(self.find(QUERIES[name], "-k", "100", "--no-ratings")), before)
                self.assertEqual(self.plain(self.find(QUERIES[name], "-k", "100")), self.plain(after))
                pages = [r for offset in ("0", "7", "14")
                         for r in self.find(QUERIES[name], "-k", "7", "--offset", offset)["results"]]
                self.assertEqual(pages, after["results"][:21])

    def test_like_takes_general_ratings(self):
        query = f"id:{self.ids['Maxstack - Coherence.mp3']}"
        before = self.plain(self.like(query, "-k", "50"))
        dogs = [f"id:{self.ids[n]}" for n in ("recording-01.ogg", "recording-11.mp3")]
        self.rate(*dogs, "up", "--for", "dogs")
        self.assertEqual(self.plain(self.like(query, "-k", "50")), before)
        # Ratings re-order only what is about as good: of all results the one that is nearest to the one before it.
        pairs = zip(before["results"], before["results"][1:])
        favourite = min(pairs, key=lambda pair: pair[0]["score"] - pair[1]["score"])[1]
        self.rate(f"id:{favourite['id']}", "up")
        after = self.like(query, "-k", "50")
        self.assertEqual(after["ratings"], 1)
        [now] = [r for r in after["results"] if r["id"] == favourite["id"]]
        self.assertLess(now["rank"], favourite["rank"])
        self.assertEqual(now["score"], favourite["score"])
        self.assertGreater(now["preference"], 0)
        self.assertEqual(self.plain(self.like(query, "-k", "50", "--no-ratings")), before)
        by_mean = self.like(query, "--by", "mean", "-k", "3")
        self.assertEqual((by_mean["ratings"], len(by_mean["results"])), (1, 3))
        said = self.hearken("like", query)
        self.assertIn("re-ordered by 1 rating (--no-ratings: by score alone)", said.err)

    def test_a_query_like_it(self):
        piano = self.ids["John Michel - Ave Maria, introduction.ogg"]
        self.rate(f"id:{piano}", "down", "--for", "calm piano")
        self.assertEqual(self.find("quiet piano music")["ratings"], 1)
        self.assertNotIn("ratings", self.find("dog barking"))
        first = self.find("calm piano", "-k", "39")["results"]
        self.assertLess(first[[r["id"] for r in first].index(piano)]["preference"], 0)
        self.assertNotIn("ratings", self.find("calm piano", "--moments"))
        for rank in ("best", "top3"):
            self.assertEqual(self.find("calm piano", "--rank", rank, "--under", SAMPLES / "music")["ratings"], 1)

    def test_list_show_export_forget(self):
        dog, cat = self.ids["recording-01.ogg"], self.ids["recording-12.flac"]
        done = self.hearken("rate", f"id:{dog}", "recording-12.flac", "up")
        self.assertEqual(done.out, "2 ratings stored\n")
        self.hearken("rate", self.tracks[dog], "down", "--for", 'a "dog", barking')
        listed = self.rate("--list")["ratings"]
        self.assertEqual([(r["id"], r["query"], r["rating"]) for r in listed],
                         sorted([(dog, "", "up"), (dog, 'a "dog", barking', "down"), (cat, "", "up")]))
        self.assertIn('down  ', self.hearken("rate", "--list").out)
        self.assertEqual(self.hearken("rate", "--export", "r.csv").out, "")
        with open(self.cwd / "r.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(int(r["id"]), r["query"], r["rating"]) for r in rows],
                         [(r["id"], r["query"], r["rating"]) for r in listed])
        self.hearken("rate", "--export", "r.json")
        self.assertEqual(json.loads((self.cwd / "r.json").read_text())["ratings"], listed)

        shown = self.rate("--show")
        self.assertEqual([(r["id"], r["weight"]) for r in shown["ratings"]], sorted([(dog, 1), (cat, 1)]))
        self.assertEqual({t["id"] for t in shown["up"][:2]}, {dog, cat})
        self.assertTrue(all(t["preference"] < 0 for t in shown["down"]))
        for_dogs = self.rate("--show", "--for", 'a "dog", barking')
        self.assertEqual([(r["id"], r["rating"]) for r in for_dogs["ratings"]],
                         sorted([(dog, "down"), (cat, "up")]))  # its general rating does not count
        people = self.hearken("rate", "--show").out
        for part in ("Ratings that count", "Pulled up most", "Pulled down most", "1.00  up"):
            self.assertIn(part, people)

        self.assertEqual(self.rate("--forget", f"id:{dog}", "--for", 'a "dog", barking'), {"forgotten": 1})
        self.assertEqual(self.rate("--forget", f"id:{dog}", f"id:{cat}"), {"forgotten": 2})
        self.assertEqual(self.hearken("rate", "--reset").out, "0 ratings forgotten\n")
        self.assertIn("no rating counts", self.hearken("rate", "--show").out)
        self.assertNotIn("ratings", self.find("dog"))

    def test_nothing_indexed_changes(self):
        def tables():
            database = sqlite3.connect(self.library)
            out = [database.execute(f"SELECT * FROM {t} ORDER BY 1").fetchall()
                   for t in ("tracks", "embeddings", "windows", "models", "stages")]
            database.close()
            return out
        before = tables()
        self.rate(f"id:{self.ids['recording-01.ogg']}", "up")
        self.find("dog")
        self.assertEqual(tables(), before)

    def test_wrong_input(self):
        for arguments, status, says in (
                ((), 2, "up or down"), (("up",), 2, "which tracks"), (("id:1",), 2, "up or down"),
                (("id:1", "sideways"), 2, "up or down"), (("id:999", "up"), 1, "id:999"), (("id:x", "up"), 2, "id:x"),
                (("nowhere.wav", "up"), 1, "nowhere.wav"), (("id:1", "up", "--for", " "), 2, "--for is empty"),
                (("--list", "--reset"), 2, "exclude"), (("--list", "id:1"), 2, "tracks go with"),
                (("--forget",), 2, "which tracks"), (("--reset", "--for", "x"), 2, "--for goes with"),
                (("--export", "r.txt"), 2, ".json or .csv"), (("--export", "no/r.csv"), 1, "no/r.csv"),
                (("--list", "--library", "none.db"), 1, "none.db"),
                (("id:1", "up", "--library", "none.db"), 1, "none.db")):
            with self.subTest(arguments=arguments):
                done = self.hearken("rate", *arguments, status=status)
                self.assertEqual(done.out, "")
                self.one_line(done.err, says)
        self.assertEqual(self.rate("--list"), {"ratings": []})


if __name__ == "__main__":
    main()
