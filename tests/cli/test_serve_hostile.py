"""hearken serve under requests that no friend sends: each ends in a clean refusal, and the server goes on."""
import base64
import http.client
import json
import os
import pathlib
import socket
import struct
import threading
import time

import harness
from harness import main, noise, tone
from serve_case import ServeCase

LOCAL = b"Host: 127.0.0.1\r\n"


def status_of(raw):
    """The status of a raw answer; 0 when the connection was closed without one."""
    return int(raw.split(b" ")[1]) if raw.startswith(b"HTTP/1.1 ") else 0


class HostileTest(ServeCase):
    def setUp(self):
        super().setUp()
        tone(self.music / "low.wav", 220)
        self.index(self.music)
        self.server = self.serve("--allow-root", self.music)
        self.addCleanup(self.still_well)

    def still_well(self):
        if self.server.process.poll() is None:
            self.assertEqual(self.good(self.server, "GET", "/health"), {"status": "ok"})
            self.assertEqual(len(self.good(self.server, "GET", "/api/v1/search?q=beep")["results"]), 1)
            self.assertEqual(self.server.stop()[0], 0)

    def test_traversal(self):
        for path in ("/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../x",
                     "/assets/..%5c..%5cx.js", "/api/v1/tracks/..%2f1", "/api/v1/tracks/1/../../../x",
                     "/api/v1/uploads/..%2f..%2fetc%2fpasswd", "/api/v1/uploads/%2e%2e", "/%00", "/x%00.html", "/%zz",
                     "/%", "//etc/passwd", "/etc/passwd%00.js", "/api/v1/tracks/1%00/audio", "/rest/stream?id=../../etc",
                     "/rest/stream?id=/etc/passwd", "/rest/getCoverArt?id=../x"):
            with self.subTest(path=path):
                raw = self.server.raw(b"GET " + path.encode() + b" HTTP/1.1\r\n" + LOCAL + b"Connection: close\r\n\r\n")
                self.assertNotIn(b"root:", raw)
                if path.startswith("/rest"):
                    self.assertIn(b'status="failed"', raw)
                else:
                    self.assertIn(status_of(raw), (400, 404, 200))
                    if status_of(raw) == 200:
                        self.assertIn(b"<title>Hearken", raw)

    def test_hosts_of_elsewhere(self):
        for host in (b"evil.example", b"evil.example:80", b"127.0.0.1.evil.example", b"localhost.evil.example", b"[evil]",
                     b"a" * 300):
            raw = self.server.raw(b"GET /api/v1/info HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
            self.assertEqual(status_of(raw), 421, raw)
        for host in (b"localhost:9", b"127.0.0.1", b"[::1]:80", b"192.168.1.2", b"LOCALHOST"):
            raw = self.server.raw(b"GET /api/v1/info HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
            self.assertEqual(status_of(raw), 200, raw)
        self.assertEqual(status_of(self.server.raw(b"GET /api/v1/info HTTP/1.1\r\nConnection: close\r\n\r\n")), 400)

    def test_pages_of_elsewhere(self):
        own = f"http://{self.server.host}:{self.server.port}"
        self.assertEqual(self.server.ask("GET", "/api/v1/info", headers={"Origin": own}).status, 200)
        for origin in ("http://evil.example", "null", f"http://{self.server.host}", "http://127.0.0.1:1", own + ".evil"):
            for method, body in (("GET", None), ("POST", {"name": "x"})):
                answer = self.server.ask(method, "/api/v1/playlists", body=body, headers={"Origin": origin})
                self.assertEqual(answer.status, 403, answer)
                self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])
        # The browser says which page asks (tests/web/test_foreign.mjs has a browser do it, on every route).
        for site in ("cross-site", "same-site"):
            visit = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
            image = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
            for method, path in (("GET", "/api/v1/info"), ("GET", "/health"), ("POST", "/api/v1/playlists"), ("GET", "/v1/models"),
                                 ("GET", "/api/v1/nothing"), ("DELETE", "/health"), ("OPTIONS", "/api/v1/playlists")):
                for headers in (visit, image):
                    self.assertEqual(self.server.ask(method, path, headers=headers).status, 403, path)
            self.assertIn(self.server.ask("GET", "/", headers=visit).status, (200, 404))  # 404: a build without the page
            self.assertEqual(self.server.ask("GET", "/", headers=image).status, 403)
            self.assertEqual(self.server.ask("POST", "/", headers=visit).status, 403)
        # A browser that does not say: Referer, where a link is enough to write.
        browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0"}
        for headers in (browser, {"Referer": "http://evil.example/"}, {**browser, "Referer": "http://127.0.0.1:1/"},
                        {"Origin": "null"}, visit, image):
            for path in ("createPlaylist?name=x", "createPlaylist.view?name=x"):
                for method in ("GET", "POST"):
                    answer = self.server.ask(method, "/rest/" + path, headers=headers)
                    self.assertIn(b'code="50"', answer.body, headers)
        # What a form of another page can send without asking.
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            answer = self.server.ask("POST", "/api/v1/playlists", body='{"name": "x"}', headers={"Content-Type": kind})
            self.assertEqual(answer.status, 415, answer)
        self.assertEqual(self.good(self.server, "GET", "/api/v1/playlists")["playlists"], [])
        # The own page, an address that somebody typed, and programs.
        for headers in ({**browser, "Referer": own + "/library"}, {**browser, "Sec-Fetch-Site": "same-origin"},
                        {**browser, "Sec-Fetch-Site": "none"}, {}, {"User-Agent": "Mozilla/5.0"}, {"Sec-Fetch-Mode": "cors"}):
            self.assertIn(b'status="ok"', self.server.ask("GET", "/rest/createPlaylist?name=x", headers=headers).body, headers)
        self.assertEqual(len(self.good(self.server, "GET", "/api/v1/playlists")["playlists"]), 6)

    def test_broken_requests(self):
        for request, statuses in (
                (b"\r\n\r\n\r\n", (0, 400)), (b"hello\r\n\r\n", (400,)), (b"GET\r\n\r\n", (400,)),
                (b"GET / HTTP/9.9\r\n\r\n", (400,)), (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", (400,)),
                (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", (400,)), (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20, (0, 400)),
                (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400,)), (b"GET x HTTP/1.1\r\n" + LOCAL + b"\r\n", (400,)),
                (b"BREW / HTTP/1.1\r\n" + LOCAL + b"Connection: close\r\n\r\n", (404, 405)),
                (b"GET http://evil.example/ HTTP/1.1\r\n" + LOCAL + b"Connection: close\r\n\r\n", (400,)),
                (b"OPTIONS * HTTP/1.1\r\n" + LOCAL + b"Connection: close\r\n\r\n", (400,)),
                (b"POST /api/v1/search HTTP/1.1\r\n" + LOCAL + b"Content-Type: application/json\r\nContent-Length: -1\r\n\r\n", (400,)),
                (b"POST /api/v1/search HTTP/1.1\r\n" + LOCAL + b"Content-Type: application/json\r\nContent-Length: 9x\r\n\r\n", (400,)),
                (b"POST /api/v1/search HTTP/1.1\r\n" + LOCAL + b"Content-Type: application/json\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", (400,)),
                (b"POST /api/v1/search HTTP/1.1\r\n" + LOCAL + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
                 b"Content-Type: application/json\r\n\r\n0\r\n\r\n", (400,)),
                (b"GET /api/v1/info HTTP/1.1\r\n" + LOCAL + b"Content-Length: 4\r\n\r\nabcd", (400,))):
            with self.subTest(request=request[:60]):
                self.assertIn(status_of(self.server.raw(request, close=True)), statuses)

    def test_half_sent(self):
        start = b"POST /api/v1/search HTTP/1.1\r\n" + LOCAL + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
        self.assertIn(status_of(self.server.raw(start + b'{"items"', close=True)), (0, 400))
        self.assertEqual(status_of(self.server.raw(b"GET / HT", close=True)), 0)
        sound = b"POST /api/v1/uploads HTTP/1.1\r\n" + LOCAL + b"Content-Type: audio/wav\r\nContent-Length: 1000000\r\n\r\n"
        self.assertIn(status_of(self.server.raw(sound + b"RIFF" * 100, close=True)), (0, 400))

    def test_header_floods(self):
        many = b"".join(b"X-%d: %s\r\n" % (i, b"a" * 50) for i in range(2000))
        for flood in (b"X: " + b"a" * 100_000 + b"\r\n", many, b"Cookie: " + b"a=b; " * 10_000 + b"\r\n"):
            raw = self.server.raw(b"GET / HTTP/1.1\r\n" + LOCAL + flood + b"\r\n")
            self.assertIn(status_of(raw), (431, 0), raw[:100])
        raw = self.server.raw(b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + LOCAL + b"\r\n")
        self.assertIn(status_of(raw), (431, 400, 0), raw[:100])

    def test_too_large(self):
        for path, kind, length in (("/api/v1/search", "application/json", 2 << 20),
                                   ("/api/v1/uploads", "audio/wav", 1 << 40),
                                   ("/api/v1/vectors/search", "application/json", 1 << 30)):
            raw = self.server.raw(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
                                  f"Content-Length: {length}\r\n\r\n".encode())
            self.assertEqual(status_of(raw), 413, raw)
        chunk = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
        raw = self.server.raw(b"POST /api/v1/search HTTP/1.1\r\n" + LOCAL + b"Content-Type: application/json\r\n"
                              b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 40)
        self.assertIn(status_of(raw), (413, 0))

    def test_wrong_types(self):
        deep = "[" * 100_000
        for body in ("", "x", "null", "[]", "1", '"x"', "{", '{"items":}', deep, '{"items":' + deep, '{"a":1e999}',
                     '{"items": [{"text": 1}]}', '{"items": [{"text": "a"}], "k": 1e99}', '{"items": [{"text": "a"}], "k": -1}',
                     '{"items": [{"text": "a"}], "k": 99999999999999999999}', '{"items": [{"text": "a"}], "k": "3"}',
                     '{"items": [{"text": "a"}], "where": 3}', '{"items": [{"text": "a"}], "where": "drop table tracks"}',
                     '{"items": [{"text": "a"}], "rank": "worst"}', '{"items": [{"text": "a"}], "surprise": 1}',
                     json.dumps({"items": [{"text": "a" * 3000}]}), json.dumps({"items": [{"text": "a"}] * 40}),
                     b"\xff\xfe", b'{"items": [{"text": "\xff"}]}', json.dumps({"items": [{"text": "a"}], "where": "(" * 5000})):
            with self.subTest(body=body[:50]):
                answer = self.server.ask("POST", "/api/v1/search", body=body or None,
                                         headers={"Content-Type": "application/json"})
                self.check("POST", "/api/v1/search", answer)
                self.assertEqual(answer.status, 400, answer)
        marked = self.bad(self.server, "GET", "/api/v1/search", 400, query={"q": "a", "where": "<script>alert(1)</script>"})
        self.assertEqual(marked["code"], "invalid_argument")

    def test_media_bombs(self):
        before = self.server.memory()
        # Hours of silence in little room.
        seconds = 4 * 3600
        header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + seconds * 8000, b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8,
                             b"data", seconds * 8000)
        bombs = {"long": header + b"\x80" * (seconds * 8000),
                 "lies": header + b"\x80" * 100,
                 "channels": header.replace(struct.pack("<HHI", 1, 1, 8000), struct.pack("<HHI", 1, 65535, 8000)) + b"\0" * 9000,
                 "rate": header.replace(struct.pack("<II", 8000, 8000), struct.pack("<II", 0xFFFFFFFF, 1)) + b"\0" * 9000,
                 "playlist": b"#EXTM3U\n/etc/passwd\nhttp://127.0.0.1:1/x\n",
                 "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
                 "zip": b"PK\x03\x04" + b"\0" * 10_000,
                 "flac": b"fLaC\x00\x00\x00\x22" + b"\xff" * 34 + b"\x84\xff\xff\xff" + b"\xff" * 1000,
                 "id3": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + b"\xff" * 10_000}
        for name, data in bombs.items():
            with self.subTest(name=name):
                answer = self.server.send_sound("/api/v1/uploads", data)
                if name == "lies":
                    self.assertIn(answer.status, (201, 422))
                else:
                    self.assertIn(answer.status, (413, 415, 422), answer)
                self.assertNotIn(b"root:", answer.body)
        self.assertLess(self.server.memory() - before, 300 << 20)

    def test_decoder_that_dies(self):
        """Killing the process that decodes costs its request, no more."""
        noise(self.cwd / "long.wav", seconds=600)
        got = []
        asking = threading.Thread(
            target=lambda: got.append(self.server.send_sound("/api/v1/like", self.cwd / "long.wav")))
        asking.start()
        deadline = time.monotonic() + harness.HANG_SECONDS
        killed = False
        while not killed and time.monotonic() < deadline and asking.is_alive():
            for child in children(self.server.process.pid):
                try:
                    os.kill(child, 11)
                    killed = True
                except ProcessLookupError:
                    pass
        asking.join()
        self.assertTrue(killed)
        self.assertEqual(got[0].status, 422, got[0])
        self.assertIn("decoder", got[0].json["detail"])

    def test_a_client_that_leaves_takes_its_work_along(self):
        noise(self.cwd / "long.wav", seconds=900)
        data = (self.cwd / "long.wav").read_bytes()
        with socket.create_connection((self.server.host, self.server.port)) as connection:
            connection.sendall(b"POST /api/v1/like HTTP/1.1\r\n" + LOCAL + b"Content-Type: audio/wav\r\nContent-Length: %d\r\n\r\n"
                               % len(data) + data)
            deadline = time.monotonic() + harness.HANG_SECONDS
            while not children(self.server.process.pid):
                self.assertLess(time.monotonic(), deadline)
        while children(self.server.process.pid):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def test_nothing_is_reflected_as_markup(self):
        for path in ("/<script>x</script>", "/api/v1/<script>", "/api/v1/search?q=a&<script>=1", "/v1/models/<script>",
                     "/rest/ping<script>", "/rest/getSong?id=<script>"):
            answer = self.server.ask("GET", path.replace("<", "%3C").replace(">", "%3E"))
            if answer.headers["Content-Type"].startswith(("text/html", "application/xml")):
                self.assertNotIn(b"<script>x", answer.body)
                self.assertNotIn(b"id=<script>", answer.body)

    def test_slow_and_idle_connections_leave_room(self):
        held = []
        try:
            for i in range(300):
                connection = socket.create_connection((self.server.host, self.server.port))
                if i % 2:
                    connection.sendall(b"GET /api/v1/info HTTP/1.1\r\nHo")
                held.append(connection)
            self.assertEqual(self.good(self.server, "GET", "/health"), {"status": "ok"})
            self.good(self.server, "GET", "/api/v1/search?q=rain")
        finally:
            for connection in held:
                connection.close()


class ReadOnlyTest(ServeCase):
    def test_a_library_that_cannot_be_written_is_served_for_reading(self):
        tone(self.music / "low.wav", 220)
        self.index(self.music)
        folder = self.library.parent
        kept = [(path, path.stat().st_mode) for path in (*folder.glob(self.library.name + "*"), folder)]
        for path, mode in kept:
            path.chmod(mode & ~0o222)
        try:
            server = self.serve("--allow-root", self.music, preexec_fn=harness.as_ordinary_user)
            self.assertEqual(len(self.good(server, "GET", "/api/v1/search?q=beep")["results"]), 1)
            self.assertEqual(server.get("/api/v1/tracks/1/audio").status, 200)
            for method, path, body in (("PUT", "/api/v1/tracks/1/rating", {"rating": 1}), ("POST", "/api/v1/playlists", {"name": "x"}),
                                       ("PUT", "/api/v1/tracks/1/tags", {"add": ["x"]})):
                problem = self.bad(server, method, path, 403, "permission_denied", body=body)
                self.assertIn("cannot be written", problem["detail"])
            job = self.good(server, "POST", "/api/v1/jobs", {"root": 1}, 201)
            self.good(server, "GET", f"/api/v1/jobs/{job['id']}/events")
            failed = self.good(server, "GET", f"/api/v1/jobs/{job['id']}")
            self.assertEqual((failed["state"], failed["error"]["code"]), ("failed", "permission_denied"))
            self.assertEqual(server.stop()[0], 0)
        finally:
            for path, mode in kept:
                path.chmod(mode)


class TokenTest(ServeCase):
    def setUp(self):
        super().setUp()
        tone(self.music / "low.wav", 220)
        self.index(self.music)

    def test_beyond_this_computer_only_with_a_token(self):
        done = self.hearken("serve", "--host", "0.0.0.0", "--port", "0", status=2)
        self.one_line(done.err, "0.0.0.0", "--token")
        self.hearken("serve", "--host", "no such host", "--port", "0", status=1)
        for short in ("secret", "x" * 15):
            done = self.hearken("serve", "--host", "0.0.0.0", "--port", "0", "--token", short, status=2)
            self.one_line(done.err, "0.0.0.0", "at least 16 characters")
            self.assertNotIn(short, done.out + done.err)
        server = self.serve("--host", "0.0.0.0", "--token", "x" * 16)
        self.assertEqual(server.url, f"http://127.0.0.1:{server.port}/")
        self.assertEqual(server.get("/api/v1/info").status, 401)
        self.assertEqual(self.serve("--host", "0.0.0.0", "--insecure").get("/api/v1/info").status, 200)
        taken = self.hearken("serve", "--port", str(server.port), "--host", "0.0.0.0", "--insecure", status=1)
        self.one_line(taken.err, str(server.port), "another program")

    def test_the_token_by_header_and_by_cookie(self):
        for server in (self.serve("--token", "secret"), self.serve(env={"HEARKEN_TOKEN": "secret"})):
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "secret"},
                            {"Cookie": "hearken_session=secret"}, {"Authorization": "Basic c2VjcmV0"}):
                answer = server.ask("GET", "/api/v1/info", headers=headers)
                self.assertEqual(self.check("GET", "/api/v1/info", answer, 401)["code"], "unauthorized")
            good = self.good(server, "GET", "/api/v1/info", headers={"Authorization": "Bearer secret"})
            self.assertTrue(good["token"])
            self.bad(server, "POST", "/api/v1/session", 403, body={"token": "wrong"})
            answer = server.post("/api/v1/session", {"token": "secret"})
            self.check("POST", "/api/v1/session", answer, 204)
            cookie = answer.headers["Set-Cookie"]
            self.assertIn("HttpOnly", cookie)
            self.assertIn("SameSite=Strict", cookie)
            self.assertNotIn("secret", cookie)
            self.good(server, "GET", "/api/v1/info", headers={"Cookie": cookie.split(";")[0]})
            self.assertEqual(server.get("/").status, 200)
            self.assertEqual(server.get("/health").status, 200)
            self.assertEqual(server.get("/metrics").status, 401)
            self.assertEqual(server.get("/v1/models").json["error"]["type"], "authentication_error")
            named = server.ask("GET", "/health", headers={"Host": "music.example"})
            self.assertEqual(named.status, 200)


def children(pid):
    try:
        return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] + [
            int(p) for task in os.listdir(f"/proc/{pid}/task")
            for p in pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split() if task != str(pid)]
    except FileNotFoundError:
        return []


if __name__ == "__main__":
    main()
