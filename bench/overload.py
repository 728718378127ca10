#!/usr/bin/env python3
"""The server with four times as much to do as it can: what /health and a search of somebody else still take.

    bench/overload.py [--program build/hearken] [--folder samples] [--seconds 10] [--threads N]

Each lane in turn gets four times the requests a second that it answered when it had just enough; further: a write lock
that another program holds, and 10,000 slow connections. The load comes from a process of its own, from 64 addresses of
loopback and once from one. The measured searches are those of 25 people, each from an address of his own and once a
second; where the load has one address they have the same. They are by texts never asked before.

Printed for each: the longest /health (goal: 50 ms), the searches' p99 (goal: 50 ms, or three times that of a quiet
server), and whether both held. 503 is an answer of the load, never one of the measured searches: those are counted."""
import argparse
import asyncio
import itertools
import json
import os
import pathlib
import random
import re
import resource
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
        return request("GET", "/api/v1/tracks?limit=50")

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


async def measure(port, addresses, seconds):
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
    await asyncio.gather(ask(lambda: request("GET", "/health"), healths, addresses[0], 0.05, 0),
                         *(ask(search, searches, addresses[i % len(addresses)], 1, i / people) for i in range(people)))
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
        searches, other, healths = self.measured(MEASURING)
        self.quiet = percentile(searches, 0.99)
        print(f"{'quiet':30} /health max {healths[-1] * 1e3:6.1f} ms   searches p50 {percentile(searches, 0.5) * 1e3:6.1f} "
              f"p99 {self.quiet * 1e3:6.1f} ms of {len(searches)}", flush=True)
        self.goal = max(SEARCH_GOAL, TIMES_QUIET * self.quiet)

    def measured(self, addresses):
        return asyncio.run(measure(self.port, addresses, self.seconds))

    def spec(self, **more):
        return {"port": self.port, "sound": self.sound, "addresses": ADDRESSES, "seconds": self.seconds + 2, **more}

    def report(self, name, measured, told):
        searches, other, healths = measured
        health, p99 = healths[-1] if healths else float("inf"), percentile(searches, 0.99)
        held = health <= HEALTH_GOAL and p99 <= self.goal and not other
        self.all_held &= held
        print(f"{name:30} /health max {health * 1e3:6.1f} ms   searches p50 {percentile(searches, 0.5) * 1e3:6.1f} p99 "
              f"{p99 * 1e3:6.1f} ms ({p99 / self.quiet:.1f} × quiet) of {len(searches)}"
              f"{f', not answered: {len(other)}' if other else ''}   {'held' if held else 'NOT HELD'}   {told}", flush=True)

    def overload(self, lane, addresses, measuring):
        with Load("load", **self.spec(lane=lane, rate=0, connections=8, seconds=4)) as capacity:
            pass
        each = max(1, capacity.result.get("200", 0)) / 4
        with Load("load", **self.spec(lane=lane, rate=4 * each, connections=256, addresses=addresses)) as over:
            time.sleep(1)
            measured = self.measured(measuring)
        sent = sum(over.result.values()) / (self.seconds + 2)
        self.report(f"{lane}, {len(addresses)} addresses", measured,
                    f"answers {over.result}; {sent:.0f} of {each:.0f} a second ({sent / each:.1f} ×)")

    def write_lock(self):
        other = sqlite3.connect(self.library, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with Load("load", **self.spec(lane="write", rate=0, connections=256)) as over:
            time.sleep(1)
            measured = self.measured(MEASURING)
        other.execute("ROLLBACK")
        other.close()
        self.report("write lock held by another", measured, f"answers {over.result}")

    def slow_connections(self, addresses, measuring):
        with Load("slow", **self.spec(connections=10_000, addresses=addresses)) as over:
            time.sleep(1)
            measured = self.measured(measuring)
        self.report(f"slow, {len(addresses)} addresses", measured, f"{over.result}")


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
        library = pathlib.Path(folder) / "library.db"
        environment = {**os.environ, "HEARKEN_LIBRARY": str(library)}
        subprocess.run([options.program, "index", "--quiet", options.folder], check=True, env=environment,
                       stdout=subprocess.DEVNULL)
        server = subprocess.Popen([options.program, "serve", "--port", "0", "--quiet", "--threads", str(options.threads)],
                                  stdout=subprocess.PIPE, env=environment)
        try:
            port = int(re.search(rb":(\d+)/", server.stdout.readline())[1])
            bench = Bench(options, port, library)
            for addresses, measuring in ((ADDRESSES, MEASURING), (ADDRESSES[:1], ADDRESSES[:1])):
                for lane in ("search", "light", "write", "heavy"):
                    if options.only in (None, lane):
                        bench.overload(lane, addresses, measuring)
                if options.only in (None, "slow"):
                    bench.slow_connections(addresses, measuring)
            if options.only in (None, "lock"):
                bench.write_lock()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    return 0 if bench.all_held else 1


if __name__ == "__main__":
    sys.exit(main())
