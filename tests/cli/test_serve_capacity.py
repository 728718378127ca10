"""hearken serve with more to do than it can: what is quick goes on, what does not fit is told so. Nothing is timed here
(bench/overload.py does that): each test asks in which order answers come."""
import base64
import json
import os
import pathlib
import resource
import signal
import socket
import sqlite3
import ssl
import subprocess
import threading
import time

import harness
from harness import main, noise, tone
from serve_case import ServeCase
from test_serve_hostile import LOCAL, children, status_of


class Asking(threading.Thread):
    """A request that is on its way."""

    def __init__(self, server, *arguments, **options):
        super().__init__(daemon=True)
        self.ask = lambda: server.ask(*arguments, **options)
        self.start()

    def run(self):
        self.answer = self.ask()

    def get(self):
        self.join()
        return self.answer


class LanesTest(ServeCase):
    def setUp(self):
        super().setUp()
        tone(self.music / "low.wav", 220)
        self.index(self.music)
        self.server = self.serve("--threads", "1")  # one thread searches

    def goes_on(self, *pending):
        """What is quick is answered before what is pending."""
        self.assertEqual(self.good(self.server, "GET", "/health"), {"status": "ok"})
        self.assertEqual(self.good(self.server, "GET", "/ready"), {"status": "ready"})
        self.good(self.server, "GET", "/api/v1/search", query={"q": "rain"})
        self.good(self.server, "GET", "/api/v1/tracks")
        for one in pending:
            self.assertTrue(one.is_alive(), "it was answered first")

    def test_sound_within_json_however_it_is_written(self):
        noise(self.cwd / "long.wav", seconds=600)
        body = json.dumps({"model": "starter", "input": [{"type": "input_audio", "input_audio": {"data": base64.b64encode(
            (self.cwd / "long.wav").read_bytes()).decode(), "format": "wav"}}]}).replace("input_audio", "input\\u005faudio")
        asking = Asking(self.server, "POST", "/v1/embeddings", body=body, headers={"Content-Type": "application/json"})
        while asking.is_alive() and not children(self.server.process.pid):
            pass
        self.goes_on(asking)
        self.assertEqual(asking.get().status, 200, asking.answer)

    def test_many_texts_and_large_searches(self):
        words = "a long description of rain on a roof, of wind, of voices far away and of a dog that barks " * 10
        texts = [f"{i} {words}" for i in range(300)]
        for path, body in (("/v1/embeddings", {"model": "starter", "input": texts[:150]}),
                           ("/api/v1/embed", {"texts": texts[150:]})):
            with self.subTest(path=path):
                asking = Asking(self.server, "POST", path, body=body)
                self.goes_on(asking)
                self.assertEqual(asking.get().status, 200, asking.answer)

    def test_a_write_lock_that_another_program_holds(self):
        other = sqlite3.connect(self.library, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        writes = [Asking(self.server, "PUT", "/api/v1/tracks/1/rating", body={"rating": 1}) for _ in range(6)]
        writes.append(Asking(self.server, "POST", "/api/v1/playlists", body={"name": "x"}))
        writes.append(Asking(self.server, "GET", "/rest/createPlaylist?name=x"))
        writes.append(Asking(self.server, "PUT", "/api/v1/tracks/1/tags", body={"add": ["x"]}))
        self.good(self.server, "GET", "/api/v1/ratings")
        self.good(self.server, "GET", "/api/v1/playlists")
        self.goes_on()
        for write in writes[:-2]:
            self.assertEqual(write.get().status, 503, write.answer)
            self.assertEqual(write.answer.headers["Retry-After"], "1")
            self.assertIn("locked by another program", write.answer.json["detail"])
        self.assertIn(b"locked by another program", writes[-2].get().body)
        self.assertEqual(writes[-1].get().status, 503)
        other.execute("ROLLBACK")
        self.good(self.server, "PUT", "/api/v1/tracks/1/rating", {"rating": 1})
        self.assertEqual(len(self.good(self.server, "GET", "/api/v1/ratings")["ratings"]), 1)
        self.assertEqual(self.good(self.server, "GET", "/api/v1/playlists")["playlists"], [])


HEALTH = b"GET /health HTTP/1.1\r\n" + LOCAL + b"\r\n"


def is_open(connection):
    """Whether the other side has not closed it."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False
    finally:
        connection.settimeout(harness.HANG_SECONDS)


class ConnectionsTest(ServeCase):
    def setUp(self):
        super().setUp()
        tone(self.music / "low.wav", 220)
        self.index(self.music)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.of_one = min(1024, (hard - 200) // 3 * 2 // 4)  # as docs/SERVER.md says
        self.server = self.serve()

    def connect(self, address, send=b""):
        connection = socket.create_connection((self.server.host, self.server.port), timeout=harness.HANG_SECONDS,
                                              source_address=(address, 0))
        self.addCleanup(connection.close)
        connection.sendall(send)
        return connection

    def answered(self, connection):
        connection.sendall(HEALTH)
        self.assertEqual(status_of(connection.recv(65536)), 200)

    def test_one_address_has_its_number_of_connections(self):
        other = self.connect("127.0.0.9")
        self.answered(other)
        first = self.connect("127.0.0.8", b"GET /health HT")
        held = [self.connect("127.0.0.8", b"GET /" if i % 2 else b"") for i in range(self.of_one + 20)]
        self.answered(held[-2])
        deadline = time.monotonic() + harness.HANG_SECONDS
        while sum(map(is_open, held)) > self.of_one and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(sum(map(is_open, held)), self.of_one)
        self.assertFalse(is_open(first), "what waited the longest goes first")
        self.answered(other)
        self.good(self.server, "GET", "/api/v1/search", query={"q": "rain"})

    def test_many_addresses_have_their_share(self):
        held = [[self.connect(f"127.0.0.{last}") for _ in range(10)] for last in range(2, 82)]
        for of_one in held:
            self.answered(of_one[0])
            self.answered(of_one[-1])


class UploadsTest(ServeCase):
    def setUp(self):
        super().setUp()
        self.temporary = self.dir / "tmp"
        self.temporary.mkdir()
        tone(self.music / "low.wav", 220)
        self.index(self.music)

    def start_server(self, *arguments):
        return self.serve(*arguments, env={"TMPDIR": str(self.temporary)})

    def upload(self, server, length, body=b"", target="/api/v1/uploads"):
        connection = socket.create_connection((server.host, server.port), timeout=harness.HANG_SECONDS)
        self.addCleanup(connection.close)
        connection.sendall(f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: audio/wav\r\n"
                           f"Content-Length: {length}\r\n\r\n".encode() + body)
        return connection

    def written(self, server):
        """Files of the folder for temporary ones that the server has open."""
        fds = pathlib.Path(f"/proc/{server.process.pid}/fd")
        targets = []
        for fd in os.listdir(fds):
            try:
                targets.append(os.readlink(fds / fd))
            except FileNotFoundError:  # closed meanwhile
                pass
        return [target for target in targets if target.startswith(str(self.temporary))]

    def test_a_killed_server_leaves_nothing(self):
        server = self.start_server()
        self.assertEqual(server.send_sound("/api/v1/uploads", self.music / "low.wav").status, 201)
        self.upload(server, 1 << 20, b"RIFF" * 1000)
        while len(self.written(server)) < 2:
            time.sleep(0.01)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_what_is_refused_is_not_received(self):
        server = self.start_server("--token", "a-token-of-some-length", "--threads", "1")
        self.assertEqual(status_of(self.upload(server, 200 << 20).recv(65536)), 401)
        self.assertEqual(self.written(server), [])
        open_server = self.start_server("--threads", "1")
        noise(self.cwd / "long.wav", seconds=600)
        sound = (self.cwd / "long.wav").read_bytes()
        busy = [self.upload(open_server, len(sound), sound, "/api/v1/like") for _ in range(2)]
        while len(self.written(open_server)) < 2:
            time.sleep(0.01)
        small = (self.music / "low.wav").read_bytes()
        answers = []
        while not answers:  # until the lane is full
            self.assertLess(len(busy), 100)
            busy.append(self.upload(open_server, len(small), small, "/api/v1/like"))
            time.sleep(0.02)
            answers = [one for one in busy if status_of(peek(one)) == 503]
        before = len(self.written(open_server))
        refused = self.upload(open_server, 200 << 20)
        self.assertEqual(status_of(refused.recv(65536)), 503)
        self.assertLessEqual(len(self.written(open_server)), before)
        self.assertEqual(self.good(open_server, "GET", "/health"), {"status": "ok"})
        self.good(open_server, "GET", "/api/v1/search", query={"q": "rain"})
        for one in busy:
            one.close()

    def test_one_client_does_not_fill_the_disk(self):
        server = self.start_server()
        held = [self.upload(server, 200 << 20, b"RIFF" * 1000) for _ in range(2)]
        while len(self.written(server)) < 2:
            time.sleep(0.01)
        self.assertEqual(status_of(self.upload(server, 200 << 20).recv(65536)), 503)
        held[0].close()
        while len(self.written(server)) > 1:
            time.sleep(0.01)
        self.upload(server, 200 << 20, b"RIFF" * 1000)
        while len(self.written(server)) < 2:
            time.sleep(0.01)


def peek(connection):
    connection.setblocking(False)
    try:
        return connection.recv(65536, socket.MSG_PEEK)
    except BlockingIOError:
        return b""
    finally:
        connection.settimeout(harness.HANG_SECONDS)


class TlsTest(ServeCase):
    def setUp(self):
        super().setUp()
        tone(self.music / "low.wav", 220)
        self.index(self.music)

    def certificate(self, name, serial):
        cert, key = self.cwd / f"{name}.crt", self.cwd / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost", "-set_serial", str(serial),
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        return cert, key

    def connect(self, server, trusted, least=None, most=None):
        context = ssl.create_default_context(cafile=trusted)
        if most is not None:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version, context.maximum_version = least, most
        raw = socket.create_connection((server.host, server.port), timeout=harness.HANG_SECONDS)
        self.addCleanup(raw.close)
        connection = context.wrap_socket(raw, server_hostname="localhost")
        self.addCleanup(connection.close)
        return connection

    def serial(self, connection):
        return int(connection.getpeercert()["serialNumber"], 16)

    def ask(self, connection, request=HEALTH):
        connection.sendall(request)
        out = b""
        while b"\r\n\r\n" not in out or len(out.split(b"\r\n\r\n", 1)[1]) < int(
                out.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            out += connection.recv(65536)
        return out

    def test_https_and_new_certificates(self):
        cert, key = self.certificate("server", 4711)
        server = self.serve("--tls-cert", cert, "--tls-key", key)
        self.assertTrue(server.url.startswith("https://127.0.0.1:"), server.url)
        first = self.connect(server, cert)
        self.assertIn(first.version(), ("TLSv1.2", "TLSv1.3"))
        self.assertEqual(self.serial(first), 4711)
        self.assertEqual(status_of(self.ask(first)), 200)
        search = b"GET /api/v1/search?q=rain HTTP/1.1\r\n" + LOCAL + b"\r\n"
        self.assertIn(b'"results"', self.ask(first, search))
        self.assertIn(b"RIFF", self.ask(first, b"GET /api/v1/tracks/1/audio HTTP/1.1\r\n" + LOCAL + b"\r\n"))
        self.assertEqual(self.connect(server, cert, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2).version(), "TLSv1.2")
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with self.assertRaises(ssl.SSLError):
                self.connect(server, cert, version, version)
        shown = subprocess.run(["openssl", "s_client", "-connect", f"{server.host}:{server.port}", "-tls1_1", "-cipher",
                                "ALL:@SECLEVEL=0"], input=b"", capture_output=True)
        self.assertNotEqual(shown.returncode, 0)
        # Plain HTTP and noise end their own connection alone.
        self.assertEqual(status_of(server.raw(HEALTH)), 0)
        server.raw(b"\x16\x03\x01\x02\x00" + bytes(600), close=True)

        new_cert, new_key = self.certificate("new", 4712)
        os.replace(new_cert, cert)
        os.replace(new_key, key)
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + harness.HANG_SECONDS
        while self.serial(self.either(server, cert, first)) != 4712:
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(status_of(self.ask(first)), 200, "the old connection goes on")
        # What cannot be used changes nothing.
        key.write_text("no key")
        server.process.send_signal(signal.SIGHUP)
        line = server.process.stderr.readline()
        while b"stays what it was" not in line:
            line = server.process.stderr.readline()
        self.assertIn(str(key).encode(), line)
        self.assertEqual(self.serial(self.connect(server, cert)), 4712)
        for connection in (first,):
            connection.unwrap()  # the server says goodbye, too
        self.assertEqual(server.stop()[0], 0)

    def either(self, server, new, old):
        """A connection, whether the server has the new certificate yet or not."""
        try:
            return self.connect(server, new)
        except ssl.SSLCertVerificationError:
            time.sleep(0.05)
            return old

    def test_pairs_that_cannot_be_used(self):
        cert, key = self.certificate("server", 1)
        _, other_key = self.certificate("other", 2)
        secret = self.cwd / "secret.key"
        subprocess.run(["openssl", "ec", "-in", key, "-out", secret, "-aes128", "-passout", "pass:x"], check=True,
                       capture_output=True)
        (self.cwd / "empty").write_text("")
        os.mkfifo(self.cwd / "fifo")
        for files, named in (((cert, other_key), other_key), ((cert, self.cwd / "none"), self.cwd / "none"),
                             ((self.cwd / "none", key), self.cwd / "none"), ((key, key), key), ((cert, cert), cert),
                             ((cert, self.cwd / "empty"), self.cwd / "empty"), ((cert, secret), secret),
                             ((self.cwd / "fifo", key), self.cwd / "fifo"), ((cert, self.cwd), self.cwd)):
            with self.subTest(files=files):
                done = self.hearken("serve", "--port", "0", "--tls-cert", files[0], "--tls-key", files[1], status=1)
                self.one_line(done.err, str(named))
        self.one_line(self.hearken("serve", "--port", "0", "--tls-cert", cert, status=2).err, "--tls-key")


if __name__ == "__main__":
    main()
