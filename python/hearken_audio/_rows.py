"""What results have in common: a table's rows, for pandas and for notebooks."""
from __future__ import annotations

import dataclasses
import html
from pathlib import Path
from typing import Any, ClassVar, Iterator

SHOWN = ("path", "label", "text", "likelihood", "score", "level", "start", "end", "mean", "probability", "duration")


class Record:
    """A result or a part of one."""

    __slots__ = ()


def members(record: Any) -> dict[str, Any]:
    """A record's fields by name; those of parts are as they are."""
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def flat(record: Any, lists: list[str]) -> Iterator[dict[str, Any]]:
    """A dictionary for each row; what holds the rows is named first, as far as it says whose they are."""
    if not lists:
        yield members(record)
        return
    about = {name: value for name, value in members(record).items() if name in ("id", "path", "title", "artist")}
    for inner in getattr(record, lists[0]):
        for row in flat(inner, lists[1:]):
            yield {**about, **row}


class Rows(Record):
    """A result that is a list of rows: it has a length, can be gone through, and becomes a table."""

    __slots__ = ()
    _rows: ClassVar[str] = ""

    def _list(self) -> list[Any]:
        return getattr(self, self._rows.split(".")[0])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._list())

    def __len__(self) -> int:
        return len(self._list())

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, place):
        return self._list()[place]

    def rows(self) -> list[dict[str, Any]]:
        """Each row as a dictionary; of rows in rows the innermost, with id and path of what they are of."""
        return list(flat(self, self._rows.split(".")))

    def to_pandas(self):
        """The rows as a pandas.DataFrame, a column for each field; paths as text. Needs pandas."""
        import pandas

        rows = [{name: str(value) if isinstance(value, Path) else value for name, value in row.items()}
                for row in self.rows()]
        return pandas.DataFrame(rows)

    def _repr_html_(self) -> str:
        """A table with a player and a waveform for the first rows, for notebooks."""
        from ._notebook import sound_of

        rows = self.rows()
        columns = [name for name in SHOWN if rows and name in rows[0]]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        body = []
        for place, row in enumerate(rows[:50]):
            cells = "".join(f"<td>{html.escape(shown(row[name]))}</td>" for name in columns)
            sound = sound_of(row) if place < 5 else ""
            body.append(f"<tr>{cells}<td>{sound}</td></tr>")
        more = f"<p>{len(rows) - 50} more</p>" if len(rows) > 50 else ""
        return f"<table><thead><tr>{head}<th></th></tr></thead><tbody>{''.join(body)}</tbody></table>{more}"


def shown(value: Any) -> str:
    """A value in a cell: numbers with three decimals, of a path the name."""
    if isinstance(value, float):
        return f"{value:.3f}"
    return value.name if isinstance(value, Path) else str(value)
