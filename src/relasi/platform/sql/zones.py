"""Moments in the company's time zone. Where its clocks have not been turned for a long time, SQLite tells the
days by itself, and several times as fast as by asking Python for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, literal

from relasi.platform.sql.templates import STEADY_DAY
from relasi.schema.expressions import operations
from relasi.schema.expressions.tree import Call, Read

_FROM, _UNTIL = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_WEEK = timedelta(days=7)


def in_zone(node: Call, zone: ZoneInfo) -> tuple[str, list[ColumnElement[str]]]:
    """The name of an operation of which the zone is part, and what it takes behind its arguments."""
    (moment, *_) = node.arguments
    is_column = isinstance(moment, Read) and len(moment.path) == 1
    offset = steady_offset(zone) if is_column and node.operation is operations.DAY else None
    if offset is None:
        return node.operation.name, [literal(zone.key)]
    return STEADY_DAY, [literal(zone.key), literal(offset)]


@cache
def steady_offset(zone: ZoneInfo) -> str | None:
    """By how much the zone is ahead of UTC in every week from 1970 until 2100, as SQLite adds it ("+07:00");
    None where that changes, or is no whole number of minutes."""
    weeks = (_FROM + each * _WEEK for each in range((_UNTIL - _FROM) // _WEEK))
    written = {week.astimezone(zone).isoformat()[19:] for week in weeks}
    offset = written.pop()
    return None if written or len(offset) != len("+07:00") else offset
