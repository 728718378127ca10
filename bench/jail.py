#!/usr/bin/env python3
"""What it costs to index with decoders in processes of their own: with and without, in turns.

    bench/jail.py [--short 2000] [--long 100] [--rounds 3] [--program build/hearken] [--threads N]

Short files are the MP3 and FLAC files of samples/, long ones an MP3 of it over and over, 4 minutes; an ID3 tag makes each
different. Prints the wall and CPU seconds of whole processes, decoders included, and the ratios of their medians:
speed with the jail over speed without. Needs nothing but Python 3. On a machine that others use the ratio of CPU
seconds is the steadier one.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONG_SECONDS, GOAL = 240, 0.97


def id3(number):
    """An ID3v2.3 tag with a title of its own."""
    text = b"\0" + b"%08d" % number
    frame = b"TIT2" + len(text).to_bytes(4, "big") + b"\0\0" + text
    return b"ID3\3\0\0" + bytes([0, 0, 0, len(frame)]) + frame


def without_id3(data):
    if data[:3] != b"ID3": return data
    return data[10 + (data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]):]


def make(folder, short, long):
    sources = [p for p in sorted((ROOT / "samples").rglob("*")) if p.suffix in (".mp3", ".flac")]
    small = [p for p in sources if p.stat().st_size < 400_000]
    for i in range(short):
        source = small[i % len(small)]
        (folder / f"short-{i}{source.suffix}").write_bytes(id3(i) + without_id3(source.read_bytes()))
    mp3 = next(p for p in sources if p.suffix == ".mp3")
    body = without_id3(mp3.read_bytes())
    library = folder / "length.db"
    seconds = index(PROGRAM, library, [mp3])[2]["audio_seconds"]
    library.unlink()
    for i in range(long):
        (folder / f"long-{i}.mp3").write_bytes(id3(short + i) + body * max(1, round(LONG_SECONDS / seconds)))


def index(program, library, paths, **environment):
    """Wall seconds, CPU seconds and the report of one process."""
    command = [program, "index", "--json", "--quiet", "--library", library, *OPTIONS, *paths]
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ, **environment))
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0: sys.exit(f"index ended with status {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, json.loads(output)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--short", type=int, default=2000)
parser.add_argument("--long", type=int, default=100)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--threads", type=int, default=0)
parser.add_argument("--program", type=Path, default=ROOT / "build/hearken")
asked = parser.parse_args()
PROGRAM, OPTIONS = asked.program, ["--threads", str(asked.threads)] if asked.threads else []

with tempfile.TemporaryDirectory() as temporary:
    folder, library = Path(temporary) / "sound", Path(temporary) / "library.db"
    folder.mkdir()
    make(folder, asked.short, asked.long)
    for name in ("short", "long"):
        files = sorted(folder.glob(f"{name}-*"))
        if not files: continue
        walls, cpus = {True: [], False: []}, {True: [], False: []}
        for turn in range(2 * asked.rounds):
            jailed = turn % 4 in (0, 3)
            library.unlink(missing_ok=True)
            wall, cpu, report = index(PROGRAM, library, files, HEARKEN_DECODE_IN_PROCESS="" if jailed else "1")
            if report["indexed"] != len(files): sys.exit(f"{report['indexed']} of {len(files)} indexed")
            walls[jailed].append(wall)
            cpus[jailed].append(cpu)
            print(f"  {name:<5} {'jailed' if jailed else 'within':<6} {wall:7.2f} s wall {cpu:7.2f} s CPU", flush=True)
        ratio = {kind: statistics.median(of[False]) / statistics.median(of[True]) for kind, of in (("wall", walls), ("CPU", cpus))}
        print(f"{len(files)} {name} files, {report['audio_seconds'] / 3600:.2f} h: speed with / without "
              f"{ratio['wall']:.3f} (wall), {ratio['CPU']:.3f} (CPU); goal >= {GOAL}")
