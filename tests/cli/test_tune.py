"""tune: a model that was trained further, how it went, and what it says of bad data."""
import json
import re
import shutil
from pathlib import Path

from harness import main, mount_tmpfs
from tune_case import TOY, TuneCase, metrics


class TuneTest(TuneCase):
    def setUp(self):
        super().setUp()
        self.need_libtorch()
        self.out = self.dir / "tuned"
        self.small = ("--model", TOY, "-o", self.out, "--batch", "4", "--seconds", "1", "--threads", "1")

    def test_learns_and_writes_a_model(self):
        data = self.captions(16)
        epochs = self.tune("--data", data, *self.small, "--epochs", "8", "--lr", "1e-3", "--patience", "0")
        self.assertEqual([e["epoch"] for e in epochs], list(range(9)))
        self.assertIsNone(epochs[0]["loss"])
        self.assertLess(epochs[-1]["loss"], 0.7 * epochs[1]["loss"])
        self.assertEqual({len(e["found"]) for e in epochs}, {3})
        shown = self.valid("model_show", self.hearken("model", "show", "--json", self.out))
        self.assertEqual(shown["dimension"], self.hearken("model", "show", "--json", TOY).json["dimension"])
        steps = [line for line in metrics(self.out) if "step" in line]
        self.assertEqual([s["step"] for s in steps], list(range(1, 8 * 3 + 1)))
        self.assertEqual(max(s["learning_rate"] for s in steps), 1e-3)
        page = (self.out / "training/curves.html").read_text()
        data = json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page)[1])
        self.assertEqual((len(data["epochs"]), len(data["steps"])), (9, 24))
        self.index(self.music, "--model", self.out)
        self.assertEqual(self.info()["models"][0]["name"], str(self.out))

    def test_the_best_epoch_is_kept(self):
        data = self.captions(12)
        said = self.hearken("tune", "--data", data, *self.small, "--epochs", "30", "--lr", "3e-3", "--train", "heads",
                            "--augment", "none", "--patience", "2")
        lines = [line for line in metrics(self.out) if "step" not in line]
        score = [(sum(line[way][r] for way in ("text_to_audio", "audio_to_text") for r in ("r1", "r5", "r10")),
                  -line["validation_loss"]) for line in lines]
        best = score.index(max(score))
        self.assertLess(len(lines), 31, "it did not stop early")
        self.assertEqual(len(lines) - 1 - best, 2)
        self.one_line(said.err, "stopped early")
        self.one_line(said.err, "next: hearken index --model")
        if best > 0:
            self.one_line(said.err, f"holds epoch {best}")
            self.assertIn(f"epoch {best} of 30", (self.out / "README.md").read_text())
        # What lies there scores as that epoch did.
        again = self.tune("--data", data, "--model", self.out, "-o", self.dir / "again", "--batch", "4", "--seconds", "1",
                          "--threads", "1", "--epochs", "1", "--augment", "none")
        self.assertEqual(again[0]["text_to_audio"], lines[best]["text_to_audio"])
        self.assertAlmostEqual(again[0]["validation_loss"], lines[best]["validation_loss"], places=5)

    def test_same_seed_same_bits_other_seed_others(self):
        data = self.captions(8)
        files = []
        for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
            self.tune("--data", data, "--model", TOY, "-o", self.dir / name, "--batch", "4", "--seconds", "1", "--epochs", "2",
                      "--threads", "1", "--lr", "1e-3", "--patience", "0", "--seed", seed)
            files.append((metrics(self.dir / name), (self.dir / name / "model.safetensors").read_bytes()))
        self.assertEqual(files[0], files[1])
        self.assertNotEqual(files[0][0], files[2][0])

    def test_parts_and_losses(self):
        data = self.captions(8)
        for i, options in enumerate((("--train", "last:1"), ("--lora", "2"), ("--loss", "sigmoid"), ("--accumulate", "2"),
                                     ("--augment", "crop,gain,masks,mix"), ("--train", "text", "--precision", "bf16"))):
            with self.subTest(options=options):
                epochs = self.tune("--data", data, "--model", TOY, "-o", self.dir / str(i), "--batch", "3", "--seconds", "1",
                                   "--threads", "1", "--epochs", "1", *options)
                self.assertEqual(len(epochs), 2)
                self.assertIsInstance(epochs[1]["loss"], float)
                self.hearken("model", "show", self.dir / str(i))

    def test_threads_wait_without_spinning_unless_told(self):
        data = self.captions(8)
        for said, used in ((None, b"passive"), ("active", b"active")):
            with self.subTest(said=said):
                self.env.pop("OMP_WAIT_POLICY", None)
                if said:
                    self.env["OMP_WAIT_POLICY"] = said
                running = self.start("tune", "--json", "--data", data, "--model", TOY, "-o", self.dir / used.decode(), "--batch", "4",
                                     "--epochs", "1")
                running.stdout.readline()  # the line of epoch 0: it is the program that trains
                environment = Path(f"/proc/{running.pid}/environ").read_bytes().split(b"\0")
                self.assertEqual(self.finish_any(running).status, 0)
                self.assertEqual([v for v in environment if v.startswith(b"OMP_WAIT_POLICY")], [b"OMP_WAIT_POLICY=" + used])

    def test_without_json_it_is_a_table(self):
        said = self.hearken("tune", "--data", self.captions(8), *self.small, "--epochs", "1")
        for part in ("random", "before", "epoch 1", "captions to sounds"):
            self.one_line(said.out, part)
        self.assertRegex(said.out, r"6 clips to train on, 2 to validate on")

    def test_the_recipe_prints_the_published_figures(self):
        said = self.hearken("tune", "--recipe", "fma-small", "--data", self.captions(8), *self.small, "--epochs", "1")
        self.one_line(said.out, "published, epoch 2", "0.35  0.70  0.85")
        self.one_line(said.out, "at random")

    def test_damaged_and_missing_clips_are_named(self):
        rows = [line.split(",") for line in self.captions(8).read_text().splitlines()[1:]]
        broken = self.music / "broken.wav"
        broken.write_bytes(b"no sound")
        data = self.csv([*rows, (str(broken), "broken"), (str(self.music / "none.wav"), "not there")])
        said = self.hearken("tune", "--data", data, *self.small, "--epochs", "1", status=3)
        self.one_line(said.err, "broken.wav")
        self.one_line(said.err, "none.wav")

    def test_data_that_cannot_be_trained_on(self):
        for name, data, status, words in (
                ("one", self.captions(1, "one.csv"), 2, ["1"]),
                ("equal", self.captions(8, "equal.csv", equal=True), 2, ["called the same"]),
                ("empty", self.csv([(str(self.music / "00.wav"), ""), (str(self.music / "01.wav"), "x")], "empty.csv"), 2,
                 ["empty.csv", "caption"]),
                ("nothing", self.dir / "nosuch.csv", 1, ["nosuch.csv"])):
            with self.subTest(name):
                said = self.hearken("tune", "--data", data, *self.small, status=status)
                self.one_line(said.err, *words)
                self.assertFalse((self.out / "config.json").exists())

    def test_options_that_make_no_sense(self):
        data = self.captions(16)
        for options, word in ((("--batch", "1"), "--batch"), (("--lr", "0"), "--lr"), (("--train", "half"), "--train"),
                              (("--split", "1"), "--split"), (("--augment", "echo"), "echo"), (("--loss", "mse"), "--loss"),
                              (("--seconds", "1000"), "1000"), (("--recipe", "none"), "--recipe")):
            with self.subTest(options):
                small = dict(zip(self.small[::2], self.small[1::2])) | dict([options])
                words = [word for option in small.items() for word in option]
                self.one_line(self.hearken("tune", "--data", data, *words, status=2).err, word)

    def test_a_loss_that_is_no_number_ends_it(self):
        said = self.hearken("tune", "--data", self.captions(16), *self.small, "--epochs", "4", "--lr", "1e30", "--clip-norm", "0",
                            "--warmup", "0", status=1)
        self.one_line(said.err, "no number", "3 times", "--lr", "epoch 0")
        self.hearken("model", "show", self.out)

    def test_a_directory_of_something_else(self):
        data = self.captions(4)
        shutil.copytree(TOY, self.out)
        before = {p.name: p.read_bytes() for p in self.out.iterdir()}
        said = self.hearken("tune", "--data", data, *self.small, status=2)
        self.one_line(said.err, str(self.out), "not empty")
        self.assertEqual({p.name: p.read_bytes() for p in self.out.iterdir()}, before)

    def test_a_full_disk(self):
        place = self.dir / "small"
        place.mkdir()
        if not mount_tmpfs(self, place, "1M"):
            self.skipTest("no small file system can be mounted here")
        said = self.hearken("tune", "--data", self.captions(8), "--model", TOY, "-o", place / "out", "--batch", "4", "--seconds",
                            "1", "--epochs", "2", status=1)
        self.one_line(said.err, "No space left on device")


if __name__ == "__main__":
    main()
