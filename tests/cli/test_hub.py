"""Models from the hub: a local server plays the hub, well and badly; what ends in the cache is whole, or is not there."""
import os
import pathlib
import pty
import random
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import threading

from harness import HANG_SECONDS, MODELS, PROGRAM, SOURCE, Case, main, mount_tmpfs, read_npy, tone, wait_until
from hub_server import Fault, Hub, Repo, git_blob, sha256

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


class BadServerTest(HubCase):
    def test_dropped_and_resumed(self):
        self.hub.faults[FILE] = Fault(times=3, after=500_000, drop=True)
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), [None, "bytes=500000-", "bytes=1000000-", "bytes=1500000-"])

    def test_killed_and_resumed(self):
        _, reached = self.held()
        process = self.start("model", "pull", NAME)
        self.assertTrue(reached.wait(HANG_SECONDS))
        self.wait_for_bytes(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assert_nothing_visible()
        there = self.incomplete().stat().st_size
        self.assertEqual(self.incomplete().read_bytes(), WEIGHTS[:there])
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), [None, f"bytes={there}-"])
        self.assertFalse(self.incomplete().exists())

    def test_killed_before_the_rename(self):
        self.incomplete().parent.mkdir(parents=True)
        self.incomplete().write_bytes(WEIGHTS)
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), [])

    def test_several_processes(self):
        go_on, reached = self.held()
        processes = [self.start("model", "pull", NAME, "--quiet") for _ in range(4)]
        self.assertTrue(reached.wait(HANG_SECONDS))
        wait_until(lambda: len(self.hub.asked("HEAD", "/" + FILE)) == 4, processes[0])
        self.assertTrue(all(p.poll() is None for p in processes))
        go_on.set()
        paths = {self.finish(p).out for p in processes}
        self.assertEqual(len(paths), 1)
        self.assertEqual(self.ranges(), [None])
        self.assert_whole(self.pull())

    def test_the_next_one_takes_over_from_one_that_is_killed(self):
        _, reached = self.held()
        first = self.start("model", "pull", NAME)
        self.assertTrue(reached.wait(HANG_SECONDS))
        self.wait_for_bytes(first)
        second = self.start("model", "pull", NAME)
        wait_until(lambda: len(self.hub.asked("HEAD", "/" + FILE)) == 2, second)
        first.kill()
        self.finish(second)
        self.assertRegex(self.ranges()[1], r"^bytes=[67]\d{5}-$")
        self.assert_whole(self.pull())

    def test_slow(self):
        self.env["HF_HUB_DOWNLOAD_TIMEOUT"] = "1"
        self.hub.faults[FILE] = Fault(pause=0.08)  # 20 pieces: longer than the time-out, but never silent as long
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), [None])

    def test_silent(self):
        self.env["HF_HUB_DOWNLOAD_TIMEOUT"] = "1"
        self.held()
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), [None, "bytes=700000-"])

    def test_wrong_content(self):
        self.hub.faults[FILE] = Fault(data=WEIGHTS[:-1] + b"\0")
        self.refused(FILE, "hash", sha256(WEIGHTS))
        self.assert_nothing_visible()
        self.assertFalse(self.incomplete().exists())
        self.assert_whole(self.pull())

    def test_wrong_content_of_a_small_file(self):
        self.hub.faults["config.json"] = Fault(data=b'{"model_type": "CLAP"}')
        self.refused("config.json", "hash", git_blob(SMALL["config.json"]))
        self.assert_whole(self.pull())

    def test_wrong_part_on_disk(self):
        self.incomplete().parent.mkdir(parents=True)
        self.incomplete().write_bytes(b"x" * 1000)
        self.refused(FILE, "hash")
        self.assert_whole(self.pull())

    def test_too_much_on_disk(self):
        self.incomplete().parent.mkdir(parents=True)
        self.incomplete().write_bytes(WEIGHTS + b"x")
        self.assert_whole(self.pull())

    def test_more_than_promised(self):
        self.hub.faults[FILE] = Fault(data=WEIGHTS + b"x" * 100_000, no_length=True)
        self.refused(FILE, "more than the 2000000 bytes")
        self.assert_nothing_visible()

    def test_ranges_are_ignored(self):
        self.incomplete().parent.mkdir(parents=True)
        self.incomplete().write_bytes(WEIGHTS[:700_000])
        self.hub.faults[FILE] = Fault(no_range=True)
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), ["bytes=700000-"])

    def test_ranges_are_refused(self):
        self.incomplete().parent.mkdir(parents=True)
        self.incomplete().write_bytes(WEIGHTS[:700_000])
        self.hub.faults[FILE] = Fault(no_middle=True)
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), ["bytes=700000-", None])

    def test_passing_trouble(self):
        self.hub.head_faults[FILE] = Fault(status=503)
        self.hub.faults[FILE] = Fault(status=429, headers={"Retry-After": "1"})
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), [None, None])

    def test_lasting_trouble(self):
        self.hub.head_faults["config.json"] = Fault(times=100, status=503)
        self.refused("503", "put", str(self.folder() / "snapshots" / "main"))

    def test_the_download_goes_away(self):
        self.hub.faults[FILE] = Fault(times=100, status=403)
        self.refused(FILE, "HF_TOKEN")
        self.assert_nothing_visible()

    def test_http_1_0_without_lengths(self):
        hub = Hub({NAME: Repo(MODEL)}, http10=True)
        hub.lengths = False
        self.use(hub)
        self.assert_whole(self.pull())

    def test_not_a_hub(self):
        for body in (b"<html>", b"{}", b'{"sha": 1}', b'{"sha": "../../x", "siblings": []}', b"[" * 1_000_000,
                     b'{"sha": "%s", "siblings": {"a": [1]}}' % (b"a" * 40),
                     b'{"sha": "%s", "siblings": [{"rfilename": "\\ud800"}]}' % (b"a" * 40)):
            self.hub.overrides[f"/api/models/{NAME}/revision/main"] = (200, {}, body)
            self.pull(status=1)
            self.assertEqual(len(self.pulled.err.splitlines()), 1, self.pulled.err)
        self.hub.overrides[f"/api/models/{NAME}/revision/main"] = (200, {}, b" " * (9 << 20))
        self.pull(status=1)
        self.one_line(self.pulled.err, "8 MiB")

    def test_hostile_names_in_the_listing(self):
        victim = self.dir / "victim"
        victim.write_text("mine")
        repo = self.hub.repos[NAME]
        repo.listed = ["../../../../../x", "/" + str(victim), "a\0b", "..", "./config.json", "config.json/../../x", "a\\b",
                       "x" * 5000, 7, None, ["config.json"], *MODEL]
        before = set(self.dir.rglob("*"))
        self.assert_whole(self.pull())
        self.assertEqual([p for p in set(self.dir.rglob("*")) - before if self.home / "hf" not in (p, *p.parents)], [])
        self.assertEqual(victim.read_text(), "mine")

    def test_hostile_headers(self):
        for name, value in (("X-Repo-Commit", "../../../../x"), ("X-Linked-Etag", '"../../../x"'),
                            ("X-Linked-Etag", '"abc"'), ("X-Linked-Etag", ""), ("X-Linked-Size", "99999999999999"),
                            ("X-Repo-Commit", "b" * 40)):
            with self.subTest(name=name, value=value):
                self.hub.head_faults[FILE] = Fault(headers={name: value})
                self.pull(status=1)
                self.assertEqual(len(self.pulled.err.splitlines()), 1, self.pulled.err)
        self.assertEqual([p.name for p in self.dir.iterdir() if p.name == "x"], [])
        self.assert_nothing_visible()

    def test_hostile_names_on_the_command_line(self):
        for name in ("org/model:../../x", "org/model:/etc/passwd", "../model", "/", "org/model@../../x", "starter", ""):
            self.pull(name, status=2)
        self.assertEqual(self.hub.requests, [])

    def test_links_in_the_cache_do_not_lead_out(self):
        victim = self.dir / "victim"
        victim.write_text("mine")
        self.incomplete().parent.mkdir(parents=True)
        self.incomplete().symlink_to(victim)
        self.pull(status=1)
        self.one_line(self.pulled.err, str(self.incomplete()))
        self.assertEqual(victim.read_text(), "mine")
        (self.folder() / "refs").mkdir(exist_ok=True)
        (self.folder() / "refs" / "main").write_text("../../../../..")
        self.env["HF_HUB_OFFLINE"] = "1"
        self.refused("not in the cache")

    def test_a_link_to_nowhere_is_fetched_again(self):
        path = self.pull()
        (path / FILE).resolve().unlink()
        self.assert_whole(self.pull())


class RedirectTest(HubCase):
    def test_endless(self):
        url = f"/{NAME}/resolve/{self.hub.repos[NAME].commit}/config.json"
        self.hub.overrides[url] = (302, {"Location": url}, b"")
        self.pull(status=1)
        self.one_line(self.pulled.err, "config.json", "redirects without end")
        self.assertLess(len(self.hub.asked("HEAD", "config.json")), 20)

    def test_into_other_networks(self):
        for url, kind in (("http://10.0.0.1/x", "private"), ("http://169.254.169.254/latest", "link-local"),
                          ("http://[fe80::1]/", "link-local"), ("http://[::ffff:192.168.0.1]/", "private"),
                          ("http://0x0a000001/", "private"), ("http://10.1/", "private"), ("http://0/", "internet"),
                          ("ftp://127.0.0.1/x", "http"), ("file:///etc/passwd", "http"), ("http://u:p@127.0.0.1/", "")):
            with self.subTest(url):
                self.hub.faults[FILE] = Fault(redirect=url)
                self.pull(status=1)
                self.one_line(self.pulled.err.splitlines()[-1], kind)
        self.assert_nothing_visible()

    def test_the_token_stays_with_the_hub(self):
        self.hub.repos[NAME].private = True
        self.env["HF_TOKEN"] = Hub.TOKEN
        self.assert_whole(self.pull())
        bearers = {where: {h.get("authorization") for w, _, _, h in self.hub.requests if w == where}
                   for where in ("hub", "storage")}
        self.assertEqual(bearers, {"hub": {"Bearer " + Hub.TOKEN}, "storage": {None}})
        self.assertNotIn(Hub.TOKEN, self.pulled.err + self.pulled.out)

    def test_behind_a_proxy(self):
        self.hub.repos[NAME] = Repo({**SMALL, FILE: b"small"})  # no redirect: the storage has an address here, not a name
        self.env.update(HF_ENDPOINT="http://hub.invalid", http_proxy=self.hub.url)
        self.assert_whole(self.pull(), {**SMALL, FILE: b"small"})
        self.assertTrue(all(path.startswith("http://hub.invalid/") for _, _, path, _ in self.hub.requests))


class EncryptedTest(HubCase):
    def setUp(self):
        super().setUp()
        if not shutil.which("openssl"):
            self.skipTest("makes its certificate with the openssl program, which is not installed")
        self.certificate = self.dir / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.certificate, "-out",
                        self.dir / "public.pem", "-days", "2", "-subj", "/CN=hub", "-addext",
                        "subjectAltName=IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
        public = (self.dir / "public.pem").read_text()
        self.certificate.write_text(self.certificate.read_text() + public)
        self.use(Hub({NAME: Repo({**SMALL, FILE: b"small"})}, certificate=self.certificate))
        self.env.update(SSL_CERT_FILE=str(self.dir / "public.pem"), HF_TOKEN=Hub.TOKEN)

    def test_trusted(self):
        self.assert_whole(self.pull(), {**SMALL, FILE: b"small"})

    def test_not_trusted(self):
        del self.env["SSL_CERT_FILE"]
        self.pull(status=1)
        self.one_line(self.pulled.err, self.hub.url, "certificate")
        self.assertEqual(self.hub.requests, [])

    def test_not_to_an_open_connection(self):
        self.hub.repos[NAME] = Repo(MODEL)  # the storage has no certificate
        self.pull(status=1)
        self.one_line(self.pulled.err, self.hub.storage_url, "encrypted")
        self.assertEqual([r for r in self.hub.requests if r[0] == "storage"], [])


class RefusalTest(HubCase):
    def test_nothing_there(self):
        self.refused("no repository of this name", "HF_TOKEN", name="org/none")
        self.env["HF_TOKEN"] = Hub.TOKEN
        self.refused("no repository of this name", name="org/none")
        self.refused("no revision", "v9", name=NAME + "@v9:config.json")
        self.refused("no such file", "none.bin", name=NAME + ":none.bin")
        note = self.folder() / ".no_exist" / self.hub.repos[NAME].commit / "none.bin"
        self.assertEqual(note.read_bytes(), b"")

    def test_private(self):
        self.hub.repos[NAME].private = True
        self.refused("HF_TOKEN", self.hub.url)
        (self.home / "hf").mkdir(exist_ok=True)
        (self.home / "hf" / "token").write_text(Hub.TOKEN + "\n")
        self.assert_whole(self.pull())

    def test_gated(self):
        self.hub.repos[NAME].gated = True
        self.refused("terms", f"{self.hub.url}/{NAME}", "HF_TOKEN")
        self.env["HF_TOKEN"] = Hub.TOKEN
        self.hub.repos[NAME].gated = "refused"
        self.refused("terms", "no access", "you are not in the list")
        self.hub.repos[NAME].gated = True
        self.assert_whole(self.pull())

    def test_bad_settings(self):
        self.env["HF_TOKEN"] = "hf_a\nb"
        self.pull(status=2)
        self.one_line(self.pulled.err, "HF_TOKEN")
        self.assertNotIn("hf_a", self.pulled.err)
        self.env.update(HF_TOKEN="", HF_ENDPOINT="huggingface.co")
        self.pull(status=2)
        self.one_line(self.pulled.err, "HF_ENDPOINT", "https://")

    def test_nobody_listens(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.env["HF_ENDPOINT"] = f"http://127.0.0.1:{unused.getsockname()[1]}"
            self.refused("cannot reach", str(self.folder() / "snapshots" / "main"))
            self.env["HF_ENDPOINT"] = self.hub.url
            path = self.pull()
            self.env["HF_ENDPOINT"] = f"http://127.0.0.1:{unused.getsockname()[1]}"
            self.assertEqual(self.pull(), path)

    def test_offline(self):
        self.env["HF_HUB_OFFLINE"] = "1"
        line = self.refused("HF_HUB_OFFLINE", "config.json", "tokenizer.json", FILE, "path of the directory")
        self.assertEqual(self.hub.requests, [])
        # Exactly that place works.
        place = pathlib.Path(re.search(r" into (\S+);", line)[1])
        place.mkdir(parents=True)
        for name, data in {**SMALL, FILE: WEIGHTS}.items():
            (place / name).write_bytes(data)
        self.assertEqual(self.pull(), place)

    def test_offline_checkpoint(self):
        self.env["HF_HUB_OFFLINE"] = "1"
        line = self.refused("HF_HUB_OFFLINE", "music.pt", "roberta-base's tokenizer.json", name="org/laion:music.pt")
        for place, data in zip(re.findall(r" at (\S+?)(?: and|;)", line), (CHECKPOINT, b"{}")):
            pathlib.Path(place).parent.mkdir(parents=True)
            pathlib.Path(place).write_bytes(data)
        self.assertEqual(self.pull("org/laion:music.pt").read_bytes(), CHECKPOINT)


class DiskTest(HubCase):
    def full_disk(self):
        self.cache.mkdir(parents=True)
        if not mount_tmpfs(self, self.cache, "3m"):
            self.skipTest("a small file system cannot be mounted here (needs root)")

    def test_said_before(self):
        self.full_disk()
        self.hub.repos[NAME] = Repo({**SMALL, FILE: WEIGHTS * 2})
        self.pull(status=1)
        self.one_line(self.pulled.err, str(self.cache), "5 MB are needed", "are free")
        self.assertEqual(self.hub.asked("GET", "/" + FILE), [])

    def test_full_in_the_middle(self):
        self.full_disk()
        go_on, reached = self.held()
        process = self.start("model", "pull", NAME)
        self.assertTrue(reached.wait(HANG_SECONDS))
        self.wait_for_bytes(process)
        (self.cache / "filler").write_bytes(b"x" * 2_000_000)
        go_on.set()
        self.one_line(self.finish(process, 1).err, str(self.incomplete()), "no room", "no space left")
        self.assert_nothing_visible()
        (self.cache / "filler").unlink()
        self.assert_whole(self.pull())
        self.assertRegex(self.ranges()[1], r"^bytes=\d{6,7}-$")

    def test_file_size_limit(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        self.pull(status=1, preexec_fn=limit, restore_signals=False)
        self.one_line(self.pulled.err, str(self.incomplete()), "first 1 MB", "file too large")
        self.assert_nothing_visible()
        self.assert_whole(self.pull())
        self.assertEqual(self.ranges(), [None, "bytes=1000000-"])

    def test_not_writable(self):
        self.cache.parent.mkdir(parents=True)
        self.cache.write_text("a file where the cache should be")
        self.pull(status=1)
        self.one_line(self.pulled.err, str(self.cache))


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

    def on_a_terminal(self, *arguments, answer=None):
        """(exit status, what the terminal showed)"""
        try:
            ours, theirs = pty.openpty()
        except OSError as reason:
            self.skipTest(f"no terminal can be made here: {reason}")
        process = subprocess.Popen([PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=self.env,
                                   cwd=self.cwd)
        os.close(theirs)
        shown = b""
        try:
            while select.select([ours], [], [], HANG_SECONDS)[0]:
                piece = os.read(ours, 4096)
                shown += piece
                if answer and b"[y/N]" in shown:
                    os.write(ours, answer)
                    answer = None
                if not piece:
                    break
        except OSError:  # the other end is closed
            pass
        finally:
            os.close(ours)
        return process.wait(), shown.decode()

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
