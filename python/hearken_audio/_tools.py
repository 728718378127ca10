"""What needs neither a library nor a model object: files of lists, pictures, datasets, evaluations, the hub, training."""
from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any, Callable, Optional, Sequence, Union

import numpy as np

from . import _hearken
from ._errors import Error
from ._library import PathName
from ._labels import Labels, label_set
from ._model import Model
from ._progress import Progress, Told
from ._records import (CachedModel, CaptionedClips, Clustering, Comparison, ConvertedModel, CopyReport, Event, EventsResult,
                       ExportManifest, FilePart, FindHit, FmaGenre, FmaTrack, HubPlan, LabelledClips, LabelSet, ListedTrack, ListWords,
                       MadeModel, Map, ModelDetails, PlaylistEntry, ProbeResult, PublishedFigure, Question, RankCorrelation, Removal, RetrievalResult,
                       ScoreResult, Timeline, TuneEpoch, TuneOptions, TuneRecipe, TuneReport, WordingsResult, ZeroShotResult)
from ._sounds import path_of

# ── lists, tables, copies ──


def split_words(text: str) -> ListWords:
    """A description taken apart: what is wanted, and what is not."""
    return _hearken.split_words(text)


def write_playlist(file: PathName, tracks: Sequence[ListedTrack], **settings: Any) -> None:
    """Writes .m3u8, .xspf or .jspf, by the ending. Settings: those of PlaylistWriting."""
    _hearken.write_playlist(path_of(file), list(tracks), settings)


def read_playlist(file: PathName) -> list[PlaylistEntry]:
    """The entries of an .m3u, .m3u8, .xspf, .jspf or .pls file."""
    return _hearken.read_playlist(path_of(file))


def read_texts(path: PathName) -> list[Question]:
    """The texts of a file, one a line, as questions to score."""
    return _hearken.read_texts(path_of(path))


def read_synonyms(path: PathName) -> list[Question]:
    """Questions in several wordings, one a line: "name: wording | wording"."""
    return _hearken.read_synonyms(path_of(path))


def score_csv(result: ScoreResult, model: Optional[Model] = None) -> str:
    """Scores as CSV, as `hearken score --csv` writes them."""
    return _hearken.score_csv(result, model._model if model else None)


def events_csv(result: EventsResult) -> str:
    """Events as CSV: path,label,start,end,score,likelihood."""
    return _hearken.events_csv(result)


def audacity_labels(timeline: Timeline) -> str:
    """Events as a label track of Audacity."""
    return _hearken.audacity_labels(timeline)


def webvtt(timeline: Timeline) -> str:
    """Events as WebVTT."""
    return _hearken.webvtt(timeline)


def raven_table(timeline: Timeline, sample_rate: int) -> str:
    """Events as a selection table of Raven; frequencies from 0 to half of `sample_rate`, in Hz."""
    return _hearken.raven_table(timeline, sample_rate)


def event_level(likelihood: float) -> str:
    """"HIGH" from 0.9, "MODERATE" from 0.6, else "LOW"."""
    return _hearken.event_level(likelihood)


def events_in_parts(model: Model, text: str, parts: Sequence[FilePart], **settings: Any) -> list[Optional[Event]]:
    """Of each part of a file the likeliest event of a text. Settings: those of EventsOptions."""
    return _hearken.events_in_parts(model._model, text, list(parts), settings)


def copy_hits(hits: Sequence[FindHit], folder: PathName, *, first_rank: int = 1, moments: bool = False) -> CopyReport:
    """Copies what was found into a folder; with `moments` each hit's part, as WAV."""
    return _hearken.copy_hits(list(hits), path_of(folder), first_rank, moments)


def read_manifest(folder: PathName) -> ExportManifest:
    """What export.json of an exported folder says."""
    return _hearken.read_manifest(path_of(folder))


# ── maps and clusters ──


def map_vectors(vectors: PathName, labels: Optional[PathName] = None, *, threads: int = 0) -> Map:
    """Rows of an .npy file as points of a plane; `labels`: a CSV with a column `label`."""
    return _hearken.map_vectors(path_of(vectors), "" if labels is None else path_of(labels), threads)


def map_svg(map: Map) -> str:
    """A map as an SVG drawing."""
    return _hearken.map_svg(map)


def map_png(map: Map) -> bytes:
    """A map as a PNG picture."""
    return _hearken.map_png(map)


def map_page(map: Map) -> str:
    """A map as an HTML page that loads nothing."""
    return _hearken.map_page(map)


def cluster_vectors(vectors: PathName, labels: Optional[PathName] = None, *, k: int = 0, threads: int = 0) -> Clustering:
    """Rows of an .npy file in groups."""
    return _hearken.cluster_vectors(path_of(vectors), "" if labels is None else path_of(labels), k, threads)


# ── datasets and evaluations ──


def read_labelled(folder: PathName, layout: str = "") -> LabelledClips:
    """Clips with classes in a dataset's own layout: esc50, esc10, urbansound8k, gtzan, fma, csv, folder."""
    return _hearken.read_labelled(path_of(folder), layout)


def read_labelled_csv(list: PathName, folder: Optional[PathName] = None) -> LabelledClips:
    """Clips with classes of a CSV."""
    return _hearken.read_labelled_csv(path_of(list), "" if folder is None else path_of(folder))


def read_captions(csv: PathName, folder: Optional[PathName] = None, *, split: str = "", leave_out: bool = False) -> CaptionedClips:
    """Clips with captions: the CSVs of AudioCaps, Clotho, MusicCaps, or path and caption."""
    return _hearken.read_captions(path_of(csv), "" if folder is None else path_of(folder), split, leave_out)


def read_fma(folder: PathName) -> tuple[list[FmaTrack], list[FmaGenre]]:
    """Tracks and genres of the Free Music Archive dataset."""
    return _hearken.read_fma(path_of(folder))


def matrix(rows: Any) -> np.ndarray:
    """float32 [n, dimension], C-contiguous; a copy only where it is not that already."""
    out = np.ascontiguousarray(rows, np.float32)
    if out.ndim != 2:
        raise Error("invalid_argument", f"vectors of shape {out.shape}; [n, dimension] is asked for")
    return out


def zero_shot(audio: np.ndarray, labels: np.ndarray, truth: Sequence[int]) -> ZeroShotResult:
    """Accuracy of clips [n, dimension] under labels [c, dimension]; `truth` [n] names each clip's label."""
    rows = matrix(audio)
    return _hearken.zero_shot(rows, matrix(labels), rows.shape[1], [int(one) for one in truth])


def retrieval(audio: np.ndarray, captions: np.ndarray, clip_of: Sequence[int], *, threads: int = 0) -> RetrievalResult:
    """Recall and average precision, both ways; `clip_of` [m] names each caption's clip."""
    rows = matrix(audio)
    return _hearken.retrieval(rows, matrix(captions), rows.shape[1], [int(one) for one in clip_of], threads)


def linear_probe(audio: np.ndarray, truth: Sequence[int], folds: Optional[Sequence[str]] = None, *, threads: int = 0) -> ProbeResult:
    """Logistic regression on frozen vectors, fold by fold; without `folds` five are drawn."""
    rows, labels = matrix(audio), [int(one) for one in truth]
    classes = max(labels, default=-1) + 1
    drawn = stratified_folds(labels, classes) if folds is None else [str(one) for one in folds]
    return _hearken.linear_probe(rows, rows.shape[1], labels, classes, drawn, threads)


def stratified_folds(truth: Sequence[int], classes: int) -> list[str]:
    """Five folds, "1" to "5", drawn with a fixed seed."""
    return _hearken.stratified_folds([int(one) for one in truth], classes)


def class_labels(classes: Sequence[str], layout: str = "") -> LabelSet:
    """The labels that a dataset's classes are asked by."""
    return _hearken.class_labels(list(classes), layout)


def wordings(model: Model, audio: np.ndarray, labels: Labels, truth: Sequence[int], templates: Sequence[str], *, threads: int = 0) -> WordingsResult:
    """zero_shot() under one template after the other."""
    return _hearken.wordings(model._model, matrix(audio), label_set(labels), [int(one) for one in truth], list(templates), threads)


def usual_templates(labels: Labels) -> list[str]:
    """The templates that are tried where nobody names others."""
    return _hearken.usual_templates(label_set(labels))


def published_figures(model: str, protocol: str, dataset: str) -> list[PublishedFigure]:
    """What was published of a model on a dataset."""
    return _hearken.published_figures(model, protocol, dataset)


def rank_correlation(a: Sequence[float], b: Sequence[float]) -> RankCorrelation:
    """Spearman's rank correlation with its interval, chance and power."""
    return _hearken.rank_correlation([float(x) for x in a], [float(x) for x in b])


def compare(first: Model, second: Model, folder: PathName, *, progress: Progress = None, **settings: Any) -> Comparison:
    """Two models on the same sounds. Settings: those of CompareOptions."""
    with Told(progress) as told:
        return _hearken.compare(first._model, second._model, path_of(folder), settings, told)


def compare_page(comparison: Comparison) -> str:
    """A comparison as an HTML page that loads nothing."""
    return _hearken.compare_page(comparison)


# ── the hub, and models as files ──


def is_hub_name(name: str) -> bool:
    """Whether a name can only mean the hub."""
    return _hearken.is_hub_name(name)


def hub_cache_directory() -> Path:
    """Where the Hugging Face cache is."""
    return _hearken.hub_cache_directory()


def find_in_cache(name: str) -> Optional[Path]:
    """Where a model lies in the cache, complete; None where it does not. Never asks the hub."""
    return _hearken.find_in_cache(name)


def needed_from_hub(model: str) -> Optional[str]:
    """What has to be pulled before a model can be loaded."""
    return _hearken.needed_from_hub(model)


def plan_pull(name: str) -> HubPlan:
    """What pull() would fetch. Asks the hub."""
    return _hearken.plan_pull(name)


def pull(name: str, progress: Optional[Callable[[Any], None]] = None) -> Path:
    """Fetches a model from the hub into the cache and returns where it lies. `progress` is called with a PullProgress."""
    return _hearken.pull(name, progress)


def list_cached() -> list[CachedModel]:
    """The models in the cache."""
    return _hearken.list_cached()


def remove_cached(name: str, *, rehearse: bool = False) -> Removal:
    """Takes a model out of the cache; with `rehearse` says what would go."""
    return _hearken.remove_cached(name, rehearse)


def model_details(name: str) -> ModelDetails:
    """What a model is made of."""
    return _hearken.model_details(name)


def convert_model(name: str, directory: PathName, *, replace: bool = False) -> ConvertedModel:
    """Writes a CLAP model in Hugging Face layout."""
    return _hearken.convert_model(name, path_of(directory), replace)


def make_model(directory: PathName, audio: str, text: str, **settings: Any) -> MadeModel:
    """Writes a new model of two towers with fresh projections. Settings: those of MakeModelOptions."""
    return _hearken.make_model({"audio": audio, "text": text, **settings}, path_of(directory))


# ── training ──


def tune_recipe(name: str) -> TuneRecipe:
    """A published experiment as settings of tune(): "fma-small"."""
    return _hearken.tune_recipe(name)


def tune(data: PathName, directory: PathName, model: str = "starter", *, progress: Optional[Callable[[Any], None]] = None,
         epoch: Optional[Callable[[TuneEpoch], None]] = None, **settings: Any) -> TuneReport:
    """Trains a model on pairs of sound and text (docs/TUNE.md).

    Args:
        data: a CSV with path and caption, a dataset's folder, a folder of tagged music, a library.
        directory: where the tuned model goes.
        model: what to start from.
        progress, epoch: called with a TuneProgress, and with a TuneEpoch after each epoch.
        settings: the rest of TuneOptions.

    Needs Hearken's module on libtorch: $HEARKEN_TORCH_MODULE names it (`./dev build --train` of Hearken's source makes
    it). Raises Error: unsupported without; invalid_argument, mismatch, busy, io.
    """
    if not os.environ.get("HEARKEN_TORCH_MODULE"):
        has = "torch is installed, but " if importlib.util.find_spec("torch") else "torch is not installed, and "
        raise Error("unsupported", "training needs Hearken's module on libtorch: " + has + "this package comes without that "
                    "module; build it from Hearken's source (./dev build --train) and name it in HEARKEN_TORCH_MODULE")
    return _hearken.tune({"data": path_of(data), "directory": path_of(directory), "model": model, **settings}, progress, epoch)
