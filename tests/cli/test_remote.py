"""remote, and --cluster: what goes wrong without a cluster; with HEARKEN_TEST_ENGINE (weaviate://…/Collection) all of it on a real one."""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import ssl
import subprocess
import threading
import unittest
import urllib.error
import urllib.request
import uuid

from harness import PROGRAM, Case, main, noise, tone, vectors

ENGINE = os.environ.get("HEARKEN_TEST_ENGINE", "")
NOWHERE = "weaviate://127.0.0.1:9:9/Nothing"  # the port "discard", where nobody listens


def saying(body):
    """What answers every GET with this."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))  # over TLS, the end of the connection alone may be an attack
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


class WrongUse(Case):
    def test_urls(self):
        for url, part in (("http://localhost/X", "weaviate://"), ("weaviate://localhost", "collection"), ("weaviate:///X", "host"),
                          ("weaviate://localhost:0/X", "port"), ("weaviate://localhost:1:2:3/X", "port"), ("weaviate://localhost/1x", "letter"),
                          ("weaviate://a b/X", "host")):
            with self.subTest(url):
                result = self.hearken("remote", "status", "--cluster", url, status=2)
                self.one_line(result.err, part)

    def test_no_engine(self):
        self.one_line(self.hearken("remote", "status", status=2).err, "which engine")

    def test_nobody_listens(self):
        tone(self.music / "a.wav")
        self.index(self.music)
        before = self.library.read_bytes()
        for command in (["remote", "push"], ["find", "piano"], ["classify", "id:1", "--labels", "dog,cat"], ["serve", "--port", "0"]):
            with self.subTest(command[:2]):
                result = self.hearken(*command, "--cluster", NOWHERE, status=1)
                self.one_line(result.err, "127.0.0.1:9")
        self.assertEqual(self.library.read_bytes(), before, "the library is untouched")
        self.one_line(self.hearken("remote", "status", "--engine", NOWHERE, status=1).err, "127.0.0.1:9")  # the option's former name

    def test_library_before_environment(self):
        tone(self.music / "a.wav")
        self.index(self.music)
        self.env["HEARKEN_ENGINE"] = NOWHERE
        self.one_line(self.hearken("find", "piano", status=1).err, "127.0.0.1:9")
        self.assertEqual(len(self.hearken("find", "piano", "--library", self.library, "--json").json["results"]), 1)
        self.assertEqual(self.hearken("find", "piano", "--library", self.library, "--cluster", NOWHERE, status=2).out, "")

    def test_not_for_engines(self):
        self.one_line(self.hearken("import", self.music, "--cluster", NOWHERE, status=2).err, "--format stream")
        self.hearken("find", "piano", "--dir", self.music, "--cluster", NOWHERE, status=2)
        tone(self.music / "a.wav")
        self.one_line(self.hearken("classify", self.music / "a.wav", "--labels", "dog,cat", "--cluster", NOWHERE, status=2).err, "id:42")
        self.one_line(self.hearken("remote", "push", "--prune", "--under", self.music, "--cluster", NOWHERE, status=1).err)

    def test_something_else_listens(self):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), saying(b"<html>hello</html>")) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            port = server.server_address[1]
            self.one_line(self.hearken("remote", "status", "--cluster", f"weaviate://127.0.0.1:{port}:{port}/X", status=1).err, "Weaviate")
            server.shutdown()

    def test_certificate(self):
        """Something speaks TLS: not trusted, trusted for another host, and trusted."""
        certificate, key = self.dir / "certificate.pem", self.dir / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hearken test", "-addext",
                        "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), saying(b'{"version": "1.2.3"}')) as server:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            port = server.server_address[1]
            for host, trusted, part in (("127.0.0.1", "", "certificate"), ("localhost", certificate, "localhost"), ("127.0.0.1", certificate, "too old")):
                with self.subTest(host=host, trusted=trusted):
                    self.env["HEARKEN_ENGINE_CA"] = str(trusted)
                    self.one_line(self.hearken("remote", "status", "--cluster", f"weaviates://{host}:{port}:{port}/X", status=1).err, part)
            self.env["HEARKEN_ENGINE_CA"] = str(self.dir / "nothing.pem")
            self.one_line(self.hearken("remote", "status", "--cluster", f"weaviates://127.0.0.1:{port}:{port}/X", status=1).err, "nothing.pem")
            server.shutdown()

    def test_silence(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            self.one_line(self.hearken("remote", "status", "--cluster", f"weaviate://127.0.0.1:{port}:{port}/X", status=1).err, f"127.0.0.1:{port}")


@unittest.skipUnless(ENGINE, "HEARKEN_TEST_ENGINE is not set: no cluster to talk to")
class OnCluster(Case):
    """Each test has a collection of its own, which goes when it is over."""

    def setUp(self):
        super().setUp()
        hosts = ENGINE.rpartition("/")[0]
        self.name = "Cli" + uuid.uuid4().hex[:12]
        self.engine = f"{hosts}/{self.name}"
        self.rest = "http://" + hosts.split("//")[1].split(",")[0].rpartition(":")[0] + "/v1/schema"
        self.addCleanup(self.drop)
        for i in range(6):
            noise(self.music / f"noise {i}.wav", seed=i, seconds=12 + 4 * i)
        tone(self.music / "a*b?%.wav", 440, 25)
        tone(self.music / "low.wav", 110, 15)
        self.index(self.music)

    def drop(self):
        for name in self.classes():
            urllib.request.urlopen(urllib.request.Request(f"{self.rest}/{name}", method="DELETE")).close()

    def classes(self):
        return [c["class"] for c in json.load(urllib.request.urlopen(self.rest))["classes"] if c["class"].startswith(self.name + "_")]

    def remote(self, command, *arguments, status=0):
        return self.hearken("remote", command, "--cluster", self.engine, "--json", "--quiet", *arguments, status=status)

    def pushed(self):
        self.remote("init")
        self.valid("remote_push", report := self.remote("push"))
        self.assertTrue(self.remote("verify").json["clean"])
        return report.json

    def both(self, *command):
        """The same command in the library and in the engine, by path: numbers are another's in an engine."""
        local = self.hearken(*command, "--json", "--quiet").json["results"]
        there = self.hearken(*command, "--json", "--quiet", "--cluster", self.engine).json["results"]
        self.assertEqual([hit["path"] for hit in there], [hit["path"] for hit in local])
        for mine, theirs in zip(local, there):
            self.assertAlmostEqual(mine["score"], theirs["score"], delta=1e-3)
        return local, there

    def test_there_and_back(self):
        self.valid("remote_init", first := self.remote("init"))
        self.assertTrue(first.json["created"])
        self.assertFalse(self.remote("init").json["created"])
        report = self.pushed()
        self.assert_counts(report, tracks=8, pushed=8, unchanged=0)
        self.assert_counts(self.remote("push").json, pushed=0, unchanged=8, windows=0)
        self.valid("remote_status", status := self.remote("status"))
        self.assertEqual([(s["tracks"], s["windows"]) for s in status.json["spaces"]], [(8, report["windows"])])
        self.valid("remote_verify", self.remote("verify"))
        other = self.dir / "other.db"
        self.valid("remote_pull", pulled := self.remote("pull", "--library", other))
        self.assert_counts(pulled.json, tracks=8, imported=8, windows=report["windows"])
        self.assertEqual(vectors(other), vectors(self.library), "bit for bit")
        (self.music / "low.wav").unlink()
        pulled = self.remote("pull", "--library", self.dir / "third.db", status=3).json
        self.assertEqual([pathlib.Path(s["path"]).name for s in pulled["skipped"]], ["low.wav"])

    def test_searches(self):
        self.pushed()
        for more in ([], ["--rank", "best"], ["--rank", "top3"], ["--moments"], ["-k", "3"], ["--where", "duration > 20"], ["--where", "path ~ '*b?%'"],
                     ["--where", "not (path ~ 'noise') and duration < 100"], ["--under", self.music], ["--not", "noise"]):
            with self.subTest(more):
                local, _ = self.both("find", "a pure tone", *more)
                self.assertTrue(local)
        for more in ([], ["--by", "mean"], ["--where", "duration < 30"]):
            with self.subTest(more):
                local, there = self.both("like", self.music / "noise 5.wav", *more)
                self.assertEqual([hit["votes"] for hit in local], [hit["votes"] for hit in there])
        self.assertEqual(self.hearken("find", "tone", "--where", "artist = 'nobody'", "--cluster", self.engine, "--json").json["results"], [])
        track = self.hearken("find", "tone", "-k", "1", "--cluster", self.engine, "--json").json["results"][0]
        here = self.hearken("classify", track["path"], "--labels", "dog,rain,beep", "--json").json["results"][0]
        there = self.hearken("classify", f"id:{track['id']}", "--labels", "dog,rain,beep", "--cluster", self.engine, "--json").json["results"][0]
        self.assertEqual(here["answer"]["label"], there["answer"]["label"])
        self.assertAlmostEqual(here["scores"][0]["score"], there["scores"][0]["score"], delta=1e-3)
        self.one_line(self.hearken("like", "id:7", "--cluster", self.engine, status=1).err, "id:7")

    def test_changes(self):
        self.pushed()
        self.hearken("clean", "--quiet", status=0)
        with contextlib.closing(sqlite3.connect(self.library)) as db:
            db.execute("INSERT INTO tags (track_id, label, label_set, model, verdict) SELECT id, 'Beep*', '', '', 1 FROM tracks WHERE CAST(path AS TEXT) LIKE '%low%'")
            db.commit()
        again = self.remote("push").json
        self.assertGreaterEqual(again["pushed"], 1)
        self.assertTrue(self.remote("verify").json["clean"])
        self.both("find", "tone", "--where", "tag = 'beep*'")
        shutil.move(self.music / "low.wav", self.dir / "gone.wav")
        self.index(self.music)
        self.hearken("index", self.music, "--prune", "--quiet")
        self.assertEqual(self.remote("push").json["pruned"], 0)
        self.assertEqual(self.remote("push", "--prune").json["pruned"], 1)
        self.assertEqual(self.remote("status").json["spaces"][0]["tracks"], 7)

    def test_stream(self):
        rows = "".join(json.dumps({"path": str(path)}) + "\n" for path in sorted(self.music.iterdir()))
        stream = self.dir / "rows.jsonl"
        done = self.start_with_input(rows, "embed", "--stream", "--quiet")
        stream.write_bytes(done)
        self.valid("import", first := self.hearken("import", "--format", "stream", stream, "--cluster", self.engine, "--json"))
        self.assert_counts(first.json, imported=8, unchanged=0)
        self.assert_counts(self.hearken("import", "--format", "stream", stream, "--cluster", self.engine, "--json").json, imported=0, unchanged=8)
        self.assert_counts(self.remote("push").json, tracks=8)  # what a library knows besides is added
        self.assertTrue(self.remote("verify").json["clean"])

    def start_with_input(self, text, *arguments):
        return subprocess.run([PROGRAM, *arguments], input=text.encode(), capture_output=True, env=self.env, cwd=self.cwd, check=True).stdout

    def test_half_made(self):
        self.pushed()
        tracks = next(name for name in self.classes() if name.endswith("Tracks"))
        urllib.request.urlopen(urllib.request.Request(f"{self.rest}/{tracks}", method="DELETE")).close()
        self.one_line(self.hearken("find", "tone", "--cluster", self.engine, status=1).err, tracks)
        self.remote("init")
        self.remote("push")
        self.assertTrue(self.remote("verify").json["clean"])

    def test_nothing_made(self):
        self.one_line(self.remote("push", status=1).err, "remote init")
        self.one_line(self.hearken("find", "tone", "--cluster", self.engine, status=1).err, "remote init")

    def test_repair(self):
        """A window and a track less on every replica, though the track's facts say that all is as it was."""
        self.pushed()
        windows, tracks = sorted(self.classes(), reverse=True)
        for name, many in ((windows, 3), (tracks, 1)):
            objects = json.load(urllib.request.urlopen(f"{self.rest.replace('schema', 'objects')}?class={name}&limit={many}"))["objects"]
            for one in objects:
                path = f"{self.rest.replace('schema', 'objects')}/{name}/{one['id']}?consistency_level=ALL"
                urllib.request.urlopen(urllib.request.Request(path, method="DELETE")).close()
        seen = self.remote("verify", "--wait", "0", status=1)
        self.assertGreater(seen.json["missing_windows"], 0)
        self.assertEqual((len(seen.json["missing"]), seen.json["repaired"]), (1, 0))
        self.valid("remote_verify", mended := self.remote("verify", "--wait", "5", "--repair"))
        self.assertTrue(mended.json["clean"])
        self.assertEqual(mended.json["repaired"], len(set(seen.json["missing"] + seen.json["differ"])))
        self.assert_counts(self.remote("push").json, pushed=0, unchanged=8)

    def test_missing_is_seen(self):
        self.remote("init")
        self.remote("push", "--where", "duration > 20")
        report = self.remote("verify", "--wait", "0", status=1).json
        self.assertFalse(report["clean"])
        self.assertGreater(len(report["missing"]), 0)


if __name__ == "__main__":
    main()
