#!/usr/bin/env python3
"""Whether the time that `hearken index` says is left is the time that is left.

    bench/progress.py [--program FILE] [FOLDER]      # without FOLDER: short and long WAV files, made by it

Indexes the folder into a new library, reads the line of progress from a terminal, and prints at some parts of the way what
the line said, what was true, and the ratio of the two. The goal is 0.75 to 1.25 from 20 % on. Needs nothing but Python 3.
"""
import argparse, array, os, pty, random, re, subprocess, sys, tempfile, time, wave
from pathlib import Path

PARTS = (5, 10, 20, 30, 50, 70)
LINE = re.compile(rb"(\d+) %  (?:([\d:]+) left)?")


def seconds(clock):
    total = 0
    for part in clock.decode().split(":"):
        total = 60 * total + float(part)
    return total


def noise(path, length, rate, channels, seed):
    """White noise is as long to listen to as anything else."""
    random.seed(seed)
    block = array.array("h", (random.randint(-9000, 9000) for _ in range(rate)))
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", ""))
        left = int(length * rate) * channels
        while left > 0:
            out.writeframes(block[:left].tobytes())
            left -= len(block)


def mixed_folder(folder):
    for i in range(600):
        noise(folder / f"drums/{i}.wav", 0.3 + i % 5 / 5, 44100, 2, i)
    for i in range(300):
        noise(folder / f"noises/{i}.wav", 3 + i % 5, 22050, 1, 1000 + i)
    for i in range(90):
        noise(folder / f"songs/{i}.wav", 60 + 30 * (i % 6), 22050, 2, 2000 + i)


def lines_of(command):
    """(seconds since the start, the line) as it is drawn, and how long the whole took."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvp(command[0], command)
    began, seen = time.monotonic(), []
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        seen.append((time.monotonic() - began, piece))
    os.waitpid(process, 0)
    return seen, time.monotonic() - began


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", nargs="?", type=Path)
parser.add_argument("--program", default=Path(__file__).resolve().parent.parent / "build/hearken")
given = parser.parse_args()
with tempfile.TemporaryDirectory() as temporary:
    folder = given.folder
    if folder is None:
        folder = Path(temporary) / "mixed"
        mixed_folder(folder)
    seen, end = lines_of([str(given.program), "index", str(folder), "--library", temporary + "/library.db"])
print(f"{end:.1f} s in all")
for part in PARTS:
    for at, piece in seen:
        found = LINE.search(piece)
        if found and int(found[1]) >= part and found[2]:
            said, true = seconds(found[2]), end - at
            print(f"at {int(found[1]):3} %  said {said:5.0f} s  was {true:6.1f} s  ratio {said / true:.2f}")
            break
