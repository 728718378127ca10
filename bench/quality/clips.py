"""The recordings that bench/quality.py asks about: fetches them, plays and writes what is made, and lists all in a manifest.

    python3 bench/quality/clips.py --unpacked FOLDER --esc10 FOLDER --work FOLDER [--fetch] [--passages FOLDER]

Needs ffprobe and fluidsynth. --unpacked has the packages of packages.txt, a folder each, as `apt-get download` and `dpkg-deb -x` leave them; --fetch
gets those that are missing (4 GB together). --esc10 has the clips and labels.csv (file, label). --passages has passages that were played by other means,
FONT/NAME TAKE.wav; they join the half `report`. Writes passages/, silence/ and manifest.tsv below --work.

The manifest's columns: path; kind (noise, music, instrument, silence); labels, a | between them; split (choose, report, both); source, which is the
recording that a clip was cut from, PACKAGE:FILE, or FONT:INSTRUMENT.
"""
import argparse
import csv
import random
import re
import subprocess
import sys
import tempfile
import wave
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "bench"))
import instruments  # noqa: E402
import sounds  # noqa: E402

SUFFIXES = (".ogg", ".oga", ".wav", ".mp3", ".flac", ".opus")
ARCHIVES = (".pk3", ".love")
LEAST_SECONDS, LEAST_BYTES = 25, 100_000  # of a piece of music
TRACKS_A_PACKAGE = {"ufoai-music": 44}  # of the others 24
# Long files that are ambiences, spoken titles or effects, by their names and by looking at those in which CED-tiny hears least music.
NOT_MUSIC = re.compile(r"flare-game.*(/rain|wind_)|lugaru.*(DesertAmbient|/Wind)|megaglest.*/(day|night|desertday|wind|hell)\.ogg"
                       r"|supertux.*rain\.wav|unknown-horizons.*/sounds/|frog_music|btanks/data/sounds/ambient|freedroidrpg.*/titles/|tada\.ogg|Crystan-IntroSad"
                       r"|searchandrescue/sounds|AMB_Intro|kufrik|dynamictest|fretsonfire.*guitar\.ogg")
FONTS = {  # name: package
    "FluidR3_GM": "fluid-soundfont-gm", "GMbank": "csound-soundfont", "MuseScore_General_Lite": "musescore-general-soundfont-small",
}
# Beside the fourteen of bench/instruments.py; General MIDI programs (from 0), lowest and highest key
MORE = {
    "accordion": ((21,), 50, 80), "xylophone": ((13,), 60, 91), "marimba": ((12,), 48, 84), "vibraphone": ((11,), 53, 86), "glockenspiel": ((9,), 72, 100),
    "trombone": ((57,), 40, 70), "french horn": ((60,), 41, 74), "oboe": ((68,), 58, 86), "bassoon": ((70,), 36, 67), "banjo": ((105,), 50, 79),
    "sitar": ((104,), 48, 76), "bagpipes": ((109,), 55, 79), "harmonica": ((22,), 60, 88), "string section": ((48, 49), 45, 84),
    "double bass": ((32, 43), 28, 55), "synthesizer": ((80, 81), 48, 80), "timpani": ((47,), 36, 57), "steelpan": ((114,), 53, 84),
    "music box": ((10,), 60, 91),
}
BEATS = (((36, (0, 8, 10)), (38, (4, 12)), (42, range(0, 16, 2))), ((36, (0, 4, 8, 12)), (46, (2, 6, 10, 14)), (39, (4, 12))))
SILENCE_DB = {"digital": None, "white-90": -90, "white-75": -75}


def packages():
    """{name: split}. What was heard while the starter was made cannot be in `report`."""
    lines = [line.split("\t") for line in (HERE / "packages.txt").read_text().splitlines() if not line.startswith("#")]
    heard = {line.split("\t")[0] for line in (ROOT / "tools/starter/pool.tsv").read_text().splitlines()}
    heard |= set((ROOT / "tools/starter_training/packages.txt").read_text().splitlines())
    out = {name: split for name, _, split in lines}
    if wrong := [name for name, split in out.items() if split == "report" and name in heard]:
        sys.exit(f"packages.txt: no longer unheard: {', '.join(wrong)}")
    return out


def fetch(name, unpacked):
    if (unpacked / name).exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", "-q", name], cwd=folder, check=True, stdout=sys.stderr)
        part = unpacked / f"{name}.part"
        subprocess.run(["dpkg-deb", "-x", next(Path(folder).glob("*.deb")), part], check=True)
        part.rename(unpacked / name)


def unzip(package):
    """Music in games' archives, beside the other files."""
    for archive in sorted(p for p in package.rglob("*") if p.suffix in ARCHIVES):
        into = package / "_unzipped" / archive.stem
        if not into.exists():
            with zipfile.ZipFile(archive) as file:
                file.extractall(into, [n for n in file.namelist() if n.lower().endswith(SUFFIXES)])


def spread(items, count):
    return items if len(items) <= count else [items[round(k * (len(items) - 1) / (count - 1))] for k in range(count)]


def music(package):
    """Its pieces, spread over the list; one of those of equal length."""
    files = sorted(p for p in package.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file() and not p.is_symlink() and not NOT_MUSIC.search(str(p)))
    lengths = {}
    for path in files:
        if path.stat().st_size >= LEAST_BYTES and (length := sounds.seconds_of(path)) >= LEAST_SECONDS:
            lengths.setdefault(round(length, 2), path)
    return spread(sorted(lengths.values()), TRACKS_A_PACKAGE.get(package.name, 24))


def drums(take):
    tempo, events = (84, 120)[take % 2], []
    for bar in range(int(10 * tempo / 240) + 1):
        for key, sixteenths in BEATS[take % 2]:
            for s in sixteenths:
                tick = (bar * 16 + s) * instruments.TICKS // 4
                events += [(tick, bytes((0x99, key, 100))), (tick + 60, bytes((0x89, key, 0)))]
    return instruments.midi_file(events, tempo)


def passages():
    """{NAME TAKE: MIDI file}; four takes of the instruments of bench/instruments.py, two of the others."""
    out = {}
    for table, takes in ((instruments.INSTRUMENTS, 4), (MORE, 2)):
        for name, (programs, low, high) in table.items():
            third = (high - low) // 3
            for take, (first, last) in enumerate(((low, high), (low, low + 2 * third), (low + third, high), (low, high))[:takes]):
                out[f"{name} {take}"] = instruments.melody(programs[take % len(programs)], first, last, random.Random(f"{name} {take}"))
    return out | {f"drums {take}": drums(take) for take in range(2)}


def play(soundfont, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, midi in passages().items():
        wav, piece = folder / f"{name}.wav", folder / "piece.mid"
        if not wav.exists():
            piece.write_bytes(midi)
            subprocess.run(["fluidsynth", "-ni", "-q", "-r", "44100", "-g", "0.6", "-F", wav, "-T", "wav", soundfont, piece], check=True, capture_output=True)
            piece.unlink()


def silence(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, db in SILENCE_DB.items():
        draw = random.Random(name)
        samples = [0 if db is None else round(32768 * draw.gauss(0, 10 ** (db / 20))) for _ in range(160_000)]
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(b"".join(s.to_bytes(2, "little", signed=True) for s in samples))


def manifest(options, split_of):
    """[(path, kind, labels, split, source)]."""
    with open(options.esc10 / "labels.csv", newline="") as file:
        rows = [(options.esc10 / r["file"], "noise", r["label"], "both", "esc10:" + r["file"].rsplit("-", 1)[0]) for r in csv.DictReader(file)]
    for name, split in split_of.items():
        if name not in FONTS.values():
            unzip(options.unpacked / name)
            rows += [(path, "music", "music", split, f"{name}:{path.stem}") for path in music(options.unpacked / name)]
    fonts = [(font, options.work / "passages" / font, split_of[package]) for font, package in FONTS.items()]
    if options.passages:
        fonts += [(folder.name, folder, "report") for folder in sorted(options.passages.iterdir()) if folder.name not in FONTS]
    for font, folder, split in fonts:
        for path in sorted(folder.glob("*.wav")):
            name = path.stem.rsplit(" ", 1)[0]
            rows.append((path, "instrument", name, split, f"{font}:{name}"))
    rows += [(options.work / "silence" / f"{name}.wav", "silence", "silence", "both", f"silence:{name}") for name in SILENCE_DB]
    return [(path.resolve(), *rest) for path, *rest in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("unpacked", "esc10", "work"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--fetch", action="store_true")
    parser.add_argument("--passages", type=Path)
    options = parser.parse_args()
    split_of = packages()
    if options.fetch:
        options.unpacked.mkdir(parents=True, exist_ok=True)
        for name in split_of:
            fetch(name, options.unpacked)
    for font, package in FONTS.items():
        soundfont = next(p for p in sorted((options.unpacked / package).rglob("*")) if p.suffix in (".sf2", ".sf3") and p.is_file() and not p.is_symlink())
        play(soundfont, options.work / "passages" / font)
    silence(options.work / "silence")
    rows = manifest(options, split_of)
    with open(options.work / "manifest.tsv", "w", encoding="utf-8") as file:
        for row in [("path", "kind", "labels", "split", "source"), *rows]:
            file.write("\t".join(map(str, row)) + "\n")
    for split in ("choose", "report"):
        counts = {kind: sum(r[1] == kind and r[3] in (split, "both") for r in rows) for kind in ("noise", "music", "instrument", "silence")}
        print(split, ", ".join(f"{n} {kind}" for kind, n in counts.items()))


if __name__ == "__main__":
    main()
