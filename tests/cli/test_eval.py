"""eval: every protocol on real clips and on their saved vectors, against the schema; what it skips; wrong usage."""
import csv
import shutil

from harness import SAMPLES, SOURCE, Case, main, noise, tone


class EvalTest(Case):
    def evaluate(self, *arguments, status=0):
        return self.valid("eval", self.hearken("eval", *arguments, "--json", status=status))

    def dataset(self):
        """Noises and tones in two folders, as classes whose names the model can tell apart."""
        for i in range(5):
            for folder in ("white_noise", "beep"): (self.music / folder).mkdir(exist_ok=True)
            noise(self.music / "white_noise" / f"{i}.wav", seed=i)
            tone(self.music / "beep" / f"{i}.wav", hz=700 + 90 * i)
        return self.music

    def test_zero_shot_and_its_vectors(self):
        folder, saved = self.dataset(), self.dir / "saved"
        report = self.evaluate("zero-shot", "--data", folder, "--save-vectors", saved)
        self.assertEqual(report["dataset"] | {"path": ""}, {"layout": "folder", "path": "", "unlabelled": 0, "clips": 10})
        self.assertEqual(report["templates"], ["This is a sound of {}."])
        self.assertEqual([entry["wordings"] for entry in report["labels"]], [["beep"], ["white noise"]])
        figure = report["figures"][0]
        self.assertEqual((figure["name"], figure["value"], figure["n"], figure["chance"], figure["interval"]), ("accuracy", 1, 10, .5, "Wilson"))
        self.assertAlmostEqual(figure["low"], 0.7224672, places=6)
        again = self.evaluate("zero-shot", "--vectors", f"{saved}.npy", "--labels", f"{saved}.csv", "--label-vectors", f"{saved}.labels.npy")
        self.assertEqual(again["figures"], report["figures"])
        self.assertNotIn("model", again)
        self.assertEqual(self.evaluate("zero-shot", "--data", folder, "--threads", 1)["figures"], report["figures"])
        for crop in ("first", "centre"):  # clips of one window
            self.assertEqual(self.evaluate("zero-shot", "--data", folder, "--crop", crop)["classes"], report["classes"])
        probe = self.evaluate("probe", "--vectors", f"{saved}.npy", "--labels", f"{saved}.csv")
        self.assertEqual(([fold["test"] for fold in probe["folds"]], probe["own_folds"], probe["figures"][0]["value"]), ([2] * 5, False, 1))

    def test_wordings(self):
        report = self.evaluate("wordings", "--data", self.dataset(), "--template", "{}", "--template", "A recording of {}.")
        self.assertEqual(sorted(entry["template"] for entry in report["wordings"]), ["A recording of {}.", "{}"])
        self.assertEqual(len(report["figures"]), 3)
        values = [entry["accuracy"] for entry in report["wordings"]]
        self.assertEqual(report["spread"], max(values) - min(values))

    def test_tables(self):
        text = self.hearken("eval", "zero-shot", "--data", self.dataset(), "--markdown").out
        self.assertIn("| accuracy | 1.0000 | 0.7225 to 1.0000 | 10 | 0.5000 |", text)
        plain = self.hearken("eval", "zero-shot", "--data", self.music).out
        self.one_line(plain, "accuracy", "1.0000", "0.7225 to 1.0000")
        self.one_line(plain, "prompt", "This is a sound of {}.")

    def test_published_figures_of_a_checkpoint(self):
        """A toy under the name of LAION's music checkpoint, on folders that are called as GTZAN's."""
        model = self.dir / "music_audioset_epoch_15_esc_90.14.pt"
        shutil.copy(SOURCE / "tests/golden/clap/laion-unfused.pt", model)
        shutil.copy(SOURCE / "tests/golden/clap/tokenizer.json", self.dir)
        for i, genre in enumerate("blues classical country disco hiphop jazz metal pop reggae rock".split()):
            (self.music / genre).mkdir()
            tone(self.music / genre / f"{genre}.00000.wav", hz=300 + 100 * i, seconds=.5)
        report = self.evaluate("zero-shot", "--data", self.music, "--model", model)
        self.assertEqual((report["dataset"]["layout"], report["templates"]), ("gtzan", ["This audio is a {} song."]))
        self.assertEqual([(entry["dataset"], entry["value"]) for entry in report["published"]], [("gtzan", .71)])
        self.one_line(self.hearken("eval", "zero-shot", "--data", self.music, "--model", model, "--markdown").out, "| accuracy |", "| 0.7100 |", "README")
        shutil.rmtree(self.music / "rock")  # nine of ten classes are another task
        self.assertEqual(self.evaluate("zero-shot", "--data", self.music, "--model", model)["published"], [])

    def test_retrieval(self):
        self.dataset()
        rows = [("white_noise/0.wav", "white noise"), ("white_noise/0.wav", "loud static hiss"), ("beep/0.wav", "a beep"), ("gone.wav", "nothing")]
        captions, saved = self.music / "captions.csv", self.dir / "found"
        with open(captions, "w", newline="") as file:
            csv.writer(file).writerows([("path", "caption"), *rows])
        result = self.hearken("eval", "retrieval", "--captions", captions, "--save-vectors", saved, "--json", status=3)
        report = self.valid("eval", result)
        self.one_line(result.err, "gone.wav", "not there")
        self.assertEqual([entry["path"] for entry in report["skipped"]], ["gone.wav"])
        figures = {figure["name"]: figure for figure in report["figures"]}
        self.assertEqual((figures["text to audio R@1"]["n"], figures["audio to text R@1"]["n"]), (3, 2))
        self.assertEqual((figures["text to audio R@1"]["value"], figures["text to audio R@1"]["chance"]), (1, .5))
        self.assertEqual(figures["text to audio median rank"]["value"], 1)
        again = self.evaluate("retrieval", "--vectors", f"{saved}.npy", "--captions", f"{saved}.captions.csv", "--caption-vectors", f"{saved}.captions.npy")
        self.assertEqual(again["figures"], report["figures"])

    def test_what_cannot_be_read_is_named(self):
        folder = self.dataset()
        (folder / "beep" / "broken.wav").write_bytes(b"RIFF nothing")
        result = self.hearken("eval", "zero-shot", "--data", folder, "--json", status=3)
        self.one_line(result.err, "broken.wav")
        self.assertEqual(self.valid("eval", result)["dataset"]["clips"], 10)
        alone = self.dir / "alone"
        (alone / "a").mkdir(parents=True)
        shutil.copy(folder / "beep" / "broken.wav", alone / "a")
        self.one_line(self.hearken("eval", "zero-shot", "--data", alone, status=1).err, "no sound could be read")

    def test_wrong_usage(self):
        folder = self.dataset()
        (self.dir / "l.csv").write_text("label\nrain\n")
        saved = self.dir / "s"
        self.hearken("eval", "zero-shot", "--data", folder, "--save-vectors", saved)
        for reason, status, *arguments in (
                ("eval", 2, "eval"),
                ("either --data", 2, "eval", "zero-shot"),
                ("exclude", 2, "eval", "zero-shot", "--data", folder, "--json", "--markdown"),
                ("--label-vectors", 2, "eval", "zero-shot", "--vectors", f"{saved}.npy", "--labels", f"{saved}.csv"),
                ("no label for the class 'beep'", 1, "eval", "zero-shot", "--data", folder, "--label-set", "gtzan"),
                ("{}", 2, "eval", "zero-shot", "--data", folder, "--template", "a sound"),
                ("no column 'path'", 1, "eval", "zero-shot", "--data", folder, "--labels", self.dir / "l.csv"),
                ("needs --captions", 2, "eval", "retrieval", "--data", folder),
                ("nowhere", 1, "eval", "zero-shot", "--data", self.dir / "nowhere"),
                ("10", 1, "eval", "probe", "--vectors", f"{saved}.npy", "--labels", self.dir / "l.csv")):
            self.assertIn(reason, self.hearken(*arguments, status=status).err)

    def test_published_layouts_of_real_sounds(self):
        """The samples, as ESC-50 would lay them out."""
        (self.music / "meta").mkdir()
        (self.music / "audio").mkdir()
        sounds = sorted(SAMPLES.glob("recording-0[1-4].*"))
        lines = ["filename,fold,target,category,esc10,src_file,take"]
        for i, sound in enumerate(sounds):
            shutil.copy(sound, self.music / "audio")
            lines.append(f"{sound.name},{i % 2 + 1},{i % 2},{['dog', 'rain'][i % 2]},True,x,A")
        (self.music / "meta" / "esc50.csv").write_text("\n".join(lines) + "\n")
        report = self.evaluate("zero-shot", "--data", self.music)
        self.assertEqual((report["dataset"]["layout"], report["label_set"], report["dataset"]["clips"]), ("esc50", "esc50", len(sounds)))


main()
