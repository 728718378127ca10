"""Several models' vectors side by side in one library; models of every published layout, by path."""
import json
import shutil
import socket

from harness import SOURCE, Case, main, noise, read_npy, tone

CLAP = SOURCE / "tests/golden/clap"


class SeveralModelsTest(Case):
    def setUp(self):
        super().setUp()
        tone(self.music / "a.wav", 220, 12)
        noise(self.music / "b.wav", seconds=3)

    def test_side_by_side(self):
        plain, laion = CLAP / "unfused", CLAP / "laion-unfused.pt"
        for model in ("starter", plain, laion):
            done = self.index(self.music, "--model", model)
            self.assertEqual((done["found"], done["indexed"]), (2, 2), model)
        self.assertEqual(self.index(self.music, "--model", plain)["unchanged"], 2)
        info = self.info()
        self.assertEqual([m["name"] for m in info["models"]], ["starter", str(plain), str(laion)])
        self.assertEqual([m["dimension"] for m in info["models"]], [512, 24, 24])
        self.assertEqual(len({m["fingerprint"] for m in info["models"]}), 3)
        self.assertEqual(info["tracks"], 2)
        scores = {}
        for model in ("starter", str(plain), str(laion)):
            found = self.find("a beep", "--model", model)
            self.assertEqual(found["model"], model)
            self.assertEqual(len(found["results"]), 2)
            scores[model] = [r["score"] for r in found["results"]]
        self.assertNotEqual(scores[str(plain)], scores[str(laion)])  # the same weights, but heard through 16 bits
        self.assertEqual(self.find("a beep")["model"], "starter")  # the library's first
        error = self.hearken("find", "a beep", "--model", CLAP / "fused", status=1).err
        self.assertIn("holds no vectors of the model", error)

    def test_a_track_without_vectors_of_the_model(self):
        self.index(self.music)
        self.assertNotIn("vectors", self.hearken("find", "a beep").err)
        self.index(self.music / "b.wav", "--model", CLAP / "unfused")
        found = self.hearken("find", "a beep", "--model", CLAP / "unfused")
        self.one_line(found.err, "1 track searched in")
        self.one_line(found.err, "1 track has no vectors of this model: hearken index --model "
                      f"{CLAP / 'unfused'} FOLDER")
        report = self.find("a beep", "--model", CLAP / "unfused")
        self.assertEqual((report["searched"], report["without_vectors"]), (1, 1))
        report = self.find("a beep")
        self.assertEqual((report["searched"], report["without_vectors"]), (2, 0))

        # Of the library's own model; below a folder only; in other windows of the same model; no missing tracks.
        sub = self.music / "sub"
        sub.mkdir()
        for hz in (300, 400):
            tone(sub / f"{hz}.wav", hz)
        self.index(sub, "--model", CLAP / "unfused")
        found = self.hearken("find", "a beep")
        self.one_line(found.err, "2 tracks have no vectors of this model: hearken index FOLDER")
        report = self.find("a beep", "--dir", self.music / "b.wav")
        self.assertEqual((report["searched"], report["without_vectors"]), (1, 0))
        self.index(sub, "--window", "2")
        found = self.hearken("find", "a beep")
        self.one_line(found.err, "2 tracks have no such vectors of this model: hearken index FOLDER")
        self.assertEqual(self.find("a beep")["without_vectors"], 2)
        (self.music / "a.wav").unlink()
        self.index(self.music / "a.wav", status=1)
        self.assertEqual(self.find("a beep")["without_vectors"], 1)

    def test_the_next_step_names_model_and_library(self):
        folder = self.cwd / "it's mine"
        shutil.copytree(CLAP / "unfused", folder)
        next_step = 'next: hearken find "what it sounds like"'
        for model, options in (("starter", ""), (CLAP / "fused", f" --model {CLAP / 'fused'}"), ("starter", ""),
                               ("it's mine", " --model 'it'\\''s mine'")):
            self.assertIn(next_step + options + "\n", self.hearken("index", self.music, "--model", model).err)
        self.assertIn(next_step + "\n", self.hearken("index", self.music).err)
        done = self.hearken("index", self.music, "--model", "it's mine", "--library", "my effects.db")
        self.assertIn(next_step + " --library 'my effects.db'\n", done.err)  # that model is this library's first
        done = self.hearken("index", self.music, "--model", "starter", "--library", "my effects.db")
        self.assertIn(next_step + " --model starter --library 'my effects.db'\n", done.err)

    def test_what_info_and_index_count(self):
        for model in ("starter", CLAP / "unfused"):
            done = self.hearken("index", self.music, "--model", model)
            self.assertRegex(self.one_line(done.out, "library "), r" \(2 tracks\)$")
        self.assertEqual(self.info()["windows"], 6)  # over both models, as it always was
        said = self.hearken("info").out
        self.assertRegex(self.one_line(said, "tracks   2"), r" \(0:15 of sound\)$")
        self.assertEqual(said.count("(2 tracks, 3 windows of 10 s every 5 s, "), 2)
        self.index(self.music / "b.wav", "--model", "starter", "--library", "one.db")
        self.assertIn("(1 track, 1 window of 10 s", self.hearken("info", "--library", "one.db").out)

    def windows(self):
        return [(m["window"], m["hop"]) for m in self.info()["models"]]

    def test_windows_of_a_model(self):
        plain, laion = CLAP / "unfused", CLAP / "laion-unfused.pt"
        self.index(self.music, "--window", "4", "--hop", "2")
        self.index(self.music, "--model", plain, "--window", "2", "--hop", "1.5")
        self.index(self.music, "--model", laion)  # as the library's own
        self.assertEqual(self.windows(), [(4, 2), (2, 1.5), (4, 2)])
        for name in (str(plain), "copy"):  # its own, by whatever name
            tone(self.music / f"{len(name)}.wav", len(name), 5)
            if name == "copy":
                shutil.copytree(plain, self.cwd / name)
            self.assertEqual(self.index(self.music, "--model", name)["indexed"], 1)
            self.assertEqual(len(self.windows()), 3)

        # A second set: the one that was indexed last is searched, and further files join it.
        self.index(self.music, "--model", plain, "--window", "3")
        self.assertEqual(self.windows(), [(4, 2), (2, 1.5), (4, 2), (3, 1.5)])
        found = self.find("a beep", "--model", plain)
        self.assertEqual((found["window"], found["hop"]), (3, 1.5))
        self.one_line(self.hearken("find", "a beep", "--model", plain).err, "not this model's windows of 2 s every 1.5 s",
                      "searched windows of 3 s every 1.5 s, which were indexed last")
        tone(self.music / "more.wav", 700, 5)
        self.assertEqual(self.index(self.music, "--model", plain)["indexed"], 1)
        self.assertEqual(len(self.windows()), 4)
        self.assertEqual(self.find("a beep", "--model", plain, "--dir", self.music)["window"], 3)
        # The other models have one set each, of which nothing need be said.
        self.assertNotIn("windows", self.hearken("find", "a beep").err)
        self.assertEqual(self.find("a beep")["window"], 4)

    def test_windows_that_another_model_does_not_take(self):
        self.index(self.music, "--model", CLAP / "fused", "--window", "12")
        self.index(self.music, "--model", CLAP / "unfused", "--window", "10")
        self.assertEqual(self.find("a beep", "--model", CLAP / "unfused")["window"], 10)
        self.assertIn("holds no vectors", self.hearken("find", "a beep", "--model", "starter", status=1).err)

    def test_long_windows_of_a_fused_model(self):
        self.assertIn("10.5", self.hearken("index", self.music, "--model", CLAP / "unfused", "--window", "10.5",
                                           status=2).err)
        done = self.index(self.music, "--model", CLAP / "fused", "--window", "12", "--hop", "6")
        self.assertEqual(done["indexed"], 2)
        [model] = self.info()["models"]
        self.assertEqual(model["windows"], 2)  # 12 s, and 3 s repeated

    def embed(self, *arguments, status=0):
        self.embedded = self.hearken("embed", *arguments, "--json", "--out", "x.npy", status=status)
        return (self.embedded.json["model"], read_npy(self.cwd / "x.npy")) if status == 0 else None

    def test_embed_asks_the_library(self):
        sound = ["--audio", self.music / "a.wav", "--windows"]
        self.assertEqual(self.embed(*sound)[0], "starter")
        self.assertFalse(self.library.exists())
        self.index(self.music, "--model", CLAP / "fused", "--window", "11", "--hop", "1", "--precision", "fp32")
        model, (shape, rows) = self.embed(*sound)
        self.assertEqual((model, shape), (str(CLAP / "fused"), (2, 24)))
        self.assertEqual(self.embed(*sound, "--model", CLAP / "fused", "--precision", "fp32")[1], (shape, rows))
        self.assertEqual(self.embed("--text", "a beep")[0], str(CLAP / "fused"))
        # What is said comes first; a model of its own windows, or one that does not take the library's.
        self.assertEqual(self.embed(*sound, "--window", "10")[1][0], (3, 24))
        self.assertEqual(self.embed(*sound, "--hop", "0.5")[1][0], (3, 24))
        self.assertEqual(self.embed("--text", "a beep", "--model", "starter")[0], "starter")
        self.index(self.music, "--model", "starter", "--window", "4", "--hop", "4")
        self.assertEqual(self.embed(*sound, "--model", "starter")[1][0], (3, 512))
        self.embed(*sound, "--model", CLAP / "unfused", status=2)
        self.one_line(self.embedded.err, "window of 11 s", "--window")
        self.assertEqual(self.embed(*sound, "--model", CLAP / "unfused", "--window", "10")[1][0], (3, 24))

    def test_embed_and_a_library_that_does_not_help(self):
        sound = ["--audio", self.music / "a.wav"]
        self.assertEqual(self.embed(*sound, "--library", "none.db")[0], "starter")
        self.one_line(self.embedded.err, "none.db", "no library there", "going on without the library")
        (self.cwd / "bad.db").write_text("no library")
        self.env["HEARKEN_LIBRARY"] = str(self.cwd / "bad.db")
        self.assertEqual(self.embed(*sound)[0], "starter")
        self.one_line(self.embedded.err, "bad.db", "not a Hearken library", "going on without the library")
        self.embed("--text", "x", "--model", "starter")
        self.embed(*sound, "--model", "starter", "--window", "10", "--hop", "5")
        self.env["HEARKEN_LIBRARY"] = str(self.cwd / "none.db")
        self.embed(*sound)
        for wrong in (["--window", "5"], ["--hop", "5"]):
            self.embed("--text", "x", *wrong, status=2)
        self.embed(*sound, "--window", "0", status=2)

    def test_views_of_a_fused_model(self):
        """One window longer than a view of 10 s is fused: its vector is none of those of 10 s."""
        sound = ["--audio", self.music / "a.wav", "--model", CLAP / "fused", "--windows"]
        long, short = self.embed(*sound, "--window", "12")[1], self.embed(*sound)[1]
        self.assertEqual((long[0], short[0]), ((1, 24), (2, 24)))
        for row in short[1]:
            self.assertLess(sum(x * y for x, y in zip(long[1][0], row)), 1 - 1e-6)

    def test_one_row(self):
        said = self.hearken("embed", "--text", "x", "--out", "x.npy", "--model", CLAP / "unfused").out
        self.assertTrue(said.startswith("1 row of 24 in "), said)
        said = self.hearken("embed", "--text", "x", "--text", "y", "--out", "x.npy", "--model", CLAP / "unfused").out
        self.assertTrue(said.startswith("2 rows of 24 in "), said)

    def test_states_of_the_towers(self):
        for form, width in (("--pooled", 64), ("--raw", 24)):
            for source in (("--audio", self.music / "a.wav"), ("--text", "a beep")):
                self.hearken("embed", *source, form, "--model", CLAP / "unfused", "--out", "x.npy")
                (rows, columns), [row] = read_npy(self.cwd / "x.npy")
                self.assertEqual((rows, columns), (1, width))
                self.assertNotAlmostEqual(sum(x * x for x in row), 1, delta=1e-3)

    def test_what_is_missing_is_named(self):
        folder = self.cwd / "model"
        shutil.copytree(CLAP / "unfused", folder)
        for name in ("tokenizer.json", "preprocessor_config.json", "model.safetensors"):
            kept = (folder / name).read_bytes()
            (folder / name).unlink()
            self.assertIn(name, self.hearken("embed", "--text", "x", "--out", "x.npy", "--model", folder, status=1).err)
            (folder / name).write_bytes(kept)
        checkpoint = self.cwd / "alone" / "model.pt"
        checkpoint.parent.mkdir()
        shutil.copy(CLAP / "laion-unfused.pt", checkpoint)
        self.env |= {"HF_HUB_OFFLINE": "1", "HF_HOME": str(self.cwd / "hub")}
        place = self.cwd / "hub/hub/models--FacebookAI--roberta-base/snapshots/main/tokenizer.json"
        embed = ["embed", "--text", "x", "--out", "x.npy", "--model", checkpoint]
        self.one_line(self.hearken(*embed, status=1).err, "hearken: " + str(checkpoint) + ": LAION's checkpoints carry",
                      "HF_HUB_OFFLINE forbids fetching roberta-base's", f"beside the file or at {place}")
        del self.env["HF_HUB_OFFLINE"]
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.env["HF_ENDPOINT"] = f"http://127.0.0.1:{unused.getsockname()[1]}"
            self.one_line(self.hearken(*embed, status=1).err, "hearken: " + str(checkpoint) + ": LAION's",
                          "roberta-base's cannot be fetched: cannot reach " + self.env["HF_ENDPOINT"], str(place))
        for there in (checkpoint.with_name("tokenizer.json"), place):  # either of the two does
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CLAP / "tokenizer.json", there)
            self.hearken(*embed)
            there.unlink()

    def test_configurations_that_are_not_offered(self):
        folder = self.cwd / "model"
        shutil.copytree(CLAP / "fused", folder)
        config = json.loads((folder / "config.json").read_text())
        for section, key, value in (("audio_config", "window_size", 7), ("audio_config", "fusion_type", "iaff_2d"),
                                    ("audio_config", "enable_fusion", False), ("text_config", "hidden_act", "silu"),
                                    ("text_config", "num_attention_heads", 7)):
            changed = json.loads(json.dumps(config))
            changed[section][key] = value
            (folder / "config.json").write_text(json.dumps(changed))
            error = self.hearken("embed", "--text", "x", "--model", folder, "--out", "x.npy", status=1).err
            self.assertIn(f"config.json: {section}.{key}", error)


main()
