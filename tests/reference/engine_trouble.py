#!/usr/bin/env python3
"""What happens to a cluster, and what becomes of a library in it: three real Weaviate servers on loopback, killed and brought back.

    HEARKEN_PROGRAM=build/hearken WEAVIATE=weaviate-server tests/reference/engine_trouble.py [push] [killed_push] [query] [stop] [key] [tls] [full] [half] [serve]

push   each node in turn is killed with -9 while `remote push` runs, twice; nothing may be lost or doubled, and `verify --repair` must be clean once it is back
killed_push  the pushing program itself is killed, four times, and run again
query  each node in turn is killed and halted (SIGSTOP) while queries go on: all are answered; prints the longest, and fails above two seconds for kill
stop   all nodes are stopped and started: nothing is lost
key    a node that wants a key: without one and with a wrong one the reason is said; with the right one all works
tls    a node that speaks TLS only: with its certificate trusted all works, without it and in plain text the reason is said (needs openssl)
full   a node whose disk is full (a small tmpfs: needs root) refuses to write: the reason is said, and the library is untouched
half   a collection that is half made, or another's: said, and completed by `init`
serve  two `hearken serve` over the cluster answer alike, without any library

The server is one binary: go install github.com/weaviate/weaviate/cmd/weaviate-server@v1.35.2. Not a part of the test suite."""
import contextlib
import json
import math
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(pathlib.Path(os.environ.get("HEARKEN_PROGRAM", "build/hearken")).resolve())
SERVER = os.environ.get("WEAVIATE", "weaviate-server")
FIRST_PORT = 19000
TRACKS, WINDOWS = 400, 25
WIDTH = 512


class Cluster:
    """Three nodes, or one; `certificate` and its key, two files, for TLS; `more` are settings of the server."""

    def __init__(self, folder, nodes=3, port=FIRST_PORT, certificate=None, **more):
        self.folder, self.nodes, self.port, self.more, self.certificate = pathlib.Path(folder), nodes, port, more, certificate
        self.processes = [None] * nodes
        for node in range(nodes):
            self.start(node)
            time.sleep(1)
        self.ready()

    def ports(self, node):  # REST, gRPC, gossip, data, raft, raft's RPC, profiling
        return [self.port + 10 * node + i for i in range(7)]

    def url(self, collection, nodes=None):
        hosts = [f"127.0.0.1:{self.ports(n)[0]}:{self.ports(n)[1]}" for n in (range(self.nodes) if nodes is None else nodes)]
        return f"weaviate{'s' if self.certificate else ''}://{','.join(hosts)}/{collection}"

    def start(self, node):
        rest, grpc, gossip, data, raft, raft_rpc, profiling = self.ports(node)
        running = [n for n in range(self.nodes) if n != node and self.processes[n] is not None]
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "CLUSTER_IN_LOCALHOST": "true", "CLUSTER_ADVERTISE_ADDR": "127.0.0.1",
            "CLUSTER_BIND_ADDR": "127.0.0.1", "CLUSTER_HOSTNAME": f"node-{node}", "CLUSTER_GOSSIP_BIND_PORT": str(gossip),
            "CLUSTER_DATA_BIND_PORT": str(data), "CLUSTER_JOIN": f"127.0.0.1:{self.ports(running[0])[2]}" if running else "",
            "RAFT_PORT": str(raft), "RAFT_INTERNAL_RPC_PORT": str(raft_rpc), "RAFT_JOIN": ",".join(f"node-{n}:{self.ports(n)[4]}" for n in range(self.nodes)),
            "RAFT_BOOTSTRAP_EXPECT": str(self.nodes), "RAFT_BOOTSTRAP_TIMEOUT": "60", "PERSISTENCE_DATA_PATH": str(self.folder / str(node)),
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "true", "DEFAULT_VECTORIZER_MODULE": "none", "DISABLE_TELEMETRY": "true",
            "GRPC_PORT": str(grpc), "GO_PROFILING_PORT": str(profiling), **self.more}
        (self.folder / str(node)).mkdir(parents=True, exist_ok=True)
        with open(self.folder / f"{node}.log", "ab") as log:
            listen = ["--scheme", "http", "--host", "127.0.0.1", "--port", str(rest)]
            if self.certificate:
                file, key = self.certificate
                listen = ["--scheme", "https", "--tls-host", "127.0.0.1", "--tls-port", str(rest), "--tls-certificate", file, "--tls-key", key]
                environment |= {"GRPC_CERT_FILE": file, "GRPC_KEY_FILE": key}
            self.processes[node] = subprocess.Popen([SERVER, *listen], env=environment, stdout=log, stderr=log, cwd=self.folder)

    def ready(self, seconds=90):
        end = time.monotonic() + seconds
        trusted = ssl.create_default_context(cafile=self.certificate[0]) if self.certificate else None
        for node in range(self.nodes):
            if self.processes[node] is None:
                continue
            while True:
                with contextlib.suppress(OSError):
                    url = f"http{'s' if trusted else ''}://127.0.0.1:{self.ports(node)[0]}/v1/.well-known/ready"
                    urllib.request.urlopen(url, timeout=2, context=trusted).close()
                    break
                if time.monotonic() > end:
                    sys.exit(f"node {node} is not ready after {seconds} s: {self.folder}/{node}.log")
                time.sleep(0.3)

    def send(self, node, number):
        self.processes[node].send_signal(number)

    def kill(self, node, number=signal.SIGKILL):
        self.send(node, number)
        self.processes[node].wait()
        self.processes[node] = None

    def stop(self):
        for process in self.processes:
            if process is not None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for node, process in enumerate(self.processes):
            if process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(15)
                if process.poll() is None:
                    process.kill()
                    process.wait()
            self.processes[node] = None


class Run:
    def __init__(self, work):
        self.work = pathlib.Path(work)
        self.library = self.work / "library.db"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.work), "HEARKEN_MODELS": str(SOURCE / "models"), "LC_ALL": "C.UTF-8"}

    def hearken(self, *arguments, check=True, **more):
        done = subprocess.run([PROGRAM, *map(str, arguments)], env={**self.environment, **more}, capture_output=True, text=True, cwd=self.work)
        if check and done.returncode != 0:
            sys.exit(f"hearken {' '.join(map(str, arguments))}: exit status {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def json(self, *arguments, **more):
        return json.loads(self.hearken(*arguments, "--json", "--quiet", **more).stdout)

    def make_library(self):
        """The sample music, and many tracks of its vectors with noise: rows as they stand in a library."""
        self.hearken("index", SOURCE / "samples", "--library", self.library, "--quiet")
        rng = random.Random(1)
        db = sqlite3.connect(self.library)
        model, = db.execute("SELECT id FROM models").fetchone()
        import struct
        known = []
        for vectors, in db.execute("SELECT vectors FROM windows"):
            values = struct.unpack(f"<{len(vectors) // 2}e", vectors)
            known += [values[i:i + WIDTH] for i in range(0, len(values), WIDTH)]
        for track in range(TRACKS):
            rows = []
            for _ in range(WINDOWS):
                row = [x + rng.gauss(0, 0.03) for x in rng.choice(known)]
                length = math.sqrt(sum(x * x for x in row))
                rows.append(struct.unpack(f"<{WIDTH}e", struct.pack(f"<{WIDTH}e", *(x / length for x in row))))
            mean = [sum(column) / WINDOWS for column in zip(*rows)]
            path = f"/nowhere/{track // 20:03}/made {track}.flac"
            id = db.execute("INSERT INTO tracks (path, size, mtime_ns, device, content_hash, duration_seconds, title, artist, album, genre, added_at) "
                            "VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                            (path.encode(), 1000 + track, 1, 1, rng.randbytes(16), 5 * WINDOWS + 5.0, f"Made {track}", f"Maker {track % 7}", "", "Noise",
                             1700000000 + track)).lastrowid
            embedding = db.execute("INSERT INTO embeddings (track_id, model_id, window_count, mean_length, mean) VALUES (?,?,?,?,?)",
                                   (id, model, WINDOWS, math.sqrt(sum(x * x for x in mean)), struct.pack(f"<{WIDTH}f", *mean))).lastrowid
            db.execute("INSERT INTO windows (embedding_id, starts, vectors) VALUES (?,?,?)",
                       (embedding, struct.pack(f"<{WINDOWS}d", *(5.0 * w for w in range(WINDOWS))),
                        b"".join(struct.pack(f"<{WIDTH}e", *row) for row in rows)))
        db.commit()
        db.close()

    def verified(self, url, *more):
        done = self.hearken("remote", "verify", "--cluster", url, "--library", self.library, "--json", "--quiet", *more, check=False)
        return json.loads(done.stdout)


def expect(holds, what):
    if not holds:
        sys.exit(f"FAILED: {what}")
    print(f"  ok: {what}", flush=True)


def clean(run, url, what, *more):
    report = run.verified(url, *more)
    if not report["clean"]:
        sys.exit(f"FAILED: {what}: {json.dumps({k: v for k, v in report.items() if k != 'fingerprint'})[:2000]}")
    print(f"  ok: {what}: {report['tracks']} tracks, {report['windows']} windows, the same on all nodes after {report['seconds']:.1f} s"
          f"{', %d tracks written anew' % report['repaired'] if more else ''}", flush=True)


def push(run, cluster):
    for again in range(2):
        for node in range(cluster.nodes):
            url = cluster.url(f"Push{again}{node}")
            run.json("remote", "init", "--cluster", url, "--library", run.library)
            process = subprocess.Popen([PROGRAM, "remote", "push", "--cluster", url, "--library", run.library, "--json", "--quiet"],
                                       env=run.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            time.sleep(0.5 + 0.4 * again)
            running = process.poll() is None
            cluster.kill(node)
            killed = time.monotonic()
            out, error = process.communicate()
            expect(process.returncode == 0, f"push goes on with node {node} killed{'' if running else ' (it had ended)'}, "
                                            f"{time.monotonic() - killed:.0f} s more: {error.strip()[:300]}")
            cluster.start(node)
            cluster.ready()
            clean(run, url, "nothing lost, nothing doubled", "--repair")
            second = run.json("remote", "push", "--cluster", url, "--library", run.library)
            expect(second["pushed"] == 0, "a second push writes nothing")


def killed_push(run, cluster):
    url = cluster.url("Killed")
    run.json("remote", "init", "--cluster", url, "--library", run.library)

    def held():
        return sum(space["tracks"] for space in run.json("remote", "status", "--cluster", url)["spaces"])

    for wait in (0.15, 0.6, None, None):  # None: until it has written some
        before = held()
        process = subprocess.Popen([PROGRAM, "remote", "push", "--cluster", url, "--library", run.library, "--quiet"], env=run.environment,
                                   stdout=subprocess.DEVNULL)
        if wait is not None:
            time.sleep(wait)
        while wait is None and process.poll() is None and held() == before:
            pass
        process.kill()
        process.wait()
    there = held()
    expect(0 < there < TRACKS, f"killed four times, the last time with {there} tracks written")
    last = run.json("remote", "push", "--cluster", url, "--library", run.library)
    expect(last["unchanged"] >= there and last["pushed"] + last["unchanged"] == last["tracks"],
           f"push goes on: {last['unchanged']} were there, {last['pushed']} are written")
    clean(run, url, "nothing lost, nothing doubled")


def query(run, cluster):
    url = cluster.url("Query")
    run.json("remote", "init", "--cluster", url, "--library", run.library)
    run.json("remote", "push", "--cluster", url, "--library", run.library)
    clean(run, url, "pushed")
    with Serve(run, url) as server:
        wanted = server.ask("piano")
        for node in range(cluster.nodes):
            for number in (signal.SIGKILL, signal.SIGSTOP):
                took, failures, over = [], [], threading.Event()

                def go_on():
                    while not over.is_set():
                        began = time.monotonic()
                        try:
                            if server.ask("piano") != wanted:
                                failures.append("another answer")
                        except OSError as error:
                            failures.append(str(error))
                        took.append(time.monotonic() - began)

                threads = [threading.Thread(target=go_on) for _ in range(2)]
                for thread in threads:
                    thread.start()
                time.sleep(1)
                before = max(took)
                cluster.kill(node) if number == signal.SIGKILL else cluster.send(node, number)
                time.sleep(6)
                over.set()
                for thread in threads:
                    thread.join()
                name = "killed" if number == signal.SIGKILL else "halted"
                expect(not failures, f"node {node} {name}: {len(took)} queries answered, the longest {max(took):.2f} s (before: {before:.2f} s) {failures[:2]}")
                if number == signal.SIGKILL:
                    expect(max(took) <= 2 + before, "fail-over within two seconds")
                    cluster.start(node)
                    cluster.ready()
                else:
                    cluster.send(node, signal.SIGCONT)
                time.sleep(2)
    clean(run, url, "nothing lost by all that")


def stop(run, cluster):
    url = cluster.url("Stop")
    run.json("remote", "init", "--cluster", url, "--library", run.library)
    run.json("remote", "push", "--cluster", url, "--library", run.library)
    cluster.stop()
    down = run.hearken("find", "piano", "--cluster", url, check=False)
    expect(down.returncode == 1 and "connect" in down.stderr, f"all down: {down.stderr.strip()[:300]}")
    for node in range(cluster.nodes):
        cluster.start(node)
        time.sleep(1)
    cluster.ready()
    clean(run, url, "all stopped and started")


def key(run, cluster):
    one = Cluster(run.work / "key", 1, FIRST_PORT + 100, AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED="false", AUTHENTICATION_APIKEY_ENABLED="true",
                  AUTHENTICATION_APIKEY_ALLOWED_KEYS="open-sesame", AUTHENTICATION_APIKEY_USERS="ali")
    try:
        url = one.url("Key")
        for given in ("", "wrong"):
            done = run.hearken("remote", "init", "--cluster", url, "--library", run.library, check=False, HEARKEN_ENGINE_KEY=given)
            expect(done.returncode == 1 and "key" in done.stderr.lower(), f"key {given!r}: {done.stderr.strip()[:300]}")
        run.json("remote", "init", "--cluster", url, "--library", run.library, HEARKEN_ENGINE_KEY="open-sesame")
        report = run.json("remote", "push", "--cluster", url, "--library", run.library, HEARKEN_ENGINE_KEY="open-sesame")
        expect(report["pushed"] == report["tracks"], "with the key")
    finally:
        one.stop()


def tls(run, cluster):
    file, key_file, other = (str(run.work / name) for name in ("certificate.pem", "key.pem", "other.pem"))
    for certificate in (other, file):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hearken test", "-addext",
                        "subjectAltName=IP:127.0.0.1", "-keyout", key_file, "-out", certificate], check=True, capture_output=True)
    one = Cluster(run.work / "tls", 1, FIRST_PORT + 300, certificate=(file, key_file))
    try:
        url = one.url("Tls")
        for ca in ("", other):
            done = run.hearken("remote", "init", "--cluster", url, "--library", run.library, check=False, HEARKEN_ENGINE_CA=ca)
            expect(done.returncode == 1 and "certificate" in done.stderr, f"not trusted ({'the system' if not ca else 'another'}): {done.stderr.strip()[:300]}")
        done = run.hearken("remote", "init", "--cluster", url.replace("weaviates", "weaviate"), "--library", run.library, check=False)
        expect(done.returncode == 1, f"in plain text: {done.stderr.strip()[:300]}")
        run.json("remote", "init", "--cluster", url, "--library", run.library, HEARKEN_ENGINE_CA=file)
        report = run.json("remote", "push", "--cluster", url, "--library", run.library, HEARKEN_ENGINE_CA=file)
        expect(report["pushed"] == report["tracks"], "trusted")
        found = run.json("find", "piano", "--cluster", url, HEARKEN_ENGINE_CA=file)["results"]
        expect(len(found) > 0, "and searched")
    finally:
        one.stop()


def full(run, cluster):
    digest = run.library.read_bytes()
    disk = run.work / "full" / "0"
    disk.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", disk], check=True)
    try:
        one = Cluster(run.work / "full", 1, FIRST_PORT + 200)
        try:
            url = one.url("Full")
            run.json("remote", "init", "--cluster", url, "--library", run.library)
            done = run.hearken("remote", "push", "--cluster", url, "--library", run.library, check=False)
            expect(done.returncode == 1 and ("read-only" in done.stderr or "no space left" in done.stderr), f"a full disk: {done.stderr.strip()[:400]}")
            expect(run.library.read_bytes() == digest, "the library is untouched")
        finally:
            one.stop()
    finally:
        subprocess.run(["umount", disk], check=True)


def half(run, cluster):
    url = cluster.url("Half")
    run.json("remote", "init", "--cluster", url, "--library", run.library)
    base = f"http://127.0.0.1:{cluster.ports(0)[0]}/v1/schema"
    names = [c["class"] for c in json.load(urllib.request.urlopen(base))["classes"] if c["class"].startswith("Half_")]
    tracks = next(n for n in names if n.endswith("Tracks"))
    urllib.request.urlopen(urllib.request.Request(f"{base}/{tracks}", method="DELETE")).close()
    done = run.hearken("find", "piano", "--cluster", url, check=False)
    expect(done.returncode == 1 and tracks in done.stderr, f"half made: {done.stderr.strip()[:400]}")
    run.json("remote", "init", "--cluster", url, "--library", run.library)
    run.json("remote", "push", "--cluster", url, "--library", run.library)
    clean(run, url, "completed by init")


class Serve:
    """`hearken serve` over the engine, with no library anywhere."""

    def __init__(self, run, url):
        self.home = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([PROGRAM, "serve", "--cluster", url, "--port", "0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**run.environment, "HOME": self.home.name}, text=True, cwd=self.home.name)
        text = ""
        while "}" not in text:
            line = self.process.stdout.readline()
            if not line:
                sys.exit("serve: " + self.process.stderr.read())
            text += line
        self.url = json.loads(text)["url"].rstrip("/").split("?")[0].rstrip("/")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.home.cleanup()

    def ask(self, text):
        with urllib.request.urlopen(f"{self.url}/api/v1/search?q={text}&k=5", timeout=60) as answer:
            return [(hit["track"]["id"], round(hit["score"], 4)) for hit in json.load(answer)["results"]]


def serve(run, cluster):
    url = cluster.url("Serve")
    run.json("remote", "init", "--cluster", url, "--library", run.library)
    run.json("remote", "push", "--cluster", url, "--library", run.library)
    clean(run, url, "pushed")
    with Serve(run, cluster.url("Serve", [0])) as first, Serve(run, cluster.url("Serve", [2, 1])) as second:
        for text in ("piano", "rain", "choir"):
            expect(len(first.ask(text)) == 5 and first.ask(text) == second.ask(text), f"two servers say the same of {text!r}")
        local = [round(hit["score"], 3) for hit in run.json("find", "choir", "-k", 5, "--library", run.library)["results"]]
        expect([round(score, 3) for _, score in first.ask("choir")] == local, "and what the library says")


PARTS = {f.__name__: f for f in (push, killed_push, query, stop, key, tls, full, half, serve)}


def main():
    chosen = sys.argv[1:] or list(PARTS)
    if any(name not in PARTS for name in chosen):
        sys.exit(__doc__)
    for program in (PROGRAM, SERVER):
        if not shutil.which(program):
            sys.exit(f"{program} is not there, or no program (HEARKEN_PROGRAM, WEAVIATE)")
    with tempfile.TemporaryDirectory(prefix="hearken_cluster_") as work:
        run = Run(work)
        run.make_library()
        cluster = Cluster(pathlib.Path(work) / "nodes")
        try:
            for name in chosen:
                print(name, flush=True)
                PARTS[name](run, cluster)
        finally:
            cluster.stop()
    print("all as it should be")


if __name__ == "__main__":
    main()
