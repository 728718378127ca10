"""Which share of `hearken index` the measuring of sound has (loudness, tempo, key, brightness, fingerprint), and what it was before.

    bench/measuring.py --music DIR [--hearken build/hearken] [--before OLD/hearken] [--rounds N]

Each round indexes the folder into a new library with each program, in turns, and reads the CPU seconds of the stages. The share is of all stages
together; the ratio is of the round's two programs. Medians over the rounds are said last. With --before it also says where the two differ in what
they measured, and which share of the landmarks is the same.
"""
import argparse
import json
import pathlib
import sqlite3
import statistics
import subprocess
import tempfile


def index(hearken, music, library):
    done = subprocess.run([hearken, "index", "--json", "--library", library, music], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["timings_ms"]


def landmarks(data):
    """{(frame, bin)} of a stored fingerprint (docs/LIBRARY.md)."""
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    frame, found = 0, set()
    for number in numbers[2:]:
        frame += number >> 9
        found.add((frame, number & 511))
    return found


def stored(library):
    rows = sqlite3.connect(library).execute(
        "SELECT t.path, g.loudness, g.tempo, g.key, g.brightness, f.data FROM tracks t JOIN fingerprints f ON f.track_id = t.id "
        "LEFT JOIN features g ON g.track_id = t.id")
    return {path: (values, landmarks(data)) for path, *values, data in rows}


def print_differences(before, now):
    both = sorted(before.keys() & now.keys())
    pairs = [(before[path], now[path]) for path in both]
    same = sum(len(a[1] & b[1]) for a, b in pairs) / max(1, sum(len(a[1] | b[1]) for a, b in pairs))
    print(f"{len(both)} tracks; {same:.2%} of the landmarks of either are in both")
    for place, what in enumerate(("loudness, LU", "tempo, beats a minute", "key", "brightness, Hz")):
        values = [(a[0][place], b[0][place]) for a, b in pairs]
        others = sum(x != y for x, y in values)
        steps = [abs(x - y) for x, y in values if isinstance(x, float) and isinstance(y, float)]
        print(f"{what}: {others} not the same" + (f", at most {max(steps):.2f} apart" if steps else ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--music", required=True)
    parser.add_argument("--hearken", default="build/hearken")
    parser.add_argument("--before")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    programs = {"before": args.before, "now": args.hearken} if args.before else {"now": args.hearken}
    shares, seconds = {name: [] for name in programs}, {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(args.rounds):
            for name, program in programs.items():
                library = pathlib.Path(folder) / f"{name}-{turn}"
                stages = index(program, args.music, library)
                shares[name].append(stages["hearing"] / sum(stages.values()))
                seconds[name].append(stages["hearing"] / 1000)
                print(f"{name}: measuring {seconds[name][-1]:.2f} s of CPU, {shares[name][-1]:.1%} of all stages", flush=True)
        if args.before:
            print_differences(*(stored(pathlib.Path(folder) / f"{name}-0") for name in programs))
    for name in programs:
        print(f"{name}: median share {statistics.median(shares[name]):.1%}")
    if args.before:
        print(f"now / before: {statistics.median(b / a for a, b in zip(seconds['before'], seconds['now'])):.3f}")


if __name__ == "__main__":
    main()
