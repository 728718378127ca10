"""Writes answers.safetensors and levels.json: what log-odds each class must have to be believed, and how sure a score is.

    STARTER_INPUTS=… fit_answers.py CLIPS.npz QUERIES.json

CLIPS as in fit_learned.py, with `track` [n]; QUERIES: [{"text", "right": [tracks]}], those without an answer with none: the half
"choose" of bench/quality. Of each query the 20 tracks of most evidence are taken. Their likelihood is fitted as

    σ(a · lo + b · m + c · s + d · s·m + e)     lo, m: the mixture's log-odds and their mean over the pool; s: its share of classes of music

which makes the bar of a class -(b·m + s·(c + d·m) + e) / a. HIGH is a likelihood of 0.96, clear 0.7, MODERATE 0.4. e is lowered by 0.5, chosen on that
half too: a library's best track is the best of many, and so looks better than it is.
"""
import json
import sys

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.optimize import minimize

import inputs
from fit_learned import mixtures, subtree
from make_model import HERE, LONGEST, MIDDLE

TAKEN, LOWERED = 20, 0.5


def main():
    clips, queries = np.load(sys.argv[1]), json.loads(open(sys.argv[2]).read())
    names = inputs.class_names()
    ontology = json.loads(inputs.given("audioset/ontology.json").read_text())
    of_music = (subtree(ontology, "Music") | subtree(ontology, "Singing") | {"Choir"}) - subtree(ontology, "Sounds of things")
    music = np.array([n in of_music for n in names], float)
    mean = load_file(HERE / "statistics.safetensors")["mean"].reshape(-1)
    learned = load_file(HERE / "learned.safetensors")
    odds = clips["odds"] + (clips["pooled"] - learned["mean"]) / learned["deviation"] @ learned["weight"]
    tracks, place = np.unique(clips["track"], return_inverse=True)
    of_tracks = np.array([odds[place == t].mean(0) for t in range(len(tracks))])
    mixed = mixtures([q["text"] for q in queries])
    rows, right = [], []
    for query, w in zip(queries, mixed):
        log_odds = of_tracks @ w
        best = np.argsort(-log_odds)[:TAKEN]
        usual, share, both = w @ mean, w @ music, w @ (music * mean)
        rows += [[log_odds[t], usual, share, both, 1] for t in best]
        right += [tracks[t] in set(query["right"]) for t in best]
    x, y = np.array(rows), np.array(right, float)
    scale = x.std(0) + 1e-9
    scale[-1] = 1

    def loss(weights):
        z = x / scale @ weights
        return (np.logaddexp(0, z) - y * z).mean() + 1e-3 * (weights[:-1] ** 2).sum()

    a, b, c, d, e = minimize(loss, np.zeros(5), method="L-BFGS-B").x / scale
    e -= LOWERED
    save_file({"bars": (-(b * mean + music * (c + d * mean) + e) / a).astype(np.float32)}, HERE / "answers.safetensors")
    levels = json.loads((HERE / "levels.json").read_text())
    for level, likelihood in (("high", 0.96), ("clear", 0.7), ("moderate", 0.4)):
        levels["levels"][level] = round(float((np.log(likelihood / (1 - likelihood)) / a + MIDDLE) / LONGEST), 4)
    (HERE / "levels.json").write_text(json.dumps(levels, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
