"""What index hears in files besides their vectors: shown by info, asked for by --where, made later where it lacks."""
import math
import shutil
import sqlite3
import struct
import wave

from harness import Case, main, noise

RATE = 16000


def write(path, samples):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(b"".join(struct.pack("<h", round(32000 * max(-1, min(1, x)))) for x in samples))


def clicks(path, tempo, seconds=12):
    samples = [0.0] * (seconds * RATE)
    beat = 60 / tempo * RATE
    for n in range(int(len(samples) / beat)):
        for i in range(400):
            if (at := int(n * beat) + i) < len(samples):
                samples[at] += 0.7 * math.exp(-i / 80) * math.sin(0.6 * i)
    write(path, samples)


def cadence(path):
    """I IV V I in A minor."""
    samples = []
    for chord in ((45, 57, 60, 64), (50, 57, 62, 65), (52, 56, 59, 64), (45, 57, 60, 64)):
        for i in range(2 * RATE):
            samples.append(sum(0.12 * math.exp(-i / RATE) / h * math.sin(2 * math.pi * h * 440 * 2 ** ((note - 69) / 12) * i / RATE)
                               for note in chord for h in (1, 2, 3)))
    write(path, samples)


class MeasuredTest(Case):
    def prepare(self):
        clicks(self.music / "clicks.wav", 125)
        cadence(self.music / "cadence.wav")
        write(self.music / "silence.wav", [0.0] * RATE)
        write(self.music / "tone.wav", [0.1 * math.sin(2 * math.pi * 1000 * i / RATE) for i in range(4 * RATE)])

    def track(self, name):
        return self.valid("info_track", self.hearken("info", "--json", self.music / name))

    def names(self, where, text="a sound"):
        return {hit["path"].rsplit("/", 1)[1] for hit in self.find(text, "--where", where)["results"]}

    def test_measured_while_indexing(self):
        self.assert_counts(self.index(self.music), found=4, indexed=4, listened=0)
        self.assert_counts(self.info(), tracks=4, measured=4, fingerprinted=4)
        tone = self.track("tone.wav")
        self.assertAlmostEqual(tone["loudness"], -23.2, delta=0.1)  # a sine of 1 kHz, 20.2 dB below full scale
        self.assertAlmostEqual(tone["brightness"], 1000, delta=30)
        self.assertIsNone(tone["tempo"])
        self.assertAlmostEqual(self.track("clicks.wav")["tempo"], 125, delta=1)
        self.assertEqual(self.track("cadence.wav")["key"], "A minor")
        silence = self.track("silence.wav")
        self.assert_counts(silence, measured=True, missing=False, duration=1.0, windows=1, silent_windows=1, loudness=None, tempo=None, key=None,
                           brightness=None)
        self.assertEqual(self.valid("info_track", self.hearken("info", "--json", f"id:{silence['id']}")), silence)

    def test_where(self):
        self.index(self.music)
        self.assertEqual(self.names("key = 'a MINOR'"), {"cadence.wav"})
        self.assertEqual(self.names("tempo >= 120 and tempo < 130"), {"clicks.wav"})
        self.assertEqual(self.names("loudness is empty", "silence"), {"silence.wav"})  # which is no answer to anything else
        self.assertEqual(self.names("loudness is empty"), set())
        self.assertEqual(self.names("loudness <= 0 and brightness > 900 and brightness < 1100"), {"tone.wav"})
        self.assertEqual(self.names("not loudness <= 0", "silence"), {"silence.wav"})

    def test_for_people(self):
        self.index(self.music)
        self.assertIn("heard    4 tracks measured, 4 with a fingerprint", self.hearken("info").out)
        shown = self.hearken("info", self.music / "clicks.wav").out
        for part in ("clicks.wav", "beats a minute", "LUFS", "Hz", "undecided"):
            self.assertIn(part, shown)
        self.assertIn("no steady beat", self.hearken("info", self.music / "silence.wav").out)

    def test_a_library_from_before_is_listened_to_once_more(self):
        self.index(self.music)
        before = {name: self.track(name) for name in ("clicks.wav", "cadence.wav", "tone.wav", "silence.wav")}
        with sqlite3.connect(self.library) as db:
            db.executescript("DELETE FROM features; DELETE FROM fingerprints; "
                             "DELETE FROM stages WHERE stage IN ('features', 'fingerprint')")
        db.close()
        self.assert_counts(self.info(), tracks=4, measured=0, fingerprinted=0)
        shown = self.hearken("info", self.music / "tone.wav")
        self.assertNotIn("LUFS", shown.out)
        self.one_line(shown.err, "hearken index")
        report = self.index(self.music)
        self.assert_counts(report, found=4, indexed=0, unchanged=4, listened=4, audio_seconds=0)
        self.assertAlmostEqual(report["listened_seconds"], 25, delta=0.1)
        for name, track in before.items():
            self.assertEqual(self.track(name), track)
        self.assertNotIn("listened", self.hearken("index", self.music).out)

    def test_what_is_not_there(self):
        noise(self.music / "x.wav", seed=1)
        self.index(self.music)
        for name in ("id:999", self.music / "none.wav"):
            self.one_line(self.hearken("info", name, status=1).err, str(self.library))
        self.one_line(self.hearken("info", "id:x", status=2).err, "id:x", "number")
        (self.music / "x.wav").unlink()
        self.index(self.music)
        self.assertTrue(self.track("x.wav")["missing"])

    def test_a_copy_takes_it_along(self):
        self.index(self.music)
        shutil.copy(self.music / "clicks.wav", self.music / "copy.wav")
        self.assert_counts(self.index(self.music), moved=1, indexed=0, listened=0)
        self.assertEqual(self.track("copy.wav")["tempo"], self.track("clicks.wav")["tempo"])


if __name__ == "__main__":
    main()
