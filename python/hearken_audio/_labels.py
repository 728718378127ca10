"""Labels as people hand them over."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Sequence, Union

from . import _hearken
from ._records import Label, LabelSet
from ._sounds import path_of

Labels = Union[str, Sequence[str], "os.PathLike[str]", LabelSet]


def label_set_names() -> list[str]:
    """The sets of labels that come along, such as "esc50" and "audioset"."""
    return _hearken.label_set_names()


def label_set(labels: Labels) -> LabelSet:
    """A set of labels: of a set's name ("esc50"), a list in one text ("rain, dog barking"), a list of texts, or a file's
    path (a Path, not a str; docs/CLASSIFY.md has its format). Raises Error: invalid_argument, not_found, corrupt."""
    if isinstance(labels, LabelSet):
        return labels
    if isinstance(labels, os.PathLike):
        return _hearken.read_labels(path_of(labels))
    if isinstance(labels, str):
        return _hearken.label_set(labels) if labels in _hearken.label_set_names() else _hearken.labels_in(labels)
    return LabelSet(labels=[Label(name=name, wordings=[name.replace("_", " ")]) for name in labels],
                    templates=[_hearken.default_template])


def texts_to_hear(labels: Labels) -> LabelSet:
    """As label_set(), but a list of texts is asked for as it is written, in no sentence."""
    if isinstance(labels, (str, os.PathLike, LabelSet)):
        return label_set(labels)
    return LabelSet(labels=[Label(name=text, wordings=[text]) for text in dict.fromkeys(labels)], templates=["{}"])


__all__ = ["Labels", "Path", "label_set", "label_set_names", "texts_to_hear"]
