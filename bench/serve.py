#!/usr/bin/env python3
"""The server under load: clients that search by distinct texts, beside one client; more than it takes; slow ones.

    bench/serve.py [--seconds 60] [--folder samples] [--library FILE]

Prints figures, and for each of the promises of docs/SERVER.md whether it held. Everything runs on loopback."""
import argparse
import asyncio
import itertools
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORDS = ("calm", "loud", "sad", "happy", "dark", "bright", "slow", "fast", "distant", "warm", "electronic", "acoustic")
THINGS = ("piano", "rain", "dog", "violin", "drums", "engine", "voice", "bell", "wind", "guitar", "bird", "crowd")
numbers = itertools.count()


def text():
    """One that was never asked before."""
    n = next(numbers)
    return f"{WORDS[n % 12]} {THINGS[n // 12 % 12]} number {n}"


class Client:
    """One connection that asks again and again."""

    def __init__(self, port):
        self.port = port

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def get(self, path):
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        body = await self.reader.readexactly(length)
        return int(head[9:12]), head, body

    async def search(self):
        return await self.get("/api/v1/search?k=10&q=" + text().replace(" ", "+"))

    def close(self):
        self.writer.close()


def percentile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))] if sorted_values else float("nan")


async def load(port, clients, seconds):
    """(seconds of each answer 200, of each 503, other statuses) of so many clients; one that is refused waits as told."""
    good, refused, other = [], [], []
    end = time.perf_counter() + seconds

    async def run():
        client = Client(port)
        await client.open()
        while (began := time.perf_counter()) < end:
            status, head, _ = await client.search()
            took = time.perf_counter() - began
            (good if status == 200 else refused if status == 503 else other).append(took if status in (200, 503) else status)
            if status == 503:
                await asyncio.sleep(int(re.search(rb"(?i)retry-after: (\d+)", head)[1]))
        client.close()

    await asyncio.gather(*(run() for _ in range(clients)))
    return sorted(good), sorted(refused), other


async def ten(port, together):
    """Seconds for ten new texts, one after the other or all at once."""
    clients = [Client(port) for _ in range(10 if together else 1)]
    for client in clients:
        await client.open()
        await client.search()
    began = time.perf_counter()
    if together:
        await asyncio.gather(*(client.search() for client in clients))
    else:
        for _ in range(10):
            await clients[0].search()
    took = time.perf_counter() - began
    for client in clients:
        client.close()
    return took


async def slow_ones(port, count):
    """/health while `count` connections are idle or send half a request."""
    held = []
    for i in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if i % 2:
            writer.write(b"GET /api/v1/info HTTP/1.1\r\nHos")
        held.append(writer)
    times = []
    for _ in range(50):
        began = time.perf_counter()
        client = Client(port)
        await client.open()
        status, _, _ = await client.get("/health")
        times.append(time.perf_counter() - began)
        client.close()
        assert status == 200
    for writer in held:
        writer.close()
    return sorted(times)


def memory(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


async def measure(port, pid, seconds):
    held = []

    def promise(what, holds):
        held.append(holds)
        print(f"  {'held' if holds else 'MISSED':7} {what}")

    await load(port, 4, 2)
    one, _, wrong = await load(port, 1, max(5, seconds / 6))
    rate_one = len(one) / max(5, seconds / 6)
    print(f"1 client:    {rate_one:7.0f} a second, p50 {percentile(one, .5) * 1e3:6.1f} ms, p99 {percentile(one, .99) * 1e3:6.1f} ms")
    before = memory(pid)
    many, refused, errors = await load(port, 64, seconds)
    rate = len(many) / seconds
    p50, p99 = percentile(many, .5), percentile(many, .99)
    print(f"64 clients:  {rate:7.0f} a second, p50 {p50 * 1e3:6.1f} ms, p99 {p99 * 1e3:6.1f} ms, "
          f"memory {before:.0f} -> {memory(pid):.0f} MiB, refused {len(refused)}, other {len(errors) + len(wrong)}")
    promise("no error", not refused and not errors and not wrong)
    promise(f"throughput {rate / rate_one:.2f} >= 3 x one client's", rate >= 3 * rate_one)
    promise(f"p99 {p99 / p50:.2f} <= 3 x p50", p99 <= 3 * p50)
    more, refused, errors = await load(port, 256, seconds / 2)
    late = percentile(refused, .99) if refused else 0
    print(f"256 clients: {len(more) / (seconds / 2):7.0f} a second, p99 {percentile(more, .99) * 1e3:6.1f} ms; refused {len(refused)}, "
          f"p99 {late * 1e3:.1f} ms, other {len(errors)}")
    promise("the surplus hears 503 within 50 ms", not errors and late <= 0.05)
    promise(f"what is accepted: {percentile(more, .99) / p99:.2f} <= 3 x the p99 of 64", percentile(more, .99) <= 3 * p99)
    after = memory(pid)
    promise(f"memory flat: {before:.0f} -> {after:.0f} MiB", after < before * 1.2 + 50)
    ratios = sorted([await ten(port, True) / await ten(port, False) for _ in range(9)])
    promise(f"ten texts at once {ratios[4]:.2f} (median of 9) <= 0.6 of one after the other", ratios[4] <= 0.6)
    times = await slow_ones(port, 1000)
    promise(f"/health beside 1000 idle and slow connections: median {times[25] * 1e3:.1f} ms, worst {times[-1] * 1e3:.1f} ms",
            times[-1] < 1)
    return all(held)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--folder", default=str(ROOT / "samples"))
    parser.add_argument("--library", help="an existing one; else FOLDER is indexed into a new one")
    parser.add_argument("--program", default=str(ROOT / "build/hearken"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = options.library or f"{folder}/library.db"
        if not options.library:
            subprocess.run([options.program, "index", options.folder, "--library", library, "--quiet"], check=True,
                           stdout=subprocess.DEVNULL)
        began = time.perf_counter()
        server = subprocess.Popen([options.program, "serve", "--port", "0", "--library", library, "--quiet"],
                                  stdout=subprocess.PIPE, text=True)
        try:
            port = int(re.search(r":(\d+)/", server.stdout.readline())[1])
            print(f"listening after {(time.perf_counter() - began) * 1e3:.0f} ms", end=", ")
            asyncio.run(load(port, 1, 0.01))
            print(f"first search answered after {(time.perf_counter() - began) * 1e3:.0f} ms")
            good = asyncio.run(measure(port, server.pid, options.seconds))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
