"""Plays passages with a SoundFont: one long MIDI file, ten seconds each, cut into FLAC files of 16 kHz.

    render.py NAME FONT FOLDER          FONT: a .sf2 or .sf3 file for fluidsynth, or timidity's configuration (.cfg)

Writes FOLDER/NAME/….flac and FOLDER/NAME.csv (path, caption).
"""
import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr

import midi
import passages

SLOT = 12  # seconds from one passage to the next
RATE = 16000
AT_ONCE = 150


def play(font, piece, wav):
    if font.endswith(".cfg"):
        timidity = os.environ.get("TIMIDITY", "timidity")
        subprocess.run([timidity, "-c", font, "-Ow", "-s", "44100", "-o", wav, piece], check=True, capture_output=True)
    else:
        subprocess.run(["fluidsynth", "-ni", "-q", "-r", "44100", "-g", "0.6", "-F", wav, "-T", "wav", font, piece], check=True, capture_output=True)


def programs_of(font):
    if not font.endswith(".cfg"):
        return None
    text = Path(font).read_text().split("bank 0")[1]
    return [int(n) for n in re.findall(r"^ (\d+)\t", text, re.M)]


def reset(start):
    """All channels silent, controllers at their defaults."""
    return [(start, bytes((0xB0 | c, number, 0))) for c in range(16) for number in (120, 121)]


def main():
    name, font, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    pieces = passages.every(name, only=programs_of(font))
    (folder / name).mkdir(parents=True, exist_ok=True)
    mid, wav, rows = folder / f"{name}.mid", folder / f"{name}.wav", []
    for first in range(0, len(pieces), AT_ONCE):
        events = []
        for i, (_, _, notes) in enumerate(pieces[first:first + AT_ONCE]):
            events += reset(i * SLOT)
            events += [(i * SLOT + 0.05 + at if message[0] & 0xF0 in (0x80, 0x90) else i * SLOT + 0.02, message) for at, message in notes]
        mid.write_bytes(midi.file(events + [(AT_ONCE * SLOT, bytes((0xB0, 120, 0)))]))
        play(font, mid, wav)
        stereo, rate = soundfile.read(wav, dtype="float32", always_2d=True)
        sound = soxr.resample(stereo.mean(1), rate, RATE)
        for i, (piece, captions, _) in enumerate(pieces[first:first + AT_ONCE]):
            clip = sound[i * SLOT * RATE:(i * SLOT + 10) * RATE]
            if len(clip) < 10 * RATE or np.abs(clip).max() < 0.003:
                continue
            if np.abs(clip).max() > 0.99:
                clip = clip * (0.99 / np.abs(clip).max())
            soundfile.write(folder / name / f"{piece}.flac", clip, RATE)
            rows += [(f"{name}/{piece}.flac", caption) for caption in captions]
    with open(folder / f"{name}.csv", "w", newline="") as file:
        csv.writer(file).writerows([("path", "caption"), *rows])
    mid.unlink(), wav.unlink()
    print(name, len({r[0] for r in rows}), "passages of", len(pieces), len(rows), "captions")


if __name__ == "__main__":
    main()
