#!/usr/bin/env python3
"""The server with four times as much to do as it can: what /health and a search of somebody else still take.

    bench/overload.py [--program build/hearken] [--folder samples] [--seconds 10] [--threads N]

Each lane in turn gets four times the requests a second that it answered when it had just enough; further: a write lock
that another program holds, and 10,000 slow connections. The load comes from a process of its own, from 64 addresses of
loopback and once from one. The measured searches are those of 25 people, each from an address of his own and once a
second, by texts never asked before. The library holds each file of the folder 25 times. Requests for the light lane are
lists of 1000 tracks, so that the server has more to do with them than the client.

Printed for each: the longest /health (goal: 50 ms), the searches' p99 (goal: 50 ms, or three times that of the quiet
server, measured just before), and whether both held. 503 is an answer of the load, never one of the measured searches: those are counted."""
import argparse
import asyncio
import itertools
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ADDRESSES = [f"127.0.0.{last}" for last in range(2, 66)]
MEASURING = [f"127.0.0.{last}" for last in range(100, 125)]  # each asks once a second
WORDS = ("calm", "loud", "sad", "happy", "dark", "bright", "slow", "fast", "distant", "warm", "electronic", "acoustic")
THINGS = ("piano", "rain", "dog", "violin", "drums", "engine", "voice", "bell", "wind", "guitar", "bird", "crowd")
numbers = itertools.count(random.randrange(10**9))
HEALTH_GOAL = SEARCH_GOAL = 0.050
TIMES_QUIET = 3


def text():
    """One that was never asked before."""
    n = next(numbers)
    return f"{WORDS[n % 12]} {THINGS[n // 12 % 12]} number {n}"


def request(method, path, body=None, kind="application/json"):
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if body is None:
        return (head + "\r\n").encode()
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def search():
    return request("GET", "/api/v1/search?k=10&q=" + text().replace(" ", "+"))


class Loads:
    """A request of each lane."""

    def __init__(self, sound):
        self.sound = sound

    def search(self):
        return search()

    def light(self):
        return request("GET", "/api/v1/tracks?limit=1000")

    def write(self):
        return request("PUT", "/api/v1/tracks/1/rating", {"rating": random.choice((-1, 1)), "query": random.choice(THINGS)})

    def heavy(self):
        if random.random() < 0.5:
            return request("POST", "/api/v1/like?k=5", self.sound, "audio/flac")
        long = [text() + " and what else can be heard there, near and far" * 5 for _ in range(60)]
        return request("POST", "/v1/embeddings", {"model": "hearken", "input": long})


class Client:
    """A connection from an address of its own, opened again when the server closed it."""

    def __init__(self, port, address):
        self.port, self.address, self.writer = port, address, None

    async def ask(self, data):
        """The status; 0 when the connection was closed."""
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
            self.writer.write(data)
            head = await self.reader.readuntil(b"\r\n\r\n")
            await self.reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))
            if b"connection: close" in head.lower():
                self.close()
            return int(head[9:12])
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.writer = None


async def load(spec):
    """Requests of one lane at a rate, or one after the other on each connection; the count of each status."""
    make = getattr(Loads(pathlib.Path(spec["sound"]).read_bytes()), spec["lane"])
    end = time.perf_counter() + spec["seconds"]
    statuses = {}
    period = spec["connections"] / spec["rate"] if spec["rate"] else 0

    async def run(number):
        client = Client(spec["port"], spec["addresses"][number % len(spec["addresses"])])
        due = time.perf_counter() + random.random() * period
        while due < end and time.perf_counter() < end:
            await asyncio.sleep(max(0, due - time.perf_counter()))
            try:
                status = await asyncio.wait_for(client.ask(make()), max(0.01, end - time.perf_counter()))
                statuses[status] = statuses.get(status, 0) + 1
            except asyncio.TimeoutError:
                break
            due = max(due + period, time.perf_counter() - 5 * period)
        client.close()

    await asyncio.gather(*(run(i) for i in range(spec["connections"])))
    return statuses


async def slow(spec):
    """Connections that send a byte of a request now and then; how many the server let stay."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    count = min(spec["connections"], limit - 100)
    held, end = [], time.perf_counter() + spec["seconds"]
    for i in range(count):
        try:
            address = spec["addresses"][i % len(spec["addresses"])]
            held.append(await asyncio.open_connection("127.0.0.1", spec["port"], local_addr=(address, 0)))
            held[-1][1].write(b"GET /health HTTP/1.1\r\nX-Slow: ")
        except OSError:
            pass
    while time.perf_counter() < end:
        for _, writer in held:
            writer.write(b"x")
        await asyncio.sleep(2)
    return {"opened": len(held), "stay": sum(not reader.at_eof() for reader, _ in held)}


async def measure(port, seconds):
    """(seconds of each search answered 200, other statuses, seconds of each /health)"""
    searches, other, healths = [], [], []
    end = time.perf_counter() + seconds

    async def ask(make, into, address, period, after):
        client = Client(port, address)
        await asyncio.sleep(after)
        while (began := time.perf_counter()) < end:
            status = await client.ask(make())
            if status == 200:
                into.append(time.perf_counter() - began)
            else:
                other.append(status)
            await asyncio.sleep(max(0, began + period - time.perf_counter()))
        client.close()

    people = len(MEASURING)
    await asyncio.gather(ask(lambda: request("GET", "/health"), healths, MEASURING[0], 0.05, 0),
                         *(ask(search, searches, MEASURING[i], 1, i / people) for i in range(people)))
    return sorted(searches), other, sorted(healths)


def percentile(values, share):
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


class Load:
    """The process that asks too much, while the `with` runs."""

    def __init__(self, kind, **spec):
        self.command = [sys.executable, __file__, "--as", kind, json.dumps(spec)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        return self

    def __exit__(self, *_):
        self.result = json.loads(self.process.communicate()[0])


class Bench:
    def __init__(self, options, port, library):
        self.seconds, self.port, self.library = options.seconds, port, library
        self.sound = str(next(iter(sorted((ROOT / "tests/golden").glob("dog.flac")))))
        self.all_held = True
        self.measured(2)  # what is loaded with the first search

    def measured(self, seconds=None):
        return asyncio.run(measure(self.port, seconds or self.seconds))

    def spec(self, **more):
        return {"port": self.port, "sound": self.sound, "addresses": ADDRESSES, "seconds": self.seconds + 2, **more}

    def under(self, name, kind, **spec):
        """Measures a quiet server, then one with a load."""
        quiet = percentile(self.measured()[0], 0.99)
        with Load(kind, **self.spec(**spec)) as over:
            time.sleep(1)
            searches, other, healths = self.measured()
        health, p99 = healths[-1] if healths else float("inf"), percentile(searches, 0.99)
        held = health <= HEALTH_GOAL and p99 <= max(SEARCH_GOAL, TIMES_QUIET * quiet) and not other
        self.all_held &= held
        print(f"{name:28} /health max {health * 1e3:5.1f} ms   searches p50 {percentile(searches, 0.5) * 1e3:5.1f} p99 "
              f"{p99 * 1e3:5.1f} ms, quiet {quiet * 1e3:5.1f} ({p99 / quiet:.1f} ×)"
              f"{f', not answered: {len(other)}' if other else ''}   {'held' if held else 'NOT HELD'}   {over.result}", end="", flush=True)
        return over.result

    def capacity(self, lane):
        """Requests a second."""
        with Load("load", **self.spec(lane=lane, rate=0, connections=8, seconds=4)) as full:
            pass
        return max(1, full.result.get("200", 0)) / 4

    def overload(self, lane, addresses):
        each = self.capacity(lane)
        result = self.under(f"{lane}, {len(addresses)} addresses", "load", lane=lane, rate=4 * each, connections=900, addresses=addresses)
        sent = sum(result.values()) / (self.seconds + 2)
        print(f"; {sent:.0f} of {each:.0f} a second ({sent / each:.1f} ×)")

    def write_lock(self):
        each = self.capacity("write")
        other = sqlite3.connect(self.library, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.under("write lock held by another", "load", lane="write", rate=4 * each, connections=900)
        other.execute("ROLLBACK")
        other.close()
        print(f"; {4 * each:.0f} a second")

    def slow_connections(self, addresses):
        self.under(f"slow, {len(addresses)} addresses", "slow", connections=10_000, addresses=addresses)
        print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/hearken")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "samples")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", choices=("search", "light", "write", "heavy", "lock", "slow"))
    parser.add_argument("--as", dest="part", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(asyncio.run({"load": load, "slow": slow}[options.part[0]](json.loads(options.part[1])))))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        library, sound = pathlib.Path(folder) / "library.db", pathlib.Path(folder) / "sound"
        for i in range(25):
            shutil.copytree(options.folder, sound / str(i))
        environment = {**os.environ, "HEARKEN_LIBRARY": str(library)}
        subprocess.run([options.program, "index", "--quiet", sound], check=True, env=environment,
                       stdout=subprocess.DEVNULL)
        server = subprocess.Popen([options.program, "serve", "--port", "0", "--quiet", "--threads", str(options.threads)],
                                  stdout=subprocess.PIPE, env=environment)
        try:
            port = int(re.search(rb":(\d+)/", server.stdout.readline())[1])
            bench = Bench(options, port, library)
            for addresses in (ADDRESSES, ADDRESSES[:1]):
                for lane in ("search", "light", "write", "heavy"):
                    if options.only in (None, lane):
                        bench.overload(lane, addresses)
                if options.only in (None, "slow"):
                    bench.slow_connections(addresses)
            if options.only in (None, "lock"):
                bench.write_lock()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    return 0 if bench.all_held else 1


if __name__ == "__main__":
    sys.exit(main())
