"""The records that a file refers to, found by the values of a field, within what the actor may read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relasi.errors import Forbidden
from relasi.platform.lookup import matching_rows
from relasi.platform.query import Query, Row
from relasi.records import Work
from relasi.schema.fields.base import Value


def find_rows(work: Work, entity: str, field: str, values: Sequence[Value]) -> Iterator[Row]:
    """Raises Forbidden for a field that the actor does not see as it is: finding by it would tell it."""
    rights = work.rights(entity)
    if field in rights.secret:
        raise Forbidden("may_not_read")
    query = Query(entity, work.asking, where=rights.reading)
    return matching_rows(work.transaction, query, field, values)
