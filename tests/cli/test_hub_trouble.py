"""The hub, the way to it or the disk in trouble: what ends in the cache is whole, or is not there."""
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess

from harness import HANG_SECONDS, main, mount_tmpfs, wait_until
from hub_case import CHECKPOINT, FILE, HubCase, MODEL, NAME, SMALL, WEIGHTS
from hub_server import Fault, Hub, Repo, git_blob, sha256


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


if __name__ == "__main__":
    main()
