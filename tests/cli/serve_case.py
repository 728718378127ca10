"""A running server for the tests of `hearken serve`: started on a free port, asked with the standard library."""
import base64
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import urllib.parse

import harness
from harness import SOURCE, PROGRAM

OPENAPI = json.loads((SOURCE / "src/server/openapi.json").read_text())


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.headers.get('Content-Type')} {self.body[:2000]!r}"


class Server:
    """`hearken serve` over a library; `ask` sends one request on a connection of its own."""

    def __init__(self, case, *arguments, env=None, **options):
        self.process = subprocess.Popen([PROGRAM, "serve", "--port", "0", *map(str, arguments)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                        env={**case.env, **(env or {})}, cwd=case.cwd, **options)
        case.addCleanup(harness.end, self.process)
        line = self.process.stdout.readline().decode()
        found = re.match(r"Open (https?://(\[[^]]+\]|[^:/]+):(\d+)/\S*)\n", line)
        if not found:
            self.process.kill()
            raise AssertionError(f"the server did not start: {line!r} {self.process.stderr.read()!r}")
        self.url, self.host, self.port = found[1], found[2].strip("[]"), int(found[3])
        setup = re.search(r"[#&]setup=([0-9a-f]+)$", self.url)
        self.setup = setup[1] if setup else None

    def ask(self, method, path, body=None, headers=None, query=None):
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self.host, self.port, timeout=harness.HANG_SECONDS)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def get(self, path, **query):
        return self.ask("GET", path, query=query)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body=body, headers=headers)

    def send_sound(self, path, file, kind="audio/wav", **query):
        return self.ask("POST", path, body=file if isinstance(file, bytes) else file.read_bytes(),
                        headers={"Content-Type": kind}, query=query)

    def raw(self, data, close=False):
        """Sends bytes, reads until the server closes."""
        with socket.create_connection((self.host, self.port), timeout=harness.HANG_SECONDS) as connection:
            try:
                connection.sendall(data)
                if close:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass
            out = b""
            try:
                while chunk := connection.recv(65536):
                    out += chunk
            except ConnectionResetError:
                pass
            return out

    def memory(self):
        """Bytes of the process that are in memory."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=harness.HANG_SECONDS)
        return self.process.returncode, out.decode(), err.decode()


def resolve(schema):
    while "$ref" in schema:
        at = OPENAPI
        for part in schema["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        schema = at
    return schema


class ServeCase(harness.Case):
    """Answers are checked against the API's description where Python can do that."""

    def serve(self, *arguments, **options):
        return Server(self, *arguments, **options)

    def operation(self, path, method):
        """The description's path that `path` is one of, and its operation."""
        path = urllib.parse.urlsplit(path).path
        for pattern, methods in OPENAPI["paths"].items():
            if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern)), path) and method.lower() in methods:
                return pattern, methods[method.lower()]
        self.fail(f"{method} {path} is not described")

    def check(self, method, path, answer, status=None):
        """Checks an answer against the description; its JSON, or its bytes when it is none."""
        pattern, operation = self.operation(path, method)
        if status is not None:
            self.assertEqual(answer.status, status, f"{method} {path}: {answer}")
        responses = operation["responses"]
        self.assertTrue(str(answer.status) in responses or answer.status >= 400 or answer.status == 206,
                        f"{method} {pattern} may not answer {answer}")
        described = resolve(responses.get(str(answer.status)) or responses["default" if answer.status >= 400 else "200"])
        kind = answer.headers.get("Content-Type", "").split(";")[0]
        if "content" not in described:
            self.assertEqual(answer.body, b"", f"{method} {path}")
            return None
        media = described["content"]
        self.assertTrue(kind in media or kind.split("/")[0] + "/*" in media, f"{method} {path} sends {kind}")
        if "json" not in kind or kind not in media:
            return answer.body
        self.validate(answer.json, media[kind]["schema"])
        return answer.json

    def validate(self, value, schema):
        if harness.jsonschema:
            whole = {**schema, "components": OPENAPI["components"]}  # where its references lead
            harness.jsonschema.Draft202012Validator(whole).validate(value)

    def good(self, server, method, path, body=None, status=200, **options):
        answer = server.ask(method, path, body=body, **options)
        return self.check(method, path, answer, status)

    def bad(self, server, method, path, status, code=None, body=None, **options):
        answer = server.ask(method, path, body=body, **options)
        problem = self.check(method, path, answer, status)
        if code is not None:
            self.assertEqual(problem["code"], code, answer)
        self.assertEqual(problem["status"], status)
        return problem


def floats(text):
    """The numbers of a vector in base64."""
    import array
    out = array.array("f")
    out.frombytes(base64.b64decode(text))
    return list(out)
