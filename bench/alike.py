"""Whether `hearken like` knows when it has found something: its likelihoods on recordings held out; the table of docs/LIKE.md.

    python3 bench/alike.py MANIFEST [--library FILE] [--program build/hearken] [--model NAME|DIR] [--work DIR]

MANIFEST is what bench/quality/clips.py writes; its noises and music are indexed (bench/quality.py says how), unless --library is one that holds them. Every
recording is asked for once, and right is what has its label: one of ESC-10's ten classes, or music. What was cut from the same recording, or comes of the
same package, is taken out of the results; then, once more, all that has the label, so that nothing right is left. Noises are halved by recording, music by
package (choose, report). On the one half by itself the two cosines of src/search/query/like.cpp are fitted (printed first: where the curve is 0.7 and 0.4, queries
without a right answer counting half); the figures are of queries from the other half, which find among all, by votes as the program does by itself. ECE: expected
calibration error.
Needs NumPy.
"""
import argparse
import random
import tempfile
from pathlib import Path

import numpy as np

import quality
import ratings

FIRST = 10


def label_of(row):
    return "music" if row["kind"] == "music" else next(iter(row["labels"]))


def group_of(row):
    return row["source"].partition(":")[0] if row["kind"] == "music" else row["source"]


def halves(rows):
    """Of each recording whether it is one to fit to."""
    groups = sorted({group_of(r) for r in rows if r["kind"] == "noise"})
    random.Random(1).shuffle(groups)
    fit = set(groups[::2])
    return {r["path"]: r["split"] == "choose" if r["kind"] == "music" else group_of(r) in fit for r in rows}


def fitted(x, y, weights):
    """The logistic curve's slope and constant."""
    theta = np.array([20.0, -17.0])
    inputs = np.stack([x, np.ones_like(x)], 1)
    for _ in range(100):
        p = 1 / (1 + np.exp(-inputs @ theta))
        w = weights * p * (1 - p) + 1e-9
        theta = theta + np.linalg.solve(inputs.T @ (inputs * w[:, None]), inputs.T @ (weights * (y - p)))
    return theta


def error(said, right):
    bins = np.minimum((said * 10).astype(int), 9)
    return sum((bins == b).mean() * abs(said[bins == b].mean() - right[bins == b].mean()) for b in set(bins))


def found(results, query, rows, left_out):
    """The first ten of what may be found, which are `rows`: (score, likelihood, right)."""
    out = []
    for r in results:
        row = rows.get(r["track"]["id"])
        if row is None or group_of(row) == group_of(query) or (left_out and label_of(row) == label_of(query)):
            continue
        out.append((r["score"], r["likelihood"], label_of(row) == label_of(query)))
    return out[:FIRST]


def said(name, lists):
    best = np.array([max(v[1] for v in found) for found in lists])
    print(f"| {name} | {len(lists)} | {(best >= 0.7).mean():.2f} | {((best >= 0.5) & (best < 0.7)).mean():.2f} | {(best < 0.5).mean():.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--program", default=quality.ROOT / "build/hearken")
    parser.add_argument("--model")
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    recordings = [r for r in quality.recordings(options.manifest, "all") if r["kind"] in ("music", "noise")]
    to_fit = halves(recordings)
    with tempfile.TemporaryDirectory() as folder:
        library = ratings.library_in(Path(folder), options, recordings)
        rows = ratings.rows_of(options, library, recordings)
        with ratings.Served(options, library, rows) as served:
            lists = {(by, fit, out): [] for by in ("mean", "votes") for fit in (True, False) for out in (False, True)}
            music = {out: [] for out in (False, True)}
            for track, row in rows.items():
                fit = to_fit[row["path"]]
                among = {t: r for t, r in rows.items() if to_fit[r["path"]]} if fit else rows
                for by in ("mean",) if fit else ("votes",):
                    results = served.ask({"track": track}, by=by, inputs=1, clips=1, ratings=False)["results"]
                    for out in (False, True):
                        one = found(results, row, among, out)
                        if one:
                            lists[by, fit, out].append(one)
                            if not fit and row["kind"] == "music":
                                music[out].append(one)
    flat = lambda one: np.array([v for found in one for v in found], float)  # noqa: E731
    with_right, without = flat(lists["mean", True, False]), flat(lists["mean", True, True])
    both = np.concatenate([with_right, without])
    slope, constant = fitted(both[:, 0], both[:, 2], np.concatenate([np.ones(len(with_right)), np.full(len(without), 0.5)]))
    at = lambda p: (np.log(p / (1 - p)) - constant) / slope  # noqa: E731
    print(f"fitted: 0.7 at a cosine of {at(0.7):.4f}, 0.4 at {at(0.4):.4f}\n")
    here, gone = lists["votes", False, False], lists["votes", False, True]
    print(f"first result right: {np.mean([one[0][2] for one in here]):.3f}; of the first ten: {flat(here)[:, 2].mean():.3f}")
    everything = np.concatenate([flat(here), flat(gone)])
    print(f"ECE of the first ten: {error(flat(here)[:, 1], flat(here)[:, 2]):.3f}; with the queries whose label was taken out: {error(everything[:, 1], everything[:, 2]):.3f}\n")
    print("| | queries | clear | doubtful | none |\n|---|---|---|---|---|")
    said("its label is in the library", here)
    said("– music", music[False])
    said("its label was taken out", gone)
    said("– music", music[True])
    print("\n| likelihood | results | said, on average | right |\n|---|---|---|---|")
    bins = np.minimum((everything[:, 1] * 10).astype(int), 9)
    for b in range(10):
        if (bins == b).any():
            print(f"| {b / 10:.1f}–{b / 10 + 0.1:.1f} | {(bins == b).sum()} | {everything[bins == b, 1].mean():.2f} | {everything[bins == b, 2].mean():.2f} |")


if __name__ == "__main__":
    main()
