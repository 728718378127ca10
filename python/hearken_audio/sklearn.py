"""A scikit-learn transformer: sounds in, vectors out. Needs scikit-learn.

    make_pipeline(SoundVectors(), LogisticRegression()).fit(paths, genres)
"""
from __future__ import annotations

from typing import Any, Optional

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from ._model import Model


class SoundVectors(TransformerMixin, BaseEstimator):
    """Sounds (paths, (samples, rate), file objects) as vectors, float32 [n, dimension]. Learns nothing in fit().

    Args:
        model: what Model takes.
        precision, window, hop, form, threads: as of Model and Model.audio().
    """

    def __init__(self, model: str = "starter", precision: str = "auto", window: float = 10.0, hop: float = 5.0,
                 form: str = "unit", threads: int = 0):
        self.model, self.precision, self.window, self.hop = model, precision, window, hop
        self.form, self.threads = form, threads

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__getstate__().items() if name != "_loaded"}

    def _model(self) -> Model:
        asked = (self.model, self.precision)
        if getattr(self, "_loaded", (None, None))[0] != asked:
            self._loaded = (asked, Model(self.model, self.precision))
        return self._loaded[1]

    def fit(self, X: Any, y: Optional[Any] = None) -> "SoundVectors":
        """Does nothing."""
        return self

    def transform(self, X: Any) -> np.ndarray:
        """float32 [n, dimension]. Raises Error as Model.audio()."""
        return self._model().audio(list(X), window=self.window, hop=self.hop, form=self.form, threads=self.threads)

    def get_feature_names_out(self, input_features: Optional[Any] = None) -> np.ndarray:
        """A name for each element of a vector."""
        return np.array([f"hearken{place}" for place in range(self._model().dimension)], dtype=object)
