"""`hearken like` on excerpts: is the track that an excerpt was cut from the first answer, however many answers are asked for?

    bench/excerpts.py [--music DIR] [--library FILE] [--count 400] [--seed 1] [--work DIR] [--hearken build/hearken]

Every other excerpt is of a track drawn from the shorter half of all, the others of a moment drawn from all the sound of the longer half; 10 to
25 s of it. It is written as WAV, so the library does not know its bytes, and asked about with -k 10 and -k 50. The track counts as
first when it is the first answer, or when the first answer is another file with the same recording (hearken dedupe says which are). The
interval is Wilson's, 95 %. An excerpt that the library holds nothing of but silence has no answer; it is counted apart.

Without --music the tracks are made of samples/: pieces of them, each at a pitch of its own from 8 semitones below to 8 above, put together
into 60 short tracks (one to three pieces) and 10 long ones (forty to fifty). No piece is used twice, but each has relatives a semitone away in
other tracks: a search that counts votes by the window gives the long ones too many. With --music all tracks of a folder, of at least 10 s.

Needs ffmpeg and NumPy.
"""
import argparse
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import wave

import numpy as np

from sounds import ffmpeg, seconds_of, sounds_below

RATE = 44100
SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "samples"
SHORTEST, LONGEST = 10.0, 25.0  # of excerpts, seconds
ANSWERS = (10, 50)


def made_tracks(folder, draw):
    """Short and long tracks of the samples at other pitches."""
    sounds = [np.frombuffer(ffmpeg("-i", p, "-ac", 1, "-ar", RATE, "-f", "f32le", "-"), dtype=np.float32) for p in sounds_below(SAMPLES)]
    pieces = [(sound, semitone) for sound in sounds if len(sound) > 2 * RATE for semitone in range(-8, 9)]
    draw.shuffle(pieces)
    sizes = [draw.randint(1, 3) for _ in range(60)] + [draw.randint(40, 50) for _ in range(10)]
    for number, size in enumerate(sizes):
        parts = []
        while pieces and (len(parts) < size or sum(map(len, parts)) < SHORTEST * RATE):
            sound, semitone = pieces.pop()
            speed = 2 ** (semitone / 12)
            parts.append(np.interp(np.arange(int(len(sound) / speed)) * speed, np.arange(len(sound)), sound))
        if sum(map(len, parts)) < SHORTEST * RATE:
            break
        write_wav(folder / f"track {number:02}.wav", np.concatenate(parts))


def write_wav(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments), "--json"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"hearken {arguments[0]}: {done.stderr}")
    return json.loads(done.stdout)


def excerpts(tracks, count, draw, folder):
    """(track, excerpt, whether the track is one of the longer half)"""
    tracks = sorted(tracks, key=lambda track: track[1])
    halves = tracks[:len(tracks) // 2], tracks[len(tracks) // 2:]
    for number in range(count):
        half = halves[number % 2]
        [(path, seconds)] = draw.choices(half, weights=[1 if number % 2 == 0 else seconds for _, seconds in half])
        length = min(draw.uniform(SHORTEST, LONGEST), seconds)
        start = draw.uniform(0, seconds - length)
        excerpt = folder / "excerpt.wav"
        ffmpeg("-ss", f"{start:.4f}", "-t", f"{length:.4f}", "-i", path, "-vn", "-map_metadata", "-1", excerpt)
        yield path, excerpt, number % 2 == 1, start, length


def interval(right, count):
    """Wilson, 95 %"""
    z = 1.959964
    share, middle = right / count, z * z / (2 * count)
    reach = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (share + middle - reach) / (1 + 2 * middle), (share + middle + reach) / (1 + 2 * middle)


def said(right, count):
    if count == 0:
        return "none"
    low, high = interval(right, count)
    return f"{right} of {count} ({right / count:.3f}, {low:.3f}-{high:.3f})"


def measure(options, library, tracks, folder):
    draw = random.Random(options.seed)
    copies = {}
    for group in run(options.hearken, "dedupe", "--library", library)["groups"]:
        paths = {track["path"] for track in group["tracks"]}
        for path in paths:
            copies.setdefault(path, set()).update(paths)
    right = {(n, half): 0 for n in ANSWERS for half in (False, True)}
    asked, few, silent = {False: 0, True: 0}, dict.fromkeys(ANSWERS, 0), 0
    others = len(tracks)
    for path, excerpt, is_long, start, length in excerpts(tracks, options.count, draw, folder):
        answers = {n: run(options.hearken, "like", excerpt, "-k", n, "--inputs", 0, "--library", library)["results"] for n in ANSWERS}
        if not answers[ANSWERS[0]]:
            silent += 1
            continue
        asked[is_long] += 1
        for n, results in answers.items():
            few[n] += len(results) < min(n, others)
            first = results[0]["path"]
            if first == str(path) or first in copies.get(str(path), ()):
                right[n, is_long] += 1
            else:
                print(f"  -k {n}: {length:.1f} s of {path.name} from {start:.1f} s on: first is {pathlib.Path(first).name}", file=sys.stderr)
    middle = sorted(seconds for _, seconds in tracks)[len(tracks) // 2]
    print(f"{len(tracks)} tracks, {sum(seconds for _, seconds in tracks) / 60:.0f} minutes, half of them shorter than {middle:.0f} s; "
          f"{sum(asked.values())} excerpts of {SHORTEST:.0f} to {LONGEST:.0f} s, {silent} more without an answer")
    for n in ANSWERS:
        print(f"own track first, -k {n}: {said(sum(right[n, half] for half in asked), sum(asked.values()))}; of shorter tracks "
              f"{said(right[n, False], asked[False])}, of longer ones {said(right[n, True], asked[True])}; fewer than {n} answers: {few[n]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--music", help="a folder of tracks, instead of the made ones")
    parser.add_argument("--library", help="that holds them already")
    parser.add_argument("--count", type=int, default=400, help="excerpts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", default=None, help="where temporary files go")
    parser.add_argument("--hearken", default="build/hearken")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        folder = pathlib.Path(name).resolve()
        music = folder / "music"
        if not options.music:
            music.mkdir()
            made_tracks(music, random.Random(options.seed))
        library = options.library or folder / "library.db"
        if not options.library:
            run(options.hearken, "index", options.music or music, "--library", library)
        tracks = [(p, s) for p in sounds_below(options.music or music) if (s := seconds_of(p)) >= SHORTEST]
        measure(options, library, tracks, folder)


if __name__ == "__main__":
    main()
