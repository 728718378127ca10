#!/usr/bin/env python3
"""A folder of MP3s to vectors, and a text search: Hearken beside the Python program a person would write.

    ref/bin/python bench/end_to_end.py WORK [FOLDER] [--seconds 2100] [--program build/hearken]

WORK and ref: see tests/reference/README.md; WORK/hf-base-safetensors is used. FOLDER's MP3s are taken in order until they
are --seconds long. Without FOLDER: Debian's wesnoth-1.16-music (apt-get download), its Ogg files encoded as MP3 in
WORK/mp3. Whole processes, one after the other, once each; the Python side takes minutes. Run it on an idle machine.
"""
import argparse, json, statistics, subprocess, sys, tempfile, time
from pathlib import Path

import soundfile

from compare import LeftOut, ROOT, hearken, machine

PACKAGE, TRACKS = "wesnoth-1.16-music", "usr/share/games/wesnoth/1.16/data/core/music"
GOAL_PYTHON, GOAL_STARTER, GOAL_TOWER = 8, 400, 0.85
SHIRA = "shira, published, on another machine"
RECORDINGS, ASSUMED_SECONDS = 13171, 300  # the number is published, the mean length is not: five minutes are assumed


def music(work, seconds):
    """A folder of MP3s of at least that many seconds, made once."""
    folder = work / "mp3"
    folder.mkdir(parents=True, exist_ok=True)
    if not (work / TRACKS).exists():
        subprocess.run(["apt-get", "download", "-qq", PACKAGE], cwd=work, check=True)
        subprocess.run(["dpkg", "-x", next(work.glob(f"{PACKAGE}_*.deb")), work], check=True)
    for source in sorted((work / TRACKS).glob("*.ogg")):
        if seconds <= 0: break
        target, part = folder / f"{source.stem}.mp3", folder / "part"
        if not target.exists():
            with soundfile.SoundFile(source) as sound, soundfile.SoundFile(part, "w", sound.samplerate, sound.channels, format="MP3") as mp3:
                for block in sound.blocks(65536): mp3.write(block)
            part.rename(target)
        seconds -= soundfile.info(source).duration
    return folder


def first_files(folder, seconds):
    chosen = []
    for path in sorted(folder.rglob("*.mp3")):
        if seconds <= 0: break
        chosen.append(path)
        seconds -= soundfile.info(path).duration
    return chosen or sys.exit(f"{folder}: no MP3s")


def index(program, files, *options):
    """Seconds of the process, its report, and the seconds of a text search in a program that has loaded."""
    with tempfile.TemporaryDirectory() as folder:
        common = ("--library", Path(folder) / "library.db", "--json", "--quiet", *options)
        begin = time.monotonic()
        report = json.loads(hearken(program, "index", *common, *files))
        seconds = time.monotonic() - begin
        finds = [json.loads(hearken(program, "find", "calm piano", *common))["timings_ms"] for _ in range(9)]
    if report["skipped"]: sys.exit(f"skipped: {report['skipped']}")
    return seconds, report, statistics.median(t["embed"] + t["search"] for t in finds) / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seconds", type=float, default=2100)
    parser.add_argument("--program", type=Path, default=ROOT / "build/hearken")
    args = parser.parse_args()
    model = args.work / "hf-base-safetensors"
    if not (model / "model.safetensors").exists(): sys.exit(f"{model}: no checkpoint; tests/reference/checkpoints.py writes it")
    files = first_files(args.folder or music(args.work, args.seconds), args.seconds)

    ours = {}
    for name, options in {**{f"Hearken, HTSAT-base, {p}": ("--model", model, "--precision", p) for p in ("auto", "fp32", "int8")},
                          "Hearken, starter": ("--model", "starter")}.items():
        try:
            ours[name] = index(args.program, files, *options)
        except LeftOut as reason:
            print(f"left out: {name}: {reason}")
    begin = time.monotonic()
    python = json.loads(subprocess.run([sys.executable, ROOT / "bench/python_pipeline.py", model, *files], check=True, capture_output=True).stdout)
    whole = time.monotonic() - begin

    sound = python["audio_seconds"]
    print(f"\n{machine()}; {len(files)} MP3s, {sound / 3600:.2f} h, {sound / len(files):.0f} s each\n")
    print(f"{'':<40} {'seconds':>8} {'hours a minute':>15} {'x real time':>12} {'s a file':>9} {'search, s':>10}")

    def row(name, seconds, search):
        print(f"{name:<40} {seconds:>8.1f} {sound / 60 / seconds:>15.2f} {sound / seconds:>12.0f} {seconds / len(files):>9.2f} {search:>10.3f}")

    row("Python, librosa and transformers", whole, python["search_seconds"])
    for name, (seconds, _, search) in ours.items(): row(name, seconds, search)
    print(f"{SHIRA:<40} {'':>8} {'':>15} {'':>12} {8.85:>9.2f} {0.346:>10.3f}\n")
    for name, (seconds, report, _) in ours.items():
        share = report["timings_ms"]["tower"] / sum(report["timings_ms"].values())
        goals = f"{sound / seconds:.0f}x real time (goal {GOAL_STARTER})" if "starter" in name else (
            f"{whole / seconds:.1f}x Python (goal {GOAL_PYTHON}; {python['seconds'] / seconds:.1f}x without its {python['load_seconds']:.0f} s of loading)")
        print(f"{name}: {goals}; {share:.0%} of the CPU time in the tower" + ("" if "starter" in name else f" (goal {GOAL_TOWER:.0%})"))
    print(f"\n{RECORDINGS} classical recordings, extrapolated from this run, each assumed to last {ASSUMED_SECONDS / 60:.0f} minutes:")
    for name, (seconds, _, _) in ours.items(): print(f"{name}: {RECORDINGS * ASSUMED_SECONDS * seconds / sound / 3600:.1f} h")
    print("published, a V100-class machine, other software, their own lengths: more than 48 h")


if __name__ == "__main__": main()
