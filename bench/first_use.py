#!/usr/bin/env python3
"""How long a newcomer waits: indexing a folder, and a search from a cold start.

    bench/first_use.py FOLDER [PROGRAM]      # PROGRAM: build/hearken

Prints each figure beside its goal and the ratio of the two (below 1: the goal is met). Searches are whole processes, as a
person starts them; the median of nine after one warm-up. Needs nothing but Python 3.
"""
import json, os, statistics, subprocess, sys, tempfile, time
from pathlib import Path

GOAL_REAL_TIME, GOAL_FIND_SECONDS, GOAL_PEAK_MB = 100, 0.25, 400


def run(*command):
    """Seconds, peak memory in MB and standard output of one process."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))}: ended with status {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - begin, usage.ru_maxrss / 1024, output


def report(name, figure, goal, ratio):
    print(f"{name:<24} {figure:<22} goal {goal:<22} ratio {ratio:.2f}")


if len(sys.argv) < 2:
    sys.exit(__doc__)
folder = sys.argv[1]
program = sys.argv[2] if len(sys.argv) > 2 else Path(__file__).resolve().parent.parent / "build/hearken"
with tempfile.TemporaryDirectory() as temporary:
    library = Path(temporary) / "library.db"
    seconds, peak, output = run(program, "index", "--json", "--quiet", "--library", library, folder)
    index = json.loads(output)
    speed = index["audio_seconds"] / seconds
    print(f"{index['indexed']} files, {index['audio_seconds'] / 3600:.2f} h of sound, {os.cpu_count()} CPUs, model {index['model']}")
    report("index", f"{speed:.0f}x real time", f">= {GOAL_REAL_TIME}x", GOAL_REAL_TIME / speed)
    report("peak memory of index", f"{peak:.0f} MB", f"<= {GOAL_PEAK_MB} MB", peak / GOAL_PEAK_MB)
    finds = [run(program, "find", "--quiet", "--library", library, "calm piano")[0] for _ in range(10)][1:]
    median = statistics.median(finds)
    report("find from a cold start", f"{median * 1000:.0f} ms", f"<= {GOAL_FIND_SECONDS * 1000:.0f} ms", median / GOAL_FIND_SECONDS)
    parts = {stage: index["timings_ms"][stage] / 1000 for stage in index["timings_ms"]}
    total = sum(parts.values())
    print("CPU seconds:", ", ".join(f"{stage} {value:.2f} ({value / total:.0%})" for stage, value in parts.items()))
