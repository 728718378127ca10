"""Writes plane.json: what scikit-learn computes on small sets of vectors. pip install numpy scikit-learn."""
import json
import pathlib

import numpy
import sklearn
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_samples, silhouette_score
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


cases = [case("more rows than dimensions", 70, 19, 4, 1.5, 5), case("fewer rows", 12, 40, 3, 1.0, 4)]
out = {"by": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}", "cases": cases}
(pathlib.Path(__file__).parent / "plane.json").write_text(json.dumps(out) + "\n")
