"""Cursors: where a page ended, as an opaque text that only fits the query that it came from."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from relasi.errors import BadCursor
from relasi.platform.query import Query
from relasi.platform.sql.values import Convert, decoder, encoder
from relasi.schema.fields.base import Storage

Values = tuple[Any, ...]  # Any: the values that the last row has in the fields of the order

_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Cursors:
    """Those of questions whose order is by fields of these storages."""

    def __init__(self, storages: Sequence[Storage]) -> None:
        self._encoders = [encoder(storage) for storage in storages]
        self._decoders = [decoder(storage) for storage in storages]

    def write(self, query: Query, values: Values) -> str:
        """The cursor behind a row which has these values."""
        text = _PLAIN.encode([_mark(query), *_converted(self._encoders, values)])
        return base64.urlsafe_b64encode(text.encode()).decode()

    def read(self, query: Query, cursor: str) -> Values:
        """Raises BadCursor for whatever `write` has not made for the same question."""
        try:
            mark, *plain = json.loads(base64.urlsafe_b64decode(cursor))
            if mark != _mark(query):
                raise BadCursor("bad_cursor")
            return tuple(_converted(self._decoders, plain))
        except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError) as error:
            raise BadCursor("bad_cursor") from error


def _converted(converts: Sequence[Convert], values: Sequence[Any]) -> Iterator[Any]:
    for convert, value in zip(converts, values, strict=True):
        yield None if value is None else convert(value)


def _mark(query: Query) -> str:
    """What must be the same from page to page: not the fields nor the size, and not the moment, which moves
    on."""
    asked = [
        query.entity,
        [each.text for each in query.where],
        {field: list(values) for field, values in query.matching.items()},
        query.search and [query.search.text, *query.search.fields, *query.search.whole],
        [[each.field, each.descending] for each in query.sort],
    ]
    return sha256(json.dumps(asked, default=str).encode()).hexdigest()[:12]
