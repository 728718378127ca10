"""`hearken events` on mixtures whose events are known: ESC-10 clips over noise at several levels, F1 by class.

    bench/events.py --esc10 DIR [--recordings 345] [--ambience FILE…] [--work DIR] [--hearken build/hearken] [-- OPTION…]

Every clip whose name begins with one of the digits in --recordings (a recording's clips share their first number, and the first digit is
its fold) is used once at each signal-to-noise ratio of SNRS. A mixture holds eight clips, 1.5 to 4 s apart, over white, pink or brown
noise, the hum of a room or, in turn, a file of --ambience. What is drawn is drawn from one seed.

A clip's true events: 50 ms are on when their power is within 30 dB of the clip's loudest 50 ms; the silence before and after is cut off; a
pause of 2 s or more divides the clip, shorter ones belong to the event. The ratio is that of the mean power over the events to the noise's.

All ten texts are asked of every mixture. An event that is found is right when one of the same class begins within 0.5 s of it
(`onset`), and for `on+off` ends within 0.5 s too, or within a fifth of its length if that is more (as in DCASE's
evaluations); each true event counts once. What follows `--` is handed to the program. Needs NumPy and soundfile.
"""
import argparse
import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy as np
import soundfile

RATE = 44100
SNRS = (20, 10, 0)
CLIPS_A_MIXTURE = 8
TEXTS = {"dog_bark": "dog barking", "rain": "rain", "sea_waves": "sea waves", "baby_cry": "crying baby", "clock_tick": "clock ticking",
         "person_sneeze": "person sneezing", "helicopter": "helicopter", "chainsaw": "chainsaw", "rooster": "rooster crowing",
         "fire_crackling": "crackling fire"}


def read(path):
    sound, rate = soundfile.read(path, always_2d=True)
    sound = sound.mean(axis=1)
    if rate == RATE:
        return sound
    at = np.arange(int(len(sound) * RATE / rate)) * rate / RATE
    return np.interp(at, np.arange(len(sound)), sound)


def true_events(sound):
    """[(first sample, end)] of what is heard in a clip."""
    step = RATE // 20
    power = (sound[:len(sound) // step * step].reshape(-1, step)**2).mean(axis=1)
    on = np.flatnonzero(power > max(power.max() / 1000, 1e-7))
    parts = np.split(on, np.flatnonzero(np.diff(on) - 1 >= 40) + 1)
    return [(int(p[0]) * step, int(p[-1] + 1) * step) for p in parts]


def noise(kind, length, draw):
    """Of mean power 1."""
    size = 1 << (length - 1).bit_length()  # the transform of other lengths may take minutes
    spectrum = np.fft.rfft(draw.standard_normal(size))
    hz = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 20)
    spectrum *= {"white": 1, "pink": hz**-0.5, "brown": 1 / hz, "hum": 1 / hz}[kind]
    sound = np.fft.irfft(spectrum, size)[:length]
    sound /= np.sqrt((sound**2).mean())
    if kind == "hum":
        t = np.arange(length) / RATE
        sound += sum(np.sin(2 * np.pi * 50 * k * t) / k for k in range(1, 8))
    return sound / np.sqrt((sound**2).mean())


def background(kind, length, draw):
    if kind in ("white", "pink", "brown", "hum"):
        return noise(kind, length, draw)
    sound = read(kind)
    sound = np.tile(sound, -(-length // len(sound)))[:length]
    return sound / np.sqrt((sound**2).mean())


def mixtures(folder, recordings, ambience, work):
    """Writes the mixtures; [{path, snr, background, events: [(class, start, end)]}]."""
    rows = [r for r in csv.DictReader(open(folder / "labels.csv", encoding="utf-8")) if r["file"][0] in recordings]
    kinds, made = ["white", "pink", "brown", "hum", *ambience], []
    for snr in SNRS:
        draw, generator = random.Random(snr), np.random.default_rng(snr)
        draw.shuffle(rows)
        for n, at in enumerate(range(0, len(rows), CLIPS_A_MIXTURE)):
            parts, events, cursor = [], [], int(RATE * draw.uniform(1.5, 4))
            for row in rows[at:at + CLIPS_A_MIXTURE]:
                clip = read(folder / row["file"])
                found = true_events(clip)
                first, end = found[0][0], found[-1][1]
                power = np.concatenate([clip[a:b] for a, b in found])
                parts.append((cursor, clip[first:end] / np.sqrt((power**2).mean())))
                events += [(row["label"], (cursor + a - first) / RATE, (cursor + b - first) / RATE) for a, b in found]
                cursor += end - first + int(RATE * draw.uniform(1.5, 4))
            kind = kinds[n % len(kinds)]
            sound = background(kind, cursor, generator) * 10**(-snr / 20)
            for start, clip in parts:
                sound[start:start + len(clip)] += clip
            path = work / f"{snr}dB-{n:02}.wav"
            soundfile.write(path, sound / np.abs(sound).max() * 0.9, RATE, subtype="PCM_16")
            made.append({"path": path, "snr": snr, "background": pathlib.Path(kind).stem, "events": events})
    return made


def right(true, found, offsets):
    """How many of one class's events in one mixture are found: each true one the first that fits, in time's order."""
    left, count = sorted(found), 0
    for start, end in sorted(true):
        for event in left:
            late = abs(event[1] - end) > max(0.5, 0.2 * (end - start))
            if abs(event[0] - start) <= 0.5 and not (offsets and late):
                left.remove(event)
                count += 1
                break
    return count


def f1(counts):
    return 2 * counts[2] / max(1, counts[0] + counts[1])


def table(made, found):
    """Prints F1 by class, and by ratio and background."""
    by_class, by_snr, by_kind = {}, {}, {}
    for mixture, events in zip(made, found):
        for label in TEXTS:
            true = [e[1:] for e in mixture["events"] if e[0] == label]
            mine = [e[1:] for e in events if e[0] == label]
            counts = np.array([len(true), len(mine), right(true, mine, False), right(true, mine, True)])
            for group, key in ((by_class, label), (by_snr, f"{mixture['snr']} dB"), (by_kind, mixture["background"])):
                group[key] = group.get(key, 0) + counts
    total = sum(by_class.values())
    print("| | true | found | onset F1 | on+off F1 |\n|---|---|---|---|---|")
    for name, c in [*by_class.items(), ("all", total), *by_snr.items(), *by_kind.items()]:
        print(f"| {name} | {c[0]} | {c[1]} | {f1(c):.3f} | {2 * c[3] / max(1, c[0] + c[1]):.3f} |")
    means = [np.mean([2 * c[k] / max(1, c[0] + c[1]) for c in by_class.values()]) for k in (2, 3)]
    print(f"| mean of classes | | | {means[0]:.3f} | {means[1]:.3f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--esc10", type=pathlib.Path, required=True)
    parser.add_argument("--recordings", default="345")
    parser.add_argument("--ambience", nargs="*", default=[])
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--hearken", default="build/hearken")
    options, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        work.mkdir(exist_ok=True)
        made = mixtures(options.esc10, options.recordings, options.ambience, work)
        texts = [word for text in TEXTS.values() for word in ("--text", text)]
        done = subprocess.run([options.hearken, "events", "--json", *texts, *[m for m in more if m != "--"], *[m["path"] for m in made]],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr)
        names = {text: label for label, text in TEXTS.items()}
        found = [[(names[e["text"]], e["start"], e["end"]) for e in result["events"]] for result in json.loads(done.stdout)["results"]]
        table(made, found)


if __name__ == "__main__":
    main()
