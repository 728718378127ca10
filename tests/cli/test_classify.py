"""classify: right answers on real sounds, softmax, trees, several labels, none of these, templates and files of labels, and bad input."""
import json
import math
import shutil

from harness import MODELS, SAMPLES, Case, main

DOG, RAIN, ROOSTER = (SAMPLES / f"recording-{name}" for name in ("01.ogg", "13.ogg", "16.ogg"))
NAMES = ("--labels", "dog,rain,rooster,piano")


class ClassifyTest(Case):
    def classify(self, *arguments, status=0):
        return self.valid("classify", self.hearken("classify", *arguments, "--json", status=status))

    def labels_file(self, content):
        path = self.dir / "labels.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def test_answers_and_probabilities(self):
        scale = json.loads((MODELS / "starter/config.json").read_text())["logit_scale"]
        report = self.classify(ROOSTER, DOG, RAIN, *NAMES)
        self.assertEqual([r["answer"]["label"] for r in report["results"]], ["rooster", "dog", "rain"])
        scored = {r["text"]: r["mean"] for r in self.hearken("score", DOG, "--text", "This is a sound of dog.", "--text",
                                                             "This is a sound of rain.", "--json").json["results"]}
        for result in report["results"]:
            scores = result["scores"]
            self.assertEqual(sorted(s["label"] for s in scores), ["dog", "piano", "rain", "rooster"])
            self.assertEqual(scores, sorted(scores, key=lambda s: -s["score"]))
            powers = [math.exp(scale * s["score"]) for s in scores]
            for s, power in zip(scores, powers):
                self.assertAlmostEqual(s["probability"], power / sum(powers), delta=1e-6)
        by_label = {s["label"]: s["score"] for s in report["results"][1]["scores"]}
        self.assertAlmostEqual(by_label["dog"], scored["This is a sound of dog."], delta=1e-6)
        self.assertAlmostEqual(by_label["rain"], scored["This is a sound of rain."], delta=1e-6)
        one = self.hearken("classify", DOG, *NAMES).out
        self.one_line(one, "  1  ", "MODERATE", "dog")
        several = self.hearken("classify", DOG, RAIN, *NAMES)
        self.one_line(several.out, "dog ", "recording-01.ogg")
        self.one_line(several.err, "2 sounds, 4 labels")

    def test_the_same_for_files_tracks_and_threads(self):
        for sound in (DOG, RAIN):
            shutil.copy(sound, self.music)
        once = self.hearken("classify", self.music, *NAMES, "--json", "--precision", "fp32").out
        self.index(self.music, "--precision", "fp32")
        for arguments in (["--threads", "1"], []):
            self.assertEqual(self.hearken("classify", self.music, *NAMES, "--json", "--precision", "fp32", *arguments).out, once)
        tracks = self.classify("id:2", "id:1", *NAMES)["results"]
        self.assertEqual([r["id"] for r in tracks], [2, 1])
        files = {r["path"]: r["scores"] for r in self.classify(self.music, *NAMES)["results"]}
        self.assertEqual({r["path"]: r["scores"] for r in tracks}, files)

    def test_a_tree_is_answered_where_it_is_sure(self):
        path = self.labels_file("Animal > dog barking\nAnimal > Bird > rooster crowing\nAnimal > Bird > crow cawing\nWater > rain\n")
        dog, rooster = self.classify(DOG, ROOSTER, "--labels-file", path)["results"]
        self.assertEqual((dog["answer"]["label"], rooster["answer"]["label"]), ("dog barking", "rooster crowing"))
        unsure = self.labels_file("Animal > Dog > dog barking\nAnimal > Dog > dog growling\nAnimal > Dog > dog howling\nWater > rain\n")
        [result] = self.classify(DOG, "--labels-file", unsure)["results"]
        total = sum(s["probability"] for s in result["scores"] if s["label"].startswith("dog"))
        self.assertGreater(total, 0.9)
        if max(s["probability"] for s in result["scores"]) < 0.5:
            self.assertEqual(result["answer"]["label"], "Dog")
            self.assertAlmostEqual(result["answer"]["probability"], total, delta=1e-9)

    def test_several_and_none(self):
        result = self.classify(DOG, "--labels", "barking dog,canine,helicopter", "--multi")["results"][0]
        held = {s["label"] for s in result["scores"] if s["holds"]}
        self.assertIn("barking dog", held)
        self.assertNotIn("helicopter", held)
        shown = self.hearken("classify", DOG, "--labels", "piano,helicopter", "--multi").out
        self.assertIn("no label holds", shown)
        with_it, without = (self.classify(DOG, "--labels", labels, "--none")["results"][0] for labels in ("dog,piano", "helicopter,piano"))
        self.assertEqual((with_it["none"], without["none"]), (False, True))
        self.assertIn("instead", without)
        self.one_line(self.hearken("classify", DOG, "--labels", "helicopter,piano", "--none").out, "none of these, rather", without["instead"])

    def test_templates(self):
        default = self.classify(DOG, *NAMES)
        self.assertEqual(default["templates"], ["This is a sound of {}."])
        self.assertEqual(self.classify(DOG, "--labels", "gtzan")["templates"], ["This audio is a {} song."])
        bare = self.classify(DOG, *NAMES, "--template", "{}")["results"]
        both = self.classify(DOG, *NAMES, "--template", "{}", "--template", "[a, {}]")
        self.assertEqual(bare, default["results"])  # the starter hears the name alone in such a sentence
        self.assertNotEqual(self.classify(DOG, *NAMES, "--template", "{} in a storm")["results"], bare)
        self.assertEqual(both["templates"], ["{}", "[a, {}]"])
        asked = self.labels_file("A recording of {}.\ndog: a barking dog | dogs\nrain\n")
        self.assertEqual(self.classify(DOG, "--labels-file", asked)["templates"], ["A recording of {}."])

    def test_label_files_that_are_wrong(self):
        for content, *said in ((b"a\n\xfc\n", "line 2, byte 1", "not UTF-8"), ("a".encode("utf-16"), "line 1", "UTF-16"), (b"", "holds no label"),
                               (b"a\nb\na\n", "line 3", "'a' is on line 1"), (b"x" * 5000, "line 1", "longer than 4096")):
            self.one_line(self.hearken("classify", DOG, "--labels-file", self.labels_file(content), status=1).err, "labels.txt", *said)

    def test_wrong_usage(self):
        for arguments in ([], [DOG], NAMES, [DOG, "--labels", "dog"], [DOG, "--labels", "a,,b"], [DOG, "--labels", "a,a"], [DOG, "--labels", ""],
                          [DOG, *NAMES, "--template", "no gap"], [DOG, *NAMES, "--labels-file", "x"]):
            with self.subTest(arguments=arguments):
                result = self.hearken("classify", *arguments, status=2)
                self.assertTrue(result.err)
                self.assertEqual(result.out, "")
        self.one_line(self.hearken("classify", DOG, "--labels", "esc51", status=2).err, "esc51", "esc50", "ucs")

    def test_bad_inputs_are_named_and_the_rest_goes_on(self):
        broken = self.music / "[a, b].mp3"
        broken.write_text("no sound at all\n")
        report = self.classify(broken, DOG, self.dir / "none.wav", *NAMES, status=3)
        self.assertEqual([r["path"] for r in report["results"]], [str(DOG)])
        self.assertEqual({s["path"]: s["code"] for s in report["skipped"]},
                         {str(broken): "corrupt", str(self.dir / "none.wav"): "not_found"})
        self.one_line(self.hearken("classify", broken, *NAMES, status=1).err, "skipped", "[a, b].mp3")


if __name__ == "__main__":
    main()
