"""Writes statistics.safetensors: mean and standard deviation of each class's log-odds over a wide pool of sound and music.

    STARTER_INPUTS=… STARTER_CACHE=… python make_pool.py      # about 3 GB and an hour the first time; the cache keeps both

The pool: free game music and effects, samples and speech from Debian packages (fetched and unpacked, not installed),
General MIDI passages (general_midi.py) and ESC-10's dev half. Only 2 x 527 numbers of it are shipped.
"""
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import general_midi
import inputs
from reference import ODDS_CLIP, SAMPLE_RATE_HZ, Ced, decode, windows

HERE = Path(__file__).resolve().parent
PACKAGES = (  # games with music; games with effects; instruments; speech; things
    "a7xpg-data ardentryst asc-music boswars-data btanks-data colobot-common-sounds extremetuxracer-data fillets-ng-data flare-game "
    "freedroidrpg-data freeorion-data frozen-bubble-data gunroar-data hedgewars-data hyperrogue-music lincity-ng-data lordsawar-data "
    "megaglest-data noiz2sa-data openclonk-data parsec47-data rrootage-data scorched3d-data singularity-music supertux-data "
    "torus-trooper-data tumiki-fighters-data unknown-horizons warmux-data warzone2100-music widelands-data "
    "hydrogen-drumkits lmms-common sonic-pi-samples asterisk-core-sounds-en-wav asterisk-moh-opsound-wav bucklespring-data "
    "tuxpaint-stamps-default").split()
SUFFIXES = (".ogg", ".wav", ".mp3", ".flac", ".opus")
MUSIC_SECONDS = 25         # what is longer is music (in these packages)
EFFECTS_PER_PACKAGE = 40   # shorter files, spread evenly over the package's list
WINDOWS_PER_FILE = 6       # spread evenly over the file

# Shares of the pool's weight, whatever the counts; within a share every file counts the same. README.md has the figures.
SHARES = {"game music": 0.4, "general-midi": 0.1, "noises": 0.25, "esc10": 0.25}


def cache():
    return Path(os.environ["STARTER_CACHE"])


def unpacked(package):
    """The package's files, fetched by apt and unpacked into the cache."""
    folder = cache() / "packages" / package
    if not folder.exists():
        debs = cache() / "debs"
        debs.mkdir(parents=True, exist_ok=True)
        if not list(debs.glob(f"{package}_*.deb")):
            subprocess.run(["apt-get", "download", "-q", package], cwd=debs, check=True, capture_output=True)
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "-x", next(debs.glob(f"{package}_*.deb")), part], check=True)
        part.rename(folder)
    return folder


def seconds(path):
    done = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path], capture_output=True, text=True)
    try:
        return float(done.stdout.split()[0].rstrip(","))
    except (IndexError, ValueError):
        return 0.0


def spread(items, count):
    """`count` of the items, evenly."""
    return [items[i] for i in sorted({round(k * (len(items) - 1) / max(1, count - 1)) for k in range(min(count, len(items)))})]


def score(ced, path, limit):
    samples = decode(path, limit)
    if len(samples) < SAMPLE_RATE_HZ // 20:
        return None
    return np.array([ced(w)["odds"] for w in spread(list(windows(samples)), WINDOWS_PER_FILE)], np.float32)


def wanted(source):
    """[(path, kind)], kind one of music, noise."""
    if source == "general-midi":
        return [(p, "music") for p in general_midi.render(cache() / "midi")]
    if source == "esc10":
        return [(p, "noise") for p, _, _ in inputs.esc10()]
    files = sorted(p for p in unpacked(source).rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file() and not p.is_symlink())
    if source == "tuxpaint-stamps-default":  # every stamp is described in many languages: English is enough
        files = [p for p in files if "_desc_" not in p.name]
    lengths = [seconds(p) for p in files]
    music = [p for p, s in zip(files, lengths) if s >= MUSIC_SECONDS]
    effects = [p for p, s in zip(files, lengths) if 0.1 < s < MUSIC_SECONDS]
    kind = "noise" if source in ("asterisk-core-sounds-en-wav", "tuxpaint-stamps-default") else "music"  # the long ones speak
    return [(p, kind) for p in music] + [(p, "noise") for p in spread(effects, EFFECTS_PER_PACKAGE)]


def scored(source, ced):
    """(names, kinds, owner of each window, log-odds before clipping [windows, 527])."""
    path = cache() / "odds" / f"{source}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        names, kinds, owner, odds = [], [], [], []
        for file, kind in wanted(source):
            try:
                values = score(ced, file, 600)
            except subprocess.CalledProcessError:
                values = None
            if values is None:
                print(f"{source}: {file.name}: no sound", file=sys.stderr)
                continue
            owner += [len(names)] * len(values)
            names.append(str(file.name)), kinds.append(kind), odds.append(values)
        np.savez(path, names=names, kinds=kinds, owner=owner, odds=np.concatenate(odds))
    data = np.load(path)
    return data["names"], data["kinds"], data["owner"], data["odds"]


def pool():
    ced = Ced()
    return {source: scored(source, ced) for source in (*PACKAGES, "general-midi", "esc10")}


def weighted(parts):
    """Mean and standard deviation of a mixture of (share, values [n, 527], weights [n])."""
    total, means, squares = 0.0, 0.0, 0.0
    for share, values, weights in parts:
        values, weights = values.astype(np.float64), share * weights / weights.sum()
        total, means, squares = total + share, means + weights @ values, squares + weights @ values ** 2
    mean = means / total
    return mean.astype(np.float32), np.sqrt(squares / total - mean ** 2).astype(np.float32)


def statistics(scored_pool, esc10_rows=slice(None)):
    """(mean, deviation) [527] of the pool; of ESC-10 only the rows asked for."""
    groups = {name: ([], []) for name in SHARES}
    for source, (_, kinds, owner, odds) in scored_pool.items():
        windows_of = np.bincount(owner)
        for row, file in zip(np.clip(odds, -ODDS_CLIP, ODDS_CLIP), owner):
            group = source if source in groups else "game music" if kinds[file] == "music" else "noises"
            groups[group][0].append(row), groups[group][1].append(1 / windows_of[file])
    parts = {name: (SHARES[name], np.array(v), np.array(w)) for name, (v, w) in groups.items()}
    share, values, weights = parts["esc10"]
    parts["esc10"] = share, values[esc10_rows], weights[esc10_rows]
    return weighted(parts.values())


def version(source):
    found = list((cache() / "debs").glob(f"{source}_*.deb"))
    return found[0].name.split("_")[1] if found else "-"


def main():
    scored_pool = pool()
    lines = ["source\tversion\tmusic\tnoises\twindows"]
    for source, (_, kinds, _, odds) in scored_pool.items():
        lines.append(f"{source}\t{version(source)}\t{list(kinds).count('music')}\t{list(kinds).count('noise')}\t{len(odds)}")
    (HERE / "pool.tsv").write_text("\n".join(lines) + "\n")
    mean, deviation = statistics(scored_pool)
    save_file({"mean": mean, "deviation": deviation}, HERE / "statistics.safetensors")


if __name__ == "__main__":
    main()
