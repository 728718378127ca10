"""Solo passages of twelve instruments from a SoundFont, and how many of them `hearken classify` names right.

    python3 bench/instruments.py SOUNDFONT... [--labels names|instruments] [--twelve guitars|choir] [--model NAME|DIR]

Needs fluidsynth. Each instrument plays four melodies of its own range, ten seconds each, in two tempi; all of it written here and the same on every run.
Prints top-1 accuracy per SoundFont over the twelve names, and what was taken for what. The second twelve have choir and harpsichord, which are hard to tell
from organ and guitar, in the places of electric and bass guitar.
"""
import argparse
import collections
import json
import os
import random
import struct
import subprocess
import tempfile
from pathlib import Path

HEARKEN = os.environ.get("HEARKEN_PROGRAM", "build/hearken")
TICKS = 480
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10))

# name: General MIDI programs (from 0), lowest and highest key of the melodies
INSTRUMENTS = {
    "piano": ((0, 1), 45, 81), "acoustic guitar": ((24, 25), 43, 72), "electric guitar": ((27, 29, 30), 43, 74), "bass guitar": ((33, 34), 28, 48),
    "violin": ((40,), 57, 88), "cello": ((42,), 38, 64), "harp": ((46,), 45, 84), "trumpet": ((56,), 56, 80), "saxophone": ((65, 66), 49, 76),
    "flute": ((73,), 62, 90), "clarinet": ((71,), 52, 82), "organ": ((16, 19), 43, 79), "choir": ((52, 53), 50, 77), "harpsichord": ((6,), 43, 79),
}
LEFT_OUT = {"guitars": ("choir", "harpsichord"), "choir": ("electric guitar", "bass guitar")}


def variable_length(n):
    out = [n & 127]
    while n := n >> 7:
        out.insert(0, n & 127 | 128)
    return bytes(out)


def melody(program, low, high, rng):
    """A format 0 MIDI file: some ten seconds of steps and small leaps within a key, one voice."""
    tempo, scale = rng.choice((84, 120)), rng.choice(SCALES)
    keys = [key for key in range(low, high + 1) if (key - low) % 12 in scale]
    at, tick, events = rng.randrange(len(keys) // 3, 2 * len(keys) // 3), 0, [(0, bytes((0xC0, program)))]
    while tick < 10 * tempo / 60 * TICKS:
        length = rng.choice((TICKS // 2, TICKS // 2, TICKS, TICKS, 2 * TICKS))
        at = min(len(keys) - 1, max(0, at + rng.choice((-3, -2, -1, -1, 1, 1, 2, 3))))
        events += [(tick, bytes((0x90, keys[at], rng.randint(70, 110)))), (tick + length - 20, bytes((0x80, keys[at], 0)))]
        tick += length
    return midi_file(events, tempo)


def midi_file(events, tempo):
    """A format 0 file of events (tick, bytes)."""
    track, now = b"\0\xff\x51\x03" + (60_000_000 // tempo).to_bytes(3, "big"), 0
    for when, message in sorted(events, key=lambda e: (e[0], e[1][0] & 0xF0)):
        track += variable_length(when - now) + message
        now = when
    track += b"\0\xff\x2f\0"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + struct.pack(">I", len(track)) + track


def render(soundfont, folder, names):
    for name in names:
        programs, low, high = INSTRUMENTS[name]
        third = (high - low) // 3
        for take, (first, last) in enumerate(((low, high), (low, low + 2 * third), (low + third, high), (low, high))):
            data = melody(programs[take % len(programs)], first, last, random.Random(f"{name} {take}"))
            (folder / "piece.mid").write_bytes(data)
            subprocess.run(["fluidsynth", "-ni", "-q", "-r", "44100", "-g", "0.6", "-F", folder / f"{name} {take}.wav", "-T", "wav", soundfont,
                            folder / "piece.mid"], check=True, capture_output=True)
    (folder / "piece.mid").unlink()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("soundfont", nargs="+")
    parser.add_argument("--labels", default="names")
    parser.add_argument("--twelve", choices=LEFT_OUT, default="guitars")
    parser.add_argument("--model", default="starter")
    arguments = parser.parse_args()
    names = [name for name in INSTRUMENTS if name not in LEFT_OUT[arguments.twelve]]
    for soundfont in arguments.soundfont:
        with tempfile.TemporaryDirectory() as folder:
            render(soundfont, Path(folder), names)
            labels = ",".join(names) if arguments.labels == "names" else arguments.labels
            run = subprocess.run([HEARKEN, "classify", folder, "--labels", labels, "--model", arguments.model, "--json", "--quiet"], check=True, capture_output=True)
        right, wrong, count = 0, collections.Counter(), 0
        for result in json.loads(run.stdout)["results"]:
            truth = Path(result["path"]).stem[:-2]
            ranked = [s["label"].lower().split(",")[0] for s in result["scores"]]  # "Violin, fiddle"
            answer = next(label for label in ranked if label in names)
            count += 1
            right += answer == truth
            wrong[truth, answer] += answer != truth
        print(f"{Path(soundfont).name}: {right} of {count} right, {right / count:.3f}")
        for (truth, answer), times in wrong.most_common():
            if times:
                print(f"  {truth} taken for {answer}: {times}")


if __name__ == "__main__":
    main()
