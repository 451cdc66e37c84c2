"""Cursors: where a page ended, as an opaque text that only fits the query that it came from."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from relasi.errors import BadCursor
from relasi.platform.query import Query
from relasi.platform.sql.values import decoder, encoder
from relasi.schema.fields.base import Storage

Values = tuple[Any, ...]  # Any: the values that the last row has in the fields of the order


def write(query: Query, storages: Sequence[Storage], values: Values) -> str:
    """The cursor behind a row which has these values."""
    plain = [
        None if value is None else encoder(storage)(value)
        for storage, value in zip(storages, values, strict=True)
    ]
    text = json.dumps([_mark(query), *plain], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def read(query: Query, storages: Sequence[Storage], cursor: str) -> Values:
    """Raises BadCursor for whatever `write` has not made for the same question."""
    try:
        mark, *plain = json.loads(base64.urlsafe_b64decode(cursor))
        if mark != _mark(query):
            raise BadCursor("bad_cursor")
        return tuple(
            None if value is None else decoder(storage)(value)
            for storage, value in zip(storages, plain, strict=True)
        )
    except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError) as error:
        raise BadCursor("bad_cursor") from error


def _mark(query: Query) -> str:
    """What must be the same from page to page: not the fields nor the size, and not the moment, which moves
    on."""
    asked = [
        query.entity,
        [each.text for each in query.where],
        {field: list(values) for field, values in query.matching.items()},
        query.search and [query.search.text, *query.search.fields],
        [[each.field, each.descending] for each in query.sort],
    ]
    return sha256(json.dumps(asked, default=str).encode()).hexdigest()[:12]
