"""What an expression is evaluated against: one record at one moment, seen by one user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Values = Mapping[str, Any]  # Any: field values
"""A record: field name -> Python value; a field that is left out counts as empty."""


TeamsOfPeople = Callable[[], Mapping[str, str]]
"""Gives the team of each user who is in one, by the ids of the users."""


RowsOf = Callable[[str, str, str, str], tuple[str, ...]]
"""Gives the values of a column of all records of an entity whose field has a value: (entity, field, value,
column)."""


def _no_rows(_entity: str, _field: str, _value: str, _column: str) -> tuple[str, ...]:
    return ()


def _nothing(_entity: str, _key: str) -> Values | None:
    return None


@dataclass(frozen=True, slots=True)
class Situation:
    """`now` is aware UTC; `zone` decides which day it is. `old` is None where there was no record before.

    `follow(entity, id)` gives a linked record, None where there is none.
    """

    record: Values
    now: datetime
    zone: ZoneInfo
    record_id: str | None = None
    user: str | None = None
    old: Values | None = None
    follow: Callable[[str, str], Values | None] = _nothing
    teams: TeamsOfPeople = dict
    rows: RowsOf = _no_rows
    outer: Situation | None = None
    """That of the record whose link is chosen, where `record` is one to choose."""
