"""Writes plane.json: what scikit-learn computes on small sets of vectors. pip install numpy scikit-learn."""
import json
import pathlib

import numpy
import sklearn
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_samples, silhouette_score
from sklearn.neighbors import NearestCentroid


def case(name, rows, dimension, classes, spread, components):
    random = numpy.random.default_rng(len(name))
    label = random.integers(0, classes, rows)
    vectors = random.normal(size=(classes, dimension))[label] + spread * random.normal(size=(rows, dimension))
    vectors = (vectors * numpy.linspace(1, 3, dimension)).astype(numpy.float32)
    exact = vectors.astype(numpy.float64)
    pca = PCA(components, svd_solver="full").fit(exact)
    samples = silhouette_samples(exact, label)
    return {"name": name, "dimension": dimension, "rows": vectors.ravel().tolist(), "classes": label.tolist(),
            "components": components, "axes": pca.components_.ravel().tolist(),
            "variances": pca.explained_variance_.tolist(), "shares": pca.explained_variance_ratio_.tolist(),
            "points": pca.transform(exact).ravel().tolist(), "silhouette": silhouette_score(exact, label),
            "silhouettes": [samples[label == c].mean() for c in range(classes)],
            "nearest_centroid": NearestCentroid().fit(exact, label).score(exact, label)}


def agreement(name, a, b):
    a, b = [int(x) for x in a], [int(x) for x in b]
    return {"name": name, "a": a, "b": b, "adjusted_rand": adjusted_rand_score(a, b),
            "normalised_mutual_information": normalized_mutual_info_score(a, b)}


random = numpy.random.default_rng(3)
truth = random.integers(0, 5, 80)
agreements = [agreement("alike", truth, numpy.where(random.random(80) < .3, random.integers(0, 5, 80), truth)),
              agreement("by chance", truth, random.integers(0, 7, 80)), agreement("other names", truth, 9 - truth),
              agreement("one group", truth, truth * 0), agreement("each its own", truth, range(80)),
              agreement("both one group", truth * 0, truth * 0 + 3)]
cases = [case("more rows than dimensions", 70, 19, 4, 1.5, 5), case("fewer rows", 12, 40, 3, 1.0, 4)]
out = {"by": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}", "cases": cases, "agreements": agreements}
(pathlib.Path(__file__).parent / "plane.json").write_text(json.dumps(out) + "\n")
