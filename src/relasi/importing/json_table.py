"""JSON as a table: a list of objects, one object per line, or `records` of an export. Nested keys: `a.b`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from relasi.errors import ImportRefused
from relasi.importing.delimited import LONGEST_LINE, lines_of
from relasi.importing.encoding import encoding_of
from relasi.importing.tables import MOST_COLUMNS, Cell, FileOptions, Problem, Row, header

_LARGEST_DOCUMENT = 100 * 10**6
_DEPTH = 4
"""Objects below this depth stay text."""


class JsonTable:
    """A file of lines is streamed; a single document is held in memory."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self._path = path
        self._encoding = encoding_of(path, options.encoding)
        self._lines = _first_line_is_complete(self._read_first_line())
        self._document = None if self._lines else self._records()
        names: dict[str, None] = {}
        for _, item in self._items():
            if isinstance(item, dict) and len(names) <= MOST_COLUMNS:
                names.update(dict.fromkeys(_flat(item)))
        if not names:
            raise ImportRefused(
                "file_empty" if not any(self._items()) else "json_not_records", file=path.name
            )
        self.columns = header(tuple(names))

    @property
    def format(self) -> str:
        return "JSON lines" if self._lines else "JSON"

    def rows(self) -> Iterator[Row]:
        for line, item in self._items():
            if isinstance(item, Problem):
                yield Row(line, (), item)
            elif isinstance(item, dict):
                flat = _flat(item)
                yield Row(line, [flat.get(name) for name in self.columns])
            else:
                yield Row(line, (), Problem("not_an_object", {}))

    def _items(self) -> Iterator[tuple[int, Any]]:
        if self._document is not None:
            yield from enumerate(self._document, 1)
            return
        with self._path.open(encoding=self._encoding) as text:
            for line, content in enumerate(lines_of(text), 1):
                if content.strip():
                    yield line, _object_of(content)

    def _read_first_line(self) -> str:
        try:
            with self._path.open(encoding=self._encoding) as text:
                return next(
                    (line for line in iter(lambda: text.readline(LONGEST_LINE), "") if line.strip()), ""
                )
        except UnicodeDecodeError:
            raise ImportRefused("encoding_wrong", encoding=self._encoding, line=1) from None

    def _records(self) -> list[Any]:
        if self._path.stat().st_size > _LARGEST_DOCUMENT:
            raise ImportRefused("document_too_big", file=self._path.name, most=_LARGEST_DOCUMENT // 10**6)
        try:
            document = _loads(self._path.read_text(encoding=self._encoding))
        except UnicodeDecodeError:
            raise ImportRefused("encoding_wrong", encoding=self._encoding, line=1) from None
        except json.JSONDecodeError as error:
            raise ImportRefused("json_broken", line=error.lineno, column=error.colno) from None
        except (ValueError, RecursionError):
            raise ImportRefused("json_not_records", file=self._path.name) from None
        if isinstance(document, dict):
            document = document.get("records", [document])
        if not isinstance(document, list):
            raise ImportRefused("json_not_records", file=self._path.name)
        return document


def _first_line_is_complete(line: str) -> bool:
    """True for JSON lines: a whole object, alone on the first line, that is no wrapper of records."""
    try:
        found = _loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and not isinstance(found.get("records"), list)


def _object_of(content: str) -> Any:  # Any: JSON
    try:
        return _loads(content)
    except (ValueError, RecursionError):
        return Problem("json_line_broken", {})


def _loads(text: str) -> Any:  # Any: JSON
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _flat(item: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Cell]:
    flat: dict[str, Cell] = {}
    for key, value in item.items():
        if isinstance(value, dict) and depth < _DEPTH:
            flat.update(_flat(value, f"{prefix}{key}.", depth + 1))
        elif isinstance(value, dict | list) and not _is_list_of_words(value):
            flat[prefix + key] = json.dumps(value, ensure_ascii=False, default=str)
        else:
            flat[prefix + key] = tuple(value) if isinstance(value, list) else value
    return flat


def _is_list_of_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
