"""What Python costs beside the library itself: the figures of docs/PYTHON.md.

    PYTHON bench/python.py [--program hearken] [--sounds samples] [--pairs 200] [--minutes 60]

PYTHON has the package installed; --program is the C++ example that does the same (build/hearken_python_baseline). Both
run in turns, on the same library and the same files, and the median of the differences is told.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
import wave

import numpy as np

import hearken_audio as hk


class Baseline:
    """The C++ program: a line in, its milliseconds out."""

    def __init__(self, program, library):
        models = pathlib.Path(hk.__file__).parent / "models"
        self.process = subprocess.Popen([program, str(library)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "HEARKEN_MODELS": str(models)})

    def __call__(self, kind, what):
        self.process.stdin.write(f"{kind}\t{what}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(call):
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def beyond(call):
    """Milliseconds of a search that are neither embedding nor searching: short, so that a busy machine matters less."""
    began = time.perf_counter()
    result = call()
    return (time.perf_counter() - began - result.embed_seconds - result.search_seconds) * 1000


def paired(name, ours, theirs, pairs):
    ours(), theirs()
    rows = []
    for turn in range(pairs):
        rows.append((ours(), theirs()) if turn % 2 else tuple(reversed((theirs(), ours()))))
    python, native = (statistics.median(column) for column in zip(*rows))
    apart = statistics.median(a - b for a, b in rows)
    print(json.dumps({"what": name, "pairs": pairs, "python_ms": round(python, 3), "native_ms": round(native, 3),
                      "difference_ms": round(apart, 3), "ratio": round(statistics.median(a / b for a, b in rows), 4)}))


def long_sound(folder, minutes):
    path = folder / "long.wav"
    noise = np.random.default_rng(1).normal(0, 3000, 48000 * 60).astype("<i2").tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(48000)
        for _ in range(minutes):
            file.writeframes(noise)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--sounds", default="samples", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--minutes", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lib = hk.Library(pathlib.Path(folder) / "library.db")
        lib.index(options.sounds)
        baseline = Baseline(options.program, lib.path)
        paired("find", lambda: timed(lambda: lib.find("rain on a roof")), lambda: baseline("find", "rain on a roof"), options.pairs)
        paired("find, beyond embedding and searching", lambda: beyond(lambda: lib.find("rain on a roof")),
               lambda: baseline("beyond", "rain on a roof"), options.pairs)
        paired("text", lambda: timed(lambda: lib.model.text("rain on a roof")), lambda: baseline("text", "rain on a roof"), options.pairs)
        if options.minutes:
            sound = long_sound(pathlib.Path(folder), options.minutes)
            paired(f"{options.minutes} minutes of sound", lambda: timed(lambda: lib.model.audio(sound)),
                   lambda: baseline("audio", sound), 5)
        baseline.close()


if __name__ == "__main__":
    main()
