"""export and import: a library out and in again, bit for bit; refusals; clips; find --copy-to."""
import csv
import json
import pathlib
import shutil
import wave

from harness import SAMPLES, Case, main, noise, read_npy, tone, vectors, write_wav


class ExportCase(Case):
    def prepare(self):
        for source in sorted((SAMPLES / "music").iterdir())[:6]:
            shutil.copy(source, self.music / source.name)
        tone(self.music / "short, \"odd\".wav", seconds=1)
        noise(self.music / "noise.wav", seconds=23)
        self.index(self.music, "--threads", "1")

    def export(self, *arguments, status=0):
        return self.valid("export", self.hearken("export", "--json", *arguments, status=status))

    def import_(self, *arguments, status=0):
        return self.valid("import", self.hearken("import", "--json", *arguments, status=status))

    def refused(self, *arguments, status, says):
        done = self.hearken(*arguments, status=status)
        self.assertEqual(done.out, "")
        self.one_line(done.err, *says)

    def rows(self, folder="out"):
        return [json.loads(line) for line in (self.cwd / folder / "catalogue.jsonl").read_text().splitlines()]


class ExportTest(ExportCase):
    def test_rows(self):
        report = self.export("--out", "out")
        rows = self.rows()
        shape, matrix = read_npy(self.cwd / "out/vectors.npy")
        self.assertEqual(shape, (report["rows"], 512))
        self.assertEqual(len(rows), report["rows"])
        self.assertEqual(report["rows"], self.info()["windows"])
        self.assertEqual(report["tracks"], 8)
        for vector in matrix:
            self.assertAlmostEqual(sum(x * x for x in vector), 1, delta=0.002)
        with open(self.cwd / "out/catalogue.csv", newline="") as file:
            table = list(csv.DictReader(file))
        self.assertEqual(len(table), len(rows))
        for line, row in zip(table, rows):
            self.assertEqual(set(line), set(row))
            for key, value in row.items():
                self.assertEqual(type(value)(line[key]), value, key)
            self.assertTrue(pathlib.Path(row["path"]).is_file())
            self.assertEqual(pathlib.Path(row["path"]).name, row["filename"])
            self.assertLess(row["start"], row["end"])
            self.assertLessEqual(row["end"], row["duration"])
        self.assertEqual(len({row["chunk_id"] for row in rows}), len(rows))
        manifest = json.loads((self.cwd / "out/export.json").read_text())
        self.assertEqual(manifest["fingerprint"], self.info()["models"][0]["fingerprint"])
        self.assertEqual({p.name for p in (self.cwd / "out").iterdir()},
                         {"vectors.npy", "catalogue.jsonl", "catalogue.csv", "export.json"})

    def test_by_track_in_part(self):
        report = self.export("--out", "out", "--by", "track", "--format", "npy+jsonl", "--where", "title is empty")
        self.assertEqual(report["rows"], report["tracks"])
        self.assertGreaterEqual(report["rows"], 2)
        self.assertEqual([pathlib.Path(f).name for f in report["files"]], ["vectors.npy", "catalogue.jsonl", "export.json"])
        self.assertEqual(read_npy(self.cwd / "out/vectors.npy")[0], (report["rows"], 512))
        self.assertNotIn("chunk_id", self.rows()[0])
        self.refused("import", "out", status=1, says=["out/export.json", "--by window"])
        self.export("--out", "csv", "--format", "csv", "--under", self.music / "noise.wav")
        self.assertEqual({p.name for p in (self.cwd / "csv").iterdir()}, {"catalogue.csv", "export.json"})

    def test_clips(self):
        report = self.export("--out", "out", "--clips", "out/clips", "--under", self.music / "noise.wav")
        self.assertEqual(report["clips"], report["rows"])
        for row in self.rows():
            with wave.open(str(self.cwd / f"out/clips/{row['chunk_id']}.wav")) as clip:
                self.assertEqual((clip.getnchannels(), clip.getsampwidth(), clip.getframerate()), (1, 2, 48000))
                self.assertAlmostEqual(clip.getnframes() / 48000, row["end"] - row["start"], delta=0.001)
        (self.music / "noise.wav").unlink()
        gone = self.hearken("export", "--out", "out", "--clips", "out/clips", "--under", self.music / "noise.wav", status=3)
        self.one_line(gone.err, "noise.wav", "No such file")

    def test_wrong_usage(self):
        self.refused("export", status=2, says=["--out is required"])
        self.refused("export", "--out", "x", "--format", "npy+parquet", status=2, says=["'parquet'", "npy, jsonl and csv"])
        self.refused("export", "--out", "x", "--by", "track", "--clips", "y", status=2, says=["clips are of windows"])
        self.refused("export", "--out", "x", "--where", "id > 1000", status=1, says=["no track to export"])
        self.refused("export", "--out", "x", "--library", "none.db", status=1, says=["none.db"])
        self.refused("export", "--out", "/proc/x", status=1, says=["/proc/x"])
        self.assertEqual(list(self.cwd.iterdir()), [])


class ImportTest(ExportCase):
    def search(self, *library):
        answers = []
        for query in ("calm cello", "noise", "electronic beat"):
            for rank in ("mean", "best"):
                results = self.find(query, "--rank", rank, *library)["results"]
                answers.append([{k: v for k, v in r.items()} for r in results])
        return answers

    def test_round_trip(self):
        self.export("--out", "out", "--format", "npy+jsonl")
        report = self.import_("out", "--library", "new.db")
        self.assert_counts(report, tracks=8, imported=8, unchanged=0, skipped=[])
        self.assertEqual(vectors(self.cwd / "new.db"), vectors(self.library))
        self.assertEqual(self.search("--library", "new.db"), self.search())
        before = (self.cwd / "new.db").read_bytes()
        again = self.import_("out", "--library", "new.db")
        self.assert_counts(again, tracks=8, imported=0, unchanged=8, windows=0)
        self.assertEqual((self.cwd / "new.db").read_bytes(), before)
        self.assert_counts(self.index(self.music, "--library", "new.db"), indexed=0, unchanged=8)

    def test_a_quick_pass_goes_over_as_such(self):
        noise(self.music / "long.wav", seed=5, seconds=50)
        self.index(self.music, "--quick")
        self.export("--out", "out")
        self.assertEqual([row["start"] for row in self.rows() if row["quick"]], [5.0, 20.0, 40.0])
        self.import_("out", "--library", "new.db")
        self.assertEqual(self.info("--library", "new.db")["quick_tracks"], 1)
        self.assert_counts(self.index(self.music, "--library", "new.db"), indexed=1, completed=1)
        # What is whole stays whole.
        self.assert_counts(self.import_("out", "--library", "new.db"), imported=0, unchanged=9)
        self.assertEqual(self.info("--library", "new.db")["quick_tracks"], 0)

    def test_files_that_are_not_there_or_others(self):
        self.export("--out", "out")
        (self.music / "noise.wav").unlink()
        write_wav(self.music / "short, \"odd\".wav", [1] * 16000)
        done = self.hearken("import", "out", "--library", "new.db", status=3)
        self.one_line(done.err, "noise.wav", "No such file")
        self.one_line(done.err, "odd", "other content")
        self.assertEqual(self.info("--library", "new.db")["tracks"], 6)
        skipped = self.import_("out", "--library", "second.db", status=3)["skipped"]
        self.assertEqual({pathlib.Path(s["path"]).name: s["code"] for s in skipped},
                         {"noise.wav": "not_found", "short, \"odd\".wav": "mismatch"})

    def test_refused(self):
        self.export("--out", "out")
        manifest = json.loads((self.cwd / "out/export.json").read_text())
        other = manifest | {"fingerprint": "0" * 32}
        (self.cwd / "out/export.json").write_text(json.dumps(other))
        self.refused("import", "out", "--library", "new.db", status=1, says=["out/export.json", "0" * 32, "'starter'"])
        self.refused("import", "out", status=1, says=["out/export.json", "0" * 32, "'starter'"])
        (self.cwd / "out/export.json").write_text(json.dumps(manifest | {"model": "no/such/model"}))
        self.refused("import", "out", "--library", "new.db", status=1, says=["no/such/model"])
        self.assert_counts(self.import_("out", "--library", "new.db", "--model", "starter"), imported=8)
        (self.cwd / "out/export.json").write_text(json.dumps(manifest))
        data = (self.cwd / "out/vectors.npy").read_bytes()
        (self.cwd / "out/vectors.npy").write_bytes(data[:-2048] + b"\xff" * 2048)
        self.refused("import", "out", "--library", "third.db", status=1, says=["vectors.npy", "row", "not a unit vector"])
        self.refused("import", "nowhere", status=1, says=["nowhere", "no such file or folder", "hearken export"])
        self.refused("import", "out", "--format", "csv", status=2, says=["--format"])


class CopyTest(ExportCase):
    def test_copies(self):
        done = self.hearken("find", "noise", "-k", "3", "--copy-to", "session")
        self.assertIn("3 copied files in session", done.err)
        found = self.find("noise", "-k", "3")["results"]
        names = sorted(p.name for p in (self.cwd / "session").iterdir())
        self.assertEqual(names, [f"{r['rank']:02} {pathlib.Path(r['path']).name}" for r in found])
        for name, r in zip(names, found):
            self.assertEqual((self.cwd / "session" / name).read_bytes(), pathlib.Path(r["path"]).read_bytes())
        again = self.hearken("find", "noise", "-k", "3", "--copy-to", "session", status=1)
        self.one_line(again.err, names[0], "nothing is overwritten")

    def test_moments(self):
        self.hearken("find", "noise", "--moments", "-k", "2", "--offset", "1", "--copy-to", "session")
        found = self.find("noise", "--moments", "-k", "2", "--offset", "1")["results"]
        for r in found:
            at = int(r["start"])
            name = f"{r['rank']:02} {pathlib.Path(r['path']).stem} {at // 60}-{at % 60:02}.wav"
            with wave.open(str(self.cwd / "session" / name)) as clip:
                self.assertAlmostEqual(clip.getnframes() / 48000, r["end"] - r["start"], delta=0.001)
        self.assertEqual(len(list((self.cwd / "session").iterdir())), len(found))


if __name__ == "__main__":
    main()
