"""A hub on loopback ports: repositories in memory, a storage server that large files are redirected to, and faults.

Speaks what the real hub speaks to its clients: the listing of a repository, HEAD and GET of /resolve/ with its headers
and error codes, ranges."""
import contextlib
import hashlib
import http.server
import json
import socket
import ssl
import threading
import time
import urllib.parse


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def git_blob(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Repo:
    def __init__(self, files, commit=None, private=False, gated=False):
        self.files = files  # name: bytes
        state = sorted((name, sha256(data)) for name, data in files.items())
        self.commit = commit or hashlib.sha1(repr(state).encode()).hexdigest()
        self.private, self.gated = private, gated
        self.listed = None  # names for the listing, when it shall differ from `files`


class Fault:
    """What goes wrong with the content of one file; `times` answers long, then all is well."""

    def __init__(self, times=1, **what):
        self.times, self.what = times, what

    def take(self):
        self.times -= 1
        return self.what if self.times >= 0 else {}


class Hub:
    TOKEN = "hf_test"

    def __init__(self, repos=None, http10=False, certificate=None):
        """`certificate`: a file with key and certificate, with which the hub (not the storage) speaks TLS."""
        self.repos = repos or {}
        self.renamed = {}  # old name: new name
        self.faults = {}  # file name: Fault
        self.head_faults = {}
        self.overrides = {}  # path of a request: (status, headers, body)
        self.requests = []  # (server, method, path, headers)
        self.lock = threading.Lock()
        self.storage_files = {}  # hash: (name, bytes)
        self.http10 = http10
        self.small_files_redirect = False
        self.lengths = True  # whether sizes are told
        self.servers = [self._serve("hub"), self._serve("storage")]
        self.url, self.storage_url = (f"http://127.0.0.1:{s.server_port}" for s in self.servers)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.servers[0].socket = context.wrap_socket(self.servers[0].socket, server_side=True,
                                                         do_handshake_on_connect=False)
            self.url = self.url.replace("http", "https", 1)

    def _serve(self, role):
        hub = self

        class Handler(Answers):
            pass
        Handler.hub, Handler.role = hub, role
        Handler.protocol_version = "HTTP/1.0" if self.http10 else "HTTP/1.1"
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *_: None  # clients that are killed are part of the tests
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def asked(self, method, end, server=None):
        """The headers of each request of that method whose path ends so."""
        with self.lock:
            return [headers for where, m, path, headers in self.requests
                    if m == method and path.split("?")[0].endswith(end) and server in (None, where)]

    def gets(self, file):
        """The headers of each request for a file's content, wherever it came from in the end."""
        return self.asked("GET", "/" + file)


class Answers(http.server.BaseHTTPRequestHandler):
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(body_too=False)

    def do_GET(self):
        self.answer(body_too=True)

    def answer(self, body_too):
        headers = {k.lower(): v for k, v in self.headers.items()}
        with self.hub.lock:
            self.hub.requests.append((self.role, self.command, self.path, headers))
        self.body_too, self.asked = body_too, headers
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)  # a proxy is asked with the whole URL
            override = self.hub.overrides.get(path)
            if override:
                self.reply(*override)
            elif self.role == "storage":
                self.storage(path)
            elif path.startswith("/api/resolve-cache/models/"):
                owner, name, rest = path.removeprefix("/api/resolve-cache/models/").split("/", 2)
                self.resolve_cache(owner + "/" + name, rest)
            elif path.startswith("/api/models/"):
                self.listing(path.removeprefix("/api/models/"))
            elif "/resolve/" in path:
                self.resolve(*path[1:].split("/resolve/", 1))
            else:
                self.refuse(404, "", "no such page")

    def reply(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers and self.hub.lengths:
            self.send_header("Content-Length", str(len(body)))
        if not self.hub.lengths:
            self.close_connection = True
        self.end_headers()
        if self.body_too:
            self.wfile.write(body)

    def refuse(self, status, code, message, **more):
        headers = {"X-Error-Code": code} if code else {}
        self.reply(status, {**headers, "X-Error-Message": message, **more}, json.dumps({"error": message}).encode())

    def repo(self, name):
        """The repository, or nothing when the answer has been given."""
        repo = self.hub.repos.get(name)
        token = self.asked.get("authorization") == f"Bearer {Hub.TOKEN}"
        if repo is None or (repo.private and not token):
            if token:
                self.refuse(404, "RepoNotFound", "Repository not found")
            else:
                self.refuse(401, "", "Invalid username or password.")
            return None
        return repo

    def listing(self, path):
        name, _, revision = path.partition("/revision/")
        if name in self.hub.renamed:
            return self.reply(307, {"Location": "/api/models/" + self.hub.renamed[name] + "/revision/" + revision})
        repo = self.repo(name)
        if repo is None:
            return None
        if revision not in ("", "main", repo.commit):
            return self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        files = repo.files if repo.listed is None else repo.listed
        document = {"id": name, "modelId": name, "sha": repo.commit, "private": repo.private, "gated": repo.gated,
                    "siblings": [{"rfilename": f} for f in files], "tags": [], "downloads": 0}
        return self.reply(200, {"Content-Type": "application/json"}, json.dumps(document).encode())

    def resolve(self, name, rest):
        revision, _, file = rest.partition("/")
        if name in self.hub.renamed:
            return self.reply(307, {"Location": f"/{self.hub.renamed[name]}/resolve/{rest}"})
        repo = self.repo(name)
        if repo is None:
            return None
        if repo.gated and self.asked.get("authorization") != f"Bearer {Hub.TOKEN}":
            return self.refuse(401, "GatedRepo", f"Access to model {name} is restricted.")
        if repo.gated == "refused":
            return self.refuse(403, "GatedRepo", f"Access to model {name} is restricted and you are not in the list.")
        if revision not in ("main", repo.commit):
            return self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        if file not in repo.files:
            return self.refuse(404, "EntryNotFound", "Entry not found", **{"X-Repo-Commit": repo.commit})
        data = repo.files[file]
        about = {"X-Repo-Commit": repo.commit}
        if not self.body_too and file in self.hub.head_faults:
            what = self.hub.head_faults[file].take()
            if "status" in what:
                return self.reply(what["status"], what.get("headers", {}))
            about.update(what.get("headers", {}))
        if len(data) >= 10_000:  # as large files are: with a redirect to where they are stored
            etag = sha256(data)
            self.hub.storage_files[etag] = (file, data)
            about = {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(len(data)),
                     "Location": f"{self.hub.storage_url}/{etag}/{file}?signed=1", **about}
            if not self.hub.lengths:
                del about["X-Linked-Size"]
            return self.reply(302, about)
        if not self.hub.small_files_redirect:
            return self.content(file, data, {"ETag": f'"{git_blob(data)}"', **about})
        return self.reply(307, {"Location": f"/api/resolve-cache/models/{name}/{repo.commit}/{file}?x=1", **about})

    def resolve_cache(self, name, rest):
        data = self.hub.repos[name].files[rest.partition("/")[2]]
        self.content(rest.partition("/")[2], data, {"ETag": f'"{git_blob(data)}"'})

    def storage(self, path):
        etag = path.split("/")[1]
        if etag not in self.hub.storage_files:
            return self.refuse(404, "", "no such object")
        return self.content(*self.hub.storage_files[etag], {"ETag": '"of-the-storage"'})

    def content(self, file, data, headers):
        fault = self.hub.faults[file].take() if self.body_too and file in self.hub.faults else {}
        if "status" in fault:
            return self.reply(fault["status"], fault.get("headers", {}))
        if "redirect" in fault:
            return self.reply(302, {"Location": fault["redirect"]})
        if "data" in fault:
            data = fault["data"]
        begin, status = 0, 200
        if "range" in self.asked and not fault.get("no_range"):
            begin = int(self.asked["range"].removeprefix("bytes=").split("-")[0])
            if begin >= len(data) or fault.get("no_middle"):
                return self.reply(416, {"Content-Range": f"bytes */{len(data)}"})
            status = 206
            headers = {**headers, "Content-Range": f"bytes {begin}-{len(data) - 1}/{len(data)}"}
        body = data[begin:]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.hub.lengths and not fault.get("no_length"):
            self.send_header("Content-Length", str(len(body)))
        else:
            self.close_connection = True
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if not self.body_too:
            return None
        if "pause" in fault:
            for i in range(0, len(body), 100_000):
                time.sleep(fault["pause"])
                self.wfile.write(body[i:i + 100_000])
            return None
        at = fault.get("after", len(body))
        self.wfile.write(body[:at])
        self.wfile.flush()
        if at < len(body):
            if "hold" in fault:
                fault.get("reached", threading.Event()).set()
                fault["hold"].wait(60)
            if fault.get("drop"):
                self.close_connection = True
                with contextlib.suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                return None
            self.wfile.write(body[at:])
        return None
