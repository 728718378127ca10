"""score: its rows against the schema and the library, the CSV's bytes, odd titles, and what it does with bad inputs."""
import csv
import io
import shutil
import struct

from harness import SAMPLES, Case, as_ordinary_user, main, noise, tone

COLUMNS = ["path", "title", "artist", "text", "rank", "mean", "max", "min", "std", "level", "best_start", "best_end",
           "windows", "duration", "model", "precision", "fingerprint"]
TEXTS = ["--text", "white noise", "--text", "a beep", "--text", "calm piano"]


def rows(out):
    return list(csv.DictReader(io.StringIO(out)))


def tagged(wav, path, title, artist):
    """A copy of a WAV file with a LIST INFO chunk behind the samples."""
    data = wav.read_bytes()
    info = b"INFO"
    for name, text in ((b"INAM", title), (b"IART", artist)):
        value = text.encode() + b"\0"
        info += name + struct.pack("<I", len(value)) + value + b"\0" * (len(value) % 2)
    data += b"LIST" + struct.pack("<I", len(info)) + info
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    return path


class ScoreTest(Case):
    def prepare(self):
        self.beep, self.noise = tone(self.music / "beep.wav", 990, 3), noise(self.music / "noise.wav", seconds=17)

    def score(self, *arguments, status=0):
        return self.valid("score", self.hearken("score", *arguments, "--json", status=status))

    def csv(self, *arguments, status=0):
        return self.hearken("score", *arguments, "--csv", status=status).out

    def texts_file(self, name, content):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def test_rows(self):
        report = self.score(self.music, *TEXTS)
        self.assertEqual([(r["path"], r["rank"]) for r in report["results"]],
                         [(str(p), rank) for p in (self.beep, self.noise) for rank in (1, 2, 3)])
        for first, second in zip(report["results"], report["results"][1:]):
            if first["path"] == second["path"]:
                self.assertGreaterEqual(first["mean"], second["mean"])
        by_song = {(r["path"], r["text"]): r for r in report["results"]}
        white, short = by_song[str(self.noise), "white noise"], by_song[str(self.beep), "a beep"]
        self.assertEqual((white["windows"], white["duration"]), (3, 17))
        self.assertLessEqual(white["min"], white["mean"])
        self.assertGreaterEqual(white["max"], white["mean"])
        self.assertEqual(white["best_end"] - white["best_start"], 10)
        self.assertEqual((short["windows"], short["best_start"], short["best_end"], short["std"]), (1, 0, 3, 0))
        self.assertGreater(white["mean"] - by_song[str(self.beep), "white noise"]["mean"],
                           by_song[str(self.noise), "a beep"]["mean"] - short["mean"])

    def test_csv_and_json_are_twins(self):
        table = rows(self.csv(self.music, *TEXTS))
        report = self.score(self.music, *TEXTS)
        results = report["results"]
        self.assertEqual(list(table[0]), COLUMNS)
        self.assertEqual(len(table), len(results))
        for row, result in zip(table, results):
            for name in ("path", "title", "artist", "text", "level"):
                self.assertEqual(row[name], result[name])
            self.assertEqual((row["model"], row["precision"]), (report["model"], report["precision"]))
            for name in ("rank", "windows"):
                self.assertEqual(int(row[name]), result[name])
            for name in ("mean", "max", "min", "std"):
                self.assertEqual(float(row[name]), round(result[name], 6))
            for name in ("best_start", "best_end", "duration"):
                self.assertEqual(float(row[name]), round(result[name], 3))

    def test_the_same_bytes(self):
        shutil.copytree(SAMPLES / "music", self.music / "more")
        wordings = self.texts_file("w.txt", "female vocals: female vocalist | female voice | woman singing\n")
        asked = [*TEXTS, "--synonyms", wordings]
        for precision in ("auto", "fp32"):
            with self.subTest(precision=precision):
                options = [*asked, "--precision", precision]
                once = self.csv(self.music, *options)
                for threads in ("1", "2", "5"):
                    self.assertEqual(self.csv(self.music, *options, "--threads", threads), once, f"{threads} threads")
                files = sorted((p for p in self.music.rglob("*") if p.is_file()), key=lambda p: str(p).encode())
                self.assertGreater(len(files), 4)
                header = once[:once.index("\n") + 1]
                singly = [self.csv(file, *options) for file in files]
                self.assertTrue(all(s.startswith(header) for s in singly))
                self.assertEqual(header + "".join(s[len(header):] for s in singly), once)
        self.env["LC_ALL"] = "de_DE.UTF-8"
        self.assertEqual(self.csv(self.music, *options), once)
        self.assertEqual(self.hearken("score", self.music, *options, "--json").out,
                         self.hearken("score", self.music, *options, "--json", "--threads", "1").out)

    def test_library_tracks(self):
        self.index(self.music)
        found = {r["path"]: r for r in self.find("white noise")["results"]}
        ids = [f"id:{found[str(p)]['id']}" for p in (self.beep, self.noise)]
        of_files = self.csv(self.music, *TEXTS)
        self.assertEqual(self.csv(*ids, *TEXTS), of_files)
        for row in rows(of_files):
            if row["text"] == "white noise":
                self.assertAlmostEqual(float(row["mean"]), found[row["path"]]["score"], delta=1e-6)
        self.noise.unlink()  # nothing is listened to
        self.assertEqual(self.csv(*ids, *TEXTS), of_files)
        report = self.score("id:999", ids[0], *TEXTS, status=3)
        self.assertEqual([(s["path"], s["code"]) for s in report["skipped"]], [("id:999", "not_found")])
        mixed = self.csv(ids[1], self.beep, *TEXTS)
        self.assertEqual(sorted(mixed.splitlines()), sorted(of_files.splitlines()))
        result = self.hearken("score", ids[0], *TEXTS, "--window", "5", "--hop", "1", status=1)
        self.one_line(result.err, "library.db", "5 s every 1 s", "10 s every 5 s")
        for nonsense in ("id:0", "id:", "id:x", "id:99999999999999999999"):
            self.one_line(self.hearken("score", nonsense, *TEXTS, status=2).err, f"./{nonsense}")

    def test_files_take_the_library_s_windows(self):
        self.index(self.music, "--window", "5", "--hop", "2.5")
        report = self.score(self.noise, *TEXTS)
        self.assertEqual((report["window"], report["hop"], report["results"][0]["windows"]), (5, 2.5, 6))
        report = self.score(self.noise, *TEXTS, "--window", "10", "--hop", "10")
        self.assertEqual((report["window"], report["hop"], report["results"][0]["windows"]), (10, 10, 2))

    def test_without_a_library(self):
        self.score(self.beep, *TEXTS)
        self.assertFalse(self.library.exists())
        self.one_line(self.hearken("score", "id:1", *TEXTS, status=1).err, "library.db")
        self.one_line(self.hearken("score", self.beep, *TEXTS, "--library", self.dir / "x.db").err, "x.db", "going on without")

    def test_hostile_titles(self):
        titles = ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(A1)", 'say "hi", twice', "two\nlines",
                  "雨の音 🎵", "x" * 400, "\x1b[31mred"]
        paths = [tagged(self.beep, self.music / f"tagged{i}.wav", title, "a, b") for i, title in enumerate(titles)]
        out = self.csv(*paths, "--text", "a beep")
        table = rows(out)
        clean = [t.replace("\n", " ").replace("\x1b", "").strip() for t in titles]
        clean = ["'" + t if t[0] in "=@" else t for t in clean]  # a spreadsheet would run these; the others are numbers
        self.assertEqual([r["title"].strip() for r in table], clean)
        self.assertEqual({r["artist"] for r in table}, {"a, b"})
        self.assertTrue(out.endswith("\n") and "\r" not in out)
        table = self.hearken("score", *paths, "--text", "a beep").out
        for line in table.splitlines():
            self.assertTrue(line.isprintable(), line)

    def test_odd_names(self):
        odd = shutil.copy(self.beep, bytes(self.music) + b"/\xff,\n.wav")
        bracket = shutil.copy(self.beep, self.cwd / "[a, b].wav")
        minus = shutil.copy(self.beep, self.cwd / "-1.wav")
        table = rows(self.csv(odd, "[a, b].wav", "./-1.wav", "--text", "[rain, wind]"))
        self.assertEqual([r["path"] for r in table],
                         [f"{self.music}/\\xff,\\x0a.wav", str(bracket), str(minus)])
        self.assertEqual({r["text"] for r in table}, {"[rain, wind]"})
        (self.cwd / "[a, b]").mkdir()
        shutil.copy(self.beep, self.cwd / "[a, b]/x.wav")
        self.assertEqual([r["path"] for r in rows(self.csv("[a, b]", "--text", "rain"))], [f"{self.cwd}/[a, b]/x.wav"])

    def test_text_takes_one_value(self):
        report = self.score("--text", "a beep", self.beep, "--text", "rain", self.noise)
        self.assertEqual({r["text"] for r in report["results"]}, {"a beep", "rain"})
        self.assertEqual({r["path"] for r in report["results"]}, {str(self.beep), str(self.noise)})
        [row] = rows(self.csv(self.beep, "--text", 'one, "two"\nthree'))
        self.assertEqual(row["text"], 'one, "two"\nthree')

    def test_texts_file(self):
        path = self.texts_file("t.txt", b"\xef\xbb\xbf# moods\r\ncalm piano\r\n\r\n  a beep \r\n")
        report = self.score(self.beep, "--text", "rain", "--texts", path, "--text", "a beep")
        self.assertEqual(sorted(r["text"] for r in report["results"]), ["a beep", "calm piano", "rain"])
        for content, *said in ((b"calm\nF\xfcr Elise\n", "line 2, byte 2", "utf-8"), (b"", "holds no text"),
                               ("calm".encode("utf-16"), "line 1", "utf-16"), (b"a\n\nb\0", "line 3, byte 2", "\\x00")):
            path = self.texts_file("t.txt", content)
            self.one_line(self.hearken("score", self.beep, "--texts", path, status=1).err, "t.txt", *said)
        self.one_line(self.hearken("score", self.beep, "--texts", self.dir / "n.txt", status=1).err, "n.txt", "no such")
        self.one_line(self.hearken("score", self.beep, "--texts", self.music, status=1).err, "music", "directory")

    def test_synonyms(self):
        path = self.texts_file("s.txt", "noises: white noise | static hiss | rain\nbeeps: a beep | a tone\n")
        report = self.score(self.noise, "--synonyms", path, "--text", "calm piano")
        questions = [r for r in report["results"] if "group" not in r]
        self.assertEqual({r["text"] for r in questions}, {"noises", "beeps", "calm piano"})
        self.assertEqual([r["rank"] for r in questions], [1, 2, 3])
        wordings = [r for r in report["results"] if r.get("group") == "noises"]
        self.assertEqual({r["text"] for r in wordings}, {"white noise", "static hiss", "rain"})
        means = [r["mean"] for r in wordings]
        self.assertEqual(means, sorted(means, reverse=True))
        alone = {r["text"]: r["mean"] for t in ("white noise", "rain")
                 for r in self.score(self.noise, "--text", t)["results"]}
        self.assertEqual({r["text"]: r["mean"] for r in wordings if r["text"] in alone}, alone)
        table = rows(self.csv(self.noise, "--synonyms", path, "--text", "calm piano"))
        self.assertEqual(list(table[0]), [*COLUMNS, "group"])
        self.assertEqual([(r["text"], r["group"]) for r in table],
                         [(r["text"], r.get("group", "")) for r in report["results"]])
        shown = self.hearken("score", self.noise, "--synonyms", path).out
        self.one_line(shown, "3 wordings:", f"{means[-1]:.3f}", f"{means[0]:.3f}")
        self.one_line(self.hearken("score", self.noise, "--synonyms", self.texts_file("s.txt", "a: b\nrain | wind"),
                                   status=1).err, "s.txt", "line 2", "':'")

    def test_tables(self):
        one = self.hearken("score", self.noise, *TEXTS)
        self.assertEqual(one.out.splitlines()[0], "noise.wav")
        self.one_line(one.out, "white noise", "  1  ")
        self.one_line(one.err, "1 song, 3 texts", "starter", "10 s every 5 s")
        songs = self.hearken("score", self.music, "--text", "white noise").out
        self.assertEqual(songs.splitlines()[0], "white noise")
        self.one_line(songs, "  1  ", "noise.wav")
        self.one_line(songs, "  2  ", "beep.wav")
        both = self.hearken("score", self.music, *TEXTS).out
        self.assertIn("Each text's best song\n", both)
        self.assertEqual(self.hearken("score", self.noise, *TEXTS, "--quiet").err, "")
        self.assertNotIn("\x1b", one.out + songs + both)

    def test_bad_inputs_are_named_and_the_rest_goes_on(self):
        (self.music / "lyrics.mp3").write_text("no sound at all\n")
        (self.dir / "empty").mkdir()
        locked = tone(self.music / "locked.wav")
        locked.chmod(0)
        result = self.hearken("score", self.music, self.dir / "empty", self.dir / "none.wav", *TEXTS, "--json",
                              status=3, preexec_fn=as_ordinary_user)
        report = self.valid("score", result)
        self.assertEqual({r["path"] for r in report["results"]}, {str(self.beep), str(self.noise)})
        self.assertEqual({s["path"]: s["code"] for s in report["skipped"]},
                         {str(self.music / "lyrics.mp3"): "corrupt", str(locked): "permission_denied",
                          str(self.dir / "empty"): "not_found", str(self.dir / "none.wav"): "not_found"})
        for name in ("lyrics.mp3", "locked.wav", "empty", "none.wav"):
            self.one_line(result.err, "skipped", name)
        alone = self.hearken("score", self.dir / "empty", *TEXTS, "--csv", status=1)
        self.assertEqual(alone.out, ",".join(COLUMNS) + "\n")
        self.one_line(alone.err, "empty", "no sound files")

    def test_wrong_usage(self):
        for arguments in ([], [self.beep], TEXTS, [self.beep, "--text", ""], [self.beep, "--text", " \t"],
                          [self.beep, "--text", b"\xff"], [self.beep, *TEXTS, "--json", "--csv"],
                          [self.beep, "--texts", ""], ["", *TEXTS], [self.beep, *TEXTS, "--hop", "0"]):
            with self.subTest(arguments=arguments):
                result = self.hearken("score", *arguments, status=1 if arguments[:1] == [""] else 2)
                self.assertTrue(result.err)
                self.assertEqual(result.out, "")

    def test_a_text_twice(self):
        report = self.score(self.beep, "--text", "rain", "--text", "wind", "--text", "rain")
        self.assertEqual(sorted(r["text"] for r in report["results"]), ["rain", "wind"])
        report = self.score(self.beep, self.beep, self.music, "--text", "rain")
        self.assertEqual(len(report["results"]), 2)


if __name__ == "__main__":
    main()
