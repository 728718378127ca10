#!/usr/bin/env python3
"""Writes fuzz/corpus/landmarks: stored fingerprints (src/audio/measure/landmark_bytes.cpp) that are sound, and that are wrong in one way each.

Needs the standard library alone. Run it again after a change; the same bytes come out.
"""
import random
from pathlib import Path


def number(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def fingerprint(peaks, frames, version=1):
    out, before = number(version) + number(frames), 0
    for frame, bin in peaks:
        out += number((frame - before) * 512 + bin)
        before = frame
    return out


def main():
    folder = Path(__file__).parent / "corpus/landmarks"
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(1)
    music = sorted({(draw.randrange(500), draw.randrange(16, 464)) for _ in range(250)})
    good = fingerprint(music, 500)
    inputs = {
        "nothing": b"", "one": fingerprint([(3, 100)], 10), "music": good, "cut": good[:-1], "cut_at_a_peak": good[:10],
        "all_in_a_frame": fingerprint([(0, b) for b in range(512)], 1), "far": fingerprint([(0, 0), (2**32 - 2, 511)], 2**32 - 1),
        "tone": fingerprint([(f, 128) for f in range(0, 9000, 9)], 9000), "all_cells": fingerprint([(f, b) for f in range(3) for b in range(512)], 3),
        "version_2": fingerprint(music, 500, 2), "version_0": fingerprint(music, 500, 0), "version_huge": fingerprint(music, 500, 2**40),
        "version_alone": b"\x01", "no_peaks": fingerprint([], 10), "no_frames": fingerprint([(0, 5)], 0),
        "peak_behind_the_end": fingerprint([(10, 5)], 10), "twice": fingerprint([(1, 5), (1, 5)], 10),
        "backwards": fingerprint([(1, 6), (1, 5)], 10), "frames_huge": fingerprint([(1, 5)], 2**32), "frames_49_bits": fingerprint([(1, 5)], 2**49 - 1),
        "frame_huge": number(1) + number(10) + number(2**49 - 1), "endless_number": number(1) + number(10) + b"\xff" * 30,
        "long_number": number(1) + number(10) + b"\x85\x00", "tail": good + b"\x80", "zeros": bytes(64), "ones": b"\xff" * 64, "text": b"landmarks",
    }
    for name, data in inputs.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
