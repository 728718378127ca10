"""match and dedupe: excerpts of real recordings, strangers, copies, libraries of before, and what is wrong usage."""
import csv
import io
import math
import shutil
import sqlite3
import struct
import wave

from harness import SAMPLES, Case, main, noise, tone, write_wav


class MatchCase(Case):
    def prepare(self):
        for name in ("recording-02.wav", "recording-09.wav", "recording-18.flac", "recording-03.mp3"):
            shutil.copy(SAMPLES / name, self.music)
        self.index(self.music)

    def match(self, *arguments, status=0):
        return self.valid("match", self.hearken("match", "--json", *arguments, status=status))

    def dedupe(self, *arguments, status=0):
        return self.valid("dedupe", self.hearken("dedupe", "--json", *arguments, status=status))

    def part(self, name, start, seconds, level=1.0, to="part.wav"):
        """A part of a 16-bit WAVE file, as mono."""
        with wave.open(str(SAMPLES / name)) as file:
            rate, channels = file.getframerate(), file.getnchannels()
            file.setpos(int(start * rate))
            data = file.readframes(int(seconds * rate))
        samples = struct.unpack(f"<{len(data) // 2}h", data)
        mono = [int(level * sum(samples[i:i + channels]) / channels) for i in range(0, len(samples), channels)]
        return write_wav(self.cwd / to, mono, rate)

    def refused(self, *arguments, status, says):
        done = self.hearken(*arguments, status=status)
        self.assertEqual(done.out, "")
        self.one_line(done.err, *says)


class MatchTest(MatchCase):
    def test_an_excerpt(self):
        for name in ("recording-02.wav", "recording-09.wav"):
            with self.subTest(name=name):
                report = self.match(self.part(name, 0.7, 4, level=0.4))
                self.assertEqual(len(report["results"]), 1)
                best = report["results"][0]
                self.assertEqual((best["rank"], best["path"]), (1, str(self.music / name)))
                self.assertAlmostEqual(best["offset"], 0.7, delta=0.05)
                self.assertGreaterEqual(best["confidence"], 0.5)
                self.assertEqual((report["tracks"], report["without_fingerprint"], report["warnings"]), (4, 0, []))
        part = self.part("recording-02.wav", 0.7, 4)
        done = self.hearken("match", part.name)
        self.assertRegex(done.out, r"^part\.wav (0:0\d to 0:0\d )?is '.+', from 0:0\d on, confidence [01]\.\d\d\n    .*recording-02\.wav\n$")
        self.assertRegex(done.err, r"^4\.0 s compared with 4 tracks in \d+ ms\n$")
        self.assertEqual(self.hearken("match", part.name, "--quiet").err, "")

    def test_it_needs_no_model_and_no_audio(self):
        part = self.part("recording-02.wav", 0.7, 4)
        shutil.rmtree(self.music)
        self.env["HEARKEN_MODELS"] = str(self.dir / "nowhere")
        self.assertEqual(len(self.match(part)["results"]), 1)

    def test_a_part_of_a_file(self):
        report = self.match(SAMPLES / "recording-18.flac", "--start", "1.5", "--duration", "3")
        self.assertAlmostEqual(report["duration"], 3, delta=0.001)
        self.assertAlmostEqual(report["results"][0]["offset"], 1.5, delta=0.05)
        self.refused("match", SAMPLES / "recording-18.flac", "--start", "99", status=2, says=["recording-18.flac", "from 99 s on"])

    def test_not_here(self):
        done = self.hearken("match", SAMPLES / "recording-08.flac")
        self.assertTrue(done.out.endswith("recording-08.flac: not here\n"), done.out)
        self.assertEqual(self.match(SAMPLES / "recording-08.flac")["results"], [])
        self.assertEqual(self.match(noise(self.cwd / "noise.wav", seconds=10))["results"], [])
        silence = self.match(write_wav(self.cwd / "silence.wav", [0] * 50000))
        self.assertEqual(silence["results"], [])
        self.assertIn("too short or too quiet", silence["warnings"][0])

    def test_a_library_of_before(self):
        with sqlite3.connect(self.library) as database:
            database.execute("DELETE FROM fingerprints")
            database.execute("DELETE FROM stages WHERE stage = 'fingerprint'")
        done = self.hearken("match", SAMPLES / "recording-02.wav")
        self.assertIn("not here", done.out)
        self.one_line(done.err, "4 tracks", "hearken index")
        self.assertEqual(self.match(SAMPLES / "recording-02.wav")["without_fingerprint"], 4)
        self.index(self.music)
        self.assertEqual(len(self.match(SAMPLES / "recording-02.wav")["results"]), 1)

    def test_wrong_input(self):
        self.refused("match", status=2, says=["which file"])
        self.refused("match", "", status=2, says=["FILE"])
        self.refused("match", "nowhere.wav", status=1, says=["nowhere.wav", "No such file"])
        self.refused("match", self.music, status=1, says=[str(self.music)])
        (self.cwd / "text.wav").write_text("hello")
        self.refused("match", "text.wav", status=1, says=["text.wav"])
        self.refused("match", SAMPLES / "recording-02.wav", "--library", "none.db", status=1, says=["none.db"])
        for wrong in (("-k", "0"), ("--start", "-1"), ("--duration", "nan")):
            self.hearken("match", SAMPLES / "recording-02.wav", *wrong, status=2)
        with sqlite3.connect(self.library) as database:
            database.execute("UPDATE fingerprints SET data = x'0105'")
        self.refused("match", SAMPLES / "recording-02.wav", status=1, says=["track id:", "damaged"])


class DedupeTest(MatchCase):
    def test_copies(self):
        self.assertEqual(self.dedupe()["groups"], [])
        self.assertEqual(self.hearken("dedupe").out, "no recording is here twice\n")
        shutil.copy(SAMPLES / "recording-18.flac", self.music / "again.flac")
        self.part("recording-09.wav", 0.3, 4.3, level=0.5, to="cut.wav").rename(self.music / "cut, and quiet.wav")
        self.index(self.music)
        before = self.library.read_bytes()
        report = self.dedupe()
        self.assertEqual(self.library.read_bytes(), before)
        self.assertEqual(report["tracks"], 6)
        groups = {tuple(sorted(t["path"].rsplit("/", 1)[1] for t in g["tracks"])): g["tracks"] for g in report["groups"]}
        self.assertEqual(set(groups), {("again.flac", "recording-18.flac"), ("cut, and quiet.wav", "recording-09.wav")})
        best, other = groups[("cut, and quiet.wav", "recording-09.wav")]
        self.assertTrue(best["path"].endswith("recording-09.wav"))
        self.assertEqual((best["likeness"], other["likeness"], other["format"], other["lossless"]), ("best", "same", "wav", True))
        self.assertAlmostEqual(other["offset"], 0.3, delta=0.05)
        self.assertEqual([t["likeness"] for t in groups[("again.flac", "recording-18.flac")]], ["best", "identical"])

        shown = self.hearken("dedupe")
        self.assertEqual(shown.out.count("best "), 2)
        self.assertIn("the same bytes", shown.out)
        self.assertRegex(shown.out, "the same recording(, \\d+ s shorter)?\n")
        self.assertIn("2 groups of 6 tracks", shown.err)
        self.assertIn("nothing was changed", shown.err)
        rows = list(csv.DictReader(io.StringIO(self.hearken("dedupe", "--csv", "--quiet").out, newline="")))
        self.assertEqual([(r["group"], r["likeness"]) for r in rows], [("1", "best"), ("1", rows[1]["likeness"]),
                                                                       ("2", "best"), ("2", rows[3]["likeness"])])
        self.assertEqual({r["path"] for r in rows}, {t["path"] for g in report["groups"] for t in g["tracks"]})
        self.assertTrue(math.isclose(sum(int(r["bytes"]) for r in rows if r["likeness"] != "best"), report["bytes_beside_best"]))

    def test_wrong_usage(self):
        self.refused("dedupe", "--csv", "--json", status=2, says=["--csv or --json"])
        self.refused("dedupe", "--library", "none.db", status=1, says=["none.db"])
        self.hearken("dedupe", "something", status=2)

    def test_without_fingerprints(self):
        tone(self.music / "tone.wav", seconds=2)
        shutil.copy(self.music / "tone.wav", self.music / "tone again.wav")
        self.index(self.music)
        with sqlite3.connect(self.library) as database:
            database.execute("DELETE FROM fingerprints")
        done = self.hearken("dedupe")
        self.assertIn("the same bytes", done.out)
        self.one_line(done.err, "6 tracks", "by their bytes only", "hearken index")


if __name__ == "__main__":
    main()
