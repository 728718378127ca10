"""Prints the figures of README.md: ESC-10 by cross-validation, what quantisation costs, and a look at a folder of music.

    STARTER_INPUTS=… STARTER_CACHE=… python evaluate.py [MUSIC_FOLDER]      # after make_pool.py and make_model.py
"""
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import inputs
import make_model
import make_pool
import texts
from quantise import restore
from reference import Ced, MiniLm, audio_head, decode, project, text_head, unit
from sentences import BARE, CLASSES, FLAT, PER_CLASS

MUSIC_QUERIES = ("epic orchestral battle music", "scary dark ambient", "elvish female vocals", "tavern folk dance", "calm piano")


def retrieval(cosines, truth, queried):
    """Per query: precision of the first ten, average precision."""
    hits = truth[np.argsort(-cosines, axis=0, kind="stable")] == queried
    ranks = np.arange(1, len(truth) + 1)[:, None]
    return hits[:10].mean(0), (hits * np.cumsum(hits, 0) / ranks).sum(0) / hits.sum(0)


def esc10(heads, pooled_sentences, pooled_names):
    """Every clip embedded with statistics that saw nothing of its fold; a fold holds whole source recordings."""
    pool = make_pool.pool()
    rows, odds = inputs.esc10(), pool["esc10"][3]
    truth = np.array([CLASSES.index(label) for _, label, _ in rows])
    folds = np.array([int(path.name[0]) for path, _, _ in rows])
    print("shares (game music, General MIDI, noises, ESC-10) and beta | sentences: P@10 mAP accuracy | bare names: P@10 mAP accuracy")
    for shares, beta in [((0.4, 0.1, 0.25, 0.25), b) for b in (15, 20, 25, 30, 40)] + [
            (s, 25) for s in ((0, 0, 0, 1), (0.5, 0, 0.25, 0.25), (0, 0.5, 0.25, 0.25), (0.8, 0.1, 0.05, 0.05), (1, 0, 0, 0))]:
        make_pool.SHARES = dict(zip(("game music", "general-midi", "noises", "esc10"), shares))
        audio = np.empty((len(rows), make_model.DIMENSION), np.float32)
        for fold in range(1, 6):
            seen = folds != fold
            audio[~seen] = project(audio_head(odds[~seen], *make_pool.statistics(pool, seen)), heads["projection.map"])
        figures = []
        for pooled, per in ((pooled_sentences, PER_CLASS), (pooled_names, 1)):
            cosines = audio @ project(text_head(pooled, heads["text.head.labels"], beta), heads["projection.map"]).T
            p10, ap = retrieval(cosines, truth, np.repeat(np.arange(len(CLASSES)), per))
            choice = cosines.reshape(len(rows), len(CLASSES), per).argmax(1)
            figures += [p10.mean(), ap.mean(), (choice == truth[:, None]).mean()]
        print(shares, beta, "|", *(f"{f:.3f}" for f in figures[:3]), "|", *(f"{f:.3f}" for f in figures[3:]), flush=True)


def quantisation(heads, original, starter):
    names = [n.lower() for n in inputs.class_names()]
    broad = (names + [f"a recording of {a} with {b}" for a, b in zip(names, names[100:])] + [f"{a} {b}" for a, b in zip(names[::2], names[55:])]
             + FLAT + BARE + list(MUSIC_QUERIES) + texts.TOKENS)
    a, b = original.pooled(broad), starter.pooled(broad)
    vectors = [project(text_head(p, heads["text.head.labels"], make_model.BETA), heads["projection.map"]) for p in (a, b)]
    cosines = (vectors[0] * vectors[1]).sum(1)
    print(f"quantised against original, {len(broad)} texts: worst {cosines.min():.5f} ({broad[cosines.argmin()][:40]!r}), mean {cosines.mean():.6f}; "
          f"MiniLM's own vectors: worst {(unit(a) * unit(b)).sum(1).min():.5f}")


def music(heads, starter, folder):
    ced, tracks = Ced(), {}
    for path in sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in make_pool.SUFFIXES):
        odds = ced.log_odds(decode(path))
        tracks[path.stem] = project(audio_head(odds, heads["audio.head.mean"], heads["audio.head.deviation"]), heads["projection.map"]).mean(0)
    text = project(text_head(starter.pooled(MUSIC_QUERIES), heads["text.head.labels"], make_model.BETA), heads["projection.map"])
    for query, vector in zip(MUSIC_QUERIES, text):
        ranked = sorted(tracks, key=lambda t: -tracks[t] @ vector)[:4]
        print(f"{query}: " + ", ".join(f"{t} {tracks[t] @ vector:.3f}" for t in ranked))


def main():
    model = load_file(inputs.MODEL / "model.safetensors")
    heads = restore({k: v for k, v in model.items() if ".head." in k or k.startswith("projection")})
    original, starter = MiniLm(), MiniLm(make_model.minilm_weights(model))
    esc10(heads, starter.pooled(FLAT), starter.pooled(BARE))
    quantisation(heads, original, starter)
    if len(sys.argv) > 1:
        music(heads, starter, sys.argv[1])


if __name__ == "__main__":
    main()
