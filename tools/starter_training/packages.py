"""Excerpts of free music and effects out of Debian packages, with what their file names say.

    packages.py UNPACKED FOLDER          UNPACKED/PACKAGE/…: packages fetched by `apt-get download` and unpacked by dpkg-deb -x

Writes FOLDER/PACKAGE/….flac (16 kHz, ten seconds or less) and FOLDER/packages.csv (path, caption, kind, origin). A name of no words gives no caption;
captions.py adds what CED hears.
"""
import csv
import re
import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr

RATE = 16000
SUFFIXES = (".ogg", ".wav", ".mp3", ".flac", ".opus", ".oga")
MUSIC_SECONDS = 25
EFFECTS_A_PACKAGE, TRACKS_A_PACKAGE, EXCERPTS_A_TRACK = 90, 24, 3
KEPT_FOR_ACCEPTANCE = ("timgm6mb", "drascula", "nexuiz", "wesnoth")  # and Wesnoth, which is only looked at
NO_WORDS = {"sfx", "snd", "sound", "sounds", "loop", "music", "track", "final", "mono", "stereo", "ogg", "wav", "new", "old", "tmp", "test", "the", "and", "game",
            "theme", "title", "menu", "level", "intro", "ingame", "end", "part", "mix", "default", "normal", "effect", "audio", "short", "long", "start", "stop"}


def words(path):
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", path.stem)
    return [w for w in re.findall(r"[a-z]{3,}", text.lower()) if w not in NO_WORDS]


def spread(items, count):
    return [items[i] for i in sorted({round(k * (len(items) - 1) / max(1, count - 1)) for k in range(min(count, len(items)))})]


def excerpts(path, seconds):
    """[16 kHz mono, at most ten seconds]."""
    count = EXCERPTS_A_TRACK if seconds >= MUSIC_SECONDS else 1
    with soundfile.SoundFile(path) as file:
        for k in range(count):
            start = (k + 0.5) / count * seconds - 5 if count > 1 else 0
            file.seek(int(max(0, start) * file.samplerate))
            sound = file.read(int(10 * file.samplerate), dtype="float32", always_2d=True).mean(1)
            yield soxr.resample(sound, file.samplerate, RATE) if file.samplerate != RATE else sound


def main():
    unpacked, folder, rows = Path(sys.argv[1]), Path(sys.argv[2]), []
    for package in sorted(p for p in unpacked.iterdir() if p.is_dir() and not p.name.startswith(KEPT_FOR_ACCEPTANCE)):
        files = sorted(p for p in package.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file() and not p.is_symlink() and "_desc" not in p.name)
        files = [p for p in files if not re.search(r"_[a-z]{2}(_[A-Za-z]+)?$", p.stem)]  # spoken in other languages
        lengths = {}
        for p in files:
            try:
                lengths[p] = soundfile.info(str(p)).duration
            except soundfile.LibsndfileError:
                continue
        music = spread([p for p, s in lengths.items() if s >= MUSIC_SECONDS], TRACKS_A_PACKAGE)
        effects = spread([p for p, s in lengths.items() if 0.15 < s < MUSIC_SECONDS], EFFECTS_A_PACKAGE)
        (folder / package.name).mkdir(parents=True, exist_ok=True)
        for n, path in enumerate([*music, *effects]):
            try:
                sounds = list(excerpts(path, lengths[path]))
            except (soundfile.LibsndfileError, RuntimeError):
                continue
            for k, sound in enumerate(sounds):
                if len(sound) < RATE // 8 or np.abs(sound).max() < 0.003:
                    continue
                name = f"{package.name}/{n:03}-{k}.flac"
                soundfile.write(folder / name, np.clip(sound, -1, 1), RATE)
                rows.append((name, " ".join(dict.fromkeys(words(path))), "music" if path in music else "effect", str(path.relative_to(unpacked))))
        print(package.name, len(music), len(effects), flush=True)
    with open(folder / "packages.csv", "w", newline="") as file:
        csv.writer(file).writerows([("path", "caption", "kind", "origin"), *rows])


if __name__ == "__main__":
    main()
