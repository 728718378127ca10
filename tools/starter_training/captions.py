"""One captions.csv of all that was gathered: what is known of each clip, and what CED hears with confidence (keyword to caption, Wu et al. 2023).

    captions.py FOLDER MODEL --class-names FILE [--leave-out FONT,…]

FOLDER holds the CSVs of render.py, packages.py and speech.py; MODEL is a starter, whose class layer names what CED hears.
HEARKEN_PROGRAM names hearken. Writes FOLDER/captions.csv (path, caption, split) for `hearken tune --data`.
"""
import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "starter"))
from quantise import restore  # noqa: E402

HEARKEN = os.environ.get("HEARKEN_PROGRAM", "build/hearken")
CONFIDENT = 0.0    # log-odds: probability one half
KEYWORDS = 3
TOO_WIDE = {"Music", "Sound effect", "Silence", "Musical instrument", "Inside, small room", "Outside, urban or manmade", "Inside, large room or hall"}


def states(paths):
    """CED's pooled states [paths, 192]."""
    out = []
    with tempfile.TemporaryDirectory() as folder:
        for i in range(0, len(paths), 400):
            file = Path(folder) / "states.npy"
            subprocess.run([HEARKEN, "embed", "--pooled", "--quiet", "--out", file, "--audio", *paths[i:i + 400]], check=True)
            out.append(np.load(file))
    return np.concatenate(out)


def log_odds(pooled, model):
    config = json.loads((model / "config.json").read_text())["audio_config"]
    tensors = {k: v for k, v in load_file(model / "model.safetensors").items() if k.startswith("audio.head.")}
    head = restore(tensors)
    centred = pooled - pooled.mean(1, keepdims=True)
    x = centred / np.sqrt(centred.var(1, keepdims=True) + config["head_norm_eps"])
    x = x * head["audio.head.norm.weight"] + head["audio.head.norm.bias"]
    return x @ head["audio.head.classes.weight"].T + head["audio.head.classes.bias"]


def keywords(odds, names):
    best = [i for i in np.argsort(-odds)[:8] if odds[i] > CONFIDENT and names[i] not in TOO_WIDE][:KEYWORDS]
    return [names[i].split(",")[0].split("(")[0].strip().lower() for i in best]


def heard(words):
    if not words:
        return []
    return [words[0], f"the sound of {words[0]}", *([" and ".join(words[:2]), ", ".join(words)] if len(words) > 1 else [])]


def held_out(origin):
    """One recording in ten: the same for all of its clips."""
    return hashlib.sha256(origin.encode()).digest()[0] < 26


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--class-names", type=Path, required=True, help="AudioSet's class_labels_indices.json")
    parser.add_argument("--leave-out", default="", help="fonts that are not trained on")
    arguments = parser.parse_args()
    index = json.loads(arguments.class_names.read_text())
    names, rows = sorted(index, key=index.get), []

    left_out = arguments.leave_out.split(",")
    for file in sorted(arguments.folder.glob("*.csv")):
        if file.name in ("captions.csv", "packages.csv") or file.stem in left_out:
            continue
        with open(file, newline="") as source:
            rows += [(row["path"], row["caption"], "validation" if held_out(row["path"]) else "training") for row in csv.DictReader(source)]

    with open(arguments.folder / "packages.csv", newline="") as source:
        clips = list(csv.DictReader(source))
    odds = log_odds(states([arguments.folder / row["path"] for row in clips]), arguments.model)
    for row, values in zip(clips, odds):
        said = heard(keywords(values, names)) + ([row["caption"]] if row["caption"] and row["kind"] == "effect" else [])
        split = "validation" if held_out(row["origin"]) else "training"
        rows += [(row["path"], caption, split) for caption in dict.fromkeys(said)]

    with open(arguments.folder / "captions.csv", "w", newline="") as target:
        csv.writer(target).writerows([("path", "caption", "split"), *rows])
    print(len({r[0] for r in rows}), "clips,", len(rows), "captions")


if __name__ == "__main__":
    main()
