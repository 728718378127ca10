"""events: known clips over noise are found at their times, in every format; bad inputs and wrong usage."""
import csv
import io
import random
import struct
import wave

from harness import SAMPLES, Case, main, noise, tone, write_wav

TEXTS = ["--text", "dog barking", "--text", "rooster crowing", "--text", "rain"]
RATE = 44100


class EventsTest(Case):
    def setUp(self):
        super().setUp()
        self.mixture = self.dir / "mixture.wav"

    def mix(self):
        """A sneeze at 3 s (sample recording-02 is a WAV) and a chainsaw at 9 s, over faint noise, 17 s."""
        draw, sound = random.Random(1), []
        sound = [draw.gauss(0, 60) for _ in range(17 * RATE)]
        for name, at in (("recording-02.wav", 3), ("recording-09.wav", 9)):
            with wave.open(str(SAMPLES / name)) as file:
                self.assertEqual((file.getframerate(), file.getsampwidth()), (RATE, 2))
                step = file.getnchannels()
                frames = struct.unpack(f"<{file.getnframes() * step}h", file.readframes(file.getnframes()))[::step]
            for i, s in enumerate(frames):
                sound[at * RATE + i] += s / 2
        return write_wav(self.mixture, [max(-32768, min(32767, int(s))) for s in sound], RATE)

    def events(self, *arguments, status=0):
        return self.valid("events", self.hearken("events", *arguments, "--json", status=status))

    def test_onsets_and_formats(self):
        self.mix()
        texts = ["--text", "chainsaw", "--text", "person sneezing", "--text", "rain"]
        report = self.events(self.mixture, *texts)
        self.assertEqual((report["model"], report["min"]), ("starter", 0.4))
        result, = report["results"]
        self.assertEqual((result["path"], result["duration"]), (str(self.mixture), 17))
        by_text = {e["text"]: e for e in result["events"]}
        saw = by_text["chainsaw"]
        self.assertLess(abs(saw["start"] - 9), 0.5)
        self.assertLess(abs(saw["end"] - 14), 0.5)
        self.assertEqual([e for e in result["events"] if e["text"] == "person sneezing" and not 3 <= e["start"] <= 8], [])
        self.assertIn("person sneezing", by_text)
        self.assertEqual(result["events"], sorted(result["events"], key=lambda e: (e["start"], e["end"])))
        for event in result["events"]:
            self.assertGreaterEqual(event["likelihood"], 0.4)
            self.assertEqual(event["level"], "HIGH" if event["likelihood"] >= 0.9 else "MODERATE" if event["likelihood"] >= 0.6 else "LOW")

        rows = list(csv.DictReader(io.StringIO(self.hearken("events", self.mixture, *texts, "--format", "csv").out)))
        self.assertEqual([(r["label"], float(r["start"]), float(r["likelihood"])) for r in rows],
                         [(e["text"], round(e["start"], 3), round(e["likelihood"], 4)) for e in result["events"]])
        lines = self.hearken("events", "--format", "audacity", *texts, self.mixture).out.splitlines()
        self.assertEqual([(float(a), float(b), t) for a, b, t in (line.split("\t") for line in lines)],
                         [(round(e["start"], 6), round(e["end"], 6), e["text"]) for e in result["events"]])
        table = list(csv.DictReader(io.StringIO(self.hearken("events", self.mixture, *texts, "--format", "raven").out), delimiter="\t"))
        self.assertEqual([(int(r["Selection"]), float(r["Begin Time (s)"]), r["Species"]) for r in table],
                         [(i, round(e["start"], 6), e["text"]) for i, e in enumerate(result["events"], 1)])
        self.assertLess(0, float(table[0]["High Freq (Hz)"]))
        cues = self.hearken("events", self.mixture, *texts, "--format", "webvtt").out
        self.assertTrue(cues.startswith("WEBVTT\n\n"))
        self.assertEqual(cues.count(" --> "), len(result["events"]))
        self.one_line(self.hearken("events", self.mixture, *texts).out, "chainsaw", f"0:{saw['start']:04.1f} – 0:{saw['end']:04.1f}")
        for threads in ("1", "2"):
            self.assertEqual(self.events(self.mixture, *texts, "--threads", threads), report)

        likely = self.events(self.mixture, *texts, "--min", "0.9")["results"][0]["events"]
        self.assertEqual(likely, [e for e in result["events"] if e["likelihood"] >= 0.9])

    def test_markup_in_texts(self):
        short = noise(self.music / "noise.wav", seconds=2)
        shown = self.hearken("events", short, "--text", "white noise <hiss> & static", "--min", "0", "--format",
                             "webvtt").out
        self.assertIn("\nwhite noise &lt;hiss&gt; &amp; static\n", shown)

    def test_labels_and_tracks(self):
        path = tone(self.music / "beep.wav", 990, 3)
        self.index(self.music)
        report = self.events("id:1", "--labels", "beep, rain")
        self.assertEqual((report["results"][0]["id"], report["results"][0]["path"]), (1, str(path)))
        names = self.dir / "labels.txt"
        names.write_text("beep\nrain\n")
        self.assertEqual(self.events("id:1", "--labels-file", names)["results"], report["results"])

    def test_bad_inputs_are_named_and_the_rest_goes_on(self):
        good, bad = noise(self.music / "noise.wav"), self.music / "lyrics.mp3"
        bad.write_text("no sound at all\n")
        result = self.hearken("events", bad, good, self.dir / "none.wav", *TEXTS, "--json", status=3)
        report = self.valid("events", result)
        self.assertEqual([r["path"] for r in report["results"]], [str(good)])
        self.assertEqual({s["path"]: s["code"] for s in report["skipped"]},
                         {str(bad): "corrupt", str(self.dir / "none.wav"): "not_found"})
        self.one_line(result.err, "skipped", "lyrics.mp3")
        self.one_line(result.err, "skipped", "none.wav")
        self.hearken("events", bad, *TEXTS, status=1)

    def test_wrong_usage(self):
        good = noise(self.music / "noise.wav")
        for arguments in ([], [good], TEXTS, [good, "--text", " "], [good, "--text", b"\xff"], [good, *TEXTS, "--labels", "rain"],
                          [good, *TEXTS, "--format", "srt"], [good, good, *TEXTS, "--format", "webvtt"],
                          [good, good, *TEXTS, "--format", "raven"], [good, *TEXTS, "--json", "--format", "csv"],
                          [good, *TEXTS, "--join", "-1"], [good, *TEXTS, "--shortest", "0"], [good, *TEXTS, "--min", "nan"],
                          [good, *TEXTS, "--min", "1.1"], ["", *TEXTS]):
            with self.subTest(arguments=arguments):
                result = self.hearken("events", *arguments, status=2)
                self.assertTrue(result.err)
                self.assertEqual(result.out, "")


if __name__ == "__main__":
    main()
