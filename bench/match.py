"""`hearken match` and `hearken dedupe` on real music: excerpts and copies that ffmpeg makes, and what becomes of them.

    bench/match.py --music DIR --others DIR [--work DIR] [--hearken build/hearken] [--library FILE]

--music is indexed (or --library holds it already), --others is not. For every track of at least 30 s, at random places and levels:
  20 s        re-encoded to MP3 at 64 kbit/s, mono or stereo, at 22.05, 44.1 or 48 kHz
  5 s white   under white noise of all frequencies, 10 dB below the sound
  5 s pink    under pink noise, 10 dB below
A place counts as right when it is within 0.1 s, or when the sound itself is there too: music of games repeats itself, and the excerpt's
source and the place that was named, both as they are in the file (8 kHz, mono), correlate by at least 0.8 at some lag within 0.1 s.
A match of a track of --others is false unless the sound is there. The time is what the program says it took to listen and search; its start is not in it.
On a busy machine look at the best quarter.
Copies for dedupe: one each of every second track, the kinds in turn (COPIES). Needs ffmpeg and NumPy.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

from sounds import ffmpeg, seconds_of, sounds_below

COPIES = {
    "mp3 64": ("mp3", [], ["-b:a", "64k"]),
    "opus 48": ("opus", [], ["-b:a", "48k"]),
    "7.3 s cut, mp3 128": ("mp3", ["-ss", "7.3"], ["-b:a", "128k"]),
    "-12 dB, vorbis": ("ogg", [], ["-af", "volume=-12dB", "-b:a", "96k"]),
    "fades of 8 and 15 s": ("mp3", [], ["-af", "afade=t=in:d=8,afade=t=out:st={fade}:d=15", "-b:a", "96k"]),
    "middle 60 %": ("mp3", ["-ss", "{fifth}", "-t", "{most}"], ["-b:a", "128k"]),
    "equalized, compressed": ("mp3", [], ["-af", "equalizer=f=200:t=q:w=1:g=6,equalizer=f=3000:t=q:w=1:g=-6,"
                                          "acompressor=threshold=-20dB:ratio=4:makeup=6dB", "-b:a", "160k"]),
    "mono 22 kHz, mp3 56": ("mp3", [], ["-ac", "1", "-ar", "22050", "-b:a", "56k"]),
    "flac": ("flac", [], ["-sample_fmt", "s16"]),
}


def sound(path, rate, start=0.0, seconds=None):
    cut = ["-ss", f"{start:.4f}"] + (["-t", f"{seconds:.4f}"] if seconds else [])
    return np.frombuffer(ffmpeg(*cut, "-i", path, "-ac", 1, "-ar", rate, "-f", "f32le", "-"), dtype=np.float32).astype(float)


def tracks(folder):
    return [(p, s) for p in sounds_below(folder) if (s := seconds_of(p)) >= 30]


def same_sound(a, a_start, b, b_start, seconds):
    """The correlation of two places, at the best lag within 0.1 s."""
    rate, lag = 8000, 800
    x = sound(a, rate, a_start, seconds)
    y = sound(b, rate, max(0.0, b_start - 0.1), seconds + 0.2)
    if len(y) < len(x) or not len(x):
        return 0.0
    size = 1 << (len(x) + len(y)).bit_length()
    products = np.fft.irfft(np.conj(np.fft.rfft(x, size)) * np.fft.rfft(y, size), size)[:min(2 * lag, len(y) - len(x)) + 1]
    energy = np.concatenate([[0], np.cumsum(y * y)])
    lengths = np.sqrt(np.maximum(energy[len(x):][:len(products)] - energy[:len(products)], 1e-12) * max(float(x @ x), 1e-12))
    return float(np.max(products / lengths))


def excerpts(path, seconds, draw, folder):
    """(kind, file, start, length) of three excerpts."""
    stem = folder / f"{draw.randrange(10**9)}"
    start, level = draw.uniform(2, seconds - 24), draw.choice(["-10dB", "-4dB", "0dB"])
    coded = stem.with_suffix(".mp3")
    ffmpeg("-ss", f"{start:.4f}", "-t", 20, "-i", path, "-vn", "-af", f"volume={level}", "-ac", draw.choice([1, 2]), "-ar",
           draw.choice([22050, 44100, 48000]), "-b:a", "64k", coded)
    yield "20 s", coded, start, 20
    for kind in ("white", "pink"):
        start = draw.uniform(2, seconds - 8)
        clean = sound(path, 44100, start, 5)
        noise = np.random.default_rng(draw.randrange(10**9)).standard_normal(len(clean))
        if kind == "pink":
            spectrum = np.fft.rfft(noise)
            noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(clean))
        noise *= np.sqrt(np.mean(clean**2) / max(np.mean(noise**2), 1e-20)) / 10**0.5
        noisy = stem.with_suffix(f".{kind}.wav")
        ffmpeg("-f", "f32le", "-ar", 44100, "-ac", 1, "-i", "-", noisy, data=(0.5 * (clean + noise)).astype(np.float32).tobytes())
        yield f"5 s {kind}", noisy, start, 5


def run(program, *arguments):
    began = time.perf_counter()
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"hearken {arguments[0]}: {done.stderr}")
    return json.loads(done.stdout), time.perf_counter() - began


def bench_match(options, library, folder):
    draw = random.Random(1)
    table = {}
    for own, paths in ((True, tracks(options.music)), (False, tracks(options.others)[:options.most])):
        for path, seconds in paths:
            for kind, excerpt, start, length in excerpts(path, seconds, draw, folder):
                report, _ = run(options.hearken, "match", excerpt, "--library", library, "--json")
                excerpt.unlink()
                row = table.setdefault((kind, own), {"n": 0, "track": 0, "place": 0, "exact": 0, "false": 0, "least": 1.0, "times": []})
                row["n"] += 1
                row["times"].append((report["timings_ms"]["listen"] + report["timings_ms"]["search"]) / 1000 / length)
                hits = report["results"]
                first = hits[0] if hits else None
                if own and first and first["path"] == str(path):
                    row["track"] += 1
                    row["least"] = min(row["least"], first["confidence"])
                    exact = abs(first["offset"] - start) <= 0.1
                    row["exact"] += exact
                    row["place"] += exact or same_sound(path, start, path, first["offset"], length) >= 0.8
                elif first and same_sound(path, start, first["path"], first["offset"], length) < 0.8:
                    row["false"] += 1
                    print(f"  {kind} of {path.name} at {start:.1f} s taken for {first['path']} at {first['offset']:.1f} s, "
                          f"confidence {first['confidence']:.2f}", file=sys.stderr)
    for (kind, own), r in sorted(table.items(), key=lambda item: not item[0][1]):
        times = np.array(r["times"])
        time_used = f"1/{1 / np.median(times):.0f} of its length (best quarter 1/{1 / np.quantile(times, 0.25):.0f})"
        if own:
            print(f"{kind:11} of {r['n']} tracks: {100 * r['track'] / r['n']:.1f} % own track, {100 * r['place'] / r['n']:.1f} % own place "
                  f"({r['exact']} within 0.1 s), {r['false']} another's, least confidence {r['least']:.2f}, {time_used}")
        else:
            print(f"{kind:11} of {r['n']} tracks that are not in the library: {r['false']} false, {time_used}")


def bench_dedupe(options, folder):
    copies = folder / "copies"
    copies.mkdir()
    found = tracks(options.music)
    made = {}
    for i, (path, seconds) in enumerate(found[::2]):
        kind = list(COPIES)[i % len(COPIES)]
        ending, cut, coding = COPIES[kind]
        numbers = {"fade": f"{seconds - 15:.2f}", "fifth": f"{seconds / 5:.2f}", "most": f"{seconds * 0.6:.2f}"}
        copy = copies / f"{i}.{ending}"
        filled = [[a.format(**numbers) for a in part] for part in (cut, coding)]
        ffmpeg(*filled[0], "-i", path, "-vn", "-map_metadata", "-1", *filled[1], copy)
        made[str(copy)] = (str(path), kind)
    library = folder / "copies.db"
    if options.library:
        shutil.copy(options.library, library)
    else:
        run(options.hearken, "index", options.music, "--library", library, "--json")
    before, _ = run(options.hearken, "dedupe", "--library", library, "--json")
    run(options.hearken, "index", copies, "--library", library, "--json")
    after, elapsed = run(options.hearken, "dedupe", "--library", library, "--json")
    groups = [{t["path"] for t in g["tracks"]} for g in after["groups"]]
    together = {frozenset((a, b)) for g in groups for a in g for b in g if a != b}
    known = {frozenset((a, b)) for g in before["groups"] for a in (t["path"] for t in g["tracks"]) for b in (t["path"] for t in g["tracks"]) if a != b}
    right = sum(frozenset((copy, path)) in together for copy, (path, _) in made.items())
    source = {path: path for path, _ in found} | {copy: path for copy, (path, _) in made.items()}
    false = [p for p in together if len({source.get(t, t) for t in p}) == 2
             and frozenset(source.get(t, t) for t in p) not in known]
    print(f"dedupe: {right} of {len(made)} copies found, {len(false)} false pairs, {len(before['groups'])} groups among the {len(found)} originals "
          f"(listen to them), {after['tracks']} tracks in {elapsed:.1f} s")
    likeness = {}
    for group in after["groups"]:
        for t in group["tracks"]:
            if t["path"] in made:
                likeness.setdefault(made[t["path"]][1], []).append(t["likeness"])
    for kind, names in likeness.items():
        print(f"    {kind:22} {', '.join(sorted(names))}")
    for copy, (path, kind) in made.items():
        if frozenset((copy, path)) not in together:
            print(f"    not found: {kind} of {path}")
    for group in before["groups"]:
        print(f"    together before: {', '.join(pathlib.Path(t['path']).name for t in group['tracks'])}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--music", required=True)
    parser.add_argument("--others", required=True)
    parser.add_argument("--hearken", default="build/hearken")
    parser.add_argument("--library", help="that holds --music already")
    parser.add_argument("--most", type=int, default=130, help="tracks of --others")
    parser.add_argument("--work", default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        folder = pathlib.Path(name).resolve()
        library = options.library or folder / "library.db"
        if not options.library:
            run(options.hearken, "index", options.music, "--library", library, "--json")
        bench_match(options, library, folder)
        bench_dedupe(options, folder)


if __name__ == "__main__":
    main()
