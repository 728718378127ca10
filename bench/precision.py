#!/usr/bin/env python3
"""What bf16 and int8 cost: cosines of vectors to the reference's at fp32, and the starter's retrieval on ESC-10.

    ref/bin/python bench/precision.py WORK [--data ../shared/data] [--program build/hearken]

WORK and ref: see tests/reference/README.md. WORK/hf-base-safetensors and hf-tiny-safetensors (random weights) are
compared with transformers, the starter with itself at fp32, on windows of ESC-10 (DATA/esc10) and of samples/music, which
are decoded once into WORK/windows. The cosine between different sounds is there for scale, and so are the cosines of what
is left when the mean of all reference vectors is taken away, where models put a part that all sounds share.
"""
import argparse, csv, sys
from pathlib import Path

import numpy

from compare import LeftOut, ROOT, hearken
from peers import features, tower

PRECISIONS = ("fp32", "bf16", "int8")
BARS = {"fp32": 0.99999, "bf16": 0.9995, "int8": 0.998}
RETRIEVAL_BAR = 0.01


def windows(folder, data):
    """WAV files of up to 10 s, 16 bit at 48 kHz, ESC-10's first; and the label of each of those."""
    import librosa, soundfile
    labels = [(row["file"], row["label"]) for row in csv.DictReader(open(data / "esc10/labels.csv"))]
    folder.mkdir(parents=True, exist_ok=True)
    music = sorted(p for p in (ROOT / "samples/music").iterdir() if p.suffix in (".flac", ".mp3", ".ogg"))  # libsndfile reads Opus badly
    paths = []
    for sound in [data / "esc10" / file for file, _ in labels] + music:
        samples = None
        seconds = soundfile.info(sound).duration
        for number in range(max(1, int(seconds // 10))):
            paths.append(folder / f"{sound.stem}.{number}.wav")
            if paths[-1].exists(): continue
            if samples is None: samples, _ = librosa.load(sound, sr=48000)
            soundfile.write(paths[-1], samples[480000 * number:480000 * (number + 1)], 48000, subtype="PCM_16")
    return paths, [label for _, label in labels]


def reference(model, paths):
    """What transformers makes of the windows at fp32, sounds shorter than 10 s repeated by its extractor."""
    import soundfile, torch
    run, vectors = tower(model), []
    with torch.inference_mode():
        for i in range(0, len(paths), 8):
            x = features(model, [soundfile.read(p, dtype="float32")[0] for p in paths[i:i + 8]])
            vectors.append(run(torch.from_numpy(x)).numpy())
            print(f"\rreference of {Path(model).name}: {i + len(x)} of {len(paths)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return numpy.concatenate(vectors).astype("float64")


def embed(args, model, precision, kind, inputs):
    out = args.work / "windows/out.npy"
    hearken(args.program, "embed", f"--{kind}", *inputs, "--model", model, "--precision", precision, "--out", out, "--quiet")
    vectors = numpy.load(out).astype("float64")
    if len(vectors) != len(inputs): sys.exit(f"{len(inputs)} windows gave {len(vectors)} vectors")
    return vectors


def cosines(a, b):
    return (a * b).sum(1) / numpy.linalg.norm(a, axis=1) / numpy.linalg.norm(b, axis=1)


def accuracy(name, vectors, expected):
    """Prints a line for each precision."""
    unit = expected / numpy.linalg.norm(expected, axis=1, keepdims=True)
    between = (unit @ unit.T)[numpy.triu_indices(len(unit), 1)]
    print(f"\n{name}, {len(expected)} windows; cosine between different ones: mean {between.mean():.4f}, least {between.min():.4f}")
    mean = expected.mean(0)
    for precision, got in vectors.items():
        c, centred = cosines(got, expected), cosines(got - mean, expected - mean)
        print(f"  {precision}  mean {c.mean():.7f}  worst {c.min():.7f}  (goal {BARS[precision]}: {'met' if c.min() >= BARS[precision] else 'missed'})"
              f"   without the mean vector: mean {centred.mean():.6f}  worst {centred.min():.6f}")


def precision_at_10(queries, query_labels, clips, clip_labels, same):
    """The mean share of right ones among the ten nearest; same: queries are the clips, and do not count for themselves."""
    scores = queries @ clips.T
    if same: numpy.fill_diagonal(scores, -2)
    best = numpy.argsort(-scores, axis=1, kind="stable")[:, :10]
    return float((numpy.array(clip_labels)[best] == numpy.array(query_labels)[:, None]).mean())


def all_precisions(args, model, kind, inputs):
    vectors = {}
    for precision in PRECISIONS:
        try:
            vectors[precision] = embed(args, model, precision, kind, inputs)
        except LeftOut as reason:
            print(f"left out: {Path(model).name} {precision}: {reason}")
    return vectors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--program", type=Path, default=ROOT / "build/hearken")
    args = parser.parse_args()
    paths, labels = windows(args.work / "windows", args.data)

    clips = all_precisions(args, "starter", "audio", paths)
    accuracy("starter, to itself at fp32", clips, clips["fp32"])
    names = sorted(set(labels))
    texts = all_precisions(args, "starter", "text", [name.replace("_", " ") for name in names])
    print(f"\nstarter, precision@10 on {len(labels)} clips of ESC-10 (goal: within {RETRIEVAL_BAR} of fp32)")
    first = None
    for precision in texts:
        sounds = clips[precision][:len(labels)]
        found = (precision_at_10(texts[precision], names, sounds, labels, same=False), precision_at_10(sounds, labels, sounds, labels, same=True))
        first = first or found
        print(f"  {precision}  text to clip {found[0]:.4f} ({found[0] - first[0]:+.4f})  clip to clip {found[1]:.4f} ({found[1] - first[1]:+.4f})")

    for name in ("hf-tiny-safetensors", "hf-base-safetensors"):
        model = args.work / name
        if (model / "model.safetensors").exists():
            accuracy(f"{name}, to transformers at fp32", all_precisions(args, model, "audio", paths), reference(model, paths))
        else:
            print(f"left out: {model}: no checkpoint; tests/reference/checkpoints.py writes it")


if __name__ == "__main__": main()
