"""Models: vectors of sounds and texts, and what is heard in a sound."""
from __future__ import annotations

from typing import Any, Literal, Optional, Sequence, Union

import numpy as np

from . import _hearken
from ._errors import Error
from ._labels import Labels, label_set, texts_to_hear
from ._progress import Progress, Told
from ._records import (Caption, CaptionsResult, Classified, ClassifyResult, EventsResult, Filtered, FilterResult, ModelCheck,
                       ModelInfo, Question, ScoreResult, SoundScores, Timeline, Windowing)
from ._sounds import Named, Sound, is_sound

Form = Literal["unit", "scored", "projected", "pooled"]
Precision = Literal["auto", "fp32", "bf16", "int8"]


def as_windowing(window: Optional[float], hop: Optional[float], otherwise: Windowing = Windowing()) -> Windowing:
    return Windowing(otherwise.window if window is None else window, otherwise.hop if hop is None else hop)


def questions_of(texts: Any) -> list[Question]:
    """Texts, and in a dictionary names with several wordings each."""
    if isinstance(texts, str):
        texts = [texts]
    if isinstance(texts, dict):
        return [Question(text=name, wordings=list(wordings)) for name, wordings in texts.items()]
    return [text if isinstance(text, Question) else Question(text=text) for text in texts]


def heard(library: Any, sounds: Any, call, lists: str) -> Any:
    """call(library, inputs) over one sound or several; of one its own result, or the reason why there is none."""
    single = is_sound(sounds) or isinstance(sounds, int)
    with Named([sounds] if single else list(sounds)) as named:
        result = call(library, named.inputs)
        all_of = getattr(result, lists)
        named.named([*all_of, *result.skipped, *result.warnings])
        if not single:
            return result
        if not all_of and result.skipped:
            note = result.skipped[0]
            raise Error(note.code, f"{note.path}: {note.reason}")
        return all_of[0] if len(all_of) == 1 else result


class Model:
    """A model that puts sounds and texts into one space of vectors.

    Args:
        name: "starter" (it comes along), a directory in Hugging Face layout, a LAION checkpoint (.pt), or a name in the
            Hugging Face cache; nothing is fetched (hearken_audio.pull does that).
        precision: what products are computed in: "auto" (the best of fp32 and bf16 on this CPU), "fp32", "bf16", "int8".
        device: "cpu"; "cuda" and "cuda:N" need the module on libtorch.

    One model may be used by many threads at once. Raises Error: not_found, corrupt, unsupported.

    A sound is a path, (samples, rate) with float or integer samples [frames] or [frames, channels], or a file object
    opened in binary mode. What is not in a file is copied once.
    """

    def __init__(self, name: str = "starter", precision: Precision = "auto", device: str = "cpu"):
        self._model = _hearken.load_model(name, precision, device)

    @classmethod
    def _of(cls, model: Any) -> "Model":
        made = cls.__new__(cls)
        made._model = model
        return made

    def __repr__(self) -> str:
        info = self.info
        return f"<hearken_audio.Model {info.name}: {info.architecture}, {info.dimension} dimensions, {info.precision}>"

    @property
    def info(self) -> ModelInfo:
        """Name, architecture, dimension, rate in Hz, levels of scores, precision, device."""
        return self._model.info()

    @property
    def dimension(self) -> int:
        """Elements of a vector."""
        return self.info.dimension

    @property
    def weights_fingerprint(self) -> str:
        """A digest of weights, tokenizer and preprocessing. Reads all weights when it is first asked for."""
        return self._model.weights_fingerprint()

    def fingerprint(self, window: float = 10.0, hop: float = 5.0) -> str:
        """A digest of all that decides a library's vectors, for windows of `window` seconds every `hop` seconds."""
        return self._model.fingerprint(Windowing(window, hop))

    def level(self, score: float) -> Literal["LOW", "MODERATE", "HIGH"]:
        """What a score against a text means."""
        return self._model.level(score)

    def likelihood(self, score: float) -> float:
        """How likely it is, 0 to 1, that what scores so much against a text is what the text says."""
        return self._model.likelihood(score)

    def audio(self, sounds: Union[Sound, Sequence[Sound]], *, window: float = 10.0, hop: float = 5.0, form: Form = "unit",
              threads: int = 0) -> np.ndarray:
        """Vectors of sounds, float32 [n, dimension]: of each the mean of its windows' vectors, scaled to length 1.

        Args:
            sounds: one or several; one gives a single row.
            window, hop: seconds; what is longer than a window is cut into windows of which one begins every `hop`.
            form: "unit"; "projected" is not scaled, "pooled" the tower's state before the projection.
            threads: that share the work; 0: all cores. The bits do not depend on it.

        Raises Error as decoding does: not_found, permission_denied, unsupported, corrupt, io, naming the sound.
        """
        single = is_sound(sounds)
        rows = []
        with Named([sounds] if single else list(sounds)) as named:
            for path in named.inputs:
                of = self._model.embed_file(path, Windowing(window, hop), form, threads)
                one = of.vectors if of.vectors.size == of.width else _hearken.mean_vector(of.vectors, of.width, form)
                rows.append(one)
        if not rows:
            return np.zeros((0, self._model.audio_width(form)), np.float32)
        return rows[0].reshape(1, -1) if len(rows) == 1 else np.stack(rows)

    def windows(self, sound: Sound, *, window: float = 10.0, hop: float = 5.0, form: Form = "unit",
                threads: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """(vectors, starts) of a sound's windows: float32 [n, dimension] and float64 [n], seconds. Raises as audio()."""
        with Named([sound]) as named:
            of = self._model.embed_file(named.inputs[0], Windowing(window, hop), form, threads)
        return of.vectors.reshape(-1, of.width), np.asarray(of.starts, np.float64)

    def text(self, texts: Union[str, Sequence[str]], *, form: Form = "unit", threads: int = 1) -> np.ndarray:
        """Vectors of texts, float32 [n, dimension]; one text gives a single row.

        `form`: "unit", of length 1; "scored" is what `find` compares with, "projected" and "pooled" as of audio().
        """
        all_of = [texts] if isinstance(texts, str) else list(texts)
        if not all_of:
            return np.zeros((0, self._model.text_width(form)), np.float32)
        return self._model.embed_texts(all_of, form, threads)

    def encode(self, inputs: Any, *, normalize_embeddings: bool = True, convert_to_tensor: bool = False, **settings: Any) -> Any:
        """Vectors in the manner of sentence-transformers: a text or a list of texts, or sounds as {"audio": sound} or
        (samples, rate). A single input gives one vector [dimension], a list [n, dimension]. float32; a torch.Tensor with
        `convert_to_tensor`. A str is a text here, never a path."""
        single = isinstance(inputs, (str, dict)) or (isinstance(inputs, tuple) and is_sound(inputs))
        all_of = [inputs] if single else list(inputs)
        form = "unit" if normalize_embeddings else "projected"
        out = np.zeros((len(all_of), self.dimension), np.float32)
        texts = [place for place, one in enumerate(all_of) if isinstance(one, str)]
        if texts:
            out[texts] = self.text([all_of[place] for place in texts], form=form)
        for place, one in enumerate(all_of):
            if not isinstance(one, str):
                out[place] = self.audio(one["audio"] if isinstance(one, dict) else one, form=form, **settings)[0]
        if single:
            out = out[0]
        if convert_to_tensor:
            import torch

            return torch.from_numpy(out)
        return out

    def similarity(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Dot products of all rows of `a` [n, dimension] with all of `b` [m, dimension], float32 [n, m]: of unit vectors
        the cosines, -1 to 1."""
        a, b = np.atleast_2d(np.asarray(a, np.float32)), np.atleast_2d(np.asarray(b, np.float32))
        if a.shape[1] != b.shape[1]:
            raise Error("invalid_argument", f"vectors of {a.shape[1]} and of {b.shape[1]} elements")
        return a @ b.T

    def score(self, sounds: Union[Sound, Sequence[Sound]], texts: Any, *, window: float = 10.0, hop: float = 5.0,
              progress: Progress = None, **settings: Any) -> Union[SoundScores, ScoreResult]:
        """Scores of sounds under texts (a text, several, or {name: wordings}); of one sound its SoundScores, else a
        ScoreResult, which names in `skipped` what could not be read. Settings: those of ScoreOptions."""
        return self._score(None, sounds, texts, as_windowing(window, hop), progress, settings)

    def _score(self, library, sounds, texts, windowing, progress, settings):
        with Told(progress) as told:
            return heard(library, sounds, lambda lib, inputs: _hearken.score(
                lib, self._model, inputs, questions_of(texts), {"windowing": windowing, **settings}, told), "sounds")

    def classify(self, sounds: Union[Sound, Sequence[Sound]], labels: Labels, *, window: float = 10.0, hop: float = 5.0,
                 templates: Optional[Sequence[str]] = None, progress: Progress = None,
                 **settings: Any) -> Union[Classified, ClassifyResult]:
        """Which of some labels a sound is: scores, probabilities (softmax) and likelihoods, best first. Of one sound its
        Classified, else a ClassifyResult. `labels`: a list of names, a set's name, a LabelSet or a file (a Path).
        Settings: those of ClassifyOptions."""
        return self._classify(None, sounds, labels, as_windowing(window, hop), templates, progress, settings)

    def _classify(self, library, sounds, labels, windowing, templates, progress, settings):
        chosen = {"windowing": windowing, "templates": None if templates is None else list(templates), **settings}
        with Told(progress) as told:
            return heard(library, sounds, lambda lib, inputs: _hearken.classify(
                lib, self._model, inputs, label_set(labels), chosen, told), "sounds")

    def events(self, sounds: Union[Sound, Sequence[Sound]], labels: Labels, *, least_likelihood: float = 0.4,
               join: float = 1.0, shortest: float = 0.2, heat: bool = False, progress: Progress = None,
               **settings: Any) -> Union[Timeline, EventsResult]:
        """From when to when which label is heard, in seconds. Of one sound its Timeline, else an EventsResult.

        Args:
            labels: texts as they are ("dog barking"), a set's name, a LabelSet or a file (a Path).
            least_likelihood: 0 to 1; what is less likely is no event.
            join: pauses up to so many seconds belong to an event.
            shortest: seconds; what is shorter is no event.
            heat: whether Timeline.heat is there, float32 [windows, labels].
        """
        return self._events(None, sounds, labels, progress, {
            "least_likelihood": least_likelihood, "join": join, "shortest": shortest, "heat": heat, **settings})

    def _events(self, library, sounds, labels, progress, settings):
        asked = texts_to_hear(labels)
        with Told(progress) as told:
            result = heard(library, sounds, lambda lib, inputs: _hearken.events(
                lib, self._model, inputs, asked, settings, told), "timelines")
        for timeline in [result] if isinstance(result, Timeline) else result.timelines:
            timeline.heat = timeline.heat.reshape(-1, len(asked.labels))
        return result

    def captions(self, sounds: Union[Sound, Sequence[Sound]], *, candidates: Sequence[str] = (), progress: Progress = None,
                 **settings: Any) -> Union[Caption, CaptionsResult]:
        """A sentence about a sound, made of what is surely heard in it; of `candidates` the nearest. Settings: those of
        ScoreOptions."""
        with Told(progress) as told:
            return heard(None, sounds, lambda lib, inputs: _hearken.captions(
                lib, self._model, inputs, list(candidates), settings, told), "captions")

    def filter(self, sounds: Union[Sound, Sequence[Sound]], deny: Sequence[str], allow: Sequence[str] = (), *,
               progress: Progress = None, **settings: Any) -> Union[Filtered, FilterResult]:
        """Whether a sound has a moment that is what `deny` says: then `denied` says when. Settings: those of
        FilterOptions."""
        with Told(progress) as told:
            return heard(None, sounds, lambda lib, inputs: _hearken.filter(
                lib, self._model, inputs, list(deny), list(allow), settings, told), "sounds")

    def check(self) -> ModelCheck:
        """Whether the model works: vectors finite, of length 1, the same again, different for different things."""
        return _hearken.check_model(self._model)

    def embed_rows(self, source: int, target: int, **settings: Any) -> Any:
        """Rows of JSON with "path", "url" or "text" from one file descriptor to another, each with its vectors, until
        the first ends (docs/STREAM.md). Settings: those of StreamOptions."""
        return _hearken.embed_rows(self._model, source, target, settings)
