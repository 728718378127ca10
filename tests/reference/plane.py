"""Compares `hearken map` and `hearken cluster` with scikit-learn: plane.py PROGRAM [VECTORS.npy LABELS.csv]...

Without files, on random vectors: more rows than dimensions, and fewer. pip install numpy scikit-learn.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_score
from sklearn.neighbors import NearestCentroid


def run(program, *arguments):
    return json.loads(subprocess.run([program, *map(str, arguments), "--json"], check=True, capture_output=True).stdout)


def compare(program, vectors, labels):
    rows = numpy.load(vectors).astype(numpy.float64)
    with open(labels, newline="", encoding="utf-8-sig") as file:
        names = [row["label"] for row in csv.DictReader(file)]
    report = run(program, "map", "--vectors", vectors, "--labels", labels)
    points = numpy.array([[p["x"], p["y"]] for p in report["points"]])
    pca = PCA(2, svd_solver="full").fit(rows)
    worst = {"points": numpy.abs(points - pca.transform(rows)).max() / numpy.abs(points).max(),
             "shares": numpy.abs(numpy.array(report["shares"]) - pca.explained_variance_ratio_).max()}
    counts = {n: names.count(n) for n in names}
    kept = [i for i, n in enumerate(names) if n and counts[n] > 1]
    truth = numpy.array(names)[kept]
    for where, x in (("plane", points[kept]), ("space", rows[kept])):
        own = report[where]
        if own["silhouette_points"] == own["points"]:
            worst[f"silhouette, {where}"] = abs(own["silhouette"] - silhouette_score(x, truth))
        worst[f"nearest centroid, {where}"] = abs(own["nearest_centroid"] - NearestCentroid().fit(x, truth).score(x, truth))
    groups = run(program, "cluster", "--vectors", vectors, "--labels", labels)
    own, theirs = zip(*((c["cluster"], m["label"]) for c in groups["clusters"] for m in c["members"] if m["label"]))
    worst["adjusted Rand index"] = abs(groups["agreement"]["adjusted_rand"] - adjusted_rand_score(theirs, own))
    worst["mutual information"] = abs(groups["agreement"]["normalised_mutual_information"]
                                      - normalized_mutual_info_score(theirs, own))
    print(f"{pathlib.Path(vectors).name}: {rows.shape[0]} x {rows.shape[1]}")
    for name, difference in worst.items():
        print(f"  {name:28}{difference:.1e}")
    return max(worst.values()) < 1e-5


def random_files(folder):
    random = numpy.random.default_rng(1)
    for rows, dimension in ((2000, 512), (150, 512), (4000, 64)):
        label = random.integers(0, 10, rows)
        x = random.normal(size=(10, dimension))[label] + 1.5 * random.normal(size=(rows, dimension))
        path = folder / f"random-{rows}x{dimension}.npy"
        numpy.save(path, x.astype(numpy.float32))
        path.with_suffix(".csv").write_text("label\n" + "".join(f"class {i}\n" for i in label))
        yield path, path.with_suffix(".csv")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        files = list(zip(sys.argv[2::2], sys.argv[3::2])) or list(random_files(pathlib.Path(folder)))
        good = [compare(sys.argv[1], *pair) for pair in files]
    sys.exit(0 if all(good) else "not equal")
