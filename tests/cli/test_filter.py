"""filter: what is denied and where, what passes, the exit status that pipelines go by."""
import array
import wave

from harness import SAMPLES, Case, main, noise

DOG, RAIN, ROOSTER = (SAMPLES / f"recording-{name}" for name in ("01.ogg", "13.ogg", "16.ogg"))
SNEEZE = SAMPLES / "recording-02.wav"


class FilterTest(Case):
    def filter(self, *arguments, status):
        return self.valid("filter", self.hearken("filter", *arguments, "--json", status=status))

    def test_denied_and_passed(self):
        report = self.filter(RAIN, DOG, "--deny", "a dog barking", status=1)
        rain, dog = report["results"]
        self.assertEqual((rain["passes"], rain["denied"], dog["passes"]), (True, [], False))
        [part] = dog["denied"]
        self.assertEqual((part["text"], part["start"]), ("a dog barking", 0))
        self.assertAlmostEqual(part["end"], dog["duration"], delta=0.01)
        self.assertGreaterEqual(part["score"], report["threshold"])
        self.assertLess(rain["nearest"]["score"], report["threshold"])
        shown = self.hearken("filter", RAIN, DOG, "--deny", "a dog barking", status=1).out
        self.one_line(shown, "passes", "recording-13.ogg")
        self.one_line(shown, "DENIED", "recording-01.ogg")
        self.one_line(shown, "0:00–", '"a dog barking"')

    def test_what_is_allowed_and_the_threshold(self):
        self.assertTrue(self.filter(DOG, "--deny", "an animal", "--allow", "a dog barking", status=0)["results"][0]["passes"])
        [dog] = self.filter(DOG, "--deny", "a dog barking", "--allow", "a cat", status=1)["results"]
        self.assertEqual(dog["denied"][0]["allowed"], "a cat")
        self.assertLess(dog["denied"][0]["allowed_score"], dog["denied"][0]["score"])
        strict = self.filter(DOG, "--deny", "a dog barking", "--threshold", "0.9", status=0)
        self.assertEqual(strict["threshold"], 0.9)

    def test_the_moment(self):
        noise(self.music / "long.wav", seconds=30, rate=44100)
        with wave.open(str(self.music / "long.wav")) as file:
            rate, samples = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
        with wave.open(str(SNEEZE)) as file:
            self.assertEqual((file.getframerate(), file.getnchannels()), (rate, 1))
            sneeze = array.array("h", file.readframes(file.getnframes()))
        samples = array.array("h", (s // 64 for s in samples))
        samples[15 * rate:15 * rate + len(sneeze)] = sneeze
        with wave.open(str(self.music / "long.wav"), "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
        [sound] = self.filter(self.music, "--deny", "a person sneezing", "--window", "5", "--hop", "2.5", status=1)["results"]
        self.assertTrue(sound["denied"])
        for part in sound["denied"]:
            self.assertLess(part["start"], 15 + len(sneeze) / rate)
            self.assertGreater(part["end"], 15)

    def test_exit_status(self):
        self.filter(RAIN, self.dir / "none.wav", "--deny", "a dog barking", status=3)
        report = self.filter(DOG, self.dir / "none.wav", "--deny", "a dog barking", status=1)
        self.assertEqual([s["code"] for s in report["skipped"]], ["not_found"])
        self.filter(self.dir / "none.wav", "--deny", "a dog barking", status=1)
        for arguments in ([DOG], ["--deny", "a"], [DOG, "--deny", ""], [DOG, "--deny", " "], [DOG, "--deny", "a", "--allow", "a"],
                          [DOG, "--deny", "a", "--threshold", "2"], [DOG, "--deny", "a", "--threshold", "nan"]):
            with self.subTest(arguments=arguments):
                result = self.hearken("filter", *arguments, status=2)
                self.assertTrue(result.err)
                self.assertEqual(result.out, "")


if __name__ == "__main__":
    main()
