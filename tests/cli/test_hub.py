"""Models from the hub, fetched and used: a local server plays the hub."""
import os
import pathlib
import re
import shutil

from harness import HANG_SECONDS, MODELS, SOURCE, main, read_npy, tone
from hub_case import CHECKPOINT, FILE, HubCase, MODEL, NAME, SMALL, WEIGHTS
from hub_server import Fault, Hub, Repo, git_blob, sha256


class PullTest(HubCase):
    def test_layout(self):
        path = self.pull()
        commit = self.hub.repos[NAME].commit
        self.assertEqual(path, self.folder() / "snapshots" / commit)
        self.assert_whole(path)
        self.assertEqual(sorted(p.name for p in path.iterdir()), sorted([*SMALL, FILE]))
        self.assertEqual(os.readlink(path / FILE), f"../../blobs/{sha256(WEIGHTS)}")
        self.assertEqual(os.readlink(path / "config.json"), f"../../blobs/{git_blob(SMALL['config.json'])}")
        self.assertEqual((self.folder() / "refs" / "main").read_text(), commit)
        locks = sorted(p.name for p in (self.cache / ".locks" / self.folder().name).iterdir())
        self.assertEqual(locks, sorted(p.name + ".lock" for p in (self.folder() / "blobs").iterdir()))
        self.assertIn("2.0 MB", self.pulled.err)
        self.assertIn(self.hub.url, self.pulled.err)
        for name in (*SMALL, FILE):
            self.one_line(self.pulled.err, NAME + ": " + name)

    def test_again_fetches_nothing(self):
        self.pull()
        gets = len(self.hub.asked("GET", FILE))
        self.pull()
        self.assertEqual(self.pulled.err, "")
        self.assertEqual(len(self.hub.asked("GET", FILE)), gets)

    def test_quiet(self):
        self.assertEqual(self.hearken("model", "pull", NAME, "--quiet").err, "")

    def test_update(self):
        old = self.pull()
        self.hub.repos[NAME] = Repo({**MODEL, "config.json": b'{"model_type": "clap", "x": 1}'})
        new = self.pull()
        self.assertNotEqual(old, new)
        self.one_line(self.pulled.err, "fetching 30 bytes")
        self.assertNotIn(FILE, self.pulled.err)
        self.assertEqual(os.readlink(old / FILE), os.readlink(new / FILE))
        self.assertEqual(len(self.hub.asked("GET", "/" + FILE, "storage")), 1)
        self.assertEqual(self.pull(NAME + "@" + old.name), old)

    def test_an_update_that_fails_leaves_the_old_model_in_use(self):
        old = self.pull()
        self.hub.repos[NAME] = Repo({**MODEL, FILE: WEIGHTS[::-1]})
        self.hub.faults[FILE] = Fault(status=404)
        self.pull(status=1)
        self.env["HF_HUB_OFFLINE"] = "1"
        self.assertEqual(self.pull(), old)

    def test_older_layouts(self):
        files = {k: v for k, v in SMALL.items() if not k.startswith("tokenizer")}
        files |= {"vocab.json": b"{}", "merges.txt": b"#", "pytorch_model.bin": WEIGHTS}
        self.hub.repos[NAME] = Repo({**files, "tf_model.h5": b"x"})
        path = self.pull()
        self.assert_whole(path, files)
        self.assertEqual(len(list(path.iterdir())), len(files))

    def test_safetensors_are_preferred(self):
        self.hub.repos[NAME] = Repo({**MODEL, "pytorch_model.bin": WEIGHTS[::-1], "vocab.json": b"{}", "merges.txt": b""})
        self.assertEqual(sorted(p.name for p in self.pull().iterdir()), sorted([*SMALL, FILE]))

    def test_not_a_model(self):
        self.hub.repos[NAME] = Repo({"README.md": b"", "a.pt": CHECKPOINT, "config.json": b"{}"})
        self.refused("no preprocessor_config.json", "no tokenizer.json", "no model.safetensors", NAME + ":FILE.pt")

    def test_checkpoint_comes_with_a_tokenizer(self):
        self.hub.repos["org/laion"] = Repo({"sub/music.pt": CHECKPOINT})
        self.hub.repos["FacebookAI/roberta-base"] = Repo({"tokenizer.json": b"{}", "model.safetensors": WEIGHTS})
        path = self.pull("org/laion:sub/music.pt")
        self.assertEqual(path.read_bytes(), CHECKPOINT)
        self.assertEqual(os.readlink(path), f"../../../blobs/{sha256(CHECKPOINT)}")
        roberta = self.folder("FacebookAI/roberta-base") / "snapshots"
        self.assertEqual([p.name for p in roberta.glob("*/*")], ["tokenizer.json"])
        self.assertEqual(self.hub.asked("GET", "/" + FILE), [])
        self.env["HF_HUB_OFFLINE"] = "1"
        self.assertEqual(self.pull("org/laion:sub/music.pt"), path)

    def test_a_tokenizer_that_is_there_is_used(self):
        for place in ("models--roberta-base", "models--FacebookAI--roberta-base"):
            with self.subTest(place):
                self.hub.repos["org/laion"] = Repo({"music.pt": CHECKPOINT})
                shutil.rmtree(self.cache, ignore_errors=True)
                snapshot = self.cache / place / "snapshots" / ("a" * 40)
                snapshot.mkdir(parents=True)
                (self.cache / place / "refs").mkdir()
                (self.cache / place / "refs" / "main").write_text("a" * 40)
                (snapshot / "vocab.json").write_text("{}")
                (snapshot / "merges.txt").write_text("")
                self.pull("org/laion:music.pt")
                self.assertEqual([p for _, _, p, _ in self.hub.requests if "roberta" in p], [])
                self.assertEqual((self.cache / place / "refs" / "main").read_text(), "a" * 40)

    def test_renamed_repository(self):
        self.hub.renamed["old/name"] = NAME
        self.env["HF_TOKEN"] = Hub.TOKEN
        self.assert_whole(self.pull("old/name"))

    def test_small_files_behind_a_redirect(self):
        self.hub.small_files_redirect = True
        self.assert_whole(self.pull())

    def test_places(self):
        places = {"HF_HUB_CACHE": self.dir / "a", "HUGGINGFACE_HUB_CACHE": self.dir / "b", "HF_HOME": self.dir / "c",
                  "XDG_CACHE_HOME": self.dir / "d"}
        expected = [self.dir / "a", self.dir / "b", self.dir / "c" / "hub", self.dir / "d" / "huggingface" / "hub",
                    self.home / ".cache" / "huggingface" / "hub"]
        self.env.update({k: str(v) for k, v in places.items()})
        for variable, place in zip([*places, None], expected):
            listed = self.valid("model_list", self.hearken("model", "list", "--json"))
            self.assertEqual(listed["cache"], str(place))
            self.env.pop(variable, None)
        self.env.update(HF_HOME="~/x/$NAMED/${NAMED}", NAMED="y")
        self.assertEqual(self.valid("model_list", self.hearken("model", "list", "--json"))["cache"],
                         str(self.home / "x/y/y/hub"))


class UseTest(HubCase):
    def setUp(self):
        super().setUp()
        starter = MODELS / "starter"
        self.hub.repos["org/starter"] = Repo({p.name: p.read_bytes() for p in starter.iterdir()})

    def embed(self, model, *options):
        self.embedded = self.hearken("embed", "--text", "rain", "--model", model, "--out", "x.npy", *options)
        return read_npy(self.cwd / "x.npy")

    def test_first_use(self):
        expected = self.embed("starter")
        self.assertEqual(self.embed("org/starter"), expected)
        size = (MODELS / "starter" / FILE).stat().st_size
        self.one_line(self.embedded.err, "org/starter: " + FILE, f"{size / 1e6:.1f} MB")
        self.one_line(self.embedded.err, "fetching", self.hub.url, "hf/hub")
        asked = len(self.hub.requests)
        self.assertEqual(self.embed("org/starter"), expected)
        self.assertNotIn("fetching", self.embedded.err)
        self.assertEqual(len(self.hub.requests), asked)

    def test_quietly(self):
        self.embed("org/starter", "--quiet")
        self.assertEqual(self.embedded.err, "")

    def test_nothing_is_fetched_for_a_search_without_its_vectors(self):
        tone(self.music / "a.wav")
        self.one_line(self.hearken("find", "rain", "--model", "org/starter", status=1).err, "hearken index")
        self.index(self.dir / "home", "--library", "empty.db")
        self.one_line(self.hearken("find", "rain", "--model", "org/starter", "--library", "empty.db", status=1).err,
                      "empty.db", "no tracks yet")
        self.index(self.music, "--model", MODELS / "starter")
        self.one_line(self.hearken("find", "rain", "--model", "org/starter", status=1).err, "'org/starter'",
                      str(MODELS / "starter"), "hearken index --model org/starter FOLDER")
        self.assertEqual(self.hub.requests, [])
        # With --dir it is fetched and indexed with; and once it is there, the fingerprint decides, not the name.
        self.assertEqual(len(self.find("rain", "--model", "org/starter", "--dir", self.music)["results"]), 1)
        self.assertNotEqual(self.hub.requests, [])
        self.assertEqual([m["name"] for m in self.info()["models"]], [str(MODELS / "starter")])
        self.assertEqual(len(self.find("rain", "--model", "org/starter")["results"]), 1)
        # The library's own model is fetched when it is not there any more.
        self.index(self.music, "--model", "org/starter", "--library", "hub.db")
        self.hearken("model", "rm", "org/starter", "--yes")
        for options in ([], ["--model", "org/starter"]):
            self.assertEqual(len(self.find("rain", "--library", "hub.db", *options)["results"]), 1)

    def test_a_directory_comes_first(self):
        shutil.copytree(MODELS / "starter", self.cwd / "org" / "starter")
        self.embed("org/starter")
        self.assertEqual(self.hub.requests, [])

    def test_offline(self):
        self.env["HF_HUB_OFFLINE"] = "1"
        failed = self.hearken("embed", "--text", "rain", "--model", "org/starter", "--out", "x.npy", status=1)
        line = self.one_line(failed.err, "model org/starter: no file or directory of that name, not in the Hugging",
                             "cache, and HF_HUB_OFFLINE", "Put config.json, ", ", or give --model the directory")
        place = pathlib.Path(re.search(r" into (\S+),", line)[1])
        shutil.copytree(MODELS / "starter", place)
        self.embed("org/starter")
        failed = self.hearken("model", "show", "org/laion:music.pt", status=1)
        line = self.one_line(failed.err, "model org/laion:music.pt: no file or directory of that name, not in the")
        places = re.search(r"Put music\.pt at (\S+) and roberta-base's tokenizer\.json at (\S+), or give --model the "
                           "file", line)
        pathlib.Path(places[1]).parent.mkdir(parents=True)
        shutil.copy(SOURCE / "tests/golden/clap/laion-unfused.pt", places[1])
        failed = self.hearken("model", "show", "org/laion:music.pt", status=1)
        self.one_line(failed.err, "model org/laion:music.pt: ", "carry no tokenizer", "Put its tokenizer.json at " +
                      places[2])
        pathlib.Path(places[2]).parent.mkdir(parents=True)
        shutil.copy(SOURCE / "tests/golden/clap/tokenizer.json", places[2])
        self.hearken("model", "show", "org/laion:music.pt")

    def test_a_mistyped_path(self):
        failed = self.hearken("embed", "--text", "rain", "--model", "my/model", "--out", "x.npy", status=1)
        line = self.one_line(failed.err, "model my/model: no file or directory of that name, and on the hub: " +
                             self.hub.url + " has no repository of this name", "HF_TOKEN")
        self.assertEqual(line.count("my/model"), 1)
        failed = self.hearken("model", "show", NAME + ":none.pt", status=1)
        self.one_line(failed.err, f"model {NAME}:none.pt: no file or directory", "on the hub: ", "no repository")

    def test_what_can_only_be_a_path(self):
        for name in ("foo/bar.pt", "foo/bar.pth", "foo/pytorch_model.bin", "foo/model.safetensors", "strater",
                     "a/b/c.pt", self.dir / "none"):
            failed = self.hearken("find", "rain", "--dir", self.music, "--model", name, status=1)
            self.one_line(failed.err, f"model {name}: no such file", 'a model is "starter", a path, org/repo or '
                                                                     "org/repo:file.pt")
        self.assertEqual(self.hub.requests, [])
        self.hearken("model", "show", "foo/bar:baz.pt", status=1)
        self.assertNotEqual(self.hub.requests, [])

    def test_a_checkpoint_of_ones_own_whose_tokenizer_is_not_given_out(self):
        shutil.copy(SOURCE / "tests/golden/clap/laion-unfused.pt", self.cwd / "mine.pt")
        self.one_line(self.hearken("model", "show", "mine.pt", status=1).err, "hearken: mine.pt: LAION's",
                      "roberta-base's cannot be fetched: ", self.hub.url, "beside the file")
        self.hub.repos["FacebookAI/roberta-base"] = Repo(
            {"tokenizer.json": (SOURCE / "tests/golden/clap/tokenizer.json").read_bytes()})
        self.one_line(self.hearken("model", "show", "mine.pt").err, "FacebookAI/roberta-base: tokenizer.json")

    def test_list(self):
        listed = self.valid("model_list", self.hearken("model", "list", "--json"))
        self.assertEqual(listed["models"], [])
        size = sum(p.stat().st_size for p in (MODELS / "starter").iterdir())
        self.assertEqual(listed["bundled"], [{"name": "starter", "path": str(MODELS / "starter"), "bytes": size}])
        said = self.hearken("model", "list")
        self.one_line(said.err, "hearken model pull")
        self.one_line(said.out, "starter ", f"{size / 1e6:.1f} MB", str(MODELS / "starter"))
        self.one_line(self.hearken("model", "rm", "starter", "--yes", status=2).err, "comes with Hearken")
        old = self.pull()
        self.hub.repos[NAME] = Repo({**MODEL, "config.json": b'{"model_type": "clap", "x": 1}'})
        new = self.pull()
        self.hub.repos["org/bert"] = Repo({**MODEL, "config.json": b'{"model_type": "bert"}'})
        self.pull("org/bert")
        self.hub.repos["org/laion"] = Repo({"music.pt": CHECKPOINT, "x.pt": b"no checkpoint"})
        self.hub.repos["FacebookAI/roberta-base"] = Repo({"tokenizer.json": b"{}"})
        self.pull("org/laion:music.pt")
        self.pull("org/laion:x.pt")
        (self.cache / "models--half--done" / "snapshots" / ("c" * 40)).mkdir(parents=True)
        (self.cache / "models--..--evil").mkdir()
        (self.cache / "version.txt").write_text("1")
        models = self.valid("model_list", self.hearken("model", "list", "--json"))["models"]
        size = sum(len(v) for v in {**SMALL, FILE: WEIGHTS}.values())
        self.assertEqual([(m["name"], m["path"]) for m in models], [
            ("org/laion:music.pt", str(next(self.folder("org/laion").glob("snapshots/*/music.pt")))),
            (NAME, str(new)), (f"{NAME}@{old.name}", str(old))])
        self.assertEqual(models[2]["bytes"], size)
        said = self.hearken("model", "list").out
        self.assertIn("2.0 MB", self.one_line(said, NAME + " "))
        self.assertEqual([line.split()[0] for line in said.splitlines()], ["starter", *(m["name"] for m in models)])

    def test_rm(self):
        old = self.pull()
        self.hub.repos[NAME] = Repo({**MODEL, "config.json": b'{"model_type": "clap", "x": 1}'})
        new = self.pull()
        self.one_line(self.hearken("model", "rm", NAME, status=2).err, "--yes", "2.0 MB")
        self.assert_whole(old)
        removed = self.valid("model_rm", self.hearken("model", "rm", f"{NAME}@{old.name}", "--yes", "--json"))
        self.assertEqual(removed["bytes"], len(SMALL["config.json"]))
        self.assertFalse(old.exists())
        self.assertEqual((new / FILE).read_bytes(), WEIGHTS)
        removed = self.valid("model_rm", self.hearken("model", "rm", NAME + ":" + FILE, "--yes", "--json"))
        self.assertEqual(removed["bytes"], len(WEIGHTS))
        self.assertFalse((new / FILE).is_symlink())
        self.assertTrue((new / "config.json").exists())
        self.hearken("model", "rm", NAME, "--yes")
        self.assertFalse(self.folder().exists())
        self.one_line(self.hearken("model", "rm", NAME, "--yes", status=1).err, NAME, "not in the cache")

    def test_rm_while_it_is_fetched(self):
        go_on, reached = self.held()
        process = self.start("model", "pull", NAME)
        self.assertTrue(reached.wait(HANG_SECONDS))
        self.one_line(self.hearken("model", "rm", NAME, "--yes", status=1).err, NAME, "downloading")
        go_on.set()
        self.finish(process)
        self.assert_whole(self.pull())

    def test_on_a_terminal(self):
        self.hub.faults[FILE] = Fault(pause=0.03)
        status, shown = self.on_a_terminal("model", "pull", NAME)
        self.assertEqual(status, 0, shown)
        self.assertRegex(shown, r"\r\x1b\[K\[##+\.+\] \d.* of 2\.0 MB .*" + FILE)
        status, shown = self.on_a_terminal("model", "rm", NAME, answer=b"n\n")
        self.assertEqual(status, 1, shown)
        self.assertIn("(2.0 MB)? [y/N]", shown)
        self.assertTrue(self.folder().exists())
        status, shown = self.on_a_terminal("model", "rm", NAME, answer=b"y\n")
        self.assertEqual(status, 0, shown)
        self.assertFalse(self.folder().exists())


if __name__ == "__main__":
    main()
