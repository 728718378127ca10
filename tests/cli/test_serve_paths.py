"""hearken serve and paths: hostile names in every place that takes one, and files that are exchanged for links."""
import ctypes
import json
import os
import re
import socket
import threading
import urllib.parse

import harness
from harness import SOURCE, main, tone
from serve_case import OPENAPI, ServeCase

MARK = b"MARK-OF-THE-SECRET"
AT_FDCWD, RENAME_EXCHANGE = -100, 2

STEPS = ("../", "..%2f", "..%2F", "%2e%2e/", "%2e%2e%2f", ".%2e/", "..%5c", "..\\", "....//", "..;/", "..%00/", "..%0a/", "%252e%252e%252f",
         "..%c0%af", "%c0%ae%c0%ae/", "%e0%80%ae%e0%80%ae/", "%f0%80%80%ae%f0%80%80%ae/", "..%ef%bc%8f", "%ef%bc%8e%ef%bc%8e/",
         "%e2%80%a5/", "..%e2%88%95", "..%ed%a0%80/", "%ff%fe../", "..%20/", "..%e2%80%8b/", "%e2%80%ae../", "./../", "x/../../", "../%2e/", "..//",
         "/../", "file:../", "file:///", "~/", "assets/../../", "%2f..%2f")
DEPTHS = (1, 3, 12)
ENDS = ("", "%00", "%00.wav", "/", "/.", "%23", ".wav", "%3f", "%0d%0aX:%20y", "::$DATA", "%20")
ALONE = ("/", "//", "///", ".", "..", "...", "%00", "%", "%zz", "%u002e", "CON", "NUL.wav", "COM1", "aux", "a" * 255, "a" * 256, "a" * 3000,
         "a/" * 1500, "../" * 1000, "%2e" * 1000, "e%cc%81", "%c3%a9", "%ef%bf%be", "%ef%bb%bf", "%f4%90%80%80", "*", "?", "[a-z]*", "{a,b}",
         "$HOME", "`id`", "$(id)", "|id", ";id", "'", "%22", "<x>", "-", "--", "-rf", "@/etc/passwd", "http://127.0.0.1/", "concat:/etc/passwd",
         "data:text/plain,x", "pipe:0", "fd:0", "subfile,,start,0,end,0,,:/etc/passwd", "/dev/fd/0", "/dev/zero", "/dev/random", "/dev/stdin",
         "/proc/self/fd/0", "/proc/self/fd/3", "/proc/self/mem", "/proc/self/root", "/proc/self/cwd", "/proc/1/root", "/proc/kmsg", "/sys/kernel",
         "0", "-1", "00", "1e3", "0x1", "9223372036854775807", "9223372036854775808", "1/../2", "1%2f..%2f2", "1%00", "1.0", "%201", "1%20")


def hostile(secret):
    """Percent-encoded paths: ways up × depths × what is wanted × ends, and single oddities."""
    wanted = ("etc/passwd", "proc/self/environ", secret.lstrip("/"))
    out = [step * depth + wanted[i % 3] for i, step in enumerate(STEPS) for depth in DEPTHS]
    out += ["../" * 12 + one + end for one in wanted for end in ENDS]
    out += [step * 8 + one for step in STEPS for one in wanted]
    out += ["/" + one + end for one in wanted for end in ENDS]
    out += [prefix + secret for prefix in ("", "/", "//", "/.", "/./", "/proc/self/root", "/proc/self/cwd/..", "/proc/thread-self/root", "/dev/fd/../..",
                                           "file:", "file://", "file://localhost", "\\\\?\\", "//localhost", "%5c%5c")]
    out += [step * depth + ending for step in STEPS[:12] for depth in (2, 5) for ending in ("", ".", "..", "%2e%2e", "etc", "etc/", "etc/shadow%00")]
    return list(dict.fromkeys([*out, *ALONE]))


class PathsCase(ServeCase):
    def setUp(self):
        super().setUp()
        (self.music / "album").mkdir()
        tone(self.music / "album/low.wav", 220)
        self.private = self.cwd / "private"
        self.private.mkdir()
        (self.private / "secret.txt").write_bytes(MARK * 10)
        tone(self.private / "secret.wav", 990)
        with open(self.private / "secret.wav", "ab") as file:
            file.write(MARK)
        self.index(self.music)

    def exchange(self, a, b):
        """Two names change places in one step."""
        done = ctypes.CDLL(None, use_errno=True).renameat2(AT_FDCWD, os.fsencode(a), AT_FDCWD, os.fsencode(b), RENAME_EXCHANGE)
        self.assertEqual(done, 0, os.strerror(ctypes.get_errno()))


class HostilePathsTest(PathsCase):
    def answers(self, requests):
        """Each raw request's status and body, over connections that are kept."""
        connection, rest = None, b""
        for request in requests:
            for again in (False, True):
                if connection is None:
                    connection, rest = socket.create_connection((self.server.host, self.server.port), timeout=harness.HANG_SECONDS), b""
                try:
                    connection.sendall(request)
                    while b"\r\n\r\n" not in rest:
                        if not (got := connection.recv(65536)):
                            raise ConnectionResetError
                        rest += got
                    break
                except (ConnectionResetError, BrokenPipeError):
                    self.assertFalse(again, request)
                    connection = None
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            length = int(length[1]) if length else 0
            if b"chunked" in head.lower():  # events, which end with their connection
                while got := connection.recv(65536):
                    rest += got
                length = len(rest)
            while len(rest) < length:
                rest += connection.recv(65536)
            yield int(head.split(b" ")[1]), head, rest[:length]
            rest = rest[length:]
            if b"connection: close" in head.lower():
                connection.close()
                connection = None
        if connection:
            connection.close()

    def request(self, method, target, body=None, kind="application/json", more=""):
        body = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}"
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        return head.encode("utf-8", "surrogateescape") + b"\r\n" + body

    def places(self):
        """Each place of each route that takes text from outside: a name, and what makes a request of a hostile path."""
        def filled(path, hole, with_what):
            return re.sub(r"\{\w+\}", "1", path.replace(hole, with_what, 1))
        for path, methods in OPENAPI["paths"].items():
            for method, operation in methods.items():
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
                for hole in re.findall(r"\{\w+\}", path):
                    yield f"{method} {path} {hole}", lambda p, m=method, path=path, hole=hole, b=body: self.request(m.upper(), filled(path, hole, p), b)
                for one in operation.get("parameters", []):
                    if one.get("in") == "query":
                        yield f"{method} {path}?{one['name']}", lambda p, m=method, path=path, n=one["name"], b=body: self.request(
                            m.upper(), f"{filled(path, '{}', '')}?{n}={p.replace('&', '%26').replace('+', '%2b')}", b)
                for name in body if isinstance(body, dict) else ():
                    yield f"{method} {path} .{name}", lambda p, m=method, path=path, n=name, b=body: self.request(
                        m.upper(), filled(path, "{}", ""), {**b, n: urllib.parse.unquote(p)})
        for name in re.findall(r'HEARKEN_REST\("(\w+)"', (SOURCE / "src/server/routes/subsonic_routes.cpp").read_text()):
            for parameter in ("id", "playlistId", "startSongId", "songId"):
                yield f"/rest/{name}?{parameter}", lambda p, n=name, q=parameter: self.request(
                    "GET", f"/rest/{n}?name=x&query=&endSongId=1&{q}={p.replace('&', '%26')}")

    def test_none_escapes(self):
        self.server = self.serve("--allow-root", self.music)
        paths = hostile(str(self.private / "secret.txt"))
        self.assertGreaterEqual(len(paths), 500)
        asked = [(f"page {p}", self.request("GET", "/" + p)) for p in paths]
        asked += [(f"folders {p}", self.request("GET", f"/api/v1/folders?path={p.replace('&', '%26')}")) for p in paths]
        asked += [(f"jobs {p}", self.request("POST", "/api/v1/jobs", {"folder": urllib.parse.unquote(p)})) for p in paths]
        asked += [(f"stream {p}", self.request("GET", f"/rest/stream?id={p.replace('&', '%26')}")) for p in paths]
        asked += [(f"upload {p}", self.request("GET", f"/api/v1/uploads/{p}/audio")) for p in paths]
        asked += [(f"track {p}", self.request("GET", f"/api/v1/tracks/{p}/audio")) for p in paths]
        places = list(self.places())
        self.assertGreater(len(places), 150)
        few = [p for i, p in enumerate(paths) if i % 23 == 0]
        asked += [(f"{name} {p}", make(p)) for number, (name, make) in enumerate(places)
                  for p in (few[number % len(few)], paths[(number * 37) % len(paths)], "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd")]
        before = self.music_files()
        for (name, _), (status, head, body) in zip(asked, list(self.answers(request for _, request in asked))):
            self.assertNotIn(MARK, body, name)
            self.assertNotRegex(body, rb"root:.?:0:|HEARKEN_LIBRARY=", name)
            self.assertTrue(status < 500 or status in (501, 503), f"{name}: {status} {head} {body[:200]}")
            if name.startswith(("folders", "jobs")):
                self.assertIn(status, (400, 403), f"{name}: {body[:200]}")
            elif name.startswith(("upload", "track")):
                self.assertIn(status, (400, 403, 404, 409, 431), name)
        self.assertEqual(self.music_files(), before)
        self.assertEqual(self.good(self.server, "GET", "/health"), {"status": "ok"})

    def music_files(self):
        return sorted(str(p) for p in self.music.rglob("*"))

    def test_a_chosen_folder_is_listed_by_its_own_name(self):
        """With the setup token any folder may be seen: what is no folder is refused, and no file is read."""
        self.server = self.serve()
        setup = f"X-Hearken-Setup: {self.server.setup}\r\n"
        paths = hostile(str(self.private / "secret.txt"))
        asked = (self.request("GET", f"/api/v1/folders?path={p.replace('&', '%26')}", more=setup) for p in paths)
        for path, (status, _, body) in zip(paths, list(self.answers(asked))):
            self.assertNotIn(MARK, body, path)
            self.assertIn(status, (200, 400, 403, 404, 431), f"{path}: {body[:200]}")
            if status == 200:
                shown = json.loads(body)["path"]
                self.assertEqual(os.path.normpath(shown), shown, path)
                self.assertTrue(os.path.isdir(shown), path)


class LinksTest(PathsCase):
    def setUp(self):
        super().setUp()
        self.file = self.music / "album/low.wav"
        self.server = self.serve("--allow-root", self.music)
        self.track = self.good(self.server, "GET", "/api/v1/tracks")["tracks"][0]["id"]

    def everything(self):
        """What each way to the track's bytes answers."""
        t = f"/api/v1/tracks/{self.track}"
        for path in (f"{t}/audio", f"{t}/audio?download=true", f"{t}/excerpt?start=0&end=0.5", f"{t}/peaks", f"{t}/cover", f"/rest/stream?id={self.track}",
                     f"/rest/download.view?id={self.track}", f"/rest/getCoverArt?id={self.track}"):
            yield path, self.server.get(path)
        yield "events", self.server.post("/api/v1/events", {"track": self.track, "labels": ["rain"]})

    def refused(self, *statuses):
        for path, answer in self.everything():
            self.assertNotIn(MARK, answer.body, path)
            if path.startswith("/rest"):
                self.assertIn(b'status="failed"', answer.body, path)
            else:
                self.assertIn(answer.status, statuses, f"{path}: {answer}")

    def test_what_was_indexed_is_served(self):
        answer = self.server.get(f"/api/v1/tracks/{self.track}/audio")
        self.assertEqual((answer.status, answer.body), (200, self.file.read_bytes()))
        for path, answer in self.everything():
            self.assertIn(answer.status, (200, 404) if "over" in path else (200,), path)

    def test_a_link_out_of_the_source(self):
        self.file.rename(self.music / "kept.wav")
        for target in (self.private / "secret.wav", "../../private/secret.wav", "/proc/self/root" + str(self.private / "secret.wav"), "/etc/passwd",
                       "/proc/self/environ", "/dev/zero"):
            self.file.symlink_to(target)
            self.refused(403)
            self.file.unlink()
        self.file.parent.rmdir()
        self.file.parent.symlink_to(self.private)
        (self.private / "low.wav").write_bytes((self.private / "secret.wav").read_bytes())
        self.refused(403)

    def test_another_file_in_its_place(self):
        kept = self.file.with_name("kept")
        self.file.rename(kept)
        os.link(self.private / "secret.wav", self.file)
        self.refused(409)
        self.file.unlink()
        os.mkfifo(self.file)
        self.refused(404)
        self.file.unlink()
        self.file.mkdir()
        self.refused(404)
        self.file.rmdir()
        self.refused(404)
        self.file.write_bytes(bytes(reversed(kept.read_bytes())))  # as long, and another one
        self.refused(409)
        self.file.unlink()
        kept.rename(self.file)
        self.assertEqual(self.server.get(f"/api/v1/tracks/{self.track}/audio").status, 200)

    def test_a_cover_that_is_a_link(self):
        picture = b"\x89PNG\r\n\x1a\n" + MARK
        (self.private / "face.png").write_bytes(picture)
        cover = self.file.with_name("cover.png")
        cover.write_bytes(picture)
        self.assertEqual(self.server.get(f"/api/v1/tracks/{self.track}/cover").body, picture)
        cover.unlink()
        cover.symlink_to(self.private / "face.png")
        self.assertEqual(self.server.get(f"/api/v1/tracks/{self.track}/cover").status, 404)
        cover.unlink()
        os.mkfifo(cover)
        self.assertEqual(self.server.get(f"/api/v1/tracks/{self.track}/cover").status, 404)

    def test_links_that_come_while_it_is_asked(self):
        """The file, then its folder, change places with links to the secret again and again; no answer holds it."""
        (self.private / "low.wav").write_bytes((self.private / "secret.wav").read_bytes())
        for name, target in ((self.file, self.private / "secret.wav"), (self.file.parent, self.private)):
            link = self.music / "link"
            link.symlink_to(target)
            over = threading.Event()

            def swap():
                while not over.is_set():
                    self.exchange(link, name)

            thread = threading.Thread(target=swap)
            thread.start()
            try:
                statuses = set()
                for _ in range(300):
                    answer = self.server.get(f"/api/v1/tracks/{self.track}/audio")
                    statuses.add(answer.status)
                    self.assertNotIn(MARK, answer.body)
                for path, answer in self.everything():
                    self.assertNotIn(MARK, answer.body, path)
            finally:
                over.set()
                thread.join()
            self.assertLessEqual(statuses, {200, 403, 404})
            if not link.is_symlink():
                self.exchange(link, name)
            link.unlink()

    def test_indexing_stays_in_an_allowed_folder(self):
        tone(self.music / "more.wav", 330)
        (self.music / "link.wav").symlink_to(self.private / "secret.wav")
        (self.music / "folder").symlink_to(self.private)
        (self.music / "inner.wav").symlink_to(self.music / "more.wav")
        job = self.good(self.server, "POST", "/api/v1/jobs", {"root": 1}, 201)
        self.good(self.server, "GET", f"/api/v1/jobs/{job['id']}/events")
        self.assertEqual(self.good(self.server, "GET", f"/api/v1/jobs/{job['id']}")["state"], "done")
        tracks = self.good(self.server, "GET", "/api/v1/tracks")["tracks"]
        self.assertEqual({t["path"] for t in tracks}, {"album/low.wav", "more.wav"})


if __name__ == "__main__":
    main()
