"""embed --stream and import --format stream: rows, errors as rows, http, signals and readers that go, two imports."""
import base64
import contextlib
import http.server
import json
import pathlib
import signal
import struct
import subprocess
import threading

from harness import HANG_SECONDS, PROGRAM, SAMPLES, Case, end, main, noise, read_npy, tone, vectors, write_wav

DIMENSION = 512


def floats(data):
    return struct.unpack(f"<{len(data) // 4}f", data)


def windows_of(row):
    """The vectors of a row, a list for each window."""
    values = floats(base64.b64decode(row["embedding"]["vectors"], validate=True))
    return [values[i:i + DIMENSION] for i in range(0, len(values), DIMENSION)]


def records(data):
    """(object, vectors) of each record."""
    at = 0
    while at < len(data):
        mark, object_bytes, vector_bytes = struct.unpack_from("<4sIQ", data, at)
        assert mark == b"HKNV", (at, mark)
        at += 16
        yield json.loads(data[at:at + object_bytes]), data[at + object_bytes:at + object_bytes + vector_bytes]
        at += object_bytes + vector_bytes
    assert at == len(data), "ends early"


class StreamCase(Case):
    def prepare(self):
        self.sounds = [tone(self.music / "a.wav", 220), noise(self.music / "b.wav", seconds=12),
                       sorted(SAMPLES.glob("*.mp3"))[0], tone(self.music / "c \"ü\".wav", 990, 23)]

    def stream(self, text, *options, status=0):
        """What comes out, in bytes."""
        data = text if isinstance(text, bytes) else text.encode()
        done = subprocess.run([PROGRAM, "embed", "--stream", *options], input=data, capture_output=True, env=self.env,
                              cwd=self.cwd, timeout=HANG_SECONDS, check=False)
        self.err = done.stderr.decode()
        self.assertEqual(done.returncode, status, self.err)
        return done.stdout

    def rows(self, inputs, *options, status=0):
        lines = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in inputs)
        return [json.loads(line) for line in self.stream(lines, *options, status=status).splitlines()]

    def paths(self):
        return [{"id": i, "path": str(path)} for i, path in enumerate(self.sounds)]

    def windows_alone(self, path):
        """As embed --windows makes them."""
        self.hearken("embed", "--audio", path, "--windows", "--out", "alone.npy")
        return [tuple(row) for row in read_npy(self.cwd / "alone.npy")[1]]

    def error(self, row, code, *words):
        self.assertNotIn("embedding", row)
        self.assertEqual(row["error"]["code"], code, row)
        for word in words:
            self.assertIn(word, row["error"]["message"])


class EmbedTest(StreamCase):
    def test_rows_are_those_of_embed_and_index(self):
        rows = self.rows(self.paths())
        self.assertEqual([row["id"] for row in rows], [0, 1, 2, 3])
        for path, row in zip(self.sounds, rows):
            self.assertEqual(windows_of(row), self.windows_alone(path))
            embedding = row["embedding"]
            self.assertEqual(len(embedding["starts"]), len(windows_of(row)))
            self.assertEqual(embedding["path"], str(path))
            self.assertEqual((embedding["dimension"], embedding["window"], embedding["hop"]), (DIMENSION, 10, 5))
            self.assertEqual(embedding["size"], path.stat().st_size)
        self.index(*self.sounds)
        stored = vectors(self.library)
        for path, row in zip(self.sounds, rows):
            halves = b"".join(struct.pack(f"<{DIMENSION}e", *window) for window in windows_of(row))
            starts = struct.pack(f"<{len(row['embedding']['starts'])}d", *row["embedding"]["starts"])
            self.assertEqual((starts, halves), stored[str(path).encode()][1:])

    def test_bits_and_order_whatever_the_threads(self):
        inputs = "".join(json.dumps(row) + "\n" for row in self.paths() * 3)
        first = self.stream(inputs, "--threads", "1")
        for threads in ("2", "3"):
            self.assertEqual(self.stream(inputs, "--threads", threads), first)
        loose = self.stream(inputs, "--threads", "3", "--unordered")
        self.assertEqual(sorted(loose.splitlines()), sorted(first.splitlines()))

    def test_records_say_the_same(self):
        inputs = [*self.paths(), {"text": "rain"}, {"path": "none.wav"}]
        text = "".join(json.dumps(row) + "\n" for row in inputs)
        lines = [json.loads(line) for line in self.stream(text, status=3).splitlines()]
        taken = list(records(self.stream(text, "--binary", status=3)))
        self.assertEqual(len(taken), len(lines))
        for line, (record, data) in zip(lines, taken):
            self.assertEqual(base64.b64decode(line.get("embedding", {}).pop("vectors", "")), data)
            self.assertEqual(record, line)

    def test_what_was_there_is_carried_byte_for_byte(self):
        path = json.dumps(str(self.sounds[0]))
        carried = '"id": 12345678901234567890123,"x":1.10, "n" :[1, {"path":"}"}],"\\u00fc":"\\"",'
        line = f'  {{{carried}"path":{path} , "error": {{"code":"io"}}, "\\u0065mbedding":[[]]}}  \r'
        out = self.stream(line).decode()
        kept = '"id": 12345678901234567890123,"x":1.10,"n" :[1, {"path":"}"}],"\\u00fc":"\\"",'
        self.assertTrue(out.startswith("{" + kept + f'"path":{path},"embedding":{{'), out[:300])
        self.assertEqual(out.count("\n"), 1)
        self.assertNotIn("error", json.loads(out))

    def test_texts(self):
        [row, again] = self.rows([{"id": "q", "text": "white noise"}, {"text": ""}])
        self.hearken("embed", "--text", "white noise", "--out", "text.npy")
        self.assertEqual(windows_of(row), [tuple(read_npy(self.cwd / "text.npy")[1][0])])
        self.assertNotIn("starts", row["embedding"])
        self.assertEqual(len(windows_of(again)), 1)

    def test_what_goes_wrong_is_a_row(self):
        bad = self.music / "lyrics.mp3"
        bad.write_text("no sound at all\n")
        good = self.paths()[0]
        rows = self.rows([good, {"id": 1, "path": str(bad)}, {"id": 2, "path": str(self.dir / "none.wav")}, '{"id": 3,', "[]",
                          '"' + "x" * (1 << 20) + '"', {"id": 6}, {"id": 7, "path": "a", "text": "b"}, {"id": 8, "path": 5},
                          {"id": 9, "url": "ftp://example.org/x"}, {"id": 10, "path": "a\0b"}, '{"id": "\\ud800"}', "",
                          '{"a":' * 40 + "1" + "}" * 40, {"id": 14, "path": str(self.music)}, good], status=3)
        self.assertEqual(len(rows), 15)
        self.assertEqual(rows[0], rows[-1])
        self.error(rows[1], "corrupt")
        self.error(rows[2], "not_found", "o such file")
        self.assertEqual((rows[1]["id"], rows[2]["path"]), (1, str(self.dir / "none.wav")))
        for at, says in ((3, "not JSON"), (4, "not a JSON object"), (5, "too long"), (11, "not JSON")):
            self.error(rows[at], "corrupt", says)
            self.assertEqual(rows[at]["line"], at + 1)
        self.error(rows[6], "invalid_argument", "one of path, url and text")
        self.error(rows[7], "invalid_argument", "one of path, url and text")
        self.error(rows[8], "invalid_argument", "path", "text was expected")
        self.error(rows[9], "invalid_argument", "url")
        self.error(rows[10], "invalid_argument", "zero byte")
        self.error(rows[12], "corrupt", "deeply")
        self.assertEqual(rows[12]["line"], 14)  # the blank line counts
        self.error(rows[13], "unsupported", "not a regular file")
        self.one_line(self.err, "13 of 15 rows are errors")
        self.assertEqual(self.rows([{**rows[2], "path": str(self.sounds[0])}])[0]["embedding"], rows[0]["embedding"])

    def test_paths_that_are_no_text(self):
        odd = bytes(self.music) + b"/\xff.wav"
        write_wav(odd, [1000, -1000] * 8000)
        [row] = self.rows([{"url": f"file://{self.music}/%ff.wav"}])
        self.assertEqual(bytes.fromhex(row["embedding"]["path_hex"]), odd)

    def test_usage(self):
        for options in (["--out", "x.npy"], ["--text", "rain"], ["--windows"], ["--raw"]):
            done = self.hearken("embed", "--stream", *options, status=2)
            self.one_line(done.err, "--stream")
        self.one_line(self.hearken("embed", "--binary", "--text", "rain", "--out", "x", status=2).err, "--stream")
        self.one_line(self.hearken("embed", "--text", "rain", status=2).err, "--out is required")
        self.stream("", "--window", "30", status=2)
        self.assertEqual(self.stream(""), b"")

    def test_rows_come_while_the_input_is_open(self):
        process = self.open_stream()
        for row in self.paths()[:2]:
            process.stdin.write(json.dumps(row).encode() + b"\n")
            process.stdin.flush()
            self.assertEqual(json.loads(process.stdout.readline())["id"], row["id"])
        process.stdin.close()
        self.assertEqual(process.wait(HANG_SECONDS), 0)

    def test_a_reader_that_goes(self):
        process = self.open_stream()
        process.stdin.write(b'{"text": "rain"}\n')
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):  # the input stays open: it ends by what it finds at the other end
            for _ in range(1000):
                process.stdin.write(b'{"text": "rain"}\n')
                process.stdin.flush()
        self.assertEqual(process.wait(HANG_SECONDS), 1)
        self.one_line(process.stderr.read().decode(), "output", "Broken pipe")

    def test_sigterm_finishes_what_was_begun(self):
        process = self.open_stream("--threads", "1")
        for row in self.paths():
            process.stdin.write(json.dumps(row).encode() + b"\n")
        process.stdin.flush()
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rows = [json.loads(line) for line in [first, *process.stdout]]
        self.assertEqual(process.wait(HANG_SECONDS), 1)
        self.assertEqual([row["id"] for row in rows], list(range(len(rows))))
        for row in rows:
            self.assertEqual(windows_of(row), self.windows_alone(self.sounds[row["id"]]))
        self.one_line(process.stderr.read().decode(), "stopped", f"{len(rows)} row")

    def open_stream(self, *options):
        process = subprocess.Popen([PROGRAM, "embed", "--stream", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.env, cwd=self.cwd)
        self.addCleanup(end, process)
        self.addCleanup(process.stdin.close)
        return process


class Sounds(http.server.BaseHTTPRequestHandler):
    """Files below a folder, redirects, and answers that are wrong in one way each."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/moved":
            return self.answer(302, b"", Location="/b.wav")
        if path == "/loop":
            return self.answer(302, b"", Location="/loop")
        if path == "/away":
            return self.answer(302, b"", Location="ftp://example.org/x")
        if path == "/secret":
            return self.answer(403, b"")
        if path == "/huge":
            self.send_response(200)
            self.send_header("Content-Length", str(1 << 40))
            self.end_headers()
            self.wfile.write(b"RIFF" * 100)
            self.close_connection = True
            return None
        if path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b"RIFF")
            self.close_connection = True
            return None
        file = self.server.folder / path[1:]
        return self.answer(200, file.read_bytes()) if file.is_file() else self.answer(404, b"")

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class HttpTest(StreamCase):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sounds)
        self.server.folder = self.music
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def test_sounds(self):
        by_path = self.rows([{"path": str(self.sounds[1])}])[0]["embedding"]
        rows = self.rows([{"url": f"{self.url}/b.wav"}, {"url": f"{self.url}/moved?x"}, {"url": self.sounds[1].as_uri()}])
        for row in rows:
            self.assertEqual(row["embedding"]["vectors"], by_path["vectors"])
            self.assertEqual(row["embedding"]["content_hash"], by_path["content_hash"])
        self.assertNotIn("path", rows[0]["embedding"])
        self.assertNotIn("mtime_ns", rows[0]["embedding"])
        self.assertEqual(rows[2]["embedding"], by_path)

    def test_what_goes_wrong_is_a_row(self):
        def code(path):
            [row] = self.rows([{"url": path if "://" in path else self.url + path}], status=3)
            self.assertNotIn("/proc", row["error"]["message"])
            return row["error"]["code"]

        (self.music / "words.wav").write_text("no sound")
        self.assertEqual(code("/none.wav"), "not_found")
        self.assertEqual(code("/secret"), "permission_denied")
        self.assertEqual(code("/away"), "permission_denied")
        self.assertEqual(code("/loop"), "io")
        self.assertEqual(code("/short"), "io")
        self.assertEqual(code("/huge"), "unsupported")
        self.assertEqual(code("/words.wav"), "corrupt")
        self.assertEqual(code("http://127.0.0.1:1/x"), "io")
        self.assertEqual(code("http://u:p@127.0.0.1/x"), "invalid_argument")


class ImportTest(StreamCase):
    def setUp(self):
        super().setUp()
        self.text = "".join(json.dumps(row) + "\n" for row in self.paths())

    def import_(self, data, *arguments, status=0, source="rows"):
        (self.cwd / "rows").write_bytes(data)
        with open(self.cwd / "rows", "rb") as stdin:
            process = subprocess.Popen([PROGRAM, "import", "--format", "stream", "--json", source, *arguments], env=self.env,
                                       cwd=self.cwd, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.addCleanup(end, process)
            done = self.finish(process, status)
        self.err = done.err
        return self.valid("import", done) if done.out else None

    def test_both_encodings_make_the_library_that_index_makes(self):
        self.index(*self.sounds)
        lines, binary = self.stream(self.text), self.stream(self.text, "--binary")
        for name, data, source in (("lines.db", lines, "rows"), ("records.db", binary, "-"), ("both.db", lines + binary, "-")):
            report = self.import_(data, "--library", name, source=source)
            self.assert_counts(report, imported=4, unchanged=4 if name == "both.db" else 0, skipped=[])
            self.assertEqual(vectors(self.cwd / name), vectors(self.library))
            before = (self.cwd / name).read_bytes()
            again = self.import_(data, "--library", name)
            self.assert_counts(again, imported=0, unchanged=again["tracks"], windows=0)
            self.assertEqual((self.cwd / name).read_bytes(), before)
        self.assert_counts(self.import_(lines), imported=0, unchanged=4)
        found = [[{k: v for k, v in hit.items() if k != "id"} for hit in self.find("a beep", *library)["results"]]
                 for library in ([], ["--library", "lines.db"])]
        self.assertEqual(*found)

    def test_rows_of_several_processes_and_what_is_no_file(self):
        (self.music / "words.wav").write_text("no sound")
        more = [{"text": "rain"}, {"id": 9, "path": str(self.music / "words.wav")}, "{"]
        rows = self.rows([*self.paths(), *more], status=3)
        data = "\n".join(json.dumps(row) for row in reversed(rows)).encode()
        report = self.import_(data, status=3)
        self.assert_counts(report, tracks=7, imported=4)
        self.one_line(self.err, "rain: is a text")
        self.one_line(self.err, "words.wav")
        self.one_line(self.err, "line 1: ", "not JSON")

    def test_files_that_are_not_there_or_others(self):
        data = self.stream(self.text)
        self.sounds[0].unlink()
        write_wav(self.sounds[1], [1] * 16000)
        self.assert_counts(self.import_(data, status=3), tracks=4, imported=2)
        self.one_line(self.err, "a.wav", "o such file")
        self.one_line(self.err, "b.wav", "the vectors are of a file of")

    def test_refused(self):
        data = self.stream(self.text)
        lines = data.splitlines(keepends=True)
        broken = json.loads(lines[2])
        starts = json.loads(lines[3])
        starts["embedding"]["starts"][1] = 9
        for wrong, says in ((lines[2][:-100], ["line 3", "not JSON"]),
                            (lines[2].replace(b"starts", b"stops"), ["line 3", "starts"]),
                            (lines[2].replace(b'"vectors":"', b'"vectors":"AAAA'), ["line 3", "vectors"]),
                            (lines[2].replace(broken["embedding"]["vectors"][:8].encode(), b"AACAfwAA"), ["line 3", "unit vector"]),
                            (json.dumps(starts).encode(), ["line 3", "does not follow"]),
                            (lines[2].replace(b'"hop":5', b'"hop":4'), ["other windows"]),
                            (lines[2].replace(broken["embedding"]["fingerprint"].encode(), b"0" * 32), ["another model"]),
                            (b"HKNV" + struct.pack("<IQ", 1 << 20, 1 << 29) + b"{", ["record 3", "ends early"]),
                            (b"HKNX0123456789ab", ["record 3", "neither JSON nor a record"])):
            name = "wrong.db"
            (self.cwd / name).unlink(missing_ok=True)
            self.import_(b"".join(lines[:2]) + wrong, "--library", name, status=1)
            self.one_line(self.err, *says)
            self.assertEqual(len(vectors(self.cwd / name)), 2, says)  # what came before stays
            self.assert_counts(self.import_(data, "--library", name), imported=2, unchanged=2)
        other = data.replace(broken["embedding"]["fingerprint"].encode(), b"0" * 32)
        self.import_(other, "--library", "none.db", status=1)
        self.one_line(self.err, "rows", "0" * 32, "'starter'")
        self.import_(b"", status=1)
        self.one_line(self.err, "none of its 0 rows")
        self.import_(data, status=1, source="nowhere")
        self.one_line(self.err, "nowhere")


if __name__ == "__main__":
    main()
