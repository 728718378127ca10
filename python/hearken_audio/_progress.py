"""How far a run is, as a line on standard error."""
from __future__ import annotations

import sys
from typing import Any, Callable, Optional, Union

Progress = Union[bool, Callable[[Any], None], None]


class Line:
    """Writes a line over the one before; on what is no terminal only now and then."""

    def __init__(self) -> None:
        self._wide = 0
        self._terminal = sys.stderr.isatty() or "ipykernel" in sys.modules

    def __call__(self, now: Any) -> None:
        if not self._terminal:
            return
        total = f"/{now.files_total}" if now.files_total else ""
        left = "" if now.seconds_left is None else f", {now.seconds_left:.0f} s left"
        text = f"{now.files_done}{total} files, {now.audio_seconds_done / 60:.1f} min of sound{left}"
        sys.stderr.write("\r" + text.ljust(self._wide))
        sys.stderr.flush()
        self._wide = len(text)

    def close(self) -> None:
        if self._wide:
            sys.stderr.write("\r" + " " * self._wide + "\r")
            sys.stderr.flush()


class Told:
    """What the library calls: nothing, a line, or what the caller gave."""

    def __init__(self, progress: Progress):
        self._line = Line() if progress is True else None
        self.call: Optional[Callable[[Any], None]] = self._line or (progress if callable(progress) else None)

    def __enter__(self) -> Optional[Callable[[Any], None]]:
        return self.call

    def __exit__(self, *_: Any) -> None:
        if self._line:
            self._line.close()
