#!/usr/bin/env python3
"""Whether the time that `hearken index` says is left is the time that is left.

    bench/progress.py [--program FILE] [FOLDER…]      # without FOLDER: three mixes of WAV files, made by it

Indexes each folder into a new library, reads the line of progress from a terminal, and prints at some parts of the way what
the line said, what was true, and the ratio of the two. The goal is 0.75 to 1.25 from 20 % on. The mixes are many short
files, a few long ones, and both, the short ones first. Needs nothing but Python 3, and a machine with nothing else to do.
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


def short_files(folder):
    for i in range(600):
        noise(folder / f"drums/{i}.wav", 0.3 + i % 5 / 5, 44100, 2, i)
    for i in range(300):
        noise(folder / f"noises/{i}.wav", 3 + i % 5, 22050, 1, 1000 + i)


def long_files(folder):
    for i in range(8):
        noise(folder / f"sets/{i}.wav", 1200 + 300 * (i % 3), 44100, 2, 3000 + i)


def mixed_files(folder):
    short_files(folder)
    for i in range(90):
        noise(folder / f"songs/{i}.wav", 60 + 30 * (i % 6), 22050, 2, 2000 + i)


MIXES = {"short": short_files, "long": long_files, "mixed": mixed_files}


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


def report(program, folder, name):
    with tempfile.TemporaryDirectory() as temporary:
        seen, end = lines_of([str(program), "index", str(folder), "--library", temporary + "/library.db"])
    print(f"{name}: {end:.1f} s in all")
    for part in PARTS:
        for at, piece in seen:
            found = LINE.search(piece)
            if found and int(found[1]) >= part and found[2]:
                said, true = seconds(found[2]), end - at
                print(f"  at {int(found[1]):3} %  said {said:5.0f} s  was {true:6.1f} s  ratio {said / true:.2f}", flush=True)
                break


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
parser.add_argument("--program", default=Path(__file__).resolve().parent.parent / "build/hearken")
parser.add_argument("--mix", choices=MIXES, action="append", help="only this one; may be given again")
given = parser.parse_args()
for folder in given.folders:
    report(given.program, folder, folder)
for name in given.mix or ([] if given.folders else MIXES):
    with tempfile.TemporaryDirectory() as temporary:
        MIXES[name](Path(temporary))
        report(given.program, temporary, name)
