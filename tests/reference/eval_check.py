#!/usr/bin/env python3
"""The figures of `hearken eval` against NumPy's and scikit-learn's, of the same vectors.

    ref/bin/python tests/reference/eval_check.py DIR [--captions F.csv] [--program build/hearken] [--tolerance 5e-5]

DIR is a dataset that `hearken eval zero-shot --data` reads. Without --captions, captions are made of it: "DIR's class,
take N", and a second one for every other clip. The program embeds once and saves its vectors; everything is then computed
again here by other means: accuracy, classes, Wilson's interval (statsmodels' formula), the linear probe
(sklearn.linear_model.LogisticRegression, lbfgs, tol 1e-10, the C that the program prints, rows scaled to length 1, the same
folds), R@k, mAP@10, median rank, and the bootstrap intervals from NumPy's own Mersenne Twister. Needs numpy and scikit-learn.
"""
import argparse, csv, json, math, subprocess, sys, tempfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import normalize

Z = 1.959963984540054
RESAMPLES, SEED = 2000, 1


def hearken(program, *arguments):
    done = subprocess.run([program, "eval", *map(str, arguments), "--json"], capture_output=True, text=True)
    if done.returncode not in (0, 3): sys.exit(f"hearken eval {arguments[0]}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def wilson(hits, n):
    p, s = hits / n, Z * Z / n
    centre, half = (p + s / 2) / (1 + s), Z / (1 + s) * math.sqrt(p * (1 - p) / n + s / (4 * n))
    return centre - half, centre + half


def resamples(n):
    """The rows of each resample, as the program's header states them."""
    bits = np.random.MT19937()
    bits._legacy_seeding(SEED)
    for _ in range(RESAMPLES):
        yield (bits.random_raw(n).astype(np.uint64) * np.uint64(n)) >> np.uint64(32)


class Check:
    def __init__(self, tolerance):
        self.tolerance, self.worst, self.count, self.failed = tolerance, 0.0, 0, 0

    def __call__(self, what, found, expected):
        off = abs(found - expected)
        self.count += 1
        self.worst = max(self.worst, off)
        if not off <= self.tolerance:
            self.failed += 1
            print(f"DIFFERS  {what}: {found:.6f} here {expected:.6f}")

    def figure(self, what, figure, value, low=None, high=None):
        self(what, figure["value"], value)
        if low is not None:
            self(what + ", low", figure["low"], low)
            self(what + ", high", figure["high"], high)


def zero_shot(check, report, name):
    audio, labels, rows = np.load(name + ".npy").astype(float), np.load(name + ".labels.npy").astype(float), rows_of(name + ".csv")
    classes = sorted({row["label"] for row in rows}, key=lambda s: s.encode())
    truth = np.array([classes.index(row["label"]) for row in rows])
    predicted = np.argmax(audio @ labels.T, axis=1)
    figures = {f["name"]: f for f in report["figures"]}
    check.figure("zero-shot accuracy", figures["accuracy"], accuracy_score(truth, predicted), *wilson((truth == predicted).sum(), len(truth)))
    check.figure("mean of the classes", figures["mean of the classes"],
                 np.mean([accuracy_score(truth[truth == c], predicted[truth == c]) for c in range(len(classes))]))
    return audio, rows, classes, truth


def probe(check, report, name):
    rows = rows_of(name + ".csv")
    x, folds = normalize(np.load(name + ".npy").astype(float)), np.array([row["fold"] for row in rows])
    classes = sorted({row["label"] for row in rows}, key=lambda s: s.encode())
    truth = np.array([classes.index(row["label"]) for row in rows])
    hits = 0
    for fold in report["folds"]:
        test = folds == fold["fold"]
        model = LogisticRegression(C=report["strength"], tol=1e-10, max_iter=20000).fit(x[~test], truth[~test])
        found = (model.predict(x[test]) == truth[test]).sum()
        check(f"probe, fold {fold['fold']}", fold["accuracy"], found / test.sum())
        hits += found
    figure = report["figures"][0]
    check.figure("probe accuracy", figure, hits / len(truth), *wilson(hits, len(truth)))


def answers(scores, relevant):
    order = np.argsort(-scores, kind="stable")
    places = np.flatnonzero(np.isin(order, relevant)) + 1
    precision = sum((i + 1) / p for i, p in enumerate(places) if p <= 10) / min(len(places), 10)
    return places[0], precision


def retrieval(check, report, name):
    audio, texts = np.load(name + ".npy").astype(float), np.load(name + ".captions.npy").astype(float)
    clip_of = np.array([int(row["row"]) for row in rows_of(name + ".captions.csv")])
    figures = {f["name"]: f for f in report["figures"]}
    scores = texts @ audio.T
    own = [np.flatnonzero(clip_of == c) for c in range(len(audio))]
    asking = [c for c in range(len(audio)) if len(own[c])]
    directions = {"text to audio": ([answers(scores[i], [clip_of[i]]) for i in range(len(texts))], [own[c] for c in asking]),
                  "audio to text": ([answers(scores[:, c], own[c]) for c in asking], [[i] for i in range(len(asking))])}
    for direction, (found, groups) in directions.items():
        places, precisions = np.array([f[0] for f in found], float), np.array([f[1] for f in found])
        measures = {"R@1": (places <= 1, np.mean), "R@5": (places <= 5, np.mean), "R@10": (places <= 10, np.mean),
                    "mAP@10": (precisions, np.mean), "median rank": (places, np.median)}
        for measure, (values, summary) in measures.items():
            values = np.asarray(values, float)
            drawn = [summary(np.concatenate([values[groups[g]] for g in resample])) for resample in resamples(len(groups))]
            check.figure(f"{direction} {measure}", figures[f"{direction} {measure}"], summary(values), *np.quantile(drawn, [.025, .975]))


def make_captions(folder, audio_rows, where):
    """Captions of a labelled dataset: one for every clip, two for every other, from its class and number."""
    with open(where, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "caption"])
        for i, row in enumerate(audio_rows):
            name = row["label"].replace("_", " ")
            writer.writerow([row["name"], f"the sound of {name}, take {i}"])
            if i % 2: writer.writerow([row["name"], f"{name} recorded outside, number {i}"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--captions", type=Path)
    parser.add_argument("--program", default="build/hearken")
    parser.add_argument("--tolerance", type=float, default=5e-5)
    options = parser.parse_args()
    check = Check(options.tolerance)
    with tempfile.TemporaryDirectory() as folder:
        name = folder + "/clips"
        report = hearken(options.program, "zero-shot", "--data", options.data.resolve(), "--save-vectors", name)
        _, rows, _, _ = zero_shot(check, report, name)
        again = hearken(options.program, "zero-shot", "--vectors", name + ".npy", "--labels", name + ".csv", "--label-vectors", name + ".labels.npy")
        check("zero-shot from the saved vectors", again["figures"][0]["value"], report["figures"][0]["value"])
        # A second run saves the folds that were dealt out.
        report = hearken(options.program, "probe", "--vectors", name + ".npy", "--labels", name + ".csv", "--save-vectors", folder + "/probe")
        probe(check, report, folder + "/probe")
        captions = options.captions
        if not captions:
            captions = Path(folder) / "captions.csv"
            make_captions(options.data, rows, captions)
        report = hearken(options.program, "retrieval", "--data", options.data.resolve(), "--captions", captions.resolve(), "--save-vectors", folder + "/found")
        retrieval(check, report, folder + "/found")
    print(f"{check.count} figures, {check.failed} differ; the largest difference is {check.worst:.1e}")
    sys.exit(1 if check.failed else 0)


main()
