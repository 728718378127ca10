#!/usr/bin/env python3
"""What loading a model costs: time to the first text vector, and memory with both towers in it.

    bench/model_load.py MODEL [PROGRAM]      # MODEL: a directory, a .pt file or a name; PROGRAM: build/hearken

Whole processes, files in the page cache; the median of nine after one warm-up. Memory is the highest of a process that
embeds a sound and a text. Needs nothing but Python 3.
"""
import os, statistics, subprocess, sys, tempfile, time
from pathlib import Path

GOAL_SECONDS, GOAL_MB = 0.6, 500
ROOT = Path(__file__).resolve().parent.parent


def run(*command):
    """Seconds and peak memory in MB of one process."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(error)
    return time.monotonic() - begin, usage.ru_maxrss / 1024


if len(sys.argv) < 2:
    sys.exit(__doc__)
model, program = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ROOT / "build/hearken"
for precision in ("fp32", "bf16"):
    with tempfile.TemporaryDirectory() as folder:
        common = ("--model", model, "--precision", precision, "--quiet")
        text = (program, "embed", "--text", "a dog barking", "--out", f"{folder}/x.npy", *common)
        run(*text)
        seconds = statistics.median(run(*text)[0] for _ in range(9))
        sounds = Path(folder) / "sounds"
        sounds.mkdir()
        (sounds / "dog.flac").write_bytes((ROOT / "tests/golden/dog.flac").read_bytes())
        _, peak = run(program, "find", "a dog barking", "--dir", sounds, "-k", "1", "--library", f"{folder}/l.db", *common)
    print(f"{precision}  first text vector {seconds:.3f} s (goal {GOAL_SECONDS}, ratio {seconds / GOAL_SECONDS:.2f})   "
          f"both towers {peak:.0f} MB" + (f" (goal {GOAL_MB}, ratio {peak / GOAL_MB:.2f})" if precision == "bf16" else ""))
