"""Sounds as people hand them over: paths, (samples, rate), file objects, tracks of a library."""
from __future__ import annotations

import contextlib
import io
import os
import re
import struct
from pathlib import Path
from typing import IO, Any, Iterator, Sequence, Union

import numpy as np

from ._errors import Error

Samples = tuple[np.ndarray, int]
Sound = Union[str, "os.PathLike[str]", Samples, IO[bytes]]
TRACK = re.compile(r"id:(\d+)")


def path_of(path: Union[str, "os.PathLike[str]"]) -> str:
    """With ~ for the home folder."""
    return os.path.expanduser(os.fspath(path))


def is_samples(sound: Any) -> bool:
    return isinstance(sound, tuple) and len(sound) == 2 and not isinstance(sound[0], (str, bytes, os.PathLike))


def is_sound(sound: Any) -> bool:
    """One sound, not several."""
    return isinstance(sound, (str, os.PathLike)) or is_samples(sound) or hasattr(sound, "read")


def checked(samples: Samples) -> tuple[np.ndarray, int]:
    """Samples as float32, [frames] or [frames, channels]; whole numbers are brought to -1 to 1."""
    values, rate = np.asarray(samples[0]), samples[1]
    if not isinstance(rate, (int, np.integer)) or not 1 <= rate <= 768000:
        raise Error("invalid_argument", f"samples: a rate of {rate!r} Hz makes no sense")
    if values.ndim not in (1, 2) or values.size == 0:
        raise Error("invalid_argument", f"samples: an array of shape {values.shape}; [frames] or [frames, channels] is asked for")
    if values.ndim == 2 and values.shape[1] > 64:
        raise Error("invalid_argument", f"samples: {values.shape[1]} channels; the shape is [frames, channels], so transpose it")
    if np.issubdtype(values.dtype, np.integer):
        info = np.iinfo(values.dtype)
        values = (values.astype(np.float64) - (info.max + info.min + 1) / 2) / ((float(info.max) - info.min + 1) / 2)
    elif not np.issubdtype(values.dtype, np.floating):
        raise Error("invalid_argument", f"samples: of type {values.dtype}; numbers are asked for")
    values = np.ascontiguousarray(values, np.float32)
    if not np.isfinite(values).all():
        raise Error("invalid_argument", "samples: some are not finite")
    return values, int(rate)


def mono(samples: Samples) -> tuple[np.ndarray, int]:
    """Samples as one channel, the mean of all."""
    values, rate = checked(samples)
    return (values if values.ndim == 1 else np.ascontiguousarray(values.mean(axis=1, dtype=np.float32))), rate


def wave_header(values: np.ndarray, rate: int) -> bytes:
    """Of a WAV file of float32."""
    channels = 1 if values.ndim == 1 else values.shape[1]
    if values.nbytes > 0xFFFF0000:
        raise Error("unsupported", "samples: more than 4 GiB; write them to a file and name that")
    kind = struct.pack("<HHIIHH", 3, channels, rate, rate * channels * 4, channels * 4, 32)
    fact = struct.pack("<4sII", b"fact", 4, values.shape[0])
    size = 4 + 8 + len(kind) + len(fact) + 8 + values.nbytes
    return (struct.pack("<4sI4s", b"RIFF", size, b"WAVE") + struct.pack("<4sI", b"fmt ", len(kind)) + kind + fact
            + struct.pack("<4sI", b"data", values.nbytes))


def name_of(sound: Any, place: int) -> str:
    name = getattr(sound, "name", None)
    return os.fsdecode(name) if isinstance(name, (str, bytes)) else f"samples {place + 1}"


class Named:
    """Sounds as paths that the library opens; those in memory lie in files without a name, for as long as this lives."""

    def __init__(self, sounds: Sequence[Any]):
        self.inputs: list[Any] = []
        self._stack = contextlib.ExitStack()
        self._names: dict[str, str] = {}
        try:
            for place, sound in enumerate(sounds):
                self.inputs.append(self._input(sound, place))
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> "Named":
        return self

    def __exit__(self, kind, error, trace) -> None:
        self._stack.close()
        if isinstance(error, Error):
            error.message = self._said(error.message)

    def _input(self, sound: Any, place: int) -> Any:
        if isinstance(sound, (int, np.integer)):
            return int(sound)
        if isinstance(sound, str) and (track := TRACK.fullmatch(sound)):
            return int(track[1])
        if is_samples(sound):
            values, rate = checked(sound)
            return self._in_memory([wave_header(values, rate), values.data], name_of(sound, place))
        if hasattr(sound, "read"):
            if isinstance(sound, io.TextIOBase):
                raise Error("invalid_argument", f"{name_of(sound, place)}: opened as text; open it with mode 'rb'")
            return self._in_memory([sound.read()], name_of(sound, place))
        return path_of(sound)

    def _in_memory(self, parts: list[Any], name: str) -> str:
        file = os.memfd_create("hearken", os.MFD_CLOEXEC)
        self._stack.callback(os.close, file)
        for part in parts:
            view = memoryview(part).cast("B")
            while view:
                view = view[os.write(file, view[:1 << 30]):]
        path = f"/proc/self/fd/{file}"
        self._names[path] = name
        return path

    def _said(self, text: str) -> str:
        for path, name in self._names.items():
            text = re.sub(re.escape(path) + r"(?!\d)", lambda _: name, text)
        return text

    def named(self, records: Iterator[Any]) -> None:
        """Puts names in place of paths that mean nothing to people."""
        for record in records if self._names else ():
            record.path = Path(self._names.get(str(record.path), record.path))
            if hasattr(record, "reason"):
                record.reason = self._said(record.reason)
