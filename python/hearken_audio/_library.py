"""Libraries: files that hold tracks and their vectors, to search in."""
from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Iterable, Literal, Optional, Sequence, Union

import numpy as np

from . import _hearken
from ._errors import Error
from ._labels import Labels, label_set
from ._model import Model, as_windowing
from ._progress import Progress, Told
from ._records import (CheckReport, CleanResult, Clustering, DedupeResult, ExportReport, FindResult, ImportReport,
                       IndexReport, Journey, Learned, LibraryInfo, LikeResult, Map, MatchResult, Playlist, PlaylistTracks,
                       Rating, RenameResult, RepairReport, SidecarResult, SimilarResult, Tag, TaggedTrack, TagResult,
                       TrackFacts, TrackList)
from ._sounds import TRACK, Named, Sound, is_samples, is_sound, mono, path_of

PathName = Union[str, "os.PathLike[str]"]
Track = Union[int, str, "os.PathLike[str]"]


def under_of(under: Optional[PathName]) -> Optional[str]:
    return None if under is None else os.path.abspath(path_of(under))


class Library:
    """A library: one SQLite file that holds sources, tracks and the vectors of their windows.

    Args:
        path: the file; None: $HEARKEN_LIBRARY, else the user's own. `index` makes it where it is not there; nothing else
            does.
        model: a Model, or a name that Model takes; None: the library's own model, else "starter".

    Threads may share a Library: each call has a connection of its own. Other processes may read and index meanwhile.
    All methods raise Error: not_found (no such library), corrupt, mismatch (a newer library), io; and what they name.
    """

    def __init__(self, path: Optional[PathName] = None, model: Union[Model, str, None] = None):
        self._path = Path(os.path.abspath(path_of(path))) if path is not None else _hearken.default_library_path()
        self._library = _hearken.Library(self._path)
        self._model = Model(model) if isinstance(model, str) else model

    def __repr__(self) -> str:
        return f"<hearken_audio.Library {self._path}>"

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections; the next call opens another."""
        self._library.close()

    @property
    def path(self) -> Path:
        """The library's file."""
        return self._path

    @property
    def model(self) -> Model:
        """The model that searches: the one given, else the library's own at its precision, else "starter"."""
        if self._model is None:
            try:
                own = _hearken.own_model(self._library)
            except Error as error:
                if error.code != "not_found":
                    raise
                own = None
            self._model = Model(own.name, own.precision) if own is not None else Model("starter")
        return self._model

    def _windowing(self, window: Optional[float], hop: Optional[float]) -> Any:
        try:
            return as_windowing(window, hop, _hearken.own_windowing(self._library, self.model._model))
        except Error as error:
            if error.code != "not_found":
                raise
            return as_windowing(window, hop)

    # ── what is in it ──

    def info(self) -> LibraryInfo:
        """Tracks, windows, seconds of sound, models and sources."""
        return _hearken.info(self._library)

    def tracks(self) -> list[TrackFacts]:
        """All visible tracks, by number, with what was measured."""
        return _hearken.tracks(self._library)

    def track(self, track: Track) -> TrackFacts:
        """One track: by number, "id:42", its path, or its file's name. Raises Error: not_found, invalid_argument."""
        found = _hearken.track(self._library, self._id(track))
        if found is None:
            raise Error("not_found", f"id:{track}: no such track")
        return found

    def _id(self, track: Track) -> int:
        if not isinstance(track, (str, os.PathLike)):
            return int(track)
        return _hearken.track_named(self._library, path_of(track))

    def _ids(self, tracks: Union[Track, Iterable[Track]]) -> list[int]:
        if isinstance(tracks, (int, str, os.PathLike)):
            tracks = [tracks]
        return [self._id(track) for track in tracks]

    def index(self, *paths: PathName, progress: Progress = None, window: Optional[float] = None, hop: Optional[float] = None,
              prune: bool = False, links: bool = True, threads: int = 0) -> IndexReport:
        """Hears what is new or changed in folders and files, and makes the library where it is not there.

        Args:
            paths: folders (read to the bottom) and files.
            progress: True for a line on standard error, or a function that is called with an IndexProgress some ten
                times a second, on another thread.
            window, hop: seconds; None: as the library, else 10 and 5.
            prune: forgets tracks under these paths whose files are gone.
            links: follows symbolic links.

        Files that cannot be read are in `skipped` of the report. Ctrl-C ends the run soon; finished tracks stay.
        Raises Error: busy (another run writes), mismatch, io, invalid_argument.
        """
        settings = {"windowing": self._windowing(window, hop), "prune": prune, "links": links, "threads": threads}
        with Told(progress) as told:
            return _hearken.index(self._library, self.model._model, [path_of(path) for path in paths], settings, told)

    # ── searches ──

    def find(self, text: str, *, k: int = 10, offset: int = 0, under: Optional[PathName] = None, where: str = "",
             rank: Literal["mean", "best", "top3", "moments"] = "mean", without: Sequence[str] = (), **settings: Any) -> FindResult:
        """The tracks that a text describes, best first.

        Args:
            text: what it sounds like, in English; "calm piano, no drums" leaves drums out.
            k, offset: at most k results after leaving out `offset`.
            under: only tracks at or below this path.
            where: only tracks of which this is true, such as "tempo < 90 and genre = 'Jazz'" (docs/FIND.md).
            rank: tracks by all their windows, the best one or three; or "moments".
            without: texts that are not wanted.
            settings: the rest of FindOptions.

        Each hit has a score (a cosine, -1 to 1), a likelihood (0 to 1) and the best window's `start` and `end` in
        seconds. Raises Error: invalid_argument, mismatch (no vectors of this model).
        """
        return _hearken.find(self._library, self.model._model, text, {
            "k": k, "offset": offset, "under": under_of(under), "where": where, "rank": rank, "without": without, **settings})

    def moments(self, text: str, **settings: Any) -> FindResult:
        """The best moments of all tracks, in place of tracks: find(text, rank="moments")."""
        return self.find(text, rank="moments", **settings)

    def like(self, *sounds: Union[Sound, int], text: Union[str, Sequence[str]] = (), unlike: Union[Sound, Sequence[Sound]] = (),
             k: int = 10, by: Literal["votes", "mean"] = "votes", under: Optional[PathName] = None, where: str = "",
             start: float = 0, duration: float = 0, space: Optional[str] = None, **settings: Any) -> LikeResult:
        """The tracks that sound like a sound, or several, drawn towards texts and away from other sounds.

        Args:
            sounds: paths, (samples, rate), file objects, or tracks of the library (a number, or "id:42").
            text: words that count, too: "but calmer".
            unlike: sounds that count against.
            by: by votes of windows, or by mean vectors.
            start, duration: seconds; the part of the first sound that is meant. A duration of 0: to its end.
            space: vectors that another program made (import_space).
            settings: the rest of LikeOptions.

        Raises Error: invalid_argument, not_found, mismatch, and what decoding does.
        """
        with Named([sound for sound in sounds if not is_samples(sound)]) as named:
            paths = iter(named.inputs)
            items: list[tuple[Any, ...]] = []
            for sound in sounds:
                part = (False, start, duration) if not items else (False, 0.0, 0.0)
                items.append(item_of(sound if is_samples(sound) else next(paths), part))
            against = [unlike] if is_sound(unlike) or isinstance(unlike, int) else list(unlike)
            items += [item_of(sound, (True, 0.0, 0.0)) for sound in against]
            items += [("text", one, False, 0.0, 0.0) for one in ([text] if isinstance(text, str) else text)]
            chosen = {"k": k, "by": by, "under": under_of(under), "where": where, **settings}
            if space is not None:
                return _hearken.like_in_space(self._library, space, items, chosen)
            return _hearken.like(self._library, self.model._model, items, chosen)

    def match(self, sound: Sound, *, k: int = 10, start: float = 0, duration: float = 0) -> MatchResult:
        """Whether this very recording is in the library, and where; no model is asked. `start`, `duration`: seconds, the
        part that is meant. Empty when it is not there."""
        with Named([] if is_samples(sound) else [sound]) as named:
            item = item_of(sound if is_samples(sound) else named.inputs[0], (False, 0.0, 0.0))
            return _hearken.match(self._library, item, {"k": k, "start": start, "duration": duration})

    def similar(self, *, k: int = 20, under: Optional[PathName] = None, where: str = "", **settings: Any) -> SimilarResult:
        """The pairs of tracks that are most alike, of all against all. Settings: those of SimilarOptions."""
        return _hearken.similar_tracks(self._library, {"k": k, "under": under_of(under), "where": where, **settings})

    # ── lists to listen to ──

    def playlist(self, text: str, *, minutes: float = 60, **settings: Any) -> Playlist:
        """A list of about so many minutes that a text describes. Settings: those of PlaylistOptions."""
        return _hearken.playlist(self._library, self.model._model, text, {"minutes": minutes, **settings})

    def journey(self, first: Track, last: Track, *, steps: int = 12, **settings: Any) -> Journey:
        """A way from one track to another. Settings: those of JourneyOptions."""
        return _hearken.journey(self._library, self._id(first), self._id(last), {"steps": steps, **settings})

    def radio(self, *seeds: Union[int, PathName], minutes: float = 60, **settings: Any) -> TrackList:
        """What to play after some tracks (numbers, "id:42") or files (paths). Settings: those of RadioOptions."""
        with Named(seeds) as named:
            ids = [seed for seed in named.inputs if isinstance(seed, int)]
            files = [seed for seed in named.inputs if not isinstance(seed, int)]
            return _hearken.radio(self._library, self.model._model if files else None, ids, files,
                                  {"minutes": minutes, **settings})

    def tracks_of_playlist(self, file: PathName) -> PlaylistTracks:
        """The tracks that an .m3u8, .xspf, .jspf or .pls file names."""
        return _hearken.tracks_of_playlist(self._library, path_of(file))

    # ── opinions ──

    def rate(self, tracks: Union[Track, Iterable[Track]], up: bool = True, query: str = "") -> None:
        """Says of tracks up or down, in general or for a query; later searches follow it."""
        _hearken.rate(self._library, self._ids(tracks), up, query)

    def ratings(self) -> list[Rating]:
        """All ratings, by track."""
        return _hearken.ratings(self._library)

    def forget_ratings(self, tracks: Union[Track, Iterable[Track], None] = None, query: Optional[str] = None) -> int:
        """Forgets ratings of these tracks (for one query), or of all; returns how many."""
        if tracks is None:
            return _hearken.reset_ratings(self._library)
        return _hearken.forget_ratings(self._library, self._ids(tracks), query)

    def learned(self, query: str = "", k: int = 5) -> Learned:
        """What searches learned from ratings."""
        return _hearken.learned(self._library, self.model._model, query, k)

    def tags(self, track: Track) -> list[Tag]:
        """A track's tags, a person's first."""
        return _hearken.tags(self._library, self._id(track))

    def tagged_tracks(self) -> list[TaggedTrack]:
        """All tracks that have tags."""
        return _hearken.tagged_tracks(self._library)

    def set_tags(self, tracks: Union[Track, Iterable[Track]], add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """What a person says of these tracks: labels that hold, and labels that do not."""
        _hearken.set_tags(self._library, self._ids(tracks), list(add), list(remove))

    def tag(self, labels: Labels, *, progress: Progress = None, **settings: Any) -> TagResult:
        """Gives every track the labels that are likely (0.7 and more). Settings: those of TagOptions."""
        chosen = {"windowing": self._windowing(None, None), **settings}
        with Told(progress) as told:
            return _hearken.tag(self._library, self.model._model, label_set(labels), chosen, told)

    def rename_by_ucs(self, least_likelihood: float = 0.8, *, dry_run: bool = True) -> RenameResult:
        """Renames files by their tags of the set `ucs`; unless `dry_run` is False it only says how."""
        return _hearken.rename_by_ucs(self._library, least_likelihood, dry_run)

    def undo_rename(self, *, dry_run: bool = False) -> RenameResult:
        """Takes the last rename_by_ucs() back."""
        return _hearken.undo_rename(self._library, dry_run)

    def write_sidecars(self, *, dry_run: bool = False) -> SidecarResult:
        """Writes NAME.tags.json beside each tagged file."""
        return _hearken.write_sidecars(self._library, dry_run)

    # ── what is in its sounds: tracks by number or "id:42" besides files ──

    def score(self, sounds: Any, texts: Any, *, progress: Progress = None, **settings: Any) -> Any:
        """As Model.score(), for tracks, too: those are not heard again, their vectors are read."""
        return self.model._score(self._library, sounds, texts, self._windowing(None, None), progress, settings)

    def classify(self, sounds: Any, labels: Labels, *, templates: Optional[Sequence[str]] = None, progress: Progress = None,
                 **settings: Any) -> Any:
        """As Model.classify(), for tracks, too."""
        return self.model._classify(self._library, sounds, labels, self._windowing(None, None), templates, progress, settings)

    def events(self, sounds: Any, labels: Labels, *, progress: Progress = None, **settings: Any) -> Any:
        """As Model.events(), for tracks, too."""
        return self.model._events(self._library, sounds, labels, progress, settings)

    def map(self, **settings: Any) -> Map:
        """Tracks as points of a plane, and how well their classes lie apart. Settings: those of MapOptions."""
        return _hearken.map_library(self._library, settings)

    def cluster(self, k: int = 0, *, names: Optional[Labels] = None, **settings: Any) -> Clustering:
        """Tracks in groups by how they sound; with `names`, the groups are named with those labels. Settings: those of
        ClusterOptions."""
        model = self.model._model if names is not None else None
        labels = label_set(names) if names is not None else label_set([])
        return _hearken.cluster_library(self._library, model, labels, {"k": k, **settings})

    # ── vectors out and in ──

    def export(self, folder: PathName, **settings: Any) -> ExportReport:
        """Writes vectors.npy and a catalogue into a folder (docs/EXPORT.md). Settings: those of ExportOptions."""
        return _hearken.export_vectors(self._library, path_of(folder), settings)

    def vectors(self, *, by: Literal["window", "track"] = "track", **settings: Any) -> tuple[np.ndarray, list[dict[str, Any]]]:
        """The library's vectors, float32 [n, dimension], and what each row is of: a dictionary with path, title, start
        and so on, as in catalogue.jsonl (docs/EXPORT.md). Rows by track are means of windows, not scaled to length 1.
        Settings: those of ExportOptions."""
        with tempfile.TemporaryDirectory(prefix="hearken-") as folder:
            _hearken.export_vectors(self._library, folder, {**settings, "by": by, "csv": False})
            with open(os.path.join(folder, "catalogue.jsonl"), encoding="utf-8") as lines:
                catalogue = [json.loads(line) for line in lines]
            return np.load(os.path.join(folder, "vectors.npy")), catalogue

    def import_vectors(self, source: PathName, *, check_model: bool = False) -> ImportReport:
        """Takes an exported folder, or a file of rows that `hearken embed --stream` wrote. Vectors must be of a model
        that the library holds, or with `check_model` of this library's `model`."""
        model = self.model._model if check_model else None
        path = path_of(source)
        if os.path.isdir(path):
            return _hearken.import_vectors(self._library, path, model)
        return _hearken.import_stream(self._library, path, model)

    def import_space(self, vectors: PathName, tracks: PathName, name: str, *, progress: Progress = None, **settings: Any) -> ImportReport:
        """Takes vectors that another program made (.npy, and a CSV that says of what) into a space of their own.
        Settings: those of SpaceOptions."""
        with Told(progress) as told:
            return _hearken.import_space(self._library, path_of(vectors), path_of(tracks), {"name": name, **settings}, told)

    # ── upkeep ──

    def check(self) -> CheckReport:
        """Whether every stored value is as it was written. Changes nothing."""
        return _hearken.check(self._library)

    def repair(self) -> RepairReport:
        """Takes out what check() finds damaged and can be made again; says what to index."""
        return _hearken.repair(self._library)

    def clean(self, **settings: Any) -> CleanResult:
        """Flags passages that should win no votes (silence, clapping). Settings: those of CleanOptions."""
        return _hearken.clean(self._library, self.model._model, settings)

    def clean_undo(self) -> int:
        """Takes all flags back; returns how many windows had one."""
        return _hearken.clean_undo(self._library)

    def dedupe(self) -> DedupeResult:
        """Recordings that are there more than once. Deletes nothing."""
        return _hearken.dedupe(self._library)


def item_of(sound: Any, part: tuple[bool, float, float]) -> tuple[Any, ...]:
    """An item of a query as the module takes it; sounds in files are paths or numbers already."""
    if is_samples(sound):
        values, rate = mono(sound)
        return ("samples", values, *part, rate, "samples")
    if isinstance(sound, int):
        return ("track", sound, *part)
    if isinstance(sound, str) and (track := TRACK.fullmatch(sound)):
        return ("track", int(track[1]), *part)
    return ("file", path_of(sound), *part)


class Engine:
    """A library in a Weaviate cluster (docs/REMOTE.md), searched with the same calls.

    Args:
        url: weaviate://HOST[:PORT[:GRPC]]/COLLECTION, weaviates:// over TLS.
        model: a Model or its name; the engine must hold vectors of it.

    Threads may share it. Raises Error: invalid_argument, io (no host answers), permission_denied, mismatch.
    """

    def __init__(self, url: str, model: Union[Model, str] = "starter"):
        self._remote = _hearken.connect(url)
        self.model = Model(model) if isinstance(model, str) else model

    @property
    def url(self) -> str:
        """As it was given."""
        return self._remote.url()

    def find(self, text: str, **settings: Any) -> FindResult:
        """As Library.find(), without ratings. Settings: those of FindOptions."""
        return _hearken.find_remote(self._remote, self.model._model, text, settings)

    def like(self, *sounds: Any, text: Union[str, Sequence[str]] = (), **settings: Any) -> LikeResult:
        """As Library.like(), of the engine's tracks ("id:42"). Settings: those of LikeOptions."""
        items = [item_of(sound, (False, 0.0, 0.0)) for sound in sounds]
        items += [("text", one, False, 0.0, 0.0) for one in ([text] if isinstance(text, str) else text)]
        return _hearken.like_remote(self._remote, self.model._model, items, settings)

    def classify(self, tracks: Sequence[int], labels: Labels, **settings: Any) -> Any:
        """As Library.classify(), of the engine's tracks, by number. Settings: those of ClassifyOptions."""
        return _hearken.classify_remote(self._remote, self.model._model, list(tracks), label_set(labels), settings)
