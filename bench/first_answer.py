#!/usr/bin/env python3
"""How soon a large collection can be asked: the quick pass beside the whole one, measured on music and multiplied out to more of it.

    bench/first_answer.py --music DIR [--music DIR…] [--hearken build/hearken] [--songs 22000] [--minutes 4]

Makes a new library in two runs: `index --quick`, with searches beside it until one finds something, and `index`, which goes on with the whole (what is
stored then is what `index` alone stores). Prints tracks and seconds of sound a second, when the first search found something, and what that makes of a collection of --songs
songs of --minutes each: the quick pass by the number of tracks, the whole by the seconds of sound. Reading from a slow disk is no part of it: files that fit
are in memory by the second run, and both passes read each file once to know it again. Then a dozen plain queries are asked of the library as it was after either: how often the
quick pass's first track is the whole pass's first, or among its first ten, and how many of the ten are the same.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

QUERIES = ("calm piano", "slow sad strings", "fast drums", "electric guitar", "a choir singing", "happy dance music", "dark ambient drone", "heroic orchestra",
           "acoustic guitar", "flute melody", "electronic beat", "battle music with brass")
FIRST = 60  # seconds after which the newest tracks are counted


def index(hearken, library, music, *options):
    began = time.monotonic()
    done = subprocess.run([hearken, "index", "--json", "--quiet", "--library", library, *options, *music], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    return json.loads(done.stdout), time.monotonic() - began


def find(hearken, library, query):
    done = subprocess.run([hearken, "find", "--json", "--quiet", "-k", "10", "--library", library, query], capture_output=True, text=True)
    return json.loads(done.stdout)["results"] if done.returncode == 0 else []


def tracks_of(hearken, library):
    done = subprocess.run([hearken, "info", "--json", "--quiet", "--library", library], capture_output=True, text=True)
    return json.loads(done.stdout)["tracks"] if done.returncode == 0 else 0


def quick_with_searches(hearken, library, music):
    """The report of the pass, its seconds, when a search that was started then found something first, and how many tracks it could find."""
    began = time.monotonic()
    process = subprocess.Popen([hearken, "index", "--quick", "--json", "--quiet", "--library", library, *music], stdout=subprocess.PIPE, text=True)
    first = None
    while process.poll() is None and first is None:
        if library.exists() and find(hearken, library, QUERIES[0]):
            first = time.monotonic() - began, tracks_of(hearken, library)
        time.sleep(0.2)
    report = json.loads(process.communicate()[0])
    return report, time.monotonic() - began, first


def clock(seconds):
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def compare(hearken, quick, whole):
    first = among = 0
    same = []
    for query in QUERIES:
        few, all_ = ([hit["path"] for hit in find(hearken, library, query)] for library in (quick, whole))
        if not few or not all_:
            continue
        first += few[0] == all_[0]
        among += few[0] in all_
        same.append(len(set(few) & set(all_)) / len(all_))
        print(f"  {query:26} first {'the same' if few[0] == all_[0] else 'no. ' + str(all_.index(few[0]) + 1) if few[0] in all_ else 'not among ten':14} "
              f"of ten {len(set(few) & set(all_))}")
    print(f"the quick pass's first track is the whole's first for {first} of {len(same)} queries, among its ten for {among}; of the ten {sum(same) / len(same):.0%} are the same")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--music", action="append", required=True)
    parser.add_argument("--hearken", default="build/hearken")
    parser.add_argument("--songs", type=int, default=22000)
    parser.add_argument("--minutes", type=float, default=4)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        whole, kept = pathlib.Path(folder) / "whole.db", pathlib.Path(folder) / "quick.db"
        quick, seconds, first = quick_with_searches(args.hearken, whole, args.music)
        kept.write_bytes(whole.read_bytes())
        if (log := whole.with_name("whole.db-wal")).exists():
            kept.with_name("quick.db-wal").write_bytes(log.read_bytes())
        after, after_seconds = index(args.hearken, whole, args.music)
        tracks, sound = after["completed"], after["audio_seconds"]
        print(f"{tracks} tracks, {sound / 3600:.2f} h, model {after['model']}, {os.cpu_count()} CPUs; load {os.getloadavg()[0]:.1f}")
        print(f"quick pass: {seconds:.1f} s, {tracks / seconds:.2f} tracks a second")
        if first:
            print(f"first answer: {first[0]:.1f} s after its start, with {first[1]} tracks to be found")
        print(f"whole after it: {after_seconds:.1f} s, {sound / after_seconds:.0f} x real time; the quick pass takes {seconds / after_seconds:.3f} of that")
        cpu = [sum(report["timings_ms"].values()) / 1000 for report in (quick, after)]
        print(f"CPU: quick {cpu[0]:.1f} s, {cpu[0] / tracks:.3f} s a track; whole {cpu[1]:.1f} s, {sound / cpu[1]:.0f} x real time on one core; the quick pass {cpu[0] / cpu[1]:.3f} of that")
        more = args.songs / tracks
        longer = args.songs * args.minutes * 60 / sound
        print(f"{args.songs} songs of {args.minutes:g} minutes: after {FIRST} s the {min(args.songs, round(FIRST * tracks / seconds))} newest can be found, "
              f"all after {clock(seconds * more)}, whole after {clock(seconds * more + after_seconds * longer)}")
        alone = [args.songs / tracks * cpu[0] / os.cpu_count(), longer * cpu[1] / os.cpu_count()]
        print(f"by CPU time, were the {os.cpu_count()} CPUs free: the {min(args.songs, round(FIRST * args.songs / alone[0]))} newest after {FIRST} s, all after {clock(alone[0])}, whole after {clock(sum(alone))}")
        compare(args.hearken, kept, whole)


if __name__ == "__main__":
    main()
