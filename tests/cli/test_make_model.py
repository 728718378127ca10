"""make-model: every pair of towers from small checkpoints, what is fresh in them, and what is refused."""
import json
import pathlib
import shutil
import struct

from harness import MODELS, SOURCE, Case, main, noise, read_npy

CLAP = SOURCE / "tests/golden/clap"
STARTER = MODELS / "starter"


def tensors(path):
    """{name: (dtype, shape, bytes)} of a safetensors file."""
    data = path.read_bytes()
    [size] = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    return {name: (t["dtype"], t["shape"], data[8 + size:][slice(*t["data_offsets"])]) for name, t in header.items()}


def write_tensors(path, content):
    header, at = {}, 0
    for name, (dtype, shape, data) in content.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(t[2] for t in content.values()))


class MakeModelCase(Case):
    def make(self, audio, text, *options, to="made"):
        return self.valid("make_model", self.hearken("make-model", "--audio", audio, "--text", text, "-o", to, "--json", *options))

    def refused(self, audio, text, *options, parts=(), status=1, to="made"):
        failed = self.hearken("make-model", "--audio", audio, "--text", text, "-o", to, *options, status=status)
        self.assertEqual(failed.out, "")
        self.one_line(failed.err, *parts)
        self.assertFalse((self.cwd / "made").exists())

    def show(self, model):
        return self.valid("model_show", self.hearken("model", "show", "--json", model))

    def vectors(self, model, *options):
        sound = noise(self.music / "a.wav", seconds=11)
        out = []
        for inputs in (["--audio", sound], ["--text", "a dog", "--text", "rain on a roof, " * 40]):
            self.hearken("embed", *inputs, "--model", model, "--precision", "fp32", *options, "--out", "v.npy")
            out.append(read_npy(self.cwd / "v.npy")[1])
        return out

    def text_checkpoint(self, name, kind, prefix, vocabulary=None, **changes):
        """The small CLAP model's text tower as transformers would save it alone."""
        folder = self.cwd / name
        folder.mkdir()
        content = {}
        for full, tensor in tensors(CLAP / "unfused/model.safetensors").items():
            if full.startswith("text_model.") and tensor[0] == "F32":
                content[prefix + full.removeprefix("text_model.")] = tensor
        config = json.loads((CLAP / "unfused/config.json").read_text())["text_config"]
        config |= {"model_type": kind} | changes
        shutil.copy(CLAP / "unfused/tokenizer.json", folder)
        if kind == "bert":
            config["pad_token_id"] = 0
            shutil.copy(STARTER / "tokenizer.json", folder)
            word = prefix + "embeddings.word_embeddings.weight"
            dtype, [rows, width], data = content[word]
            content[word] = (dtype, [30522, width], (data * (30522 // rows + 1))[:30522 * width * 4])
        (folder / "config.json").write_text(json.dumps(config))
        write_tensors(folder / "model.safetensors", content)
        return folder


class MakeModelTest(MakeModelCase):
    def test_every_pair(self):
        audio = {"starter": "CED", CLAP / "unfused": "HTSAT (width 8)", CLAP / "laion-fused.pt": "HTSAT (width 8) with feature fusion"}
        bert = self.text_checkpoint("bert", "bert", "bert.")
        roberta = self.text_checkpoint("roberta", "roberta", "roberta.")
        texts = {"starter": "MiniLM", CLAP / "unfused": "RoBERTa (2 blocks of 64)", bert: "BERT (2 blocks of 64)",
                 roberta: "RoBERTa (2 blocks of 64)"}
        before = {source: self.vectors(source, "--pooled") for source in audio}
        for a, (sound, sound_name) in enumerate(audio.items()):
            for t, (text, text_name) in enumerate(texts.items()):
                if sound == text == "starter":
                    continue  # a test of its own
                with self.subTest(audio=sound_name, text=str(text)):
                    made = self.make(sound, text, "--dim", 48, to=f"made-{a}-{t}")
                    clap = sound != "starter" and text_name.startswith("RoBERTa")
                    self.assertEqual(made["architecture"], f"{sound_name}, {text_name}")
                    self.assertEqual(made["layout"], "hugging_face" if clap else "hearken")
                    self.assertEqual(made["remarks"], [])
                    shown = self.show(made["directory"])
                    for key in ("fingerprint", "layout", "architecture", "parameters", "dimension"):
                        self.assertEqual(shown[key], made[key], key)
                    self.assertEqual(shown["dimension"], 48)
                    self.assertEqual(shown["card"], made["architecture"] + ", untrained")
                    self.assertAlmostEqual(shown["logit_scale"], 1 / 0.07, places=4)
                    self.assertEqual(made["parameters"], made["audio"]["parameters"] + made["text"]["parameters"] + made["fresh_parameters"])
                    heard, read = self.vectors(made["directory"], "--pooled")
                    self.assertEqual(heard, before[sound][0])
                    if text != bert:  # which is a tower of its own, with other tokens
                        self.assertEqual(read, before[CLAP / "unfused" if text == roberta else text][1])
                    self.assertEqual([len(row) for rows in self.vectors(made["directory"]) for row in rows], [48] * 3)
        text = (self.cwd / "made-1-2/README.md").read_text()
        for part in ("# HTSAT (width 8), BERT (2 blocks of 64), untrained", f"--audio {CLAP}/unfused --text {bert} -o made-1-2 --dim 48"):
            self.assertIn(part, text)

    def test_both_sides_of_the_starter_keep_its_heads(self):
        made = self.make("starter", "starter")
        self.assertEqual(len(made["remarks"]), 1)
        self.assertIn("heads by classes are kept", made["remarks"][0])
        self.assertEqual(self.vectors("made"), self.vectors("starter"))
        before, after = self.show("starter"), self.show("made")
        for same in ("levels", "logit_scale", "architecture", "preprocessing"):
            self.assertEqual(after[same], before[same], same)
        self.assertEqual(after["parameters"] - before["parameters"], made["fresh_parameters"])
        content, starter = tensors(self.cwd / "made/model.safetensors"), tensors(STARTER / "model.safetensors")
        self.assertEqual({k: v for k, v in content.items() if k in starter}, starter)
        for name in content.keys() - starter.keys():
            self.assertRegex(name, r"^(audio|text)\.projection\.fc[12]\.(weight|bias)$")
            self.assertEqual(any(content[name][2]), name.endswith("fc1.weight"), name)
        for licence in ("LICENSE-CED", "LICENSE-MiniLM"):
            self.assertEqual((self.cwd / "made" / licence).read_bytes(), (STARTER / licence).read_bytes())
        self.assertFalse((self.cwd / "made/LICENSE-CED-2").exists())
        # What has projections beside such heads keeps them, trained or not.
        again = self.make("made", "made", "--seed", 1, to="again")
        self.assertEqual(again["fresh_parameters"], 0)
        self.assertEqual(tensors(self.cwd / "again/model.safetensors"), content)

    def test_what_transformers_reads(self):
        self.make(CLAP / "fused", self.text_checkpoint("roberta", "roberta", ""), "--dim", 24)
        ours, theirs = tensors(self.cwd / "made/model.safetensors"), tensors(CLAP / "fused/model.safetensors")
        buffers = {"text_model.embeddings.position_ids", "text_model.embeddings.token_type_ids"}
        self.assertEqual(ours.keys(), theirs.keys() | buffers)
        for name, (dtype, shape, content) in theirs.items():
            self.assertEqual(ours[name][1], shape, name)
            if name.startswith("audio_model."):
                self.assertEqual(ours[name], (dtype, shape, content), name)
        self.assertEqual(json.loads((self.cwd / "made/config.json").read_text())["model_type"], "clap")
        self.assertEqual(json.loads((self.cwd / "made/tokenizer_config.json").read_text())["model_max_length"], 128)

    def test_the_seed_decides_the_fresh_weights(self):
        files = {}
        for to, seed in (("a", 0), ("b", 0), ("c", 1)):
            self.make(CLAP / "unfused", CLAP / "unfused", "--seed", seed, to=to)
            files[to] = tensors(self.cwd / to / "model.safetensors")
        self.assertEqual(files["a"], files["b"])
        different = {name for name, tensor in files["a"].items() if files["c"][name] != tensor}
        self.assertEqual(different, {f"{side}_projection.linear{i}.weight" for side in ("audio", "text") for i in (1, 2)})

    def test_a_roberta_without_pooler_gets_a_fresh_one(self):
        folder = self.text_checkpoint("roberta", "roberta", "roberta.")
        content = {k: v for k, v in tensors(folder / "model.safetensors").items() if ".pooler." not in k}
        write_tensors(folder / "model.safetensors", content)
        made = self.make(CLAP / "unfused", folder, "--dim", 8)
        self.assertEqual(len(made["remarks"]), 1)
        self.assertIn("has no pooler: a fresh one", made["remarks"][0])
        self.assertEqual(made["fresh_parameters"], 2 * (64 * 8 + 8 + 8 * 8 + 8 + 1) + 64 * 64 + 64)
        self.vectors("made")

    def test_what_sentence_transformers_says(self):
        folder = self.text_checkpoint("bert", "bert", "")
        (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 20, "do_lower_case": false}')
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling/config.json").write_text('{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}')
        (folder / "README.md").write_text("---\nlanguage: en\nlicense: apache-2.0\n---\n# Small\n")
        (folder / "LICENSE").write_text("the licence")
        made = self.make("starter", folder)
        self.assertIn("pools its tokens in another way", made["remarks"][0])
        self.assertEqual(self.show("made")["text_tokens"], 20)
        card = (self.cwd / "made/README.md").read_text()
        self.assertIn('bert: `LICENSE`; its README.md says "license: apache-2.0".', card)
        self.assertEqual((self.cwd / "made/LICENSE").read_text(), "the licence")

    def test_old_names(self):
        folder = self.text_checkpoint("bert", "bert", "bert.")
        content = {k.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): v
                   for k, v in tensors(folder / "model.safetensors").items()}
        content["cls.predictions.bias"] = ("F32", [1], bytes(4))
        write_tensors(folder / "model.safetensors", content)
        self.make("starter", self.text_checkpoint("new", "bert", ""), to="new-made")
        self.make("starter", folder)
        self.assertEqual(tensors(self.cwd / "made/model.safetensors"), tensors(self.cwd / "new-made/model.safetensors"))

    def test_for_a_person(self):
        done = self.hearken("make-model", "--audio", "starter", "--text", CLAP / "unfused", "-o", "my model")
        for part in ("sounds   CED, 5.5 million", "texts    RoBERTa (2 blocks of 64)", "fresh ", "seed 0", "Hearken's own",
                     "config.json", "next: hearken tune --model 'my model' --data captions.csv"):
            self.assertIn(part, done.out)
        self.assertIn("hearken tune", self.hearken("make-model", "--help").out)
        self.assertEqual(self.hearken("make-model", "--audio", "starter", "--text", "starter", "-o", "quiet", "--quiet").out, "")

    def test_what_is_refused(self):
        bert = self.text_checkpoint("bert", "bert", "")
        self.refused(bert, "starter", parts=[str(bert), "is a tower for texts (bert)", "HTSAT or a CED"])
        self.refused("starter", self.music, parts=[str(self.music / "config.json")])
        self.refused("none/such/model", "starter", parts=["none/such/model"])
        self.refused("starter", SOURCE / "README.md", parts=["README.md", "checkpoint"])
        self.refused("starter", "starter", "--dim", 0, status=2, parts=["vectors of 0 numbers", "1 to 4096"])
        self.refused("starter", "starter", "--dim", 100, status=2, parts=["heads, which are kept", "512 numbers, not 100"])
        self.refused("starter", "starter", to="no/parent", parts=["no/parent", "make the directory"])
        self.refused("", "starter", status=2, parts=["--audio", "is empty"])
        (self.music / "something").write_text("kept")
        self.refused("starter", "starter", to=self.music, status=2, parts=[str(self.music), "not empty"])
        self.assertEqual([p.name for p in self.music.iterdir()], ["something"])

        (bert / "tokenizer.json").rename(bert / "away.json")
        self.refused("starter", bert, parts=[str(bert), "holds no tokenizer.json"])
        shutil.copy(bert / "away.json", bert / "tokenizer.json")
        config = (bert / "config.json").read_text()
        for key, value in (("hidden_act", "relu"), ("position_embedding_type", "relative_key"), ("is_decoder", True), ("model_type", "t5")):
            (bert / "config.json").write_text(json.dumps(json.loads(config) | {key: value}))
            self.refused("starter", bert, parts=["config.json", key, "not known to this version"])
        (bert / "config.json").write_text(config)
        content = tensors(bert / "model.safetensors")
        lost = content.pop("encoder.layer.1.output.dense.weight")
        write_tensors(bert / "model.safetensors", content)
        self.refused("starter", bert, parts=["model.safetensors", "text.blocks.1.mlp.fc2.weight", "is not in the file"])
        write_tensors(bert / "model.safetensors", {"something.else": lost})
        self.refused("starter", bert, parts=["model.safetensors", "holds no BERT or RoBERTa"])
        (bert / "model.safetensors").unlink()
        self.refused("starter", bert, parts=[str(bert), "neither model.safetensors nor pytorch_model.bin"])


if __name__ == "__main__":
    main()
