"""A library's vectors as a torch dataset. Needs torch.

    DataLoader(VectorDataset.of_library(lib, label="genre"), batch_size=64, shuffle=True)
"""
from __future__ import annotations

from typing import Any, Callable, Optional, Sequence, Union

import numpy as np
import torch

from ._library import Library


class VectorDataset(torch.utils.data.Dataset):
    """Rows of vectors, with a class for each if there are labels: items are a float32 tensor [dimension], or (tensor,
    number of the class). `classes` are the labels in order. The rows are not copied where they are float32 already."""

    def __init__(self, vectors: np.ndarray, labels: Optional[Sequence[str]] = None):
        self.vectors = torch.from_numpy(np.ascontiguousarray(vectors, np.float32))
        self.classes: list[str] = [] if labels is None else sorted(set(labels))
        places = {label: place for place, label in enumerate(self.classes)}
        self.targets = None if labels is None else torch.tensor([places[label] for label in labels])

    @classmethod
    def of_library(cls, library: Library, *, by: str = "track", label: Union[str, Callable[[dict], Optional[str]], None] = None,
                   **settings: Any) -> "VectorDataset":
        """The vectors of a library's tracks or windows. `label`: a field of the catalogue ("genre", "artist"), or a
        function of a row of it; rows without one are left out. Settings: those of Library.vectors()."""
        vectors, catalogue = library.vectors(by=by, **settings)
        if label is None:
            return cls(vectors)
        said = [label(row) if callable(label) else row.get(label) for row in catalogue]
        kept = [place for place, one in enumerate(said) if one]
        return cls(vectors[kept], [str(said[place]) for place in kept])

    def __len__(self) -> int:
        return len(self.vectors)

    def __getitem__(self, place: int) -> Any:
        return self.vectors[place] if self.targets is None else (self.vectors[place], self.targets[place])
