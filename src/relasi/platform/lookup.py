"""Reading many rows of a platform: whole queries, and look-ups by many values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from relasi.platform.contract import Transaction
from relasi.platform.query import Query, Row
from relasi.schema.fields.base import Value

_CHUNK = 500
"""Values and rows of one statement; databases limit the parameters of a statement."""


def all_rows(transaction: Transaction, query: Query) -> Iterator[Row]:
    """Every record of a query, page by page."""
    query = replace(query, limit=_CHUNK)
    while True:
        page = transaction.find(query)
        yield from page.rows
        if page.next is None:
            return
        query = replace(query, after=page.next)


def matching_rows(
    transaction: Transaction, query: Query, field: str, values: Sequence[Value]
) -> Iterator[Row]:
    """Every record of a query whose field has one of the values."""
    for start in range(0, len(values), _CHUNK):
        part = {**query.matching, field: values[start : start + _CHUNK]}
        yield from all_rows(transaction, replace(query, matching=part))
