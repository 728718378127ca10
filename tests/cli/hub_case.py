"""What the tests of the hub client share: a local hub with one model, and a look at what a pull left behind."""
import pathlib
import random
import re
import threading

from harness import Case, wait_until
from hub_server import Fault, Hub, Repo, sha256

SMALL = {"config.json": b'{"model_type": "clap"}', "preprocessor_config.json": b"{}",
         "tokenizer.json": b'{"model": {}}', "tokenizer_config.json": b"{}\n"}
WEIGHTS = random.Random(1).randbytes(2_000_000)
MODEL = {**SMALL, "model.safetensors": WEIGHTS, "README.md": b"not needed"}
CHECKPOINT = b"PK\3\4" + WEIGHTS[:500_000]
NAME = "org/model"
FILE = "model.safetensors"


class HubCase(Case):
    def setUp(self):
        super().setUp()
        self.use(Hub({NAME: Repo(MODEL)}))

    def use(self, hub):
        self.hub = hub
        self.addCleanup(hub.close)
        self.cache = self.home / "hf" / "hub"
        self.env.update(HF_HOME=str(self.home / "hf"), HF_ENDPOINT=hub.url)

    def pull(self, name=NAME, status=0, **options):
        """The path that `model pull` prints; its streams are in self.pulled."""
        self.pulled = self.hearken("model", "pull", name, "--json", status=status, **options)
        return pathlib.Path(self.valid("model_pull", self.pulled)["path"]) if status == 0 else None

    def refused(self, *parts, name=NAME, status=1):
        self.pull(name, status)
        self.assertEqual(self.pulled.out, "")
        return self.one_line(self.pulled.err, re.split("[:@]", name)[0], *parts)

    def folder(self, repo=NAME):
        return self.cache / ("models--" + repo.replace("/", "--"))

    def incomplete(self):
        return self.folder() / "blobs" / (sha256(WEIGHTS) + ".incomplete")

    def assert_whole(self, path, files=None):
        for name, data in (files or {**SMALL, FILE: WEIGHTS}).items():
            self.assertEqual((path / name).read_bytes(), data, name)

    def assert_nothing_visible(self):
        self.assertEqual([p for p in self.cache.glob(f"*/snapshots/*/{FILE}")], [])
        self.assertFalse((self.folder() / "blobs" / sha256(WEIGHTS)).exists())

    def everything(self):
        return {p.relative_to(self.dir): p.is_symlink() or p.is_dir() or p.read_bytes()
                for p in self.dir.rglob("*")}

    def ranges(self):
        return [h.get("range") for h in self.hub.asked("GET", "/" + FILE, "storage")]

    def held(self, **fault):
        """Makes the next download of the weights wait in the middle; (event to go on, event that says it is there)."""
        go_on, reached = threading.Event(), threading.Event()
        self.hub.faults[FILE] = Fault(after=700_000, hold=go_on, reached=reached, **fault)
        self.addCleanup(go_on.set)
        return go_on, reached

    def wait_for_bytes(self, process, at_least=600_000):
        there = wait_until(lambda: self.incomplete().exists() and self.incomplete().stat().st_size >= at_least, process)
        self.assertTrue(there)
