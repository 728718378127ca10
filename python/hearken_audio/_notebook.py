"""Players and waveforms for notebooks."""
from __future__ import annotations

import base64
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np

from . import _hearken
from ._errors import Error
from ._records import FindHit

LONGEST = 10.0  # seconds that a player holds: they lie in the notebook


def clip(path: Path, start: float, end: float) -> bytes:
    """A part of a sound as a WAV file, 16 bits, mono, 48 kHz."""
    with tempfile.TemporaryDirectory(prefix="hearken-") as folder:
        copied = _hearken.copy_hits([FindHit(path=path, start=start, end=end)], folder, 1, True)
        return copied.written[0].read_bytes() if copied.written else b""


def waveform(sound: bytes, columns: int = 160, height: int = 28) -> str:
    """A WAV file's waveform as an SVG drawing."""
    import io

    with wave.open(io.BytesIO(sound)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    if samples.size < columns:
        return ""
    peaks = np.abs(samples[:samples.size // columns * columns]).reshape(columns, -1).max(axis=1)
    bars = "".join(f"M{x} {height / 2 - peak * height / 2:.1f}V{height / 2 + peak * height / 2:.1f}"
                   for x, peak in enumerate(peaks))
    return (f'<svg width="{columns}" height="{height}" viewBox="0 0 {columns} {height}" role="img" '
            f'aria-label="waveform"><path d="{bars}" stroke="currentColor"/></svg>')


def sound_of(row: dict[str, Any]) -> str:
    """A player of what a row is about, with its waveform; nothing where it cannot be read."""
    path = row.get("path")
    if not isinstance(path, Path) or not path.is_file():
        return ""
    start = float(row.get("start") or row.get("best_start") or 0)
    end = min(float(row.get("end") or row.get("best_end") or start + LONGEST), start + LONGEST)
    try:
        sound = clip(path, start, max(end, start + 0.2))
    except Error:
        return ""
    if not sound:
        return ""
    data = base64.b64encode(sound).decode()
    return f'<audio controls preload="none" src="data:audio/wav;base64,{data}"></audio><br>{waveform(sound)}'
