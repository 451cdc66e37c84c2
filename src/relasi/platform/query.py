"""A question to a platform, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from relasi.schema.derivations import Function
from relasi.schema.expressions import Expression
from relasi.schema.expressions.situation import TeamsOfPeople
from relasi.schema.model import Sort

Row = Mapping[str, Any]  # Any: field values
"""A record as a platform gives it: field name -> Python value."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks and when: the values of `user`, `now()` and `today()` in conditions, and of who is in which
    team."""

    now: datetime
    zone: ZoneInfo
    user_id: str | None = None
    teams: TeamsOfPeople = dict


@dataclass(frozen=True, slots=True)
class Search:
    """Rows in which every word of `text` is in one of the fields, ignoring case, or a field has what is in
    `written` for it, which was meant as that field keeps it, or is one of the texts in `whole`. Fields may be
    those of linked records, as paths."""

    text: str
    fields: tuple[str, ...]
    written: Mapping[str, str] = field(default_factory=dict)
    whole: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """Which records of an entity, in which order.

    All of `where` and of `matching` must hold. The order is that of `sort`, empty values last in both
    directions, and then that of `id` in the direction of the last key, so it is total. `after` is the cursor
    that a page ended with.
    """

    entity: str
    asking: Asking
    where: tuple[Expression, ...] = ()
    matching: Mapping[str, Sequence[Any]] = field(default_factory=dict)  # Any: values of the field
    """Field -> values, one of which it must have. The plain look-up by ids and keys, cheaper than an
    expression."""
    search: Search | None = None
    sort: tuple[Sort, ...] = ()
    fields: tuple[str, ...] | None = None
    """None: all of them. `id` and `version` always come."""
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the following page, None at the end."""

    rows: tuple[Row, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of records, or a figure over the values of a field where it is filled; of those records alone
    that meet `where`."""

    function: Function
    field: str | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What to tell of the records of a query: the figures of each group of those that give the same values.
    `top` is the place of the figure by which the greatest come first; otherwise groups are in the order of
    their values, empty ones last."""

    figures: tuple[Figure, ...]
    by: tuple[Expression, ...] = ()
    top: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A sum, an average or an end is None where no value counts."""

    by: tuple[Any, ...]  # Any: values of the expressions
    figures: tuple[Any, ...]  # Any: numbers, or values of the fields


@dataclass(frozen=True, slots=True)
class Ranking:
    """Fields that say in which part of the records of a query a record stands, when these are in the order of
    another field and cut into parts of one size: 1 is that of the smallest. Field -> the other field.

    The part is 1 + (`into` * number of records with a smaller value) div (number of records with a value), so
    that equal values are in the same part. Records without a value, or not of the query, are in none.
    `beyond` is the id of the last record that was looked at.
    """

    fields: Mapping[str, str]
    into: int
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """`more` is true where counting stopped at the cap: "1,000+"."""

    number: int
    more: bool
