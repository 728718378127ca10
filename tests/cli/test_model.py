"""model show, check and convert: small CLAP models in every published layout, what is refused, and a full disk."""
import json
import os
import pathlib
import resource
import shutil
import signal
import struct

from harness import SOURCE, Case, main, noise, read_npy, tone

CLAP = SOURCE / "tests/golden/clap"
MODELS = ("unfused", "unfused-bin", "fused", "laion-unfused.pt", "laion-fused.pt")


def tensors(path):
    """{name: (dtype, shape, bytes)} of a safetensors file, and its metadata."""
    data = path.read_bytes()
    [size] = struct.unpack("<Q", data[:8])
    assert size % 8 == 0, "the data is not aligned"
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__")
    return {name: (t["dtype"], t["shape"], data[8 + size:][slice(*t["data_offsets"])])
            for name, t in header.items()}, metadata


class ModelCase(Case):
    def show(self, model, status=0):
        return self.valid("model_show", self.hearken("model", "show", "--json", model, status=status))

    def convert(self, model, *options, to="out"):
        return self.valid("model_convert", self.hearken("model", "convert", model, "-o", to, "--json", *options))

    def refused(self, *arguments, parts=(), status=1, **options):
        failed = self.hearken("model", *arguments, status=status, **options)
        self.assertEqual(failed.out, "")
        self.one_line(failed.err, *parts)

    def names(self, directory):
        return sorted(p.name for p in (self.cwd / directory).iterdir())

    def vectors(self, model, precision):
        self.sounds = [tone(self.music / "a.wav", 330, 3, 48000), noise(self.music / "b.wav", seconds=11)]
        out = []
        for inputs in (["--audio", *self.sounds], ["--text", "a dog", "--text", "rain on a roof, " * 40]):
            self.hearken("embed", *inputs, "--model", model, "--precision", precision, "--out", "v.npy")
            out.append(read_npy(self.cwd / "v.npy"))
        return out


class ShowTest(ModelCase):
    def test_every_layout(self):
        expected = {"unfused": ("hugging_face", False, False, 128), "fused": ("hugging_face", True, False, 128),
                    "unfused-bin": ("hugging_face", False, False, 128), "laion-unfused.pt": ("laion", False, True, 77),
                    "laion-fused.pt": ("laion", True, True, 77), "starter": ("hearken", False, False, 256)}
        for name, (layout, fusion, int16, tokens) in expected.items():
            with self.subTest(model=name):
                model = name if name == "starter" else CLAP / name
                shown = self.show(model)
                self.assertEqual((shown["model"], shown["layout"], shown["text_tokens"]), (str(model), layout, tokens))
                self.assertEqual(shown["preprocessing"]["fusion"], fusion)
                self.assertEqual(shown["preprocessing"]["int16_round_trip"], int16)
                self.assertEqual(shown["preprocessing"]["mel_scale"],
                                 "stored" if name == "starter" else "htk" if fusion else "slaney")
                self.assertEqual(shown["precisions"][0], "fp32")
                self.assertIn(shown["precision"], shown["precisions"])
                for file in shown["files"]:
                    self.assertEqual(file["bytes"], os.path.getsize(file["path"]))
                files = sorted(pathlib.Path(f["path"]).name for f in shown["files"])
                if layout == "laion":
                    self.assertEqual(files, sorted([name, "tokenizer.json"]))
                words = self.hearken("model", "show", model).out
                for part in (shown["architecture"], shown["fingerprint"], shown["levels"]["how"], f"{tokens} tokens",
                             *files):
                    self.assertIn(part, words)

    def test_what_is_no_model(self):
        self.refused("show", "none/such/model", parts=["none/such/model", "no such"])
        self.refused("show", self.music, parts=[f"hearken: {self.music}: is no model: it has no config.json",
                                                "give the .pt file itself"])
        (self.music / "config.json").symlink_to("config.json")
        self.refused("show", self.music, parts=[str(self.music / "config.json"), "symbolic links"])
        self.refused("show", "", status=2, parts=["NAME", "is empty"])
        self.refused("show", SOURCE / "README.md", parts=["README.md", "checkpoint"])
        self.refused("show", status=2, parts=["NAME"])


class ConvertTest(ModelCase):
    def test_the_same_vectors_and_fingerprint(self):
        for name in MODELS:
            with self.subTest(model=name):
                report = self.convert(CLAP / name, to=name)
                self.assertEqual([pathlib.Path(f["path"]).name for f in report["files"]][-1], "config.json")
                self.assertEqual(sorted(pathlib.Path(f["path"]).name for f in report["files"]), self.names(name))
                before, after = self.show(CLAP / name), self.show(name)
                self.assertEqual(report["fingerprint"], after["fingerprint"])
                for same in before.keys() - {"model", "path", "layout", "files"}:
                    self.assertEqual(after[same], before[same], same)
                for precision in before["precisions"]:
                    self.assertEqual(self.vectors(name, precision), self.vectors(CLAP / name, precision), precision)
                # Once more, from what was written: the same file.
                self.convert(name, to=f"{name}-again")
                self.assertEqual((self.cwd / f"{name}-again/model.safetensors").read_bytes(),
                                 (self.cwd / name / "model.safetensors").read_bytes())

    def test_what_transformers_reads(self):
        theirs, _ = tensors(CLAP / "fused/model.safetensors")
        self.convert(CLAP / "fused", to="fused")
        self.convert(CLAP / "laion-fused.pt", to="laion")
        for name, weight_type in (("fused", "BF16"), ("laion", "F16")):
            ours, metadata = tensors(self.cwd / name / "model.safetensors")
            self.assertEqual(metadata, {"format": "pt"})
            buffers = {"text_model.embeddings.position_ids", "text_model.embeddings.token_type_ids"}
            self.assertEqual(ours.keys(), theirs.keys() | buffers)
            for tensor, (dtype, shape, content) in theirs.items():
                self.assertEqual(ours[tensor][:2], (dtype if dtype == "I64" else weight_type, shape), tensor)
                if name == "fused" or tensor.endswith("relative_position_index"):
                    self.assertEqual(ours[tensor][2], content, tensor)
            positions = theirs["text_model.embeddings.position_embeddings.weight"][1][0]
            for tensor, numbers in zip(sorted(buffers), (range(positions), [0] * positions)):
                self.assertEqual(ours[tensor], ("I64", [1, positions], struct.pack(f"<{positions}q", *numbers)))
        for file in ("config.json", "preprocessor_config.json"):
            self.assertEqual((self.cwd / "fused" / file).read_bytes(), (CLAP / "fused" / file).read_bytes())
        config, published = (json.loads((d / "config.json").read_text()) for d in (self.cwd / "laion", CLAP / "fused"))
        for part in ("audio_config", "text_config"):
            for key in config[part].keys() & published[part].keys() - {"layer_norm_eps"}:
                self.assertEqual(config[part][key], published[part][key], f"{part}.{key}")
        preprocessor = json.loads((self.cwd / "laion/preprocessor_config.json").read_text())
        self.assertEqual((preprocessor["int16_round_trip"], preprocessor["fuse_short"]), (True, False))
        self.assertEqual(json.loads((self.cwd / "laion/tokenizer_config.json").read_text())["model_max_length"], 77)

    def test_a_directory_that_is_not_empty(self):
        (self.cwd / "out").mkdir()
        self.convert(CLAP / "unfused-bin")  # an empty one is no obstacle
        self.refused("convert", CLAP / "laion-fused.pt", "-o", "out", status=2, parts=["out", "not empty", "--force"])
        self.assertEqual(self.show("out")["fingerprint"], self.show(CLAP / "unfused-bin")["fingerprint"])
        (self.cwd / "out/notes.txt").write_text("mine")
        self.convert(CLAP / "laion-fused.pt", "--force")
        self.assertEqual(self.show("out")["fingerprint"], self.show(CLAP / "laion-fused.pt")["fingerprint"])
        self.assertEqual(self.names("out"), ["config.json", "model.safetensors", "notes.txt",
                                             "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"])
        # In place, beside the weights it came from; a link is replaced, not what it leads to.
        shutil.copytree(CLAP / "unfused-bin", self.cwd / "place", symlinks=True)
        (self.cwd / "place/config.json").unlink()
        shutil.copy(CLAP / "unfused/config.json", self.cwd / "blob")
        (self.cwd / "place/config.json").symlink_to("../blob")
        shutil.copy(CLAP / "unfused/preprocessor_config.json", self.cwd / "unfused.json")
        (self.cwd / "place/preprocessor_config.json").unlink()
        (self.cwd / "place/preprocessor_config.json").symlink_to("../unfused.json")
        self.convert("place", "--force", to="place")
        self.assertFalse((self.cwd / "place/config.json").is_symlink())
        self.assertEqual((self.cwd / "blob").read_bytes(), (self.cwd / "place/config.json").read_bytes())
        self.assertEqual(self.show("place")["fingerprint"], self.show(CLAP / "unfused-bin")["fingerprint"])

    def test_what_is_refused(self):
        self.refused("convert", "none.pt", "-o", "out", parts=["none.pt", "no such"])
        self.refused("convert", "starter", "-o", "out", parts=["starter", "own"])
        self.refused("convert", CLAP / "unfused", "-o", "no/such/out", parts=["no/such/out", "no such"])
        (self.cwd / "file").write_text("")
        self.refused("convert", CLAP / "unfused", "-o", "file", parts=["file", "cannot make"])
        shutil.copy(CLAP / "tokenizer.json", self.cwd)
        cut = self.cwd / "cut.pt"
        cut.write_bytes((CLAP / "laion-fused.pt").read_bytes()[:-1000])
        self.refused("convert", cut, "-o", "out", parts=["cut.pt"])
        self.assertFalse((self.cwd / "out").exists())

    def test_full_disk(self):
        def limit_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

        convert = ["convert", CLAP / "laion-unfused.pt", "-o", "out"]
        self.refused(*convert, parts=["out/model.safetensors", "cannot write", "too large"], preexec_fn=limit_files)
        self.assertFalse((self.cwd / "out").exists())
        self.convert(CLAP / "fused")
        before = {p.name: p.read_bytes() for p in (self.cwd / "out").iterdir()}
        self.refused(*convert, "--force", parts=["out/model.safetensors", "cannot write"], preexec_fn=limit_files)
        self.assertEqual({p.name: p.read_bytes() for p in (self.cwd / "out").iterdir()}, before)


class CheckTest(ModelCase):
    def check(self, model, status):
        return self.valid("model_check", self.hearken("model", "check", "--json", model, status=status))

    def test_a_model_that_works(self):
        report = self.check("starter", 0)
        self.assertTrue(report["passed"] and all(f["passed"] for f in report["findings"]), report)
        self.assertLess(report["text_cosines"]["mean"], 0.2)
        self.assertLess(report["sound_cosines"]["mean"], 0.9)  # sounds share a part: src/model/towers/heads.h
        self.assertGreaterEqual(report["text_cosines"]["vectors"], 24)
        self.assertGreaterEqual(report["sound_cosines"]["vectors"], 12)
        said = self.hearken("model", "check", "starter")
        self.assertIn(f"mean cosine {report['text_cosines']['mean']:.3f}", said.out)
        self.assertIn("starter works", said.out)
        self.assertEqual(self.hearken("model", "check", "--quiet", "starter").out, "")

    def test_a_collapsed_text_tower(self):
        """Random weights, as those of the small models, give every text nearly the same vector."""
        report = self.check(CLAP / "unfused", 1)
        self.assertFalse(report["passed"])
        self.assertEqual([f["check"] for f in report["findings"] if not f["passed"]], ["text spread"])
        self.assertGreater(report["text_cosines"]["mean"], 0.98)
        said = self.hearken("model", "check", "--quiet", CLAP / "unfused", status=1)
        self.one_line(said.out, f"mean cosine {report['text_cosines']['mean']:.3f}", "collapsed", "searching by text",
                      "starter works", "published as working are laion/clap-htsat-unfused")
        self.one_line(said.err, "failed its check")

    def test_weights_that_are_no_numbers(self):
        shutil.copytree(CLAP / "unfused", self.cwd / "bad")
        weights = self.cwd / "bad/model.safetensors"
        data = bytearray(weights.read_bytes())
        [size] = struct.unpack("<Q", data[:8])
        begin, end = json.loads(data[8:8 + size])["audio_projection.linear2.bias"]["data_offsets"]
        data[8 + size + begin:8 + size + end] = struct.pack("<f", float("nan")) * ((end - begin) // 4)
        weights.write_bytes(data)
        report = self.check("bad", 1)
        wrong = {f["check"]: f["words"] for f in report["findings"] if not f["passed"]}
        self.assertLessEqual({"sound vectors", "sound spread"}, wrong.keys())
        self.assertIn("12 of 12 vectors", wrong["sound vectors"])
        self.assertIsNone(report["sound_cosines"]["mean"])

    def test_what_is_no_model(self):
        self.refused("check", "none/such/model", parts=["none/such/model", "no such"])


if __name__ == "__main__":
    main()
